import Foundation
import PulsarCore
import PulsarGit
import Synchronization

/// A repository for tests of what runs in this process.
///
/// In memory where the system has a folder for that. Gone when the value is.
final class PlainRepository {
  let top: Bytes
  let repository: Repository
  private let scratch: Bytes
  private static let count = Mutex(0)

  /// Makes an empty repository; `arguments` are more for `git init`.
  init(_ arguments: [CommandWord] = []) throws {
    let number = Self.count.withLock { count in
      count += 1
      return count
    }
    let memory = "/dev/shm"
    let parent =
      access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
    let folder = Bytes("\(parent)/pulsar-plain.\(getpid()).\(number)")
    try Files.remove(folder)
    self.top = folder / "work"
    self.scratch = folder / "scratch"
    try Files.makeFolder(self.top)
    try Files.makeFolder(self.scratch)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let environment: [CommandWord] = [
      CommandWord("PATH=\(path)"), CommandWord(bytes: Array("HOME=".utf8) + folder.array),
      "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LANG=C.UTF-8",
    ]
    let git = GitProgram(in: GitPath(bytes: self.top.array), environment: environment)
    _ = try git.output(["init", "-q", "-b", "main"] + arguments)
    for setting in ["user.name=Test Person", "user.email=test@example.invalid", "gc.auto=0"] {
      let pair = setting.split(separator: "=").map { CommandWord(String($0)) }
      _ = try git.output(["config"] + pair)
    }
    self.repository = try Repository(discoveredBy: git)
  }

  deinit {
    // What is left over is in a temporary folder, and no reason for a test to fail.
    try? Files.remove(self.top.parent)
  }

  var location: RepositoryLocation { self.repository.location }
  var gitDir: Bytes { Bytes(self.location.gitDir.bytes) }

  /// The standard output of a git command that must succeed.
  @discardableResult
  func git(
    _ arguments: [CommandWord], _ variables: [(String, [UInt8])] = [], input: [UInt8] = []
  ) throws -> [UInt8] {
    try self.repository.git.with(variables).output(arguments, input: input)
  }

  /// The id that a git command prints.
  func id(
    _ arguments: [CommandWord], _ variables: [(String, [UInt8])] = [], input: [UInt8] = []
  ) throws -> ObjectID {
    let output = try self.git(arguments, variables, input: input)
    guard let id = ObjectID(hex: output.prefix { $0 != UInt8(ascii: "\n") }) else {
      throw Surprise(said: String(decoding: output, as: UTF8.self))
    }
    return id
  }

  struct Surprise: Error { let said: String }

  /// The tree that git makes of a list of entries, from nothing.
  func tree(of entries: [GitPath: TreeEntry]) throws -> ObjectID {
    let index = self.scratch / "index"
    try Files.remove(index)
    let variables = [("GIT_INDEX_FILE", index.array)]
    var lines: [UInt8] = []
    for (path, entry) in entries {
      lines += Array("\(entry.mode.octal) \(entry.id.hex)\t".utf8) + path.bytes + [0]
    }
    try self.git(["update-index", "-z", "--index-info"], variables, input: lines)
    return try self.id(["write-tree"], variables)
  }

  /// The tree that `git add -A` makes of the working tree, in a copy of the index and with objects
  /// in a folder of their own.
  func judgedTree() throws -> ObjectID {
    let objects = self.scratch / "objects"
    try Files.makeFolder(objects)
    let copy = self.scratch / "index"
    try Files.remove(copy)
    let index = self.gitDir / "index"
    if let status = Files.status(index) {
      try Files.write(copy, try Files.read(index))
      // Its time tells git what could have changed unseen.
      let time = timespec(tv_sec: status.seconds, tv_nsec: status.nanoseconds)
      try SystemFailure.check(
        "utimensat", copy, utimensat(AT_FDCWD, copy.cString, [time, time], 0))
    }
    let variables = [
      ("GIT_INDEX_FILE", copy.array), ("GIT_OBJECT_DIRECTORY", objects.array),
      ("GIT_ALTERNATE_OBJECT_DIRECTORIES", (self.gitDir / "objects").array),
    ]
    try self.git(["add", "-A"], variables)
    return try self.id(["write-tree"], variables)
  }
}
