internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// The remote: a bare repository of its own, and what goes wrong with it.
final class SimulatedRemote {
  let path: GitPath
  private let folder: GitPath
  private let environment: ProcessEnvironment
  private var replaced = 0

  init(in world: GitPath, traits: [ScenarioTrait]) throws {
    self.folder = world
    self.path = world.appending("remote.git")
    let variables = [
      ("PATH", World.path), ("HOME", world.displayed), ("GIT_CONFIG_NOSYSTEM", "1"),
      ("GIT_CONFIG_GLOBAL", "/dev/null"), ("LANG", "C.UTF-8"),
      ("GIT_AUTHOR_DATE", "@\(SimulatedClock.start) +0000"),
      ("GIT_COMMITTER_DATE", "@\(SimulatedClock.start) +0000"),
    ]
    self.environment = ProcessEnvironment(
      variables: variables.map { .init(name: Array($0.0.utf8), value: Array($0.1.utf8)) })
    try self.make()
    let first = world.appending("first")
    let identity = ["-c", "user.name=first", "-c", "user.email=first@example.invalid"]
    try self.git(["init", "-q", "-b", World.branch, first.displayed])
    try Files.write(Array("start\n".utf8), to: first.appending("README"))
    try Files.write(Array("a\n".utf8), to: first.appending("a"))
    try self.addTraits(traits, to: first)
    try self.git(["-C", first.displayed, "add", "-A"])
    try self.git(["-C", first.displayed] + identity + ["commit", "-qm", "start"])
    try self.git(["-C", first.displayed, "push", "-q", self.path.displayed, World.branch])
    Files.remove(first)
  }

  private func make() throws {
    try self.git(["init", "-q", "--bare", "--template=", "-b", World.branch, self.path.displayed])
    // By itself it would at a time of its own.
    for setting in ["receive.autogc=false", "uploadpack.allowFilter=true"] {
      let words = setting.split(separator: "=").map(String.init)
      try self.git(["--git-dir", self.path.displayed, "config"] + words)
    }
  }

  @discardableResult
  func git(_ words: [String]) throws(WorldError) -> String {
    let result = try World.run("git", words, in: self.folder, self.environment)
    guard result.succeeded else {
      throw WorldError("git \(words.joined(separator: " ")): \(result.complaint)")
    }
    return String(decoding: result.output, as: UTF8.self)
  }

  func own(_ words: [String]) throws(WorldError) -> String {
    // A person at the remote minds no hooks.
    try self.git(["-c", "core.hooksPath=/dev/null", "--git-dir", self.path.displayed] + words)
  }

  /// Every ref and the commit it is at, as the files have it: git is asked at the end.
  func refs() -> [String: String] {
    var found: [String: String] = [:]
    let packed = Files.read(self.path.appending("packed-refs")) ?? []
    for line in String(decoding: packed, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[1].hasPrefix("refs/") {
        found[String(words[1])] = String(words[0])
      }
    }
    for name in Files.all(at: GitPath("refs"), in: self.path) {
      guard let bytes = Files.read(self.path.appending(name)),
        let id = ObjectID(hex: bytes.prefix { $0 != 10 })
      else { continue }
      found[String(decoding: name.bytes, as: UTF8.self)] = id.hex
    }
    return found
  }

  /// What git said of pairs, which holds for ever where it has both; the memory of a run stays bounded.
  private var contained: [[String]: Bool] = [:]
  private static let containedMax = 2048

  /// Whether one commit is another or reachable from it.
  func contains(_ ancestor: String, in descendant: String) throws(WorldError) -> Bool {
    if ancestor == descendant { return true }
    if let known = self.contained[[ancestor, descendant]] { return known }
    let result = try World.run(
      "git",
      [
        "--git-dir", self.path.displayed, "merge-base", "--is-ancestor", ancestor, descendant,
      ], in: self.folder, self.environment)
    if self.contained.count == Self.containedMax { self.contained = [:] }
    switch result.ending {
    case .exited(0): self.contained[[ancestor, descendant]] = true
    case .exited(1): self.contained[[ancestor, descendant]] = false
    default: break
    }
    return result.succeeded
  }

  /// What git finds wrong with it; nil: nothing.
  func check() throws(WorldError) -> String? {
    let listing = try self.own(["for-each-ref", "--format=%(refname) %(objectname)"])
    let refs = self.refs().sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    if refs != listing { return "git lists other refs than there are:\n\(listing)" }
    let result = try World.run(
      "git", ["--git-dir", self.path.displayed, "fsck", "--full", "--no-dangling"],
      in: self.folder, self.environment)
    return result.succeeded ? nil : result.complaint
  }

  // MARK: faults

  private var hooks: GitPath { self.path.appending("hooks") }

  func setRefusing(_ isRefusing: Bool) throws {
    try self.setHook(
      "pre-receive", isRefusing ? "#!/bin/sh\necho 'closed for today' >&2\nexit 1\n" : nil)
  }

  /// Has pushes arrive and their answers lost: receive-pack dies once the refs are written.
  func setLosingAnswers(_ isLosing: Bool) throws {
    try self.setHook(
      "reference-transaction",
      isLosing ? "#!/bin/sh\n[ \"$1\" = committed ] && kill -9 $PPID\nexit 0\n" : nil)
  }

  private func setHook(_ name: String, _ script: String?) throws {
    let path = self.hooks.appending(name)
    guard let script else { return Files.remove(path) }
    try Files.make(folder: self.hooks)
    try Files.write(Array(script.utf8), to: path, mode: 0o755)
  }

  func collectGarbage() throws { _ = try self.own(["gc", "-q", "--prune=now"]) }

  func streams(of slug: String) -> [(name: String, id: String)] {
    let prefix = "refs/heads/wip/pulsar/\(slug)"
    return self.refs().filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
      .map { (name: $0.key, id: $0.value) }
  }

  func deleteStreams(of slug: String) throws {
    for (name, _) in self.streams(of: slug) { _ = try self.own(["update-ref", "-d", name]) }
  }

  func rewindStreams(of slug: String) throws {
    for (name, id) in self.streams(of: slug) {
      guard let parent = try? self.own(["rev-parse", "-q", "--verify", "\(id)^"]) else { continue }
      let commit = parent.filter { !$0.isNewline }
      if !commit.isEmpty { _ = try self.own(["update-ref", name, commit]) }
    }
  }

  /// Moves a ref whatever it is at.
  func force(_ ref: String, to commit: String) throws {
    _ = try self.own(["update-ref", ref, commit])
  }

  /// An empty repository takes the place of the old one.
  func recreate() throws {
    self.replaced += 1
    self.contained = [:]
    try Files.move(self.path, to: self.folder.appending("replaced-\(self.replaced).git"))
    try self.make()
  }
}
