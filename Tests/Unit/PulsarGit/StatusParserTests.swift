import PulsarCore
import PulsarEngine
import TestSupport
import Testing

@testable import PulsarGit

@Suite struct StatusParserTests {
  private static let head = String(repeating: "1", count: 40)
  private static let index = String(repeating: "2", count: 40)
  private static let null = String(repeating: "0", count: 40)
  private static let onMain = ["# branch.oid \(Self.head)", "# branch.head main"]

  private static func output(_ records: [String]) -> [UInt8] {
    records.flatMap { Array($0.utf8) + [0] }
  }

  private func parse(_ records: [String]) throws -> (StatusParser, WorktreeScan) {
    let parser = try StatusParser(Self.output(Self.onMain + records))
    return (parser, try #require(parser.scan))
  }

  private func id(_ hex: String) throws -> ObjectID { try #require(ObjectID(hex: hex)) }

  // `1 XY sub mH mI mW hH hI path`
  private func line(
    _ state: String, _ modes: String = "100644 100644 100644", head: String = Self.head,
    index: String = Self.index, sub: String = "N...", _ path: String = "p"
  ) -> String { "1 \(state) \(sub) \(modes) \(head) \(index) \(path)" }

  private func verdict(_ line: String) throws -> ScannedPath.Verdict? {
    let (_, scan) = try self.parse([line])
    #expect(scan.paths.count <= 1)
    return scan.paths.first?.verdict
  }

  @Test func `reads where HEAD is`() throws {
    let (_, scan) = try self.parse([])
    #expect(scan.head == .branch(Branch("main"), try self.id(Self.head)))
    #expect(scan.paths.isEmpty && !scan.index.isStaged)
    let unborn = try StatusParser(Self.output(["# branch.oid (initial)", "# branch.head main"]))
    #expect(unborn.scan?.head == .unborn(Branch("main")))
    let detached = try StatusParser(
      Self.output(["# branch.oid \(Self.head)", "# branch.head (detached)"]))
    #expect(detached.scan?.head == .detached(try self.id(Self.head)))
    let odd = try StatusParser(
      Self.output(Self.onMain + ["# branch.upstream o/m", "# branch.ab +1 -2", "# stash 3", "#"]))
    #expect(odd.scan?.paths == [])
  }

  @Test func `a change in the working tree is read`() throws {
    #expect(
      try self.verdict(self.line(".M"))
        == .read(knownMode: .file, indexBlob: try self.id(Self.index)))
    #expect(
      try self.verdict(self.line(".T", "100644 100755 120000"))
        == .read(knownMode: .executable, indexBlob: try self.id(Self.index)))
    #expect(try self.verdict(self.line(".D")) == .gone)
  }

  @Test func `a staged entry that has not changed since is known without reading`() throws {
    let entry = TreeEntry(mode: .file, id: try self.id(Self.index))
    for state in ["M.", "A.", "T."] {
      let (_, scan) = try self.parse([self.line(state)])
      #expect(scan.paths.map(\.verdict) == [.entry(entry)])
      #expect(scan.index.changes == [TreeChange(path: GitPath("p"), entry: entry)])
    }
  }

