/// Where HEAD points.
package enum Head: Hashable, Sendable {
  case unborn(Branch)
  case branch(Branch, ObjectID)
  case detached(ObjectID)

  /// The branch captures belong to.
  package var branch: Branch {
    switch self {
    case .unborn(let branch), .branch(let branch, _): branch
    case .detached(let commit): Branch(detachedAt: commit)
    }
  }

  /// The commit; nil when there is none yet.
  package var commit: ObjectID? {
    switch self {
    case .unborn: nil
    case .branch(_, let commit), .detached(let commit): commit
    }
  }
}
