import PulsarCore
import TestSupport
import Testing

@Suite struct StreamRefsTests {
  private func leaf(_ branch: String, beside existing: [String], foldsCase: Bool = false) -> String
  {
    let leaf = StreamRefs.leaf(
      for: Branch(branch), clashingWith: existing.map { Array($0.utf8) }, foldsCase: foldsCase)
    return String(decoding: leaf, as: UTF8.self)
  }

  @Test func `names the refs of a stream`() {
    let refs = StreamRefs(slug: "m--1", leaf: Array("a/b".utf8), backupBranch: "wip/pulsar/")
    #expect(refs.stream == RefName("refs/pulsar/streams/m--1/a/b"))
    #expect(refs.pushed == RefName("refs/pulsar/pushed/m--1/a/b"))
    #expect(refs.remote == RefName("refs/heads/wip/pulsar/m--1/a/b"))
    let own = StreamRefs(slug: "m--1", leaf: Array("a".utf8), backupBranch: "refs/pulsar")
    #expect(own.remote == RefName("refs/pulsar/m--1/a"))
  }

  @Test func `a branch keeps its name where it can`() {
    #expect(self.leaf("topic", beside: []) == "topic")
    #expect(self.leaf("topic", beside: ["topic", "topical", "to"]) == "topic")
    #expect(self.leaf("topic/a", beside: ["topic-a", "topic/b"]) == "topic/a")
    #expect(self.leaf("Topic", beside: ["topic"]) == "Topic")
  }

  @Test func `a branch that clashes as file against folder gets a name of its own`() {
    let shorter = self.leaf("topic", beside: ["topic/a"])
    let longer = self.leaf("topic/a", beside: ["topic"])
    #expect(shorter.hasPrefix("topic--") && shorter.utf8.count == 7 + 16)
    #expect(longer.hasPrefix("topic-a--") && longer.utf8.count == 9 + 16)
  }

  @Test func `it keeps that name while its stream exists`() {
    let own = self.leaf("topic", beside: ["topic/a"])
    #expect(self.leaf("topic", beside: [own]) == own)
    #expect(self.leaf("topic", beside: [own, "topic"]) == own)
  }

  @Test func `names that differ only in case clash where the file system folds them`() {
    #expect(self.leaf("Topic", beside: ["topic"], foldsCase: true) != "Topic")
    #expect(self.leaf("TOPIC/a", beside: ["topic"], foldsCase: true) != "TOPIC/a")
    #expect(self.leaf("topic", beside: ["topic"], foldsCase: true) == "topic")
  }

  @Test func `a branch named like the name of another one's stream gets another`() {
    let own = self.leaf("topic", beside: ["topic/a"])
    #expect(self.leaf(own, beside: ["topic/a", own]) != own)
    #expect(!self.leaf(own + "/x", beside: ["topic/a"]).hasPrefix(own + "/"))
  }

  @Test func `a name of its own fits into a file name`() {
    let long = "a/" + String(repeating: "b", count: 240) + "/" + String(repeating: "c", count: 240)
    let leaf = self.leaf(long, beside: ["a"])
    #expect(leaf.utf8.count <= 250)
    #expect(leaf != self.leaf(long + "d", beside: ["a"]))
  }

  /// What a machine does over time: branches get streams, one after the other.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `two branches never share a stream, and no stream is in another's way`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let foldsCase = seed % 2 == 0
    var streams: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<60 {
      var name = (0..<(1 + random.below(3))).map { _ in random.pick(["a", "b", "A", "ab", "a-b"]) }
        .joined(separator: "/")
      if random.below(8) == 0,
        let taken = streams.values.sorted(by: { $0.lexicographicallyPrecedes($1) }).last
      {
        name = String(decoding: taken, as: UTF8.self)
      }
      let branch = Branch(name)
      let leaf = StreamRefs.leaf(
        for: branch, clashingWith: Array(streams.values), foldsCase: foldsCase)
      if let before = streams[branch.name] {
        #expect(before == leaf, "seed \(seed): \(name) moved")
        continue
      }
      for (other, taken) in streams {
        func folded(_ bytes: [UInt8]) -> RefName {
          let text = String(decoding: bytes, as: UTF8.self)
          return RefName(foldsCase ? text.lowercased() : text)
        }
        let shown = "seed \(seed): \(name) beside \(String(decoding: other, as: UTF8.self))"
        #expect(folded(leaf) != folded(taken), "\(shown)")
        #expect(!folded(leaf).clashes(with: folded(taken)), "\(shown)")
      }
      streams[branch.name] = leaf
    }
  }

  @Test func `a detached HEAD has a branch of its own`() throws {
    let id = try #require(ObjectID(hex: "0123456789abcdef0123456789abcdef01234567"))
    #expect(Branch(detachedAt: id).name == Array("detached/0123456789ab".utf8))
  }

  @Test func `a working tree takes the name of its own before any other, if nobody else has it`() {
    let main = Array("main".utf8)
    let own = Array("main--0123456789abcdef".utf8)
    func leaf(_ others: WorktreeLeaves, _ existing: [[UInt8]] = []) -> [UInt8] {
      StreamRefs.leaf(
        for: Branch("main"), clashingWith: existing, foldsCase: false, beside: others)
    }
    #expect(leaf(WorktreeLeaves()) == main)
    #expect(leaf(WorktreeLeaves(own: own)) == own)
    let first = leaf(WorktreeLeaves(taken: [main], worktree: Array("w1".utf8)))
    let other = leaf(WorktreeLeaves(taken: [main], worktree: Array("w2".utf8)))
    #expect(first != main && other != main && first != other)
    #expect(leaf(WorktreeLeaves(own: main, taken: [main], worktree: Array("w1".utf8))) == first)
    let anew = leaf(WorktreeLeaves(taken: [main], worktree: Array("w1".utf8)), [main, first])
    #expect(anew != first && anew != main, "what another one of that name left is not gone on with")
    #expect(RefName(bytes: Array("refs/x/".utf8) + anew).isWellFormed)
  }
}
