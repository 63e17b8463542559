internal import PulsarCore

/// The commands of the person's that turn files into content and back: `filter.<name>.<command>`.
enum FilterCommands {
  /// Those that run on the way into an object.
  static let names = ["clean", "process"]

  /// Settings that let the filters run where they would in the person's own working tree, while git
  /// works in a folder and with an index of ours.
  ///
  /// A filter may be a script of the working tree, or run git in it.
  static func inWorktree(of repository: Repository) -> [(key: [UInt8], value: [UInt8])] {
    let location = repository.location
    var hidden = "GIT_WORK_TREE GIT_INDEX_FILE"
    // git tells its filters where it is only when that is not the usual place.
    if location.gitDir == location.worktree.appending(".git") { hidden += " GIT_DIR" }
    let start = Array("cd ".utf8) + self.quoted(location.worktree.bytes)
    let preparation = start + Array(" && unset \(hidden) || exit 1\n".utf8)
    var settings: [(key: [UInt8], value: [UInt8])] = []
    for key in repository.config.keys(withPrefix: "filter.") {
      let name = key.split(separator: ".").last.map(String.init) ?? ""
      guard ["clean", "smudge", "process"].contains(name),
        let command = repository.config.bytes(key), !command.isEmpty
      else { continue }
      // git puts the name of the file for `%f` there, but not into the command of a process.
      let isExpanded = name != "process"
      settings.append(
        (Array(key.utf8), (isExpanded ? self.escaped(preparation) : preparation) + command))
    }
    return settings
  }

  private static func quoted(_ word: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    let inner = word.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] }
    return [quote] + inner + [quote]
  }

  private static func escaped(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] }
  }
}
