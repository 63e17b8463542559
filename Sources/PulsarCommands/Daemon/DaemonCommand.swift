internal import ArgumentParser
internal import PulsarCore
internal import PulsarSystem

struct DaemonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon", abstract: "Capture and push in the background, until told to end.",
    discussion: """
      Runs in the foreground; 'git pulsar install-service' has the system run it. Ends on SIGTERM \
      or Ctrl-C after capturing what is not captured yet; reads settings anew on SIGHUP, and by \
      itself when they change.
      """)

  @OptionGroup var options: CommonOptions
  @Flag(
    help:
      "Capture and push what is due in every repository once, look what other machines have, then end; 3 if not all could be captured and pushed."
  )
  var once = false

  func run() throws {
    try self.perform(self.options) { session in
      session.isInBackground = true
      try AtomicFile.makeFolder(session.directories.state)
      guard let lock = try self.lock(session.daemonLock) else {
        let holder = FileLock.holder(at: session.daemonLock).map { " (\($0))" } ?? ""
        if self.once {
          session.console.say("the daemon\(holder) is running, and captures by itself")
          return .done
        }
        throw Refusal(
          whatFailed: "no daemon was started", why: "there is one already\(holder)",
          whatToDo: "nothing; it captures every registered repository")
      }
      let result = Result { try self.serve(session) }
      lock.release()
      return try result.get()
    }
  }

  /// The lock that one daemon holds for each state folder; nil when there is one.
  ///
  /// A `status` that looks whether it is held may hold it for a moment.
  private func lock(_ path: GitPath) throws(SystemError) -> FileLock? {
    for _ in 0..<10 {
      if let lock = try FileLock(tryAt: path) { return lock }
      let nothing: [(descriptor: Int32, token: Void)] = []
      _ = try DescriptorPoll.wait(nothing, within: .milliseconds(20))
    }
    return nil
  }

  private func serve(_ session: Session) throws -> ExitStatus {
    _ = LowPriority.enter()
    let daemon = try Daemon(session, isOnePass: self.once)
    try daemon.run()
    return self.once ? self.report(daemon) : .done
  }

  /// What a pass came to, a line for each repository.
  private func report(_ daemon: Daemon) -> ExitStatus {
    let standings = daemon.hands.standings()
    for entry in standings.entries {
      let parts = [standings.words.captures(entry), standings.words.pushes(entry)]
        .filter { !$0.isEmpty }
      daemon.session.console.say(
        "\(daemon.session.displayed(entry.repository)): \(parts.joined(separator: "; "))")
    }
    return daemon.hands.repositories.contains(where: \.hasFailed) ? .partlyDone : .done
  }
}
