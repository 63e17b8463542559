package import PulsarCore

/// Where `Lineage` keeps what it found out: a cache, made anew where it is lost.
package protocol LineageMemory: AnyObject {
  /// Nil when there is nothing.
  func load() -> [UInt8]?
  func save(_ bytes: [UInt8])
}

/// What `Lineage` found out of finalizations and of sessions that were taken back, as bytes.
///
/// All of it follows from commits, which never change: it holds for the marks it names, as long as
/// commits that were missing then are missing still.
package struct LineageRecord {
  private static let header = "git-pulsar lineage 1"
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

  /// A line a fact, after a header and a sum over all lines.
  package var bytes: [UInt8] {
    var text = ""
    for tip in self.tips { text += "tip \(tip.hex)\n" }
    for id in self.absent { text += "absent \(id.hex)\n" }
    for entry in self.finalizations.entries {
      let captures = entry.captures.map(\.hex).joined(separator: ",")
      let earlier = entry.earlier.map { String($0) }.joined(separator: ",")
      text +=
        "entry \(entry.result.hex) \(entry.tree.hex) \(entry.seconds) \(entry.stand?.hex ?? "-") "
        + "\(captures.isEmpty ? "-" : captures) \(earlier.isEmpty ? "-" : earlier)\n"
    }
    for one in self.continuations.suffix(Self.continuationsMax) {
      text += "continued \(one.capture.hex) \(one.stand.hex)\n"
    }
    let body = Array(text.utf8)
    return Array("\(Self.header)\n\(StreamRefs.fingerprint(body))\n".utf8) + body
  }

  /// Nil when it is not whole, or of another version.
  package init?(bytes: [UInt8]) {
    let parts = bytes.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual(Self.header.utf8),
      parts[1].elementsEqual(StreamRefs.fingerprint(Array(parts[2])).utf8)
    else { return nil }
    for line in parts[2].split(separator: 10) {
      guard self.take(line.split(separator: 0x20)) else { return nil }
    }
  }

  private mutating func take(_ words: [ArraySlice<UInt8>]) -> Bool {
    let ids = words.dropFirst().prefix(2).map { ObjectID(hex: $0) }
    guard let kind = words.first, let first = ids.first, let first else { return false }
    switch (String(decoding: kind, as: UTF8.self), words.count) {
    case ("tip", 2): self.tips.append(first)
    case ("absent", 2): self.absent.append(first)
    case ("continued", 3):
      guard let stand = ids[1] else { return false }
      self.continuations.append(Continuation(capture: first, stand: stand))
    case ("entry", 7):
      guard let tree = ids[1], let seconds = Int64(String(decoding: words[3], as: UTF8.self)),
        let captures = Self.list(words[5], { ObjectID(hex: $0) }),
        let earlier = Self.list(words[6], { Int(String(decoding: $0, as: UTF8.self)) }),
        earlier.allSatisfy(self.finalizations.entries.indices.contains)
      else { return false }
      self.finalizations.append(
        Finalizations.Entry(
          result: first, tree: tree, seconds: seconds, captures: captures, earlier: earlier,
          stand: ObjectID(hex: words[4])))
    default: return false
    }
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
