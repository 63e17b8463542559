/// Why a capture was made.
package enum CaptureReason: String, Hashable, Sendable, CaseIterable {
  case interval, change, now, shutdown
  case beforeSync = "before-sync"
  case beforeRestore = "before-restore"
  case beforeFinalize = "before-finalize"
  case beforeUndo = "before-undo"
  case afterSync = "after-sync"
  case afterFinalize = "after-finalize"
  case afterUndo = "after-undo"
}

/// A path that a capture left at its last captured state, and why.
package struct SkippedPath: Hashable, Sendable {
  package let path: GitPath
  package let reason: Reason

  package init(path: GitPath, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  package enum Reason: Hashable, Sendable {
    /// Larger than `limits.large_file_threshold`.
    case tooLarge(ByteCount)
    /// Could not be opened or read; the system's words.
    case unreadable(String)
    /// Changed under every attempt to read it.
    case keptChanging
    /// A FIFO, socket or device.
    case notAFile
    /// Its clean filter failed; the filter's last words.
    case filterFailed(String)
    /// A name git cannot store, such as one below `.git`.
    case refusedName
    /// A sync brought it, and this disk cannot hold it.
    case notWritten
    /// The remote does not take what it holds; the remote's words.
    case refusedByRemote(String)

    package var displayed: String {
      switch self {
      case .tooLarge(let size): "larger than the limit (\(size.displayed))"
      case .unreadable(let words): "cannot be read: \(words)"
      case .keptChanging: "kept changing while it was read"
      case .notAFile: "not a file, a link or a folder"
      case .filterFailed(let words): "its clean filter failed: \(words)"
      case .refusedName: "git cannot store a path of this name"
      case .notWritten: "it came with a sync and cannot be written on this disk"
      case .refusedByRemote(let words):
        "the remote refuses what it holds (\(words)): change it, ignore it with 'git pulsar ignore', or try again with 'git pulsar now --force'"
      }
    }

    /// One word for `--json` and the log.
    package var keyword: String {
      switch self {
      case .tooLarge: "too-large"
      case .unreadable: "unreadable"
      case .keptChanging: "kept-changing"
      case .notAFile: "not-a-file"
      case .filterFailed: "filter-failed"
      case .refusedName: "refused-name"
      case .notWritten: "not-written"
      case .refusedByRemote: "refused-by-remote"
      }
    }
  }
}

/// How one path differs between two trees.
package struct PathChange: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable { case added, modified, deleted, typeChanged }

  package let path: GitPath
  package let kind: Kind
  /// Lines that came and went; nil for binary content and where nobody counted.
  package let lines: LineCounts?

  package init(path: GitPath, kind: Kind, lines: LineCounts?) {
    self.path = path
    self.kind = kind
    self.lines = lines
  }
}

package struct LineCounts: Hashable, Sendable {
  package let added: Int
  package let removed: Int

  package init(added: Int, removed: Int) {
    self.added = added
    self.removed = removed
  }
}

/// Author and committer of a capture.
package struct Signature: Hashable, Sendable {
  package let name: [UInt8]
  package let email: [UInt8]

  /// git's forbidden bytes (`<`, `>`, newline, NUL) are dropped; an empty name or address becomes
  /// that of git-pulsar.
  package init(name: [UInt8]?, email: [UInt8]?) {
    let cleaned = [name, email].map { ($0 ?? []).filter { !"<>\n\0".utf8.contains($0) } }
    self.name = cleaned[0].isEmpty ? Array("git-pulsar".utf8) : cleaned[0]
    self.email = cleaned[1].isEmpty ? Array("pulsar@localhost".utf8) : cleaned[1]
  }
}

extension SkippedPath: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.path, self.reason) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(path: try reader.read(), reason: try reader.read())
  }
}

extension SkippedPath.Reason: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.keyword)
    switch self {
    case .tooLarge(let size): writer.write(size.bytes)
    case .unreadable(let words), .filterFailed(let words), .refusedByRemote(let words):
      writer.write(words.onOneLine)
    case .keptChanging, .notAFile, .refusedName, .notWritten: break
    }
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "too-large": self = .tooLarge(ByteCount(try reader.read()))
    case "unreadable": self = .unreadable(try reader.read())
    case "kept-changing": self = .keptChanging
    case "not-a-file": self = .notAFile
    case "filter-failed": self = .filterFailed(try reader.read())
    case "refused-name": self = .refusedName
    case "not-written": self = .notWritten
    case "refused-by-remote": self = .refusedByRemote(try reader.read())
    default: throw .damaged
    }
  }
}
