internal import ArgumentParser
internal import PulsarConfig
internal import PulsarCore
internal import PulsarSystem

struct InstallServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install-service",
    abstract: "Capture in the background, from every login on.",
    discussion: """
      Installs the daemon as a service of yours (systemd, launchd) and starts it. It is safe to \
      repeat: what is as it should be is left alone.
      """)

  @OptionGroup var options: CommonOptions
  @Option(help: "No daemon, but a pass over all repositories every so often: 600, 10m, 1h.")
  var interval: String?
  @Flag(help: "Show the files, and change nothing.")
  var dryRun = false
  @Flag(help: "Report as JSON.")
  var json = false

  func validate() throws { _ = try self.schedule }

  private var schedule: BackgroundService.Schedule {
    get throws {
      guard let interval else { return .always }
      let limits =
        BackgroundService.intervalSecondsMin...BackgroundService.intervalSecondsMax
      guard let seconds = SettingsValue.seconds(interval), limits.contains(seconds) else {
        throw ValidationError(
          "--interval takes a time from 1 minute to 30 days, such as 600, 10m or 1h")
      }
      return .every(seconds: seconds)
    }
  }

  func run() throws {
    let schedule = try self.schedule
    try self.perform(self.options) { session in
      let service = BackgroundService(
        program: try OwnProgram.path(
          calledAs: RawArguments.program, search: session.environment["PATH"]),
        schedule: schedule, environment: session.environment.forService)
      let installation = try ServiceInstallation(service, session)
      if self.dryRun {
        self.show(installation, session)
        return .done
      }
      if let refused = installation.units.first(where: \.isTheirs),
        !session.console.confirm(Self.question(refused, session))
      {
        session.console.remark("nothing was changed")
        return .declined
      }
      try installation.manager.checkAnswers()
      let original = try OriginalService(session).replace()
      try installation.perform()
      let lingers = try installation.manager.lingers()
      if self.json {
        session.console.json(
          ServiceReport(
            installation, isDryRun: false, original: original.rawValue, lingers: lingers))
      } else {
        self.tell(installation, lingers, session)
      }
      return original == .left ? .partlyDone : .done
    }
  }

  private static func question(_ unit: PlacedUnit, _ session: Session) -> String {
    let path = session.displayed(unit.path)
    let what = unit.new == nil ? "Remove it" : "Overwrite it"
    return unit.owner == .usChanged
      ? "\(path) was changed by hand. \(what)?" : "\(path) is not from git-pulsar. \(what)?"
  }

  private func show(_ installation: ServiceInstallation, _ session: Session) {
    if self.json {
      return session.console.json(
        ServiceReport(installation, isDryRun: true, original: nil, lingers: nil))
    }
    for unit in installation.units {
      let path = session.displayed(unit.path)
      switch unit.change {
      case .written: session.console.say("would write \(path):")
      case .unchanged: session.console.say("is so already: \(path):")
      case .removed: session.console.say("would remove \(path)")
      case .left, nil: break
      }
      if let new = unit.new { session.console.write(new.bytes + [10]) }
    }
  }

  private func tell(_ installation: ServiceInstallation, _ lingers: Bool?, _ session: Session) {
    for unit in installation.units {
      guard let change = unit.change else { continue }
      let path = session.displayed(unit.path)
      let line =
        switch change {
        case .written: "wrote \(path)"
        case .removed: "removed \(path)"
        case .unchanged: "\(path) is as it should be"
        case .left: "left \(path), which is not from git-pulsar"
        }
      session.console.say(line)
    }
    let service = installation.service
    let command = ([service.program.displayed] + service.arguments).joined(separator: " ")
    switch service.schedule {
    case .always:
      session.console.say("runs now, at every login, and again after a failure: \(command)")
    case .every(let seconds):
      let interval = SettingsValue.seconds(seconds).plainText
      session.console.say("runs every \(interval) from now on: \(command)")
    }
    for variable in service.environment {
      session.console.say(
        "  with \(escapedForDisplay(variable.name + [UInt8(ascii: "=")] + variable.value))")
    }
    if lingers == false {
      session.console.say(
        "it ends when you log out; to have it run without a login: loginctl enable-linger")
    } else if lingers == true {
      session.console.say("it runs without a login as well (lingering is on)")
    }
  }
}
