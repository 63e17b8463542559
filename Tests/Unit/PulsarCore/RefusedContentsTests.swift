import PulsarCore
import Testing

@Suite struct RefusedContentsTests {
  private static let one = ObjectID(bytes: [UInt8](repeating: 1, count: 20))
  private static let two = ObjectID(bytes: [UInt8](repeating: 2, count: 20))
  private static let (a, b) = (GitPath("a"), GitPath("b"))
  private static let refs = StreamRefs(slug: "m--1", leaf: Array("main".utf8), backupBranch: "wip")

  private func group(_ paths: GitPath..., leaf: String = "main") -> RefusedContents.Group {
    RefusedContents.Group(
      leaf: Array(leaf.utf8), time: WallTime(seconds: 1000), words: "no",
      contents: Dictionary(uniqueKeysWithValues: paths.map { ($0, [Self.one]) }))
  }

  @Test func `a path is held while it holds what was refused`() {
    let refused = RefusedContents(groups: [self.group(Self.a)])
    #expect(refused.held(seen: [Self.a: Self.one], isWhole: true) == [Self.a: "no"])
    #expect(refused.held(seen: [Self.a: Self.two], isWhole: true).isEmpty)
    #expect(refused.held(seen: [Self.a: nil], isWhole: true).isEmpty)
    #expect(refused.held(seen: [:], isWhole: true).isEmpty, "gone, or as HEAD has it")
    #expect(refused.held(seen: [:], isWhole: false) == [Self.a: "no"], "nobody looked")
  }

  @Test func `those that nobody named are tried again together`() {
    let refused = RefusedContents(groups: [self.group(Self.a, Self.b)])
    #expect(refused.held(seen: [Self.a: Self.one, Self.b: Self.one], isWhole: true).count == 2)
    #expect(refused.held(seen: [Self.a: Self.one, Self.b: Self.two], isWhole: true).isEmpty)
    #expect(refused.concernOthers(than: [Self.a]))
    #expect(!RefusedContents(groups: [self.group(Self.a)]).concernOthers(than: [Self.a]))
  }

  @Test func `after a day it is tried again`() {
    let refused = RefusedContents(groups: [self.group(Self.a)])
    #expect(!refused.inForce(at: WallTime(seconds: 1000 + 86_399)).isEmpty)
    #expect(refused.inForce(at: WallTime(seconds: 1000 + 86_400)).isEmpty)
  }

  @Test func `each stream finds out for itself`() {
    let refused = RefusedContents(groups: [self.group(Self.a), self.group(Self.b, leaf: "x")])
    #expect(refused.of(Self.refs).groups == [self.group(Self.a)])
    var released = refused
    released.release(Self.refs, besides: [Self.a])
    #expect(released == refused)
    released.release(Self.refs, besides: [Self.b])
    #expect(released.groups == [self.group(Self.b, leaf: "x")])
  }

  @Test func `what was taken after all is forgotten`() {
    var refused = RefusedContents(groups: [self.group(Self.a, Self.b)])
    refused.forget { path, _ in path == Self.a }
    #expect(refused.groups == [self.group(Self.b)])
    refused.forget { _, _ in true }
    #expect(refused.isEmpty)
  }
}
