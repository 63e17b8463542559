import PulsarSystem
import Testing

/// The original's service files, as its version 0.15 writes them.
@Suite struct PythonOriginalTests {
  private static let service = """
    [Unit]
    Description=Git Pulsar Backup Daemon

    [Service]
    ExecStart=/home/ada/.local/bin/git-pulsar-daemon

    """
  private static let timer = """
    [Unit]
    Description=Run Git Pulsar every 900 seconds

    [Timer]
    OnBootSec=5min
    OnUnitActiveSec=900s
    Unit=com.jacksonferguson.gitpulsar.service

    [Install]
    WantedBy=timers.target

    """

  private static func isOriginals(_ text: String, _ name: String) -> Bool {
    PythonOriginal.wrote(Array(text.utf8), in: name)
  }

  @Test func `its own files are known`() {
    #expect(Self.isOriginals(Self.service, PythonOriginal.service))
    #expect(Self.isOriginals(Self.timer, PythonOriginal.timer))
  }

  @Test func `files that a person changed are not taken for its own`() {
    for extra in ["Nice=5\n", "# mine\n", "\n"] {
      #expect(!Self.isOriginals(Self.service + extra, PythonOriginal.service))
      #expect(!Self.isOriginals(Self.timer + extra, PythonOriginal.timer))
      #expect(!Self.isOriginals(extra + Self.service, PythonOriginal.service))
    }
    let other = Self.service.replacing("git-pulsar-daemon", with: "my-backup")
    #expect(!Self.isOriginals(other, PythonOriginal.service))
    #expect(!Self.isOriginals("", PythonOriginal.service))
    #expect(!Self.isOriginals(Self.timer, PythonOriginal.service))
    #expect(!Self.isOriginals(Self.service, "git-pulsar.service"))
  }
}
