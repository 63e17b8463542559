internal import ArgumentParser
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

struct RemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take a repository off the list; its captures stay.")

  @OptionGroup var options: CommonOptions
  @Argument(help: "The repository as 'list' shows it; the one you are in if left out.")
  var path: String?

  func run() throws {
    try self.perform(self.options) { session in
      let paths = try session.registry.load().paths
      let wanted: GitPath
      if let path {
        let given = RawArguments.bytes(of: path)
        var full = given.isAbsolute ? given : session.folder.appending(given)
        while full.bytes.count > 1, full.bytes.last == UInt8(ascii: "/") { full.bytes.removeLast() }
        wanted = full
      } else {
        wanted = try Repository(discoveredBy: session.git).location.worktree
      }
      guard
        let registered = paths.first(where: { $0 == wanted })
          ?? paths.first(where: {
            Session.resolved($0) == wanted
          })
      else {
        throw Refusal(
          whatFailed: "nothing removed", why: "'\(wanted.displayed)' is not registered",
          whatToDo: "see 'git pulsar list'")
      }
      _ = try session.registry.remove(registered)
      session.poke()
      session.console.say("removed \(session.displayed(registered)) from the list")
      session.console.say("its files and captures stay; 'git pulsar' there registers it again")
      return .done
    }
  }
}
