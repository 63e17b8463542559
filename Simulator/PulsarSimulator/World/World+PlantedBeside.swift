internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What effects do besides, or too often, where a bug is planted.
extension World {
  /// What a capture does besides.
  func plantInCapture(of node: SimulatedNode) {
    if self.plants.contains(.movesAForeignRef) {
      _ = try? node.git(["branch", "-f", "planted"])
    }
    if self.plants.contains(.writesAnothersStream), let tip = try? self.currentTip(of: node),
      let refs = try? node.refs(StreamRefs.streamPrefix),
      let other = refs.keys.filter({ !node.isOwnStream($0) }).min()
    {
      _ = try? node.git(["update-ref", other.displayed, tip.hex])
    }
    if self.plants.contains(.leavesLitter) {
      let name = "pulsar/.pulsar-tmp-1-\(node.ledger.captures)"
      try? Files.write([], to: node.gitDir.appending(name))
    }
    if self.plants.contains(.capturesIgnoredFiles) { try? self.captureIgnored(of: node) }
    if self.plants.contains(.leavesOutSilently) { try? self.leaveOutOneFile(of: node) }
    if self.plants.contains(.datesByTheWallClock) { try? self.captureAnew(of: node) { _ in } }
  }

  /// Makes the newest capture anew, without the last file that git does not track.
  private func leaveOutOneFile(of node: SimulatedNode) throws {
    let words = ["ls-files", "-o", "--exclude-standard", "-z"]
    guard let path = try node.git(words).output.split(separator: 0).last else { return }
    let name = String(decoding: path, as: UTF8.self)
    try self.captureAnew(of: node) { run in
      _ = try run(["rm", "-q", "--cached", "--ignore-unmatch", "--", name])
    }
  }

  /// Makes the newest capture anew, with another index, and the date that the machine has.
  private func captureAnew(
    of node: SimulatedNode, _ change: (([String]) throws -> String) throws -> Void
  ) throws {
    guard let tip = try self.currentTip(of: node),
      let ref = try node.refs(node.streamPrefix).first(where: { $0.value == tip })?.key
    else { return }
    var environment = node.environment
    environment.variables.append(
      .init(
        name: Array("GIT_INDEX_FILE".utf8), value: node.folder.appending("plant-index").bytes))
    func run(_ words: [String]) throws -> String {
      let result = try World.run("git", words, in: node.work, environment)
      return String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
    }
    _ = try run(["read-tree", tip.hex])
    try change(run)
    let tree = try run(["write-tree"])
    let record = try node.withStore { try $0.commit(tip) }
    let parents = record.parents.flatMap { ["-p", $0.hex] }
    let message = String(decoding: record.message, as: UTF8.self)
    let commit = try run(["commit-tree", tree] + parents + ["-m", message])
    _ = try run(["update-ref", ref.displayed, commit])
  }

  /// Makes the newest capture anew, with the first file that is ignored.
  private func captureIgnored(of node: SimulatedNode) throws {
    let rules = ["ls-files", "-o", "-i", "--exclude-standard", "-z"]
    guard let path = try node.git(rules).output.split(separator: 0).first else { return }
    let name = String(decoding: path, as: UTF8.self)
    try self.captureAnew(of: node) { run in _ = try run(["add", "-f", "--", name]) }
  }

  /// What maintenance does besides.
  func plantInTidy(of node: SimulatedNode) {
    guard self.plants.contains(.prunesWhatIsNotPushed),
      let refs = try? node.refs("refs/pulsar/")
    else { return }
    for (ref, tip) in refs where node.isOwnStream(ref) {
      let leaf = ref.dropping(prefix: StreamRefs.streamPrefix) ?? []
      if refs[RefName(bytes: Array(StreamRefs.pushedPrefix.utf8) + leaf)] == tip { continue }
      _ = try? node.git(["update-ref", "-d", ref.displayed])
    }
  }

  /// What a verb does before it captures.
  func plantBeforeVerb(_ words: [String], _ node: SimulatedNode) {
    guard self.plants.contains(.overwritesWork), words.first == "sync",
      let edited = try? node.git(["ls-files", "-m", "-o", "--exclude-standard", "-z"]),
      let path = edited.output.split(separator: 0).first
    else { return }
    Files.remove(node.work.appending(GitPath(bytes: Array(path))))
  }

  /// What a verb fails to do.
  func plantInVerb(_ words: [String], _ outcome: Host.Outcome, _ node: SimulatedNode) {
    let said = String(decoding: outcome.output, as: UTF8.self)
    switch words.first {
    case "sync": self.plantInSync(said, node)
    case "undo" where said.contains("undone: the ") && self.plants.contains(.undoesHalf):
      _ = try? node.git(["reset", "-q"])
    case "finalize" where World.tellsOfFinalize(said) && self.plants.contains(.finalizesHalf):
      self.leaveOut(node)
    case "restore" where self.plants.contains(.restoresTheWrongMode):
      self.turnMode(said, node)
    default: break
    }
    guard self.plants.contains(.syncsHalf), words.first == "sync", outcome.status == 0,
      let tip = try? self.currentTip(of: node),
      let changed = try? node.git([
        "diff-tree", "-r", "--name-only", "--diff-filter=AM", "-z", "\(tip.hex)^", tip.hex,
      ]).output.split(separator: 0).first
    else { return }
    Files.remove(node.work.appending(GitPath(bytes: Array(changed))))
  }

