internal import ArgumentParser
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Stop capturing this repository until 'resume'.")

  @OptionGroup var options: CommonOptions

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      let isNew = try open.pause.pause(at: session.clock.wallTime())
      session.poke()
      let name = session.displayed(open.location.worktree)
      session.console.say(isNew ? "paused \(name)" : "\(name) is paused already")
      return .done
    }
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Capture this repository again.")

  @OptionGroup var options: CommonOptions

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      let wasPaused = try open.pause.resume()
      session.poke()
      let name = session.displayed(open.location.worktree)
      session.console.say(wasPaused ? "resumed \(name)" : "\(name) is not paused")
      return .done
    }
  }
}
