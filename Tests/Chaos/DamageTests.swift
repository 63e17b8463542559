import Foundation
import Testing

/// Locks that somebody holds or left, and state that is damaged.
@Suite struct DamageTests {
  private func expectCapture(_ world: World, _ outcome: Command.Outcome) throws {
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try world.capturedTree() == world.trueTree())
    #expect(try world.complaint() == nil)
    #expect(world.litter() == [])
  }

  @Test(arguments: World.Store.allCases)
  func `a lock on the person's index keeps no capture out and stays`(store: World.Store) throws {
    let world = try World(store)
    try world.edit()
    let lock = "\(world.gitFolder)/index.lock"
    try Folder.write(lock, "theirs")
    let outcome = try world.now()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(Folder.read(lock) == Array("theirs".utf8))
    unlink(lock)
    try self.expectCapture(world, outcome)
  }

  @Test
  func `a capture waits for the one that holds our lock`() throws {
    let world = try World()
    try world.edit()
    let file = open("\(world.gitFolder)/pulsar/lock", O_RDWR | O_CLOEXEC)
    try #require(file >= 0)
    defer { close(file) }
    try #require(flock(file, LOCK_EX) == 0)
    let command = try world.start([Program.path, "now", "--no-push"])
    // Until the system says that it waits for the lock.
    var status = stat()
    fstat(file, &status)
    let end = ":\(status.st_ino) 0 EOF"
    while true {
      let locks = String(decoding: Folder.read("/proc/locks") ?? [], as: UTF8.self)
      let waiting = locks.split(separator: "\n").filter { $0.contains("->") && $0.hasSuffix(end) }
      if !waiting.isEmpty { break }
      sched_yield()
    }
    #expect(try world.capturedTree() == nil)
    // What changes during the wait is captured too.
    try world.write("new/late", "late\n")
    flock(file, LOCK_UN)
    try self.expectCapture(world, command.wait())
  }

  @Test(arguments: World.Store.allCases)
  func `locks and scratch files that a killed capture left are swept`(store: World.Store) throws {
    let world = try World(store)
    try world.edit()
    #expect(try world.now().status == 0)
    try world.write("changed", "again\n")
    for path in [
      "\(World.stream).lock", "refs/pulsar/pushed/\(World.slug)/main.lock", "pulsar_index",
      "pulsar_index.lock", "pulsar/scratch-1-1/tree/file", "pulsar/stat-cache.1",
      "pulsar/.pulsar-tmp-999999999-1",
    ] { try Folder.write("\(world.gitFolder)/\(path)", "left over") }
    let outcome = try world.now()
    try self.expectCapture(world, outcome)
  }

  @Test(arguments: World.Store.allCases)
  func `state files full of nonsense hold nothing up`(store: World.Store) throws {
    let world = try World(store)
    try world.edit()
    // With the clock ahead a cache is written.
    let first = try Faults(world).run(["now", "--no-push"]).outcome
    #expect(first.status == 0, "\(first)")
    let folder = "\(world.gitFolder)/pulsar"
    let cache = try #require(Folder.read("\(folder)/stat-cache"))
    var flipped = cache
    flipped[flipped.count / 2] ^= 1
    let nonsense: [[UInt8]] = [
      [], Array(cache.dropLast(9)), flipped, Array("git-pulsar stat cache 999\n".utf8),
      [UInt8](repeating: 0xFF, count: 5000), [UInt8](repeating: 0, count: 5000),
    ]
    for (round, bytes) in nonsense.enumerated() {
      try world.write("changed", "round \(round)\n")
      for name in ["stat-cache", "push-state", "lock", "push.lock"] {
        try Folder.write("\(folder)/\(name)", bytes)
      }
      try self.expectCapture(world, try world.now())
    }
  }

  @Test(arguments: World.Store.allCases, [0, 10])
  func `a damaged object is written anew`(store: World.Store, bytes: Int) throws {
    let world = try World(store)
    try world.write("changed", "what is to be captured\n")
    // As a power cut leaves it: the name, and nothing or little below it.
    let id = try world.git(["hash-object", "-w", "changed"])
    let path = "\(world.gitFolder)/objects/\(id.prefix(2))/\(id.dropFirst(2))"
    let whole = try #require(Folder.read(path))
    unlink(path)
    try Folder.write(path, Array(whole.prefix(bytes)))
    let outcome = try world.now()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(Folder.read(path)?.isEmpty == false)
    #expect(
      try world.git(["cat-file", "blob", "\(World.stream):changed"]) == "what is to be captured")
    try self.expectCapture(world, outcome)
  }

  @Test(arguments: World.Store.allCases)
  func `a staged object without content is written anew from the file`(
    store: World.Store
  ) throws {
    let world = try World(store)
    try world.write("changed", "what is staged\n")
    try world.git(["add", "changed"])
    let id = try world.git(["hash-object", "changed"])
    let path = "\(world.gitFolder)/objects/\(id.prefix(2))/\(id.dropFirst(2))"
    unlink(path)
    try Folder.write(path, "")
    let outcome = try world.now()
    #expect(try world.git(["cat-file", "blob", "\(World.stream):changed"]) == "what is staged")
    try self.expectCapture(world, outcome)
  }

  @Test(.enabled(if: Tools.modesCanBind, "file modes do not bind us, and there is no setpriv"))
  func `a repository that cannot be written to is named and left alone`() throws {
    let world = try World()
    try world.edit()
    let before = Untouched(world)
    let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    let prefix = geteuid() == 0 ? user : []
    if geteuid() == 0 {
      try world.git(["config", "--global", "--add", "safe.directory", "*"])
    } else {
      try world.must(["chmod", "-R", "a-w", world.gitFolder])
    }
    defer { _ = try? world.run(["chmod", "-R", "u+w", world.gitFolder]) }
    let outcome = try world.run(prefix + [Program.path, "now", "--no-push"])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(!outcome.isCrash, "\(outcome)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    #expect(outcome.errors.lowercased().contains("permission"), "\(outcome)")
    #expect(try world.capturedTree() == nil)
    let changed = before.differences(after: Untouched(world))
    #expect(changed.filter { $0 != "~/.gitconfig changed" && geteuid() == 0 } == [])
  }

  @Test(arguments: World.Store.allCases)
  func `a disk that is really full is named, and the next capture works`(
    store: World.Store
  ) throws {
    let world = try World(store)
    let disk = "\(world.root)/disk"
    mkdir(disk, 0o755)
    let options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]
    guard try world.run(["mount"] + options, in: world.root).status == 0 else {
      print("full disk: mounting is not allowed here, not tried")
      return
    }
    defer { _ = try? world.run(["umount", "-l", disk], in: world.root) }
    try world.edit()
    try world.must(["cp", "-a", "\(world.gitFolder)/objects", disk])
    Folder.remove("\(world.gitFolder)/objects")
    symlink("\(disk)/objects", "\(world.gitFolder)/objects")
    let filler = open("\(disk)/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    let bytes = [UInt8](repeating: 1, count: 4096)
    while write(filler, bytes, bytes.count) > 0 {}
    close(filler)
    let before = Untouched(world)
    let outcome = try world.now()
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("the disk is full"), "\(outcome)")
    #expect(try world.capturedTree() == nil)
    #expect(before.differences(after: Untouched(world)) == [])
    unlink("\(disk)/filler")
    try self.expectCapture(world, try world.now())
  }
}
