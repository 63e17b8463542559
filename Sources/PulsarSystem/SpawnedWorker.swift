import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that works beside this one: for a loop around poll(2), which it never blocks.
///
/// It runs in a process group of its own, so that ending it ends what it started. It reads nothing,
/// and its output comes through a pipe. It and its group are killed when the value goes away before
/// `reap` told its end.
package final class SpawnedWorker {
  /// How a worker ended.
  package enum ExitKind: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// Somebody else collected it.
    case unknown
  }

  package enum Reading: Hashable, Sendable {
    /// What came since the last call; nothing when there was nothing to read.
    case output([UInt8])
    /// Nothing more will come; its end is near.
    case ended
  }

  /// Bytes of output that are handed on; the rest is read and dropped, so that nobody waits.
  package static let outputMax = 1 << 20

  package let process: Int32
  /// Ready for reading when there is output or its end; nil after `.ended`.
  package private(set) var descriptor: Int32?
  /// Whether some output was dropped.
  package private(set) var isOutputCut = false
  private var outputCount = 0
  private var exit: ExitKind?
  /// Whether whatever is left of its group is to end with it.
  private var isEnding = false

  /// - Parameter command: what to run.
  /// - Throws: when it cannot be started, also because there is no such program.
  package init(_ command: WorkerCommand) throws(SystemError) {
    let pipe = try DescriptorPair()
    let started = WorkerSpawn.start(command, output: pipe.writing)
    close(pipe.writing)
    switch started {
    case .success(let process):
      self.process = process
      self.descriptor = pipe.reading
      DescriptorPair.makeNonBlocking(pipe.reading)
    case .failure(let error):
      close(pipe.reading)
      throw error
    }
  }

  deinit {
    if let descriptor = self.descriptor { close(descriptor) }
    if self.exit != nil { return }
    systemKill(-self.process, SIGKILL)
    var status: Int32 = 0
    while waitpid(self.process, &status, 0) < 0 && errno == EINTR {}
  }

  /// Takes what is there, 64 KiB at most; never waits.
  package func read() -> Reading {
    guard let descriptor = self.descriptor else { return .ended }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = systemRead(descriptor, &buffer)
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return .output([]) }
    if count <= 0 {
      close(descriptor)
      self.descriptor = nil
      return .ended
    }
    let kept = min(count, Self.outputMax - self.outputCount)
    self.outputCount += kept
    if kept < count { self.isOutputCut = true }
    return .output(Array(buffer[..<kept]))
  }

  /// How it ended; nil while it runs.
  ///
  /// Does not wait. What it left running goes on, unless it was told to end.
  package func reap() -> ExitKind? {
    if let exit = self.exit { return exit }
    var information = siginfo_t()
    let found = waitid(
      P_PID, id_t(self.process), &information, WEXITED | WNOHANG | WNOWAIT)
    if found == 0 && information.si_signo == 0 { return nil }
    if found != 0 && errno == EINTR { return nil }
    // Before the number is given back, after which it may be that of somebody else's group.
    if found == 0 && self.isEnding { systemKill(-self.process, SIGKILL) }
    var status: Int32 = 0
    let collected = waitpid(self.process, &status, WNOHANG)
    let exit: ExitKind =
      if collected != self.process {
        .unknown
      } else if status & 0x7F == 0 {
        .exited(status >> 8 & 0xFF)
      } else {
        .signalled(status & 0x7F)
      }
    self.exit = exit
    return exit
  }

  /// Asks it and all it started to end; what has not by the time of `reap` is killed then.
  package func terminate() { self.end(SIGTERM) }

  /// Ends it and all it started.
  package func kill() { self.end(SIGKILL) }

  private func end(_ signal: Int32) {
    if self.exit != nil { return }
    self.isEnding = true
    systemKill(-self.process, signal)
  }

  /// Runs a short command to the end of its output, whatever its exit status.
  ///
  /// - Returns: nil when it took longer than `limit`; it is killed then.
  static func output(of command: WorkerCommand, within limit: Duration) throws(SystemError)
    -> [UInt8]?
  {
    let worker = try SpawnedWorker(command)
    let start = ClockReadings.continuous()
    var gathered: [UInt8] = []
    while let descriptor = worker.descriptor {
      let left = limit - .nanoseconds(ClockReadings.continuous() - start)
      if left <= .zero { return nil }
      _ = try DescriptorPoll.wait([(descriptor, ())], within: left)
      if case .output(let bytes) = worker.read() { gathered += bytes }
    }
    return gathered
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  read(descriptor, &buffer, buffer.count)
}

private func systemKill(_ process: pid_t, _ signal: Int32) { _ = kill(process, signal) }
