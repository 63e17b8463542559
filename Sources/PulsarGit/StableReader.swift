internal import Clibgit2
internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What tells one state of a file from another without reading it.
struct FileStamp: Hashable {
  var device: UInt64
  var inode: UInt64
  var mode: UInt32
  var size: Int64
  var modifiedSeconds: Int64
  var modifiedNanoseconds: Int64
  var changedSeconds: Int64
  var changedNanoseconds: Int64

  init(_ status: stat) {
    self.device = UInt64(status.st_dev)
    self.inode = UInt64(status.st_ino)
    self.mode = UInt32(status.st_mode)
    self.size = Int64(status.st_size)
    #if os(Linux)
      self.modifiedSeconds = Int64(status.st_mtim.tv_sec)
      self.modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
      self.changedSeconds = Int64(status.st_ctim.tv_sec)
      self.changedNanoseconds = Int64(status.st_ctim.tv_nsec)
    #else
      self.modifiedSeconds = Int64(status.st_mtimespec.tv_sec)
      self.modifiedNanoseconds = Int64(status.st_mtimespec.tv_nsec)
      self.changedSeconds = Int64(status.st_ctimespec.tv_sec)
      self.changedNanoseconds = Int64(status.st_ctimespec.tv_nsec)
    #endif
  }

  /// From numbers in the order of the properties.
  init?(numbers: [Int64]) {
    guard numbers.count == 8 else { return nil }
    self.device = UInt64(bitPattern: numbers[0])
    self.inode = UInt64(bitPattern: numbers[1])
    self.mode = UInt32(truncatingIfNeeded: numbers[2])
    self.size = numbers[3]
    self.modifiedSeconds = numbers[4]
    self.modifiedNanoseconds = numbers[5]
    self.changedSeconds = numbers[6]
    self.changedNanoseconds = numbers[7]
  }

  var numbers: [Int64] {
    [
      Int64(bitPattern: self.device), Int64(bitPattern: self.inode), Int64(self.mode), self.size,
      self.modifiedSeconds, self.modifiedNanoseconds, self.changedSeconds,
      self.changedNanoseconds,
    ]
  }

  var isFile: Bool { self.mode & 0o170000 == 0o100000 }
  var isLink: Bool { self.mode & 0o170000 == 0o120000 }
  var isFolder: Bool { self.mode & 0o170000 == 0o040000 }
  var isExecutable: Bool { self.mode & 0o100 != 0 }

  /// Whether a change just after this stamp could have left it the same: the file was touched within
  /// the coarsest step of a file system's clock (2 s) before `now`, or after it.
  func isRacy(at now: timespec) -> Bool {
    max(self.modifiedSeconds, self.changedSeconds) >= Int64(now.tv_sec) - 2
  }

  /// The present state of what a link at `path`, or the file itself, leads to; nil when it is nothing.
  static func ofTarget(_ path: GitPath) -> FileStamp? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    return FileStamp(status)
  }

  /// The present state of the file at `path`; nil and errno when there is none.
  static func of(_ path: GitPath) -> FileStamp? {
    var status = stat()
    guard path.withCString({ lstat($0, &status) }) == 0 else { return nil }
    return FileStamp(status)
  }
}

/// Reads files that may change underneath: never through a link, never blocking, never torn.
struct StableReader {
  /// Attempts at one file before it counts as changing for ever.
  static let attempts = 5

  /// The top of the working tree, open.
  private let folder: Int32
  private let root: GitPath

  enum Content {
    case file([UInt8], FileStamp)
    /// Larger than was asked to be held in memory; not read.
    case large(FileStamp)
    case link([UInt8], FileStamp)
    case folder
    case gone
    case skipped(SkippedPath.Reason)
  }

  init(root: GitPath) throws(GitError) {
    self.root = root
    self.folder = root.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard self.folder >= 0 else {
      throw .failed(command: "open '\(root.displayed)'", cause: errnoWords())
    }
  }

  func end() { close(self.folder) }

