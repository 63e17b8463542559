import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What surrounds a repository: environment, settings, hooks, locks, owners.
@Suite struct SurroundingsTests {
  /// With a change of each kind, and something staged.
  private func make() throws -> TestRepository {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    try repository.write("new.txt", "n\n")
    try repository.remove("b.txt")
    try repository.append("dir/c.txt", "staged\n")
    try repository.git("add", "dir/c.txt")
    return repository
  }

  static let environments: [(String, Bytes)] = [
    ("GIT_DIR", ".git"), ("GIT_WORK_TREE", "."), ("GIT_INDEX_FILE", ".git/index.elsewhere"),
    ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
    ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nonexistent"), ("GIT_COMMON_DIR", "/nonexistent"),
    ("GIT_NAMESPACE", "other"), ("GIT_PREFIX", "dir/"), ("GIT_CEILING_DIRECTORIES", "/"),
    ("GIT_DEFAULT_HASH", "sha256"), ("GIT_ATTR_SOURCE", "HEAD"), ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_ICASE_PATHSPECS", "1"), ("GIT_QUARANTINE_PATH", "/nonexistent"),
    ("GIT_CONFIG_PARAMETERS", "'core.bare=true' 'core.fileMode=false'"), ("GIT_INDEX_VERSION", "4"),
    ("GIT_TRACE", "1"), ("GIT_EXTERNAL_DIFF", "/bin/false"), ("GIT_SHALLOW_FILE", "/nonexistent"),
    ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_GRAFT_FILE", "/nonexistent"),
    ("GIT_TEST_SPLIT_INDEX", "1"), ("GIT_EXEC_PATH", "/nonexistent"),
  ]

  @Test(arguments: environments)
  func `a GIT_ variable changes nothing`(name: String, value: Bytes) throws {
    let repository = try self.make()
    _ = try repository.sandbox.makeRepository(named: "other")
    try repository.checkCapture(environment: [name: value])
  }

