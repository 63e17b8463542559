import Testing

/// What the index says besides what is staged comes back with it: intent to add, and files that git is not
/// to look at.
@Suite struct IndexFlagTests {
  private struct State: Equatable {
    let status: Bytes
    let index: Bytes
    let flags: Bytes
    let listing: Bytes

    init(_ repository: TestRepository) throws {
      self.status = try repository.git("status", "--porcelain=v2", "--branch")
      self.index = try repository.git("ls-files", "-s")
      self.flags = try repository.git("ls-files", "-v")
      self.listing = try repository.git("ls-files", "-s", "-v")
    }
  }

  static let kinds: [EditCase] = [
    EditCase("only an intent") {
      try $0.write("n.txt", "1\n")
      try $0.git("add", "-N", "n.txt")
    },
    EditCase("with something staged") {
      try $0.write("n.txt", "1\n")
      try $0.append("b.txt", "staged\n")
      try $0.git("add", "b.txt")
      try $0.git("add", "-N", "n.txt")
    },
    EditCase("the name of a file that was renamed") {
      try $0.rename("dir/c.txt", "n.txt")
      try $0.git("add", "-N", "n.txt")
    },
    EditCase("a program, and a file in a folder of its own") {
      try $0.write("tool", "#!/bin/sh\n", mode: 0o755)
      try $0.write("new/er/n.txt", "1\n")
      try $0.git("add", "-N", "tool", "new/er/n.txt")
    },
    EditCase("a file that an ignore rule names") {
      try $0.write(".gitignore", "*.log\n")
      try $0.write("x.log", "1\n")
      try $0.git("add", "-N", "-f", "x.log")
    },
  ]

  @Test(arguments: kinds)
  func `a sync brings intents to add, undo takes them away, and undo again brings them`(
    kind: EditCase
  ) throws {
    let machines = try TwoMachines()
    try machines.on("desktop") { try kind.edit(machines.desktop) }
    let theirs = try machines.on("desktop") { try State(machines.desktop) }
    try machines.desktopCaptures([])
    let laptop = machines.laptop
    #expect(try laptop.pulsar("now").status == 0)
    let before = try State(laptop)
    let sync = try laptop.pulsar("sync", "--yes")
    #expect(sync.status == 0, "\(sync)")
    let after = try State(laptop)
    #expect(after.index == theirs.index)
    let undo = try laptop.pulsar("undo", "--yes")
    #expect(undo.status == 0, "\(undo)")
    #expect(try State(laptop) == before)
    let redo = try laptop.pulsar("undo", "--yes")
    #expect(redo.status == 0, "\(redo)")
    #expect(try State(laptop) == after)
  }

  /// A machine with two files that git is not to look at, one of them changed, beside one that staged
  /// something.
  private static func laptop(_ flag: Bytes) throws -> TestRepository {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.git("update-index", flag, "a.txt", "dir/c.txt")
    try laptop.append("a.txt", "mine\n")
    try machines.on("desktop") {
      try machines.desktop.append("b.txt", "staged\n")
      try machines.desktop.git("add", "b.txt")
    }
    try machines.desktopCaptures([])
    return laptop
  }

  @Test(arguments: ["--skip-worktree", "--assume-unchanged"] as [Bytes])
  func `files that git is not to look at stay so`(flag: Bytes) throws {
    let laptop = try Self.laptop(flag)
    let before = try State(laptop)
    let sync = try laptop.pulsar("sync", "--yes")
    #expect(sync.status == 0, "\(sync)")
    let after = try State(laptop)
    #expect(after.flags == before.flags)
    #expect(after.index != before.index)
    #expect(try laptop.pulsar("undo", "--yes").status == 0)
    #expect(try State(laptop) == before)
    #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\nmine\n")
  }

  /// git is found by the sandbox's own folder of programs first.
  @Test(arguments: ["--skip-worktree", "--assume-unchanged"] as [Bytes])
  func `whoever is killed while the index is set has not touched it`(flag: Bytes) throws {
    let laptop = try Self.laptop(flag)
    let before = try State(laptop)
    let killer = laptop.sandbox.root / "bin/git"
    try Files.write(
      killer,
      "#!/bin/sh\ncase \"$*\" in *\"update-index \(flag)\"*) kill -9 $PPID;; esac\n"
        + "PATH=${PATH#*:} exec git \"$@\"\n", mode: 0o755)
    #expect(try laptop.pulsar("sync", "--yes").status != 0)
    let index = try laptop.git("ls-files", "-s", "-v")
    #expect(index == before.listing)
    try Files.remove(killer)
    #expect(try laptop.pulsar("now").status == 0)
    #expect(try laptop.git("ls-files", "-v") == before.flags)
    #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\nmine\n")
  }
}
