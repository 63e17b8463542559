import PulsarCore
import Testing

/// What git refuses to have in an index is what we say that it refuses.
@Suite struct RefusedNameTests {
  static let names: [String] = [
    ".git", ".GIT", ".Git/x", "a/.git", ".git ", ".git.", ".git. . ", ".git:x", ".git x", ".gitx",
    "git~1", "GIT~1", "git~1 .", "git~2", "git~10", #".git\x"#, #"a\.git"#, #"a\git~1\b"#, #"a\b"#,
    ".g\u{200C}it", ".git\u{FEFF}", "\u{206A}.GIT/x", ".g\u{200B}it", ".gitmodules",
    "a/.gitmodules",
    ".GitModules", ".gitmodules ", ".gitmodules. :x", ".gitmodules x", ".gitmodules/x", "gitmod~1",
    "GITMOD~4", "gitmod~5", "gitmod~1.", "gi7eba~1", "GI7EBA~9", "gi7eb~01", "gi7eba~0", "gi7~1234",
    "gi7~0234", "gi~12345", "g~123456", "gi7d29~1", "~1000000", "~1234567", "gi7eba~1x",
    ".git\u{200D}modules", #"a\.gitmodules"#, ".gitattributes", ".gitignore", ".mailmap",
    ".gitattributes ", "a", "a/b", "...", "..a", "gitmodules",
  ]

  @Test(arguments: [true, false], [true, false])
  func `git refuses the same names`(ntfs: Bool, hfs: Bool) throws {
    let repository = try TestRepository.makeEmpty()
    let blob = try repository.git("hash-object", "-w", "--stdin", input: "x")
    let names = RefusedNames(protectsNTFS: ntfs, protectsHFS: hfs)
    for name in Self.names {
      for (mode, isLink) in [("100644", false), ("120000", true)] {
        let outcome = try repository.sandbox.tryGit(
          [
            "-c", Bytes("core.protectNTFS=\(ntfs)"), "-c", Bytes("core.protectHFS=\(hfs)"),
            "update-index", "--add", "--cacheinfo", Bytes(mode) + "," + blob + "," + Bytes(name),
          ], in: repository.top)
        let isRefused = names.refuses(GitPath(name), isLink: isLink)
        #expect(isRefused == (outcome.status != 0), "'\(name)', \(mode): \(outcome)")
        try repository.git("read-tree", "--empty")
      }
    }
  }

  @Test func `a link called .gitmodules is left out and named, as git add refuses it`() throws {
    let repository = try TestRepository.make()
    try repository.write("modules", "x")
    try repository.link("sub/.gitmodules", to: "../modules")
    try repository.append("a.txt", "more\n")
    let outcome = try repository.pulsar("now", "--no-push")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.shown.contains("left out sub/.gitmodules"), "\(outcome)")
    let tip = try #require(try repository.tip())
    #expect(try repository.paths(in: tip).contains("modules"))
    #expect(try !repository.paths(in: tip).contains("sub/.gitmodules"))
  }
}
