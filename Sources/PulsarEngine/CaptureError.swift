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
    case .full: "free some space, or raise the limit that is reached, then run the command again"
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
    case .interrupted(let remote, let cause):
      "the line to '\(remote)' was cut before it said what became of it (\(cause))"
    case .authentication(let remote, let cause): "'\(remote)' does not let you in (\(cause))"
    case .permission(let remote, let cause): "'\(remote)' does not let you write there (\(cause))"
    case .refused(let remote, let refusal, let cause, _):
      "\(Self.refuser(remote, refusal)) refused it (\(cause))"
    case .objectFormat(let remote, let cause):
      "'\(remote)' names objects by another hash than this repository (\(cause))"
    case .movedByOthers(let ref, let found):
      "'\(ref.displayed)' on the remote was moved by somebody else"
        + (found.map { " (to \($0.short))" } ?? " (it is gone)")
    case .notContinued(let ref, let found):
      "'\(ref.displayed)' on the remote holds captures, up to \(found.short), that those here do not go on from"
    case .hidden(let ref):
      "the remote takes '\(ref.displayed)' and does not list it, so that nobody can see whether it is there"
    case .failed(let remote, let cause): "pushing to '\(remote)' failed (\(cause))"
    }
  }

  package var whatToDo: String {
    switch self {
    case .notConfigured:
      "add one with 'git remote add', or set core.remote_name; captures are kept here"
    case .unreachable: "nothing; the capture is kept here and pushed with the next one"
    case .interrupted: "nothing; the capture is kept here, and the next push finds out"
    case .authentication(let remote, _):
      "see that 'git ls-remote \(remote)' works without a question, by a key, an agent or a credential helper; the capture is kept here"
    case .permission(let remote, _):
      "get the right to write to '\(remote)', or set core.remote_name to a remote where you have it; the capture is kept here"
    case .refused(_, let refusal, _, _): "\(Self.remedy(refusal)); the capture is kept here"
    case .objectFormat:
      "push to a repository of the same object format ('git init --object-format=…' makes one); the capture is kept here"
    case .movedByOthers:
      "give each machine a name and an id of its own; the capture is kept here"
    case .notContinued:
      "give it another name there, and the next push goes through; the capture is kept here"
    case .hidden:
      "have the remote show the ref (see uploadpack.hideRefs there), or set core.backup_branch to names that it shows; the capture is kept here"
    case .failed: "try 'git push' by hand to see more; the capture is kept here"
    }
  }

  private static func refuser(_ remote: String, _ refusal: PushRefusal) -> String {
    switch refusal {
    case .hook: "a hook of '\(remote)'"
    case .protectedRef: "a rule of '\(remote)' about the ref"
    case .quota: "'\(remote)' has no room left and"
    case .size: "'\(remote)' takes nothing so large and"
    case .contents: "'\(remote)' does not take what it holds and"
    case .other: "'\(remote)'"
    }
  }

  private static func remedy(_ refusal: PushRefusal) -> String {
    switch refusal {
    case .hook, .other: "see the rules of the remote"
    case .contents:
      "take what is refused out of your files, and out of your commits that are not pushed yet"
    case .protectedRef:
      "allow pushes to the ref there, or set core.backup_branch to names that are allowed"
    case .quota: "make room on the remote, or get more"
    case .size:
      "leave the file out with 'git pulsar ignore' or limits.large_file_threshold, or raise the remote's limit"
    }
  }
}
