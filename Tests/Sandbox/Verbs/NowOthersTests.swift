import Testing

/// `now` captures every registered repository, whatever is wrong with the one it is run in.
@Suite struct NowOthersTests {
  private struct Pair {
    let here: TestRepository
    let other: TestRepository

    init() throws {
      self.here = try TestRepository.make()
      self.other = try self.here.sandbox.makeRepository(named: "other")
      for repository in [self.here, self.other] {
        // Registers it.
        #expect(try repository.pulsar("now", "--here", "--no-push").status == 0)
        try repository.write("new", "1\n")
      }
    }

    /// Runs `now` in `here` and expects that the other is captured all the same.
    func check(status: Int32, saying words: String) throws {
      let before = try self.here.streams().map { try self.here.id($0) }
      let outcome = try self.here.pulsar("now", "--no-push")
      #expect(outcome.status == status && outcome.shown.contains(words), "\(outcome)")
      #expect(outcome.errors.text.components(words) == 1, "said once: \(outcome)")
      let tip = try #require(try self.other.tip())
      #expect(try self.other.content(of: "new", in: tip) == "1\n", "\(outcome)")
      #expect(try self.here.streams().map { try self.here.id($0) } == before)
    }
  }

  @Test func `it is paused`() throws {
    let pair = try Pair()
    #expect(try pair.here.pulsar("pause").status == 0)
    try pair.check(status: 75, saying: "captures of this repository are paused")
  }

  @Test func `a merge is under way in it`() throws {
    let pair = try Pair()
    let head = try pair.here.id("HEAD")
    try pair.here.write(".git/MERGE_HEAD", head + "\n")
    try pair.check(status: 75, saying: "a merge is under way")
  }

  @Test func `it is not registered`() throws {
    let pair = try Pair()
    #expect(try pair.here.pulsar("remove").status == 0)
    try pair.check(status: 1, saying: "it is not registered")
  }

  @Test func `its settings of git are broken`() throws {
    let pair = try Pair()
    let config = try pair.here.read(".git/config")
    try pair.here.write(".git/config", "[broken\n")
    let outcome = try pair.here.pulsar("now", "--no-push")
    #expect(outcome.status == 1 && outcome.shown.contains("bad config"), "\(outcome)")
    #expect(outcome.errors.text.components("bad config") == 1, "said once: \(outcome)")
    let tip = try #require(try pair.other.tip())
    #expect(try pair.other.content(of: "new", in: tip) == "1\n", "\(outcome)")
    try pair.here.write(".git/config", config)
  }

  @Test func `with --here nothing else is captured`() throws {
    let pair = try Pair()
    #expect(try pair.here.pulsar("pause").status == 0)
    #expect(try pair.here.pulsar("now", "--here", "--no-push").status == 75)
    let tip = try #require(try pair.other.tip())
    #expect(try pair.other.content(of: "new", in: tip) == nil)
  }
}

extension String {
  /// How often `words` come in it.
  fileprivate func components(_ words: String) -> Int { self.ranges(of: words).count }
}
