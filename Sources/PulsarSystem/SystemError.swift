package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A call to the operating system that failed.
package struct SystemError: Error, Hashable, Sendable {
  /// What was tried, as a verb that goes before the path: "read", "write", "create the folder".
  package let operation: String
  /// What it was tried on; the root when there is nothing to name.
  package let path: GitPath
  /// The system's number for the cause.
  package let errno: Int32
  /// The cause in words.
  package let cause: String
  private let remedy: String?

  /// - Parameters:
  ///   - operation: a verb that goes before the path.
  ///   - path: what it was tried on.
  ///   - errno: the system's number.
  ///   - cause: words that say more than the system's.
  ///   - remedy: what to do, where the number alone does not tell.
  package init(
    operation: String, path: GitPath, errno: Int32, cause: String? = nil, remedy: String? = nil
  ) {
    self.operation = operation
    self.path = path
    self.errno = errno
    self.cause = cause ?? Self.words(errno)
    self.remedy = remedy
  }

  /// Whether the disk, the person's share of it, or what a file may hold is full.
  package var isFull: Bool {
    self.errno == ENOSPC || self.errno == EDQUOT || self.errno == EFBIG
  }

  /// Whether the place does not let us write or look.
  package var isRefused: Bool {
    self.errno == EACCES || self.errno == EPERM || self.errno == EROFS
  }

  /// Whether a person ended the wait.
  package var isInterrupted: Bool { self.errno == EINTR }

  /// The system's words, beginning in lower case.
  ///
  /// Source: strerror(3); safe on every thread in glibc 2.32 and later and on Darwin.
  static func words(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error number \(number)" }
    let words = String(cString: text)
    guard let first = words.first else { return "error number \(number)" }
    return first.lowercased() + words.dropFirst()
  }
}

extension SystemError: ExplainedError {
  package var whatFailed: String {
    self.path.isRoot
      ? "could not \(self.operation)" : "could not \(self.operation) '\(self.path.displayed)'"
  }

  package var why: String { self.cause }

  package var whatToDo: String {
    if let remedy = self.remedy { return remedy }
    switch self.errno {
    case ENOSPC: return "free some space on that disk, then run the command again"
    case EDQUOT: return "free some space or have your quota raised, then run the command again"
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f), then run the command again"
    case EACCES, EPERM:
      return "check that it and the folders above belong to you, then run the command again"
    case EROFS: return "make that file system writable, then run the command again"
    case EINTR: return "nothing; run the command again when you like"
    case ENOTDIR:
      return "a folder is needed where a file is; move the file away, then run the command again"
    case EISDIR:
      return "a file is needed where a folder is; move the folder away, then run the command again"
    case EIO: return "check the disk, then run the command again"
    case EMFILE, ENFILE: return "close other programs, then run the command again"
    default: return "check the path, then run the command again"
    }
  }
}
