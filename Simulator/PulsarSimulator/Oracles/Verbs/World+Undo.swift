internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// All that a person has on a machine: files, ignored ones too, what is staged, HEAD and branches.
struct PersonalState: Equatable {
  let files: [GitPath: FileState]
  /// As git lists what is staged, with its flags.
  let staged: [UInt8]
  let head: [UInt8]
  let branches: [RefName: ObjectID]

  init(of node: SimulatedNode) {
    self.files = node.sight.states
    let listed = try? node.git(["ls-files", "-z", "-s", "-v"])
    let promised = try? node.git(["diff", "--no-ext-diff", "--name-only", "--diff-filter=A", "-z"])
    self.staged = (listed?.output ?? []) + [0xFF] + (promised?.output ?? [])
    self.head = Files.read(node.gitDir.appending("HEAD")) ?? []
    self.branches = (try? node.refs("refs/heads/")) ?? [:]
  }

  /// What differs first, in words; nil: nothing does.
  func difference(to other: PersonalState) -> String? {
    let paths = Set(self.files.keys).union(other.files.keys).sorted()
    if let path = paths.first(where: { self.files[$0] != other.files[$0] }) {
      let (was, now) = (self.files[path] ?? .absent, other.files[path] ?? .absent)
      return "'\(path.displayed)' was \(was.words), and is \(now.words)"
    }
    if self.head != other.head { return "HEAD is elsewhere" }
    if self.branches != other.branches { return "a branch is elsewhere" }
    return self.staged == other.staged ? nil : "other things are staged, or with other flags"
  }
}

/// S24: what a verb changed that `undo` takes back.
struct VerbChange {
  let verb: String
  let before: PersonalState
  let after: PersonalState
}

extension World {
  /// What `undo` would take back next, where nobody has changed anything since; kept by each verb that
  /// changes files.
  func noteChange(
    by words: [String], _ said: String, of node: SimulatedNode, before: PersonalState
  ) {
    guard let verb = words.first else { return }
    let after = PersonalState(of: node)
    if verb == "undo" { self.judgeUndo(said, of: node, before: before, after) }
    let signs = ["took over ", "\"taken-over\"", "restored ", "undone: the "]
    if before != after || World.tellsOfFinalize(said) || signs.contains(where: said.contains) {
      node.lastChange = VerbChange(verb: verb, before: before, after: after)
    }
  }

  private func judgeUndo(
    _ said: String, of node: SimulatedNode, before: PersonalState, _ after: PersonalState
  ) {
    guard let last = node.lastChange, said.contains("undone: the \(last.verb) "),
      last.after == before
    else { return }
    self.count("S24")
    if let difference = last.before.difference(to: after) {
      self.fail("S24", node.name, "after the undo of a \(last.verb), \(difference)")
    }
  }
}
