internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The conflicts in the index of one of libgit2's merges, brought into the form that git has.
struct IndexConflicts {
  private let index: OpaquePointer?

  /// - Parameter index: as `git_merge_commits` makes it.
  init(_ index: OpaquePointer?) { self.index = index }

  /// One side of a conflict, where it lies.
  private struct Side {
    let path: GitPath
    let entry: TreeEntry
  }

  private struct Sides {
    var base: Side?
    var ours: Side?
    var theirs: Side?
    /// Whether libgit2 tied different paths together.
    var isMoved = false

    var there: [Side] { [self.base, self.ours, self.theirs].compactMap { $0 } }
  }

  /// Puts in place of each conflict what git would leave in the working tree.
  ///
  /// - Returns: the conflicts, as git names them.
  /// - Throws: `StoreError` when a content cannot be read or written.
  func settle(
    _ repository: OpaquePointer, _ labels: MergeLabels
  ) throws(StoreError) -> [MergeConflict] {
    guard git_index_has_conflicts(self.index) == 1 else { return [] }
    let all = try self.all()
    try LibGit2.check("merging", git_index_conflict_cleanup(self.index))
    var taken = try self.paths()
    let files = Set(all.flatMap { [$0.ours, $0.theirs] }.compactMap { $0?.path })
    taken.formUnion(files)
    var conflicts: [MergeConflict] = []
    for sides in all.sorted(by: { Self.path(of: $0) < Self.path(of: $1) }) {
      conflicts += try self.settle(sides, repository, labels, &taken)
    }
    return conflicts
  }

  /// Where the result of a conflict lies: where it was moved to, if it was.
  private static func path(of sides: Sides) -> GitPath {
    let moved = [sides.ours, sides.theirs].compactMap { $0?.path }
    return moved.first { $0 != sides.base?.path } ?? sides.there.first?.path ?? .root
  }

  private func settle(
    _ sides: Sides, _ repository: OpaquePointer, _ labels: MergeLabels, _ taken: inout Set<GitPath>
  ) throws(StoreError) -> [MergeConflict] {
    let path = Self.path(of: sides)
    let (base, ours, theirs) = (sides.base?.entry, sides.ours?.entry, sides.theirs?.entry)
    var kind = MergeConflict.kind(base: base, ours: ours, theirs: theirs)
    if kind == .rename && !sides.isMoved { kind = .other }
    guard let ours, let theirs else {
      guard let one = sides.ours ?? sides.theirs else { return [] }
      return try self.settle(one, sides, kind, labels, &taken)
    }
    if sides.isMoved, sides.ours?.path != sides.theirs?.path, sides.base?.path != sides.ours?.path,
      sides.base?.path != sides.theirs?.path
    {
      return try self.leaveBoth(sides)
    }
    switch kind {
    case .type:
      return try self.part(path, base, ours, theirs, labels, &taken)
    case .content, .addAdd:
      if ours.mode == .symlink {
        try self.put(path, ours)
        break
      }
      guard let merged = try self.text(path, sides, repository, labels) else {
        kind = .binary
        try self.put(path, ours)
        break
      }
      try self.put(path, merged)
    default:
      try self.put(path, ours)
    }
    return [MergeConflict(path: path, kind: kind, base: base, ours: ours, theirs: theirs)]
  }

  /// Of a path that only one side has.
  private func settle(
    _ one: Side, _ sides: Sides, _ kind: MergeConflict.Kind, _ labels: MergeLabels,
    _ taken: inout Set<GitPath>
  ) throws(StoreError) -> [MergeConflict] {
    var (path, kind) = (one.path, sides.isMoved ? .rename : kind)
    if taken.contains(where: { $0 != path && $0.isWithin(path) }) {
      let label = sides.ours == nil ? labels.theirs : labels.ours
      path = Self.parted(path, label, &taken)
      kind = .fileFolder
    } else if sides.base == nil, !sides.isMoved,
      taken.contains(where: { $0 != path && path.isWithin($0) })
    {
      // What lies in the folder is in nobody's way.
      try self.put(path, one.entry)
      return []
    }
    try self.put(path, one.entry)
    return [
      MergeConflict(
        path: path, kind: kind, base: sides.base?.entry, ours: sides.ours?.entry,
        theirs: sides.theirs?.entry)
    ]
  }

