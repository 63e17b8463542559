internal import Clibgit2
package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Puts files and links into a working tree: whole or not at all, never through a link, never over
/// anything that is not what the caller said is there.
package final class WorktreeWriter {
  private let repository: Repository
  private let environment: [CommandWord]
  /// Where attributes come from that are not on disk.
  package var attributes = AttributeFallback()
  private let root: Int32
  private var staged: [GitPath: Staged] = [:]
  private var counter = 0
  /// Paths that this disk cannot hold, with the system's words: a link where there are none, or a name.
  package private(set) var unwritten: [GitPath: String] = [:]
  /// Why a folder could not be opened or made last.
  private var folderError: Int32 = 0

  /// What tells one state of a file from another without reading it.
  package struct Mark: Hashable, Sendable {
    let stamp: FileStamp

    /// The time of the last change of the inode is left out: putting back one of two hard links moves
    /// that of the other.
    func isSame(_ other: FileStamp) -> Bool {
      var other = other
      other.changedSeconds = self.stamp.changedSeconds
      other.changedNanoseconds = self.stamp.changedNanoseconds
      return other == self.stamp
    }
  }

  /// What is at a path.
  package enum Occupant: Hashable, Sendable {
    case nothing
    /// A file, a link, or whatever else is no folder.
    case thing(Mark)
    case folder
    /// A part of the path that is no folder, so that nothing can be below it.
    case blocked(by: GitPath, Mark)
  }

  /// One file that is ready to be put in its place.
  private struct Staged {
    let path: GitPath
    let folder: GitPath
    let name: [UInt8]
    /// Whether there may be a file of that name by now.
    var isMade = false
    var isSynced = false
  }

  /// - Parameters:
  ///   - repository: whose working tree it is.
  ///   - environment: of the person; says where git looks for attributes.
  /// - Throws: `RestoreError` when the working tree cannot be opened.
  package init(_ repository: Repository, environment: [CommandWord]) throws(RestoreError) {
    self.repository = repository
    self.environment = environment
    let top = repository.location.worktree
    self.root = top.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard self.root >= 0 else { throw Self.failure("opening it", top) }
  }

  deinit {
    self.removeStaged()
    close(self.root)
  }

  // MARK: looking

  package func occupant(_ path: GitPath) -> Occupant {
    var above = GitPath.root
    let components = path.components
    for (index, name) in components.enumerated() {
      above = above.appending(Array(name))
      guard let stamp = self.stamp(above) else { return .nothing }
      if index == components.count - 1 {
        return stamp.isFolder ? .folder : .thing(Mark(stamp: stamp))
      }
      if !stamp.isFolder { return .blocked(by: above, Mark(stamp: stamp)) }
    }
    return .folder
  }

  /// Whether a file or link is as it was, as far as can be told without reading it.
  package func holds(_ mark: Mark, at path: GitPath) -> Bool {
    self.stamp(path).map { mark.isSame($0) } ?? false
  }

  /// Everything below a folder that is no folder itself, with folders that cannot be read.
  package func things(below folder: GitPath) -> [(path: GitPath, mark: Mark)] {
    var found: [(path: GitPath, mark: Mark)] = []
    for name in Scratch.names(in: self.repository.location.worktree.appending(folder)) {
      let path = folder.appending(name)
      guard let stamp = self.stamp(path) else { continue }
      if stamp.isFolder {
        found += self.things(below: path)
      } else {
        found.append((path, Mark(stamp: stamp)))
      }
    }
    return found
  }

  private func stamp(_ path: GitPath) -> FileStamp? {
    var status = stat()
    let result = path.withCString { fstatat(self.root, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return result == 0 ? FileStamp(status) : nil
  }

  // MARK: staging

  /// Writes the contents beside their places, under names of our own.
  ///
  /// Nothing of the person's changes.
  package func stage(
    _ wishes: [SmudgedContent.Wish], _ store: some SnapshotStore
  ) throws(RestoreError) {
    let names = self.repository.refusedNames
    for wish in wishes where names.refuses(wish.path, isLink: wish.entry.mode == .symlink) {
      throw .refusedName(wish.path)
    }
    try self.reserve(wishes.map(\.path))
    var written = WrittenFiles()
    defer { written.closeAll() }
    let attributes = try CheckoutAttributes(
      for: wishes.map(\.path), in: self.repository, self.attributes, store)
    let content = SmudgedContent(
      self.repository, environment: self.environment, attributes)
    try content.deliver(
      wishes,
      sizes: { (id) throws(RestoreError) -> ByteCount? in
        do throws(StoreError) {
          return try store.blobSizes([id])[id]
        } catch {
          throw .store(error)
        }
      },
      large: { (wish) throws(RestoreError) in try self.makeFile(wish) },
      sink: { (wish, bytes) throws(RestoreError) in
        if self.repository.git.isCancelled() { throw .interrupted }
        if wish.entry.mode == .symlink, self.makesLinks {
          try self.makeLink(wish, to: bytes)
          return
        }
        let descriptor = try self.makeFile(wish)
        written.files.append((wish.path, descriptor))
        try Self.write(bytes, to: descriptor, wish.path)
        // The disk begins while others are written.
        cgit_start_writing(descriptor)
        if written.files.count == WrittenFiles.countMax { try self.sync(&written) }
      })
    try self.sync(&written)
    for path in self.staged.keys.sorted() {
      if let staged = self.staged[path], staged.isMade, !staged.isSynced { try self.sync(staged) }
    }
  }

  /// git makes a small file with the target in it where links are said not to be.
  private var makesLinks: Bool { self.repository.config.flag("core.symlinks") != false }

  /// Files that were written and are to be synced.
  private struct WrittenFiles {
    static let countMax = 128
    var files: [(path: GitPath, descriptor: Int32)] = []

    mutating func closeAll() {
      for (_, descriptor) in self.files { close(descriptor) }
      self.files = []
    }
  }

  private func sync(_ written: inout WrittenFiles) throws(RestoreError) {
    defer { written.closeAll() }
    // A full disk may show only now.
    let errors = DurableFiles.sync(written.files.map(\.descriptor))
    for ((path, _), error) in zip(written.files, errors) {
      if error != 0 { throw Self.failure("syncing it", path, error) }
      self.staged[path]?.isSynced = true
    }
  }

  private func makeFile(_ wish: SmudgedContent.Wish) throws(RestoreError) -> Int32 {
    let staged = self.making(wish.path)
    let folder = try self.folder(staged.folder, making: false, for: wish.path)
    defer { close(folder) }
    // As a check-out makes them: the person's umask decides.
    let mode: mode_t = wish.entry.mode == .executable ? 0o777 : 0o666
    let descriptor = GitPath(bytes: staged.name).withCString {
      openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    guard descriptor >= 0 else { throw Self.failure("making a file", wish.path) }
    // In the place of a file that others may not read, nothing appears that they may.
    if case .thing(let mark) = self.occupant(wish.path), mark.stamp.isFile {
      var kept = mode_t(mark.stamp.mode) & 0o666
      if wish.entry.mode == .executable { kept |= (kept & 0o444) >> 2 }
      _ = fchmod(descriptor, kept)
    }
    return descriptor
  }

  private func makeLink(_ wish: SmudgedContent.Wish, to target: [UInt8]) throws(RestoreError) {
    let staged = self.making(wish.path)
    let folder = try self.folder(staged.folder, making: false, for: wish.path)
    defer { close(folder) }
    let code = GitPath(bytes: target).withCString { target in
      GitPath(bytes: staged.name).withCString { symlinkat(target, folder, $0) }
    }
    if code == 0 { return }
    guard Self.cannotBeHeld(errno, isLink: true) else {
      throw Self.failure("making a link", wish.path)
    }
    self.giveUp(wish.path)
  }

  /// Whether an error says that the disk cannot hold this path, whatever is tried.
  private static func cannotBeHeld(_ error: Int32, isLink: Bool) -> Bool {
    switch error {
    case EPERM, ENOSYS, EOPNOTSUPP: isLink
    case ENAMETOOLONG, EILSEQ, EINVAL: true
    default: false
    }
  }

  private func giveUp(_ path: GitPath) {
    self.unwritten[path] = errnoWords()
    self.staged[path]?.isMade = false
  }

  /// Names of our own, each in the innermost folder that is there already, noted before the first is
  /// used, so that all are removed even when this process dies.
  private func reserve(_ paths: [GitPath]) throws(RestoreError) {
    var reserved: [Staged] = []
    let wished = Set(paths)
    for path in paths {
      var folder = path.parent
      while !folder.isRoot, self.occupant(folder) != .folder { folder = folder.parent }
      var name: [UInt8] = []
      // A person may have committed what a process that died left: then it is a file of theirs.
      repeat {
        self.counter += 1
        name = Array("\(Self.prefix)\(self.counter)".utf8)
      } while wished.contains(folder.appending(name))
        || self.occupant(folder.appending(name)) != .nothing
      reserved.append(Staged(path: path, folder: folder, name: name))
    }
    do {
      try Self.note(reserved.map { $0.folder.appending($0.name) }, self.repository.location)
    } catch {
      throw .store(error)
    }
    for staged in reserved { self.staged[staged.path] = staged }
  }

  /// The name that was reserved for a path, which is used from now on.
  private func making(_ path: GitPath) -> Staged {
    guard var staged = self.staged[path] else {
      preconditionFailure("nothing was reserved for '\(path.displayed)'")
    }
    staged.isMade = true
    self.staged[path] = staged
    return staged
  }

  private func sync(_ staged: Staged) throws(RestoreError) {
    let folder = try self.folder(staged.folder, making: false, for: staged.path)
    defer { close(folder) }
    let descriptor = GitPath(bytes: staged.name).withCString {
      openat(folder, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    }
    if descriptor < 0 && errno == ELOOP { return }
    guard descriptor >= 0 else { throw Self.failure("opening it", staged.path) }
    defer { close(descriptor) }
    let error = DurableFiles.sync(descriptor)
    if error != 0 { throw Self.failure("syncing it", staged.path, error) }
  }

  // MARK: putting

  /// Puts a staged file in its place, folders made as needed.
  ///
  /// What this disk cannot hold is left as it is, and is among `unwritten` then.
  ///
  /// - Parameters:
  ///   - path: its place, relative to the working tree.
  ///   - expected: what is there; anything else stops us. A folder must hold nothing but empty
  ///     folders.
  /// - Returns: what tells the file from a later state of it; nil where it could not be put there.
  /// - Throws: `RestoreError`, such as `.changedMeanwhile` when something else is there.
  @discardableResult
  package func put(_ path: GitPath, over expected: Mark?) throws(RestoreError) -> Mark? {
    if self.unwritten[path] != nil { return nil }
    guard let staged = self.staged[path] else {
      preconditionFailure("'\(path.displayed)' was not staged")
    }
    guard let target = try self.folderForPutting(path) else { return nil }
    defer { close(target) }
    let isBeside = staged.folder == path.parent
    let source = isBeside ? target : try self.folder(staged.folder, making: false, for: path)
    defer { if !isBeside { close(source) } }
    let name = GitPath(bytes: path.name)
    var status = stat()
    if name.withCString({ fstatat(target, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
      let stamp = FileStamp(status)
      if stamp.isFolder {
        guard Self.removeEmptyFolder(target, name) else { throw .changedMeanwhile(path) }
      } else if expected?.isSame(stamp) != true {
        throw .changedMeanwhile(path)
      }
    } else if expected != nil {
      throw .changedMeanwhile(path)
    }
    let beside = GitPath(bytes: staged.name)
    guard beside.withCString({ fstatat(source, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
      throw Self.failure("looking at it", path)
    }
    let code = beside.withCString { from in
      name.withCString { renameat(source, from, target, $0) }
    }
    guard code == 0 else {
      guard Self.cannotBeHeld(errno, isLink: false) else {
        throw Self.failure("moving it into place", path)
      }
      self.unwritten[path] = errnoWords()
      return nil
    }
    self.staged[path] = nil
    return Mark(stamp: FileStamp(status))
  }

  /// Makes the folder that a submodule is to be checked out to, as git does.
  ///
  /// - Parameters:
  ///   - path: of the submodule.
  ///   - expected: a file that is there; anything else but a folder stops us.
  /// - Throws: `RestoreError` when the folder cannot be made.
  package func makeSubmoduleFolder(
    _ path: GitPath, over expected: Mark?
  ) throws(RestoreError) {
    if let expected { try self.remove(path, expecting: expected, standing: path.parent) }
    close(try self.folder(path, making: true, for: path))
  }

  /// Removes the folder of a submodule that is no more, if nothing is in it: what is checked out there
  /// stays, as with git.
  package func removeSubmoduleFolder(_ path: GitPath) {
    guard let above = try? self.folder(path.parent, making: false, for: path) else { return }
    defer { close(above) }
    _ = GitPath(bytes: path.name).withCString { unlinkat(above, $0, AT_REMOVEDIR) }
  }

  /// The folder that a file is to be in; nil where this disk cannot hold it.
  private func folderForPutting(_ path: GitPath) throws(RestoreError) -> Int32? {
    do {
      return try self.folder(path.parent, making: true, for: path)
    } catch {
      guard Self.cannotBeHeld(self.folderError, isLink: false) else { throw error }
      self.unwritten[path] = errnoWords(self.folderError)
      return nil
    }
  }

  /// Removes a file or link, and the folders above that it leaves empty.
  ///
  /// - Parameters:
  ///   - path: what goes, relative to the working tree.
  ///   - expected: what is there; anything else stops us.
  ///   - standing: a folder that is kept, as the person stands in it.
  /// - Throws: `RestoreError`, such as `.changedMeanwhile` when something else is there.
  package func remove(
    _ path: GitPath, expecting expected: Mark, standing: GitPath?
  ) throws(RestoreError) {
    let folder = try self.folder(path.parent, making: false, for: path)
    defer { close(folder) }
    let name = GitPath(bytes: path.name)
    var status = stat()
    guard name.withCString({ fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
      expected.isSame(FileStamp(status))
    else { throw .changedMeanwhile(path) }
    guard name.withCString({ unlinkat(folder, $0, 0) }) == 0 else {
      throw Self.failure("removing it", path)
    }
    var parent = path.parent
    while !parent.isRoot, standing.map({ !$0.isWithin(parent) }) ?? true {
      guard let above = try? self.folder(parent.parent, making: false, for: parent) else { return }
      defer { close(above) }
      let code = GitPath(bytes: parent.name).withCString { unlinkat(above, $0, AT_REMOVEDIR) }
      if code != 0 { return }
      parent = parent.parent
    }
  }

  /// Removes what was staged and not put in its place.
  package func removeStaged() {
    for staged in self.staged.values where staged.isMade {
      guard let folder = try? self.folder(staged.folder, making: false, for: staged.path) else {
        continue
      }
      _ = GitPath(bytes: staged.name).withCString { unlinkat(folder, $0, 0) }
      close(folder)
    }
    self.staged = [:]
    Scratch.remove(Self.notes(self.repository.location))
  }

  /// Opens a folder of the working tree, following no link.
  private func folder(
    _ path: GitPath, making: Bool, for wanted: GitPath
  ) throws(RestoreError) -> Int32 {
    var current = dup(self.root)
    guard current >= 0 else { throw Self.failure("opening the working tree", wanted) }
    _ = fcntl(current, F_SETFD, FD_CLOEXEC)
    for component in path.components {
      let name = GitPath(bytes: component)
      func enter() -> Int32 {
        name.withCString {
          openat(current, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
      }
      var next = enter()
      if next < 0 && errno == ENOENT && making {
        if name.withCString({ mkdirat(current, $0, 0o777) }) == 0 || errno == EEXIST {
          next = enter()
        }
      }
      guard next >= 0 else {
        self.folderError = errno
        let error = Self.failure("opening the folder '\(path.displayed)'", wanted)
        close(current)
        throw error
      }
      close(current)
      current = next
    }
    return current
  }

  /// Removes a folder that holds nothing but empty folders.
  private static func removeEmptyFolder(_ parent: Int32, _ name: GitPath) -> Bool {
    if name.withCString({ unlinkat(parent, $0, AT_REMOVEDIR) }) == 0 { return true }
    guard errno == ENOTEMPTY || errno == EEXIST else { return false }
    let folder = name.withCString {
      openat(parent, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard folder >= 0, let stream = fdopendir(folder) else { return false }
    defer { closedir(stream) }
    var names: [GitPath] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(GitPath(bytes: name)) }
    }
    for name in names where !self.removeEmptyFolder(folder, name) { return false }
    return name.withCString { unlinkat(parent, $0, AT_REMOVEDIR) } == 0
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: Int32, _ path: GitPath
  ) throws(RestoreError) {
    do {
      try Scratch.write(bytes[...], to: descriptor, path)
    } catch .full(let cause) {
      throw .full(path, cause: cause)
    } catch {
      throw .system(operation: "writing it", path, cause: error.why)
    }
  }

  private static func failure(
    _ operation: String, _ path: GitPath, _ error: Int32 = errno
  ) -> RestoreError {
    let cause = errnoWords(error)
    if error == ENOSPC || error == EDQUOT || error == EFBIG { return .full(path, cause: cause) }
    return .system(operation: operation, path, cause: cause)
  }

  // MARK: litter

  private static let prefix = ".git-pulsar-restore-"

  /// Whether a file of this name waits beside the place that it is to take.
  package static func isUnplaced(_ path: GitPath) -> Bool {
    path.name.starts(with: self.prefix.utf8)
  }

  private static func notes(_ location: RepositoryLocation) -> GitPath {
    location.ownFolder.appending("restore-files")
  }

  /// Notes files of ours in the working tree, so that no loss of power leaves one that is not noted.
  private static func note(
    _ paths: [GitPath], _ location: RepositoryLocation
  ) throws(StoreError) {
    if paths.isEmpty { return }
    try Scratch.makeFolder(location.ownFolder)
    let notes = self.notes(location)
    let descriptor = notes.withCString {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw Scratch.failure("writing", notes) }
    defer { close(descriptor) }
    try Scratch.write(paths.flatMap { $0.bytes + [0] }[...], to: descriptor, notes)
    try DurableFiles.sync(notes, orMissing: false)
    try DurableFiles.sync(location.ownFolder, orMissing: false)
  }

  /// Removes what a restore that was killed left in the working tree.
  ///
  /// The caller holds the lock.
  static func sweep(_ location: RepositoryLocation) {
    let notes = self.notes(location)
    let descriptor = notes.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    for record in bytes.split(separator: 0) {
      let path = GitPath(bytes: record)
      guard self.isUnplaced(path) else { continue }
      _ = location.worktree.appending(path).withCString { unlink($0) }
    }
    Scratch.remove(notes)
  }
}
