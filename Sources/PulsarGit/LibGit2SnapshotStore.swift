internal import Clibgit2
package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Objects and refs through libgit2, in this process.
///
/// Only for repositories that `Repository.suitsLibGit2` lets through: libgit2 writes here, and
/// judges nothing.
package final class LibGit2SnapshotStore: SnapshotStore {
  let location: RepositoryLocation
  let handle: LibGit2Handle
  let isDurable: Bool
  private var written: [ObjectID] = []
  var wrotePack = false
  /// Trees that were read for single paths.
  private var recent: [ObjectID: [TreeCodec.Line]] = [:]
  private static let recentMax = 64
  /// Commits that take long to read.
  private var huge: [ObjectID: CommitRecord] = [:]

  /// - Parameters:
  ///   - location: where the repository is.
  ///   - isDurable: false leaves out every fsync, for measurements.
  /// - Throws: `StoreError` when libgit2 cannot open the repository or its refs.
  package init(_ location: RepositoryLocation, isDurable: Bool = true) throws(StoreError) {
    self.location = location
    self.handle = try LibGit2Handle(openAt: location.gitDir)
    self.isDurable = isDurable
    // A lock file must be synced before it is renamed into place, or a power cut can leave a ref
    // without content. libgit2 asks whether to do so once, when it opens the refs.
    let repository = self.handle.repository
    try LibGit2.syncingFiles(isDurable) { () throws(StoreError) in
      var refs: OpaquePointer?
      try LibGit2.check("opening the refs", git_repository_refdb(&refs, repository))
      git_refdb_free(refs)
    }
  }

  // MARK: objects

  package func writeBlobs(_ contents: [[UInt8]]) throws(StoreError) -> [ObjectID] {
    if contents.count >= Self.packFrom { return try self.writePack(contents) }
    var ids: [ObjectID] = []
    for content in contents { ids.append(try self.write(content, GIT_OBJECT_BLOB)) }
    return ids
  }

  package func writeBlob(
    size: Int, read: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Int
  ) throws(StoreError) -> ObjectID? {
    var stream: UnsafeMutablePointer<git_odb_stream>?
    try LibGit2.check(
      "writing an object",
      git_odb_open_wstream(&stream, self.handle.odb, git_object_size_t(size), GIT_OBJECT_BLOB))
    defer { git_odb_stream_free(stream) }
    let isWhole = try BlobPieces.pass(size, from: read) { (piece) throws(StoreError) in
      let start = piece.baseAddress?.assumingMemoryBound(to: CChar.self)
      try LibGit2.check("writing an object", git_odb_stream_write(stream, start, piece.count))
    }
    guard isWhole else { return nil }
    var raw = git_oid()
    try LibGit2.check("writing an object", git_odb_stream_finalize_write(&raw, stream))
    let id = ObjectID(raw)
    if self.blobSize(id) == nil {
      // It was there, damaged, and libgit2 left it at that. The content has gone by; whoever asks again
      // has it written.
      let loose = DurableFiles.loosePath(id, below: self.location.objects)
      _ = loose.withCString { unlink($0) }
      throw .objectMissing(id, cause: "it was damaged, and is removed")
    }
    self.written.append(id)
    return id
  }

  package func writeTree(
    base: ObjectID?, changes: [TreeChange]
  ) throws(StoreError) -> ObjectID {
    if let base, changes.isEmpty { return base }
    let root = try TreeCodec.rebuild(
      base, with: TreeCodec.Folder(changes),
      read: { (id) throws(StoreError) in try self.lines(of: id) },
      write: { (lines) throws(StoreError) in
        try self.write(TreeCodec.bytes(lines), GIT_OBJECT_TREE)
      })
    if let root { return root }
    return try self.write([], GIT_OBJECT_TREE)
  }

  package func writeCommit(_ commit: NewCommit) throws(StoreError) -> ObjectID {
    try self.write(CommitCodec.bytes(commit), GIT_OBJECT_COMMIT)
  }

  package func writePassing(
    count: Int, _ commit: (Int, [ObjectID]) -> NewCommit
  ) throws(StoreError) -> [ObjectID] {
    var ids: [ObjectID] = []
    var contents: [[UInt8]] = []
    for place in 0..<count {
      let bytes = CommitCodec.bytes(commit(place, ids))
      if count < Self.packFrom {
        ids.append(try self.writeUnsynced(bytes, GIT_OBJECT_COMMIT))
      } else {
        ids.append(try Self.id(of: bytes, GIT_OBJECT_COMMIT))
        contents.append(bytes)
      }
    }
    if !contents.isEmpty { _ = try self.writePack(contents, GIT_OBJECT_COMMIT) }
    return ids
  }

  static func id(of bytes: [UInt8], _ type: git_object_t) throws(StoreError) -> ObjectID {
    var raw = git_oid()
    try LibGit2.check("hashing an object", git_odb_hash(&raw, bytes, bytes.count, type))
    return ObjectID(raw)
  }

  /// Writes an object unless a sound one is there; one that is damaged is replaced.
  private func write(_ bytes: [UInt8], _ type: git_object_t) throws(StoreError) -> ObjectID {
    let id = try self.writeUnsynced(bytes, type)
    self.written.append(id)
    return id
  }

  private func writeUnsynced(
    _ bytes: [UInt8], _ type: git_object_t
  ) throws(StoreError) -> ObjectID {
    let id = try Self.id(of: bytes, type)
    var raw = id.raw
    // Also of one that is there: this keeps `git prune` away from it.
    _ = self.isSound(id)
    try LibGit2.check(
      "writing an object", git_odb_write(&raw, self.handle.odb, bytes, bytes.count, type))
    return id
  }

  /// Whether a sound object of this id is there; a damaged loose one is removed, to be written anew.
  func isSound(_ id: ObjectID) -> Bool {
    guard self.exists(id) else { return false }
    do {
      _ = try self.read(id)
      return true
    } catch {
      let loose = DurableFiles.loosePath(id, below: self.location.objects)
      _ = loose.withCString { unlink($0) }
      return false
    }
  }

  private func exists(_ id: ObjectID) -> Bool {
    var raw = id.raw
    return git_odb_exists_ext(self.handle.odb, &raw, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue))
      == 1
  }

  private func read(_ id: ObjectID) throws(StoreError) -> (type: git_object_t, bytes: [UInt8]) {
    try self.read(id, from: self.handle.odb)
  }

  private func read(
    _ id: ObjectID, from odb: OpaquePointer
  ) throws(StoreError) -> (type: git_object_t, bytes: [UInt8]) {
    guard !DurableFiles.isCutShort(id, below: self.location.objects) else {
      throw .objectMissing(id, cause: "it ends in the middle")
    }
    var raw = id.raw
    var object: OpaquePointer?
    let code = git_odb_read(&object, odb, &raw)
    guard code == 0, let object else {
      guard case .failed(_, let cause) = LibGit2.failure("reading", code) else {
        throw .objectMissing(id, cause: "code \(code)")
      }
      throw .objectMissing(id, cause: cause)
    }
    defer { git_odb_object_free(object) }
    let count = git_odb_object_size(object)
    let bytes = git_odb_object_data(object).map {
      Array(UnsafeRawBufferPointer(start: $0, count: count))
    }
    return (git_odb_object_type(object), bytes ?? [])
  }

  /// The content of a blob.
  package func contents(of blob: ObjectID) throws(StoreError) -> [UInt8] {
    let (type, bytes) = try self.read(blob)
    guard type == GIT_OBJECT_BLOB else { throw .objectMissing(blob, cause: "it is no blob") }
    return bytes
  }

  /// The same for one path after the other, most of which share their folders.
  private func recentLines(of tree: ObjectID) throws(StoreError) -> [TreeCodec.Line] {
    if let known = self.recent[tree] { return known }
    let lines = try self.lines(of: tree)
    if self.recent.count >= Self.recentMax { self.recent = [:] }
    self.recent[tree] = lines
    return lines
  }

  func lines(of tree: ObjectID) throws(StoreError) -> [TreeCodec.Line] {
    try self.lines(of: tree, from: self.handle.odb)
  }

  private func lines(
    of tree: ObjectID, from odb: OpaquePointer
  ) throws(StoreError) -> [TreeCodec.Line] {
    let (type, bytes) = try self.read(tree, from: odb)
    guard type == GIT_OBJECT_TREE, let lines = TreeCodec.lines(bytes, idLength: 20) else {
      throw .objectMissing(tree, cause: "it is no tree")
    }
    return lines
  }

  // MARK: reading

  package func commit(_ id: ObjectID) throws(StoreError) -> CommitRecord {
    if let known = self.huge[id] { return known }
    let (type, bytes) = try self.read(id)
    guard type == GIT_OBJECT_COMMIT, let record = CommitCodec.record(id, bytes) else {
      throw .objectMissing(id, cause: "it is no commit")
    }
    if bytes.count > ForeignLimits.commitBytes { self.huge[id] = record }
    return record
  }

  package func entry(at path: GitPath, in tree: ObjectID) throws(StoreError) -> TreeEntry? {
    var entry = TreeEntry(mode: .tree, id: tree)
    for name in path.components {
      guard entry.mode == .tree else { return nil }
      guard let line = try self.recentLines(of: entry.id).first(where: { $0.name == name }),
        let mode = FileMode(octal: Array(String(line.mode, radix: 8).utf8))
      else { return nil }
      entry = TreeEntry(mode: mode, id: line.id)
    }
    return entry
  }

  package func blobSizes(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    var sizes: [ObjectID: ByteCount] = [:]
    for id in ids { sizes[id] = self.blobSize(id) }
    return sizes
  }

  private func blobSize(_ id: ObjectID) -> ByteCount? {
    var raw = id.raw
    var size = 0
    var type = GIT_OBJECT_ANY
    let code = git_odb_read_header(&size, &type, self.handle.odb, &raw)
    return code == 0 && type == GIT_OBJECT_BLOB ? ByteCount(size) : nil
  }

  package func adopt(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    let objects = self.location.objects
    let sizes = try self.blobSizes(ids.filter { !DurableFiles.isCutShort($0, below: objects) })
    self.written += sizes.keys
    return sizes
  }

  package func compare(
    _ old: ObjectID?, _ new: ObjectID, countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange] {
    if old == new { return [] }
    var comparison = TreeComparison(odb: self.handle.odb, objects: self.location.objects) {
      (tree) throws(StoreError) in try self.lines(of: tree)
    }
    return try comparison.changes(from: old, to: new, countingLinesUpTo: countingLinesUpTo)
  }

  // MARK: refs

  package func resolve(_ ref: RefName) throws(StoreError) -> ObjectID? {
    try Self.resolve(ref, in: self.handle.repository)
  }

  private static func resolve(
    _ ref: RefName, in repository: OpaquePointer
  ) throws(StoreError) -> ObjectID? {
    var raw = git_oid()
    let code = ref.withCString { git_reference_name_to_id(&raw, repository, $0) }
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try LibGit2.check("reading '\(ref.displayed)'", code)
    return ObjectID(raw)
  }

  package func refs(
    withPrefix prefix: String
  ) throws(StoreError) -> [(name: RefName, id: ObjectID)] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    var iterator: OpaquePointer?
    try LibGit2.check(
      "listing refs",
      git_reference_iterator_glob_new(&iterator, self.handle.repository, folder + "*"))
    defer { git_reference_iterator_free(iterator) }
    var found: [(name: RefName, id: ObjectID)] = []
    var name: UnsafePointer<CChar>?
    while git_reference_next_name(&name, iterator) == 0, let start = name {
      let bytes = UnsafeRawBufferPointer(start: start, count: strlen(start))
      let ref = RefName(bytes: Array(bytes))
      guard ref.bytes.starts(with: prefix.utf8) else { continue }
      do {
        // One that another process deleted meanwhile is simply not there.
        if let id = try self.resolve(ref) { found.append((ref, id)) }
      } catch .failed {
        // A damaged one is left out, as git does: it must not stop captures of other branches.
        continue
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  package func move(
    _ ref: RefName, from old: ObjectID?, to new: ObjectID?
  ) throws(StoreError) {
    let (code, failure) = try RefMotion.during(self.location) {
      () throws(StoreError) -> (Int32, StoreError?) in
      let code = try self.codeOfMoving(ref, from: old, to: new)
      return (code, code < 0 ? LibGit2.failure("moving '\(ref.displayed)'", code) : nil)
    }
    if code == GIT_EMODIFIED.rawValue || code == GIT_EEXISTS.rawValue
      || code == GIT_ENOTFOUND.rawValue
    {
      throw .refMoved(ref)
    }
    if let failure {
      if let new, !self.exists(new) { throw .notReadBack("\(new.hex) was pruned meanwhile") }
      throw failure
    }
  }

  private func codeOfMoving(
    _ ref: RefName, from old: ObjectID?, to new: ObjectID?
  ) throws(StoreError) -> Int32 {
    guard var target = new?.raw else {
      guard try self.resolve(ref) == old else { throw .refMoved(ref) }
      return try PackedRefsMark.keep(ref, in: self.location) {
        ref.withCString { git_reference_remove(self.handle.repository, $0) }
      }
    }
    var made: OpaquePointer?
    defer { git_reference_free(made) }
    guard var expected = old?.raw else {
      return ref.withCString {
        git_reference_create(&made, self.handle.repository, $0, &target, 0, nil)
      }
    }
    return ref.withCString {
      git_reference_create_matching(&made, self.handle.repository, $0, &target, 1, &expected, nil)
    }
  }

  // MARK: durability

  package func makeObjectsDurable() throws(StoreError) {
    if self.isDurable && !(self.written.isEmpty && !self.wrotePack) {
      try DurableFiles.sync(
        objects: self.written, packs: self.wrotePack, below: self.location.objects)
    }
    self.written = []
    self.wrotePack = false
  }

  package func makeDurable(_ ref: RefName) throws(StoreError) {
    if self.isDurable { try DurableFiles.sync(ref, below: self.location.commonDir) }
  }

  package func confirm(
    _ commit: ObjectID, at ref: RefName, objects: [ObjectID]
  ) throws(StoreError) {
    let fresh = try LibGit2Handle(openAt: self.location.gitDir)
    guard try Self.resolve(ref, in: fresh.repository) == commit else { throw .refMoved(ref) }
    do throws(StoreError) {
      let (_, bytes) = try self.read(commit, from: fresh.odb)
      guard let record = CommitCodec.record(commit, bytes) else {
        throw .objectMissing(commit, cause: "it is no commit")
      }
      _ = try self.read(record.tree, from: fresh.odb)
      for id in objects { try Self.confirm(id, fresh.odb) }
    } catch {
      throw .notReadBack(error.why)
    }
  }

  package func confirm(tree: ObjectID, besides others: [ObjectID]) throws(StoreError) {
    if others.contains(tree) { return }
    let fresh = try LibGit2Handle(openAt: self.location.gitDir)
    do throws(StoreError) {
      try self.confirm(tree, besides: others, fresh.odb)
    } catch {
      throw .notReadBack(error.why)
    }
  }

  private func confirm(
    _ tree: ObjectID, besides others: [ObjectID], _ odb: OpaquePointer
  ) throws(StoreError) {
    var known: [ArraySlice<UInt8>: [TreeCodec.Line]] = [:]
    for other in others {
      for line in (try? self.lines(of: other, from: odb)) ?? [] {
        known[line.name, default: []].append(line)
      }
    }
    for line in try self.lines(of: tree, from: odb) where line.mode != FileMode.gitlink.rawValue {
      let before = known[line.name] ?? []
      if before.contains(where: { $0.id == line.id }) { continue }
      if line.isTree {
        try self.confirm(line.id, besides: before.filter(\.isTree).map(\.id), odb)
      } else {
        try Self.confirm(line.id, odb)
      }
    }
  }

  private static func confirm(_ id: ObjectID, _ odb: OpaquePointer) throws(StoreError) {
    var raw = id.raw
    var size = 0
    var type = GIT_OBJECT_ANY
    let code = git_odb_read_header(&size, &type, odb, &raw)
    if code != 0 { throw .objectMissing(id, cause: "code \(code)") }
  }
}
