import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Owns one file descriptor and closes it exactly once, when the value ends.
///
/// Never inherited by a child. What its calls throw names `path`.
struct OpenFile: ~Copyable {
  let descriptor: Int32
  let path: GitPath

  /// - Parameters:
  ///   - path: relative paths are to the current folder.
  ///   - flags: of open(2); close-on-exec is added.
  ///   - mode: of a file that is created, before the umask.
  ///   - operation: for the error.
  /// - Throws: when the system does not open it.
  init(
    _ path: GitPath, flags: Int32, mode: UInt32 = 0o600, operation: String
  ) throws(SystemError) {
    while true {
      let opened = path.withSystemPath { open($0, flags | O_CLOEXEC, mode_t(mode)) }
      if opened.value >= 0 {
        self.descriptor = opened.value
        self.path = path
        return
      }
      if opened.errno != EINTR {
        throw SystemError(operation: operation, path: path, errno: opened.errno)
      }
    }
  }

  deinit { close(self.descriptor) }

  func status(operation: String) throws(SystemError) -> stat {
    var status = stat()
    guard fstat(self.descriptor, &status) == 0 else {
      throw SystemError(operation: operation, path: self.path, errno: errno)
    }
    return status
  }

  /// Writes all of `bytes`; one call to the system unless that writes less.
  func write(_ bytes: some Sequence<UInt8>) throws(SystemError) {
    let all = Array(bytes)
    var done = 0
    while done < all.count {
      let (count, number) = all.withUnsafeBytes { buffer -> (Int, Int32) in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = systemWrite(self.descriptor, rest)
        return (count, errno)
      }
      if count > 0 {
        done += count
      } else if count == 0 || number != EINTR {
        throw SystemError(
          operation: "write", path: self.path, errno: count == 0 ? ENOSPC : number)
      }
    }
  }

  /// Reads up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let got = pread(self.descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    guard failure == 0 else {
      throw SystemError(operation: "read", path: self.path, errno: failure)
    }
    return bytes
  }

  /// Returns when the content would survive a power cut.
  ///
  /// A file system that cannot sync a folder says EINVAL; that is taken as done.
  func makeDurable() throws(SystemError) {
    while true {
      #if canImport(Darwin)
        if fcntl(self.descriptor, F_FULLFSYNC) == 0 { return }
      #endif
      if fsync(self.descriptor) == 0 || errno == EINVAL { return }
      if errno != EINTR {
        throw SystemError(operation: "make durable", path: self.path, errno: errno)
      }
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

extension GitPath {
  /// Calls `body` with this path as the system takes it; `.` for the root.
  ///
  /// - Returns: what `body` returned, and `errno` right after it.
  func withSystemPath(_ body: (UnsafePointer<CChar>) -> Int32) -> (value: Int32, errno: Int32) {
    let path = (self.isRoot ? [UInt8(ascii: ".")] : self.bytes) + [0]
    return path.withUnsafeBytes { buffer in
      guard let start = buffer.assumingMemoryBound(to: CChar.self).baseAddress else {
        return (-1, ENOENT)
      }
      let value = body(start)
      return (value, errno)
    }
  }

  /// What stat(2) says; nil when nothing is there.
  func systemStatus(operation: String) throws(SystemError) -> stat? {
    var status = stat()
    let result = self.withSystemPath { stat($0, &status) }
    if result.value == 0 { return status }
    if result.errno == ENOENT { return nil }
    throw SystemError(operation: operation, path: self, errno: result.errno)
  }
}

extension stat {
  var isRegularFile: Bool { self.st_mode & S_IFMT == S_IFREG }
  var isFolder: Bool { self.st_mode & S_IFMT == S_IFDIR }
  func isSameFile(as other: stat) -> Bool {
    self.st_dev == other.st_dev && self.st_ino == other.st_ino
  }
}
