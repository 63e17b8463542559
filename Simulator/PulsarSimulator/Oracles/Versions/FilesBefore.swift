internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S17: what lay on a machine's disk when a verb began that may change files, and who had made it.
///
/// Afterwards every file is as it was, or as somebody made it who knew what was here; where two had made
/// something of one file and neither knew of the other, git merges, and others judge that.
struct FilesBefore {
  private let world: World
  private let node: SimulatedNode
  private let verb: String
  let sight: Sight
  private let map: VersionLedger.Map
  private let branch: String?
  private let tip: ObjectID?

  init(_ words: [String], of node: SimulatedNode, in world: World) {
    self.world = world
    self.node = node
    self.verb = words.first ?? ""
    node.sight.look(at: node.work)
    self.sight = node.sight
    self.map = node.versions
    self.branch = node.branchOfHead
    self.tip = try? world.currentTip(of: node)
    if ["sync", "finalize", "restore", "undo"].contains(self.verb) {
      node.pastVersions.append(node.versions)
    }
  }

  /// Judges what the verb did to the files, and notes whose they are now.
  ///
  /// - Parameters:
  ///   - said: what it told; nil when it died.
  ///   - captures: those that it made, oldest first.
  func judge(_ said: String?, _ captures: [(id: ObjectID, reason: CaptureReason)]) {
    let wasHalfWay = self.node.ledger.halfWay != nil
    if said == nil || wasHalfWay || self.node.isHalfWay {
      self.world.noteActs(of: self.node)
    } else if self.verb == "undo" {
      if said?.contains("undone: the ") == true { self.takeBack() }
    } else if let sessions = self.sessions(said ?? "") {
      self.takeOver(sessions)
    } else {
      self.world.noteActs(of: self.node)
    }
    for (id, reason) in captures {
      let isBefore: [CaptureReason] = [
        .beforeSync, .beforeRestore, .beforeFinalize, .beforeUndo,
      ]
      let map = isBefore.contains(reason) ? self.map : self.node.versions
      do {
        let entries = try self.world.listing(of: id.hex, on: self.node)
        if said == nil || wasHalfWay {
          self.world.versions.note(map, of: id)
        } else {
          try self.world.judgeVersions(in: id, entries, map, of: self.node, git: nil)
        }
      } catch {
        self.world.fail("S3", self.node.name, "\(id.short) cannot be read: \(error)")
      }
    }
  }

  // MARK: whose work was taken over

  /// What the sessions hold that were taken over; nil where nobody knows that.
  private func sessions(_ said: String) -> [VersionLedger.Map]? {
    switch self.verb {
    case "sync":
      guard let digits = Self.takenOver(said) else { return [] }
      return self.world.versions.map(ofShort: digits).map { [$0] }
    case "finalize":
      // Another branch brings files along that no session has.
      guard self.branch != nil, self.branch == self.node.branchOfHead else { return nil }
      self.node.sight.look(at: self.node.work)
      let isDone =
        World.tellsOfFinalize(said) || !self.sight.differences(to: self.node.sight).isEmpty
      if !isDone { return [] }
      return self.othersOnBranch()
    default: return nil
    }
  }

  /// The capture that a sync took over, by the beginning of its name, told in words or as JSON.
  private static func takenOver(_ said: String) -> String? {
    let sign = said.contains("took over ") ? ", capture " : "\"capture\""
    guard said.contains("took over ") || said.contains("\"taken-over\""),
      let range = said.firstRange(of: sign)
    else { return nil }
    return String(said[range.upperBound...].drop { !$0.isHexDigit }.prefix { $0.isHexDigit })
  }

  /// What others have on the branch, as far as it is here.
  private func othersOnBranch() -> [VersionLedger.Map]? {
    guard let branch = self.branch?.dropFirst("refs/heads/".count),
      let refs = try? self.node.refs(StreamRefs.streamPrefix)
    else { return nil }
    let leaves = [Array(branch.utf8), StreamRefs.flattened(Array(branch.utf8))]
    var maps: [VersionLedger.Map] = []
    for (ref, tip) in refs where !self.node.isOwnStream(ref) {
      guard let parts = StreamRefs.parts(ofStream: ref), leaves.contains(parts.leaf) else {
        continue
      }
      guard let map = self.world.versions.map(of: tip) else { return nil }
      maps.append(map)
    }
    return maps
  }

  // MARK: what became of the files

  private func takeOver(_ sessions: [VersionLedger.Map]) {
    let ledger = self.world.versions
    self.node.sight.look(at: self.node.work)
    var isJudged = false
    let paths = Set(sessions.flatMap(\.keys)).union(
      self.sight.differences(to: self.node.sight))
    for path in paths.sorted() where !WorktreeWriter.isUnplaced(path) {
      let ours = self.map[path]
      let theirs = Set(sessions.compactMap { $0[path] })
      let before = self.sight.state(of: path)
      let after = self.node.sight.state(of: path)
      let newer = theirs.filter { $0 != ours && ledger.contains($0, ours) }
      let apart = theirs.filter { !ledger.contains($0, ours) && !ledger.contains(ours, $0) }
      isJudged = isJudged || before != after
      let fitting = newer.filter {
        ledger[$0].state.seen(by: self.node) == after.seen(by: self.node)
      }
      if let version = fitting.max(by: { ledger.contains($1, $0) }) {
        self.take(version, at: path)
      } else if !apart.isEmpty || self.isPutAside(path) || self.isOverLimit(before, after) {
        self.merge([ours].compactMap { $0 } + theirs.sorted(), at: path, after)
      } else if before != after {
        self.judgeMerge(path, before, after, newer)
      } else if let newest = newer.max(by: { ledger.contains($1, $0) }),
        self.isHidden(path, ours, before)
      {
        self.take(newest, at: path)
      }
      if before != after, case .file(let bytes, _) = before {
        self.judgeIgnored(bytes, at: path)
      }
    }
    if isJudged { self.world.count("S17") }
  }

