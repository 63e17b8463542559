import PulsarCore
import PulsarSystem
import Testing

@Suite struct DirectoriesTests {
  @Test func `lie below the home folder by default`() throws {
    let directories = try Directories(environment: ["HOME": "/home/u"])
    #expect(directories.home == GitPath("/home/u"))
    #expect(directories.config == GitPath("/home/u/.config/git-pulsar"))
    #expect(directories.state == GitPath("/home/u/.local/state/git-pulsar"))
  }

  @Test func `follow the XDG variables`() throws {
    let directories = try Directories(
      environment: ["HOME": "/home/u", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s/"])
    #expect(directories.config == GitPath("/c/git-pulsar"))
    #expect(directories.state == GitPath("/s/git-pulsar"))
  }

  @Test(arguments: ["", "relative/folder", "./x"])
  func `take no notice of XDG variables that are not absolute`(value: String) throws {
    let directories = try Directories(
      environment: ["HOME": "/home/u", "XDG_CONFIG_HOME": value, "XDG_STATE_HOME": value])
    #expect(directories.config == GitPath("/home/u/.config/git-pulsar"))
    #expect(directories.state == GitPath("/home/u/.local/state/git-pulsar"))
  }

  @Test(arguments: [nil, "", "u"])
  func `ask the list of accounts when HOME is no help`(home: String?) throws {
    let directories = try Directories(
      environment: home.map { ["HOME": $0] } ?? [:], accountHome: { Array("/accounts/u".utf8) })
    #expect(directories.home == GitPath("/accounts/u"))
  }

  @Test func `are an error in words when nothing tells the home folder`() {
    let error = #expect(throws: SystemError.self) {
      try Directories(environment: [String: String](), accountHome: { nil })
    }
    #expect(error?.whatFailed == "could not find your home folder")
    #expect(error?.whatToDo == "set HOME to an absolute path")
  }

  @Test func `keep the bytes of a home that is not UTF-8`() throws {
    let home: [UInt8] = [0x2F, 0xFF]
    let environment = ProcessEnvironment(entries: [Array("HOME=".utf8) + home])
    #expect(try Directories(environment: environment).home.bytes == home)
  }

  @Test func `find this user's home in the list of accounts`() {
    #expect(Directories.accountHome()?.first == UInt8(ascii: "/"))
  }
}
