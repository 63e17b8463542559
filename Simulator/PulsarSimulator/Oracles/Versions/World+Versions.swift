internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// Who made what of which file.
extension World {
  /// What was in the first commit is nobody's work, and the same on all machines.
  func noteFirstVersions() throws {
    guard let first = self.nodes.first else { return }
    for node in self.nodes { try Files.make(folder: node.folder.appending("judge-objects")) }
    var map: VersionLedger.Map = [:]
    for (path, entry) in try self.listing(of: "HEAD", on: first) {
      map[path] = self.versions.add(
        path, try self.state(of: entry, on: first), upon: [], by: Self.nobody, entry: entry)
    }
    for node in self.nodes {
      node.versions = map
      node.sight.look(at: node.work)
      // What a trait put there is its person's.
      for (path, state) in node.sight.states.sorted(by: { $0.key < $1.key }) {
        let known = map[path].map { self.versions[$0].state.seen(by: node) }
        if known != state.seen(by: node) { self.noteAct(at: path, of: node) }
      }
    }
  }

  static let nobody = -1

  // MARK: acts of a person

  /// Notes what a person has just changed on a machine.
  ///
  /// - Parameters:
  ///   - node: whose.
  ///   - touched: what was certainly changed.
  ///   - isGit: whether git did it for them, which also may change what git knows of files.
  func noteActs(of node: SimulatedNode, touched: Set<GitPath> = [], isGit: Bool = false) {
    let before = node.sight
    node.sight.look(at: node.work, touched: touched)
    let changed = before.differences(to: node.sight).filter { !WorktreeWriter.isUnplaced($0) }
    let hidden = isGit && !changed.isEmpty ? self.pathsLeftOut(of: node) : []
    for path in changed where !hidden.contains(path) || node.sight.state(of: path) != .absent {
      self.noteAct(at: path, of: node)
    }
    if isGit { node.loose.formUnion(node.versions.keys) }
  }

  private func noteAct(at path: GitPath, of node: SimulatedNode) {
    let old = node.versions[path].map { [$0] } ?? []
    let state = node.sight.state(of: path)
    if Self.hasMarks(state) { self.marked.insert(state) }
    node.versions[path] = self.versions.add(path, state, upon: old, by: node.number)
    node.loose.remove(path)
  }

  /// What a sparse check-out leaves out of the working tree, which nobody has deleted.
  private func pathsLeftOut(of node: SimulatedNode) -> Set<GitPath> {
    guard node.isSparse,
      let listed = try? node.git(["ls-files", "-t", "-z"])
    else { return [] }
    return Set(
      listed.output.split(separator: 0).filter { $0.first == UInt8(ascii: "S") }
        .map { GitPath(bytes: Array($0.dropFirst(2))) })
  }

  // MARK: what trees have

  /// What a tree has, by path.
  func listing(
    of tree: String, on node: SimulatedNode
  ) throws -> [GitPath: VersionLedger.Entry] {
    let result = try World.run(
      "git", ["ls-tree", "-r", "-z", tree], in: node.work, node.judging(index: "judge-index"))
    guard result.succeeded else { throw WorldError("git ls-tree: \(result.complaint)") }
    return Self.entries(result.output)
  }

  static func entries(_ listing: [UInt8]) -> [GitPath: VersionLedger.Entry] {
    var found: [GitPath: VersionLedger.Entry] = [:]
    for line in listing.split(separator: 0) {
      let words = line.split(separator: 32, maxSplits: 2)
      guard words.count == 3, let tab = words[2].firstIndex(of: 9) else { continue }
      let mode = String(decoding: words[0], as: UTF8.self)
      let id = String(decoding: words[2][..<tab], as: UTF8.self)
      found[GitPath(bytes: Array(words[2][(tab + 1)...]))] = .some(mode: mode, id: id)
    }
    return found
  }

  /// What an entry is on a disk, where no filter makes something else of it.
  func state(of entry: VersionLedger.Entry, on node: SimulatedNode) throws -> FileState {
    guard case .some(let mode, let id) = entry else { return .absent }
    if mode == "160000" { return .repository }
    let result = try World.run(
      "git", ["cat-file", "blob", id], in: node.work, node.judging(index: "judge-index"))
    guard result.succeeded else { throw WorldError("git cat-file: \(result.complaint)") }
    return mode == "120000"
      ? .link(result.output) : .file(result.output, isProgram: mode == "100755")
  }

  // MARK: captures

