import PulsarCore
import PulsarSystem
import Testing

/// What a service gets of the environment of the person who installs it.
@Suite struct ServiceEnvironmentTests {
  private static func carried(_ entries: String...) -> [String] {
    ProcessEnvironment(entries: entries.map { Array($0.utf8) }).forService.map {
      String(decoding: $0.name + [UInt8(ascii: "=")] + $0.value, as: UTF8.self)
    }
  }

  @Test func `PATH and the XDG folders that are set are carried, nothing else`() {
    #expect(
      Self.carried(
        "XDG_STATE_HOME=/s", "HOME=/home/ada", "PATH=/a:/b", "SSH_AUTH_SOCK=/tmp/agent.1",
        "GIT_DIR=/elsewhere", "XDG_CONFIG_HOME=/c")
        == ["PATH=/a:/b", "XDG_CONFIG_HOME=/c", "XDG_STATE_HOME=/s"])
  }

  @Test func `an XDG folder that is not absolute counts as not set`() {
    #expect(Self.carried("XDG_STATE_HOME=", "XDG_CONFIG_HOME=settings") == [])
  }

  @Test func `of PATH only absolute folders stay, each once`() {
    #expect(Self.carried("PATH=:/a:.:b:/a::/b:") == ["PATH=/a:/b"])
    #expect(Self.carried("PATH=.") == [])
  }

  @Test func `what git puts before PATH is not carried`() {
    #expect(Self.carried("PATH=/usr/lib/git-core:/usr/bin") == ["PATH=/usr/bin"])
  }
}
