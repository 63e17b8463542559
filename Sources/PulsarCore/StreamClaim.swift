/// What to do where a stream on the remote is not where this clone left it.
///
/// Whatever is done, no commit loses the last ref on the remote that holds it.
package enum StreamClaim: Hashable, Sendable {
  /// Go on under another slug; the stream there is somebody else's from now on.
  case fork(Reason)
  /// Give what is there a name of its own, then put our stream in its place.
  case park(Origin)
  /// Nothing stands in the way, or nothing that another slug would help against: a push says more.
  case retry

  package enum Reason: Hashable, Sendable {
    /// Somebody with the id of this machine went on from where this clone was: a copied or restored disk
    /// or repository.
    case otherWriter
    /// What is there was captured here, and the stream was rewritten since, as by `git filter-branch`.
    case rewritten
    /// Another registered clone on this machine writes there.
    case otherClone(GitPath)
    /// A stream of a shorter or longer name is in the way, as a file is in that of a folder.
    case nameTaken
    /// The remote lets no stream be replaced.
    case notReplaceable
  }

  package enum Origin: Hashable, Sendable {
    /// An earlier clone on this machine, of which nothing is known here.
    case earlierClone
    /// This clone, before damage: its stream here has lost the captures.
    case thisClone
  }

  /// What is known when a push did not go through.
  package struct Facts: Hashable, Sendable {
    /// Where the stream on the remote is; nil when it does not exist.
    package var found: ObjectID?
    /// What this clone last saw there.
    package var noted: ObjectID?
    /// Whether our stream contains what was found.
    package var isContained: Bool
    /// Whether it is known that what was found was made here before history was rewritten.
    package var isRewritten: Bool
    /// Another registered clone on this machine whose stream of this name contains it.
    package var holder: GitPath?
    /// Whether a stream there has a name that cannot exist beside ours.
    package var nameClashes: Bool

    package init(
      found: ObjectID?, noted: ObjectID?, isContained: Bool, isRewritten: Bool = false,
      holder: GitPath?, nameClashes: Bool
    ) {
      self.found = found
      self.noted = noted
      self.isContained = isContained
      self.isRewritten = isRewritten
      self.holder = holder
      self.nameClashes = nameClashes
    }
  }

  package init(_ facts: Facts) {
    guard let found = facts.found else {
      self = facts.nameClashes ? .fork(.nameTaken) : .retry
      return
    }
    if facts.isContained {
      self = .retry
    } else if let holder = facts.holder {
      self = .fork(.otherClone(holder))
    } else if let noted = facts.noted {
      self =
        noted == found ? .park(.thisClone) : .fork(facts.isRewritten ? .rewritten : .otherWriter)
    } else {
      self = .park(.earlierClone)
    }
  }
}
