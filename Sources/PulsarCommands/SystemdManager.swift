internal import Foundation
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// systemd's manager of the person's own services.
struct SystemdManager: ServiceManager {
  let name = "systemd"
  let folder: GitPath
  let fileNames = [SystemdUnits.timer, SystemdUnits.service]
  private let session: Session

  init(_ session: Session) {
    self.session = session
    self.folder = session.directories.config.parent.appending("systemd/user")
  }

  func files(_ service: BackgroundService) throws -> [UnitFile] {
    try SystemdUnits.files(service)
  }

  func checkAnswers() throws {
    let result = try self.ask(["show", "--property=Version"])
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "systemd does not answer for your user", why: result.firstWords,
      whatToDo:
        "log in as yourself, not through su or sudo, and run the command again; without systemd, let what starts your programs run 'git-pulsar daemon'"
    )
  }

  func stop(_ fileName: String) throws {
    let result = try self.ask(["disable", "--now", "--quiet", CommandWord(fileName)])
    guard !result.succeeded else {
      // One that ended badly would stay on systemd's list.
      _ = try self.ask(["reset-failed", CommandWord(fileName)])
      return
    }
    throw Refusal(
      whatFailed: "could not stop '\(fileName)'", why: result.firstWords,
      whatToDo: "see 'systemctl --user status \(fileName)', then run the command again")
  }

  func forget(_ fileName: String) throws {
    // What 'systemctl enable' makes.
    for target in ["default.target.wants", "timers.target.wants"] {
      _ = try AtomicFile.remove(self.folder.appending(target).appending(fileName))
    }
  }

  func reload() throws {
    let result = try self.ask(["daemon-reload"])
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "systemd did not read its files again", why: result.firstWords,
      whatToDo: "run 'systemctl --user daemon-reload', then the command again")
  }

  func start(_ fileNames: [String], anew: Bool) throws {
    let unit = self.fileNames.first { fileNames.contains($0) } ?? SystemdUnits.service
    var result = try self.ask(["enable", "--now", "--quiet", CommandWord(unit)])
    if result.succeeded && anew { result = try self.ask(["restart", CommandWord(unit)]) }
    guard !result.succeeded else { return }
    throw Refusal(
      whatFailed: "the files are in place, but systemd did not start '\(unit)'",
      why: result.firstWords,
      whatToDo:
        "see 'systemctl --user status \(unit)' and 'git pulsar log'; 'git pulsar uninstall-service' takes the files away"
    )
  }

  func lingers() throws -> Bool? {
    let user = CommandWord(String(getuid()))
    let result: ChildProcess.Result
    do {
      result = try self.session.runManager(
        "loginctl", ["show-user", user, "--property=Linger", "--value"])
    } catch is Refusal {
      return nil
    }
    switch String(decoding: result.output, as: UTF8.self).trimmingCharacters(in: .newlines) {
    case "yes" where result.succeeded: return true
    case "no" where result.succeeded: return false
    default: return nil
    }
  }

  private func ask(_ arguments: [CommandWord]) throws -> ChildProcess.Result {
    try self.session.runManager("systemctl", ["--user", "--no-pager"] + arguments)
  }
}