  /// S17: judges what a capture says of each file: of what nobody has changed on its machine since it was
  /// taken over, what it was taken over with.
  ///
  /// - Parameters:
  ///   - capture: the capture.
  ///   - entries: what it has, by path.
  ///   - map: the versions that were on the machine when it was made.
  ///   - node: the machine.
  ///   - judged: what git would add of the same files; nil: nobody has asked it.
  /// - Throws: `WorldError` when git cannot read what it needs.
  func judgeVersions(
    in capture: ObjectID, _ entries: [GitPath: VersionLedger.Entry], _ map: VersionLedger.Map,
    of node: SimulatedNode, git judged: [GitPath: VersionLedger.Entry]?
  ) throws {
    var map = map
    var isJudged = false
    for (path, version) in map.sorted(by: { $0.key < $1.key }) {
      let actual = entries[path] ?? .none
      let known = self.versions[version]
      guard let entry = known.entry else {
        if known.maker == node.number || judged?[path] == actual {
          self.versions.note(actual, of: version)
        }
        continue
      }
      let isOwn = self.versions.isOwn(version, of: node.number)
      isJudged = isJudged || !isOwn
      if entry == actual { continue }
      let mayDiffer = isOwn || known.origin == .undo || node.loose.contains(path)
      if !mayDiffer, !node.hidesEdit(of: path) {
        return self.fail(
          "S17", node.name,
          "the capture \(capture.short) has \(actual.words) at '\(path.displayed)', which "
            + "\(self.name(of: known.maker)) left as \(entry.words), and nobody changed it here")
      }
      // Rules, attributes or what is staged are others now.
      let state = try self.hasFilters ? known.state : self.state(of: actual, on: node)
      map[path] = self.versions.add(path, state, upon: [version], by: node.number, entry: actual)
    }
    for (path, version) in map where node.versions[path] != version {
      if let now = node.versions[path], self.versions.contains(version, now) {
        node.versions[path] = version
      }
    }
    if isJudged { self.count("S17") }
    self.versions.note(map, of: capture)
  }

  private func name(of maker: Int) -> String {
    self.nodes.indices.contains(maker) ? self.nodes[maker].name : "the first commit"
  }

  /// Whether a path lies in another repository on some machine: nobody's version of anything here.
  func isNested(_ path: GitPath) -> Bool {
    self.scenario.traits.contains { $0.kind == .nested && path.isWithin(GitPath($0.words[0])) }
  }

  var hasFilters: Bool { self.scenario.traits.contains { $0.kind == .filter } }

  /// The first path at which a capture has another entry than git would add, and no other machine's
  /// work that git on this one cannot say.
  func firstUnlike(
    _ entries: [GitPath: VersionLedger.Entry], _ judged: [GitPath: VersionLedger.Entry],
    of node: SimulatedNode
  ) -> GitPath? {
    Set(entries.keys).union(judged.keys).sorted().first { path in
      let (captured, added) = (entries[path] ?? .none, judged[path] ?? .none)
      if captured == added || node.hidesEdit(of: path) || self.isNested(path) { return false }
      if node.isBeyondGit, self.isFiltered(path) { return false }
      if node.leftOut.contains(where: { path.isWithin($0) }) { return false }
      if self.differsInReturns(captured, added, at: path, of: node) { return false }
      guard let version = node.versions[path], self.versions[version].entry == captured,
        !self.versions.isOwn(version, of: node.number)
      else { return true }
      self.noteHit(captured, added, of: node)
      return false
    }
  }

  /// Whether a text that is edited where line ends are turned has those of the machine it came from.
  private func differsInReturns(
    _ captured: VersionLedger.Entry, _ added: VersionLedger.Entry, at path: GitPath,
    of node: SimulatedNode
  ) -> Bool {
    guard node.has(.autoCRLF), captured != .none, added != .none,
      let version = node.versions[path],
      self.versions[version].ancestors.contains(where: {
        !self.versions.isOwn($0, of: node.number)
      }),
      let one = try? self.state(of: captured, on: node),
      let other = try? self.state(of: added, on: node)
    else { return false }
    return one.seen(by: node) == other.seen(by: node)
  }

  /// Counts what kept git on a machine from saying what another made.
  private func noteHit(
    _ captured: VersionLedger.Entry, _ added: VersionLedger.Entry, of node: SimulatedNode
  ) {
    let kind: TraitKind?
    switch (captured, added) {
    case (.some("160000", _), _), (_, .some("160000", _)): kind = .submodule
    case (.some("120000", _), _): kind = .noLinks
    case (.some(_, let one), .some(_, let other)) where one == other: kind = .noFileMode
    case (.some, .some): kind = .autoCRLF
    default: kind = node.has(.sparse) ? .sparse : node.has(.ignoreCase) ? .ignoreCase : .ignores
    }
    let name = node.traits.first { $0.kind == kind }?.name ?? kind?.rawValue ?? ""
    self.hits[name, default: 0] += 1
  }
}

extension SimulatedNode {
  var isSparse: Bool { Files.status(self.gitDir.appending("info/sparse-checkout")) != nil }

  /// Whether git is told not to see what its person makes of a file.
  func hidesEdit(of path: GitPath) -> Bool {
    self.traits.contains { $0.kind == .hiddenEdit && GitPath($0.words[1]) == path }
  }
}
