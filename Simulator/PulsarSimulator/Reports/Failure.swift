/// An invariant that broke in a run, with all that its text says.
package struct Failure: Hashable, Sendable {
  /// `S4`.
  package var invariant: String
  /// What it is called: `pushed ack lost`; may be empty.
  package var name = ""
  /// What was seen, against what ought to be.
  package var sentence: String
  /// As the program takes it.
  package var seed: String
  /// Which event of the run it was, from 1.
  package var event: Int
  package var actor: String
  package var at: SimulatedTime
  /// The last records of the run, oldest first; the last five are told.
  package var records: [TraceRecord] = []
  package var shrunk: Shrunk?
  /// Where the files are; nil: not written.
  package var picture: String?
  package var scenario: String?
  /// What the program is to be told besides, to see it again: `--plant NAME`.
  package var options: [String] = []

  package struct Shrunk: Hashable, Sendable {
    /// Events before and after.
    package var from: Int
    package var to: Int
    package var runs: Int

    package init(from: Int, to: Int, runs: Int) {
      self.from = from
      self.to = to
      self.runs = runs
    }
  }

  package init(
    invariant: String, sentence: String, seed: String, event: Int, actor: String,
    at: SimulatedTime
  ) {
    self.invariant = invariant
    self.sentence = sentence
    self.seed = seed
    self.event = event
    self.actor = actor
    self.at = at
  }
}
