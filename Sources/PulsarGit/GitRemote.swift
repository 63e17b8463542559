package import PulsarCore
package import PulsarEngine

/// A remote as the person's own git reaches it: with their credentials, ssh settings, proxies and
/// URL rewrites.
package final class GitRemote: Remote {
  private let repository: Repository
  private let name: String
  private let alias: String
  private let settings: [(key: [UInt8], value: [UInt8])]
  /// Addresses besides the one that is pushed to, which `git push` would push to as well.
  package let addressesLeft: Int
  /// Tells the place that is pushed to from another, without saying which it is.
  package let placeMark: String

  /// Nothing for so long, and a transfer counts as stuck.
  private let stallSeconds: Int

  /// - Parameters:
  ///   - repository: whose remote it is.
  ///   - name: of the remote.
  ///   - stallSeconds: nothing moves for so long, and a transfer is given up; how long it takes as a
  ///     whole does not matter.
  /// - Throws: `RemoteError.notConfigured` when the repository has no remote of that name.
  package init(
    _ repository: Repository, name: String, stallSeconds: Int = 300
  ) throws(RemoteError) {
    self.stallSeconds = stallSeconds
    let isConfigured =
      !name.isEmpty && !name.hasPrefix("-") && repository.config.bytes("remote.\(name).url") != nil
    guard isConfigured || repository.config.bytes("remote.\(name).pushurl") != nil else {
      throw .notConfigured(name: name)
    }
    self.repository = repository
    self.name = name
    self.alias = "git-pulsar/\(name)"
    let settings = Self.settings(of: name, for: self.alias, repository.config)
    self.settings = settings.map { (Array($0.key.utf8), $0.value) }
    let pushURLs = repository.config.all("remote.\(name).pushurl")
    let addresses = pushURLs.isEmpty ? repository.config.all("remote.\(name).url") : pushURLs
    self.addressesLeft = max(0, addresses.count - 1)
    let url = settings.first { $0.key.hasSuffix(".url") }?.value ?? []
    self.placeMark = Self.placeMark(of: name, url: url)
  }

  static func placeMark(of name: String, url: [UInt8]) -> String {
    String(FNV1a(Array(name.utf8) + [0] + url).value, radix: 16)
  }

  /// The settings of the remote under another name, without what it fetches: a push to the name itself
  /// would leave a remote-tracking ref behind.
  private static func settings(
    of name: String, for alias: String, _ config: GitConfig
  ) -> [(key: String, value: [UInt8])] {
    let prefix = "remote.\(name)."
    let left = ["url", "pushurl", "fetch", "push", "mirror", "prune", "prunetags", "tagopt"]
    var settings: [(key: String, value: [UInt8])] = []
    let pushURL = config.all(prefix + "pushurl").first
    if let url = pushURL ?? config.all(prefix + "url").first {
      settings.append(("remote.\(alias).url", url))
    }
    if let pushURL { settings.append(("remote.\(alias).pushurl", pushURL)) }
    for key in config.keys(withPrefix: prefix) {
      let leaf = String(key.dropFirst(prefix.count))
      if left.contains(leaf) || leaf.contains(".") { continue }
      for value in config.all(key) {
        settings.append(("remote.\(alias).\(leaf)", value))
      }
    }
    return settings
  }

  /// The branch that the remote's HEAD is at; nil when it does not tell.
  package func defaultBranch() throws(RemoteError) -> Branch? {
    let result = try self.run(["ls-remote", "--symref", "--", self.listed(), "HEAD"])
    guard result.succeeded else { throw self.failure(result) }
    let start = Array("ref: refs/heads/".utf8)
    for line in result.output.split(separator: UInt8(ascii: "\n")) where line.starts(with: start) {
      return Branch(name: Array(line.dropFirst(start.count).prefix { $0 != 0x09 }))
    }
    return nil
  }

  package func resolve(_ ref: RefName) throws(RemoteError) -> ObjectID? {
    try self.list(matching: CommandWord(ref)).first { $0.name == ref }?.id
  }

  package func list(prefix: String) throws(RemoteError) -> [(name: RefName, id: ObjectID)] {
    try self.list(matching: CommandWord("\(prefix)*"))
      .filter { $0.name.bytes.starts(with: prefix.utf8) }.sorted { $0.name < $1.name }
  }

  /// A pattern may match more than is meant: also what only ends in it.
  private func list(
    matching pattern: CommandWord
  ) throws(RemoteError) -> [(name: RefName, id: ObjectID)] {
    let result = try self.run(["ls-remote", "--refs", "--", self.listed(), pattern])
    guard result.succeeded else { throw self.failure(result) }
    return result.output.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: 0x09, maxSplits: 1)
      guard fields.count == 2, let id = ObjectID(hex: fields[0]) else { return nil }
      return (RefName(bytes: Array(fields[1])), id)
    }
  }

  package func fetch(_ refs: [(from: RefName, to: RefName)]) throws(RemoteError) {
    if refs.isEmpty { return }
    let refspecs = refs.map { CommandWord("+") + CommandWord($0.from) + ":" + CommandWord($0.to) }
    let place = try self.listed()
    let result = try RefMotion.during(self.repository.location) { () throws(RemoteError) in
      try self.run(
        [
          "fetch", "--progress", "--no-tags", "--no-prune", "--no-write-fetch-head", "--refmap=",
          "--recurse-submodules=no", "--no-auto-maintenance", "--no-show-forced-updates", "--",
          place,
        ] + refspecs,
        settings: ["fetch.pruneTags=false", "fetch.writeCommitGraph=false"])
    }
    guard result.succeeded else { throw self.failure(result) }
  }

  /// Brings older history of a branch, and of the remote's default branch, into a shallow clone.
  ///
  /// No ref is moved, and no tag comes along.
  ///
  /// - Parameters:
  ///   - commits: how many more; nil for all there are.
  ///   - branch: one that the remote may not have.
  /// - Throws: `RemoteError` when it could not be brought.
  package func deepen(by commits: Int?, _ branch: Branch) throws(RemoteError) {
    let ref = RefName(bytes: Array("refs/heads/".utf8) + branch.name)
    let listed = try self.list(matching: CommandWord(ref)).contains { $0.name == ref }
    let place = try self.listed()
    let depth = CommandWord(commits.map { "--deepen=\($0)" } ?? "--unshallow")
    let result = try self.run(
      [
        "fetch", "--progress", depth, "--no-tags", "--no-prune", "--no-write-fetch-head",
        "--refmap=", "--recurse-submodules=no", "--no-auto-maintenance", "--", place,
        CommandWord("HEAD"),
      ] + (listed ? [CommandWord(ref)] : []),
      settings: ["fetch.pruneTags=false", "fetch.writeCommitGraph=false"])
    // A clone that got all meanwhile is shallow no more.
    let said = String(decoding: result.errors, as: UTF8.self)
    if commits == nil, said.contains("--unshallow on a complete repository") { return }
    guard result.succeeded else { throw self.failure(result) }
  }

  package func push(
    _ commit: ObjectID, to ref: RefName, expecting expected: ObjectID?
  ) throws(RemoteError) {
    try self.pushLargeFiles(commit, ref, expected)
    // The message asks hosts not to start their machinery; no push option does, as one that knows none
    // would refuse the push.
    let lease =
      CommandWord("--force-with-lease=") + CommandWord(ref) + ":" + CommandWord(expected?.hex ?? "")
    let result = try self.run(
      [
        "push", "--porcelain", "--progress", "--no-verify", "--no-signed", "--no-follow-tags",
        "--recurse-submodules=no", lease, "--", CommandWord(self.alias),
        CommandWord(commit) + ":" + CommandWord(ref),
      ],
      settings: ["push.gpgSign=false", "push.pushOption="])
    if !result.succeeded { throw self.failure(result, ref) }
  }

  /// Does what the hook of git-lfs would do, as hooks do not run: without the files that the capture
  /// only points to, it would not survive the loss of this machine.
  ///
  /// Where git-lfs is lacking, the pointers go alone, and that is written down: the next push with
  /// git-lfs sends all that was left behind.
  private func pushLargeFiles(
    _ commit: ObjectID, _ ref: RefName, _ expected: ObjectID?
  ) throws(RemoteError) {
    let config = self.repository.config
    let folder = self.repository.location.commonDir.appending("lfs")
    guard !config.keys(withPrefix: "filter.lfs.").isEmpty,
      config.bytes("lfs.storage") != nil || FileStamp.of(folder) != nil
    else { return }
    var left = PointersOnly(at: self.repository.location.commonDir)
    let base = left[ref].map { $0.base } ?? expected
    let old = base?.hex ?? String(repeating: "0", count: commit.hex.utf8.count)
    let line =
      ref.bytes + Array(" \(commit.hex) ".utf8) + ref.bytes + Array(" \(old)\n".utf8)
    let result = try self.run(["lfs", "pre-push", CommandWord(self.name)], input: line)
    if result.succeeded {
      if left[ref] != nil {
        left[ref] = nil
        left.save()
      }
      return
    }
    guard String(decoding: result.errors, as: UTF8.self).contains("'lfs' is not a git command")
    else { throw self.failure(result) }
    if left[ref] == nil, try self.addsPointers(commit, to: base) {
      left[ref] = PointersOnly.Stretch(base: base)
      left.save()
    }
  }

  /// Whether a pointer of git-lfs is in a commit that is not in the same file of `base`.
  private func addsPointers(_ commit: ObjectID, to base: ObjectID?) throws(RemoteError) -> Bool {
    let empty = try self.run(["hash-object", "-t", "tree", "--stdin"])
    let from =
      base.map(CommandWord.init)
      ?? CommandWord(bytes: Array(empty.output.prefix { $0 != UInt8(ascii: "\n") }))
    let found = try self.run([
      "diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--diff-filter=d", "--name-only",
      "-G^oid sha256:[0-9a-f]{64}$", from, CommandWord(commit),
    ])
    guard found.succeeded else { throw self.failure(found) }
    return !found.output.isEmpty
  }

  /// Where to list: what is pushed to may not be what is fetched from.
  private func listed() throws(RemoteError) -> CommandWord {
    let config = self.repository.config
    // A push URL that is written down is not rewritten.
    guard config.bytes("remote.\(self.name).pushurl") == nil,
      config.keys(withPrefix: "url.").contains(where: { $0.hasSuffix(".pushinsteadof") })
    else { return CommandWord(self.alias) }
    // git tells this of remotes in its files only, which the alias is not.
    let result = try self.run(["remote", "get-url", "--push", "--", CommandWord(self.name)])
    guard result.succeeded else { throw self.failure(result) }
    return CommandWord(bytes: Array(result.output.prefix { $0 != UInt8(ascii: "\n") }))
  }

  private func run(
    _ arguments: [CommandWord], settings: [String] = [], input: [UInt8] = []
  ) throws(RemoteError) -> ChildProcess.Result {
    do {
      // Without a terminal neither git nor ssh can stop to ask.
      let git = self.repository.graphGit.with(config: self.settings)
      let process = try git.start(arguments, settings: settings, hasTerminal: false)
      return try git.finish(process, input: input, stallSeconds: self.stallSeconds, by: .bytesMoved)
    } catch {
      throw .failed(remote: self.name, cause: error.why)
    }
  }

  private func failure(_ result: ChildProcess.Result, _ ref: RefName? = nil) -> RemoteError {
    RemoteComplaint(result).error(
      remote: self.name, ref: ref, stalled: result.ending == .stalled ? self.stallSeconds : nil)
  }
}
