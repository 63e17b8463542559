import PulsarCore
import PulsarEngine
import Testing

@Suite struct StreamCarryingTests {
  private let store = FakeStore()

  private func ref(_ slug: String, _ leaf: String) -> RefName {
    RefName("refs/pulsar/streams/\(slug)/\(leaf)")
  }

  private func carry() throws -> [RefName] {
    try StreamCarrying(store: self.store).carry(from: "old--1", to: "new--1")
  }

  @Test func `every stream goes on under the new slug, and stays under the old one`() throws {
    let one = self.store.commit(["a": "1"])
    let two = self.store.commit(["a": "2"], parents: [one])
    self.store.set(self.ref("old--1", "main"), to: two)
    self.store.set(self.ref("old--1", "topic/a"), to: one)
    self.store.set(self.ref("old--12", "main"), to: one)
    #expect(try self.carry() == [])
    #expect(self.store.heads[self.ref("new--1", "main")] == two)
    #expect(self.store.heads[self.ref("new--1", "topic/a")] == one)
    #expect(self.store.heads[self.ref("old--1", "main")] == two)
    #expect(self.store.heads.count == 5)
  }

  @Test func `a stream that is there already only moves forward`() throws {
    let one = self.store.commit(["a": "1"])
    let two = self.store.commit(["a": "2"], parents: [one])
    let other = self.store.commit(["z": "1"])
    for (leaf, tip) in [("ahead", one), ("behind", two), ("foreign", two)] {
      self.store.set(self.ref("old--1", leaf), to: tip)
    }
    self.store.set(self.ref("new--1", "ahead"), to: two)
    self.store.set(self.ref("new--1", "behind"), to: one)
    self.store.set(self.ref("new--1", "foreign"), to: other)
    #expect(try self.carry() == [self.ref("old--1", "ahead"), self.ref("old--1", "foreign")])
    #expect(self.store.heads[self.ref("new--1", "ahead")] == two)
    #expect(self.store.heads[self.ref("new--1", "behind")] == two)
    #expect(self.store.heads[self.ref("new--1", "foreign")] == other)
  }

  @Test func `one that is damaged or whose name clashes holds up no other`() throws {
    let tip = self.store.commit(["a": "1"])
    let lost = try #require(ObjectID(hex: String(repeating: "a", count: 40)))
    self.store.set(self.ref("old--1", "a"), to: lost)
    self.store.set(self.ref("old--1", "b"), to: tip)
    self.store.failingCall = 3
    #expect(try self.carry() == [self.ref("old--1", "a")])
    #expect(self.store.heads[self.ref("new--1", "b")] == tip)
    self.store.set(self.ref("old--1", "a"), to: tip)
    self.store.set(self.ref("new--1", "a/b"), to: tip)
    self.store.failingCall = self.store.calls + 3
    #expect(try self.carry() == [self.ref("old--1", "a")])
  }

  @Test func `what may succeed another time is not given up`() throws {
    let tip = self.store.commit(["a": "1"])
    self.store.set(self.ref("old--1", "a"), to: tip)
    for error in [
      StoreError.full(cause: "told to"), .failed(operation: "a test", cause: "told to"),
    ] {
      self.store.error = error
      self.store.failingCall = self.store.calls + 3
      #expect(throws: error) { try self.carry() }
    }
    #expect(try self.carry() == [])
    #expect(self.store.heads[self.ref("new--1", "a")] == tip)
  }
}
