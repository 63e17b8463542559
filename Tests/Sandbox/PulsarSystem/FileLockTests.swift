import Foundation
import PulsarCore
import PulsarSystem
import Synchronization
import Testing

@Suite struct FileLockTests {
  private func isFree(_ path: GitPath) throws -> Bool {
    guard let lock = try FileLock(tryAt: path) else { return false }
    lock.release()
    return true
  }

  @Test func `keeps others out until it is released`() throws {
    let folder = TemporaryFolder()
    let path = folder("new/lock")
    guard let lock = try FileLock(tryAt: path) else {
      Issue.record("not free at first")
      return
    }
    #expect(try !self.isFree(path))
    #expect(FileLock.holder(at: path) == "pid \(getpid())")
    #expect(mode(of: path) == 0o600)
    lock.release()
    #expect(try self.isFree(path))
    #expect(try content(of: path) == "pid \(getpid())\n", "the file stays")
  }

  @Test func `is released at the end of its scope`() throws {
    let folder = TemporaryFolder()
    func hold() throws -> Bool {
      let lock = try FileLock(waitingAt: folder("lock"))
      let isFree = try self.isFree(folder("lock"))
      lock.release()
      return isFree
    }
    #expect(try !hold())
    do {
      let lock = try FileLock(tryAt: folder("lock"))
      let isHeld = lock != nil
      #expect(isHeld)
    }
    #expect(try self.isFree(folder("lock")))
  }

  #if os(Linux)
    @Test func `is free once released while a child being started has a copy of the descriptor`()
      throws
    {
      let folder = TemporaryFolder()
      let lock = try FileLock(waitingAt: folder("lock"))
      let own = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        .filter { name in
          let file = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/" + name)
          return file == text(folder("lock"))
        }
      // As fork(2) does it: another descriptor of the same open file.
      let copies = own.compactMap { Int32($0) }.map { dup($0) }
      #expect(copies.count == 1)
      lock.release()
      #expect(try self.isFree(folder("lock")))
      for copy in copies { close(copy) }
    }
  #endif

  @Test(arguments: ["", "hello", "pid ", "pid x\n", "pid 1\u{1B}[2J\n", "pid 123\nmore"])
  func `says who holds it only in the words it wrote itself`(written: String) throws {
    let folder = TemporaryFolder()
    try put(written, at: folder("lock"))
    #expect(FileLock.holder(at: folder("lock")) == (written.hasPrefix("pid 123") ? "pid 123" : nil))
    #expect(try self.isFree(folder("lock")), "a file that was left over blocks nobody")
    #expect(try content(of: folder("lock")) == "pid \(getpid())\n")
  }

  @Test func `is free at once when its holder was killed`() throws {
    let folder = TemporaryFolder()
    let path = folder("lock")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = ["flock", "--no-fork", text(path), "sh", "-c", "echo held; exec cat"]
    let (input, output) = (Pipe(), Pipe())
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    let said = output.fileHandleForReading.availableData
    #expect(String(decoding: said, as: UTF8.self) == "held\n")
    #expect(try !self.isFree(path))
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    #expect(try self.isFree(path))
  }

  @Test func `waits for its turn and says once whom it waits for`() throws {
    let folder = TemporaryFolder()
    let path = folder("lock")
    guard let lock = try FileLock(tryAt: path) else {
      Issue.record("not free at first")
      return
    }
    let waiter = Waiter(path: path)
    waiter.start()
    waiter.waits.wait()
    #expect(waiter.holders == ["pid \(getpid())"])
    lock.release()
    waiter.ended.wait()
    #expect(waiter.failure == nil)
    #expect(waiter.wasHeld)
    #expect(waiter.holders.count == 1)
  }

  @Test func `asks nobody to wait when it is free`() throws {
    let folder = TemporaryFolder()
    let lock = try FileLock(
      waitingAt: folder("lock"),
      isCancelled: {
        Issue.record("asked")
        return true
      },
      onWait: { _ in Issue.record("waited") })
    lock.release()
  }

  @Test func `takes the file of that name when it was replaced meanwhile`() throws {
    let folder = TemporaryFolder()
    let path = folder("lock")
    guard let lock = try FileLock(tryAt: path) else {
      Issue.record("not free at first")
      return
    }
    let waiter = Waiter(path: path)
    waiter.start()
    waiter.waits.wait()
    try put("other", at: folder("other"))
    #expect(rename(text(folder("other")), text(path)) == 0)
    lock.release()
    waiter.ended.wait()
    #expect(waiter.failure == nil)
    #expect(waiter.wasHeld, "a lock on the old file keeps nobody out of the new one")
  }

  @Test func `ends the wait when a signal came and the person wants it`() throws {
    let folder = TemporaryFolder()
    let path = folder("lock")
    guard let lock = try FileLock(tryAt: path) else {
      Issue.record("not free at first")
      return
    }
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in }
    #else
      action.__sigaction_handler.sa_handler = { _ in }
    #endif
    sigaction(SIGUSR2, &action, nil)
    let waiter = Waiter(path: path)
    // The first question comes before the wait; every later one only after a signal.
    waiter.cancelsAtQuestion = 3
    waiter.start()
    waiter.waits.wait()
    while !waiter.hasEnded.load(ordering: .acquiring) {
      pthread_kill(waiter.thread, SIGUSR2)
      sched_yield()
    }
    waiter.mayExit.signal()
    waiter.ended.wait()
    #expect(waiter.failure?.isInterrupted == true)
    #expect(waiter.failure?.why == "you ended the wait")
    #expect(waiter.questions == 3)
    lock.release()
  }

  @Test func `is an error in words where no file can be made`() throws {
    let folder = TemporaryFolder()
    try put("", at: folder("file"))
    let error = #expect(throws: SystemError.self) { try self.isFree(folder("file/lock")) }
    #expect(error?.errno == ENOTDIR)
  }
}

/// A thread that waits for a lock; what it noted is read after `ended`, `holders` after `waits`.
private final class Waiter: @unchecked Sendable {
  let path: GitPath
  let waits = DispatchSemaphore(value: 0)
  let ended = DispatchSemaphore(value: 0)
  let mayExit = DispatchSemaphore(value: 0)
  let hasEnded = Atomic<Bool>(false)
  var thread = pthread_self()
  var cancelsAtQuestion = 0
  var questions = 0
  var holders: [String?] = []
  var wasHeld = false
  var failure: SystemError?

  init(path: GitPath) { self.path = path }

  func start() { Thread { self.run() }.start() }

  private func run() {
    self.thread = pthread_self()
    // The mask comes from the thread that the test runs on, which blocks signals.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGUSR2)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    do throws(SystemError) {
      let lock = try FileLock(
        waitingAt: self.path,
        isCancelled: {
          self.questions += 1
          return self.questions == self.cancelsAtQuestion
        },
        onWait: { holder in
          self.holders.append(holder)
          self.waits.signal()
        })
      let other = try FileLock(tryAt: self.path)
      self.wasHeld = other == nil
      lock.release()
    } catch {
      self.failure = error
    }
    self.hasEnded.store(true, ordering: .releasing)
    // The thread's number must stay good for as long as signals are sent to it.
    if self.cancelsAtQuestion > 0 { self.mayExit.wait() }
    self.ended.signal()
  }
}
