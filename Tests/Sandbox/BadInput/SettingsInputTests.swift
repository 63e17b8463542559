import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Settings files that are broken or hostile: named by file and line, not used, and captures go on.
@Suite struct SettingsInputTests {
  enum File: String, CaseIterable {
    case repository, global

    func path(_ repository: TestRepository) -> Bytes {
      switch self {
      case .repository: repository.top / "pulsar.toml"
      case .global: repository.sandbox.home / ".config/git-pulsar/config.toml"
      }
    }

    var name: String { self == .repository ? "pulsar.toml" : "config.toml" }
  }

  static let texts: [(content: Bytes, said: String)] = [
    ("[core\nx", ":1: it is not valid TOML"),
    ("[core]\ncommand = \"touch ran\"\n", ":2: there is no key core.command"),
    ("[hooks]\nrun = \"touch ran\"\n", "there is no table hooks"),
    ("[core]\nbackup_branch = \"../../x\"\n", ":2: core.backup_branch"),
    ("[daemon]\ncommit_interval = 1000000000\n", ":2: daemon.commit_interval is 1000000000"),
    ("[daemon]\ncommit_interval = 99999999999999999999\n", ":2: it is not valid TOML"),
    ("[daemon]\npush_interval = -1\n", ":2: daemon.push_interval is -1"),
    ("[limits]\nlarge_file_threshold = \"99999999999999GB\"\n", "limits.large_file_threshold"),
    ("[files]\nignore = \"*\"\n", "files.ignore"),
    ("[files]\nignore = [\"a\\nb\"]\n", "files.ignore"),
    ("core = 1\n", "core"),
    (Bytes("a = " + String(repeating: "[", count: 100_000)), "nested too deep"),
    (Bytes("[" + String(repeating: "a.", count: 100_000) + "b]"), "nested too deep"),
    (Bytes("a = " + String(repeating: "{a=", count: 50_000)), "nested too deep"),
    (Bytes(String(repeating: "# x\n", count: 500_000)), "larger than"),
    (
      Bytes(Array("[core]\nremote_name = \"".utf8) + [0xFF, 0xFE] + Array("\"\n".utf8)), "not UTF-8"
    ),
    ("a\0b = 1\n", "control character"),
  ]

  @Test(arguments: File.allCases, texts)
  func `a settings file that is wrong is named and captures go on`(
    file: File, text: (content: Bytes, said: String)
  ) throws {
    let repository = try TestRepository.makeChanged()
    try Files.write(file.path(repository), text.content)
    let before = try Untouched(repository)
    let outcome = try repository.pulsar("now", "--no-push")
    outcome.expectEnd(status: 0, ["captured", file.name, text.said])
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(!Files.exists(repository.top / "ran"))
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"))
    try repository.pulsar("status").expectEnd(status: 0, [text.said])
    try repository.pulsar("config", "--list").expectEnd(status: 1, [text.said])
  }

  enum Odd: String, CaseIterable {
    case passwords, zeros, loop, queue, folder, unreadable
  }

  @Test(arguments: File.allCases, Odd.allCases)
  func `a settings file that is no plain file is named and nobody waits for it`(
    file: File, odd: Odd
  ) throws {
    let repository = try TestRepository.makeChanged()
    let path = file.path(repository)
    switch odd {
    case .passwords: try Files.makeLink(path, to: "/etc/passwd")
    case .zeros: try Files.makeLink(path, to: "/dev/zero")
    case .loop: try Files.makeLink(path, to: Bytes(file.name))
    case .queue: try Files.makeNode(path, kind: S_IFIFO)
    case .folder: try Files.makeFolder(path)
    case .unreadable: try Files.write(path, "[core]\n", mode: 0)
    }
    let outcome = try repository.pulsar("now", "--no-push", isPowerless: true)
    // Left out of the capture too, where it is unreadable.
    outcome.expectEnd(
      status: odd == .unreadable && file == .repository ? 3 : 0, ["captured", file.name])
    #expect(!outcome.shown.contains("root:"), "\(outcome)")
    #expect(outcome.errors.lines.count == 1, "\(outcome)")
    try repository.pulsar("status", isPowerless: true).expectEnd(status: 0, [file.name])
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"))
  }

  @Test func `a repository's file names no remote that git does not know`() throws {
    let repository = try TestRepository.makeChanged()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    for name: Bytes in ["elsewhere", "https://example.invalid/x", "--upload-pack=touch ran", ""] {
      try repository.write("pulsar.toml", "[core]\nremote_name = \"" + name + "\"\n")
      try repository.pulsar("now").expectEnd(status: 0, ["core.remote_name", "pushed"])
    }
    #expect(!Files.exists(repository.top / "ran"))
  }

  // MARK: the registry

  @Test func `a registry full of odd lines is read for what is good in it`() throws {
    let repository = try TestRepository.makeChanged()
    let sandbox = repository.sandbox
    let registry = sandbox.state / "git-pulsar/registry"
    let file = sandbox.root / "a file"
    try Files.write(file, "x")
    let odd: Bytes =
      "\n\r\n" + repository.top + "\r\n   \n" + repository.top + "  \n/nowhere/at all\n"
      + "relative/path\n/\0\n" + file + "\n/etc/passwd/x\n" + Bytes([0x2F, 0xFF, 0xFE, 0x0A])
      + Bytes("/" + String(repeating: "long", count: 2000))
    try Files.write(registry, odd)
    let list = try repository.pulsar("list")
    list.expectEnd(status: 0, ["relative/path", "/nowhere/at all", "missing"])
    try self.expectJSON(repository.pulsar("list", "--json"))
    try repository.pulsar("now", "--no-push").expectEnd(
      status: 0, ["captured", "'/nowhere/at all' is missing", "\(repository.top)  ' is missing"])
    try sandbox.pulsar(["now", "--no-push"], in: sandbox.scratchFolder()).expectEnd(
      status: 0, ["nothing changed"])
    #expect(try Files.read(registry) == odd)
    try repository.pulsar("remove", "relative/path").expectSentence("is not registered")
    try repository.pulsar("remove", file).expectEnd(status: 0)
    #expect(try Files.read(registry).array.count == odd.array.count - file.array.count - 1)
  }

  private func expectJSON(_ outcome: ChildProcess.Outcome) throws {
    #expect(!outcome.isCrash && outcome.status == 0, "\(outcome)")
    #expect(JSON.isValid(outcome.output), "\(outcome)")
  }

  @Test func `a registry that is no file is named and nobody waits for it`() throws {
    let repository = try TestRepository.makeChanged()
    let registry = repository.sandbox.state / "git-pulsar/registry"
    for round in 0..<3 {
      try Files.remove(registry)
      switch round {
      case 0: try Files.makeFolder(registry)
      case 1: try Files.makeNode(registry, kind: S_IFIFO)
      default: try Files.makeLink(registry, to: "/dev/zero")
      }
      for verb: Bytes in ["now", "list", "remove"] {
        try repository.pulsar(verb).expectSentence("registry")
      }
    }
  }
}
