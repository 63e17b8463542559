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
      case .lineEndings: try laptop.configure("core.autocrlf", "true")
      case .sparseCone: try laptop.git("sparse-checkout", "set", "--cone", "dir/deep")
      case .sparsePatterns:
        try laptop.git("sparse-checkout", "set", "--no-cone", "/*", "!/dir/c.txt", "!/new/")
      case .submodule: break
      }
    }

    /// What the desktop does, all of it in ways that the laptop's git cannot say.
    func work(_ desktop: TestRepository, library: Bytes) throws {
      try desktop.write("build/kept", "mine\n")
      try desktop.write("new/run.sh", "#!/bin/sh\n", mode: 0o755)
      try desktop.setMode("a.txt", 0o755)
      try desktop.link("new/link", to: "a.txt")
      try desktop.write("new/dos.bat", "one\r\ntwo\r\n")
      try desktop.remove("dir/c.txt")
      if self == .submodule {
        try desktop.git("submodule", "--quiet", "add", library, "library")
        try desktop.git("reset", "-q")
      }
    }
  }

  @Test(arguments: Trait.allCases)
  func `a session comes back as it was, with what was edited here and nothing else`(
    trait: Trait
  ) throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    let library = try desktop.sandbox.makeRepository(named: "library")
    try library.write("l.txt", "l\n")
    try library.commitAll()
    try fleet.capture("desktop")
    try trait.setUp(fleet.on("laptop"))
    try fleet.capture("laptop")

    try fleet.on("desktop")
    try trait.work(desktop, library: library.top)
    try fleet.capture("desktop")
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
