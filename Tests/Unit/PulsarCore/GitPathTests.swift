import PulsarCore
import TestSupport
import Testing

@Suite struct GitPathTests {
  @Test(arguments: [
    ("plain.txt", "plain.txt"), ("with space", "with space"), ("ünï/日本", "ünï/日本"),
    ("a\nb", #""a\nb""#), ("tab\there", #""tab\there""#), ("cr\r", #""cr\r""#),
    (#"quo"te"#, #""quo\"te""#), (#"back\slash"#, #""back\\slash""#),
    ("bell\u{7}", #""bell\007""#), ("del\u{7F}", #""del\177""#),
    ("c1\u{9B}31m", #""c1\302\23331m""#), ("esc\u{1B}[31m", #""esc\033[31m""#),
    ("txt\u{202E}exe", #""txt\342\200\256exe""#),
    ("zero\u{200B}width", #""zero\342\200\213width""#),
    ("iso\u{2066}x", #""iso\342\201\246x""#), ("\u{FEFF}bom", #""\357\273\277bom""#),
    ("mixed\u{202E}ü", #""mixed\342\200\256ü""#), ("", ""),
  ])
  func `shows plain text as it is and escapes what could deceive`(name: String, shown: String) {
    #expect(GitPath(name).displayed == shown)
  }

  @Test(
    arguments: [
      ([0xFF], #""\377""#), ([0x61, 0xC3], #""a\303""#), ([0xED, 0xA0, 0x80], #""\355\240\200""#),
      ([0xC0, 0x80], #""\300\200""#), ([0xC3, 0xA9, 0xFF, 0x62], #""é\377b""#), ([0], #""\000""#),
    ] as [([UInt8], String)])
  func `shows bytes that are no text in octal`(bytes: [UInt8], shown: String) {
    #expect(GitPath(bytes: bytes).displayed == shown)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `shows any bytes on one line, without a control character`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let path = GitPath(bytes: random.bytes(random.below(40)))
      let isSafe = path.displayed.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
      }
      #expect(isSafe, "seed \(seed): \(path.bytes)")
    }
  }

  @Test(arguments: [
    "", "/abs", "a/", "a//b", ".", "..", "a/../b", "a/./b", ".git", ".GIT", ".gIt/config",
    "sub/.git", "sub/.Git/x", ".git ", ".git.", ".git. .", ".git:stream", "git~1", "GIT~1/x",
    "a/git~1..", #".git\x"#,
  ])
  func `git refuses paths that lead out of the tree or into its own folder`(path: String) {
    #expect(GitPath(path).isRefusedByGit)
  }

  @Test(arguments: [
    "a", "a/b", ".gitignore", ".github/x", "a.git", "git", "git~2", "git~10", "...", ".gitx",
    ".git x", "x/.gitmodules", "~", "a b", "a\nb", "git~1x",
  ])
  func `git takes other paths`(path: String) {
    #expect(!GitPath(path).isRefusedByGit)
  }

  @Test(arguments: [
    ("a", "a", true), ("a/b", "a", true), ("ab", "a", false), ("a", "a/b", false),
    ("a", "", true), ("", "", true), ("", "a", false), ("/x/y", "/", true), ("/x", "/x/", false),
    ("/x/y", "/x/", true),
  ])
  func `a path is within a folder only at a slash`(path: String, folder: String, isWithin: Bool) {
    #expect(GitPath(path).isWithin(GitPath(folder)) == isWithin)
    #expect((GitPath(path).relative(to: GitPath(folder)) != nil) == isWithin)
  }

  @Test func `takes a path apart and puts it together`() {
    let path = GitPath("a/b/c")
    #expect(path.parent == GitPath("a/b"))
    #expect(path.name.elementsEqual("c".utf8))
    #expect(path.components.map { Array($0) } == ["a", "b", "c"].map { Array($0.utf8) })
    #expect(GitPath("a").parent == .root)
    #expect(GitPath("/a").parent == GitPath("/"))
    #expect(path.relative(to: GitPath("a")) == GitPath("b/c"))
    #expect(GitPath.root.appending("x") == GitPath("x"))
    #expect(GitPath("/").appending("x") == GitPath("/x"))
    #expect(GitPath("a").appending(GitPath.root) == GitPath("a"))
    #expect(GitPath("a").appending(GitPath("b/c")) == GitPath("a/b/c"))
  }

  @Test func `sorts by bytes, as the index does`() {
    let paths = ["a", "a-b", "a.b", "a/b", "a0", "b"].map { GitPath($0) }
    #expect(paths.shuffled().sorted() == paths)
    #expect(GitPath(bytes: [0x7F]) < GitPath(bytes: [0x80]))
  }
}