  @Test func `a staged entry that has changed since is read, and staged as it is`() throws {
    let (_, scan) = try self.parse([self.line("MM")])
    let id = try self.id(Self.index)
    #expect(scan.paths.map(\.verdict) == [.read(knownMode: .file, indexBlob: id)])
    #expect(
      scan.index.changes
        == [TreeChange(path: GitPath("p"), entry: TreeEntry(mode: .file, id: id))])
    #expect(try self.verdict(self.line("AD")) == .gone)
  }

  @Test func `a path taken out of the index is gone, unless it is there untracked`() throws {
    let line = self.line("D.", "100644 000000 000000", index: Self.null)
    #expect(try self.verdict(line) == .gone)
    for records in [[line, "? p"], ["? p", line]] {
      let (_, scan) = try self.parse(records)
      #expect(scan.paths.map(\.verdict) == [.read(knownMode: nil, indexBlob: nil)])
      #expect(scan.index.changes == [TreeChange(path: GitPath("p"), entry: nil)])
    }
  }

  @Test func `a path of an intent to add is read and named`() throws {
    let (_, scan) = try self.parse([
      self.line(".A", "000000 000000 100644", head: Self.null, index: Self.null)
    ])
    #expect(scan.paths.map(\.verdict) == [.read(knownMode: nil, indexBlob: nil)])
    #expect(scan.index.intentToAdd == [GitPath("p")])
    #expect(scan.index.changes == [])
  }

  @Test func `a conflict is read and named`() throws {
    let ids = [Self.head, Self.index, Self.head].joined(separator: " ")
    let modes = "100644 100755 100644"
    for (state, mode, verdict) in [
      ("UU", "100644", ScannedPath.Verdict.read(knownMode: .executable, indexBlob: nil)),
      ("DU", "000000", .gone),
    ] {
      let (_, scan) = try self.parse(["u \(state) N... \(modes) \(mode) \(ids) a b"])
      #expect(scan.paths == [ScannedPath(path: GitPath("a b"), verdict: verdict)])
      #expect(scan.index.unmerged == [GitPath("a b")])
    }
  }

  @Test func `submodules give links, and are named when dirty or moved`() throws {
    let modes = "160000 160000 160000"
    let entry = TreeEntry(mode: .gitlink, id: try self.id(Self.index))
    let (dirty, dirtyScan) = try self.parse([
      self.line(".M", modes, sub: "S.M.", "a"), self.line(".M", modes, sub: "S..U", "b"),
    ])
    #expect(dirtyScan.dirtySubmodules == [GitPath("a"), GitPath("b")])
    #expect(dirtyScan.paths.isEmpty && dirty.movedSubmodules.isEmpty)
    let (moved, movedScan) = try self.parse([self.line(".M", modes, sub: "SC..", "a")])
    #expect(moved.movedSubmodules == [GitPath("a")])
    #expect(movedScan.dirtySubmodules.isEmpty && movedScan.paths.isEmpty)
    #expect(try self.verdict(self.line("A.", modes, sub: "S...")) == .entry(entry))
    #expect(try self.verdict(self.line(".D", modes, sub: "S...")) == .gone)
  }

  @Test func `an untracked repository is no file`() throws {
    let (parser, scan) = try self.parse(["? nested/", "? file"])
    #expect(parser.nestedRepositories == [GitPath("nested")])
    #expect(scan.paths.map(\.path) == [GitPath("file")])
  }

  @Test func `paths may hold any byte, and come out in order`() throws {
    let names: [[UInt8]] = [[0xFF, 0x0A, 0x20], Array("b \" c".utf8), Array(" a".utf8)]
    let lineBytes = Array("1 .M N... 100644 100644 100644 \(Self.head) \(Self.index) ".utf8)
    var output = Self.output(Self.onMain) + names.flatMap { Array("? ".utf8) + $0 + [0] }
    output += lineBytes + [0xC3, 0x20, 0x28, 0]
    let scan = try #require(try StatusParser(output).scan)
    #expect(
      scan.paths.map(\.path.bytes)
        == (names + [[0xC3, 0x20, 0x28]]).sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test(arguments: [
    "1 .M", "1 .M N... 100644 100644 100644 1 2 p", "1  N... 100644 100644 100644", "2 R. x", "x",
    "!",
    "u UU N... 1 2 3 4 5 6 7", "1 M N... 100644 100644 100644 \(Self.head) \(Self.index) p",
    "1 .M S 160000 160000 160000 \(Self.head) \(Self.index) p",
    "1 .M SC 160000 160000 160000 \(Self.head) \(Self.index) p",
    "1 .M N... 100644 100644 100644 \(Self.head) \(Self.index) ", "? ", "?",
  ])
  func `a line that is not in the format is an error`(line: String) {
    #expect(throws: CaptureError.self) { try StatusParser(Self.output(Self.onMain + [line])) }
  }

  @Test func `output that ends in the middle is an error`() throws {
    let whole = Self.output(Self.onMain + [self.line(".M"), "? other"])
    for end in 0..<whole.count {
      // A record may end where its path could have gone on only at its NUL.
      let cut = Array(whole[..<end])
      if cut.last == 0 && cut.count >= Self.output(Self.onMain).count { continue }
      #expect(throws: CaptureError.self, "cut at \(end)") { try StatusParser(cut) }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `mutated output is read or refused, and never traps`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let modes = "160000 160000 160000"
    let whole = Self.output(
      Self.onMain + [
        self.line(".M"), self.line("A.", modes, sub: "SCMU"), "? a/", "? b",
        "u UU N... 100644 100644 100644 100644 \(Self.head) \(Self.head) \(Self.head) c",
      ])
    for _ in 0..<500 {
      var output = whole
      for _ in 0..<(1 + random.below(4)) {
        let place = random.below(output.count)
        switch random.below(4) {
        case 0: output[place] = random.pick([0, 0x20, 0x2F, 0x31, 0x53, 0xFF])
        case 1: output.removeSubrange(place..<min(output.count, place + 1 + random.below(50)))
        case 2: output.insert(random.pick([0, 0x20, 0x31, 0x75]), at: place)
        default: output[place] = UInt8(random.below(256))
        }
        if output.isEmpty { output = [0] }
      }
      if let parser = try? StatusParser(output) {
        #expect(parser.scan != nil, "seed \(seed)")
        #expect(parser.scan?.paths.allSatisfy { !$0.path.isRoot } == true, "seed \(seed)")
      }
    }
  }
}
