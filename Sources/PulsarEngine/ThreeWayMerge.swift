package import PulsarCore

/// Merges two commits as git would, without a working tree, an index or a ref.
///
/// Two adapters hold to one conformance suite.
package protocol Merging: AnyObject {
  /// Merges `theirs` into `ours`.
  ///
  /// The base comes from the ancestry of the two: several best ones are merged first, and where there
  /// is none, it is the empty tree. Attributes such as `merge=union` are those of `ours`.
  ///
  /// - Parameters:
  ///   - ours: a commit.
  ///   - theirs: a commit.
  ///   - labels: what stands beside conflict markers.
  /// - Returns: the merged tree; also where there are conflicts.
  /// - Throws: `MergeError` when there is no answer; refs, index and working tree are never written.
  func merge(
    _ ours: ObjectID, _ theirs: ObjectID, labels: MergeLabels
  ) throws(MergeError) -> MergeOutcome
}

extension Merging {
  /// Merges with the commits' own short ids beside the conflict markers.
  package func merge(_ ours: ObjectID, _ theirs: ObjectID) throws(MergeError) -> MergeOutcome {
    try self.merge(ours, theirs, labels: MergeLabels(ours: ours.short, theirs: theirs.short))
  }
}

/// What stands beside conflict markers, and after the `~` in the names of files that had to give way to
/// a folder (there with `_` for `/`).
package struct MergeLabels: Hashable, Sendable {
  package let ours: String
  package let theirs: String

  /// Characters that would break a line or hide text are replaced by `_`; an empty label becomes `_`.
  package init(ours: String, theirs: String) {
    self.ours = Self.cleaned(ours)
    self.theirs = Self.cleaned(theirs)
  }

  private static func cleaned(_ label: String) -> String {
    let scalars = label.unicodeScalars.map { needsEscape($0) ? "_" : $0 }
    return scalars.isEmpty ? "_" : String(String.UnicodeScalarView(scalars))
  }
}

/// What a merge came to.
package struct MergeOutcome: Hashable, Sendable {
  /// What `git merge` would leave in the working tree: text conflicts have markers, and of other
  /// conflicts one side is taken.
  package let tree: ObjectID
  /// By path, ascending, each path once; empty when and only when the merge is clean.
  package let conflicts: [MergeConflict]

  package init(tree: ObjectID, conflicts: [MergeConflict]) {
    self.tree = tree
    self.conflicts = conflicts.sorted { $0.path < $1.path }
  }

  package var isClean: Bool { self.conflicts.isEmpty }
}

/// One path that a merge could not decide.
package struct MergeConflict: Hashable, Sendable {
  /// Why it could not.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Both changed the same lines.
    case content
    /// Both added the path, differently.
    case addAdd = "add/add"
    /// One changed it, the other deleted it.
    case modifyDelete = "modify/delete"
    /// Both changed it, and it is no text.
    case binary
    /// A file here, a link or submodule there.
    case type
    /// A file here, a folder there.
    case fileFolder = "file/folder"
    /// Both moved it, or one moved it into the other's way.
    case rename
    /// Both moved a submodule, to commits of which neither contains the other.
    case submodule
    case other
  }

  /// Where the result has it.
  ///
  /// A file that gave way to a folder, or to another kind of thing, lies at `<path>~<label>`.
  package let path: GitPath
  /// Where the sides have it.
  package let original: GitPath
  package let kind: Kind
  /// The three versions, as the stages 1, 2 and 3 of git's index; nil where there is none.
  package let base: TreeEntry?
  package let ours: TreeEntry?
  package let theirs: TreeEntry?

  package init(
    path: GitPath, original: GitPath? = nil, kind: Kind, base: TreeEntry? = nil,
    ours: TreeEntry? = nil, theirs: TreeEntry? = nil
  ) {
    self.path = path
    self.original = original ?? path
    self.kind = kind
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }

  /// What the versions alone tell of the kind.
  package static func kind(base: TreeEntry?, ours: TreeEntry?, theirs: TreeEntry?) -> Kind {
    let there = [base, ours, theirs].compactMap { $0 }
    guard let ours, let theirs else {
      return base != nil && there.count == 2 ? .modifyDelete : .rename
    }
    if ours.mode.family != theirs.mode.family { return .type }
    if ours.mode == .gitlink { return .submodule }
    return base == nil ? .addAdd : .content
  }
}

extension FileMode {
  /// The mode without the executable bit.
  fileprivate var family: FileMode { self == .executable ? .file : self }
}

/// Why two commits could not be merged; nothing but unreferenced objects was written.
package enum MergeError: Error, Hashable, Sendable {
  /// The git that is here cannot merge without a working tree, and nothing else may do it.
  case needsGit(found: String, needed: String, because: String)
  /// A merge driver, or git itself, gave no answer.
  case failed(cause: String)
  case interrupted
  case store(StoreError)
}

extension MergeError: ExplainedError {
  package var whatFailed: String {
    switch self {
    case .interrupted: "stopped"
    default: "nothing was merged"
    }
  }

  package var why: String {
    switch self {
    case .needsGit(let found, let needed, let because):
      "git \(found) is older than \(needed), and libgit2 cannot merge here because \(because)"
    case .failed(let cause): cause
    case .interrupted: "interrupted"
    case .store(let error): error.why
    }
  }

  package var whatToDo: String {
    switch self {
    case .needsGit(_, let needed, _): "install git \(needed) or newer"
    case .failed: "try 'git merge' by hand to see more"
    case .interrupted: "run the command again when you like"
    case .store(let error): error.whatToDo
    }
  }
}
