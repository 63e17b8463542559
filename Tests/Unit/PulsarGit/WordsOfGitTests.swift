import PulsarCore
import TestSupport
import Testing

@testable import PulsarGit

/// What is made of what git and remotes say.
@Suite struct WordsOfGitTests {
  private static func complaints(_ text: String) -> [SkippedPath] {
    let (folders, files) = GitWorktree.complaints(in: Array(text.utf8))
    return folders + files
  }

  private func unreadable(_ text: String) -> [String] {
    Self.complaints(text).map { skipped in
      guard case .unreadable(let words) = skipped.reason else { return "?" }
      return "\(skipped.path.displayed) (\(words))"
    }
  }

  @Test func `finds what git could not look into`() {
    #expect(
      self.unreadable("warning: could not open directory 'a b/c/': Permission denied\n")
        == ["a b/c (Permission denied)"])
    #expect(self.unreadable("dir/file: Permission denied\n") == ["dir/file (Permission denied)"])
    #expect(
      self.unreadable("odd: name/: Input/output error\n") == ["odd: name (Input/output error)"])
    #expect(
      self.unreadable("warning: could not open directory 'x/': no\nf: no\n") == [
        "x (no)", "f (no)",
      ])
  }

  @Test(arguments: [
    "", "\n", "no colon here", "warning: something else: yes", "hint: use this: that",
    "error: bad: worse", "fatal: x: y", ": no path", "warning: could not open directory '': no",
  ])
  func `other words name no path`(text: String) {
    #expect(self.unreadable(text).isEmpty)
  }

  @Test func `any words are read without a trap`() {
    var random = SplitMix64(seed: 5)
    let pieces = [
      "warning: could not open directory '", "'", "/", ": ", ":", " ", "\n", "x", "error: ",
    ]
    for _ in 0..<3000 {
      let text = (0..<random.below(10)).map { _ in random.pick(pieces) }.joined()
      for skipped in Self.complaints(text) { #expect(!skipped.path.isRoot) }
    }
  }

  @Test(arguments: [
    ("fatal: bad thing\n", "bad thing"), ("error: one\nfatal: two\n", "one"),
    ("hint: do this\nsome words\n", "some words"), ("first\nlast\n\n", "last"),
    ("warning: x\nfatal: y\nhint: z\n", "y"), ("", "exit status 3"),
    ("hint: only\n", "exit status 3"),
    ("fatal: esc\u{1B}[31mred\n", "esc [31mred"), ("  indented\n", "indented"),
  ])
  func `the complaint of a program is the line that says what is wrong`(
    errors: String, words: String
  ) {
    let result = ChildProcess.Result(ending: .exited(3), output: [], errors: Array(errors.utf8))
    #expect(result.complaint == words)
    #expect(!result.succeeded)
  }

  @Test func `a program that said nothing is described by its end`() {
    func words(_ ending: ChildProcess.Result.Ending) -> String {
      ChildProcess.Result(ending: ending, output: [], errors: []).complaint
    }
    #expect(words(.killed(signal: 9)) == "ended by signal 9")
    #expect(words(.stalled) == "nothing moved for too long")
    #expect(words(.cancelled) == "interrupted")
  }
}
