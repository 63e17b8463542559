package import PulsarCore

/// The wall clock.
package protocol TimeSource {
  func wallTime() -> WallTime
}

/// The remote a stream is pushed to.
package protocol Remote: AnyObject {
  /// What the remote's own list says of `ref`; nil when it has no such ref.
  func resolve(_ ref: RefName) throws(RemoteError) -> ObjectID?

  /// The remote's refs whose names start with `prefix`, ascending.
  func list(prefix: String) throws(RemoteError) -> [(name: RefName, id: ObjectID)]

  /// Brings refs of the remote here, each to a ref of this repository, whatever that holds now.
  ///
  /// No tag comes along and nothing else is written, FETCH_HEAD included.
  func fetch(_ refs: [(from: RefName, to: RefName)]) throws(RemoteError)

  /// Moves `ref` on the remote to `commit` if it stands at `expected` (nil: does not exist).
  /// A return is no proof; `resolve` is.
  func push(_ commit: ObjectID, to ref: RefName, expecting expected: ObjectID?)
    throws(RemoteError)
}

/// Why a remote did not do as asked.
package enum RemoteError: Error, Hashable, Sendable {
  /// No remote of that name is configured.
  case notConfigured(name: String)
  /// Cannot be reached: no network, no host, no such folder. Nothing was sent.
  case unreachable(remote: String, cause: String)
  /// The line broke after we had begun to send: what became of it is unknown until the remote is
  /// asked.
  case interrupted(remote: String, cause: String)
  /// It does not know us, or cannot be known for sure.
  case authentication(remote: String, cause: String)
  /// It answers, and does not let us write there.
  case permission(remote: String, cause: String)
  /// It answers, and refuses the ref or the objects for it; `words` are all that it said.
  case refused(remote: String, by: PushRefusal, cause: String, words: String = "")
  /// It names objects by another hash than this repository.
  case objectFormat(remote: String, cause: String)
  /// The ref is not where we left it: somebody else moved it.
  case movedByOthers(ref: RefName, found: ObjectID?)
  /// The ref is where we left it, at captures that the stream here does not contain any more.
  case notContinued(ref: RefName, found: ObjectID)
  /// It took the ref, or has it, and does not list it.
  case hidden(ref: RefName)
  case failed(remote: String, cause: String)

  /// What kind of failure of a push it is; nil where there is no remote.
  package var trouble: PushTrouble? {
    switch self {
    case .notConfigured: nil
    case .unreachable, .interrupted: .unreachable
    case .authentication: .authentication
    case .permission: .permission
    case .refused(_, let refusal, _, _): .refused(refusal)
    case .objectFormat: .objectFormat
    case .movedByOthers, .notContinued: .movedByOthers
    case .hidden: .refused(.protectedRef)
    case .failed: .other
    }
  }

  /// Whether the remote may have done all the same what it was asked for.
  package var isOutcomeUnknown: Bool {
    switch self {
    case .interrupted, .movedByOthers, .failed: true
    case .notConfigured, .unreachable, .authentication, .permission, .refused, .objectFormat,
      .notContinued, .hidden:
      false
    }
  }
}

/// A place between two effects, where anybody else may act, or this process end.
package enum YieldPoint: String, CaseIterable, Hashable, Sendable {
  case beforeScan, afterScan, afterFiles, afterTree, afterCommit, afterObjectsDurable
  case afterRef, afterRefDurable, afterConfirmed
  case beforePush, afterPush, afterPushConfirmed
  case beforeDecision, beforeEffect
}
