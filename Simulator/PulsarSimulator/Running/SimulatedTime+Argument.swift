extension SimulatedTime {
  /// Reads a span as scenario files have it: `5h33m`.
  ///
  /// - Returns: nil for anything else.
  package init?(argument: String) { self.init(span: argument) }
}

extension Invariant {
  /// One line: the id, and what must be so.
  package var line: String { "\(self.rawValue.padded(to: 4))\(self.sentence)" }
}
