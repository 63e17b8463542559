import PulsarSystem
import Testing

@Suite struct MachineStoreNameTests {
  @Test(arguments: [
    ("laptop", "laptop"), ("laptop.local", "laptop"), ("Anna's MacBook.lan", "Anna-s-MacBook"),
    ("localhost", "machine"), ("localhost.localdomain", "machine"), ("", "machine"),
    (".", "machine"),
  ])
  func `suggests the first label of the host's name`(host: String, name: String) {
    #expect(MachineStore.suggestedName(hostName: host) == name)
  }
}
