internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// What makes machines unlike: how each is set up.
extension World {
  func traits(of actor: String) -> [ScenarioTrait] {
    self.scenario.traits.filter { $0.actor == actor }
  }

  /// Lines of a machine's own git configuration, from before there is a clone.
  func configuration(of node: SimulatedNode) -> String {
    var lines: [String] = []
    for trait in node.traits {
      switch trait.kind {
      case .noFileMode: lines += ["[core]", "fileMode = false"]
      case .noLinks: lines += ["[core]", "symlinks = false"]
      case .autoCRLF: lines += ["[core]", "autocrlf = \(trait.words[0])"]
      case .crlf: lines += ["[core]", "eol = crlf"]
      case .splitIndex: lines += ["[core]", "splitIndex = true"]
      case .ignores where trait.words[0] == "global":
        lines += ["[core]", "excludesFile = \(node.globalRules.displayed)"]
      case .ignores, .ignoreCase, .sparse, .submodules, .hiddenEdit, .limit, .shallow, .partial,
        .detached, .nested, .replace, .adapter, .attributes, .filter, .submodule:
        break
      }
    }
    for trait in self.traits(of: Universe.remote) {
      switch (trait.kind, trait.words.first) {
      case (.filter, "reversible"):
        lines += ["[filter \"turned\"]", "clean = tr a-z n-za-m", "smudge = tr a-z n-za-m"]
      case (.filter, "pointer"):
        let store = self.folder.appending("contents").displayed
        lines += [
          "[filter \"pointer\"]", "clean = sh \(store)/clean", "smudge = sh \(store)/smudge",
          "required = true",
        ]
      case (.submodule, _):
        lines += ["[protocol \"file\"]", "allow = always", "[submodule]", "recurse = false"]
      default: break
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Lines of a machine's settings of ours.
  func settings(of node: SimulatedNode) -> String {
    var lines: [String] = []
    let patterns = node.traits.filter { $0.kind == .ignores && $0.words[0] == "settings" }
      .map { "\"\($0.words[1])\"" }
    if !patterns.isEmpty {
      lines += ["[files]", "ignore = [\(patterns.joined(separator: ", "))]"]
    }
    for trait in node.traits where trait.kind == .limit {
      lines += ["[limits]", "large_file_threshold = \(trait.words[0])"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Words of `git clone` besides the usual.
  func cloning(_ node: SimulatedNode) -> [String] {
    node.traits.flatMap { trait -> [String] in
      switch trait.kind {
      case .shallow: ["--no-local", "--depth=1"]
      case .partial: ["--no-local", "--filter=blob:none"]
      default: []
      }
    }
  }

  /// What it is cloned from: git takes less than all from an address only.
  func address(of node: SimulatedNode) -> String {
    node.has(.shallow) || node.has(.partial)
      ? "file://\(node.wire.displayed)" : node.wire.displayed
  }

  /// Makes the clone of a machine what its traits say, before it is registered.
  func apply(_ traits: [ScenarioTrait], to node: SimulatedNode) throws {
    for trait in traits {
      switch trait.kind {
      case .ignores where trait.words[0] == "global":
        try self.add("\(trait.words[1])\n", to: node.globalRules)
      case .ignores where trait.words[0] == "exclude":
        try self.add("\(trait.words[1])\n", to: node.gitDir.appending("info/exclude"))
      // `git clone` looked at the disk, and wrote down what it found.
      case .noFileMode: try self.must(["config", "core.fileMode", "false"], node)
      case .noLinks: try self.must(["config", "core.symlinks", "false"], node)
      case .ignoreCase: try self.must(["config", "core.ignoreCase", "true"], node)
      case .adapter: try self.must(["config", "core.sharedRepository", "group"], node)
      case .sparse:
        let folder = trait.words[1]
        let rules = trait.words[0] == "cone" ? [folder] : ["/*", "!/*/", "/\(folder)/"]
        try self.must(["sparse-checkout", "set", "--\(trait.words[0])"] + rules, node)
      case .submodules: try self.must(["submodule", "-q", "update", "--init"], node)
      case .hiddenEdit:
        try self.must(["update-index", "--\(trait.words[0])", "--", trait.words[1]], node)
        let file = node.work.appending(trait.words[1])
        try self.add("hidden on \(node.name)\n", to: file)
      case .detached: try self.must(["switch", "-q", "--detach"], node)
      case .splitIndex: try self.must(["update-index", "--split-index"], node)
      case .nested:
        let folder = node.work.appending(trait.words[0])
        try self.must(["init", "-q", "--template=", folder.displayed], node)
        try self.add("nested\n", to: folder.appending("own"))
      case .replace:
        let made = try node.git(["commit-tree", "HEAD^{tree}", "-m", "another message"])
        let id = String(decoding: made.output, as: UTF8.self).filter { !$0.isNewline }
        try self.must(["replace", "HEAD", id], node)
      case .ignores, .autoCRLF, .crlf, .limit, .shallow, .partial, .attributes, .filter, .submodule:
        break
      }
    }
  }

  private func must(_ words: [String], _ node: SimulatedNode) throws {
    let result = try node.git(words)
    guard result.succeeded else {
      throw WorldError("git \(words.joined(separator: " ")): \(result.complaint)")
    }
  }

  private func add(_ text: String, to path: GitPath) throws {
    try Files.make(folder: path.parent)
    try Files.write(Array(text.utf8), to: path, adding: true)
  }

  /// The place where the contents lie that pointers point to, as a server beside the remote has them.
  func setUpContents() throws {
    guard self.traits(of: Universe.remote).contains(where: { $0.words.first == "pointer" }) else {
      return
    }
    let store = self.folder.appending("contents")
    try Files.make(folder: store)
    let clean = """
      cd '\(store.displayed)' && cat >new.$$ || exit 1
      if head -c 8 new.$$ | grep -q '^pointer '; then cat new.$$; rm new.$$; exit; fi
      id=$(git hash-object --stdin <new.$$) && mv new.$$ $id && echo "pointer $id"

      """
    let smudge = """
      read -r word id && [ "$word" = pointer ] && exec cat '\(store.displayed)'/$id

      """
    try Files.write(Array(clean.utf8), to: store.appending("clean"))
    try Files.write(Array(smudge.utf8), to: store.appending("smudge"))
  }
}

extension SimulatedNode {
  /// Its own rules for files that are ignored in every repository.
  var globalRules: GitPath { self.home.appending("ignore") }

  /// Whether its file system has nothing of the kind.
  func cannot(_ act: Act) -> Bool {
    switch act {
    case .link: self.has(.noLinks)
    case .executable: self.has(.noFileMode)
    default: false
    }
  }

  func has(_ kind: TraitKind) -> Bool { self.traits.contains { $0.kind == kind } }
}

extension SimulatedRemote {
  /// What the repository of a scenario has in its first commit besides the usual.
  func addTraits(_ traits: [ScenarioTrait], to first: GitPath) throws {
    var attributes: [String] = []
    for trait in traits {
      switch (trait.kind, trait.words.first) {
      case (.attributes, let line?): attributes.append(line)
      case (.filter, "reversible"): attributes.append("\(trait.words[1]) filter=turned")
      case (.filter, "pointer"): attributes.append("\(trait.words[1]) filter=pointer")
      case (.filter, "encoding"):
        attributes.append("\(trait.words[1]) text working-tree-encoding=UTF-16LE-BOM")
      case (.submodule, _): try self.addSubmodule(to: first)
      default: break
      }
    }
    if attributes.isEmpty { return }
    let text = attributes.joined(separator: "\n") + "\n"
    try Files.write(Array(text.utf8), to: first.appending(".gitattributes"))
  }

  private func addSubmodule(to first: GitPath) throws {
    let library = first.parent.appending("library.git")
    let made = first.parent.appending("library")
    let identity = ["-c", "user.name=first", "-c", "user.email=first@example.invalid"]
    try self.git(["init", "-q", "-b", World.branch, made.displayed])
    try Files.write(Array("library\n".utf8), to: made.appending("l"))
    try self.git(["-C", made.displayed, "add", "-A"])
    try self.git(["-C", made.displayed] + identity + ["commit", "-qm", "library"])
    try self.git(["clone", "-q", "--bare", made.displayed, library.displayed])
    Files.remove(made)
    try self.git([
      "-C", first.displayed, "-c", "protocol.file.allow=always", "submodule", "-q", "add",
      library.displayed, Universe.submodule,
    ])
    // Where the world lies is no part of any commit.
    try self.git([
      "-C", first.displayed, "config", "-f", ".gitmodules",
      "submodule.\(Universe.submodule).url", "../library.git",
    ])
  }
}
