import Foundation
import PulsarSimulator

/// A process of this program that lives through one run after the other.
///
/// A run that crashes takes only its process with it.
final class Job {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var bytes = Data()
  /// What it is at.
  private(set) var request: RunRequest?
  private var begun = ContinuousClock.now

  /// No run takes so long, by the clock on the wall.
  private static let longest = Duration.seconds(1800)

  /// - Throws: `Complaint` when no process can be started.
  init() throws {
    self.process.executableURL = Bundle.main.executableURL
    self.process.arguments = ["job"]
    self.process.standardInput = self.input
    self.process.standardOutput = self.output
    for pipe in [self.input, self.output] {
      for file in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
        _ = fcntl(file.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
    }
    do {
      try self.process.run()
    } catch {
      throw Complaint(
        "could not start a process for the runs", why: "\(error)",
        whatToDo: "use fewer '--jobs'", code: .crash)
    }
  }

  deinit {
    try? self.input.fileHandleForWriting.close()
    self.end(atOnce: self.request != nil)
  }

  /// What its answers are read from.
  var descriptor: Int32 { self.output.fileHandleForReading.fileDescriptor }

  var isLate: Bool { self.request != nil && self.begun.duration(to: .now) > Self.longest }

  func begin(_ request: RunRequest) throws {
    self.request = request
    self.begun = .now
    let line = try JSONEncoder().encode(request) + [UInt8(ascii: "\n")]
    // A process that is gone shows when its answer is read.
    try? self.input.fileHandleForWriting.write(contentsOf: line)
  }

  enum Answer {
    case report(RunReport)
    /// More is to come.
    case none
    /// There is no process any more; why.
    case gone(String)
  }

  /// Reads what is there, after it was told that something is.
  func read() throws -> Answer {
    let data = self.output.fileHandleForReading.availableData
    if data.isEmpty { return .gone(self.end()) }
    self.bytes += data
    guard self.bytes.last == UInt8(ascii: "\n") else { return .none }
    let line = self.bytes
    self.bytes = Data()
    self.request = nil
    return .report(try JSONDecoder().decode(RunReport.self, from: line))
  }

  /// Waits for the end of the process, and takes away what it left.
  ///
  /// - Parameter atOnce: whether it is made to end.
  /// - Returns: how it ended.
  @discardableResult func end(atOnce: Bool = false) -> String {
    let number = self.process.processIdentifier
    if atOnce && self.process.isRunning { kill(number, SIGKILL) }
    self.process.waitUntilExit()
    for folder in ["/dev/shm", "/tmp"] {
      try? FileManager.default.removeItem(atPath: "\(folder)/pulsar-simulation.\(number)")
    }
    return self.process.terminationReason == .uncaughtSignal
      ? "its process ended by signal \(self.process.terminationStatus)"
      : "its process ended with \(self.process.terminationStatus)"
  }
}