  /// Whether a machine cannot show the version that it has.
  private func isHidden(_ path: GitPath, _ version: Int?, _ state: FileState) -> Bool {
    guard let version else { return true }
    return self.world.versions[version].state.seen(by: self.node) != state.seen(by: self.node)
  }

  /// Whether git's merge gave what was there a name of its own, where both sides have something that
  /// cannot lie in one place.
  private func isPutAside(_ path: GitPath) -> Bool {
    if path.displayed.contains("~") { return true }
    // What lies in another repository is nobody's version of anything here.
    let isInside = self.world.nodes.contains { node in
      node.sight.states.contains { $1 == .repository && path.isWithin($0) }
    }
    if isInside { return true }
    return self.node.sight.states.keys.contains { other in
      other.displayed.hasPrefix("\(path.displayed)~") && self.sight.states[other] == nil
    }
  }

  /// Whether some machine captures no such file, but goes on from what it has committed of it.
  private func isOverLimit(_ states: FileState...) -> Bool {
    self.world.scenario.traits.contains { trait in
      guard trait.kind == .limit, let limit = Int(trait.words[0]) else { return false }
      return states.contains { $0.bytes.count > limit }
    }
  }

  private func take(_ version: Int, at path: GitPath) {
    self.node.versions[path] = version
    self.node.loose.remove(path)
  }

  /// Several have made something of a file: what lies there now goes on from all of them.
  private func merge(_ versions: [Int], at path: GitPath, _ state: FileState) {
    let ledger = self.world.versions
    let same = versions.allSatisfy {
      ledger[$0].state.seen(by: self.node) == state.seen(by: self.node)
    }
    let entries = Set(versions.map { ledger[$0].entry })
    let entry = same && entries.count == 1 ? entries.first ?? nil : nil
    self.node.versions[path] = self.world.versions.add(
      path, state, upon: versions, by: self.node.number, entry: entry, origin: .merge)
    self.node.loose.remove(path)
  }

  /// A file changed, and nobody had made that of it.
  private func judgeMerge(
    _ path: GitPath, _ before: FileState, _ after: FileState, _ newer: Set<Int>
  ) {
    let how =
      switch (before, after) {
      case (_, .absent): "deleted"
      case (.absent, _): "brought back"
      case (.file(let old, let was), .file(let new, let isNow)) where old == new && was != isNow:
        "changed the mode of"
      case (.file, .link), (.link, .file): "changed the kind of"
      default: "rewrote"
      }
    self.world.fail(
      "S17", self.node.name,
      "a \(self.verb) \(how) '\(path.displayed)', and nobody did that: it was \(before.words), and is "
        + after.words)
  }

  /// What is in no capture must not go.
  private func judgeIgnored(_ bytes: [UInt8], at path: GitPath) {
    guard let tip = self.tip,
      let entries = try? self.world.listing(of: tip.hex, on: self.node), entries[path] == nil,
      let newest = try? self.world.currentTip(of: self.node),
      let parent = try? self.world.listing(of: "\(newest.hex)^", on: self.node),
      parent[path] == nil,
      let id = try? self.world.blob(of: bytes, on: self.node)
    else { return }
    self.world.judgeHeld([id], by: self.node, as: "S17") { _ in
      "a \(self.verb) took '\(path.displayed)', which no capture has, away: \(FileState.file(bytes, isProgram: false).words)"
    }
  }

  // MARK: undo

  /// What is there after an undo goes on from nothing that was here before: what a session had brought is
  /// no part of this work any more, also where the person has edited it since, and may come again.
  private func takeBack() {
    self.node.sight.look(at: self.node.work)
    let ledger = self.world.versions
    let changed = Set(self.sight.differences(to: self.node.sight))
    for path in changed.union(self.map.keys).sorted() where !WorktreeWriter.isUnplaced(path) {
      let state = self.node.sight.state(of: path)
      let past = [self.node.versions] + self.node.pastVersions.reversed()
      let same = past.lazy.compactMap { $0[path] }.first { version in
        ledger[version].state.seen(by: self.node) == state.seen(by: self.node)
      }
      // A file that the machine cannot show is as it was known.
      let known = same ?? (changed.contains(path) ? nil : self.map[path])
      let hasKept = same == nil && known != nil
      self.node.versions[path] = self.world.versions.add(
        path, hasKept ? known.map { ledger[$0].state } ?? state : state, upon: [],
        by: self.node.number, entry: known.flatMap { ledger[$0].entry }, origin: .undo)
      self.node.loose.remove(path)
    }
  }
}

extension VersionLedger {
  /// The versions that a capture holds, by the beginning of its name.
  func map(ofShort digits: String) -> Map? {
    self.captures.first { $0.key.hex.hasPrefix(digits) }?.value
  }
}

extension World {
  /// What git calls a content that no filter was run on.
  func blob(of bytes: [UInt8], on node: SimulatedNode) throws -> ObjectID? {
    let path = node.folder.appending("judged-content")
    try Files.write(bytes, to: path)
    let result = try node.git(["hash-object", "--no-filters", path.displayed])
    return ObjectID(hex: result.output.prefix { $0 != 10 })
  }
}
