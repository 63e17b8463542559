import PulsarCore
import PulsarSystem
import Testing

/// Whether a file that lies there is ours, and as we left it.
@Suite struct UnitFileTests {
  private static func files() throws -> [UnitFile] {
    try SystemdUnits.files(.make()) + SystemdUnits.files(.make(.every(seconds: 60)))
      + [LaunchdAgent.file(.make()), LaunchdAgent.file(.make(.every(seconds: 60)))]
  }

  @Test func `what we wrote is known as ours`() throws {
    for file in try Self.files() { #expect(UnitFile.owner(of: file.bytes) == .us, "\(file.name)") }
  }

  @Test func `any byte that changed is seen`() throws {
    for file in try Self.files() {
      for index in file.bytes.indices {
        var changed = file.bytes
        changed[index] = changed[index] == 0x78 ? 0x79 : 0x78
        #expect(UnitFile.owner(of: changed) != .us, "\(file.name), byte \(index)")
      }
    }
  }

  @Test func `a line added at either end is seen`() throws {
    for file in try Self.files() {
      let line = Array("# mine\n".utf8)
      #expect(UnitFile.owner(of: file.bytes + line) == .usChanged)
      #expect(UnitFile.owner(of: line + file.bytes) == .usChanged)
    }
  }

  @Test(arguments: ["", "\n", "[Service]\nExecStart=/usr/bin/git-pulsar daemon\n"])
  func `a file without our mark is somebody else's`(text: String) {
    #expect(UnitFile.owner(of: Array(text.utf8)) == .somebodyElse)
  }
}
