internal import Clibgit2
package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What can be told of a repository without starting git: cheap enough for a list of many.
package struct RepositoryGlance: Sendable {
  package let worktree: GitPath
  package let gitDir: GitPath
  package let commonDir: GitPath

  /// - Returns: nil when there is no repository at `worktree`.
  package init?(at worktree: GitPath) {
    let dotGit = worktree.appending(".git")
    guard let stamp = FileStamp.of(dotGit) else { return nil }
    var gitDir = dotGit
    if stamp.isFile {
      guard let line = HeadFile.line(of: dotGit), line.starts(with: "gitdir: ".utf8) else {
        return nil
      }
      let target = GitPath(bytes: Array(line.dropFirst("gitdir: ".utf8.count)))
      gitDir = target.isAbsolute ? target : worktree.appending(target)
    }
    guard FileStamp.of(gitDir.appending("HEAD")) != nil else { return nil }
    self.worktree = worktree
    self.gitDir = gitDir
    if let common = HeadFile.line(of: gitDir.appending("commondir")).map({ GitPath(bytes: $0) }) {
      self.commonDir = common.isAbsolute ? common : gitDir.appending(common)
    } else {
      self.commonDir = gitDir
    }
  }

  /// The repository whose working tree `path`, an absolute path, is in; nil when there is none.
  package static func enclosing(_ path: GitPath) -> RepositoryGlance? {
    var folder = path
    while !folder.isRoot {
      if let found = RepositoryGlance(at: folder) { return found }
      folder = folder.parent
    }
    return nil
  }

  /// Whether something there keeps us from looking, which is not the same as nothing being there.
  package static func isBarred(_ worktree: GitPath) -> Bool {
    worktree.appending(".git").withCString { access($0, F_OK) } != 0 && errno == EACCES
  }

  /// What the last capture here left as a note, if its stream still stands there.
  package func notedCapture() -> (note: CaptureNote, isPushed: Bool)? {
    guard let note = CaptureNote(at: self.gitDir),
      HeadFile.value(of: note.stream, in: self.location) == .at(note.commit)
    else { return nil }
    return (note, HeadFile.value(of: note.pushed, in: self.location) == .at(note.commit))
  }

  /// Whether the ref of the stream that the last capture here went to cannot be read.
  package var isStreamDamaged: Bool {
    guard let note = CaptureNote(at: self.gitDir) else { return false }
    return HeadFile.value(of: note.stream, in: self.location) == .unclear
  }

  /// `GitRemote.placeMark` of a remote, as far as the settings of this repository alone tell it.
  package func placeMark(ofRemote name: String) -> String? {
    _ = LibGit2.start
    var config: OpaquePointer?
    let file = self.commonDir.appending("config")
    guard file.withCString({ git_config_open_ondisk(&config, $0) }) == 0 else { return nil }
    defer { git_config_free(config) }
    for key in ["pushurl", "url"] {
      var values: OpaquePointer?
      let full = "remote.\(name).\(key)"
      guard git_config_multivar_iterator_new(&values, config, full, nil) == 0 else { continue }
      defer { git_config_iterator_free(values) }
      var entry: UnsafeMutablePointer<git_config_entry>?
      guard git_config_next(&entry, values) == 0, let url = entry?.pointee.value else { continue }
      let bytes = Array(UnsafeRawBufferPointer(start: url, count: strlen(url)))
      return GitRemote.placeMark(of: name, url: bytes)
    }
    return nil
  }

  /// Where HEAD points; nil when only git can tell.
  package func head() -> Head? { HeadFile.head(self.location) }

  /// What a ref points to; nil also when only git can tell.
  package func value(of ref: RefName) -> ObjectID? {
    guard case .at(let id) = HeadFile.value(of: ref, in: self.location) else { return nil }
    return id
  }

  /// What other machines have, by what is here and what the radar knew.
  ///
  /// - Parameters:
  ///   - machine: this one.
  ///   - record: what the radar knew.
  ///   - memory: what `Lineage` found out before.
  /// - Returns: nil where only git can tell where HEAD is.
  /// - Throws: `StoreError` when libgit2 cannot read this repository; then ask git.
  package func radarView(
    of machine: Machine, known record: RadarRecord, memory: any LineageMemory
  ) throws(StoreError) -> RadarRecord.View? {
    guard let head = self.head() else { return nil }
    let store = try LibGit2SnapshotStore(self.location)
    let search = DriftSearch(store, try KnownStreams(in: store), ownSlug: machine.slug)
    let note = CaptureNote(at: self.gitDir)
    let noted = note?.branch == head.branch ? note.flatMap { self.value(of: $0.stream) } : nil
    let own = OwnStandpoint(
      branch: head.branch, capture: noted ?? search.capture(of: head.branch), head: head.commit)
    return try RadarProcedure(store: store, ownSlug: machine.slug, memory: memory)
      .quickView(from: own, known: record)
  }

  private var location: RepositoryLocation {
    RepositoryLocation(
      worktree: self.worktree, gitDir: self.gitDir, commonDir: self.commonDir, usesSHA256: false)
  }

  /// The newest capture of a machine's streams here; nil when there is none.
  ///
  /// - Returns: also whether the remote has confirmed it.
  /// - Throws: `StoreError` when libgit2 cannot read this repository; then ask git.
  package func newestCapture(
    of machine: Machine
  ) throws(StoreError) -> (branch: [UInt8], commit: CommitRecord, isPushed: Bool)? {
    return try Self.newestCapture(of: machine, in: LibGit2SnapshotStore(self.location))
  }

  package static func newestCapture(
    of machine: Machine, in store: some SnapshotStore
  ) throws(StoreError) -> (branch: [UInt8], commit: CommitRecord, isPushed: Bool)? {
    let prefix = "\(StreamRefs.streamPrefix)\(machine.slug)/"
    var newest: (leaf: [UInt8], commit: CommitRecord)?
    for (ref, id) in try store.refs(withPrefix: prefix) {
      guard let leaf = ref.dropping(prefix: prefix), leaf != FinalizationMark.leaf else { continue }
      let commit = try store.commit(id)
      if newest.map({ commit.time > $0.commit.time }) ?? true { newest = (leaf, commit) }
    }
    guard let newest else { return nil }
    let pushed = RefName(
      bytes: Array("\(StreamRefs.pushedPrefix)\(machine.slug)/".utf8) + newest.leaf)
    let branch = CaptureTrailers(message: newest.commit.message)?.branch.name ?? newest.leaf
    return (branch, newest.commit, try store.resolve(pushed) == newest.commit.id)
  }
}
