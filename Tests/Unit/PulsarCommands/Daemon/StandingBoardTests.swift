import PulsarCore
import PulsarEngine
import Testing

@testable import PulsarCommands

@Suite struct StandingBoardTests {
  private static let now = MonotonicTime(nanoseconds: 7_000_000_000)
  private static let later = Self.now + .seconds(60)

  private static let captures: [Standing.Captures] = [
    .captured, .waiting(since: Self.now, until: Self.later), .inLine, .underWay(since: Self.now),
    .paused, .missing, .busy, .suspended(batteryPercent: 9), .delayedByLoad(until: Self.later),
    .backingOff(until: Self.later, .passing), .backingOff(until: Self.later, .lasting),
  ]
  private static let pushes: [Standing.Pushes] =
    [
      .off, .pushed, .waiting(until: Self.later), .underWay(since: Self.now), .held,
      .suspended(batteryPercent: 9), .deferred(until: Self.later),
    ] + PushTrouble.allCases.map { .backingOff(until: Self.later, $0) }

  /// One for each thing that can be said.
  private static let full: StandingBoard.Content = {
    func entry(
      _ captures: Standing.Captures, _ pushes: Standing.Pushes, _ absence: Absence? = nil,
      _ unwatched: UnwatchedReason? = nil
    ) -> StandingBoard.Entry {
      StandingBoard.Entry(
        repository: GitPath(bytes: [0x2F, 0x0A, 0xFF]), absence: absence,
        standing: Standing(captures: captures, pushes: pushes, isWatched: unwatched == nil),
        unwatched: unwatched)
    }
    var entries = Self.captures.map { entry($0, .held) } + Self.pushes.map { entry(.paused, $0) }
    let absences: [Absence] = [.missing, .foreign, .barred, .refused(why: "why"), .unknown]
    entries += absences.map { entry(.missing, .held, $0) }
    let reasons: [UnwatchedReason] = [
      .outOfWatches, .silentFileSystem(kind: "NFS", folder: "/a"), .refused(cause: "why"),
    ]
    entries += reasons.map { entry(.captured, .pushed, nil, $0) }
    entries.append(
      StandingBoard.Entry(repository: "/two", absence: nil, standing: nil, unwatched: nil))
    return StandingBoard.Content(
      now: Self.now, wall: WallTime(seconds: 1_795_190_645, utcOffsetMinutes: 60),
      entries: entries)
  }()

  @Test func `what is written is what is read`() throws {
    let folder = try StateFolder()
    let board = StandingBoard(stateFolder: folder.path)
    #expect(board.read() == nil)
    try board.write(Self.full)
    #expect(StandingBoard(stateFolder: folder.path).read() == Self.full)
    try expectRecord(Self.full)
  }

  @Test(arguments: [
    "", "git-pulsar daemon state 1\0/a\0b\0c\0d\0", "git-pulsar daemon state 3\n", "nonsense",
  ])
  func `what is not understood says nothing`(text: String) throws {
    let folder = try StateFolder()
    try folder.write("daemon.state", text)
    #expect(StandingBoard(stateFolder: folder.path).read() == nil)
  }

  @Test func `words are those of the moment it was written`() {
    let entry = Self.full.entries[1]
    #expect(
      Self.full.words.captures(entry)
        == "changes are captured when files are quiet, from 17:05 on")
    #expect(Self.full.words.pushes(entry) == "pushes wait with the captures")
  }

  @Test func `of a repository that is not there only that is said`() throws {
    let entry = try #require(Self.full.entries.first { $0.absence == .foreign })
    #expect(
      Self.full.words.captures(entry)
        == "another repository lies there; run 'git pulsar' in it to register that one")
    #expect(Self.full.words.pushes(entry) == "")
    let new = try #require(Self.full.entries.last)
    #expect(Self.full.words.captures(new) == "it is being looked at")
    #expect(Self.full.words.pushes(new) == "")
  }
}
