/// One run that another process is asked for.
package struct RunRequest: Codable, Hashable, Sendable {
  package var source: Source
  /// Names of planted bugs.
  package var plants: [String] = []
  /// Whether it is run a second time, and both are compared.
  package var isTwice = false
  /// Whether the report has all records.
  package var wantsRecords = false
  /// Stops there, in milliseconds.
  package var until: Int64?
  /// Where the repositories stay; nil: they are removed.
  package var keep: String?

  package enum Source: Codable, Hashable, Sendable {
    /// A random run, its length in milliseconds.
    case seed(UInt64, length: Int64, nodes: Int, traits: [String]?)
    /// A scenario as a file has it.
    case text(String)
  }

  package init(_ source: Source) { self.source = source }

  package init(_ scenario: Scenario) { self.init(.text(scenario.text)) }

  /// A random run.
  ///
  /// - Parameters:
  ///   - seed: any.
  ///   - length: when its quiet phase begins.
  ///   - nodes: how many machines it has.
  ///   - traits: those that may come; nil: machines are alike.
  package init(
    seed: UInt64, length: SimulatedTime, nodes: Int, traits: [TraitKind]? = nil
  ) {
    self.init(
      .seed(
        seed, length: length.milliseconds, nodes: nodes, traits: traits?.map(\.rawValue)))
  }

  /// - Throws: `ScenarioError` when the text is no scenario.
  package var scenario: Scenario {
    get throws(ScenarioError) {
      switch self.source {
      case .seed(let seed, let length, let nodes, let traits):
        ScenarioGenerator().scenario(
          seed: seed, length: SimulatedTime(milliseconds: length), nodes: nodes,
          traits: traits?.compactMap(TraitKind.init(rawValue:)))
      case .text(let text): try Scenario(text: text)
      }
    }
  }

  /// The run as people name it; nil for a scenario.
  package var seed: UInt64? {
    if case .seed(let seed, _, _, _) = self.source { seed } else { nil }
  }
}
