internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// The remote: a bare repository of its own, and what goes wrong with it.
final class SimulatedRemote {
  let path: GitPath
  private let folder: GitPath
  private let environment: ProcessEnvironment
  private var replaced = 0
  /// Refs when it was last looked at.
  var known: [String: String] = [:]

  init(in world: GitPath) throws {
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
    try self.git(["-C", first.displayed, "add", "-A"])
    try self.git(["-C", first.displayed] + identity + ["commit", "-qm", "start"])
    try self.git(["-C", first.displayed, "push", "-q", self.path.displayed, World.branch])
    Files.remove(first)
    self.known = try self.refs()
  }

  private func make() throws {
    try self.git(["init", "-q", "--bare", "-b", World.branch, self.path.displayed])
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

  /// Every ref and the commit it is at.
  func refs() throws(WorldError) -> [String: String] {
    let listing = try self.own(["for-each-ref", "--format=%(refname) %(objectname)"])
    var found: [String: String] = [:]
    for line in listing.split(separator: "\n") {
      guard let blank = line.lastIndex(of: " ") else { continue }
      found[String(line[..<blank])] = String(line[line.index(after: blank)...])
    }
    return found
  }

  /// Whether one commit is another or reachable from it.
  func contains(_ ancestor: String, in descendant: String) throws(WorldError) -> Bool {
    if ancestor == descendant { return true }
    let result = try World.run(
      "git",
      [
        "--git-dir", self.path.displayed, "merge-base", "--is-ancestor", ancestor, descendant,
      ], in: self.folder, self.environment)
    return result.succeeded
  }

  func check() throws(WorldError) -> String? {
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

  func streams(of slug: String) throws(WorldError) -> [(name: String, id: String)] {
    let prefix = "refs/heads/wip/pulsar/\(slug)"
    return try self.refs().filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
      .map { (name: $0.key, id: $0.value) }
  }

  func deleteStreams(of slug: String) throws {
    for (name, _) in try self.streams(of: slug) { _ = try self.own(["update-ref", "-d", name]) }
  }

  func rewindStreams(of slug: String) throws {
    for (name, id) in try self.streams(of: slug) {
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
    try Files.move(self.path, to: self.folder.appending("replaced-\(self.replaced).git"))
    try self.make()
  }
}
