package import PulsarCore
package import PulsarEngine

/// Power as macOS tells it: the output of `pmset -g batt`.
package struct PmsetPowerSource: PowerSource, Sendable {
  private let program: GitPath

  /// - Parameter program: absolute.
  package init(program: GitPath = GitPath("/usr/bin/pmset")) { self.program = program }

  /// Runs the program, for two seconds at most.
  package func reading() -> PowerReading {
    let command = WorkerCommand(self.program, words: ["-g", "batt"], folder: GitPath("/"))
    // A program that is missing or fails tells nothing.
    guard let output = try? SpawnedWorker.output(of: command, within: .seconds(2)) else {
      return .unknown
    }
    return Self.reading(output: String(decoding: output, as: UTF8.self))
  }

  /// What the program's output means.
  ///
  /// Its first line names the source, `Now drawing from 'Battery Power'`; the others a battery each:
  /// `-InternalBattery-0 (id=4653155)	85%; discharging; 4:02 remaining present: true`.
  ///
  /// Source: pmset(1).
  package static func reading(output: String) -> PowerReading {
    let lines = output.split(whereSeparator: \.isNewline)
    guard let source = lines.first(where: { $0.hasPrefix("Now drawing from ") }) else {
      return .unknown
    }
    if source.contains("'AC Power'") { return .onMains }
    guard source.contains("'Battery Power'") || source.contains("'UPS Power'") else {
      return .unknown
    }
    let batteries = lines.compactMap(Self.battery)
    let own = batteries.filter(\.isInternal)
    let counted = own.isEmpty ? batteries : own
    if counted.isEmpty { return .unknown }
    let percent = counted.reduce(0) { $0 + $1.percent } / counted.count
    return .battery(percent: percent, isCharging: counted.allSatisfy(\.isCharging))
  }

  private static func battery(
    _ line: Substring
  ) -> (isInternal: Bool, percent: Int, isCharging: Bool)? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard text.first == "-", let sign = text.firstIndex(of: "%"), !text.hasSuffix("present: false")
    else { return nil }
    let digits = text[..<sign].reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
    guard let percent = Int(String(digits)), (0...100).contains(percent) else { return nil }
    let state = text[sign...].dropFirst().drop { $0 == ";" || $0 == " " }.prefix { $0 != ";" }
    return (
      text.hasPrefix("-InternalBattery"), percent,
      state == "charging" || state == "finishing charge"
    )
  }
}
