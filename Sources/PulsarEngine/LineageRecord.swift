package import PulsarCore

/// Where `Lineage` keeps what it found out: a cache, made anew where it is lost.
package protocol LineageMemory: AnyObject {
  /// Nil when there is nothing.
  func load() -> LineageRecord?
  func save(_ record: LineageRecord)
}

/// What `Lineage` found out of finalizations and of sessions that were taken back.
///
/// All of it follows from commits, which never change: it holds for the marks it names, as long as
/// commits that were missing then are missing still.
package struct LineageRecord {
  /// More are forgotten, the oldest first.
  static let continuationsMax = 1000

  /// The newest mark of each machine then.
  package var tips: [ObjectID] = []
  /// Commits that were not here.
  package var absent: [ObjectID] = []
  package var finalizations = Finalizations()
  /// Captures, and what stands for them; oldest first.
  package var continuations: [Continuation] = []

  package struct Continuation: Hashable, Sendable {
    package let capture: ObjectID
    package let stand: ObjectID

    package init(capture: ObjectID, stand: ObjectID) {
      self.capture = capture
      self.stand = stand
    }
  }

  package init() {}
}

extension LineageRecord: Record {
  package static let kind = "lineage"
  package static let version = 2

  package func write(to writer: inout RecordWriter) {
    writer.write(
      self.tips, self.absent, self.finalizations.entries,
      Array(self.continuations.suffix(Self.continuationsMax)))
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.tips = try reader.read()
    self.absent = try reader.read()
    for entry in try reader.read([Finalizations.Entry].self) {
      guard self.take(entry) else { throw .damaged }
    }
    self.continuations = try reader.read()
  }

  /// A line a fact, after a checksum over all lines.
  package static func previous(_ file: [UInt8]) -> Self? {
    guard
      let lines = PreviousFile.parts(
        of: file, header: "git-pulsar lineage 1", separator: PreviousFile.newline),
      let sum = lines.first,
      sum.elementsEqual(FNV1a(lines.dropFirst().joined(separator: [10])).digits.utf8)
    else { return nil }
    var record = Self()
    for line in lines.dropFirst() where !line.isEmpty {
      guard record.takePrevious(line.split(separator: 0x20)) else { return nil }
    }
    return record
  }

  private mutating func takePrevious(_ words: [ArraySlice<UInt8>]) -> Bool {
    let ids = words.dropFirst().prefix(2).map { ObjectID(hex: $0) }
    guard let kind = words.first, let first = ids.first, let first else { return false }
    switch (PreviousFile.text(kind), words.count) {
    case ("tip", 2): self.tips.append(first)
    case ("absent", 2): self.absent.append(first)
    case ("continued", 3):
      guard let stand = ids[1] else { return false }
      self.continuations.append(Continuation(capture: first, stand: stand))
    case ("entry", 7):
      guard let tree = ids[1], let seconds = Int64(PreviousFile.text(words[3])),
        let captures = Self.list(words[5], { ObjectID(hex: $0) }),
        let earlier = Self.list(words[6], { Int(PreviousFile.text($0)) })
      else { return false }
      return self.take(
        Finalizations.Entry(
          result: first, tree: tree, seconds: seconds, captures: captures, earlier: earlier,
          stand: ObjectID(hex: words[4])))
    default: return false
    }
    return true
  }

  /// - Returns: false when the entry names later ones.
  private func take(_ entry: Finalizations.Entry) -> Bool {
    guard entry.earlier.allSatisfy(self.finalizations.entries.indices.contains) else {
      return false
    }
    self.finalizations.append(entry)
    return true
  }

  /// What commas separate; nil when one is not understood.
  private static func list<Value>(
    _ word: ArraySlice<UInt8>, _ read: (ArraySlice<UInt8>) -> Value?
  ) -> [Value]? {
    if word.elementsEqual("-".utf8) { return [] }
    let parts = word.split(separator: UInt8(ascii: ","))
    let values = parts.compactMap(read)
    return values.count == parts.count ? values : nil
  }
}

extension LineageRecord.Continuation: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.capture, self.stand) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(capture: try reader.read(), stand: try reader.read())
  }
}

extension Finalizations.Entry: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(
      self.result, self.tree, self.seconds, self.captures, self.earlier, self.stand)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      result: try reader.read(), tree: try reader.read(), seconds: try reader.read(),
      captures: try reader.read(), earlier: try reader.read(), stand: try reader.read())
  }
}
