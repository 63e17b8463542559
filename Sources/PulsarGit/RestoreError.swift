package import PulsarCore
package import PulsarEngine

/// Why a path could not be put back.
package enum RestoreError: Error, Hashable, Sendable {
  /// Its content cannot be made.
  case content(GitPath, cause: String)
  /// It is no longer what was captured.
  case changedMeanwhile(GitPath)
  /// Something else that is not captured lies in the way.
  case inTheWay(GitPath, of: GitPath, cause: String)
  /// A path that must not be written to, such as one below `.git`.
  case refusedName(GitPath)
  case full(GitPath, cause: String)
  case system(operation: String, GitPath, cause: String)
  case interrupted
  case git(GitError)
  case store(StoreError)
}

extension RestoreError: ExplainedError {
  package var whatFailed: String {
    switch self {
    case .content(let path, _), .changedMeanwhile(let path), .inTheWay(_, of: let path, _),
      .refusedName(let path), .full(let path, _), .system(_, let path, _):
      "'\(path.displayed)' was not restored"
    case .interrupted: "stopped"
    case .git(let error): error.whatFailed
    case .store(let error): error.whatFailed
    }
  }

  package var why: String {
    switch self {
    case .content(_, let cause): "git could not give its content (\(cause))"
    case .changedMeanwhile: "it changed while it was being restored"
    case .inTheWay(let other, let path, let cause):
      other == path
        ? "what is there now is not captured (\(cause))"
        : "'\(other.displayed)' is in the way and not captured (\(cause))"
    case .refusedName: "git does not allow a path of this name"
    case .full(_, let cause): "the disk is full (\(cause))"
    case .system(let operation, _, let cause): "\(operation) failed (\(cause))"
    case .interrupted: "interrupted"
    case .git(let error): error.why
    case .store(let error): error.why
    }
  }

  package var whatToDo: String {
    switch self {
    case .content: "see what 'git fsck' and the filters of .gitattributes say"
    case .changedMeanwhile: "run the command again when nobody writes to it"
    case .inTheWay(let other, _, _): "move '\(other.displayed)' away, then run the command again"
    case .refusedName: "nothing"
    case .full: "free some space, then run the command again"
    case .system: "see that you may write to its folder, then run the command again"
    case .interrupted: "run the command again when you like"
    case .git(let error): error.whatToDo
    case .store(let error): error.whatToDo
    }
  }
}
