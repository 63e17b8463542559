internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The library itself, started once.
enum LibGit2 {
  /// Starts libgit2, which reads no settings of the machine or the person, as git is the judge of those.
  static let start: Void = {
    git_libgit2_init()
    _ = cgit_set_owner_validation(0)
    _ = cgit_set_fsync(0)
    // What another process prunes is gone at once: a ref must not be moved to what is only remembered.
    _ = cgit_set_caching(0)
    let levels = [
      GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
      GIT_CONFIG_LEVEL_GLOBAL,
    ]
    for level in levels { _ = cgit_set_search_path(level, "") }
    "worktreeconfig".withCString { name in
      var names: [UnsafePointer<CChar>?] = [name]
      _ = cgit_set_extensions(&names, 1)
    }
  }()

  private static let syncing = Mutex(())

  /// Runs `body` with every file that libgit2 writes synced.
  ///
  /// The setting is one for the whole process, so callers on several threads take turns.
  ///
  /// - Parameters:
  ///   - isOn: false runs `body` as it is.
  ///   - body: what writes.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  static func syncingFiles<Value>(
    _ isOn: Bool, _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    if !isOn { return try body() }
    return try self.syncing.withLock { (_) throws(StoreError) in
      _ = cgit_set_fsync(1)
      defer { _ = cgit_set_fsync(0) }
      return try body()
    }
  }

  /// Turns a return value of libgit2 into an error.
  ///
  /// Called at once after the call.
  ///
  /// Source: `git2/errors.h`.
  static func check(_ operation: String, _ code: Int32) throws(StoreError) {
    if code >= 0 { return }
    throw self.failure(operation, code)
  }

  static func failure(_ operation: String, _ code: Int32) -> StoreError {
    let number = errno
    var cause = "code \(code)"
    // Of a write that fails it sets no words.
    if code == GIT_ERROR.rawValue, FullDisk.numbers.contains(number) { cause = errnoWords(number) }
    if let error = git_error_last(), let message = error.pointee.message {
      cause = readable(String(cString: message).utf8)
      // Written, and pruned by somebody else before a ref held it.
      let isAboutObjects = error.pointee.klass == Int32(GIT_ERROR_ODB.rawValue)
      if isAboutObjects && code == GIT_ENOTFOUND.rawValue { return .notReadBack(cause) }
    }
    if FullDisk.isTold(in: cause) { return .full(cause: cause) }
    if cause.contains("Read-only file system") || cause.contains("Permission denied") {
      return .readOnly(cause: cause)
    }
    return .failed(operation: operation, cause: cause)
  }
}

/// Owns one `git_repository` and its object database, and frees them once.
///
/// Not `Sendable`: libgit2 allows one thread at a time per object.
struct LibGit2Handle: ~Copyable {
  let repository: OpaquePointer
  let odb: OpaquePointer

  init(openAt gitDir: GitPath) throws(StoreError) {
    _ = LibGit2.start
    var repository: OpaquePointer?
    let code = gitDir.withCString {
      git_repository_open_ext(&repository, $0, UInt32(GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue), nil)
    }
    guard code == 0, let repository else {
      throw LibGit2.failure("opening '\(gitDir.displayed)'", code)
    }
    var odb: OpaquePointer?
    let opened = git_repository_odb(&odb, repository)
    guard opened == 0, let odb else {
      git_repository_free(repository)
      throw LibGit2.failure("opening the objects of '\(gitDir.displayed)'", opened)
    }
    self.repository = repository
    self.odb = odb
  }

  deinit {
    git_odb_free(self.odb)
    git_repository_free(self.repository)
  }
}

extension ObjectID {
  init(_ raw: git_oid) {
    var copy = raw
    self.init(bytes: withUnsafeBytes(of: &copy) { Array($0) })
  }

  /// - Precondition: a SHA-1 id.
  var raw: git_oid {
    var raw = git_oid()
    git_oid_fromraw(&raw, self.bytes)
    return raw
  }
}

extension RefName {
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    GitPath(bytes: self.bytes).withCString(body)
  }
}
