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

  @Test func `the newest capture and what it left out`() throws {
    func note(_ skipped: [SkippedPath]) throws -> CaptureNote {
      let plain =
        "git-pulsar capture 2\0refs/pulsar/streams/lap--1/main\0refs/pulsar/pushed/lap--1/main\0\(Self.twos)\0main\01234\0\(Self.twos)"
      return try CaptureNote(file: Array(plain.utf8)).following(self.two, skipping: skipped)
    }
    try self.expect(
      "git-pulsar capture 2\0refs/pulsar/streams/lap--1/main\0refs/pulsar/pushed/lap--1/main\0\(Self.twos)\0main\01234\0\(Self.twos)\0too-large\n5\na b\nc\0unreadable\nno permission\nd\0kept-changing\n\ne\0not-a-file\n\nf\0filter-failed\nexit 1\ng\0refused-name\n\nh\0not-written\n\ni\0refused-by-remote\ntoo secret\nj",
      means: note([
        .init(path: self.odd, reason: .tooLarge(ByteCount(5))),
        .init(path: "d", reason: .unreadable("no permission")),
        .init(path: "e", reason: .keptChanging), .init(path: "f", reason: .notAFile),
        .init(path: "g", reason: .filterFailed("exit 1")),
        .init(path: "h", reason: .refusedName), .init(path: "i", reason: .notWritten),
        .init(path: "j", reason: .refusedByRemote("too secret")),
      ]))
  }

  @Test func `what streams are called`() throws {
    try self.expect(
      "git-pulsar streams 1\0detached/111\ndetached/111\0side/x\nside--0011",
      means: StreamNames(entries: [
        .init(branch: Branch("detached/111"), leaf: Array("detached/111".utf8)),
        .init(branch: Branch("side/x"), leaf: Array("side--0011".utf8)),
      ]))
  }

  // MARK: of a clone

  @Test func `streams whose large files the remote lacks`() throws {
    try self.expect(
      "git-pulsar pointers only 1\0\(Self.ones)\nrefs/heads/wip/pulsar/lap--1/main\0\nrefs/heads/wip/pulsar/lap--1/side",
      means: PointersRecord(stretches: [
        RefName("refs/heads/wip/pulsar/lap--1/main"): .init(base: self.one),
        RefName("refs/heads/wip/pulsar/lap--1/side"): .init(base: nil),
      ]))
  }

  /// A cache is not read from the version before: files are read once more.
  @Test func `which blob each file was stored as`() throws {
    let stamp = try #require(FileStamp(numbers: [1, -2, 33188, 5, 6, 7, 8, 9]))
    let entry = StatCache.IndexFlags.Entry(path: ".gitattributes", entry: self.file)
    let content = StatCacheContent(
      flags: .init(stamp: stamp, entries: [entry], attributeFiles: [entry, entry]),
      records: [self.odd: .init(stamp: stamp, entry: self.file, conversion: .max - 3)])
    try expectRecord(content)
    let read = try StatCacheContent(file: content.file)
    #expect(read.flags == content.flags && read.records == content.records)
    #expect(throws: RecordError.damaged) {
      try StatCacheContent(file: Array("git-pulsar stat cache 3\n".utf8))
    }
  }

  @Test func `what the remote refused`() throws {
    var content = RefusedFile.Content()
    content.refused.groups = [
      .init(
        leaf: Array("main".utf8), time: WallTime(seconds: 1000), words: "too large",
        contents: [self.odd: [self.one, self.two], "z": [self.one]]),
      .init(
        leaf: Array("side".utf8), time: WallTime(seconds: -5), words: "no secrets",
        contents: ["y": [self.two]]),
    ]
    let groups =
      "1000\ntoo large\nmain\0path\n\(Self.ones) \(Self.twos)\na b\nc\0path\n\(Self.ones)\nz\0-5\nno secrets\nside\0path\n\(Self.twos)\ny"
    let commits = "\(Self.twos)\n\(Self.ones)"
    content.pending = .init(
      stream: self.stream, base: self.one, tip: self.two, commit: self.one, groups: 1)
    try self.expect(
      "git-pulsar refused 1\01\n\(Self.ones)\n\(commits)\nrefs/pulsar/streams/lap--1/main\0\(groups)",
      means: content)
    content.pending = .init(
      stream: self.stream, base: nil, tip: self.two, commit: self.one, groups: 1)
    try self.expect(
      "git-pulsar refused 1\01\n\n\(commits)\nrefs/pulsar/streams/lap--1/main\0\(groups)",
      means: content)
    content.pending = nil
    try self.expect("git-pulsar refused 1\0\0\(groups)", means: content)
  }

  @Test func `how pushes ended, and where they went`() throws {
    var attempts = PushAttempts()
    attempts.lastSuccess = WallTime(seconds: 77)
    try self.expect("git-pulsar push state 2\077", means: attempts)
    attempts.failures = [
      PushState.Failure(
        trouble: .other, why: "there is no remote 'origin'",
        whatToDo:
          "add one with 'git remote add', or set core.remote_name; captures are kept here",
        time: WallTime(seconds: 77), ref: RefName("refs/heads/wip/pulsar/lap--1/main"))
    ]
    try self.expect(
      "git-pulsar push state 2\077\077\nother\nthere is no remote \'origin\'\nadd one with \'git remote add\', or set core.remote_name; captures are kept here\nrefs/heads/wip/pulsar/lap--1/main",
      means: attempts)
    try self.expect(
      "git-pulsar push place 2\nabc123\norigin\n",
      means: PushPlace(mark: "abc123", remote: "origin"))
  }

  @Test func `what the radar found`() throws {
    let drift = Drift(
      kind: .diverged, slug: "desk--2", machine: "desk", branch: Branch("main"), tip: self.two,
      time: WallTime(seconds: 9, utcOffsetMinutes: -60))
    var record = RadarRecord()
    record.take(
      RadarRecord.View(
        standpoint: OwnStandpoint(branch: Branch("main"), capture: self.one, head: nil),
        mark: "0123", drift: [drift],
        elsewhere: [
          ElsewhereDrift(branch: Branch("other"), capture: self.two),
          ElsewhereDrift(branch: Branch("third"), capture: nil),
        ]))
    _ = record.tell([drift])
    record.failure = .init(why: "no network", since: WallTime(seconds: -5))
    var report = StreamFetchReport()
    report.failed = [.init(ref: RefName("refs/heads/x/y"), id: self.one, why: nil)]
    record.take(report, at: WallTime(seconds: 77))
    let previous =
      "git-pulsar radar 1\0view\0main\0\(Self.ones)\0\00123\0drift\0diverged\0desk--2\0desk\0\(Self.twos)\09\0-60\0elsewhere\0other\0\(Self.twos)\0elsewhere\0third\0\0told\0diverged\0desk--2\0main\0\(Self.twos)\0refused\0refs/heads/x/y\0\(Self.ones)\077\0failure\0no network\0-5\0end\0"
    try self.expect(previous, means: record)
    for count in 0..<previous.utf8.count {
      #expect(throws: RecordError.damaged) {
        try RadarRecord(file: Array(previous.utf8.prefix(count)))
      }
    }
  }

  @Test func `what is known of finalizations`() throws {
    var record = LineageRecord()
    record.tips = [self.one]
    record.absent = [self.two]
    record.finalizations.append(
      .init(result: self.one, tree: self.two, seconds: 5, captures: [self.one, self.two]))
    record.finalizations.append(
      .init(
        result: self.two, tree: self.two, seconds: -6, captures: [], earlier: [0],
        stand: self.one))
    record.continuations = [.init(capture: self.one, stand: self.two)]
    try self.expect(
      "git-pulsar lineage 1\nfb93ad0273ce0bfb\ntip \(Self.ones)\nabsent \(Self.twos)\nentry \(Self.ones) \(Self.twos) 5 - \(Self.ones),\(Self.twos) -\nentry \(Self.twos) \(Self.twos) -6 \(Self.ones) - 0\ncontinued \(Self.ones) \(Self.twos)\n",
      means: record)
  }

  @Test func `which start of the system it is`() throws {
    let boot = "01234567-89ab-cdef-0123-456789abcdef"
    try self.expect("1 \(boot)\n", means: BootRecord(boot: Array(boot.utf8)))
  }

  @Test func `slugs of a clone`() throws {
    var identity = CloneIdentity()
    identity.settle(Machine(name: "laptop", id: "9a7b2c1d55554444"))
    identity.begin(Machine(name: "laptop", id: "9a7b2c1d55554444", clone: "ab12cd"))
    try self.expect(
      "git-pulsar clone 1\nslug laptop--9a7b2c1d\nfork laptop--9a7b2c1d-ab12cd\n",
      means: identity)
  }

  // MARK: of a machine

  @Test func `roots of registered repositories`() throws {
    try self.expect(
      "\(Self.ones) /a b\n\(Self.twos) /c\n",
      means: RootsRecord(roots: ["/a b": self.one, "/c": self.two]))
  }
}
