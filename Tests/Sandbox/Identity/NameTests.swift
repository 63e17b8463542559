import Testing

/// A machine that gets its name.
@Suite struct NameTests {
  /// A clone on a machine without name and id; others have the names on the remote.
  private func make(used names: [String]) throws -> TestRepository {
    let world = try IdentityWorld()
    for (number, name) in names.enumerated() {
      try world.sandbox.git(
        ["update-ref", Bytes("refs/heads/wip/pulsar/\(name)--\(number)0000000/main"), "main"],
        in: world.remote)
    }
    let repository = try world.clone()
    for file: Bytes in ["machine_name", "machine_id"] {
      try Files.remove(world.sandbox.home / ".config/git-pulsar" / file)
    }
    return repository
  }

  /// Bare `git pulsar` on a terminal of its own.
  private func register(
    _ repository: TestRepository, answers: Bytes
  ) throws -> ChildProcess.Outcome {
    try repository.sandbox.run(
      ["script", "-qec", Program.path, "/dev/null"], in: repository.top, input: answers)
  }

  private func name(_ repository: TestRepository) throws -> Bytes {
    try Files.read(repository.sandbox.home / ".config/git-pulsar/machine_name").line
  }

  /// As the program takes it from the host.
  private func hostName() throws -> String {
    let outcome = try TestRepository.makeEmpty().sandbox.run(["uname", "-n"], in: "/")
    return String(outcome.output.line.text.prefix { $0 != "." })
  }

  @Test func `a name that nobody has is taken as it is written`() throws {
    let repository = try self.make(used: ["desk"])
    let outcome = try self.register(repository, answers: "my laptop\n")
    #expect(try self.name(repository) == "my laptop", "\(outcome)")
    #expect(outcome.shown.contains("A name for this machine"), "\(outcome)")
    #expect(outcome.shown.contains("this machine is my-laptop--"), "\(outcome)")
    #expect(!outcome.shown.contains("already"), "\(outcome)")
  }

  @Test func `a name that another machine has is told, and another one can be chosen`() throws {
    let repository = try self.make(used: ["desk"])
    let outcome = try self.register(repository, answers: "Desk\nno\ntower\n")
    #expect(try self.name(repository) == "tower", "\(outcome)")
    #expect(
      outcome.shown.contains("another machine is called so already: 'desk--00000000'"),
      "\(outcome)")
  }

  @Test func `a name that another machine has can be wanted all the same`() throws {
    let repository = try self.make(used: ["desk"])
    let outcome = try self.register(repository, answers: "desk\nyes\n")
    #expect(try self.name(repository) == "desk", "\(outcome)")
  }

  @Test func `the suggestion is a name that nobody has`() throws {
    let host = try self.hostName()
    let repository = try self.make(used: [host, "\(host)-2"])
    let outcome = try self.register(repository, answers: "\n")
    #expect(try self.name(repository) == Bytes("\(host)-3"), "\(outcome)")
    #expect(outcome.shown.contains("is called '\(host)' already"), "\(outcome)")
  }

  @Test func `without a terminal it is the host's name, and said that another has it`() throws {
    let host = try self.hostName()
    let repository = try self.make(used: [host])
    let outcome = try repository.sandbox.pulsar([], in: repository.top)
    outcome.expectEnd(
      status: 0, ["this machine is called '\(host)'", "'\(host)--00000000'", "machine_name'"])
    #expect(try self.name(repository) == Bytes(host))
  }

  @Test func `a remote that cannot be asked is no obstacle`() throws {
    let repository = try self.make(used: [])
    try repository.git("remote", "set-url", "origin", "/nowhere/at/all")
    let outcome = try self.register(repository, answers: "desk\n")
    #expect(try self.name(repository) == "desk", "\(outcome)")
    #expect(outcome.shown.contains("this machine is desk--"), "\(outcome)")
  }

  @Test func `a remote that never answers is not waited for`() throws {
    let repository = try self.make(used: [])
    try repository.configure(
      "remote.origin.uploadpack", "f() { while :; do sleep 1; done; }; f")
    let outcome = try repository.sandbox.pulsar([], in: repository.top)
    outcome.expectEnd(status: 0, ["this machine is called"])
  }

  @Test func `a machine that has a name is not asked`() throws {
    let repository = try self.make(used: ["desk"])
    let settings = repository.sandbox.home / ".config/git-pulsar"
    try Files.write(settings / "machine_name", "desk\n")
    try Files.write(settings / "machine_id", "abcdef0123456789\n")
    let outcome = try self.register(repository, answers: "")
    #expect(outcome.shown.contains("this machine is desk--abcdef01"), "\(outcome)")
    #expect(!outcome.shown.contains("already:"), "\(outcome)")
  }
}
