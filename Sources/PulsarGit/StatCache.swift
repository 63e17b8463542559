internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Which blob each file was stored as, so that a file that has not changed is not read again.
///
/// A cache: one that is missing, damaged or of another version is as good as empty. A file that was
/// touched so shortly before it was read that a later change could leave the same stamp is not kept.
final class StatCache {
  struct Record: Hashable {
    let stamp: FileStamp
    let entry: TreeEntry
    /// Of the attributes that were in force.
    let conversion: UInt64
  }

  /// What the index says besides what is staged, while it has this stamp.
  struct IndexFlags: Hashable {
    /// Nil while there is no index.
    var stamp: FileStamp?
    /// Entries that git hides.
    var entries: [Entry] = []
    /// The attribute files it holds, in every stage.
    var attributeFiles: [Entry] = []

    struct Entry: Hashable {
      let path: GitPath
      let entry: TreeEntry
    }

    /// The blobs of each attribute file; several where there are conflicts.
    var attributeBlobs: [GitPath: [ObjectID]] {
      Dictionary(grouping: self.attributeFiles, by: \.path).mapValues { $0.map(\.entry.id) }
    }
  }

  private static let header = Array("git-pulsar stat cache 3\n".utf8)

  private let path: GitPath
  private var old: [GitPath: Record] = [:]
  private var new: [GitPath: Record] = [:]
  private let oldFlags: IndexFlags?
  var indexFlags: IndexFlags?
  /// The same, also when the index is so fresh that a later change could leave the same stamp: good for as
  /// long as one capture takes.
  var flagsSeen: IndexFlags?

  init(at path: GitPath) {
    self.path = path
    guard let reader = try? StableReader(root: path.parent) else {
      self.oldFlags = nil
      return
    }
    defer { reader.end() }
    let limit = ByteCount(1 << 30)
    guard
      case .file(let bytes, _) = reader.read(
        GitPath(bytes: path.name), limit: limit, memory: limit.bytes),
      let body = Self.checked(bytes)
    else {
      self.oldFlags = nil
      return
    }
    var flags: IndexFlags?
    for line in body.split(separator: 0) {
      Self.parse(line, &self.old, &flags)
    }
    self.oldFlags = flags
    self.indexFlags = flags
  }

  /// The blob of a file that still has `stamp`, stored under the same attributes.
  func entry(_ path: GitPath, _ stamp: FileStamp, conversion: UInt64) -> TreeEntry? {
    guard let record = self.old[path], record.stamp == stamp, record.conversion == conversion else {
      return nil
    }
    self.new[path] = record
    return record.entry
  }

  func keep(_ path: GitPath, _ record: Record, readAt now: timespec) {
    if !record.stamp.isRacy(at: now) { self.new[path] = record }
  }

  /// Writes what was seen since it was read, if that differs.
  ///
  /// Failing to costs time, not safety.
  ///
  /// - Parameter keepsUnseen: also keep records of files that were not looked at.
  func save(keepsUnseen: Bool) {
    if keepsUnseen { self.new.merge(self.old) { seen, _ in seen } }
    if self.new == self.old && self.indexFlags == self.oldFlags { return }
    var bytes = Self.header
    if let flags = self.indexFlags, let stamp = flags.stamp {
      bytes += Self.line("F", stamp.numbers, []) + [0]
      for (tag, entries) in [("P", flags.entries), ("A", flags.attributeFiles)] {
        for flagged in entries {
          let numbers = [Int64(flagged.entry.mode.rawValue)]
          bytes += Self.line("\(tag) \(flagged.entry.id.hex)", numbers, flagged.path.bytes) + [0]
        }
      }
    }
    for (path, record) in self.new {
      let numbers =
        record.stamp.numbers + [
          Int64(record.entry.mode.rawValue), Int64(bitPattern: record.conversion),
        ]
      bytes += Self.line("E \(record.entry.id.hex)", numbers, path.bytes) + [0]
    }
    let sum = FNV1a(bytes).value
    bytes += Array(String(sum, radix: 16).utf8)
    Scratch.replace(self.path, with: bytes)
  }

  /// When a file is read, for `keep`.
  static func now() -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now
  }

  private static func line(_ tag: String, _ numbers: [Int64], _ path: [UInt8]) -> [UInt8] {
    Array((tag + " " + numbers.map(String.init).joined(separator: " ") + "\t").utf8) + path
  }

  private static func parse(
    _ line: ArraySlice<UInt8>, _ records: inout [GitPath: Record], _ flags: inout IndexFlags?
  ) {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return }
    let path = GitPath(bytes: line[(tab + 1)...])
    let words = line[..<tab].split(separator: UInt8(ascii: " "))
    switch words.first?.first {
    case UInt8(ascii: "E"):
      guard words.count == 12, let id = ObjectID(hex: words[1]),
        let stamp = FileStamp(numbers: words[2..<10].compactMap(self.number)),
        let mode = self.number(words[10]).flatMap({ FileMode(rawValue: UInt32($0)) }),
        let conversion = self.number(words[11])
      else { return }
      records[path] = Record(
        stamp: stamp, entry: TreeEntry(mode: mode, id: id),
        conversion: UInt64(bitPattern: conversion))
    case UInt8(ascii: "F"):
      guard let stamp = FileStamp(numbers: words.dropFirst().compactMap(self.number)) else {
        return
      }
      flags = IndexFlags(stamp: stamp)
    case UInt8(ascii: "P"), UInt8(ascii: "A"):
      guard words.count == 3, let id = ObjectID(hex: words[1]),
        let mode = self.number(words[2]).flatMap({ FileMode(rawValue: UInt32($0)) })
      else {
        flags = nil
        return
      }
      let entry = IndexFlags.Entry(path: path, entry: TreeEntry(mode: mode, id: id))
      if words[0].first == UInt8(ascii: "P") {
        flags?.entries.append(entry)
      } else {
        flags?.attributeFiles.append(entry)
      }
    default: return
    }
  }

  private static func number(_ word: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    let isNegative = word.first == UInt8(ascii: "-")
    for digit in isNegative ? word.dropFirst() : word {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = value &* 10 &+ (isNegative ? -Int64(digit - 0x30) : Int64(digit - 0x30))
    }
    return value
  }

  /// The part between header and check sum, if both are right.
  private static func checked(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    guard bytes.starts(with: self.header), let end = bytes.lastIndex(of: 0) else { return nil }
    let sum = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    guard UInt64(sum, radix: 16) == FNV1a(bytes[...end]).value else { return nil }
    return bytes[self.header.count...end]
  }

}
