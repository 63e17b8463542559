import PulsarCore
import PulsarEngine
import Testing

@testable import PulsarCommands
@testable import PulsarGit
@testable import PulsarSystem

/// Files as the version before records wrote them, byte for byte.
@Suite struct PreviousFilesTests {
  private static let ones = String(repeating: "1", count: 40)
  private static let twos = String(repeating: "2a", count: 20)
  private let one = ObjectID(bytes: [UInt8](repeating: 0x11, count: 20))
  private let two = ObjectID(bytes: [UInt8](repeating: 0x2A, count: 20))
  private let odd: GitPath = "a b\nc"
  private let stream: RefName = RefName("refs/pulsar/streams/lap--1/main")
  private var file: TreeEntry { TreeEntry(mode: .file, id: self.one) }

  private func expect<Content: Record>(
    _ previous: String, means record: Content, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let read = try Content(file: Array(previous.utf8))
    #expect(read.file == record.file, sourceLocation: sourceLocation)
    try expectRecord(record, sourceLocation: sourceLocation)
  }

  // MARK: of a working tree

  @Test func `what finalize staged`() throws {
    try self.expect(
      "git-pulsar finalizing 1\0topic\0main\0\(Self.ones)\0\(Self.twos)\0conflicts\0\(Self.twos) \(Self.ones)",
      means: FinalizingNote.Content(
        branch: Branch("topic"), target: Branch("main"), start: self.one, tree: self.two,
        hasConflicts: true, captures: [self.two, self.one]))
  }

  @Test func `paths that are local only`() throws {
    try self.expect(
      "git-pulsar local-only 1\0a b\nc\0z", means: LocalOnlyRecord(paths: [self.odd, "z"]))
  }

  @Test func `what syncs brought`() throws {
    let link = TreeEntry(mode: .symlink, id: self.two)
    let main: [GitPath: SyncedEntry] = [
      self.odd: SyncedEntry(brought: self.file, seen: .entry(link), indexed: nil),
      "x": SyncedEntry(brought: nil, seen: .absent, indexed: self.file),
      "y": SyncedEntry(brought: self.file, seen: .notCheckedOut, indexed: self.file),
    ]
    let side: [GitPath: SyncedEntry] = [
      "z": SyncedEntry(brought: self.file, seen: .deleted, indexed: nil)
    ]
    try self.expect(
      "git-pulsar synced 1\0L\nmain\0B\n\(Self.ones)\nmain\0E\n100644 \(Self.ones)\n120000 \(Self.twos)\n-\na b\nc\0E\n-\nabsent\n100644 \(Self.ones)\nx\0E\n100644 \(Self.ones)\nnot-checked-out\n100644 \(Self.ones)\ny\0B\n-\nside\0E\n100644 \(Self.ones)\ndeleted\n-\nz\05729c8192bae1b78",
      means: SyncRecord(
        branches: [
          Array("main".utf8): SyncedEntries(head: self.one, entries: main),
          Array("side".utf8): SyncedEntries(head: nil, entries: side),
        ], last: Array("main".utf8)))
  }

  @Test func `a transition under way`() throws {
    let handover = Handover(
      stream: self.stream, sessions: [self.one, self.two], continuing: self.two)
    try self.expect(
      "git-pulsar journal 1\0refs/pulsar/undo/1\0\(Self.ones)\0forward places\0refs/pulsar/streams/lap--1/main\0\(Self.ones) \(Self.twos)\0\(Self.twos)",
      means: TransitionJournal.Entry(
        record: RefName("refs/pulsar/undo/1"), id: self.one, isBackwards: false,
        isAtPlaces: true, handover: handover))
    try self.expect(
      "git-pulsar journal 1\0refs/pulsar/undo/1\0\(Self.ones)\0back",
      means: TransitionJournal.Entry(
        record: RefName("refs/pulsar/undo/1"), id: self.one, isBackwards: true))
  }

  @Test func `a handover that no capture has recorded`() throws {
    try self.expect(
      "git-pulsar handover 1\0refs/pulsar/streams/lap--1/main\0\(Self.ones) \(Self.twos)\0\(Self.twos)",
      means: Handover(stream: self.stream, sessions: [self.one, self.two], continuing: self.two))
    try self.expect(
      "git-pulsar handover 1\0refs/x/y\0\0",
      means: Handover(stream: RefName("refs/x/y"), sessions: []))
  }

  @Test func `files with conflict markers`() throws {
    let content = Array("<<<<<<< b\nx\n>>>>>>> a\n".utf8)
    let marked = try #require(MarkedPath(path: self.odd, content: content, versions: []))
    try self.expect(
      "git-pulsar unmerged 1\n6120620a63 3c3c3c3c3c3c3c2062 0 3e3e3e3e3e3e3e2061 0\n",
      means: UnmergedRecord(marked: [marked]))
  }
}
