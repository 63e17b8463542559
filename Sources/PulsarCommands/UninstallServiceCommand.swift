internal import ArgumentParser
internal import Foundation
internal import PulsarCore
internal import PulsarSystem

struct UninstallServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall-service",
    abstract: "End background captures; remove what 'install-service' wrote.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Report as JSON.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      let console = session.console
      let manager = session.serviceManager
      let there = try manager.fileNames.map { name in
        try PlacedUnit(name, in: manager.folder, wanting: nil)
      }.filter { $0.old != nil }
      let ours = there.filter { $0.change == .removed }
      let report = there.map { PlacedUnitReport($0, showsContent: false) }
      if let changed = ours.first(where: \.isTheirs),
        !console.confirm("\(session.displayed(changed.path)) was changed by hand. Remove it?")
      {
        console.remark("nothing was changed")
        return .declined
      }
      let status = ours.isEmpty ? .done : try self.remove(ours, manager, session)
      // A file that was deleted by hand leaves its link behind.
      for name in manager.fileNames where !there.contains(where: { $0.name == name }) {
        try manager.forget(name)
      }
      for unit in there where unit.change == .left {
        console.remark(
          "left \(session.displayed(unit.path)), which is not from git-pulsar")
      }
      self.tellOfDropIns(manager, session)
      if self.json {
        console.json(UninstallReport(manager: manager.name, files: report))
      } else if ours.isEmpty {
        console.say("no service is installed")
      } else {
        for unit in ours { console.say("removed \(session.displayed(unit.path))") }
        console.say("nothing is captured in the background any more; all captures stay")
      }
      return status
    }
  }

  /// Also where the manager does not answer: the files are what starts it at the next login.
  private func remove(
    _ units: [PlacedUnit], _ manager: any ServiceManager, _ session: Session
  ) throws -> ExitStatus {
    do {
      try manager.checkAnswers()
    } catch let silence as Refusal {
      for unit in units {
        try manager.forget(unit.name)
        try unit.perform()
      }
      session.console.remark(
        "git-pulsar: \(silence.whatFailed): \(silence.why); what still runs of the service ends with your session"
      )
      return .partlyDone
    }
    for unit in units { try manager.stop(unit.name) }
    for unit in units { try unit.perform() }
    try manager.reload()
    return .done
  }

  private func tellOfDropIns(_ manager: any ServiceManager, _ session: Session) {
    for name in manager.fileNames {
      let folder = manager.folder.appending("\(name).d")
      let path = String(decoding: folder.bytes, as: UTF8.self)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      session.console.remark(
        "left \(session.displayed(folder)) with changes of your own; remove it if you do not need it"
      )
    }
  }
}

/// The report of `uninstall-service`.
struct UninstallReport: Encodable {
  let manager: String
  let files: [PlacedUnitReport]
}
