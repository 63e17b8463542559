#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file system by names of any bytes.
enum Files {
  /// What `lstat` says, as far as tests compare it.
  struct Status: Hashable {
    let mode: UInt32
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    var kind: UInt32 { self.mode & UInt32(S_IFMT) }
    var isFolder: Bool { self.kind == UInt32(S_IFDIR) }
    var isFile: Bool { self.kind == UInt32(S_IFREG) }
    var isLink: Bool { self.kind == UInt32(S_IFLNK) }
  }

  static func status(_ path: Bytes) -> Status? {
    var found = stat()
    guard lstat(path.cString, &found) == 0 else { return nil }
    #if canImport(Darwin)
      let time = found.st_mtimespec
    #else
      let time = found.st_mtim
    #endif
    return Status(
      mode: UInt32(found.st_mode), size: Int(found.st_size), seconds: time.tv_sec,
      nanoseconds: time.tv_nsec)
  }

  static func exists(_ path: Bytes) -> Bool { self.status(path) != nil }

  static func read(_ path: Bytes) throws -> Bytes {
    let file = try SystemFailure.check("open", path, open(path.cString, O_RDONLY | O_CLOEXEC))
    defer { close(file) }
    return try self.readAll(file, named: path)
  }

  /// Reads from the beginning of an open file.
  static func readAll(_ file: Int32, named path: Bytes) throws -> Bytes {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(file, &buffer, buffer.count, off_t(content.count))
      guard count >= 0 else { throw SystemFailure("read", path) }
      if count == 0 { return Bytes(content) }
      content += buffer[..<count]
    }
  }

  /// Writes a file, and the folders above it; an existing one is rewritten in place.
  static func write(_ path: Bytes, _ content: Bytes, mode: mode_t = 0o644) throws {
    try self.makeFolder(path.parent)
    let file = try SystemFailure.check(
      "open", path, open(path.cString, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
    defer { close(file) }
    var rest = content.array[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { pointer in
        #if canImport(Darwin)
          Darwin.write(file, pointer.baseAddress, pointer.count)
        #else
          Glibc.write(file, pointer.baseAddress, pointer.count)
        #endif
      }
      guard count > 0 else { throw SystemFailure("write", path) }
      rest = rest.dropFirst(count)
    }
    try SystemFailure.check("fchmod", path, fchmod(file, mode))
  }

  /// Makes a folder and those above it; an existing one is left alone.
  static func makeFolder(_ path: Bytes) throws {
    if path.array.isEmpty || self.exists(path) { return }
    try self.makeFolder(path.parent)
    guard mkdir(path.cString, 0o755) == 0 || errno == EEXIST else {
      throw SystemFailure("mkdir", path)
    }
  }

  static func makeLink(_ path: Bytes, to target: Bytes) throws {
    try self.makeFolder(path.parent)
    try SystemFailure.check("symlink", path, symlink(target.cString, path.cString))
  }

  static func linkTarget(_ path: Bytes) throws -> Bytes {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { pointer in
      pointer.withMemoryRebound(to: CChar.self) { chars in
        chars.baseAddress.map { readlink(path.cString, $0, chars.count) } ?? -1
      }
    }
    guard count >= 0 else { throw SystemFailure("readlink", path) }
    return Bytes(buffer[..<count])
  }

  /// Makes a FIFO (`S_IFIFO`) or a socket (`S_IFSOCK`).
  static func makeNode(_ path: Bytes, kind: mode_t) throws {
    try self.makeFolder(path.parent)
    try SystemFailure.check("mknod", path, mknod(path.cString, kind | 0o644, 0))
  }

  static func rename(_ old: Bytes, _ new: Bytes) throws {
    try self.makeFolder(new.parent)
    #if canImport(Darwin)
      try SystemFailure.check("rename", old, Darwin.rename(old.cString, new.cString))
    #else
      try SystemFailure.check("rename", old, Glibc.rename(old.cString, new.cString))
    #endif
  }

  static func setMode(_ path: Bytes, _ mode: mode_t) throws {
    try SystemFailure.check("chmod", path, chmod(path.cString, mode))
  }

  /// Names in a folder, ascending, without `.` and `..`.
  static func names(in path: Bytes) throws -> [Bytes] {
    guard let folder = opendir(path.cString) else { throw SystemFailure("opendir", path) }
    defer { closedir(folder) }
    var names: [Bytes] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
          Bytes(UnsafeBufferPointer(start: start, count: strnlen(start, 256)))
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func strnlen(_ start: UnsafePointer<UInt8>, _ limit: Int) -> Int {
    var count = 0
    while count < limit && start[count] != 0 { count += 1 }
    return count
  }

  /// Removes whatever is there, with all below it; does nothing when nothing is.
  static func remove(_ path: Bytes) throws {
    guard let status = self.status(path) else { return }
    guard status.isFolder else {
      try SystemFailure.check("unlink", path, unlink(path.cString))
      return
    }
    _ = chmod(path.cString, 0o700)
    for name in try self.names(in: path) { try self.remove(path / name) }
    try SystemFailure.check("rmdir", path, rmdir(path.cString))
  }

  /// Every path below `folder`, relative to it, parents first, ascending.
  ///
  /// A folder for which `enters`
  /// says no, or that cannot be read, is named and not looked into.
  static func walk(_ folder: Bytes, entering enters: (Bytes) -> Bool = { _ in true }) -> [Bytes] {
    var found: [Bytes] = []
    var pending: [Bytes] = [""]
    while let relative = pending.popLast() {
      if !relative.array.isEmpty { found.append(relative) }
      let path = relative.array.isEmpty ? folder : folder / relative
      guard self.status(path)?.isFolder == true, relative.array.isEmpty || enters(relative)
      else { continue }
      let names = (try? self.names(in: path)) ?? []
      for name in names.reversed() { pending.append(relative / name) }
    }
    return found
  }
}
