import PulsarCore
import TestSupport
import Testing

@Suite struct RecordTests {
  /// A field of every kind.
  struct Everything: Record, Hashable {
    static let kind = "everything"
    static let version = 7

    var number: Int64
    var flag: Bool
    var text: String
    var path: GitPath?
    var ids: [ObjectID]
    var entries: [GitPath: [RefName: TreeEntry]]
    var set: Set<GitPath>
    var kinds: [Drift.Kind]
    var bytes: [UInt8]
    var time: WallTime

    func write(to writer: inout RecordWriter) {
      writer.write(self.number, self.flag, self.text, self.path, self.ids)
      writer.write(self.entries, self.set, self.kinds, self.bytes, self.time)
    }

    static func previous(_ file: [UInt8]) -> Self? {
      file == Array("before".utf8) ? Self(seed: 1) : nil
    }
  }

  private static let limits: [Int64] = [
    0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 32, .max, .min, .max - 1,
  ]

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `any value comes back from its file`(seed: UInt64) throws {
    let value = Everything(seed: seed)
    #expect(try Everything(file: value.file) == value)
    if seed <= 5 { try expectRecord(value) }
  }

  @Test(arguments: Self.limits)
  func `any number comes back`(number: Int64) throws {
    var value = Everything(seed: 1)
    value.number = number
    #expect(try Everything(file: value.file).number == number)
  }

  /// With a checksum that is right, so that the reader has to see for itself.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `what is read is what would be written`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let file = Everything(seed: seed).file
    let header = "git-pulsar everything 7\n".utf8.count
    for _ in 0..<100 {
      var changed = Array(file.dropLast(8))
      for _ in 0..<(1 + random.below(3)) where changed.count > header {
        let place = header + random.below(changed.count - header)
        switch random.below(3) {
        case 0: changed[place] = UInt8(random.below(256))
        case 1: changed.remove(at: place)
        default: changed.insert(UInt8(random.below(256)), at: place)
        }
      }
      let sum = FNV1a(changed).value
      changed += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * UInt64($0))) }
      guard let read = try? Everything(file: changed) else { continue }
      #expect(read.file == changed)
    }
  }

  @Test func `the file begins with what it is`() {
    let file = Everything(seed: 3).file
    #expect(file.starts(with: "git-pulsar everything 7\n".utf8))
  }

  @Test func `a file of the version before is read, one of a later version is refused as that`()
    throws
  {
    #expect(try Everything(file: Array("before".utf8)) == Everything(seed: 1))
    #expect(throws: RecordError.unknownVersion(8)) {
      try Everything(file: Array("git-pulsar everything 8\n".utf8))
    }
    for text in [
      "", "nonsense", "git-pulsar everything 6\n", "git-pulsar everything 7\n",
      "git-pulsar everything 7\n12345678", "git-pulsar everything ", "git-pulsar everything x\n",
      "git-pulsar everything 99999999999999999999999\n", "git-pulsar other 7\n",
    ] {
      #expect(throws: RecordError.damaged, "\(text)") { try Everything(file: Array(text.utf8)) }
    }
  }

  @Test func `each fault is told in words`() {
    #expect(RecordError.damaged.fault == "is damaged, or of a version not known here")
    #expect(RecordError.unknownVersion(3).fault == "is of version 3, which is not known here")
  }

  /// Source: RFC 9923, appendix of test vectors.
  @Test(
    arguments: [
      ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
    ])
  func `the hash is FNV-1a`(text: String, digits: String) {
    #expect(FNV1a(text.utf8).digits == digits)
    #expect(FNV1a(Array(text.utf8)[...]).digits == digits)
  }
}

extension RecordTests.Everything {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.number = try reader.read()
    self.flag = try reader.read()
    self.text = try reader.read()
    self.path = try reader.read()
    self.ids = try reader.read()
    self.entries = try reader.read()
    self.set = try reader.read()
    self.kinds = try reader.read()
    self.bytes = try reader.read()
    self.time = try reader.read()
  }

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func bytes(_ most: Int) -> [UInt8] { random.bytes(random.below(most + 1), from: 0...255) }
    func id() -> ObjectID {
      ObjectID(bytes: random.bytes(random.below(2) == 0 ? 20 : 32, from: 0...255))
    }
    self.number = Int64(bitPattern: random.next()) >> Int64(random.below(64))
    self.flag = random.below(2) == 0
    self.text = String(decoding: bytes(12), as: UTF8.self)
    self.path = random.below(3) == 0 ? nil : GitPath(bytes: bytes(12))
    self.ids = (0..<random.below(4)).map { _ in id() }
    self.entries = [:]
    for _ in 0..<random.below(4) {
      var entries: [RefName: TreeEntry] = [:]
      for _ in 0..<random.below(4) {
        entries[RefName(bytes: bytes(9))] = TreeEntry(mode: .executable, id: id())
      }
      self.entries[GitPath(bytes: bytes(3))] = entries
    }
    self.set = Set((0..<random.below(5)).map { _ in GitPath(bytes: bytes(4)) })
    self.kinds = (0..<random.below(4)).map { _ in random.below(2) == 0 ? .ahead : .diverged }
    self.bytes = bytes(200)
    self.time = WallTime(seconds: Int64(random.below(1 << 40)), utcOffsetMinutes: -90)
  }
}
