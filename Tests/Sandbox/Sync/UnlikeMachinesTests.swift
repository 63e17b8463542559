import Testing

/// Two machines whose git does not say the same of the same files: what one of them cannot say is not
/// undone on the other.
@Suite struct UnlikeMachinesTests {
  /// What sets the laptop apart from the desktop.
  enum Trait: CaseIterable {
    case ignoredByPerson, ignoredByClone, ignoredBySetting, noModes, noLinks, lineEndings
    case sparseCone, sparsePatterns, submodule

    func setUp(_ laptop: TestRepository) throws {
      switch self {
      case .ignoredByPerson:
        try Files.write(laptop.sandbox.home / "rules", "build/\n")
        try laptop.git("config", "--global", "core.excludesFile", laptop.sandbox.home / "rules")
      case .ignoredByClone: try laptop.append(".git/info/exclude", "build/\n")
      case .ignoredBySetting: try laptop.sandbox.configure("[files]\nignore = [\"build\"]\n")
      case .noModes: try laptop.configure("core.fileMode", "false")
      case .noLinks: try laptop.configure("core.symlinks", "false")
      case .lineEndings:
        // As a clone with the setting has them.
        try laptop.configure("core.autocrlf", "true")
        try laptop.git("rm", "-r", "-q", "--cached", ".")
        try laptop.git("reset", "-q", "--hard")
      case .sparseCone: try laptop.git("sparse-checkout", "set", "--cone", "dir/deep")
      case .sparsePatterns:
        try laptop.git("sparse-checkout", "set", "--no-cone", "/*", "!/dir/c.txt", "!/new/")
      case .submodule: break
      }
    }

    /// What the desktop does, all of it in ways that the laptop's git cannot say.
    func work(_ desktop: TestRepository) throws {
      try desktop.write("build/kept", "mine\n")
      try desktop.write("new/run.sh", "#!/bin/sh\n", mode: 0o755)
      try desktop.setMode("a.txt", 0o755)
      try desktop.link("new/link", to: "a.txt")
      try desktop.write("new/dos.bat", "one\r\ntwo\r\n")
      try desktop.remove("dir/c.txt")
      if self == .submodule {
        try desktop.append("library/l.txt", "more\n")
        try desktop.git("-C", "library", "commit", "-q", "-a", "-m", "more")
      }
    }
  }

  @Test(arguments: Trait.allCases)
  func `a session comes back as it was, with what was edited here and nothing else`(
    trait: Trait
  ) throws {
    let fleet = try Self.prepared(trait)
    let taken = try fleet.sync("laptop")
    #expect(taken.status == 0, "\(taken)")
    try Self.edit(fleet, "edited\n")
    try Self.expectOnlyTheEdit(fleet, "after a sync")

    // Without the record, the newest capture tells.
    let laptop = try fleet.on("laptop")
    try Files.remove(laptop.gitFolders().own / "pulsar/synced")
    try Self.edit(fleet, "without the record\n")
    try Self.expectOnlyTheEdit(fleet, "after the record was lost")

    try fleet.on("laptop")
    try laptop.git("switch", "-q", "-c", "side")
    try fleet.capture("laptop")
    try laptop.git("switch", "-q", "main")
    try Self.edit(fleet, "back from another branch\n")
    try Self.expectOnlyTheEdit(fleet, "after switching branches")

    try fleet.on("laptop")
    try laptop.git("commit", "-q", "-a", "-m", "work")
    try Self.edit(fleet, "committed and edited\n")
    try Self.expectOnlyTheEdit(fleet, "after a commit")

    // A second session, taken back and taken again.
    try fleet.on("desktop").append("new/dos.bat", "three\r\n")
    try fleet.capture("desktop")
    let second = try fleet.sync("laptop")
    #expect(second.status == 0, "\(second)")
    let undone = try fleet.on("laptop").pulsar("undo", "--yes")
    #expect(undone.status == 0, "\(undone)")
    try fleet.capture("laptop")
    let third = try fleet.sync("laptop")
    #expect(third.status == 0, "\(third)")
    try Self.edit(fleet, "twice\n")
    try Self.expectOnlyTheEdit(fleet, "after an undo and another sync")
  }

