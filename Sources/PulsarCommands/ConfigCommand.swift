internal import ArgumentParser
internal import Foundation
internal import PulsarConfig
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Edit your settings, or list all that are in force.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "List every key with its type, default, value in force and where that comes from.")
  var list = false
  @Flag(help: "With --list: report as JSON.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      self.list || self.json ? try self.show(session) : try self.edit(session)
    }
  }

  private func show(_ session: Session) throws -> ExitStatus {
    let cascade = session.settings(for: try self.repository(session))
    for problem in cascade.problems { session.console.remark("git-pulsar: \(problem.sentence)") }
    let rows = SettingsListing(cascade).rows
    if self.json {
      session.console.json(rows.map(SettingReport.init))
    } else {
      session.console.table(
        rows.map { [$0.key, $0.type, $0.builtIn, $0.inForce, $0.origin] },
        header: ["key", "type", "default", "in force", "from"])
    }
    return cascade.problems.isEmpty ? .done : .failed
  }

  /// The repository here, if there is one with a working tree.
  private func repository(_ session: Session) throws -> Repository? {
    do throws(GitError) {
      return try Repository(discoveredBy: session.git)
    } catch {
      switch error {
      case .notARepository, .damagedRepository, .bareRepository, .noWorkingTree: return nil
      default: throw error
      }
    }
  }

  private func edit(_ session: Session) throws -> ExitStatus {
    let file = session.configFile
    if try AtomicFile.read(file, limit: SettingsLayer.bytesMax + 1) == nil {
      try AtomicFile.makeFolder(file.parent)
      _ = try AtomicFile.create(file, with: Array(SettingsTemplate.text.utf8))
    }
    let editor = try self.editor(session)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "\(editor) \"$@\"", editor, String(decoding: file.bytes, as: UTF8.self),
    ]
    do {
      try process.run()
    } catch {
      throw Refusal(
        whatFailed: "could not start '\(editor)'", why: "\(error)",
        whatToDo: "set EDITOR to an editor that is installed")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Refusal(
        whatFailed: "'\(editor)' failed", why: "it ended with status \(process.terminationStatus)",
        whatToDo: "set EDITOR to an editor that works, or edit '\(session.displayed(file))'")
    }
    let problems = session.settings(for: nil).problems
    for problem in problems { session.console.remark("git-pulsar: \(problem.sentence)") }
    return problems.isEmpty ? .done : .failed
  }

  /// The editor git would open.
  private func editor(_ session: Session) throws -> String {
    if let named = session.environment["GIT_EDITOR"], !named.isEmpty {
      return String(decoding: named, as: UTF8.self)
    }
    let output = try session.git.output(["var", "GIT_EDITOR"])
    return String(decoding: output.prefix { $0 != 10 }, as: UTF8.self)
  }
}

/// One line of `config --list --json`.
struct SettingReport: Encodable {
  let key: String
  let type: String
  let `default`: String
  let value: String
  let origin: String
  let meaning: String

  init(_ row: SettingsListing.Row) {
    self.key = row.key
    self.type = row.type
    self.default = row.builtIn
    self.value = row.inForce
    self.origin = row.origin
    self.meaning = row.meaning
  }
}
