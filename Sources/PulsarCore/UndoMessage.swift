/// What an undo record takes back.
package enum UndoneVerb: String, Hashable, Sendable {
  case restore, undo, sync, finalize
}

/// The message of an undo record: a commit whose tree is the working tree before, and whose second
/// parent's tree is the working tree after (`DESIGN.md` §5).
package struct UndoMessage: Hashable, Sendable {
  package static let formatVersion = 1

  package let verb: UndoneVerb
  /// The folder of git's that belongs to the working tree, below the shared one; `.` for the main one.
  package let worktree: GitPath

  package init(verb: UndoneVerb, worktree: GitPath) {
    self.verb = verb
    self.worktree = worktree
  }

  /// The whole message, ending in a newline.
  package var bytes: [UInt8] {
    var bytes = Array("git-pulsar: before \(self.verb.rawValue)\n\n".utf8)
    bytes += Array("Pulsar-Undo: \(self.verb.rawValue)\nPulsar-Worktree: ".utf8)
    bytes += self.worktree.bytes
    return bytes + Array("\nPulsar-Format: \(Self.formatVersion)\n".utf8)
  }

  /// The message of the commit that holds the working tree after.
  package var bytesAfter: [UInt8] {
    Array("git-pulsar: after \(self.verb.rawValue)\n\nPulsar-Format: \(Self.formatVersion)\n".utf8)
  }

  /// What a message says.
  package enum Reading: Hashable, Sendable {
    case record(UndoMessage)
    /// Of a version or verb that this program does not know.
    case unknown(String)
  }

  package static func read(_ message: [UInt8]) -> Reading {
    var fields: [String: [UInt8]] = [:]
    for line in message.split(separator: UInt8(ascii: "\n")) {
      guard line.starts(with: "Pulsar-".utf8), let colon = line.firstIndex(of: UInt8(ascii: ":"))
      else { continue }
      fields[String(decoding: line[..<colon], as: UTF8.self)] = Array(
        line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") })
    }
    func text(_ name: String) -> String? {
      fields[name].map { String(decoding: $0, as: UTF8.self) }
    }
    guard text("Pulsar-Format") == String(self.formatVersion) else {
      return .unknown("format \(text("Pulsar-Format") ?? "without a version")")
    }
    guard let word = text("Pulsar-Undo"), let verb = UndoneVerb(rawValue: word) else {
      return .unknown("kind '\(text("Pulsar-Undo") ?? "")'")
    }
    return .record(
      UndoMessage(verb: verb, worktree: GitPath(bytes: fields["Pulsar-Worktree"] ?? [0x2E])))
  }
}
