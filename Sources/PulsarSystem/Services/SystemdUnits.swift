import PulsarCore

/// The text of systemd user units.
///
/// Source: systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.timer(5) of systemd 252.
package enum SystemdUnits {
  package static let service = "git-pulsar.service"
  package static let timer = "git-pulsar.timer"

  /// - Returns: the service, and with an interval the timer that starts it.
  package static func files(_ service: BackgroundService) throws(UnitTextError) -> [UnitFile] {
    switch service.schedule {
    case .always: [try Self.daemon(service)]
    case .every(let seconds): [try Self.pass(service), Self.timer(seconds)]
    }
  }

  private static func daemon(_ service: BackgroundService) throws(UnitTextError) -> UnitFile {
    Self.sealed(
      Self.service,
      """
      [Unit]
      Description=git-pulsar: captures your git working trees in the background
      Documentation=man:git-pulsar(1)
      # A service that gives up would be noticed when the work is lost: it is tried for ever.
      StartLimitIntervalSec=0

      [Service]
      Type=notify
      \(try Self.command(service))
      Restart=on-failure
      RestartSec=30s
      # A wrong command line, or no program there: to try again would not help.
      RestartPreventExitStatus=64 203
      # The daemon reports at half of this; one that hangs is ended and started anew.
      WatchdogSec=10min
      # Told to stop, it captures what is dirty first. Its git children must not be told.
      KillMode=mixed
      TimeoutStopSec=30s
      \(Self.manners)

      [Install]
      WantedBy=default.target

      """)
  }

  private static func pass(_ service: BackgroundService) throws(UnitTextError) -> UnitFile {
    Self.sealed(
      Self.service,
      """
      [Unit]
      Description=git-pulsar: one capture of your git working trees
      Documentation=man:git-pulsar(1)

      [Service]
      Type=oneshot
      \(try Self.command(service))
      # Partly done, or a repository is busy: the next pass takes it up.
      SuccessExitStatus=3 75
      # A pass that hangs must not keep the next ones from starting.
      TimeoutStartSec=1h
      KillMode=mixed
      TimeoutStopSec=30s
      \(Self.manners)

      """)
  }

  private static func timer(_ seconds: Int) -> UnitFile {
    // Where many machines start at once, they need not push at once.
    let spread = max(1, min(60, seconds / 10))
    return Self.sealed(
      Self.timer,
      """
      [Unit]
      Description=git-pulsar: a capture of your git working trees every \(seconds) s
      Documentation=man:git-pulsar(1)

      [Timer]
      OnStartupSec=1min
      OnUnitActiveSec=\(seconds)s
      RandomizedDelaySec=\(spread)s
      AccuracySec=\(spread)s

      [Install]
      WantedBy=timers.target

      """)
  }

  /// What keeps it out of the person's way.
  ///
  /// Nothing here takes rights away. Every such option of a user unit needs NoNewPrivileges (setuid and
  /// setgid helpers fail: those of ssh, sudo, snap and password managers) or a mount or user namespace
  /// (agents' sockets in /tmp, repositories anywhere on the machine and other owners' files are gone).
  private static let manners = """
    # Your own programs come first: processor, disk, and memory when that runs out.
    Slice=background.slice
    CPUWeight=20
    Nice=10
    IOSchedulingClass=idle
    OOMScoreAdjust=500
    # A git that the kernel ends for want of memory fails one capture, not the service.
    OOMPolicy=continue
    # A core file would hold what is in your files.
    LimitCORE=0
    """

  private static func command(_ service: BackgroundService) throws(UnitTextError) -> String {
    let what = "the path of the program"
    let program = try UnitTextError.text(service.program.bytes, what)
    guard program.utf8.allSatisfy({ !"'\"\\".utf8.contains($0) }) else {
      throw UnitTextError(what: what, value: service.program, problem: .quoteOrBackslash)
    }
    // The colon: what looks like a variable is none.
    let prefix = program.contains("$") ? ":" : ""
    let command = ([Self.word(program)] + service.arguments).joined(separator: " ")
    var lines = ["ExecStart=\(prefix)\(command)"]
    for variable in service.environment {
      let name = String(decoding: variable.name, as: UTF8.self)
      let value = try UnitTextError.text(variable.value, name)
      lines.append("Environment=\(Self.word("\(name)=\(value)"))")
    }
    return lines.joined(separator: "\n")
  }

  /// One word of a command line or an assignment, quoted where it must be.
  ///
  /// Source: systemd.syntax(7) "Quoting", systemd.unit(5) "Specifiers".
  static func word(_ text: String) -> String {
    var word = ""
    var isPlain = true
    for character in text.unicodeScalars {
      switch character {
      case "%": word += "%%"
      case "\\", "\"":
        word += "\\"
        word.unicodeScalars.append(character)
        isPlain = false
      case " ", "'", ";", "#":
        word.unicodeScalars.append(character)
        isPlain = false
      default: word.unicodeScalars.append(character)
      }
    }
    return isPlain ? word : "\"\(word)\""
  }

  private static func sealed(_ name: String, _ text: String) -> UnitFile {
    let head = """
      # Written by 'git pulsar install-service'; 'git pulsar uninstall-service' removes it.
      # Changes of yours belong into \(name).d/: systemctl --user edit \(name)
      #
      """
    return UnitFile(name: name, head: head + " ", tail: "\n" + text)
  }
}