  /// A file and something else of one name: the file gives way.
  private func part(
    _ path: GitPath, _ base: TreeEntry?, _ ours: TreeEntry, _ theirs: TreeEntry,
    _ labels: MergeLabels, _ taken: inout Set<GitPath>
  ) throws(StoreError) -> [MergeConflict] {
    let oursIsFile = ours.mode == .file || ours.mode == .executable
    let theirsIsFile = theirs.mode == .file || theirs.mode == .executable
    let oursPath =
      oursIsFile || !theirsIsFile ? Self.parted(path, labels.ours, &taken) : path
    let theirsPath =
      theirsIsFile || !oursIsFile ? Self.parted(path, labels.theirs, &taken) : path
    try self.put(oursPath, ours)
    try self.put(theirsPath, theirs)
    func mine(_ entry: TreeEntry) -> TreeEntry? {
      guard let base else { return nil }
      let isFile = base.mode == .file || base.mode == .executable
      return isFile == (entry.mode == .file || entry.mode == .executable) ? base : nil
    }
    return [
      MergeConflict(path: oursPath, kind: .type, base: mine(ours), ours: ours),
      MergeConflict(path: theirsPath, kind: .type, base: mine(theirs), theirs: theirs),
    ]
  }

  /// Moved to two places: each side's stays where it is.
  private func leaveBoth(_ sides: Sides) throws(StoreError) -> [MergeConflict] {
    var conflicts: [MergeConflict] = []
    if let base = sides.base {
      conflicts.append(MergeConflict(path: base.path, kind: .rename, base: base.entry))
    }
    if let ours = sides.ours {
      try self.put(ours.path, ours.entry)
      conflicts.append(MergeConflict(path: ours.path, kind: .rename, ours: ours.entry))
    }
    if let theirs = sides.theirs {
      try self.put(theirs.path, theirs.entry)
      conflicts.append(MergeConflict(path: theirs.path, kind: .rename, theirs: theirs.entry))
    }
    return conflicts
  }

  private static func parted(
    _ path: GitPath, _ label: String, _ taken: inout Set<GitPath>
  ) -> GitPath {
    let flat = label.utf8.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
    let free = GitProgramMerge.free(
      GitPath(bytes: path.bytes + [UInt8(ascii: "~")] + flat), taken)
    taken.insert(free)
    return free
  }

  // MARK: contents

