internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files of the world: real ones in a folder of its own.
enum Files {
  static func make(folder: GitPath) throws(WorldError) {
    var path = GitPath("/")
    for name in folder.components {
      path = path.appending(Array(name))
      if path.with({ mkdir($0, 0o755) }) != 0 && errno != EEXIST {
        throw WorldError("making a folder", path)
      }
    }
  }

  static func write(
    _ bytes: [UInt8], to path: GitPath, mode: mode_t = 0o644, adding: Bool = false
  ) throws(WorldError) {
    let how = O_WRONLY | O_CREAT | O_CLOEXEC | (adding ? O_APPEND : O_TRUNC)
    let file = path.with { open($0, how, mode) }
    guard file >= 0 else { throw WorldError("opening", path) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw WorldError("writing", path) }
      rest = rest.dropFirst(count)
    }
  }

  /// nil when there is no such file, or it cannot be read.
  static func read(_ path: GitPath) -> [UInt8]? {
    let file = path.with { open($0, O_RDONLY | O_CLOEXEC) }
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.isFile else { return nil }
    var hasFailed = false
    // Nothing else of the world runs: no file grows while it is read.
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let read = systemRead(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        hasFailed = hasFailed || read < 0
        if read <= 0 { return }
        count += read
      }
    }
    return hasFailed ? nil : bytes
  }

  /// Where a link leads; nothing when it is none.
  static func target(of path: GitPath) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = path.with { readlink($0, &buffer, buffer.count) }
    return buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
  }

  /// Everything in a folder, ascending; none when it cannot be read.
  static func names(in folder: GitPath) -> [[UInt8]] {
    guard let stream = folder.with({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        let bytes = UnsafeRawPointer(name)
        return Array(
          UnsafeRawBufferPointer(
            start: bytes, count: strlen(bytes.assumingMemoryBound(to: CChar.self))))
      }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
    return names.sorted(by: Self.precedes)
  }

  /// What is not a folder, at a name in a folder and below it, ascending by parts of the names; the name
  /// itself where there is no folder of that name.
  static func all(at name: GitPath, in folder: GitPath) -> [GitPath] {
    let path = folder.appending(name)
    guard self.isFolder(path) else { return [name] }
    return self.names(in: path).flatMap { self.all(at: name.appending($0), in: folder) }
  }

  /// By bytes, as fast without the optimizer as with it.
  private static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    let order = memcmp(one, other, min(one.count, other.count))
    return order == 0 ? one.count < other.count : order < 0
  }

  static func status(_ path: GitPath) -> stat? {
    var status = stat()
    return path.with { lstat($0, &status) } == 0 ? status : nil
  }

  static func isFolder(_ path: GitPath) -> Bool {
    self.status(path)?.isFolder ?? false
  }

  /// Removes a file, a link, or a folder with all that is in it.
  static func remove(_ path: GitPath) {
    if self.isFolder(path) {
      for name in self.names(in: path) { self.remove(path.appending(name)) }
      _ = path.with { rmdir($0) }
    } else {
      _ = path.with { unlink($0) }
    }
  }

  static func link(_ path: GitPath, to target: GitPath) throws(WorldError) {
    guard target.with({ target in path.with { symlink(target, $0) } }) == 0 else {
      throw WorldError("making a link", path)
    }
  }

  static func move(_ path: GitPath, to other: GitPath) throws(WorldError) {
    guard path.with({ from in other.with { rename(from, $0) } }) == 0 else {
      throw WorldError("moving", path)
    }
  }

  /// Gives a file the time of the last change of another.
  ///
  /// git takes what is in an index for old or fresh by the time of the index itself.
  static func copyTime(of other: GitPath, to path: GitPath) throws(WorldError) {
    guard let status = self.status(other) else { throw WorldError("looking at", other) }
    let times = [status.st_mtim, status.st_mtim]
    guard path.with({ utimensat(AT_FDCWD, $0, times, 0) }) == 0 else {
      throw WorldError("changing", path)
    }
  }

  static func setMode(_ path: GitPath, _ mode: mode_t) throws(WorldError) {
    guard path.with({ chmod($0, mode) }) == 0 else { throw WorldError("changing", path) }
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, bytes, count)
}

private func systemRead(_ file: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
  read(file, bytes, count)
}

extension GitPath {
  /// Calls `body` with the path as C wants it.
  func with<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (self.bytes + [0]).withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { preconditionFailure("an empty C string") }
      return body(base.assumingMemoryBound(to: CChar.self))
    }
  }
}

/// The world itself cannot go on: nothing that the system under test did.
package struct WorldError: Error, CustomStringConvertible {
  package let description: String

  init(_ words: String) { self.description = words }

  init(_ operation: String, _ path: GitPath) {
    self.description = "\(operation) '\(path.displayed)': \(String(cString: strerror(errno)))"
  }
}

extension stat {
  var isFolder: Bool { self.st_mode & S_IFMT == S_IFDIR }
}

extension stat {
  var isFile: Bool { self.st_mode & S_IFMT == S_IFREG }
  var isLink: Bool { self.st_mode & S_IFMT == S_IFLNK }
  /// Whether its owner may run it.
  var isProgram: Bool { self.st_mode & 0o100 != 0 }
}
