/// An operation on files of an effect or of a verb: `capture.fs[17]`.
///
/// Those that change a file or a folder are counted, from 1, from the begin of it.
package struct FilePoint: Hashable, Sendable {
  package var effect: FileEffect
  /// From 1 to `mostOperations`.
  package var number: Int

  package static let mostOperations = 1_000_000

  package init(_ effect: FileEffect, _ number: Int) {
    self.effect = effect
    self.number = number
  }

  /// The word in a file.
  package var text: String { "\(self.effect.rawValue).fs[\(self.number)]" }
}

package enum FileEffect: String, CaseIterable, Hashable, Sendable {
  // Of a daemon's.
  case capture, push, radar
  // A person's.
  case now, sync, undo, finalize, restore

  /// How its points are written, for whom one was written wrongly.
  var form: String { "\(self.rawValue).fs[N]" }
}

package enum FileAct: Hashable, Sendable {
  /// The process dies there; a daemon comes back by itself.
  case crash
  /// The operation, or the first one after it that can, fails so once.
  case error(FileError)
  /// The machine loses power there.
  case powerCut(PowerLoss)

  /// Whether the process ends there.
  package var isDeath: Bool {
    switch self {
    case .crash, .powerCut: true
    case .error: false
    }
  }
}

/// What a machine that loses power has lost of what it changed since its last capture or verb began, and
/// did not sync.
///
/// A file system may come back with either, or with something in between.
package enum PowerLoss: String, CaseIterable, Hashable, Sendable {
  /// Names of files and what they hold: all is as it was.
  case everything
  /// What files hold, and not their names.
  case content
}

/// How an operation on files fails; the raw value is its name in the system's manual.
package enum FileError: String, CaseIterable, Hashable, Sendable {
  case noSpace = "ENOSPC"
  case input = "EIO"
  case readOnly = "EROFS"
  case denied = "EACCES"
  case quota = "EDQUOT"
  case tooManyOpen = "EMFILE"
  case interrupted = "EINTR"
}

/// How all operations on files of a machine fail for a time.
package enum DiskFault: String, CaseIterable, Hashable, Sendable {
  case full, failing
  case readOnly = "read-only"
  case denied

  package var error: FileError {
    switch self {
    case .full: .noSpace
    case .failing: .input
    case .readOnly: .readOnly
    case .denied: .denied
    }
  }
}
