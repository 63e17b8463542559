internal import PulsarCore
internal import PulsarEngine
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A folder for files that git is to read, of this process alone; gone when the value goes.
///
/// One that a killed process left is swept by the next capture, which holds the repository's lock.
final class Scratch {
  let folder: GitPath
  private static let counter = Atomic(0)

  /// - Parameters:
  ///   - parent: made when it is not there, readable by its owner alone.
  ///   - isBesideCaptures: for work without the repository's lock: swept only when this process is no
  ///     more.
  /// - Throws: `StoreError` when a folder cannot be made.
  init(below parent: GitPath, isBesideCaptures: Bool = false) throws(StoreError) {
    let number = Self.counter.add(1, ordering: .relaxed).newValue
    let name =
      isBesideCaptures
      ? "\(TemporaryObjects.prefix)\(getpid())-scratch-\(number)"
      : "\(Self.prefix)\(getpid())-\(number)"
    self.folder = parent.appending(name)
    try Self.makeFolder(parent)
    try Self.makeFolder(self.folder)
  }

  deinit { Self.remove(self.folder) }

  static let prefix = "scratch-"

  /// Removes what processes that died left below `parent`.
  static func sweep(below parent: GitPath) {
    for name in self.names(in: parent) where name.starts(with: self.prefix.utf8) {
      self.remove(parent.appending(name))
    }
  }

  /// Writes a file of ours, its folders made as needed.
  func write(_ bytes: [UInt8], to path: GitPath, executable: Bool = false) throws(StoreError) {
    let full = self.folder.appending(path)
    var missing: [GitPath] = []
    var parent = full.parent
    while parent != self.folder, FileStamp.of(parent) == nil {
      missing.append(parent)
      parent = parent.parent
    }
    for folder in missing.reversed() { try Self.makeFolder(folder) }
    try Self.write(bytes, to: full, mode: executable ? 0o700 : 0o600)
  }

  static func write(_ bytes: [UInt8], to path: GitPath, mode: UInt32 = 0o600) throws(StoreError) {
    let descriptor = path.withCString {
      open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode))
    }
    guard descriptor >= 0 else { throw self.failure("writing", path) }
    defer { close(descriptor) }
    try self.write(bytes[...], to: descriptor, path)
  }

  static func write(
    _ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ path: GitPath
  ) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw self.failure("writing", path)
      }
    }
  }

  /// Replaces a cache of ours in one step.
  ///
  /// Failing to costs time, not safety.
  static func replace(_ path: GitPath, with bytes: [UInt8]) {
    // The name lets the next capture sweep it, should this process die here.
    let temporary = path.parent.appending(
      Array("\(self.prefix)\(getpid())-".utf8) + Array(path.name))
    do {
      // A linked working tree has no folder of ours to begin with.
      try self.makeFolder(path.parent)
      try self.write(bytes, to: temporary)
    } catch {
      self.remove(temporary)
      return
    }
    let renamed = temporary.withCString { from in path.withCString { rename(from, $0) } }
    if renamed != 0 { self.remove(temporary) }
  }

  static func makeFolder(_ path: GitPath) throws(StoreError) {
    guard path.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST else { return }
    throw self.failure("making", path)
  }

  static func failure(_ verb: String, _ path: GitPath) -> StoreError {
    let cause = "\(path.displayed): \(errnoWords())"
    return switch errno {
    case ENOSPC, EDQUOT, EFBIG: .full(cause: cause)
    case EROFS, EACCES, EPERM: .readOnly(cause: cause)
    default: .failed(operation: "\(verb) a file", cause: cause)
    }
  }

  /// Names in a folder; empty when it cannot be read.
  static func names(in folder: GitPath) -> [[UInt8]] {
    guard let stream = folder.withCString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Removes a file, or a folder with all it holds, following no link.
  static func remove(_ path: GitPath) {
    if path.withCString({ unlink($0) }) == 0 { return }
    guard let stamp = FileStamp.of(path), stamp.isFolder else { return }
    for name in self.names(in: path) { self.remove(path.appending(name)) }
    _ = path.withCString { rmdir($0) }
  }
}
