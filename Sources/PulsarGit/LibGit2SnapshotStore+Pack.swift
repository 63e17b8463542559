internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

extension LibGit2SnapshotStore {
  /// From this many objects on, one pack is written in place of loose files: one file to sync, not
  /// hundreds.
  static let packFrom = 64

  /// Writes those of `contents` that are not there yet as one pack.
  func writePack(
    _ contents: [[UInt8]], _ type: git_object_t = GIT_OBJECT_BLOB
  ) throws(StoreError) -> [ObjectID] {
    var memory: OpaquePointer?
    try LibGit2.check("preparing a pack", git_odb_new(&memory))
    defer { git_odb_free(memory) }
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try LibGit2.check("preparing a pack", git_mempack_new(&backend))
    // The database owns the backend from here on.
    try LibGit2.check("preparing a pack", git_odb_add_backend(memory, backend, 1))
    var repository: OpaquePointer?
    try LibGit2.check("preparing a pack", git_repository_wrap_odb(&repository, memory))
    defer { git_repository_free(repository) }
    var builder: OpaquePointer?
    try self.withoutDeltas(repository) { () throws(StoreError) in
      try LibGit2.check("preparing a pack", git_packbuilder_new(&builder, repository))
    }
    defer { git_packbuilder_free(builder) }

    var ids: [ObjectID] = []
    ids.reserveCapacity(contents.count)
    var packed = 0
    for content in contents {
      let id = try Self.id(of: content, type)
      var raw = id.raw
      ids.append(id)
      if self.isSound(id) { continue }
      try LibGit2.check(
        "preparing a pack",
        git_odb_write(&raw, memory, content, content.count, type))
      try LibGit2.check("preparing a pack", git_packbuilder_insert(builder, &raw, nil))
      packed += 1
    }
    if packed > 0 { try self.install(builder) }
    return ids
  }

  /// Has the pack hold every blob whole: the search for deltas takes longer than all the rest, and a
  /// later `git gc` makes it anyway.
  ///
  /// libgit2 1.5 takes the size from which on a file counts as big from `pack.deltaCacheSize`.
  ///
  /// - Parameters:
  ///   - repository: libgit2's handle of it.
  ///   - makeBuilder: reads the settings, while they are there.
  /// - Throws: `StoreError` when the settings cannot be made; what `makeBuilder` throws.
  private func withoutDeltas(
    _ repository: OpaquePointer?, _ makeBuilder: () throws(StoreError) -> Void
  ) throws(StoreError) {
    let scratch = try Scratch(below: self.location.ownFolder)
    let file = GitPath("config")
    try scratch.write(
      Array("[core]\n\tbigFileThreshold = 1\n[pack]\n\tdeltaCacheSize = 1\n".utf8), to: file)
    var config: OpaquePointer?
    let code = scratch.folder.appending(file).withCString { git_config_open_ondisk(&config, $0) }
    try LibGit2.check("preparing a pack", code)
    defer { git_config_free(config) }
    try LibGit2.check("preparing a pack", git_repository_set_config(repository, config))
    try makeBuilder()
    withExtendedLifetime(scratch) {}
  }

  private func install(_ builder: OpaquePointer?) throws(StoreError) {
    var buffer = git_buf()
    defer { git_buf_dispose(&buffer) }
    try LibGit2.check("writing a pack", git_packbuilder_write_buf(&buffer, builder))
    try LibGit2.syncingFiles(self.isDurable) { () throws(StoreError) in
      try self.install(buffer)
    }
    self.wrotePack = true
  }

  private func install(_ pack: git_buf) throws(StoreError) {
    var writer: UnsafeMutablePointer<git_odb_writepack>?
    try LibGit2.check("writing a pack", git_odb_write_pack(&writer, self.handle.odb, nil, nil))
    guard let writer, let append = writer.pointee.append, let commit = writer.pointee.commit else {
      throw .failed(operation: "writing a pack", cause: "the object database takes no packs")
    }
    defer { writer.pointee.free?(writer) }
    var progress = git_indexer_progress()
    try LibGit2.check("writing a pack", append(writer, pack.ptr, pack.size, &progress))
    try LibGit2.check("writing a pack", commit(writer, &progress))
  }
}
