import Foundation
import PulsarSystem
import Testing

@Suite struct ProcessEnvironmentTests {
  @Test func `keeps order, bytes, repeated names and further equals signs`() {
    let environment = ProcessEnvironment(
      entries: [
        Array("B=1".utf8), Array("A=x=y".utf8), Array("C=".utf8) + [0xFF], Array("B=2".utf8),
      ])
    #expect(
      environment.variables.map(\.name) == ["B", "A", "C", "B"].map { Array($0.utf8) })
    #expect(environment["A"] == Array("x=y".utf8))
    #expect(environment["C"] == [0xFF])
    #expect(environment["B"] == Array("1".utf8))
    #expect(environment["D"] == nil)
  }

  @Test func `leaves out entries that nobody can ask for`() {
    let environment = ProcessEnvironment(entries: [Array("nothing".utf8), Array("=x".utf8), []])
    #expect(environment.variables.isEmpty)
  }

  @Test func `reads that of this process`() {
    let path = ProcessInfo.processInfo.environment["PATH"]
    #expect(ProcessEnvironment.current()["PATH"] == path.map { Array($0.utf8) })
    #expect(!ProcessEnvironment.current().variables.isEmpty)
  }
}
