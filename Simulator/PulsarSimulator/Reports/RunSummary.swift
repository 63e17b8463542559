/// What is printed of many runs: how much was lived, broken and found.
package struct RunSummary: Hashable, Sendable {
  package var seeds = 0
  /// Of those, the ones that did not end well.
  package var failed = 0
  /// Time of the runs, and the same with each machine's counted.
  package var simulated = SimulatedTime.zero
  package var lived = SimulatedTime.zero
  /// How long it took by the clock on the wall.
  package var elapsedMilliseconds: Int64 = 0
  /// What made machines unlike.
  package var traits: [Trait] = []
  /// How often each judge that counts had something to judge.
  package var judged: [Count] = []
  /// In the order in which they are told.
  package var faults: [Count] = []
  /// Stalls that had one of the reasons that count.
  package var excusedStalls: [Count] = []
  /// Planted bugs; nil: none was looked for.
  package var planted: Found?
  package var marks = Found(found: 0, of: 0)
  /// Seeds that were run a second time and did the same.
  package var rechecks = 0

  package struct Count: Hashable, Sendable {
    package var name: String
    package var count: Int

    package init(_ name: String, _ count: Int) {
      self.name = name
      self.count = count
    }
  }

  package struct Trait: Hashable, Sendable {
    package var name: String
    package var runs: Int
    /// How often it kept git from saying what another machine made.
    package var hits: Int

    package init(_ name: String, runs: Int, hits: Int) {
      self.name = name
      self.runs = runs
      self.hits = hits
    }
  }

  package struct Found: Hashable, Sendable {
    package var found: Int
    package var of: Int
    /// Names of those not found.
    package var missing: [String]

    package init(found: Int, of: Int, missing: [String] = []) {
      self.found = found
      self.of = of
      self.missing = missing
    }
  }

  package init() {}

  /// Lines with the names on the left and the numbers in one column.
  package var text: String {
    let rows = self.rows
    let nameWidth = rows.map(\.name.count).max() ?? 0
    let valueWidth = rows.map(\.value.count).max() ?? 0
    let lines = rows.flatMap { row in
      let line = "  \(row.name.padded(to: nameWidth))  \(row.value.padded(onTheLeftTo: valueWidth))"
      guard !row.note.isEmpty else { return [line] }
      let indent = line.count + 3
      return row.note.wrapped(to: max(30, 100 - indent)).enumerated().map { index, note in
        (index == 0 ? line : String(repeating: " ", count: indent - 3)) + "   " + note
      }
    }
    let verdict =
      self.failed == 0 ? "OK    no invariant broke" : "FAIL  \(self.failed.withCommas) of the runs"
    return ([verdict] + lines).map { $0 + "\n" }.joined()
  }

  private struct Row {
    let name: String
    let value: String
    var note = ""
  }

  private var rows: [Row] {
    var rows = [
      Row(name: "seeds", value: self.seeds.withCommas),
      Row(name: "machine-days", value: self.machineDays),
    ]
    rows += Self.rows(of: self.faults, total: "faults")
    if !self.traits.isEmpty {
      rows.append(
        Row(name: "traits", value: self.traits.reduce(0) { $0 + $1.runs }.withCommas))
      rows += self.traits.map { trait in
        Row(
          name: "  " + trait.name, value: trait.runs.withCommas,
          note: trait.hits == 0 ? "" : "hit \(trait.hits.withCommas)")
      }
    }
    if !self.judged.isEmpty { rows += Self.rows(of: self.judged, total: "judged") }
    if let planted = self.planted { rows.append(Self.row("planted bugs found", planted)) }
    rows.append(Self.row("marks hit", self.marks))
    rows += Self.rows(of: self.excusedStalls, total: "excused stalls")
    rows += [
      Row(name: "run twice, the same", value: self.rechecks.withCommas),
      Row(name: "seconds a machine-day", value: self.secondsOfMachineDay),
      Row(name: "ratio to the clock", value: self.ratio),
    ]
    return rows
  }

  private static func rows(of counts: [Count], total name: String) -> [Row] {
    let total = counts.reduce(0) { $0 + $1.count }
    return [Row(name: name, value: total.withCommas)]
      + counts.map { Row(name: "  " + $0.name, value: $0.count.withCommas) }
  }

  private static func row(_ name: String, _ found: Found) -> Row {
    let never = found.missing.isEmpty ? "" : "never: " + found.missing.joined(separator: ", ")
    return Row(name: name, value: "\(found.found)/\(found.of)", note: never)
  }

  private static let day = SimulatedTime.hours(24).milliseconds

  private var machineDays: String {
    let hundredths = Self.rounded(self.lived.milliseconds * 100, Self.day)
    let decimals = (hundredths % 100).hundredthsText.dropFirst()
    return (hundredths / 100).withCommas + decimals
  }

  private var secondsOfMachineDay: String {
    guard self.lived > .zero else { return "-" }
    // Milliseconds to hundredths of a second: a tenth.
    return Self.rounded(self.elapsedMilliseconds * (Self.day / 10), self.lived.milliseconds)
      .hundredthsText
  }

  private var ratio: String {
    guard self.elapsedMilliseconds > 0 else { return "-" }
    return Self.rounded(self.simulated.milliseconds, self.elapsedMilliseconds).withCommas + ":1"
  }

  private static func rounded(_ number: Int64, _ divisor: Int64) -> Int64 {
    (number + divisor / 2) / divisor
  }
}
