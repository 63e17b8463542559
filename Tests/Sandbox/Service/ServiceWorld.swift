import Testing

/// A machine whose systemd only writes down what it is told.
struct ServiceWorld {
  let sandbox: Sandbox

  init() throws {
    self.sandbox = try Sandbox()
    // A verb that has a file `refuses-VERB` fails with the words in it.
    try self.fake(
      "systemctl",
      """
      #!/bin/sh
      shift 2
      echo "$*" >>"\(self.sandbox.root)/calls"
      if [ -e "\(self.sandbox.root)/refuses-$1" ]; then cat "\(self.sandbox.root)/refuses-$1" >&2; exit 1; fi

      """)
    try self.setLingering("no")
  }

  private func fake(_ name: Bytes, _ script: Bytes) throws {
    try Files.write(self.sandbox.root / "bin" / name, script, mode: 0o755)
  }

  func setLingering(_ answer: Bytes) throws {
    try self.fake("loginctl", "#!/bin/sh\necho \(answer)\n")
  }

  /// From now on, systemd refuses a verb.
  func refuse(_ verb: Bytes, saying words: Bytes) throws {
    try Files.write(self.sandbox.root / ("refuses-" + verb), words + "\n")
  }

  var units: Bytes { self.sandbox.home / ".config/systemd/user" }
  var service: Bytes { self.units / "git-pulsar.service" }
  var timer: Bytes { self.units / "git-pulsar.timer" }

  func run(
    _ arguments: Bytes..., input: Bytes = "", environment: [String: Bytes] = [:]
  ) throws -> ChildProcess.Outcome {
    try self.sandbox.pulsar(
      arguments, in: self.sandbox.scratchFolder(), input: input, environment: environment)
  }

  /// What systemd was told since the last call, without the questions that change nothing.
  func told() throws -> [String] {
    let path = self.sandbox.root / "calls"
    guard Files.exists(path) else { return [] }
    let calls = try Files.read(path).lines.map(\.text)
    try Files.remove(path)
    return calls.filter { !$0.hasPrefix("show ") }
  }

  /// The files of the machine's systemd, with their content.
  func files() throws -> [Bytes: Bytes] {
    guard Files.exists(self.units) else { return [:] }
    var found: [Bytes: Bytes] = [:]
    for name in try Files.names(in: self.units) {
      let path = self.units / name
      found[name] = Files.status(path)?.isFile == true ? try Files.read(path) : "(no file)"
    }
    return found
  }
}
