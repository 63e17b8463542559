internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What others do to the streams of a machine, though its own lock says that nobody may.
extension World {
  /// Somebody with a copy of a machine's disk pushes a commit of theirs onto its streams.
  func pushOver(_ name: String) throws {
    guard let node = self.nodes.first(where: { $0.name == name }) else {
      return self.record("origin", .skipped, "there is no \(name)")
    }
    let streams = self.remote.streams(of: node.currentSlug)
    if streams.isEmpty {
      return self.record("origin", .skipped, "\(name) has no stream on the remote")
    }
    for (ref, tip) in streams {
      let commit = try self.remote.commit(upon: tip)
      try self.remote.force(ref, to: commit)
      if let id = ObjectID(hex: commit.utf8) {
        node.ledger.made.insert(id)
        self.noteCopy(id, of: ObjectID(hex: tip.utf8))
      }
    }
    self.record("origin", .remoteMoved, "\(TraceWords.pushedOver) \(name)")
  }

  /// A commit has the same files as another.
  private func noteCopy(_ copy: ObjectID, of capture: ObjectID?) {
    if let map = capture.flatMap({ self.versions.map(of: $0) }) {
      self.versions.note(map, of: copy)
    }
  }

  /// Another process, for which our locks do not hold, makes a capture of what the last one holds.
  func captureBeside(_ node: SimulatedNode, at point: String) {
    do {
      guard let tip = try self.currentTip(of: node),
        let ref = try node.refs(node.streamPrefix).filter({ $0.value == tip }).keys.min()
      else { return self.record(node.name, .skipped, "there is no stream to go on from") }
      let message = try node.git(["show", "-s", "--format=%B", tip.hex])
      var environment = node.environment
      let date = max(node.clock.wallSeconds, try node.withStore { try $0.commit(tip).time.seconds })
      for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        environment.variables.removeAll { $0.name.elementsEqual(name.utf8) }
        environment.variables.append(
          .init(name: Array(name.utf8), value: Array("@\(date) +0000".utf8)))
      }
      let words = [
        "commit-tree", "\(tip.hex)^{tree}", "-p", tip.hex, "-m",
        String(decoding: message.output, as: UTF8.self),
      ]
      let made = try World.run("git", words, in: node.work, environment)
      guard let id = ObjectID(hex: made.output.prefix { $0 != 10 }),
        try node.git(["update-ref", ref.displayed, id.hex, tip.hex]).succeeded
      else { throw WorldError("git: \(made.complaint)") }
      node.ledger.tips[ref] = id
      node.ledger.made.insert(id)
      self.noteCopy(id, of: tip)
      node.baseline = Baseline(node)
      // A capture that is overtaken again and again may fail, whatever was before it.
      node.ledger.hasDied = false
      self.record(node.name, .remoteMoved, "\(TraceWords.captured) \(id.short) at \(point)")
    } catch {
      self.record(node.name, .skipped, "\(error)")
    }
  }

  /// Whether some ref there holds a capture; somebody else's may go on from it.
  func isOnRemote(_ tip: ObjectID, _ refs: [String: String]) -> Bool {
    if refs.values.contains(tip.hex) { return true }
    return refs.values.sorted().contains { (try? self.remote.contains(tip.hex, in: $0)) ?? false }
  }
}

extension SimulatedRemote {
  /// Makes a commit that goes on from another, with the same files and the same message.
  func commit(upon tip: String) throws(WorldError) -> String {
    let message = try self.own(["show", "-s", "--format=%B", tip])
    let identity = ["-c", "user.name=copy", "-c", "user.email=copy@example.invalid"]
    let made = try self.own(
      identity + ["commit-tree", "\(tip)^{tree}", "-p", tip, "-m", message])
    return made.filter { !$0.isNewline }
  }
}

extension SimulatedNode {
  /// As its streams are called now: a clone that finds its streams taken goes on under another name.
  var currentSlug: String {
    (try? CloneIdentity(at: self.gitDir))?.newestSlug ?? self.slug
  }

  /// Where its own streams are, in its clone.
  var streamPrefix: String { "\(StreamRefs.streamPrefix)\(self.currentSlug)/" }

  /// What a stream is called since the clone goes on under another name.
  func carried(_ stream: RefName) -> RefName {
    let leaf = StreamRefs.parts(ofStream: stream)?.leaf ?? []
    return RefName(bytes: Array(self.streamPrefix.utf8) + leaf)
  }

  /// The same for the same history of names, and another for each name.
  var nextCloneSuffix: String {
    String(FNV1a("\(self.currentSlug) \(self.number)".utf8).digits.prefix(6))
  }
}
