/// A rolling hash over the records of a run: two runs did the same when it is the same.
///
/// FNV-1a, 64 bits, over the bytes of each record; the same in every process and on every system.
package struct TraceHash: Hashable, Sendable {
  /// Over all records so far.
  package private(set) var value: UInt64 = Self.seed
  /// Records so far.
  package private(set) var count = 0
  /// The value after every 256 records, oldest first: eight bytes for 256 records.
  package private(set) var checkpoints: [UInt64] = []

  /// Records from one checkpoint to the next.
  package static let interval = 256
  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ record: TraceRecord) {
    // No text in UTF-8 has the bytes 0xFE and 0xFF: two records never give the same bytes.
    self.add(String(record.at.milliseconds).utf8)
    self.add(CollectionOfOne(0xFF))
    self.add(record.actor.utf8)
    self.add(CollectionOfOne(0xFF))
    self.add(record.kind.rawValue.utf8)
    self.add(CollectionOfOne(0xFF))
    self.add(record.detail.utf8)
    self.add(CollectionOfOne(0xFE))
    self.count += 1
    if self.count.isMultiple(of: Self.interval) { self.checkpoints.append(self.value) }
  }

  /// Adds what a run came to that no record tells.
  package mutating func add(fact: String) {
    self.add(fact.utf8)
    self.add(CollectionOfOne(0xFD))
  }

  /// 16 lowercase hexadecimal digits.
  package var text: String { Self.text(of: self.value) }

  /// One line a checkpoint: the number of its last record, and the value there: `#0512 9f3c…`.
  package var checkpointLines: [String] {
    self.checkpoints.enumerated().map { index, value in
      "#" + String((index + 1) * Self.interval).padded(onTheLeftTo: 4, with: "0") + " "
        + Self.text(of: value)
    }
  }

  /// Tells between which records two runs parted.
  ///
  /// - Parameter other: the hash of the other run.
  /// - Returns: the numbers, from 1, among which the first record that differs is; nil when both
  ///   did the same.
  package func firstDifference(from other: Self) -> ClosedRange<Int>? {
    guard self.value != other.value || self.count != other.count else { return nil }
    let pairs = zip(self.checkpoints, other.checkpoints)
    let alike = Array(pairs.prefix { $0 == $1 }).count
    let first = alike * Self.interval + 1
    let last = Swift.min(first + Self.interval - 1, Swift.max(self.count, other.count))
    return first...Swift.max(first, last)
  }

  private mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { self.value = (self.value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  private static func text(of value: UInt64) -> String {
    String(value, radix: 16).padded(onTheLeftTo: 16, with: "0")
  }
}
