/// Why a text is no scenario.
///
/// Lower case, no full stop, names in quotes.
package struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  package let whatFailed: String
  package let why: String
  package let whatToDo: String

  init(line: Int, _ whatFailed: String, why: String, whatToDo: String) {
    self.line = line
    self.whatFailed = whatFailed
    self.why = why
    self.whatToDo = whatToDo
  }

  /// `line 3: could not …: why; what to do`, one line.
  package var description: String {
    "line \(self.line): \(self.whatFailed): \(self.why); \(self.whatToDo)"
  }
}
