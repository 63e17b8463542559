internal import CSystem
internal import Clibgit2
package import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// One argument of a command or one `NAME=value` of an environment; bytes, without NUL.
package struct CommandWord: Hashable, Sendable, ExpressibleByStringLiteral {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }
  package init(stringLiteral text: String) { self.bytes = Array(text.utf8) }
  package init(_ text: String) { self.bytes = Array(text.utf8) }
  package init(_ path: GitPath) { self.bytes = path.bytes }
  package init(_ ref: RefName) { self.bytes = ref.bytes }
  package init(_ id: ObjectID) { self.bytes = Array(id.hex.utf8) }

  package static func + (left: CommandWord, right: CommandWord) -> CommandWord {
    CommandWord(bytes: left.bytes + right.bytes)
  }
}

/// A program started beside this one, its three standard streams held by pipes.
///
/// It runs in a process group of its own, so that ending it ends what it started. It inherits no
/// other open file. It is ended when the value goes away before `finish`.
package final class ChildProcess {
  private var pid: pid_t
  private var input: Int32
  private var output: Int32
  private var errors: Int32
  private let name: String

  /// How a program ended, and what it said.
  package struct Result: Sendable {
    package enum Ending: Hashable, Sendable {
      case exited(Int32)
      case killed(signal: Int32)
      /// We ended it: nothing moved for too long.
      case stalled
      /// We ended it: the person asked us to stop.
      case cancelled
    }

    package let ending: Ending
    package let output: [UInt8]
    package let errors: [UInt8]

    package var succeeded: Bool { self.ending == .exited(0) }

    /// The last line of what it said that is not a hint, for people; control characters escaped.
    package var complaint: String {
      let lines = self.errors.split(separator: UInt8(ascii: "\n")).map { Array($0) }
      let told = lines.filter { !$0.starts(with: "hint:".utf8) && !$0.isEmpty }
      let line =
        told.first { $0.starts(with: "fatal:".utf8) || $0.starts(with: "error:".utf8) }
        ?? told.last
      guard let line else { return self.endingWords }
      let trimmed = line.drop { $0 == UInt8(ascii: " ") }
      for prefix in ["fatal: ", "error: "] where trimmed.starts(with: prefix.utf8) {
        return readable(trimmed.dropFirst(prefix.utf8.count))
      }
      return readable(trimmed)
    }

    private var endingWords: String {
      switch self.ending {
      case .exited(let status): "exit status \(status)"
      case .killed(let signal): "ended by signal \(signal)"
      case .stalled: "nothing moved for too long"
      case .cancelled: "interrupted"
      }
    }
  }

  /// - Parameters:
  ///   - program: looked up in the `PATH` of `environment`.
  ///   - arguments: given to it, without its name.
  ///   - directory: where it runs.
  ///   - environment: all the variables it gets.
  ///   - hasTerminal: false takes away the controlling terminal, so that nothing can prompt there.
  ///   - file: its standard output goes there, in place of the result.
  /// - Throws: `GitError.notStarted`.
  package init(
    _ program: String, _ arguments: [CommandWord], in directory: GitPath,
    environment: [CommandWord],
    hasTerminal: Bool = true, outputTo file: Int32? = nil
  ) throws(GitError) {
    var ends: [[Int32]] = []
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard csystem_pipe(&pair) == 0 else {
        let cause = errnoWords()
        for pair in ends { for end in pair { close(end) } }
        throw .notStarted(program: program, cause: cause)
      }
      ends.append(pair)
    }
    let (pid, status) = Spawning.start(
      program, arguments, in: directory, environment: environment,
      streams: [ends[0][0], file ?? ends[1][1], ends[2][1]],
      // A new session is also a new process group.
      flags: hasTerminal ? Int32(POSIX_SPAWN_SETPGROUP) : Int32(cgit_spawn_new_session()))
    for end in [ends[0][0], ends[1][1], ends[2][1]] { close(end) }
    guard status == 0 else {
      for end in [ends[0][1], ends[1][0], ends[2][0]] { close(end) }
      if directory.withCString({ access($0, X_OK) }) != 0 {
        throw .folderUnusable(path: directory, cause: errnoWords())
      }
      throw .notStarted(program: program, cause: String(cString: strerror(status)))
    }
    self.pid = pid
    self.input = ends[0][1]
    self.output = ends[1][0]
    self.errors = ends[2][0]
    self.name = program
    for end in [self.input, self.output, self.errors] {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    self.closeAll()
    if self.pid > 0 {
      kill(-self.pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(self.pid, &status, 0) < 0 && errno == EINTR {}
    }
  }

  /// Feeds `bytes` to its standard input, gathers what it says, and waits for its end.
  ///
  /// - Parameters:
  ///   - bytes: what its standard input gets.
  ///   - stallSeconds: it is ended when for so long it said nothing and did nothing either.
  ///   - progress: what counts as doing something.
  ///   - isCancelled: asked whenever a signal arrives and once a second.
  /// - Returns: what it said, and how it ended.
  package func finish(
    input bytes: [UInt8] = [], stallSeconds: Int = 900, by progress: Progress = .ownWork,
    isCancelled: () -> Bool = { false }
  ) -> Result {
    var gathered: [UInt8] = []
    var said: [UInt8] = []
    var sent = 0
    var ending: Result.Ending?
    var quietSeconds = 0
    var lastProcessorTime: UInt64 = 0
    var traffic = ProcessTraffic(of: self.pid)
    var buffer = [UInt8](repeating: 0, count: 65536)
    if bytes.isEmpty { self.closeInput() }
    while self.output >= 0 || self.errors >= 0 {
      var polled = [
        pollfd(fd: self.output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: self.errors, events: Int16(POLLIN), revents: 0),
        pollfd(fd: self.input, events: Int16(POLLOUT), revents: 0),
      ]
      let ready = poll(&polled, 3, 1000)
      if isCancelled() {
        ending = .cancelled
        kill(-self.pid, SIGTERM)
        break
      }
      if ready < 0 { continue }
      if ready == 0 {
        quietSeconds += 1
        switch progress {
        case .ownWork:
          let processorTime = Self.processorTime(of: self.pid)
          if processorTime != lastProcessorTime { quietSeconds = 0 }
          lastProcessorTime = processorTime
        case .bytesMoved:
          traffic.look()
          if traffic.moved >= Self.leastRate * UInt64(stallSeconds) {
            traffic.forget()
            quietSeconds = 0
          }
        }
        if quietSeconds >= stallSeconds {
          ending = .stalled
          kill(-self.pid, SIGKILL)
          break
        }
        continue
      }
      quietSeconds = 0
      if polled[0].revents != 0, !Self.drain(self.output, into: &gathered, &buffer) {
        close(self.output)
        self.output = -1
      }
      if polled[1].revents != 0, !Self.drain(self.errors, into: &said, &buffer) {
        close(self.errors)
        self.errors = -1
      }
      if polled[2].revents != 0, self.input >= 0 {
        let count = bytes.withUnsafeBytes { raw in
          write(self.input, raw.baseAddress?.advanced(by: sent), min(raw.count - sent, 65536))
        }
        if count > 0 { sent += count }
        let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
        if sent == bytes.count || isBroken { self.closeInput() }
      }
    }
    self.closeAll()
    var status: Int32 = 0
    while waitpid(self.pid, &status, 0) < 0 && errno == EINTR {}
    self.pid = 0
    let how: Result.Ending =
      status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    return Result(ending: ending ?? how, output: gathered, errors: said)
  }

  /// What shows, beside what it says, that a program gets on.
  package enum Progress: Sendable {
    /// Its processor time, and bytes that it reads or writes itself.
    case ownWork
    /// Bytes that it or a program it started reads or writes, or that leave for the network.
    ///
    /// That a line is only kept alive, as by ssh, is none.
    case bytesMoved
  }

  /// Bytes a second, in the mean: less is no transfer.
  private static let leastRate: UInt64 = 256

  /// Reads what is there; false at the end of the stream.
  private static func drain(
    _ descriptor: Int32, into gathered: inout [UInt8], _ buffer: inout [UInt8]
  ) -> Bool {
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 {
      gathered.append(contentsOf: buffer[..<count])
      return true
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR)
  }

  private func closeInput() {
    if self.input >= 0 { close(self.input) }
    self.input = -1
  }

  private func closeAll() {
    self.closeInput()
    if self.output >= 0 { close(self.output) }
    if self.errors >= 0 { close(self.errors) }
    self.output = -1
    self.errors = -1
  }

  /// Processor time and bytes moved by a process, in units that only serve to see a change.
  private static func processorTime(of pid: pid_t) -> UInt64 {
    #if os(Linux)
      var sum: UInt64 = 0
      for file in ["/proc/\(pid)/stat", "/proc/\(pid)/io"] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        close(descriptor)
        for byte in buffer.prefix(max(0, count)) { sum = sum &* 31 &+ UInt64(byte) }
      }
      return sum
    #else
      return 0
    #endif
  }
}

/// What a program said, on one line, for people.
func readable(_ bytes: some Collection<UInt8>) -> String {
  let text = String(decoding: bytes, as: UTF8.self)
  return String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 })
  ).trimmingSpaces()
}

extension String {
  func trimmingSpaces() -> String {
    let head = self.drop { $0 == " " }
    return String(head.reversed().drop { $0 == " " }.reversed())
  }
}

/// The system's words for the present `errno`.
func errnoWords(_ error: Int32 = errno) -> String { String(cString: strerror(error)) }

extension GitPath {
  /// Calls `body` with the path as C wants it; the root becomes `.`.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let terminated = (self.isRoot ? [UInt8(ascii: ".")] : self.bytes) + [0]
    return terminated.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { chars in
        guard let base = chars.baseAddress else { preconditionFailure("an empty C string") }
        return body(base)
      }
    }
  }
}
