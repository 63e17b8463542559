/// The service files of the Python git-pulsar, whose daemon must not run beside ours.
package enum PythonOriginal {
  package static let service = "com.jacksonferguson.gitpulsar.service"
  package static let timer = "com.jacksonferguson.gitpulsar.timer"

  /// Whether `bytes` are what the original writes into the file `name`, but for the program's path and
  /// the interval, and so hold nothing of the person's own.
  package static func wrote(_ bytes: [UInt8], in name: String) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    switch name {
    case Self.service:
      guard let command = lines.first(where: { $0.hasPrefix("ExecStart=") }),
        command.hasSuffix("git-pulsar-daemon")
      else { return false }
      return text == """
        [Unit]
        Description=Git Pulsar Backup Daemon

        [Service]
        \(command)

        """
    case Self.timer:
      let prefix = "OnUnitActiveSec="
      guard let line = lines.first(where: { $0.hasPrefix(prefix) && $0.hasSuffix("s") }),
        let seconds = Int(line.dropFirst(prefix.count).dropLast())
      else { return false }
      return text == """
        [Unit]
        Description=Run Git Pulsar every \(seconds) seconds

        [Timer]
        OnBootSec=5min
        OnUnitActiveSec=\(seconds)s
        Unit=\(Self.service)

        [Install]
        WantedBy=timers.target

        """
    default: return false
    }
  }
}
