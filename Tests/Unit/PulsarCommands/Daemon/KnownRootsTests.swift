import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct KnownRootsTests {
  private static let one = String(repeating: "1", count: 40)
  private static let two = String(repeating: "2", count: 64)

  @Test func `a root is known from then on, also to the next process`() throws {
    let folder = try StateFolder()
    var roots = KnownRoots(stateFolder: folder.path)
    #expect(roots["/a"] == nil)
    try roots.set(Self.one, for: "/a")
    try roots.set(Self.two, for: "/with a space")
    #expect(roots["/a"] == Self.one)
    let again = KnownRoots(stateFolder: folder.path)
    #expect(again["/a"] == Self.one && again["/with a space"] == Self.two)
    #expect(again["/b"] == nil)
  }

  @Test func `a root can be replaced and forgotten`() throws {
    let folder = try StateFolder()
    var roots = KnownRoots(stateFolder: folder.path)
    try roots.set(Self.one, for: "/a")
    try roots.set(Self.one, for: "/b")
    try roots.set(Self.two, for: "/a")
    try roots.set(nil, for: "/b")
    let again = KnownRoots(stateFolder: folder.path)
    #expect(again["/a"] == Self.two && again["/b"] == nil)
  }

  @Test func `what is not understood is not known, and stands in no way`() throws {
    let folder = try StateFolder()
    try folder.write("roots", "nonsense\n\(Self.one)\nabc /a\n\(Self.one) /b\n\n")
    var roots = KnownRoots(stateFolder: folder.path)
    #expect(roots["/a"] == nil && roots["/b"] == Self.one)
    try roots.set(Self.two, for: "/a")
    let again = KnownRoots(stateFolder: folder.path)
    #expect(again["/a"] == Self.two && again["/b"] == Self.one)
  }

  @Test func `a root that cannot be written down holds here`() throws {
    let folder = try StateFolder()
    var roots = KnownRoots(stateFolder: folder.path.appending("none"))
    #expect(throws: (any Error).self) { try roots.set(Self.one, for: "/a") }
    #expect(roots["/a"] == Self.one)
  }
}
