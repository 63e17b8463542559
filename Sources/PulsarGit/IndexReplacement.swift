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
    let location = repository.location
    self.index = location.gitDir.appending("index")
    do throws(StoreError) {
      self.scratch = try Scratch(below: location.ownFolder)
    } catch {
      throw .failed(command: "copying the index", cause: error.why)
    }
    let copy = self.scratch.folder.appending("index")
    self.git = repository.git.with([("GIT_INDEX_FILE", copy.bytes)])
    let descriptor = self.lock.withCString {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else {
      self.isLocked = false
      throw .failed(
        command: "locking the index", cause: "\(self.lock.displayed): \(errnoWords())")
    }
    close(descriptor)
    guard let stamp = FileStamp.of(self.index), let bytes = HeadFile.bytes(of: self.index) else {
      return
    }
    do throws(StoreError) {
      try Scratch.write(bytes, to: copy)
    } catch {
      throw .failed(command: "copying the index", cause: error.why)
    }
    // By the time of its index, git tells whether a file may have changed since it looked.
    let time = timespec(
      tv_sec: time_t(stamp.modifiedSeconds), tv_nsec: Int(stamp.modifiedNanoseconds))
    guard copy.withCString({ utimensat(AT_FDCWD, $0, [time, time], 0) }) == 0 else {
      throw .failed(command: "copying the index", cause: errnoWords())
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