  func stamp(_ path: GitPath) -> FileStamp? {
    var status = stat()
    let result = path.withCString { fstatat(self.folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return result == 0 ? FileStamp(status) : nil
  }

  /// Reads the file or link at `path`.
  ///
  /// - Parameters:
  ///   - path: relative to the folder.
  ///   - limit: a larger file is skipped.
  ///   - memory: a larger file is not read but given as `.large`.
  /// - Returns: the content, or why there is none.
  func read(_ path: GitPath, limit: ByteCount, memory: Int) -> Content {
    for _ in 0..<Self.attempts {
      guard let before = self.stamp(path) else { return Self.missing() }
      if before.isFolder { return .folder }
      if before.isLink {
        if let target = self.target(of: path), self.stamp(path) == before {
          return .link(target, before)
        }
        continue
      }
      guard before.isFile else { return .skipped(.notAFile) }
      if before.size > limit.bytes { return .skipped(.tooLarge(ByteCount(Int(before.size)))) }
      if before.size > memory { return .large(before) }
      let descriptor = path.withCString { cgit_open_beneath(self.folder, $0) }
      if descriptor < 0 {
        // ELOOP: it became a link; ENXIO: a FIFO or socket. Look again.
        if errno == ELOOP || errno == ENXIO { continue }
        return Self.missing()
      }
      defer { close(descriptor) }
      if let outcome = Self.readOnce(descriptor) { return outcome }
    }
    return .skipped(.keptChanging)
  }

  /// Reads a large file piece by piece through `sink`.
  ///
  /// - Parameters:
  ///   - path: relative to the folder.
  ///   - limit: a larger file is skipped.
  ///   - sink: is handed a function that fills a buffer; returns nil when the content did not have
  ///     the size it was told. Called twice for a file that was touched just now.
  /// - Returns: what `sink` returned and the file's stamp, or why the file was skipped; all nil
  ///   when it is gone.
  /// - Throws: what `sink` throws.
  func stream<Value: Equatable, Failure: Error>(
    _ path: GitPath, limit: ByteCount,
    into sink: (_ size: Int, _ read: (UnsafeMutableRawBufferPointer) -> Int) throws(Failure) ->
      Value?
  ) throws(Failure) -> (value: Value?, stamp: FileStamp?, skipped: SkippedPath.Reason?) {
    for _ in 0..<Self.attempts {
      let descriptor = path.withCString { cgit_open_beneath(self.folder, $0) }
      guard descriptor >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return (nil, nil, nil) }
        return (nil, nil, .unreadable(errnoWords()))
      }
      defer { close(descriptor) }
      guard let before = Self.stamp(of: descriptor), before.isFile else {
        return (nil, nil, .notAFile)
      }
      if before.size > limit.bytes { return (nil, nil, .tooLarge(ByteCount(Int(before.size)))) }
      var failure: Int32 = 0
      func next(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
          #if canImport(Glibc)
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
          #else
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
          #endif
          if count >= 0 { return count }
          if errno != EINTR {
            failure = errno
            return 0
          }
        }
      }
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      var value = try sink(Int(before.size), next)
      if before.isRacy(at: now), value != nil, lseek(descriptor, 0, SEEK_SET) == 0,
        try sink(Int(before.size), next) != value
      {
        value = nil
      }
      if failure != 0 { return (nil, nil, .unreadable(String(cString: strerror(failure)))) }
      if let value, Self.stamp(of: descriptor) == before { return (value, before, nil) }
    }
    return (nil, nil, .keptChanging)
  }

  /// One attempt; nil when the file changed meanwhile.
  private static func readOnce(_ descriptor: Int32) -> Content? {
    guard let before = self.stamp(of: descriptor) else { return nil }
    guard before.isFile else { return .skipped(.notAFile) }
    guard let first = self.readAll(descriptor, size: Int(before.size)) else {
      return .skipped(.unreadable(errnoWords()))
    }
    guard first.count == Int(before.size), self.stamp(of: descriptor) == before else { return nil }
    // A write within the same tick of the file system's clock leaves no trace in the stamp.
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    if before.isRacy(at: now) {
      guard lseek(descriptor, 0, SEEK_SET) == 0,
        let second = self.readAll(descriptor, size: Int(before.size)), first == second,
        self.stamp(of: descriptor) == before
      else { return nil }
    }
    return .file(first, before)
  }

  /// All bytes up to the end, or one more than `size`; nil and errno on failure.
  private static func readAll(_ descriptor: Int32, size: Int) -> [UInt8]? {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
      filled = 0
      while filled < size + 1 {
        #if canImport(Glibc)
          let count = Glibc.read(
            descriptor, buffer.baseAddress?.advanced(by: filled), size + 1 - filled)
        #else
          let count = Darwin.read(
            descriptor, buffer.baseAddress?.advanced(by: filled), size + 1 - filled)
        #endif
        if count == 0 { return }
        if count > 0 {
          filled += count
        } else if errno != EINTR {
          failed = true
          return
        }
      }
    }
    return failed ? nil : bytes
  }

  private static func stamp(of descriptor: Int32) -> FileStamp? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? FileStamp(status) : nil
  }

  private func target(of path: GitPath) -> [UInt8]? {
    var capacity = 256
    while capacity <= 1 << 20 {
      var buffer = [UInt8](repeating: 0, count: capacity)
      let count = path.withCString { name in
        buffer.withUnsafeMutableBytes { raw in
          raw.withMemoryRebound(to: CChar.self) { chars in
            guard let base = chars.baseAddress else { return -1 }
            return readlinkat(self.folder, name, base, chars.count)
          }
        }
      }
      guard count >= 0 else { return nil }
      if count < capacity { return Array(buffer[..<count]) }
      capacity *= 4
    }
    return nil
  }

  private static func missing() -> Content {
    errno == ENOENT || errno == ENOTDIR ? .gone : .skipped(.unreadable(errnoWords()))
  }
}
