import Testing

@testable import PulsarSimulator

@Suite struct MarkFinderTests {
  private static func record(_ line: String) throws -> TraceRecord {
    let words = line.split(separator: " ", maxSplits: 3)
    return TraceRecord(
      at: .seconds(try #require(Int64(words[0]))), actor: String(words[1]),
      kind: try #require(TraceRecord.Kind(rawValue: String(words[2]))),
      detail: words.count > 3 ? String(words[3]) : "")
  }

  private static func found(_ lines: [String]) throws -> [[Mark]] {
    var finder = MarkFinder()
    return try lines.map { finder.handle(try Self.record($0)) }
  }

  @Test(arguments: Self.examples)
  func `a situation is found when it is complete, and not before`(example: Example) throws {
    let found = try Self.found(example.lines)
    #expect(found.last?.contains(example.mark) == true, "\(example.mark)")
    #expect(!found.dropLast().joined().contains(example.mark), "\(example.mark)")
  }

  @Test func `every mark that is not told has an example`() {
    let found = Set(Self.examples.map(\.mark))
    for mark in Mark.allCases { #expect(found.contains(mark) != mark.isTold, "\(mark)") }
  }

  @Test(arguments: Self.examples.filter { $0.lines.count > 1 })
  func `each of its facts is needed`(example: Example) throws {
    for left in example.lines.indices {
      var lines = example.lines
      lines.remove(at: left)
      // A node is known by its first fact, whatever that is.
      if example.lines[left].hasSuffix(" edit") { continue }
      if example.mark == .wokeAndCapturedOnce, left == 0 { continue }
      #expect(!(try Self.found(lines).joined().contains(example.mark)), "\(example.mark), \(left)")
    }
  }

  @Test(arguments: Self.counterexamples)
  func `what is almost a situation is none`(example: Example) throws {
    #expect(!(try Self.found(example.lines).joined().contains(example.mark)), "\(example.mark)")
  }

  @Test(arguments: Self.examples)
  func `a situation is found again`(example: Example) throws {
    // Long after, so that nothing of the first is still open.
    let later = example.lines.map { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return "\((Int(words[0]) ?? 0) + 10_000) \(words[1])"
    }
    let heal = ["5000 desk fault-ended cut", "5000 laptop fault-ended cut"]
    let between = example.mark == .twoCut || example.mark == .healedInOtherOrder ? heal : []
    let found = try Self.found(example.lines + between + later)
    let least = example.lines.count + between.count
    #expect(found.dropFirst(least).joined().contains(example.mark), "\(example.mark)")
  }

  @Test func `the last fact of one may be the first of the next`() throws {
    let found = try Self.found([
      "1 desk captured x", "2 desk clock back 1h", "3 desk captured x", "4 desk clock back 1h",
      "5 desk captured x",
    ])
    #expect(found.joined().filter { $0 == .clockBack }.count == 2)
  }

  @Test func `what the remote does is met by every node that is known`() throws {
    let found = try Self.found([
      "1 desk edit", "1 laptop edit", "2 origin remote-moved recreated", "3 desk pushed",
      "4 laptop pushed", "5 studio pushed",
    ])
    #expect(found[3].contains(.recreated))
    #expect(found[4].contains(.recreated))
    #expect(!found[5].contains(.recreated))
  }
}
