/// The full name of a ref; bytes, as git allows any encoding.
package struct RefName: Hashable, Comparable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }
  package init(_ text: String) { self.bytes = Array(text.utf8) }

  package static func < (left: RefName, right: RefName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  package var displayed: String { escapedForDisplay(self.bytes) }

  /// What comes after `prefix`, or nil when the name does not start with it.
  package func dropping(prefix: String) -> [UInt8]? {
    self.bytes.starts(with: prefix.utf8) ? Array(self.bytes.dropFirst(prefix.utf8.count)) : nil
  }

  /// Whether git takes the name for a ref, so that it can stand in a refspec and means nothing else.
  ///
  /// Source: git-check-ref-format(1).
  package var isWellFormed: Bool {
    let forbidden = Array("~^:?*[\\".utf8)
    if self.bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F || forbidden.contains($0) }) {
      return false
    }
    let parts = self.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let dot = UInt8(ascii: ".")
    var previous: UInt8 = 0
    for byte in self.bytes {
      if previous == dot && byte == dot { return false }
      if previous == UInt8(ascii: "@") && byte == UInt8(ascii: "{") { return false }
      previous = byte
    }
    return parts.count > 1 && previous != dot
      && parts.allSatisfy {
        !$0.isEmpty && $0.first != dot && !$0.suffix(5).elementsEqual(".lock".utf8)
      }
  }

  /// Whether one of the two names is a folder of the other, so that they cannot both exist.
  package func clashes(with other: RefName) -> Bool {
    let (short, long) =
      self.bytes.count < other.bytes.count ? (self.bytes, other.bytes) : (other.bytes, self.bytes)
    return long.count > short.count && long.starts(with: short)
      && long[short.count] == UInt8(ascii: "/")
  }
}

/// The branch a capture belongs to.
package struct Branch: Hashable, Sendable {
  /// The branch's name without `refs/heads/`, or `detached/<12 hex of HEAD>`.
  package let name: [UInt8]

  package init(name: [UInt8]) { self.name = name }
  package init(_ name: String) { self.name = Array(name.utf8) }
  package init(detachedAt head: ObjectID) { self.name = Array("detached/\(head.short)".utf8) }

  package var displayed: String { escapedForDisplay(self.name) }
}

/// What the working trees of a clone call their streams of one branch in refs: each has its own, also
/// where several are on the same branch, or detached at the same commit.
package struct WorktreeLeaves: Hashable, Sendable {
  /// This working tree's; nil while it has none.
  package let own: [UInt8]?
  /// Those of the others.
  package let taken: [[UInt8]]
  /// Tells this working tree from the others.
  package let worktree: [UInt8]

  package init(own: [UInt8]? = nil, taken: [[UInt8]] = [], worktree: [UInt8] = []) {
    self.own = own
    self.taken = taken
    self.worktree = worktree
  }
}

