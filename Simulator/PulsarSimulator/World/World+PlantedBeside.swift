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
  }

  /// Makes the newest capture anew, with the first file that is ignored.
  private func captureIgnored(of node: SimulatedNode) throws {
    let rules = ["ls-files", "-o", "-i", "--exclude-standard", "-z"]
    guard let path = try node.git(rules).output.split(separator: 0).first,
      let tip = try self.currentTip(of: node),
      let ref = try node.refs("\(StreamRefs.streamPrefix)\(node.slug)").first(where: {
        $0.value == tip
      })?.key
    else { return }
    var environment = node.environment
    environment.variables.append(
      .init(
        name: Array("GIT_INDEX_FILE".utf8), value: node.folder.appending("plant-index").bytes))
    func run(_ words: [String]) throws -> String {
      let result = try World.run("git", words, in: node.work, environment)
      return String(decoding: result.output, as: UTF8.self)
    }
    _ = try run(["read-tree", tip.hex])
    _ = try run(["add", "-f", "--", String(decoding: path, as: UTF8.self)])
    let tree = try run(["write-tree"]).filter { !$0.isNewline }
    let message = try node.withStore { try $0.commit(tip).message }
    let commit = try run([
      "commit-tree", tree, "-p", tip.hex, "-m", String(decoding: message, as: UTF8.self),
    ]).filter { !$0.isNewline }
    _ = try run(["update-ref", ref.displayed, commit])
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
    guard self.plants.contains(.syncsHalf), words.first == "sync", outcome.status == 0,
      let tip = try? self.currentTip(of: node),
      let changed = try? node.git([
        "diff-tree", "-r", "--name-only", "--diff-filter=AM", "-z", "\(tip.hex)^", tip.hex,
      ]).output.split(separator: 0).first
    else { return }
    Files.remove(node.work.appending(GitPath(bytes: Array(changed))))
  }

  /// How often things are done, as the scheduler is told.
  func planted(_ schedule: Schedule) -> Schedule {
    let bugs: [PlantedBug] = [.capturesTooOften, .pushesTooOften]
    guard bugs.contains(where: self.plants.contains) else { return schedule }
    func seconds(_ interval: Duration, _ bug: PlantedBug) -> Int {
      Int(interval.wholeMilliseconds / 1000) / (self.plants.contains(bug) ? 4 : 1)
    }
    var settings = Settings()
    settings.commitIntervalSeconds = seconds(schedule.commitInterval, .capturesTooOften)
    settings.pushIntervalSeconds = seconds(schedule.pushInterval, .pushesTooOften)
    settings.minBatteryPercent = schedule.minBatteryPercent
    settings.ecoModePercent = schedule.ecoModePercent
    return Schedule(
      settings, hasRemote: schedule.pushes, radarInterval: schedule.radarInterval)
  }
}
