package import PulsarCore

/// Why there is no capture.
///
/// Nothing was changed in any of these cases.
package enum CaptureError: Error, Hashable, Sendable {
  /// The user's own git operation has stopped half-way.
  case operationUnderWay(OngoingOperation)
  /// HEAD moved during each attempt.
  case headKeepsMoving
  /// git could not say what belongs in the tree.
  case scanFailed(cause: String)
  /// `limits.large_file_action` is "abort".
  case tooLarge([SkippedPath])
  /// The paths that changed do not tell enough, and a full scan was not wanted.
  case needsFullScan
  case store(StoreError)
}

extension CaptureError: ExplainedError {
  package var whatFailed: String { "nothing was captured" }

  package var why: String {
    switch self {
    case .operationUnderWay(let operation): "a \(operation.rawValue) is under way"
    case .headKeepsMoving: "HEAD moved each time the working tree was read"
    case .scanFailed(let cause): "git could not read the working tree (\(cause))"
    case .tooLarge(let paths):
      "\(paths.count == 1 ? "a file is" : "\(paths.count) files are") over limits.large_file_threshold (\(paths[0].path.displayed)) and limits.large_file_action is \"abort\""
    case .needsFullScan: "the paths that changed do not tell what changed elsewhere"
    case .store(let error): error.why
    }
  }

  package var whatToDo: String {
    switch self {
    case .operationUnderWay(let operation):
      "finish or abort the \(operation.rawValue), or capture all the same with --force"
    case .headKeepsMoving: "try again when the git command that is running has ended"
    case .scanFailed: "see what 'git status' says"
    case .tooLarge: "ignore the file with 'git pulsar ignore', or raise the limit"
    case .needsFullScan: "run 'git pulsar now'"
    case .store(let error): error.whatToDo
    }
  }
}

extension StoreError: ExplainedError {
  package var whatFailed: String {
    switch self {
    case .refMoved, .notReadBack, .full, .readOnly: "could not write to the repository"
    case .objectMissing: "could not read from the repository"
    case .failed: "could not work with the repository"
    }
  }

  package var why: String {
    switch self {
    case .refMoved(let ref): "'\(ref.displayed)' was moved by another process"
    case .notReadBack(let cause): "what was written could not be read back (\(cause))"
    case .objectMissing(let id, let cause): "object \(id.short) is missing or damaged (\(cause))"
    case .full(let cause): "the disk is full (\(cause))"
    case .readOnly(let cause): "no permission to write to the repository (\(cause))"
    case .failed(let operation, let cause): "\(operation) failed (\(cause))"
    }
  }

  package var whatToDo: String {
    switch self {
    case .refMoved: "run the command again"
    case .notReadBack, .objectMissing: "run 'git fsck', then the command again"
    case .full: "free some space, then run the command again"
    case .readOnly: "make the repository's .git folder writable for you"
    case .failed: "run the command again, and 'git fsck' if it fails again"
    }
  }
}

extension RemoteError: ExplainedError {
  package var whatFailed: String { "not pushed" }

  package var why: String {
    switch self {
    case .notConfigured(let name): "there is no remote '\(name)'"
    case .unreachable(let remote, let cause): "'\(remote)' is unreachable (\(cause))"
    case .noPermission(let remote, let cause): "'\(remote)' does not let you in (\(cause))"
    case .refused(let remote, let cause): "'\(remote)' refused it (\(cause))"
    case .movedByOthers(let ref, let found):
      "'\(ref.displayed)' on the remote was moved by somebody else"
        + (found.map { " (to \($0.short))" } ?? " (it is gone)")
    case .notContinued(let ref, let found):
      "'\(ref.displayed)' on the remote holds captures, up to \(found.short), that those here do not go on from"
    case .failed(let remote, let cause): "pushing to '\(remote)' failed (\(cause))"
    }
  }

  package var whatToDo: String {
    switch self {
    case .notConfigured:
      "add one with 'git remote add', or set core.remote_name; captures are kept here"
    case .unreachable: "nothing; the capture is kept here and pushed with the next one"
    case .noPermission: "check your access with 'git ls-remote'; the capture is kept here"
    case .refused: "see the rules of the remote; the capture is kept here"
    case .movedByOthers:
      "give each machine a name and an id of its own; the capture is kept here"
    case .notContinued:
      "give it another name there, and the next push goes through; the capture is kept here"
    case .failed: "try 'git push' by hand to see more; the capture is kept here"
    }
  }
}
