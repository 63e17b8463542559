import PulsarCore
import PulsarSystem
import Testing

@Suite struct CloneIdentityTests {
  private let machine = Machine(name: "laptop", id: "9a7b2c1d55554444")
  private let other = Machine(name: "desk", id: "1111111111111111")
  private let folder = TemporaryFolder()

  private var commonDir: GitPath { self.folder(".git") }

  private func stored() throws -> CloneIdentity { try CloneIdentity(at: self.commonDir) }

  @Test func `a repository that knows nothing changes nothing`() throws {
    #expect(try self.stored() == CloneIdentity())
    #expect(CloneIdentity().effective(self.machine) == self.machine)
    #expect(CloneIdentity().slug(of: self.machine) == nil)
  }

  @Test func `a fork is in force when it is settled, not before`() throws {
    let fork = Machine(name: "laptop", id: self.machine.id, clone: "ab12cd")
    var identity = CloneIdentity()
    identity.settle(self.machine)
    identity.begin(fork)
    try identity.save(at: self.commonDir)
    #expect(try self.stored() == identity && self.stored().newestSlug == "laptop--9a7b2c1d")
    #expect(try self.stored().effective(self.machine) == self.machine)
    #expect(try self.stored().fork(of: self.machine) == fork)

    identity.settle(fork)
    try identity.save(at: self.commonDir)
    #expect(try self.stored().effective(self.machine) == fork)
    #expect(try self.stored().fork(of: self.machine) == nil)
    #expect(try self.stored().newestSlug == "laptop--9a7b2c1d-ab12cd")
  }

  @Test func `another name keeps the digits and tells the earlier slug`() throws {
    var identity = CloneIdentity()
    identity.settle(Machine(name: "laptop", id: self.machine.id, clone: "ab12cd"))
    let renamed = Machine(name: "tower", id: self.machine.id)
    #expect(identity.effective(renamed).slug == "tower--9a7b2c1d-ab12cd")
    #expect(identity.slug(of: renamed) == "laptop--9a7b2c1d-ab12cd")
  }

  @Test func `machines that share a repository do not take each other's digits`() throws {
    var identity = CloneIdentity()
    identity.settle(Machine(name: "laptop", id: self.machine.id, clone: "ab12cd"))
    identity.settle(self.other)
    try identity.save(at: self.commonDir)
    #expect(try self.stored().effective(self.machine).clone == "ab12cd")
    #expect(try self.stored().effective(self.other) == self.other)
  }

  @Test(arguments: ["", "git-pulsar clone 2\nslug laptop--9a7b2c1d\n", "slug laptop--9a7b2c1d\n"])
  func `a form that is not known is refused, not guessed`(text: String) throws {
    try CloneIdentity().save(at: self.commonDir)
    try put(text, at: self.folder(".git/pulsar/clone"))
    #expect(throws: SystemError.self) { try self.stored() }
  }

  @Test func `the digits are six`() {
    for _ in 0..<200 {
      let suffix = CloneIdentity.randomSuffix()
      let machine = Machine(name: "a", id: "1", clone: suffix)
      #expect(suffix.utf8.count == 6)
      #expect(machine.clone(inSlug: machine.slug) == machine)
    }
  }
}
