import Foundation
import Synchronization

/// Folders of the tests' own, and the making and removing of files in them.
enum Folder {
  private static let count = Mutex(0)
  private static let doomed = Mutex<[String]>([])

  /// A new folder; in memory where there is such a place, because tests sync thousands of times.
  static func make(named name: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let isThereMemory = access("/dev/shm", W_OK) == 0
    let parent = environment["TMPDIR"] ?? (isThereMemory ? "/dev/shm" : "/tmp")
    let number = self.count.withLock { count in
      count += 1
      return count
    }
    let path = "\(parent)/pulsar-\(name).\(getpid()).\(number)"
    self.remove(path)
    guard mkdir(path, 0o755) == 0, let real = realpath(path, nil) else {
      throw Failure("mkdir \(path): \(String(cString: strerror(errno)))")
    }
    defer { free(real) }
    return String(cString: real)
  }

  static func removeAtExit(_ path: String) {
    let isFirst = self.doomed.withLock { doomed in
      doomed.append(path)
      return doomed.count == 1
    }
    guard isFirst else { return }
    atexit { for path in Folder.doomed.withLock({ $0 }) { Folder.remove(path) } }
  }

  /// Removes whatever is there, with all below it.
  static func remove(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    chmod(path, 0o700)
    for name in self.names(in: path) { self.remove("\(path)/\(name)") }
    rmdir(path)
  }

  static func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
  }

  /// Every path below `path`, relative to it.
  static func walk(_ path: String, _ relative: String = "") -> [String] {
    var found: [String] = []
    for name in self.names(in: relative.isEmpty ? path : "\(path)/\(relative)") {
      let inner = relative.isEmpty ? name : "\(relative)/\(name)"
      found.append(inner)
      var status = stat()
      if lstat("\(path)/\(inner)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        found += self.walk(path, inner)
      }
    }
    return found
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Writes a file and the folders above it.
  static func write(_ path: String, _ text: String) throws {
    try self.write(path, Array(text.utf8))
  }

  static func write(_ path: String, _ bytes: [UInt8]) throws {
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  static func read(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { Array($0) }
  }
}
