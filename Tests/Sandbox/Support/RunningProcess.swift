#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A process that runs beside the test; killed with its group when the value goes.
final class RunningProcess {
  /// Also that of its group.
  let number: pid_t
  /// Input, output, errors.
  private let files: [Int32]
  private var status: Int32?

  init(number: pid_t, files: [Int32]) {
    self.number = number
    self.files = files
  }

  deinit {
    if self.exitStatus == nil {
      kill(-self.number, SIGKILL)
      var status: Int32 = 0
      while waitpid(self.number, &status, 0) == -1 && errno == EINTR {}
    }
    for file in self.files { close(file) }
  }

  /// To the process alone, not to what it started.
  func signal(_ number: Int32) {
    if self.exitStatus == nil { kill(self.number, number) }
  }

  /// The exit status, or 128 and the signal's number; nil while it runs.
  var exitStatus: Int32? {
    if let status = self.status { return status }
    var status: Int32 = 0
    guard waitpid(self.number, &status, WNOHANG) == self.number else { return nil }
    let signal = status & 0x7F
    self.status = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    return self.status
  }

  /// What it said, once somebody has collected its end.
  func outcome(status: Int32, isOverdue: Bool = false) throws -> ChildProcess.Outcome {
    self.status = status
    return ChildProcess.Outcome(
      status: status, output: try Files.readAll(self.files[1], named: "output"),
      errors: try Files.readAll(self.files[2], named: "errors"), isOverdue: isOverdue)
  }
}
