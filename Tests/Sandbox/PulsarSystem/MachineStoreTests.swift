import Foundation
import PulsarCore
import PulsarSystem
import Testing

@Suite struct MachineStoreTests {
  @Test func `knows nothing at first, then what it created`() throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder("config"))
    #expect(try store.load() == .init(name: nil, id: nil))
    let machine = try store.create(name: " my laptop\n")
    #expect(machine.name == "my laptop")
    #expect(machine.id.utf8.count == 32)
    #expect(machine.id.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    #expect(try store.load().machine == machine)
    #expect(try content(of: store.namePath) == "my laptop\n")
    #expect(mode(of: store.idPath) == 0o600)
  }

  @Test func `gives two machines two ids`() throws {
    let folder = TemporaryFolder()
    let one = try MachineStore(configFolder: folder("1")).create(name: "a")
    let two = try MachineStore(configFolder: folder("2")).create(name: "a")
    #expect(one.id != two.id)
  }

  @Test func `reads files of the original, with or without a newline`() throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder.path)
    try put("laptoplaptop00000000", at: store.idPath)
    try put(" Büro 1\r\n", at: store.namePath)
    #expect(try store.load().machine == Machine(name: "Büro 1", id: "laptoplaptop00000000"))
  }

  @Test func `keeps an id that has lost its name, and a name that has lost its id`() throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder.path)
    try put("abc\n", at: store.idPath)
    #expect(try store.load().machine == nil)
    #expect(try store.create(name: "new") == Machine(name: "new", id: "abc"))
    #expect(try content(of: store.idPath) == "abc\n")
    #expect(unlink(text(store.idPath)) == 0)
    let again = try store.create(name: "other")
    #expect(again.name == "new")
    #expect(again.id != "abc")
  }

  @Test(arguments: [
    ("", "it is empty"), (" \n\t\n", "it is empty"),
    (String(repeating: "a", count: 201), "it is longer than 200 bytes"),
    ("a\nb", "it holds control characters"), ("a\u{7F}b", "it holds control characters"),
  ])
  func `refuses absurd content by the name of its file, and leaves it`(
    written: String, why: String
  ) throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder.path)
    try put(written, at: store.idPath)
    let error = #expect(throws: SystemError.self) { try store.load() }
    #expect(error?.whatFailed == "could not use '\(text(store.idPath))'")
    #expect(error?.why == why)
    #expect(throws: SystemError.self) { try store.create(name: "x") }
    #expect(try content(of: store.idPath) == written)
  }

  @Test func `refuses bytes that are not UTF-8`() throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder.path)
    try AtomicFile.replace(store.namePath, with: [0x61, 0xFF])
    let error = #expect(throws: SystemError.self) { try store.load() }
    #expect(error?.path == store.namePath)
    #expect(error?.why == "it is not UTF-8")
  }

  @Test(arguments: ["", "  ", "a\u{1B}b"])
  func `writes nothing for a name that is none`(name: String) throws {
    let folder = TemporaryFolder()
    #expect(throws: SystemError.self) {
      try MachineStore(configFolder: folder.path).create(name: name)
    }
    #expect(try folder.names == [])
  }

  @Test func `first runs at once agree on one machine`() throws {
    let folder = TemporaryFolder()
    let store = MachineStore(configFolder: folder.path)
    let failures = inThreads(8) { number in
      let machine = try store.create(name: "name-\(number)")
      if try store.load().machine != machine { throw Disagreement() }
    }
    #expect(failures.isEmpty)
    #expect(try folder.names == ["machine_id", "machine_name"])
  }

  private struct Disagreement: Error {}
}
