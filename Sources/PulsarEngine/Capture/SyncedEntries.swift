package import PulsarCore

/// What syncs brought into one working tree, on one branch.
///
/// The rule, for every capture: **a path that a sync brought keeps the entry that it was brought with
/// until this disk shows something else there.**
///
/// A capture's tree is HEAD's tree with what `git status` says. That is not all a session holds: this
/// clone's git says nothing of a file that is ignored here, of a path that a sparse check-out keeps off
/// the disk, of an executable bit under `core.fileMode=false`, of a submodule that is not checked out,
/// of a carriage return that line-ending rules take away, of a link where there are none. A capture that
/// went by git alone would drop these, and as it contains the session, every other machine would take
/// that for newer work and delete, revert or rewrite its own files. So for these paths the disk is asked
/// and not git, with the session's entry as what a file is compared with, as git compares with its index.
///
/// Where the record is lost, the newest capture stands in for it: what that capture holds and git
/// cannot say of this disk stays as captured, so that nothing is deleted unasked.
package struct SyncedEntries: Hashable, Sendable {
  /// HEAD's commit when the entries were looked at last; nil while there was none.
  package var head: ObjectID?
  package var entries: [GitPath: SyncedEntry]

  package init(head: ObjectID? = nil, entries: [GitPath: SyncedEntry] = [:]) {
    self.head = head
    self.entries = entries
  }

  package var isEmpty: Bool { self.entries.isEmpty }
}

/// One path that a sync brought.
package struct SyncedEntry: Hashable, Sendable {
  /// What the disk shows there since it was brought.
  package enum Seen: Hashable, Sendable {
    /// What a capture would store of the file, or the commit a submodule stands at.
    case entry(TreeEntry)
    /// Nothing, as it could not be written, or git has yet to check the submodule out.
    case absent
    /// Nothing, as the sparse check-out keeps it off this disk.
    case notCheckedOut
    /// Nothing, as it was deleted here.
    case deleted
  }

  /// The session's entry; nil where the session has nothing there.
  package var brought: TreeEntry?
  package var seen: Seen
  /// What the index holds there; nil for nothing.
  package var indexed: TreeEntry?

  package init(brought: TreeEntry?, seen: Seen, indexed: TreeEntry?) {
    self.brought = brought
    self.seen = seen
    self.indexed = indexed
  }

}

/// What syncs brought into one working tree, on all its branches.
package struct SyncRecord: Hashable, Sendable {
  /// By the name of the branch in refs; a branch without entries is left out.
  package private(set) var branches: [[UInt8]: SyncedEntries]
  /// The branch of the newest capture.
  package var last: [UInt8]?

  package init(branches: [[UInt8]: SyncedEntries] = [:], last: [UInt8]? = nil) {
    self.branches = branches
    self.last = last
  }

  package subscript(branch: [UInt8]) -> SyncedEntries {
    get { self.branches[branch] ?? SyncedEntries() }
    set { self.branches[branch] = newValue.isEmpty ? nil : newValue }
  }

  /// The entries of a branch; those of the branch that the working tree came from where it is captured
  /// for the first time, as its files are the same.
  package func entries(of branch: [UInt8], isFirst: Bool) -> SyncedEntries {
    if isFirst, self.branches[branch] == nil, let last { return self[last] }
    return self[branch]
  }

  /// The record after a capture.
  func after(_ entries: SyncedEntries, on branch: [UInt8]) -> SyncRecord {
    var record = self
    record[branch] = entries
    record.last = branch
    return record
  }
}

/// What stands at the place of a submodule.
package enum SubmoduleState: Hashable, Sendable {
  case checkedOut(ObjectID)
  /// A folder without a repository of its own.
  case folder
  case missing
  case other
}
