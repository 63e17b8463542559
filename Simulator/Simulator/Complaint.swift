import PulsarSimulator

/// What the program cannot do.
///
/// Lower case, no full stop, names in quotes.
struct Complaint: Error, CustomStringConvertible {
  let whatFailed: String
  let why: String
  let whatToDo: String
  var code = ExitCode.usage

  init(_ whatFailed: String, why: String, whatToDo: String, code: ExitCode = .usage) {
    self.whatFailed = whatFailed
    self.why = why
    self.whatToDo = whatToDo
    self.code = code
  }

  var description: String { "\(self.whatFailed): \(self.why); \(self.whatToDo)" }
}
