import Foundation
import Testing

@Suite struct HistoryTests {
  private struct Entry: Decodable {
    let id: String
    let time: String
    let reason: String
    let changes: String
    let state: String
  }

  private static func entries(
    _ repository: TestRepository, _ arguments: [Bytes] = []
  ) throws -> [Entry] {
    let outcome = try repository.pulsar(arguments: ["history", "--json"] + arguments)
    #expect(outcome.status == 0, "\(outcome)")
    return try JSONDecoder().decode([Entry].self, from: Data(outcome.output.array))
  }

  @Test func `captures are listed newest first, with reason and what changed`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n")])
    let first = try #require(try repository.tip())
    try repository.write("new", "n\n")
    try repository.capture()
    let second = try #require(try repository.tip())
    let entries = try Self.entries(repository)
    #expect(entries.map { Bytes($0.id) } == [second, first])
    #expect(entries.map(\.reason) == ["now", "now"])
    #expect(entries[0].changes == "added new (+1 line)")
    #expect(entries.map(\.state) == ["durable", "durable"])
    #expect(entries[0].time.hasSuffix("Z"))
    let shown = try repository.pulsar("history")
    #expect(shown.output.contains("added new (+1 line)"), "\(shown)")
  }

  @Test func `what is pushed is told from what is not`() throws {
    let repository = try TestRepository.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.write("a.txt", "one\n")
    #expect(try repository.pulsar("now").status == 0)
    try repository.write("a.txt", "two\n")
    try repository.capture()
    #expect(try Self.entries(repository).map(\.state) == ["durable", "pushed"])
  }

  @Test func `with a path only its own changes count`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n")])
    try repository.write("dir/new", "n\n")
    try repository.capture()
    try repository.write("a.txt", "one\ntwo\n")
    try repository.write("b.txt", "b\n")
    try repository.capture()
    #expect(
      try Self.entries(repository, ["a.txt"]).map(\.changes) == [
        "modified a.txt (+1 line)", "modified a.txt (+1 -3 lines)",
      ])
    #expect(try Self.entries(repository, ["dir"]).map(\.changes) == ["added dir/new (+1 line)"])
    let none = try repository.pulsar("history", "nowhere")
    #expect(none.status == 1)
    #expect(none.shown.contains("no capture of main has a change of 'nowhere'"), "\(none)")
  }

  @Test func `the limit says how many more there are`() throws {
    let repository = try TestRepository.make()
    for round in 0..<3 {
      try repository.write("a.txt", Bytes("\(round)\n"))
      try repository.capture()
    }
    let outcome = try repository.pulsar("history", "--limit", "2")
    #expect(outcome.output.contains("… and 1 more"), "\(outcome)")
    #expect(try Self.entries(repository, ["--limit", "2"]).count == 2)
    #expect(try repository.pulsar("history", "--limit", "0").status == 64)
  }

  @Test func `without a capture it says so`() throws {
    let repository = try TestRepository.makeEmpty()
    let outcome = try repository.pulsar("history")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("no capture of main yet"), "\(outcome)")
    #expect(try Self.entries(repository).isEmpty)
  }

  @Test func `a detached HEAD has a history of its own`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n")])
    try repository.git("checkout", "-q", "-f", "--detach")
    #expect(try Self.entries(repository).isEmpty)
    try repository.write("a.txt", "detached\n")
    try repository.capture()
    #expect(try Self.entries(repository).count == 1)
  }
}
