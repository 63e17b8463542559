import PulsarCore
import PulsarEngine
import Testing

@Suite struct KnownStreamsTests {
  private let store = FakeStore()

  @Test func `a stream's branch is what its newest capture says`() throws {
    let base = self.store.commit(["a": "0"])
    let flat = String(decoding: StreamRefs.flattened(Array("topic/a".utf8)), as: UTF8.self)
    let tip = self.store.capture(["a": "1"], of: "desk--2", on: "topic/a", after: [base])
    self.store.setStream("desk--2", flat, to: tip)
    self.store.setStream("old", "topic/a", to: base)
    let streams = try KnownStreams(in: self.store)
    #expect(streams.of(Branch("topic/a")).map(\.slug) == ["desk--2", "old"])
    #expect(streams.of(Branch(flat)).isEmpty)
    #expect(streams.all.first?.machineName == "desk")
  }

  @Test func `marks are no streams, damage stops nothing, and what is no stream is left out`()
    throws
  {
    let base = self.store.commit(["a": "0"])
    let mark = self.store.mark(consuming: [], result: base)
    let gone = ObjectID(bytes: Array(repeating: 9, count: 20))
    let leaf = String(decoding: FinalizationMark.leaf, as: UTF8.self)
    self.store.setStream("desk--2", leaf, to: mark)
    self.store.setStream("desk--2", to: gone)
    self.store.setStream("lap--1", to: base)
    self.store.set(RefName("refs/pulsar/streams/lonely"), to: base)
    let streams = try KnownStreams(in: self.store)
    #expect(streams.all.map(\.slug) == ["lap--1"])
    #expect(streams.markTips == [mark])
    #expect(streams.damaged == [RefName("refs/pulsar/streams/desk--2/main")])
  }

  @Test func `the mark of others' streams changes with them, and not with ours`() throws {
    let base = self.store.commit(["a": "0"])
    let next = self.store.commit(["a": "1"], parents: [base])
    self.store.setStream("lap--1", to: base)
    self.store.setStream("desk--2", to: base)
    func mark() throws -> String { try KnownStreams(in: self.store).mark(besides: "lap--1") }
    let before = try mark()
    self.store.setStream("lap--1", to: next)
    #expect(try mark() == before)
    self.store.setStream("desk--2", to: next)
    #expect(try mark() != before)
    self.store.setStream("desk--2", to: base)
    #expect(try mark() == before)
    let leaf = String(decoding: FinalizationMark.leaf, as: UTF8.self)
    self.store.setStream(
      "lap--1", leaf, to: self.store.mark(consuming: [], result: base))
    #expect(try mark() != before)
  }
}
