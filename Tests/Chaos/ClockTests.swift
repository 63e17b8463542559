import Foundation
import Testing

/// Captures while the wall clock jumps.
@Suite struct ClockTests {
  @Test(
    .enabled(if: Tools.faketime, "faketime is not installed"), arguments: World.Store.allCases)
  func `a capture is never older than the one before, whatever the clock says`(
    store: World.Store
  ) throws {
    let world = try World(store)
    let days = ["2026-03-01", "2036-03-01", "2001-09-09", "1971-01-02", "2026-03-02"]
    for (round, day) in days.enumerated() {
      try world.write("changed", "round \(round)\n")
      let command = ["faketime", "-f", "\(day) 12:00:00", Program.path, "now", "--no-push"]
      let outcome = try world.run(command, ["NO_FAKE_STAT": "1"])
      #expect(outcome.status == 0, "\(day): \(outcome)")
      #expect(try world.capturedTree() == world.trueTree(), "\(day)")
    }
    let arguments = ["git", "log", "--first-parent", "--format=%ct %at", World.stream, "^main"]
    let times = try world.must(arguments).lines.reversed().map { line in
      line.split(separator: " ").compactMap { Int($0) }
    }
    try #require(times.count == days.count)
    for (earlier, later) in zip(times, times.dropFirst()) {
      #expect(later[0] >= earlier[0] && later[1] >= earlier[1], "\(times)")
    }
    #expect(times[0][0] < times[1][0], "the clock was not believed when it went on")
    #expect(try world.complaint() == nil)
  }
}
