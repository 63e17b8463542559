import PulsarCore
import TestSupport
import Testing

@Suite struct MarkedPathTests {
  private static let merged = "a\n<<<<<<< b\nours\n=======\ntheirs\n>>>>>>> a\nz\n"

  private func marked(_ content: String, _ versions: [String]) -> MarkedPath? {
    MarkedPath(
      path: GitPath("a.txt"), content: Array(content.utf8),
      versions: versions.map { Array($0.utf8) }
    )
  }

  @Test func `a file is unmerged while it has a marker that was written`() throws {
    let marked = try #require(self.marked(Self.merged, ["a\nours\nz\n", "a\ntheirs\nz\n"]))
    for content in [
      Self.merged, "<<<<<<< b\n", "x\n>>>>>>> a", "<<<<<<< b\r\n", Self.merged + Self.merged,
    ] { #expect(marked.isUnmerged(Array(content.utf8)), "\(content)") }
    for content in [
      "", "a\nours\nz\n", "a\nours\n=======\ntheirs\nz\n", "<<<<<<< c\nx\n>>>>>>> d\n",
      "  <<<<<<< b\n", "text <<<<<<< b\n", "<<<<<<\n",
    ] { #expect(!marked.isUnmerged(Array(content.utf8)), "\(content)") }
  }

  @Test func `a text about merges has such lines of its own`() throws {
    let own = "say\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n"
    #expect(self.marked(own, [own, own]) == nil)
    let both = "<<<<<<< b\n\(own)1\n=======\n\(own)2\n>>>>>>> a\n"
    let marked = try #require(self.marked(both, [own + "1\n", own + "2\n"]))
    #expect(
      marked.markers.map { String(decoding: $0.line, as: UTF8.self) } == [
        "<<<<<<< b", ">>>>>>> a",
      ])
    #expect(!marked.isUnmerged(Array((own + "12\n").utf8)))
    #expect(marked.isUnmerged(Array(both.utf8)))
  }

  @Test func `long markers, those of the base, and line ends of Windows count`() throws {
    let merged = "<<<<<<<<<< b\r\nx\r\n|||||||||| 123\r\ny\r\n==========\r\nz\r\n>>>>>>>>>> a\r\n"
    let marked = try #require(self.marked(merged, ["x\r\n", "z\r\n"]))
    #expect(marked.markers.count == 3)
    #expect(marked.isUnmerged(Array("|||||||||| 123\n".utf8)))
  }

  @Test func `what is written down is read back, and nothing else is`() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<50 {
      let path = GitPath(bytes: random.bytes(1 + random.below(20), from: 1...255))
      let label = random.bytes(random.below(20), from: 11...255)
      let content = Array("<<<<<<< ".utf8) + label + [10]
      guard let marked = MarkedPath(path: path, content: content, versions: []) else { continue }
      #expect(MarkedPath(text: Array(marked.text.utf8)) == marked)
    }
    for text in ["", "61", "61 62", "6 62 0", "61 62 x", "61 62 0 63", "zz 62 0"] {
      #expect(MarkedPath(text: Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func `a capture names unmerged files, and older readers read the rest`() throws {
    let marked = try #require(self.marked(Self.merged, []))
    var message = CaptureMessage(
      changes: [], machineSlug: "lap--1", branch: Branch("main"), reason: .now, skippedCount: 1)
    #expect(CaptureTrailers(message: message.bytes)?.unmerged == [])
    message.unmerged = [marked]
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text.contains("\nPulsar-Unmerged: 1\nPulsar-Unmerged-Path: 612e747874 "))
    #expect(text.hasSuffix("Pulsar-Format: 1\n[skip ci]\n"))
    let trailers = try #require(CaptureTrailers(message: message.bytes))
    #expect(trailers.unmerged == [marked] && trailers.skippedCount == 1)
  }
}