  /// Where the two clones were set up, and the desktop has captured its work.
  private static func prepared(_ trait: Trait) throws -> Fleet {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    if trait == .submodule {
      let library = try desktop.sandbox.makeRepository(named: "library")
      try library.write("l.txt", "l\n")
      try library.commitAll()
      try desktop.git("submodule", "--quiet", "add", library.top, "library")
      try desktop.commitAll()
      try desktop.git("push", "-q", "origin", "main")
    }
    try fleet.capture("desktop")
    try trait.setUp(fleet.on("laptop"))
    try fleet.capture("laptop")
    try fleet.on("desktop")
    try trait.work(desktop)
    try fleet.capture("desktop")
    return fleet
  }

  /// Every file, ignored ones too, with what is in it.
  private static func files(_ clone: TestRepository) -> [String] {
    Files.walk(clone.top) { $0 != ".git" }.filter { !"\($0)".hasSuffix(".git") }.map { path in
      let full = clone.top / path
      let status = Files.status(full)
      let content = status?.isFolder == true ? "" : (try? Files.read(full)) ?? ""
      return "\(path) \(status?.mode ?? 0) \(content)"
    }.sorted()
  }

  @Test(arguments: Trait.allCases)
  func `undo leaves files, staging area and git's answer as they were`(trait: Trait) throws {
    let fleet = try Self.prepared(trait)
    let laptop = try fleet.on("laptop")
    let before = (
      Self.files(laptop), try laptop.porcelain(), try laptop.git("ls-files", "-s", "-t")
    )
    let taken = try fleet.sync("laptop")
    #expect(taken.status == 0, "\(taken)")
    #expect(Self.files(laptop) != before.0)
    let undone = try fleet.on("laptop").pulsar("undo", "--yes")
    #expect(undone.status == 0, "\(undone)")
    #expect(Self.files(laptop) == before.0)
    #expect(try laptop.porcelain() == before.1)
    #expect(try laptop.git("ls-files", "-s", "-t") == before.2)
    // And nothing of it is taken for work of this machine.
    try fleet.capture("laptop")
    let tree = try fleet.tree("desktop")
    let back = try fleet.sync("desktop")
    #expect(back.status == 0, "\(back)")
    #expect(try fleet.tree("desktop") == tree)
  }

  @Test(arguments: Trait.allCases)
  func `a finalize here commits the session as it was, and git has nothing to report`(
    trait: Trait
  ) throws {
    let fleet = try Self.prepared(trait)
    let wanted = try fleet.tree("desktop")
    let taken = try fleet.sync("laptop")
    #expect(taken.status == 0, "\(taken)")
    let laptop = try fleet.on("laptop")
    let done = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(done.status == 0, "\(done)")
    #expect(try laptop.id("HEAD^{tree}") == wanted)
    #expect(try laptop.git("status", "--porcelain", "--ignore-submodules=all") == "")
  }

  @Test(arguments: [Trait.noModes, .ignoredByClone, .lineEndings])
  func `what a stash takes away and brings back is as the session had it`(trait: Trait) throws {
    let fleet = try Self.prepared(trait)
    let taken = try fleet.sync("laptop")
    #expect(taken.status == 0, "\(taken)")
    let laptop = try fleet.on("laptop")
    try laptop.git("stash", "push", "-q", "--include-untracked")
    try fleet.capture("laptop")
    try laptop.git("stash", "pop", "-q")
    try fleet.capture("laptop")
    let tree = try fleet.tree("desktop")
    let back = try fleet.sync("desktop")
    #expect(back.status == 0, "\(back)")
    #expect(try fleet.tree("desktop") == tree)
  }

  private static func edit(_ fleet: Fleet, _ text: Bytes) throws {
    try fleet.on("laptop").append("dir/deep/d.txt", text)
    try fleet.capture("laptop")
  }

  /// Syncs the desktop, where nobody did anything since.
  private static func expectOnlyTheEdit(_ fleet: Fleet, _ when: Comment) throws {
    let before = try fleet.tree("desktop")
    let outcome = try fleet.sync("desktop")
    #expect(outcome.status == 0, "\(when): \(outcome)")
    let after = try fleet.tree("desktop")
    let changed = try fleet.on("desktop").git("diff-tree", "-r", "--name-only", before, after)
    #expect(changed == "dir/deep/d.txt", when)
  }
}
