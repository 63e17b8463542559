internal import PulsarCore
internal import PulsarGit

/// How trees differ, as git says; the last answer is kept, as each step of a handoff asks for it anew.
final class TreeDifferences {
  private let listing: TreeListing
  private var last: (old: ObjectID, new: ObjectID, found: [TreeListing.Difference])?

  init(_ git: GitProgram) { self.listing = TreeListing(git) }

  /// How `new` differs from `old`, by path, ascending.
  func find(_ old: ObjectID, _ new: ObjectID) throws -> [TreeListing.Difference] {
    if let last, last.old == old, last.new == new { return last.found }
    let found = try self.listing.differences(old, new)
    self.last = (old, new, found)
    return found
  }
}

extension TreeListing.Difference {
  /// What git must do for a submodule; nil where there is nothing to do.
  var submoduleWords: String? {
    guard let new, new.mode == .gitlink else { return nil }
    let path = self.path.displayed
    return
      "submodule \(path) is to be at \(new.id.short): check it out with 'git submodule update --init \(path)', or while it is not staged with 'git -C \(path) checkout \(new.id.short)'"
  }
}
