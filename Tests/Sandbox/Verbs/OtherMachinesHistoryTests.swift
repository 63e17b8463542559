import Foundation
import Testing

/// `history --all`.
@Suite struct OtherMachinesHistoryTests {
  private struct Entry: Decodable {
    struct Session: Decodable {
      let id: String
      let machine: String
    }

    let id: String
    let machine: String
    let changes: String
    let state: String
    let takenOver: [Session]?

    enum CodingKeys: String, CodingKey {
      case id, machine, changes, state
      case takenOver = "taken_over"
    }
  }

  private static func entries(
    _ repository: TestRepository, _ arguments: [Bytes] = []
  ) throws -> [Entry] {
    let outcome = try repository.pulsar(arguments: ["history", "--all", "--json"] + arguments)
    #expect(outcome.status == 0, "\(outcome)")
    return try JSONDecoder().decode([Entry].self, from: Data(outcome.output.array))
  }

  @Test func `captures of all machines come in the order of ancestry, whatever their clocks say`()
    throws
  {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.write("a.txt", "laptop\n")
    #expect(try laptop.pulsar("now", "--here", clock: "2026-01-01 12:00:00").status == 0)
    let first = try #require(try laptop.tip())
    // Two hours ahead, and made earlier than what follows.
    let other = try machines.desktopCaptures([("new", "n\n")], clock: "2026-01-01 14:00:00")
    let takeover = try machines.laptopTakesOver(other, time: "2026-01-01T12:05:00Z")
    let later = try machines.desktopCaptures([("new", "nn\n")], clock: "2026-01-01 14:10:00")

    let entries = try Self.entries(laptop)
    #expect(entries.map { Bytes($0.id) } == [later, takeover, other, first])
    let (here, there) = (try machines.slug(of: "laptop"), try machines.slug(of: "desktop"))
    #expect(entries.map(\.machine) == [there, here, there, here])
    #expect(entries.map(\.state) == ["pushed", "durable", "pushed", "pushed"])
    #expect(entries[1].takenOver?.map { Bytes($0.id) } == [other])
    #expect(entries[1].takenOver?.map(\.machine) == [there])
    #expect(entries[0].takenOver?.isEmpty == true)
    #expect(entries[2].changes == "added new (+1 line)")

    let shown = try laptop.pulsar("history", "--all")
    #expect(
      shown.output.contains("took over \(other.text.prefix(12)) of desktop"), "\(shown)")
    #expect(shown.output.lines.first?.contains("machine") == true, "\(shown)")
    #expect(
      shown.errors.contains("'git pulsar sync' or the daemon's radar brings newer ones"), "\(shown)"
    )
    // Without --all it is as it was.
    let own = try laptop.pulsar("history")
    #expect(!own.shown.contains("desktop"), "\(own)")
  }

  @Test func `it lists what git finds in the streams, and no more`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    for round in 0..<3 {
      try laptop.write("a.txt", Bytes("\(round)\n"))
      // A staged file makes an index commit.
      try laptop.git("add", "a.txt")
      try laptop.write("a.txt", Bytes("\(round) more\n"))
      try laptop.capture()
      try machines.desktopCaptures([("b.txt", Bytes("\(round)\n"))])
    }
    try machines.laptopTakesOver(
      try laptop.id(machines.desktop.stream(of: "main")), time: "2026-01-01T12:05:00Z")
    let heads = try laptop.git(
      "rev-list", "--first-parent", "--glob=refs/pulsar/streams/*", "^main"
    ).lines
    let entries = try Self.entries(laptop)
    #expect(Set(entries.map { Bytes($0.id) }) == Set(heads))
    #expect(entries.count == heads.count)
    for (index, entry) in entries.enumerated() {
      for earlier in entries[..<index] {
        #expect(
          try !laptop.isAncestor(Bytes(earlier.id), of: Bytes(entry.id)),
          "\(earlier.id) is before \(entry.id)")
      }
    }
  }

  @Test func `a session that was taken over is listed although its own stream is not here`() throws
  {
    let machines = try TwoMachines()
    try machines.laptop.write("a.txt", "laptop\n")
    #expect(try machines.laptop.pulsar("now", "--here", clock: "2026-01-01 12:00:00").status == 0)
    let other = try machines.desktopCaptures([("new", "n\n")], clock: "2026-01-01 12:01:00")
    let takeover = try machines.laptopTakesOver(other, time: "2026-01-01T12:05:00Z")
    let slug = try machines.slug(of: "desktop")
    try machines.laptop.git("update-ref", "-d", Bytes("refs/pulsar/streams/\(slug)/main"))
    let entries = try Self.entries(machines.laptop)
    #expect(entries.prefix(2).map { Bytes($0.id) } == [takeover, other])
    #expect(entries[1].machine == slug)
  }

  @Test func `captures of another branch are left out`() throws {
    let machines = try TwoMachines()
    try machines.on("desktop") {
      try machines.desktop.git("checkout", "-q", "-b", "topic")
      try machines.desktop.write("topic", "t\n")
      #expect(try machines.desktop.pulsar("now", "--here").status == 0)
    }
    try machines.fetch("desktop", into: machines.laptop)
    #expect(try Self.entries(machines.laptop).isEmpty)
    let shown = try machines.laptop.pulsar("history", "--all")
    #expect(shown.status == 0)
    #expect(
      shown.output.contains("no capture of main by any machine known here yet"), "\(shown)")
    try machines.laptop.git("checkout", "-q", "-b", "topic")
    #expect(try Self.entries(machines.laptop).map(\.changes) == ["added topic (+1 line)"])
  }

  @Test func `with a path only its own changes count, on every machine`() throws {
    let machines = try TwoMachines()
    try machines.laptop.write("a.txt", "laptop\n")
    try machines.laptop.capture()
    try machines.desktopCaptures([("b.txt", "desktop\n")])
    try machines.desktopCaptures([("a.txt", "desktop\n")])
    #expect(
      Set(try Self.entries(machines.laptop, ["a.txt"]).map(\.changes))
        == ["modified a.txt (+1 -3 lines)"])
    #expect(try Self.entries(machines.laptop, ["a.txt"]).count == 2)
    #expect(try Self.entries(machines.laptop, ["--limit", "1"]).count == 1)
    #expect(
      try machines.laptop.pulsar("history", "--all", "--limit", "1").output.contains(
        "… and 2 more"))
    #expect(try machines.laptop.pulsar("history", "--all", "dir").status == 1)
  }

  @Test func `machines of one name are told apart by their slugs`() throws {
    let machines = try TwoMachines()
    try machines.laptop.write("a.txt", "laptop\n")
    try machines.laptop.capture()
    try machines.desktopCaptures([("new", "n\n")])
    let slug = try machines.slug(of: "desktop")
    let twin = Bytes("refs/pulsar/streams/desktop--ffff0000/main")
    try machines.laptop.git("update-ref", twin, "main~0")
    let shown = try machines.laptop.pulsar("history", "--all")
    #expect(shown.output.contains(slug), "\(shown)")
    #expect(shown.output.contains("laptop ") && !shown.output.contains("laptop--"), "\(shown)")
  }
}
