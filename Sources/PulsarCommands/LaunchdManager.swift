internal import Foundation
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// launchd's manager of the person's own agents.
struct LaunchdManager: ServiceManager {
  let name = "launchd"
  let folder: GitPath
  let fileNames = [LaunchdAgent.name]
  private let session: Session

  init(_ session: Session) {
    self.session = session
    self.folder = session.directories.home.appending("Library/LaunchAgents")
  }

  private var domain: String { "gui/\(getuid())" }

  func files(_ service: BackgroundService) throws -> [UnitFile] {
    [try LaunchdAgent.file(service)]
  }

  func checkAnswers() throws {
    let result = try self.ask(["print", CommandWord(self.domain)])
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "launchd does not answer for your user", why: result.firstWords,
      whatToDo: "log in on the desktop, then run the command again")
  }

  func stop(_ fileName: String) throws {
    let agent = CommandWord("\(self.domain)/\(LaunchdAgent.label)")
    guard try self.ask(["print", agent]).succeeded else { return }
    let result = try self.ask(["bootout", agent])
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "could not stop the agent '\(LaunchdAgent.label)'", why: result.firstWords,
      whatToDo: "see 'launchctl print \(self.domain)/\(LaunchdAgent.label)'")
  }

  /// An agent is on whenever its file is there.
  func forget(_ fileName: String) {}

  /// launchd reads a file when it is told to start it.
  func reload() {}

  func start(_ fileNames: [String], anew: Bool) throws {
    // It takes no file whose agent it has.
    if anew { try self.stop(LaunchdAgent.name) }
    let agent = CommandWord("\(self.domain)/\(LaunchdAgent.label)")
    if try self.ask(["print", agent]).succeeded { return }
    let file = self.folder.appending(LaunchdAgent.name)
    let result = try self.ask(["bootstrap", CommandWord(self.domain), CommandWord(file)])
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "the file is in place, but launchd did not start it", why: result.firstWords,
      whatToDo: "see 'git pulsar log'; 'git pulsar uninstall-service' takes the file away")
  }

  /// An agent ends with the person's session, and nothing can change that.
  func lingers() -> Bool? { nil }

  private func ask(_ arguments: [CommandWord]) throws -> ChildProcess.Result {
    try self.session.runManager("launchctl", arguments)
  }
}
