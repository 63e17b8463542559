/// How much of what other machines wrote is looked at, whoever wrote it and whatever it is.
///
/// All that a push can bring here is bounded by one of these. What is over a limit is left out, and
/// named where people look: nothing of it is removed, and it counts again once it is within the limit.
package enum ForeignLimits {
  /// Streams and marks on the remote that are brought here; those that are here, then some of each machine.
  package static let streams = 2000
  /// Bytes of a commit that are read, headers and message; a longer message is taken as cut off there.
  package static let commitBytes = 1 << 20
  /// Parents of a capture.
  ///
  /// One of ours has the one before it, HEAD's commit, the staging area, and a session taken over.
  package static let parents = 64
  /// Captures along one stream that are listed, or followed to find out what they go on from.
  package static let captures = 20_000
  /// Finalization marks of one machine, newest first; what older ones tell is taken as not finalized.
  package static let marks = 20_000
  /// Captures that one mark names.
  package static let capturesOfMark = 1000
  /// Sessions on one branch with work of their own that are compared with each other; the newest ones.
  package static let sessions = 32
}

/// A stream that is left out, as something in it is over a limit.
package struct OverLimit: Hashable, Sendable {
  package let ref: RefName
  /// What is over the limit, in words.
  package let why: String

  package init(ref: RefName, why: String) {
    self.ref = ref
    self.why = why
  }
}