  @Test(arguments: [
    ("GIT_DIR", "/nonexistent"), ("GIT_DIR", "../other/.git"), ("GIT_WORK_TREE", "/"),
    ("GIT_WORK_TREE", "dir"),
  ])
  func `where another repository is named, nothing is done`(name: String, value: Bytes) throws {
    let repository = try self.make()
    _ = try repository.sandbox.makeRepository(named: "other")
    for verb: Bytes in ["now", "status", "sync", "finalize"] {
      let outcome = try repository.pulsar(verb, environment: [name: value])
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.shown.contains("\(name) names"), "\(outcome)")
    }
    #expect(try repository.streams() == [])
  }

  @Test(
    arguments: [
      [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesFile",
        "GIT_CONFIG_VALUE_0": "../it's ours",
      ],
      ["GIT_CONFIG_PARAMETERS": #"'core.excludesFile'='../it'\''s ours' 'a.b'="#],
      ["GIT_CONFIG_PARAMETERS": #"'core.excludesFile=../it'\''s ours'"#],
    ] as [[String: Bytes]])
  func `settings in the environment hold`(environment: [String: Bytes]) throws {
    let repository = try self.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.write("../it's ours", "*.key\n")
    try repository.write("a.key", "secret\n")
    let capture = try repository.checkCapture(
      Judge.Departures(ignored: ["*.key"]), arguments: [], environment: environment)
    #expect(capture.outcome.shown.contains("pushed to"), "\(capture.outcome)")
    #expect(try !repository.paths(in: capture.tree).contains("a.key"))
  }

  @Test func `git hands on what was given by -c`() throws {
    let repository = try self.make()
    try repository.write("../my rules", "*.key\n")
    try repository.write("a.key", "secret\n")
    _ = try repository.pulsar("status")
    let folder = Bytes(Program.path.array[..<(Program.path.array.lastIndex(of: 0x2F) ?? 0)])
    let path = folder + ":/usr/local/bin:/usr/bin:/bin"
    let outcome = try repository.sandbox.run(
      ["git", "-c", "core.excludesFile=../my rules", "pulsar", "now", "--no-push"],
      in: repository.top, environment: ["PATH": path])
    #expect(outcome.status == 0, "\(outcome)")
    let tip = try #require(try repository.tip())
    #expect(try !repository.paths(in: tip).contains("a.key"))
  }

  @Test func `settings in the environment do not say which repository it is`() throws {
    let repository = try self.make()
    try repository.checkCapture(environment: [
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "true",
    ])
  }

  @Test func `the author and committer are the person`() throws {
    let repository = try self.make()
    let capture = try repository.checkCapture()
    let people = try repository.git("show", "-s", "--format=%an <%ae>%n%cn <%ce>", capture.commit)
    #expect(
      people.lines == [
        "Test Person <laptop@example.invalid>", "Test Person <laptop@example.invalid>",
      ])
  }

  @Test(arguments: [false, true])
  func `where nobody is configured, it is git-pulsar`(staged: Bool) throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    if staged { try repository.git("add", "a.txt") }
    for key: Bytes in ["user.name", "user.email"] {
      try repository.git("config", "--global", "--unset", key)
    }
    try repository.git("config", "--global", "user.useConfigOnly", "true")
    let capture = try repository.checkCapture()
    #expect(
      try repository.git("show", "-s", "--format=%an <%ae>|%cn <%ce>", capture.commit)
        == "git-pulsar <pulsar@localhost>|git-pulsar <pulsar@localhost>")
  }

  @Test func `nothing is signed where signing is switched on`() throws {
    let repository = try self.make()
    let program = repository.sandbox.root / "bin/sign"
    let marker = repository.sandbox.root / "signed"
    try Files.write(program, "#!/bin/sh\necho >'\(marker)'\nexit 1\n", mode: 0o755)
    for (key, value): (Bytes, Bytes) in [
      ("commit.gpgSign", "true"), ("tag.gpgSign", "true"), ("push.gpgSign", "true"),
      ("gpg.program", program), ("user.signingKey", "ABCDEF"),
    ] { try repository.configure(key, value) }
    let capture = try repository.checkCapture()
    #expect(!Files.exists(marker))
    #expect(try !repository.git("cat-file", "commit", capture.commit).contains("gpgsig"))
  }

  @Test(arguments: [".git/hooks", "hooks of mine"] as [Bytes])
  func `no hook runs, capturing or pushing`(folder: Bytes) throws {
    let repository = try self.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    let marker = repository.sandbox.root / "hooks-run"
    for name in [
      "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-index-change",
      "reference-transaction", "pre-push", "pre-auto-gc", "post-checkout", "post-rewrite",
      "fsmonitor-watchman", "push-to-checkout", "update", "post-update", "pre-applypatch",
    ] {
      let script: Bytes = "#!/bin/sh\necho \(name) >>'\(marker)'\nexit 1\n"
      let path =
        folder.starts(with: ".git") ? repository.top / folder : repository.sandbox.root / folder
      try Files.write(path / Bytes(name), script, mode: 0o755)
    }
    if !folder.starts(with: ".git") {
      try repository.configure("core.hooksPath", repository.sandbox.root / folder)
    }
    try Files.remove(marker)
    try repository.checkCapture(arguments: [])
    let run = Files.exists(marker) ? try Files.read(marker) : ""
    #expect(run == "", "hooks that ran: \(run)")
  }

  @Test func `a hook that watches the file system does not run`() throws {
    let repository = try TestRepository.make()
    let marker = repository.sandbox.root / "watched"
    let hook = repository.sandbox.root / "bin/watch"
    try Files.write(hook, "#!/bin/sh\necho >'\(marker)'\nprintf 'token\\0/\\0'\n", mode: 0o755)
    try repository.configure("core.fsmonitor", hook)
    try repository.git("update-index", "--fsmonitor")
    try repository.git("status", environment: ["GIT_OPTIONAL_LOCKS": "1"])
    try #require(Files.exists(marker), "the set-up failed: git does not run the hook")
    try repository.append("a.txt", "more\n")
    try repository.git("add", "a.txt")
    try repository.append("a.txt", "even more\n")
    try Files.remove(marker)
    try repository.checkCapture()
    #expect(!Files.exists(marker))
  }

  @Test func `external diff and text conversion programs do not run`() throws {
    let repository = try self.make()
    let marker = repository.sandbox.root / "converted"
    let program = repository.sandbox.root / "bin/convert"
    try Files.write(program, "#!/bin/sh\necho >'\(marker)'\ncat \"$1\"\n", mode: 0o755)
    try repository.configure("diff.external", program)
    try repository.configure("diff.mine.textconv", program)
    try repository.configure("diff.mine.command", program)
    try repository.write(".gitattributes", "*.txt diff=mine\n")
    try repository.checkCapture()
    #expect(!Files.exists(marker))
  }

  static let settings: [(Bytes, Bytes)] = [
    ("core.logAllRefUpdates", "always"), ("core.precomposeUnicode", "true"),
    ("core.quotePath", "true"), ("core.safecrlf", "true"), ("status.showUntrackedFiles", "no"),
    ("status.renames", "copies"), ("status.relativePaths", "false"), ("status.branch", "true"),
    ("status.submoduleSummary", "true"), ("status.short", "true"), ("diff.noprefix", "true"),
    ("diff.renames", "copies"), ("diff.ignoreSubmodules", "all"), ("core.checkStat", "minimal"),
    ("core.trustctime", "false"), ("core.preloadIndex", "false"), ("index.threads", "1"),
    ("core.abbrev", "4"), ("color.ui", "always"), ("color.status", "always"),
    ("core.commentChar", ";"), ("i18n.commitEncoding", "ISO-8859-1"),
    ("i18n.logOutputEncoding", "ISO-8859-1"),
    ("commit.cleanup", "scissors"), ("commit.template", "/nonexistent"), ("core.pager", "false"),
    ("core.multiPackIndex", "true"), ("gc.auto", "1"), ("maintenance.auto", "true"),
    ("core.sharedRepository", "group"), ("core.ignoreStat", "true"), ("add.ignoreErrors", "false"),
    ("core.compression", "0"), ("core.bigFileThreshold", "1"), ("core.protectNTFS", "true"),
    ("core.createObject", "rename"), ("log.showSignature", "true"), ("trace2.eventTarget", "1"),
    ("feature.manyFiles", "true"), ("user.name", "Ünïcode 🔭"),
  ]

  @Test(arguments: settings)
  func `a setting of the person's changes nothing`(key: Bytes, value: Bytes) throws {
    let repository = try self.make()
    try repository.write("ü/名前.txt", "x\n")
    try repository.git("config", "--global", key, value)
    try repository.checkCapture()
    try repository.append("a.txt", "again\n")
    try repository.checkCapture()
  }

  @Test func `no reflog is kept of captures`() throws {
    let repository = try self.make()
    try repository.configure("core.logAllRefUpdates", "always")
    try repository.checkCapture()
    #expect(!Files.exists(repository.top / ".git/logs/refs/pulsar"))
  }

  @Test(
    arguments: [
      "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock",
      "refs/heads/main.lock",
    ] as [Bytes])
  func `a lock of somebody else's is left alone and in nobody's way`(name: Bytes) throws {
    let repository = try self.make()
    try Files.write(repository.top / ".git" / name, "held")
    try repository.checkCapture()
    #expect(Files.exists(repository.top / ".git" / name))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a repository away"))
  func `a repository of somebody else's is refused in words, and nothing is captured`() throws {
    let repository = try self.make()
    try repository.checkCapture()
    try repository.append("a.txt", "theirs\n")
    let tip = try repository.tip()
    let before = try Untouched(repository)
    let give = { (owner: Bytes) throws in
      _ = try repository.sandbox.run(["chown", "-R", owner, repository.top], in: "/")
    }
    try give("65534")
    let outcome = try repository.pulsar("now", "--no-push")
    try give("0")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("safe.directory"), "\(outcome)")
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(try repository.tip() == tip)
  }

  @Test(
    .enabled(if: geteuid() == 0, "only root can give a repository away"),
    arguments: [false, true])
  func `a repository of somebody else's that is declared safe is captured`(byStar: Bool) throws {
    let repository = try self.make()
    try repository.git(
      "config", "--global", "--add", "safe.directory", byStar ? "*" : repository.top)
    _ = try repository.sandbox.run(["chown", "-R", "65534", repository.top], in: "/")
    try repository.checkCapture()
  }
}
