import Foundation
import Testing

/// Several captures at once, and captures beside the person's own git commands.
@Suite struct TogetherTests {
  /// Files that nobody changes; a tree without one of them is not whole.
  private static let kept = ["kept", "folder/kept"]

  @Test(arguments: [(World.Store.libgit2, 2), (.libgit2, 3), (.git, 2), (.git, 3)])
  func `captures at once take turns and none is lost`(store: World.Store, count: Int) throws {
    let world = try World(store)
    for round in 1...5 {
      try world.write("changed", "round \(round)\n")
      try world.write("new/\(round)", "round \(round)\n")
      let commands = try (0..<count).map { _ in try world.start([Program.path, "now", "--no-push"])
      }
      for command in commands {
        let outcome = command.wait()
        #expect(outcome.status == 0, "round \(round): \(outcome)")
      }
      #expect(try world.capturedTree() == world.trueTree())
    }
    // One capture a round: the others found nothing left to do.
    let captures = try world.git(["rev-list", "--count", "--first-parent", World.stream, "^main"])
    #expect(captures == "5")
    #expect(try world.complaint() == nil)
    #expect(world.litter() == [])
  }

  @Test(arguments: World.Store.allCases)
  func `no git command of the person fails because of captures, and each capture is whole`(
    store: World.Store
  ) throws {
    try self.captureBeside("git gc -q", store)
  }

  /// Pruning at once beside a capture may take what it wrote, and must not take it for good.
  ///
  /// `git gc --prune=now` may list refs before a capture moves one, and delete what it names after
  /// that: git itself warns of using it beside any other command, and it may fail itself when a ref
  /// moves meanwhile, as beside any commit. The ref is parked and the capture made anew then.
  @Test(arguments: World.Store.allCases)
  func `pruning at once beside captures leaves them whole`(store: World.Store) throws {
    try self.captureBeside("git gc -q --prune=now || true", store)
  }

  private func captureBeside(_ cleaning: String, _ store: World.Store) throws {
    let world = try World(store)
    try world.git(["branch", "other"])
    // Fails at the first command that fails.
    let person = """
      set -e
      for round in $(seq 12); do
        echo "$round" >changed; echo "$round" >"new-$round"; git add -A
        git commit -q -m "round $round"; echo "more $round" >>changed; git stash -q
        git checkout -q other; echo "$round" >other; git add other; git commit -q -m "other $round"
        git checkout -q main; git stash pop -q; git pack-refs --all
        if [ $((round % 4)) = 0 ]; then \(cleaning); fi
      done
      """
    let before = try world.start(["sh", "-c", person])
    var statuses: [Int32: Int] = [:]
    repeat {
      let outcome = try world.now()
      statuses[outcome.status, default: 0] += 1
      #expect([0, 3, 75].contains(outcome.status) && !outcome.isCrash, "\(outcome)")
    } while Self.isRunning(before)
    let outcome = before.wait()
    #expect(outcome.status == 0, "\(outcome)")

    let last = try world.now()
    #expect(last.status == 0, "\(last)")
    #expect(try world.capturedTree() == world.trueTree())
    #expect(try world.complaint() == nil)
    #expect(world.litter() == [])
    let streams = ["--glob=refs/pulsar/streams/\(World.slug)", "--not", "--branches"]
    let captures = try world.must(["git", "log", "--format=%H %s"] + streams).lines
      .filter { $0.contains(" backup: ") }.map { String($0.prefix { $0 != " " }) }
    for capture in captures {
      let paths = try world.must(["git", "ls-tree", "-r", "--name-only", capture]).lines
      #expect(Set(Self.kept).isSubset(of: paths), "\(capture): \(paths)")
    }
    print("together, \(store): exits \(statuses), \(captures.count) captures")
  }

  private static func isRunning(_ command: Command) -> Bool {
    var information = siginfo_t()
    let options = WEXITED | WNOWAIT | WNOHANG
    return waitid(P_PID, id_t(command.process), &information, options) == 0
      && information.si_signo == 0
  }
}
