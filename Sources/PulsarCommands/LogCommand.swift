internal import ArgumentParser
internal import PulsarCore
internal import PulsarSystem

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show the last events, oldest first.",
    discussion: "With --since or --repo, lines of the log that are no events are left out.")

  @OptionGroup var options: CommonOptions
  @Option(name: [.customShort("n"), .long], help: "How many events at most.")
  var lines = 1000
  @Flag(name: .shortAndLong, help: "Go on with what is added, until interrupted.")
  var follow = false
  @Option(help: ArgumentHelp("Only events not before this: \(Moment.forms).", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Only events of the repository that this is in.", valueName: "path"))
  var repo: String?
  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    guard self.lines > 0 || (self.lines == 0 && self.follow) else {
      throw ValidationError("--lines takes a number above 0")
    }
    let now = (Host.current?.clock ?? LocalClock()).wallTime()
    if let since, Moment.seconds(since, now: now, .first) == nil {
      throw ValidationError("--since takes a time: \(Moment.forms)")
    }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let filter = try LogFilter(self, session)
      let reader = EventLogReader(session.log())
      let lines = try reader.last(
        self.lines, holdsUnfinished: self.follow, where: filter.matches)
      for line in lines { self.show(line, on: session.console) }
      if lines.isEmpty, !self.follow, !self.json {
        session.console.say(filter.isOpen ? "nothing has been logged yet" : "no such event")
      }
      guard self.follow else { return .done }
      while !InterruptFlag.isRaised, OutputReader.isThere(afterMilliseconds: 500) {
        try reader.next { line in
          if filter.matches(line) { self.show(line, on: session.console) }
        }
      }
      return .done
    }
  }

  private func show(_ line: [UInt8], on console: Console) {
    if self.json {
      console.jsonLine(LogReport(line))
    } else {
      console.say(Self.displayed(line))
    }
  }

  /// The line as it is where a terminal shows all of it, else escaped.
  private static func displayed(_ line: [UInt8]) -> String {
    let text = String(decoding: line, as: UTF8.self)
    let isShown = text.utf8.elementsEqual(line) && !text.unicodeScalars.contains(where: needsEscape)
    return isShown ? text : escapedForDisplay(line)
  }
}

/// Which lines of the log a person wants to see.
private struct LogFilter {
  private let since: Int64?
  /// The value of the field `repo`.
  private let repository: String?

  init(_ command: LogCommand, _ session: Session) throws {
    self.since = command.since.flatMap {
      Moment.seconds($0, now: session.clock.wallTime(), .first)
    }
    self.repository = try command.repo.map {
      LogEvent.kept(try Self.repository(of: $0, session).displayed)
    }
  }

  /// Whether every line is wanted.
  var isOpen: Bool { self.since == nil && self.repository == nil }

  func matches(_ line: [UInt8]) -> Bool {
    if self.isOpen { return true }
    guard let event = LogEvent(line: line) else { return false }
    if let since, event.time.seconds < since { return false }
    return self.repository.map { event["repo"] == $0 } ?? true
  }

  /// The top of the working tree that a path is in; of one that is gone, as it was registered.
  private static func repository(of text: String, _ session: Session) throws -> GitPath {
    let written = RawArguments.bytes(of: text)
    guard !written.isRoot else {
      throw Refusal(
        whatFailed: "nothing shown", why: "the path is empty", whatToDo: "name a repository")
    }
    let absolute = PathArguments.absolute(written, in: session)
    let path = Session.resolved(absolute) ?? PathArguments.resolved(absolute) ?? absolute
    return try session.worktree(around: path) ?? session.worktree(around: absolute) ?? path
  }
}

/// One line of `log --json`.
private struct LogReport: Encodable {
  let time: String?
  let level: String?
  let event: String?
  let fields: [String: String]?
  /// The line, where it is no event.
  let text: String?

  init(_ line: [UInt8]) {
    let event = LogEvent(line: line)
    self.time = event?.time.iso8601
    self.level = event?.level.rawValue
    self.event = event?.name
    self.fields = event.map {
      Dictionary($0.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    self.text = event == nil ? String(decoding: line, as: UTF8.self) : nil
  }
}
