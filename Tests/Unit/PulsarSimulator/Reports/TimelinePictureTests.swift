import Testing

@testable import PulsarSimulator

@Suite struct TimelinePictureTests {
  private let picture = TimelinePicture(
    title: "lost ack <after> an \"outage\"", subtitle: "seed 7f3a9c01 & more",
    nodes: SampleTrace.nodes, records: SampleTrace.records, end: SampleTrace.end)

  @Test func `the same run gives the same bytes`() {
    // Look at the picture before this number is changed.
    #expect(fingerprint(self.picture.svg) == "de9d32ea4f580b7c")
  }

  @Test func `it is XML with text escaped and nothing that runs or is fetched`() {
    let svg = self.picture.svg
    #expect(brokenTag(in: svg) == nil)
    #expect(svg.contains(">lost ack &lt;after&gt; an &quot;outage&quot;</text>"))
    #expect(svg.contains(">seed 7f3a9c01 &amp; more</text>"))
    for word in ["<script", "href", "url(", "@import", "onload"] { #expect(!svg.contains(word)) }
    let addresses = svg.split(separator: "http").count - 1
    #expect(addresses == 1)
  }

  @Test func `every record that has a mark is drawn, and explained once`() {
    let svg = self.picture.svg
    for mark in TimelineMark.allCases {
      let records = SampleTrace.records.filter {
        TimelineMark.of($0.kind) == mark && $0.detail != "nothing"
      }
      #expect(!records.isEmpty, "the sample has no \(mark.name)")
      let drawn = svg.split(separator: "class=\"\(mark.name.hyphenated)\"").count - 1
      #expect(drawn == records.count + 1, "\(mark.name)")
      #expect(svg.contains(">\(VectorImage.escaped(mark.name))</text>"))
      for record in records where mark != .capture && mark != .edit {
        #expect(svg.contains("<title>\(VectorImage.escaped(record.line))</title>"))
      }
    }
  }

  @Test func `what lasts is drawn from its beginning to its end`() {
    let svg = self.picture.svg
    // 1,058 pixels for 12 hours: 210 minutes are 308.58 of them.
    let remote = "class=\"remote-fault\" x=\"426.58\" y=\"244\" width=\"238.05\""
    #expect(svg.contains(remote))
    #expect(svg.contains("<title>+4h36m00s laptop suspended 2h48m</title>"))
    #expect(svg.contains("<title>+5h01m00s desk disk full for 1h</title>"))
    for (colour, count) in [("#86efac", 3), ("#fca5a5", 1), ("#fde68a", 0)] {
      // Two strips, and the legend.
      #expect(svg.split(separator: "fill=\"\(colour)\"").count - 1 == count)
    }
  }

  @Test func `one red line goes through all lanes where an invariant broke`() throws {
    let lines = self.picture.svg.split(separator: "\n")
    let line = try #require(lines.first { $0.contains("class=\"invariant-broken\"") })
    // From above the first lane, at 120, to below that of the remote, at 264.
    #expect(line.contains("x1=\"607.32\" y1=\"82\" x2=\"607.32\" y2=\"304\" stroke=\"#dc2626\""))
    let sentence = "S4 desk told 4c1e is pushed, but origin still holds 9b02 (desk +5h33m00s)"
    #expect(lines.contains { $0.contains(">\(sentence)</text>") })
    #expect(lines.contains { $0.contains(">FAIL  S4</text>") })
  }

  @Test func `pushes land on the lane of the remote in the colour of the machine`() throws {
    let lines = self.picture.svg.split(separator: "\n")
    let push = try #require(lines.first { $0.contains("class=\"push\"") })
    // From 120 to 264, where the line of the remote, three pixels wide, begins.
    #expect(push.contains("d=\"M206.16 120c0 72 7 48 7 142\""))
    #expect(push.contains("stroke=\"#2563eb\""))
    let refused = try #require(lines.first { $0.contains("class=\"refused-push\"") })
    #expect(refused.contains("stroke=\"#dc2626\"") && refused.contains("stroke-dasharray"))
  }

  @Test func `there is a lane for each machine and one for the remote`() {
    for node in SampleTrace.nodes + ["origin"] {
      #expect(self.picture.svg.contains("font-weight=\"bold\">\(node)</text>"))
    }
  }

  @Test func `a run without failures says nothing of one`() {
    let records = SampleTrace.records.filter { $0.kind != .broken }
    let svg = TimelinePicture(title: "calm", nodes: SampleTrace.nodes, records: records).svg
    #expect(!svg.contains("FAIL") && !svg.contains("invariant"))
    #expect(brokenTag(in: svg) == nil)
  }

  @Test func `labels that would touch are left to the titles`() {
    let records = [100, 110, 400].map { SampleTrace.at($0, "desk", .git, "git gc --at \($0)") }
    let svg = TimelinePicture(title: "", nodes: ["desk"], records: records, end: .hours(12)).svg
    let labels = records.map { svg.contains(">\($0.detail)</text>") }
    #expect(labels == [true, false, true])
    #expect(records.allSatisfy { svg.contains("<title>\($0.line)</title>") })
  }

  @Test func `where labels would touch, what matters more has its own`() {
    let records = [
      SampleTrace.at(100, "desk", .git, "commit -m one done"),
      SampleTrace.at(110, "desk", .crashed, "at capture.after-ref"),
    ]
    let svg = TimelinePicture(title: "", nodes: ["desk"], records: records, end: .hours(12)).svg
    #expect(svg.contains(">at capture.after-ref</text>"))
    #expect(!svg.contains(">git commit -m one</text>"))
  }

  @Test(arguments: [
    (TraceRecord.Kind.git, "add -A done", "git add -A"),
    (.git, "rebase topic stopped", "git rebase topic stopped"),
    (.handoff, "sync --yes exit:0 took fast-forward", "sync took over fast-forward"),
    (.handoff, "sync --yes exit:1 conflict", "sync exit:1 conflict"),
  ])
  func `a label tells what was done, without what is so every time`(
    kind: TraceRecord.Kind, detail: String, label: String
  ) {
    let records = [SampleTrace.at(360, "desk", kind, detail)]
    let svg = TimelinePicture(title: "", nodes: ["desk"], records: records, end: .hours(12)).svg
    #expect(svg.contains(">\(label)</text>"))
    #expect(svg.contains("<title>\(records[0].line)</title>"))
  }

  @Test func `a dot on its lane shows with whom an invariant broke`() {
    let dot = "<circle cx=\"607.32\" cy=\"120\" r=\"6\" fill=\"#dc2626\"/>"
    #expect(self.picture.svg.contains(dot))
  }

  @Test func `an empty run is a picture, too`() {
    let svg = TimelinePicture(title: "", nodes: [], records: []).svg
    #expect(brokenTag(in: svg) == nil)
    #expect(svg.contains(">origin</text>"))
  }

  @Test func `of too many marks captures and edits are left out, evenly`() {
    let edits = (0..<3000).map { SampleTrace.at($0, "desk", .edit, "a") }
    let captures = (0..<3000).map { SampleTrace.at($0, "desk", .captured, "a") }
    let pushes = (0..<1200).map { SampleTrace.at($0, "desk", .pushed, "a") }
    let records = (edits + captures + pushes + [SampleTrace.at(2999, "desk", .crashed, "")])
    let svg = TimelinePicture(title: "", nodes: ["desk"], records: records).svg
    let drawn = { (name: String) in svg.split(separator: "class=\"\(name)\"").count - 1 }
    // And one of each in the legend.
    #expect(drawn("crash") == 2)
    #expect(drawn("push") == 1201)
    #expect(drawn("capture") == 2800)
    #expect(drawn("edit") == 0)
    #expect(svg.contains(">4,000 of 7,201 marks are drawn</text>"))
    let places = svg.split(separator: "cx=\"").dropFirst().compactMap {
      Int($0.prefix { $0.isNumber })
    }
    // 1,058 pixels for 2,799 captures: every pixel has two or three.
    #expect(Set(places).count > 1000)
  }

  @Test func `faults count as marks, and there are at most a thousand of them`() {
    let faults = (0..<1500).flatMap {
      [
        SampleTrace.at($0 * 2, "desk", .faultBegan, "cut"),
        SampleTrace.at($0 * 2 + 1, "desk", .faultEnded, "cut"),
      ]
    }
    let captures = (0..<3500).map { SampleTrace.at($0, "desk", .captured, "a") }
    let svg = TimelinePicture(title: "", nodes: ["desk"], records: faults + captures).svg
    #expect(svg.split(separator: "class=\"fault-of-a-machine\"").count - 1 == 1000)
    // And one in the legend.
    #expect(svg.split(separator: "class=\"capture\"").count - 1 == 3001)
    #expect(svg.contains(">4,000 of 5,000 marks are drawn</text>"))
    // The last third is not left out.
    #expect(svg.contains("<title>+49h54m00s desk cut</title>"))
  }

  @Test func `as many marks as may be are all drawn`() {
    let marks = [TimelineMark](repeating: .edit, count: 5)
    #expect(TimelineMark.thinned(marks, to: 5) == [0, 1, 2, 3, 4])
    #expect(TimelineMark.thinned(marks + [.crash], to: 3) == [0, 2, 5])
    #expect(TimelineMark.thinned(marks, to: 0) == [])
  }

  @Test(arguments: [
    ("a\nb", "a\\nb"), ("\u{1B}[31m", "\\u{1b}[31m"), ("\u{FFFF}", "\u{FFFD}"), ("ü<", "ü&lt;"),
  ])
  func `text that no XML may hold is spelled out`(text: String, expected: String) {
    #expect(VectorImage.escaped(text) == expected)
  }
}

/// FNV-1a, 64 bits.
private func fingerprint(_ text: String) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  return String(hash, radix: 16)
}

/// Finds what keeps a text from being XML: a tag that does not close, or a stray sign.
private func brokenTag(in text: String) -> String? {
  var open: [Substring] = []
  var rest = text[...]
  while let start = rest.firstIndex(of: "<") {
    let content = rest[..<start]
    if content.contains(">") || hasStrayAmpersand(content) { return String(content) }
    guard let end = rest[start...].firstIndex(of: ">") else { return String(rest[start...]) }
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    if tag.contains("<") || hasStrayAmpersand(tag) || tag.count(where: { $0 == "\"" }) % 2 == 1 {
      return String(tag)
    }
    let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" }
    if tag.hasPrefix("/") {
      guard open.popLast() == name else { return String(tag) }
    } else if !tag.hasSuffix("/") {
      open.append(name)
    }
  }
  return open.last.map(String.init) ?? (rest.contains(">") ? String(rest) : nil)
}

private func hasStrayAmpersand(_ text: Substring) -> Bool {
  text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().contains { part in
    !["amp;", "lt;", "gt;", "quot;"].contains { part.hasPrefix($0) }
  }
}
