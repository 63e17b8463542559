import PulsarCore
import PulsarSystem
import Testing

@Suite struct RegistryTextTests {
  private func text(_ string: String) -> RegistryText { RegistryText(bytes: Array(string.utf8)) }
  private func paths(_ string: String) -> [String] {
    self.text(string).paths.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test(arguments: [
    ("", []),
    ("/a\n/b\n", ["/a", "/b"]),
    ("/a\n/b", ["/a", "/b"]),
    ("\n\n/a\n\n", ["/a"]),
    ("/a\r\n/b\r\n", ["/a", "/b"]),
    ("/a\n/b\n/a\n", ["/a", "/b"]),
    ("/a \n", ["/a "]),
    ("/a\r\r\n", ["/a\r"]),
    ("a/b\n~/c\n /d\n", []),
  ])
  func `reads a path a line`(string: String, expected: [String]) {
    #expect(self.paths(string) == expected)
  }

  @Test func `reads paths that are not UTF-8`() {
    #expect(RegistryText(bytes: [0x2F, 0xFF, 0x0A]).paths == [GitPath(bytes: [0x2F, 0xFF])])
  }

  @Test func `reports lines that are no absolute paths`() {
    let text = self.text("/a\nb\r\n\n/c\0d\n")
    #expect(text.malformed == [Array("b".utf8), Array("/c\0d".utf8)])
    #expect(text.paths == [GitPath("/a")])
  }

  @Test func `adding keeps every other byte`() {
    let odd = "\r\n/a \r\nrelative\n/b\n/b"
    #expect(self.text(odd).adding(GitPath("/c")) == self.text(odd + "\n/c\n"))
    #expect(self.text("").adding(GitPath("/c")) == self.text("/c\n"))
  }

  @Test(arguments: ["/a/bc", "/a/b", "/a", "/a/b ", "/a/b\r", "/"])
  func `matches whole paths only`(path: String) {
    let text = self.text("/a/b/c\n/x/a/b\n")
    guard let added = text.adding(GitPath(path)) else {
      Issue.record("taken for registered")
      return
    }
    #expect(added.paths.last == GitPath(path))
    #expect(text.removing(GitPath(path)) == nil)
    #expect(added.removing(GitPath(path)) == text)
    #expect(added.adding(GitPath(path)) == nil)
  }

  @Test func `removing takes each line of the path and no other byte`() {
    let text = self.text("/b\r\n\nx\n/a\n/b\n/a\r\n/b/\n/a")
    #expect(text.removing(GitPath("/a")) == self.text("/b\r\n\nx\n/b\n/b/\n"))
  }

  @Test func `holds absolute paths without line breaks and NUL`() {
    #expect(RegistryText.canHold(GitPath("/a b")))
    #expect(!RegistryText.canHold(GitPath("a")))
    #expect(!RegistryText.canHold(GitPath("/a\nb")))
    #expect(!RegistryText.canHold(GitPath("/a\0b")))
    #expect(!RegistryText.canHold(.root))
  }
}
