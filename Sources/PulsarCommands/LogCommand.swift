internal import ArgumentParser
internal import PulsarCore
internal import PulsarSystem

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show the last events, oldest first.")

  @OptionGroup var options: CommonOptions
  @Option(name: .shortAndLong, help: "How many events at most.")
  var lines = 1000
  @Flag(help: "One JSON object an event.")
  var json = false

  func validate() throws {
    guard self.lines > 0 else { throw ValidationError("--lines takes a number above 0") }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let lines = try session.log().lastLines(self.lines)
      if self.json {
        session.console.json(lines.compactMap { LogEvent(line: $0).map(LogReport.init) })
      } else if lines.isEmpty {
        session.console.say("nothing has been logged yet")
      } else {
        for line in lines { session.console.write(line + [10]) }
      }
      return .done
    }
  }
}

/// One event of `log --json`.
struct LogReport: Encodable {
  let time: String
  let level: String
  let event: String
  let fields: [String: String]

  init(_ event: LogEvent) {
    self.time = event.time.iso8601
    self.level = event.level.rawValue
    self.event = event.name
    self.fields = Dictionary(
      event.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
