internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The person's index, changed as a whole or not at all: git works on a copy, under git's own lock on
/// the index, and the copy takes its place in one step.
final class IndexReplacement {
  /// Works on the copy.
  let git: GitProgram
  private let index: GitPath
  private let scratch: Scratch
  private var isLocked = true

  private var copy: GitPath { self.scratch.folder.appending("index") }
  private var lock: GitPath { self.index.parent.appending("index.lock") }

  /// Locks the index, and copies it where there is one.
  ///
  /// - Throws: `GitError` while another git has it locked, or when there is no room for a copy.
  init(of repository: Repository) throws(GitError) {
    self.index = repository.location.gitDir.appending("index")
    let lock = self.index.parent.appending("index.lock")
    let descriptor = lock.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else {
      throw .failed(command: "locking the index", cause: "\(lock.displayed): \(errnoWords())")
    }
    close(descriptor)
    do throws(GitError) {
      self.scratch = try Self.copy(of: repository.location)
    } catch {
      _ = lock.withCString { unlink($0) }
      throw error
    }
    self.git = repository.git.with([
      ("GIT_INDEX_FILE", self.scratch.folder.appending("index").bytes)
    ])
  }

  /// A folder with a copy of the index called `index`, where there is one.
  static func copy(of location: RepositoryLocation) throws(GitError) -> Scratch {
    let index = location.gitDir.appending("index")
    do throws(StoreError) {
      let scratch = try Scratch(below: location.ownFolder)
      guard let stamp = FileStamp.of(index), let bytes = HeadFile.bytes(of: index) else {
        return scratch
      }
      let copy = scratch.folder.appending("index")
      try Scratch.write(bytes, to: copy)
      // By the time of its index, git tells whether a file may have changed since it looked.
      let time = timespec(
        tv_sec: time_t(stamp.modifiedSeconds), tv_nsec: Int(stamp.modifiedNanoseconds))
      guard copy.withCString({ utimensat(AT_FDCWD, $0, [time, time], 0) }) == 0 else {
        throw Scratch.failure("dating", copy)
      }
      return scratch
    } catch {
      throw .failed(command: "copying the index", cause: error.why)
    }
  }

  /// Puts the copy in the place of the index, and lets go of the lock.
  func finish() throws(GitError) {
    // The lock is never missing in between; its own name gives way last.
    for (from, to) in [(self.copy, self.lock), (self.lock, self.index)] {
      guard from.withCString({ from in to.withCString { rename(from, $0) } }) == 0 else {
        throw .failed(command: "writing the index", cause: "\(to.displayed): \(errnoWords())")
      }
    }
    self.isLocked = false
  }

  deinit {
    if self.isLocked { _ = self.lock.withCString { unlink($0) } }
  }
}