/// Where the captures of one machine on one branch live (`DESIGN.md` §5).
package struct StreamRefs: Hashable, Sendable {
  /// Own captures, here.
  package let stream: RefName
  /// What the remote last confirmed, here.
  package let pushed: RefName
  /// Own captures, on the remote.
  package let remote: RefName
  /// The name of the branch in refs.
  package let leaf: [UInt8]

  package static let streamPrefix = "refs/pulsar/streams/"
  package static let pushedPrefix = "refs/pulsar/pushed/"
  package static let undoPrefix = "refs/pulsar/undo/"
  /// What was fetched last, before it was looked at; the next fetch takes its place.
  package static let arrivedPrefix = "refs/pulsar/arrived/"
  /// What other machines' streams held before they were made anew.
  package static let replacedPrefix = "refs/pulsar/replaced/"

  /// - Parameters:
  ///   - slug: of the machine, a valid component of a ref.
  ///   - leaf: the name of the branch in refs, see `leaf(for:clashingWith:)`.
  ///   - backupBranch: `core.backup_branch`; one that starts with `refs/` is used as it is.
  package init(slug: String, leaf: [UInt8], backupBranch: String) {
    let tail = Array("\(slug)/".utf8) + leaf
    self.leaf = leaf
    self.stream = RefName(bytes: Array(Self.streamPrefix.utf8) + tail)
    self.pushed = RefName(bytes: Array(Self.pushedPrefix.utf8) + tail)
    self.remote = RefName(bytes: Array(Self.remotePrefix(backupBranch).utf8) + tail)
  }

  /// What the names of all machines' streams on the remote start with; ends in a slash.
  package static func remotePrefix(_ backupBranch: String) -> String {
    var namespace = backupBranch
    while namespace.hasSuffix("/") { namespace.removeLast() }
    return (namespace.hasPrefix("refs/") ? "" : "refs/heads/") + namespace + "/"
  }

  /// The slug and the name of the branch in a ref below `streamPrefix`; nil for any other ref.
  package static func parts(ofStream ref: RefName) -> (slug: String, leaf: [UInt8])? {
    guard let name = ref.dropping(prefix: self.streamPrefix),
      let slash = name.firstIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return (String(decoding: name[..<slash], as: UTF8.self), Array(name[(slash + 1)...]))
  }

  /// The name of `branch` in refs: its own, unless that cannot exist beside `existing` (a file
  /// against a folder: `topic` and `topic/a`, or names that differ only in case where `foldsCase`);
  /// then a name of its own that no other branch gets.
  ///
  /// A branch that got such a name once keeps it while that stream exists.
  ///
  /// - Parameters:
  ///   - branch: the branch that gets the name.
  ///   - existing: names in refs of this machine's streams.
  ///   - foldsCase: whether names that differ only in case are one.
  /// - Returns: the name, without a prefix.
  package static func leaf(
    for branch: Branch, clashingWith existing: [[UInt8]], foldsCase: Bool
  ) -> [UInt8] {
    let own = self.flattened(branch.name)
    if existing.contains(own) || self.looksLikeOwn(branch.name) { return own }
    let name = RefName(bytes: branch.name)
    let folded = foldsCase ? lowercased(branch.name) : branch.name
    for other in existing where other != branch.name {
      let isSameFolded = foldsCase && lowercased(other) == folded
      let clashes =
        foldsCase
        ? RefName(bytes: folded).clashes(with: RefName(bytes: lowercased(other)))
        : name.clashes(with: RefName(bytes: other))
      if isSameFolded || clashes { return own }
    }
    return branch.name
  }

  /// The same for one working tree of several: its own name where it has one already, else one that no
  /// other working tree uses.
  ///
  /// - Parameters:
  ///   - branch: the branch.
  ///   - existing: the names of this machine's streams.
  ///   - foldsCase: whether names that differ only in case clash.
  ///   - others: what the working trees of the clone call theirs.
  /// - Returns: the name in refs.
  package static func leaf(
    for branch: Branch, clashingWith existing: [[UInt8]], foldsCase: Bool,
    beside others: WorktreeLeaves
  ) -> [UInt8] {
    if let own = others.own, !others.taken.contains(own) { return own }
    let usual = self.leaf(for: branch, clashingWith: existing, foldsCase: foldsCase)
    if !others.taken.contains(usual) { return usual }
    // Working trees come and go under the same name; what another one left is not gone on with.
    var number = 0
    while true {
      let distinction = [0] + others.worktree + Array("\0\(number)".utf8)
      let leaf = self.flattened(branch.name, distinguishedBy: distinction)
      if !others.taken.contains(leaf) && !existing.contains(leaf) { return leaf }
      number += 1
    }
  }

  /// A name of one component for a name that cannot exist as it is; of its own for each.
  package static func flattened(
    _ name: [UInt8], distinguishedBy distinction: [UInt8] = []
  ) -> [UInt8] {
    let flattened = name.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "-") : $0 }
    // It must fit into one file name, with `.lock` behind it.
    return Array(flattened.prefix(220))
      + Array("--\(FNV1a(name + distinction).digits)".utf8)
  }

  /// Whether a branch is called what only a branch that clashes may be called in refs.
  private static func looksLikeOwn(_ name: [UInt8]) -> Bool {
    let first = name.prefix { $0 != UInt8(ascii: "/") }
    let digits = first.suffix(16)
    return digits.count == 16 && first.dropLast(16).suffix(2).elementsEqual("--".utf8)
      && digits.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
  }

  private static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
  }
}
