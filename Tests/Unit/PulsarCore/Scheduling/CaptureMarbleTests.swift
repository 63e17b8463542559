import PulsarCore
import Testing

/// Events and captures, one column a second.
///
/// Going in: `f` files change, `h` HEAD moves, `l` changes are lost, `a` a person asks, `p` pause,
/// `r` resume, `b` busy, `u` free again, `m` missing, `M` back again, `w` no longer watched, `-` nothing.
/// Coming out: `c` a capture of the changed paths, `C` one of everything.
@Suite struct CaptureMarbleTests {
  private func captures(_ events: String, interval: Int) -> String {
    var driver = SchedulerDriver.settled(.make(commit: interval))
    let start = driver.now
    for event in events {
      switch event {
      case "f": driver.happen(.filesChanged(1))
      case "h": driver.happen(.headMoved(1))
      case "l": driver.happen(.changesLost(1))
      case "a": driver.happen(.asked(1, pushes: false))
      case "p": driver.happen(.paused(1))
      case "r": driver.happen(.resumed(1))
      case "b": driver.happen(.busy(1))
      case "u": driver.happen(.free(1))
      case "m": driver.happen(.missing(1))
      case "M": driver.happen(.returned(1))
      case "w": driver.happen(.watchChanged(1, isWatched: false))
      default: break
      }
      // An event comes before a deadline of the same moment.
      driver.run(for: .milliseconds(999))
      driver.stall(for: .milliseconds(1))
    }
    var columns = events.map { _ in Character("-") }
    for entry in driver.log {
      guard case .capture(_, _, let scope, _) = entry.action else { continue }
      let column = Int((entry.time - start) / .seconds(1))
      if column < columns.count { columns[column] = scope == .everything ? "C" : "c" }
    }
    return String(columns)
  }

  private static let rows: [(rule: String, interval: Int, events: String, captures: String)] = [
    (
      "a change is captured when files were quiet for 2 s", 10,
      "f-----------",
      "--c---------"
    ),
    (
      "each change begins the quiet time anew", 10,
      "f-f-ff------",
      "-------c----"
    ),
    (
      "the next capture waits for the interval", 10,
      "f---f-----------",
      "--c---------c---"
    ),
    (
      "after the interval files settle as well", 10,
      "f---f-----ff----",
      "--c----------c--"
    ),
    (
      "a busy tree is captured a quarter of the interval late, at least 10 s", 10,
      "ffffffffffffffffffffffffffffffffffffffffffffff",
      "--------------------c--------------------c----"
    ),
    (
      "a busy tree is captured 1.25 intervals after its first change", 40,
      String(repeating: "f", count: 60),
      String(repeating: "-", count: 50) + "c---------"
    ),
    (
      "without an interval every settled change is captured", 0,
      "f--f--f---ff----",
      "--c--c--c----c--"
    ),
    (
      "without an interval a busy tree is captured every 10 s", 0,
      "ffffffffffffffffffffffff--",
      "----------c----------c---c"
    ),
    (
      "a moved HEAD needs a look at everything", 10,
      "h-------",
      "--C-----"
    ),
    (
      "lost changes need a look at everything, also amid known ones", 10,
      "flf-----",
      "----C---"
    ),
    (
      "a person who asks waits for nothing", 10,
      "fa---fa---a---",
      "-C----C---C---"
    ),
    (
      "the interval is counted from a capture that was asked for too", 10,
      "a-f-----------",
      "C---------c---"
    ),
    (
      "a paused repository is captured when resumed", 10,
      "pf------r-----",
      "--------c-----"
    ),
    (
      "a resumed repository without a change is left alone", 10,
      "p-------r-----",
      "--------------"
    ),
    (
      "pausing stops a capture that has not begun", 10,
      "fp------------",
      "--------------"
    ),
    (
      "amid a rebase nothing is captured, after it once", 10,
      "bfff-f--u-----",
      "--------c-----"
    ),
    (
      "a missing repository is scanned when it is back", 10,
      "m-------M-----",
      "--------C-----"
    ),
    (
      "what changed while it was missing is scanned too", 10,
      "mf------M-----",
      "--------C-----"
    ),
    (
      "a repository that is watched no longer is scanned", 10,
      "w-------------",
      "C-------------"
    ),
  ]

  @Test(arguments: Self.rows.indices) func `captures at the right second`(index: Int) {
    let row = Self.rows[index]
    let captures = self.captures(row.events, interval: row.interval)
    #expect(captures == row.captures, "\(row.rule):\n\(row.events)\n\(row.captures)\n\(captures)")
  }
}
