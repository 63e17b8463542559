/// What a capture came to.
package enum CaptureOutcome: Hashable, Sendable {
  /// The stream holds the working tree, also when paths were left out.
  ///
  /// `isNew` is false when nothing had changed.
  case captured(isNew: Bool)
  /// The user's own git operation has stopped half-way; `free` tells when it is over.
  case busy
  case failed(CaptureTrouble)
}

/// Why a capture failed.
package enum CaptureTrouble: String, RecordValue, Hashable, Sendable {
  /// Likely to go away by itself: a moving HEAD, objects pruned meanwhile.
  case passing
  /// Goes away when a person acts: a full disk, no permission, a file over the limit.
  case lasting
}

/// What a push came to.
package enum PushOutcome: Hashable, Sendable {
  /// The remote's own list shows the stream's tip.
  case pushed
  /// The remote had it already.
  case nothingToPush
  /// There is none of that name any more; nothing is pushed until the schedule changes.
  case noRemote
  case failed(PushTrouble)
}

/// What the remote said about other machines.
package enum RadarOutcome: Hashable, Sendable {
  case nothingNew
  /// Other machines have work that this one lacks, and nobody was told of it before.
  case news([Drift])
  case failed
}

/// What the machine runs on.
package enum PowerState: Hashable, Sendable {
  /// Also where there is no battery.
  case mains
  case battery(percent: Int)
  case unknown
}
