package import PulsarCore

/// A file for the service manager, sealed: whether it was changed since shows later.
///
/// A comment in it holds a checksum of all the rest. It tells a person's changes from ours and is no
/// protection against anybody.
package struct UnitFile: Hashable, Sendable {
  /// Without a folder.
  package let name: String
  package let bytes: [UInt8]

  /// Whose a file is that lies where one of ours goes.
  package enum Owner: Hashable, Sendable {
    /// As some version of ours wrote it.
    case us
    /// Ours, changed since.
    case usChanged
    case somebodyElse
  }

  private static let mark = Array("git-pulsar-unit 1 ".utf8)
  private static let digitCount = 16

  /// - Parameters:
  ///   - name: without a folder.
  ///   - head: what stands before the seal, up to inside a comment.
  ///   - tail: what stands behind it.
  init(name: String, head: String, tail: String) {
    self.name = name
    let head = Array(head.utf8) + Self.mark
    let tail = Array(tail.utf8)
    self.bytes = head + Self.checksum(head + tail) + tail
  }

  package static func owner(of bytes: [UInt8]) -> Owner {
    let starts = 0..<max(0, bytes.count - Self.mark.count - Self.digitCount + 1)
    guard let start = starts.first(where: { bytes[$0...].starts(with: Self.mark) }) else {
      return .somebodyElse
    }
    let head = bytes[..<(start + Self.mark.count)]
    let digits = bytes[head.endIndex..<(head.endIndex + Self.digitCount)]
    return digits.elementsEqual(Self.checksum(Array(head + bytes[digits.endIndex...])))
      ? .us : .usChanged
  }

  private static func checksum(_ bytes: [UInt8]) -> String.UTF8View { FNV1a(bytes).digits.utf8 }
}

/// Why a path or a variable cannot stand in a file for the service manager.
package struct UnitTextError: ExplainedError, Hashable {
  package enum Problem: Hashable, Sendable {
    case notUTF8, controlCharacter
    /// systemd runs no such program.
    case quoteOrBackslash
  }

  /// "the path of the program", "XDG_STATE_HOME".
  package let what: String
  package let value: GitPath
  package let problem: Problem

  package var whatFailed: String { "no service was installed" }
  package var why: String {
    switch self.problem {
    case .notUTF8: "\(self.what), \(self.value.displayed), is not UTF-8, and service files must be"
    case .controlCharacter:
      "\(self.what), \(self.value.displayed), has a line break or another control character, which a service file cannot hold"
    case .quoteOrBackslash:
      "\(self.what), \(self.value.displayed), has a quote or a backslash, and systemd runs no such program"
    }
  }
  package var whatToDo: String { "give it another name, then run the command again" }

  /// The bytes as text that a service file can hold.
  ///
  /// - Parameters:
  ///   - bytes: a path, or the value of a variable.
  ///   - what: its name, for the error.
  /// - Returns: the same bytes.
  /// - Throws: when it is not UTF-8 or has a control character.
  static func text(_ bytes: [UInt8], _ what: String) throws(UnitTextError) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw UnitTextError(what: what, value: GitPath(bytes: bytes), problem: .notUTF8)
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw UnitTextError(what: what, value: GitPath(bytes: bytes), problem: .controlCharacter)
    }
    return text
  }
}
