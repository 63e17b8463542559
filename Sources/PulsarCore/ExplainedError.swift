/// An error for people: what failed, why, what to do.
///
/// Lower case, no full stop, names in quotes. `whatToDo` says "nothing" when that is true.
package protocol ExplainedError: Error {
  var whatFailed: String { get }
  var why: String { get }
  var whatToDo: String { get }
}

extension ExplainedError {
  /// `could not …: why; what to do`, one line.
  package var explanation: String { "\(self.whatFailed): \(self.why); \(self.whatToDo)" }
}
