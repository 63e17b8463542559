/// What a run did: its hash, how often each kind of record came, and some or all of the records.
package struct Trace: Sendable {
  package private(set) var hash = TraceHash()
  private let keep: Keep
  private var kept: [TraceRecord] = []
  /// Where the oldest of the kept records is, once as many are kept as may be.
  private var oldest = 0
  private var countOfKind: [TraceRecord.Kind: Int] = [:]

  package enum Keep: Hashable, Sendable {
    /// For a replay: memory grows with the run.
    case all
    /// Only so many, the newest.
    case last(Int)
  }

  package init(keep: Keep = .last(64)) { self.keep = keep }

  package mutating func add(_ record: TraceRecord) {
    self.hash.add(record)
    self.countOfKind[record.kind, default: 0] += 1
    switch self.keep {
    case .all: self.kept.append(record)
    case .last(let limit) where self.kept.count < limit: self.kept.append(record)
    case .last(let limit) where limit > 0:
      self.kept[self.oldest] = record
      self.oldest = (self.oldest + 1) % limit
    case .last: break
    }
  }

  /// Has the hash cover what no record tells.
  package mutating func add(fact: String) { self.hash.add(fact: fact) }

  /// All records so far, kept or not.
  package var count: Int { self.hash.count }

  /// The records that were kept, oldest first.
  package var records: [TraceRecord] {
    Array(self.kept[self.oldest...] + self.kept[..<self.oldest])
  }

  package func count(of kind: TraceRecord.Kind) -> Int { self.countOfKind[kind] ?? 0 }

  /// How often each kind came, in the order in which kinds are declared; those that never came
  /// left out.
  package var counts: [(kind: TraceRecord.Kind, count: Int)] {
    TraceRecord.Kind.allCases.map { ($0, self.count(of: $0)) }.filter { $0.1 > 0 }
  }

  /// Names the first record in which two runs differ.
  ///
  /// - Parameters:
  ///   - one: all records of the one run.
  ///   - other: all records of the other.
  /// - Returns: one sentence; nil when both did the same.
  package static func firstDifference(of one: [TraceRecord], _ other: [TraceRecord]) -> String? {
    for (index, (mine, theirs)) in zip(one, other).enumerated() where mine != theirs {
      return "record \(index + 1) differs in its \(self.fields(mine, theirs)): "
        + "'\(mine.line)' in the one run, '\(theirs.line)' in the other"
    }
    guard one.count != other.count else { return nil }
    let shorter = min(one.count, other.count)
    let isOneLonger = one.count > shorter
    let next = isOneLonger ? one[shorter] : other[shorter]
    return "record \(shorter + 1) is only in \(isOneLonger ? "the one run" : "the other run"): "
      + "'\(next.line)'"
  }

  private static func fields(_ one: TraceRecord, _ other: TraceRecord) -> String {
    var names: [String] = []
    if one.at != other.at { names.append("time") }
    if one.actor != other.actor { names.append("actor") }
    if one.kind != other.kind { names.append("kind") }
    if one.detail != other.detail { names.append("detail") }
    return names.joined(separator: ", ")
  }
}
