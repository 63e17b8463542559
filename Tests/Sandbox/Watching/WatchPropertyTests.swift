#if canImport(Glibc)
  import Foundation
  import PulsarCore
  import PulsarSystem
  import TestSupport
  import Testing

  @Suite struct WatchPropertyTests {
    /// `SEED` replays one.
    private static let seeds: [UInt64] =
      ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }.map { [$0] }
      ?? (0..<12).map { _ in UInt64.random(in: 0...UInt64.max) }

    @Test(arguments: Self.seeds)
    func `names every path that differs, whatever happened`(seed: UInt64) throws {
      var random = SplitMix64(seed: seed)
      let folder = try WatchedFolder {
        for number in 0..<10 { try Files.write($0 / Bytes("\(number % 3)/\(number)/f"), "x") }
      }
      var world = WatchedWorld(top: folder.top, outside: folder.sandbox.root / "outside")
      for round in 0..<15 {
        folder.forget()
        let before = world.snapshot()
        var steps: [String] = []
        for _ in 0..<random.below(40) {
          steps.append(try world.step(&random))
          if random.below(5) == 0 { folder.read() }
        }
        folder.read()
        let after = world.snapshot()
        for path in Set(before.keys).union(after.keys) where before[path] != after[path] {
          let isNamed =
            folder.paths.contains(path)
            || (after[path] == nil && folder.paths.contains { path.isWithin($0) })
          #expect(isNamed, "SEED=\(seed) round \(round): \(path.displayed) after \(steps)")
        }
        let folders = world.folders.count
        #expect(
          folder.watch.watchCount == folders + 3,
          "SEED=\(seed) round \(round): as many watches as folders, after \(steps)")
      }
      try folder.expectEveryFolderWatched()
    }
  }

  /// A working tree that random things happen to, with a place outside that folders move to and from.
  private struct WatchedWorld {
    let top: Bytes
    let outside: Bytes
    private var count = 0

    init(top: Bytes, outside: Bytes) {
      self.top = top
      self.outside = outside
    }

    private var entries: [Bytes] {
      Files.walk(self.top, entering: { $0 != ".git" }).filter { $0 != ".git" }
    }

    /// The working tree and its folders.
    var folders: [Bytes] {
      [""] + self.entries.filter { Files.status(self.top / $0)?.isFolder == true }
    }

    /// What there is of each path but folders.
    func snapshot() -> [GitPath: [String]] {
      var found: [GitPath: [String]] = [:]
      for path in self.entries {
        guard let status = Files.status(self.top / path), !status.isFolder else { continue }
        let content = (try? status.isLink ? "" : Files.read(self.top / path).text) ?? ""
        found[GitPath(bytes: path.array)] = ["\(status)", content]
      }
      return found
    }

    /// Does one thing and says what.
    mutating func step(_ random: inout SplitMix64) throws -> String {
      self.count += 1
      let folders = self.folders
      let entries = self.entries
      let files = entries.filter { Files.status(self.top / $0)?.isFolder == false }
      let into = random.pick(folders)
      let name = into / Bytes("\(random.below(6))")
      let place = self.top / name
      let isFree = !Files.exists(place)
      switch random.below(10) {
      case 0, 1:
        if Files.status(place)?.isFile == false { return "nothing" }
        try Files.write(place, Bytes("\(self.count)"))
        return "write \(name)"
      case 2:
        guard isFree else { return "nothing" }
        try Files.write(place / "1/2", Bytes("\(self.count)"))
        return "grow \(name)"
      case 3:
        guard !entries.isEmpty else { return "nothing" }
        let path = random.pick(entries)
        try Files.remove(self.top / path)
        return "remove \(path)"
      case 4, 5:
        guard !entries.isEmpty, isFree else { return "nothing" }
        let path = random.pick(entries)
        if GitPath(bytes: name.array).isWithin(GitPath(bytes: path.array)) { return "nothing" }
        try Files.rename(self.top / path, place)
        return "rename \(path) \(name)"
      case 6:
        guard folders.count > 1, !Files.exists(self.outside) else { return "nothing" }
        let path = random.pick(Array(folders.dropFirst()))
        try Files.rename(self.top / path, self.outside)
        return "move out \(path)"
      case 7:
        guard Files.exists(self.outside), isFree else { return "nothing" }
        try Files.write(self.outside / Bytes("while outside \(self.count)"), Bytes("\(self.count)"))
        try Files.rename(self.outside, place)
        return "move in \(name)"
      case 8:
        guard !files.isEmpty else { return "nothing" }
        let path = random.pick(files)
        try Files.remove(self.top / path)
        try Files.write(self.top / path / "3", Bytes("\(self.count)"))
        return "folder for \(path)"
      default:
        guard folders.count > 1 else { return "nothing" }
        let path = random.pick(Array(folders.dropFirst()))
        try Files.remove(self.top / path)
        try Files.makeLink(self.top / path, to: "..")
        return "link for \(path)"
      }
    }
  }
#endif