  private func plantInSync(_ said: String, _ node: SimulatedNode) {
    if self.plants.contains(.deletesIgnoredFiles), said.contains("took over "),
      let ignored = try? node.git(["ls-files", "-o", "-i", "--exclude-standard", "-z"]),
      let path = ignored.output.split(separator: 0).first
    {
      Files.remove(node.work.appending(GitPath(bytes: Array(path))))
    }
    guard self.plants.contains(.leavesMarks), let range = said.firstRange(of: ", capture "),
      let session = self.versions.map(
        ofShort: String(said[range.upperBound...].prefix { $0.isHexDigit }))
    else { return }
    // Where both had changed a file.
    let path = session.keys.sorted().first { path in
      let (ours, theirs) = (node.versions[path], session[path])
      return !self.versions.contains(ours, theirs) && !self.versions.contains(theirs, ours)
        && Files.status(node.work.appending(path))?.isFile == true
    }
    if let path {
      try? Files.write(
        Array("<<<<<<< ours\n".utf8), to: node.work.appending(path), adding: true)
    }
  }

  /// Makes the newest commit anew, without a file that it added or changed.
  private func leaveOut(_ node: SimulatedNode) {
    guard
      let changed = try? node.git(["diff-tree", "-r", "--name-only", "-z", "HEAD^", "HEAD"]),
      let path = changed.output.split(separator: 0).first.map({
        String(decoding: $0, as: UTF8.self)
      })
    else { return }
    _ = try? node.git(["reset", "-q", "HEAD^", "--", path])
    _ = try? node.git(["commit", "-q", "--amend", "--no-edit", "--allow-empty"])
  }

  private func turnMode(_ said: String, _ node: SimulatedNode) {
    guard let line = said.split(separator: "\n").first(where: { $0.hasPrefix("restored ") }),
      let path = line.split(separator: " ").dropFirst().first
    else { return }
    let file = node.work.appending(String(path))
    guard let status = Files.status(file), status.isFile else { return }
    try? Files.setMode(file, status.isProgram ? 0o644 : 0o755)
  }

  /// Makes the newest capture anew, without what was staged.
  func plantAfterKnownPaths(_ task: CaptureTask, of node: SimulatedNode) {
    guard self.plants.contains(.forgetsWhatIsStaged), task.paths != nil,
      let tip = try? self.currentTip(of: node),
      let record = try? node.withStore({ try $0.commit(tip) }),
      let staged = try? node.withStore({ try $0.indexCommit(of: record)?.id }),
      let ref = try? node.refs(node.streamPrefix).first(where: { $0.value == tip })?.key
    else { return }
    let parents = record.parents.filter { $0 != staged }.flatMap { ["-p", $0.hex] }
    let message = String(decoding: record.message, as: UTF8.self)
    guard
      let made = try? node.git(
        ["commit-tree", record.tree.hex] + parents + ["-m", message]),
      let id = ObjectID(hex: made.output.prefix { $0 != 10 })
    else { return }
    _ = try? node.git(["update-ref", ref.displayed, id.hex])
  }

  /// How often things are done, as the scheduler is told.
  func planted(_ schedule: Schedule) -> Schedule {
    let bugs: [PlantedBug] = [
      .capturesTooOften, .pushesTooOften, .capturesLate, .pushesLate, .ignoresTheBattery,
    ]
    guard bugs.contains(where: self.plants.contains) else { return schedule }
    func seconds(_ interval: Duration, _ often: PlantedBug, _ late: PlantedBug) -> Int {
      let seconds = Int(interval.wholeMilliseconds / 1000)
      return self.plants.contains(often)
        ? seconds / 4 : self.plants.contains(late) ? seconds * 2 : seconds
    }
    var settings = Settings()
    settings.commitIntervalSeconds = seconds(
      schedule.commitInterval, .capturesTooOften, .capturesLate)
    settings.pushIntervalSeconds = seconds(schedule.pushInterval, .pushesTooOften, .pushesLate)
    let isHeeded = !self.plants.contains(.ignoresTheBattery)
    settings.minBatteryPercent = isHeeded ? schedule.minBatteryPercent : 0
    settings.ecoModePercent = isHeeded ? schedule.ecoModePercent : 0
    return Schedule(
      settings, hasRemote: schedule.pushes, radarInterval: schedule.radarInterval)
  }
}
