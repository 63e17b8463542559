/// The name of a git object: 20 bytes in SHA-1 repositories, 32 in SHA-256 ones.
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// - Parameter bytes: 20 or 32 bytes.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == 20 || bytes.count == 32, "an object id of \(bytes.count) bytes")
    self.bytes = bytes
  }

  /// - Parameter hex: 40 or 64 hexadecimal digits; anything else gives nil.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 40 || hex.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hex.count / 2)
    var high: UInt8?
    for digit in hex {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    self.bytes = bytes
  }

  package init?(hex: String) { self.init(hex: Array(hex.utf8)) }

  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// Whether every byte is zero, as git writes "no object".
  package var isNull: Bool { self.bytes.allSatisfy { $0 == 0 } }

  /// Lowercase hexadecimal, 40 or 64 digits.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: self.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The first 12 hexadecimal digits, for people and for refs of a detached HEAD.
  package var short: String { String(self.hex.prefix(12)) }
  package var description: String { self.hex }
}

/// What a tree entry is, in the modes git writes.
package enum FileMode: UInt32, Hashable, Sendable {
  case file = 0o100644
  case executable = 0o100755
  case symlink = 0o120000
  case gitlink = 0o160000
  case tree = 0o040000

  /// Reads git's octal text; historic regular-file modes count as plain or executable files.
  package init?(octal: some Collection<UInt8>) {
    guard let value = UInt32(String(decoding: octal, as: UTF8.self), radix: 8) else { return nil }
    if let exact = FileMode(rawValue: value) {
      self = exact
    } else if value & 0o170000 == 0o100000 {
      self = value & 0o100 != 0 ? .executable : .file
    } else {
      return nil
    }
  }

  /// Six octal digits, as `git ls-tree` prints them.
  package var octal: String {
    let digits = String(self.rawValue, radix: 8)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}

/// One thing in a tree.
package struct TreeEntry: Hashable, Sendable {
  package let mode: FileMode
  package let id: ObjectID

  package init(mode: FileMode, id: ObjectID) {
    self.mode = mode
    self.id = id
  }
}

/// How one path of a new tree differs from its base.
package struct TreeChange: Hashable, Sendable {
  package let path: GitPath
  /// The entry to put at `path`, replacing whatever is there or in the way; nil removes it.
  package let entry: TreeEntry?

  package init(path: GitPath, entry: TreeEntry?) {
    self.path = path
    self.entry = entry
  }
}