  /// The merged text with markers, written.
  ///
  /// - Returns: nil for what is no text, or counts as none.
  private func text(
    _ path: GitPath, _ sides: Sides, _ repository: OpaquePointer, _ labels: MergeLabels
  ) throws(StoreError) -> TreeEntry? {
    if Self.attribute("merge", path, repository) == .no { return nil }
    var options = git_merge_file_options()
    git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION))
    if case .text(let size) = Self.attribute("conflict-marker-size", path, repository) {
      options.marker_size = UInt16(size) ?? options.marker_size
    }
    let isApart = sides.ours?.path != sides.theirs?.path
    let ourLabel = isApart ? Self.label(labels.ours, sides.ours) : Array(labels.ours.utf8)
    let theirLabel = isApart ? Self.label(labels.theirs, sides.theirs) : Array(labels.theirs.utf8)
    var result = git_merge_file_result()
    let code = GitPath(bytes: ourLabel).withCString { our in
      GitPath(bytes: theirLabel).withCString { their in
        options.our_label = our
        options.their_label = their
        return Self.withEntry(sides.base) { base in
          Self.withEntry(sides.ours) { ours in
            Self.withEntry(sides.theirs) { theirs in
              git_merge_file_from_index(&result, repository, base, ours, theirs, &options)
            }
          }
        }
      }
    }
    defer { git_merge_file_result_free(&result) }
    try LibGit2.check("merging '\(path.displayed)'", code)
    let bytes = UnsafeRawBufferPointer(start: result.ptr, count: result.len)
    // Of what is no text, it gives nothing; a text in conflict has markers.
    if bytes.isEmpty || bytes.prefix(8000).contains(0) { return nil }
    var raw = git_oid()
    try LibGit2.check(
      "writing an object",
      git_blob_create_from_buffer(&raw, repository, bytes.baseAddress, bytes.count))
    let isExecutable = [sides.ours, sides.theirs].contains { side in
      side?.entry.mode == .executable && side?.entry.mode != sides.base?.entry.mode
    }
    let keeps = [sides.base, sides.ours, sides.theirs].allSatisfy { $0?.entry.mode == .executable }
    return TreeEntry(mode: isExecutable || keeps ? .executable : .file, id: ObjectID(raw))
  }

  private static func label(_ label: String, _ side: Side?) -> [UInt8] {
    Array(label.utf8) + [UInt8(ascii: ":")] + (side?.path.bytes ?? [])
  }

  private enum Attribute: Equatable {
    case unset, yes, no
    case text(String)
  }

  private static func attribute(
    _ name: String, _ path: GitPath, _ repository: OpaquePointer
  ) -> Attribute {
    var value: UnsafePointer<CChar>?
    let code = path.withCString { git_attr_get(&value, repository, 0, $0, name) }
    guard code == 0 else { return .unset }
    switch git_attr_value(value) {
    case GIT_ATTR_VALUE_TRUE: return .yes
    case GIT_ATTR_VALUE_FALSE: return .no
    case GIT_ATTR_VALUE_STRING:
      let text = value.map { String(cString: $0) } ?? ""
      return text == "binary" ? .no : .text(text)
    default: return .unset
    }
  }

  // MARK: the index

  private func all() throws(StoreError) -> [Sides] {
    var iterator: OpaquePointer?
    try LibGit2.check("merging", git_index_conflict_iterator_new(&iterator, self.index))
    defer { git_index_conflict_iterator_free(iterator) }
    var bases: [GitPath: Side] = [:]
    var ours: [GitPath: Side] = [:]
    var theirs: [GitPath: Side] = [:]
    var base: UnsafePointer<git_index_entry>?
    var our: UnsafePointer<git_index_entry>?
    var their: UnsafePointer<git_index_entry>?
    while git_index_conflict_next(&base, &our, &their, iterator) == 0 {
      if let side = Self.side(base) { bases[side.path] = side }
      if let side = Self.side(our) { ours[side.path] = side }
      if let side = Self.side(their) { theirs[side.path] = side }
    }
    var all: [Sides] = []
    // Paths that belong together, because one became the other.
    for position in 0..<git_index_name_entrycount(self.index) {
      guard let names = git_index_name_get_byindex(self.index, position)?.pointee else { continue }
      let sides = Sides(
        base: Self.path(names.ancestor).flatMap { bases.removeValue(forKey: $0) },
        ours: Self.path(names.ours).flatMap { ours.removeValue(forKey: $0) },
        theirs: Self.path(names.theirs).flatMap { theirs.removeValue(forKey: $0) }, isMoved: true)
      if !sides.there.isEmpty { all.append(sides) }
    }
    for path in Set(bases.keys).union(ours.keys).union(theirs.keys).sorted() {
      all.append(Sides(base: bases[path], ours: ours[path], theirs: theirs[path]))
    }
    return all
  }

  private static func path(_ text: UnsafeMutablePointer<CChar>?) -> GitPath? {
    guard let text else { return nil }
    return GitPath(bytes: Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
  }

  private static func side(_ entry: UnsafePointer<git_index_entry>?) -> Side? {
    guard let entry = entry?.pointee, let text = entry.path,
      let mode = FileMode(octal: Array(String(entry.mode, radix: 8).utf8))
    else { return nil }
    let path = GitPath(bytes: Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    return Side(path: path, entry: TreeEntry(mode: mode, id: ObjectID(entry.id)))
  }

  /// The paths that are decided.
  private func paths() throws(StoreError) -> Set<GitPath> {
    var paths: Set<GitPath> = []
    for position in 0..<git_index_entrycount(self.index) {
      if let side = Self.side(git_index_get_byindex(self.index, position)) {
        paths.insert(side.path)
      }
    }
    return paths
  }

  private func put(_ path: GitPath, _ entry: TreeEntry) throws(StoreError) {
    let code = Self.withEntry(Side(path: path, entry: entry)) { git_index_add(self.index, $0) }
    try LibGit2.check("merging '\(path.displayed)'", code)
  }

  private static func withEntry(
    _ side: Side?, _ body: (UnsafePointer<git_index_entry>?) -> Int32
  ) -> Int32 {
    guard let side else { return body(nil) }
    return side.path.withCString { path in
      var entry = git_index_entry()
      entry.path = path
      entry.mode = side.entry.mode.rawValue
      entry.id = side.entry.id.raw
      return withUnsafePointer(to: &entry) { body($0) }
    }
  }
}
