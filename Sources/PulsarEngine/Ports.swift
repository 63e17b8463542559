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
  /// Cannot be reached: no network, no host, no such folder.
  case unreachable(remote: String, cause: String)
  /// It answers, and does not let us in.
  case noPermission(remote: String, cause: String)
  /// It answers, and a rule or hook of its own refuses the ref.
  case refused(remote: String, cause: String)
  /// The ref is not where we left it: somebody else moved it.
  case movedByOthers(ref: RefName, found: ObjectID?)
  /// The ref is where we left it, at captures that the stream here does not contain any more.
  case notContinued(ref: RefName, found: ObjectID)
  case failed(remote: String, cause: String)
}

/// A place between two effects, where anybody else may act, or this process end.
package enum YieldPoint: String, CaseIterable, Hashable, Sendable {
  case beforeScan, afterScan, afterFiles, afterTree, afterCommit, afterObjectsDurable
  case afterRef, afterRefDurable, afterConfirmed
  case beforePush, afterPush, afterPushConfirmed
  case beforeDecision, beforeEffect
}
