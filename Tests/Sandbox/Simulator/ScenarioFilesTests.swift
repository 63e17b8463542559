import Foundation
import PulsarSimulator
import Testing

/// The scenarios that are kept, next to the source.
@Suite struct ScenarioFilesTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Simulator/scenarios")

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".scn") }.sorted()
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
  }

  @Test func `every file is a scenario, and there are at least 60`() throws {
    let names = try Self.names()
    #expect(names.count >= 60)
    for name in names {
      do {
        let scenario = try Scenario(text: try Self.text(name))
        #expect(try Scenario(text: scenario.text) == scenario, "\(name)")
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }

  @Test func `every file has a name, a reason, an end and a size that fit`() throws {
    var titles: [String] = []
    for name in try Self.names() {
      let text = try Self.text(name)
      let scenario = try Scenario(text: text)
      #expect(try #/[fs][0-9]{2}-[a-z0-9-]+\.scn/#.wholeMatch(in: name) != nil, "\(name)")
      #expect(scenario.title.split(separator: " ").count >= 5, "\(name)")
      #expect(!titles.contains(scenario.title), "\(name)")
      titles.append(scenario.title)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 25, "\(name)")
      let end = try #require(scenario.events.last).at + scenario.quiet
      #expect(end <= .hours(12), "\(name)")
      #expect(scenario.expectations.contains(.converged(within: .hours(2))), "\(name)")
      #expect(scenario.quiet >= .hours(2), "\(name)")
    }
  }

  @Test func `every act and every point is in some file`() throws {
    let events = try Self.names().flatMap { try Scenario(text: try Self.text($0)).events }
    for verb in ActVerb.allCases {
      #expect(events.contains { $0.act.verb == verb }, "\(verb.rawValue)")
    }
    for point in ScenarioPoint.allCases {
      let isUsed = events.contains {
        if case .on(point, _) = $0.act { true } else { false }
      }
      #expect(isUsed, "\(point.rawValue)")
    }
  }
}
