import Foundation
import Synchronization

/// One command, run to its end.
struct Command {
  /// Longer than any command of a test takes on a busy machine; what is still running then hangs.
  static let deadlineSeconds = 120

  private static let fileCount = Mutex(0)

  let process: pid_t
  private let output: Int32
  private let errors: Int32

  struct Outcome: CustomStringConvertible {
    /// The exit status; 128 and the signal's number for one that was killed, as a shell says it.
    let status: Int32
    let output: String
    let errors: String

    /// What a crash would leave: a signal, or the words of one.
    var isCrash: Bool {
      self.status >= 128 || self.errors.contains("Fatal error")
        || self.errors.contains("Stack dump")
    }
    var line: String { self.output.split(separator: "\n").first.map(String.init) ?? "" }
    var lines: [String] { self.output.split(separator: "\n").map(String.init) }
    var description: String {
      "exit \(self.status)\n\(self.output.suffix(2000))\(self.errors.suffix(2000))"
    }
  }

  /// Starts a command with an empty input, in a process group of its own.
  ///
  /// - Parameters:
  ///   - arguments: the program and what it is given.
  ///   - folder: where it runs.
  ///   - environment: variables it gets.
  ///   - scratch: an existing folder, for what it says.
  /// - Throws: an error when it cannot be started.
  init(
    starting arguments: [String], in folder: String, environment: [String: String], scratch: String
  ) throws {
    let nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(nowhere) }
    self.output = try Self.unnamedFile(in: scratch)
    self.errors = try Self.unnamedFile(in: scratch)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, file) in [nowhere, self.output, self.errors].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads that run tests have signals blocked; a program starts without.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    // `env` goes to the folder and sets the variables, and is itself no part of what is tested.
    let settings = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let command = ["/usr/bin/env", "-i", "-C", folder] + settings + arguments
    let copies = command.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, copies + [nil], [nil])
    guard code == 0 else {
      throw Failure("starting \(arguments): \(String(cString: strerror(code)))")
    }
    self.process = process
  }

  /// Waits for its end; one that hangs is killed.
  func wait() -> Outcome {
    defer {
      close(self.output)
      close(self.errors)
    }
    let status = Deadline(process: self.process).wait()
    return Outcome(status: status, output: Self.text(self.output), errors: Self.text(self.errors))
  }

  func signal(_ number: Int32) { kill(-self.process, number) }

  private static func unnamedFile(in folder: String) throws -> Int32 {
    let path = "\(folder)/stream.\(self.fileCount.withLock { $0 += 1; return $0 })"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Failure("a file in \(folder): \(String(cString: strerror(errno)))")
    }
    unlink(path)
    return file
  }

  private static func text(_ file: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(file, &buffer, buffer.count, off_t(bytes.count))
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}

/// A set-up of a test's own that did not work.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Waits for one child and kills it, with its group, when it is overdue.
private final class Deadline: Sendable {
  private let process: pid_t
  private let hasEnded = Mutex(false)

  init(process: pid_t) { self.process = process }

  func wait() -> Int32 {
    let alarm = DispatchWorkItem { [self] in
      self.hasEnded.withLock { if !$0 { kill(-self.process, SIGKILL) } }
    }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .seconds(Command.deadlineSeconds), execute: alarm)
    defer { alarm.cancel() }
    // Not reaped before the alarm knows, so that it never kills another process of this number.
    var information = siginfo_t()
    while waitid(P_PID, id_t(self.process), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR
    {}
    self.hasEnded.withLock { $0 = true }
    var status: Int32 = 0
    while waitpid(self.process, &status, 0) == -1 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
