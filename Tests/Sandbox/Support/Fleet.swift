/// Several machines, each with a home, a state folder and a clone of one remote of its own.
///
/// Commands run on the machine that `on` was called with last.
final class Fleet {
  let sandbox: Sandbox
  let remote: Bytes
  private var clones: [String: TestRepository] = [:]

  /// A remote with one commit of a few files.
  ///
  /// - Parameter arguments: more for `git init`.
  /// - Throws: what git says when that fails.
  init(_ arguments: [Bytes] = []) throws {
    let seed = try TestRepository.make(arguments, named: "seed")
    self.sandbox = seed.sandbox
    self.remote = try self.sandbox.makeRemote(of: seed)
  }

  /// Goes to a machine; its clone is made when it is gone to for the first time.
  @discardableResult
  func on(_ machine: String) throws -> TestRepository {
    try self.sandbox.become(machine)
    if let clone = self.clones[machine] { return clone }
    let clone = try self.sandbox.clone(self.remote, named: "project")
    self.clones[machine] = clone
    return clone
  }

  var machines: [String] { self.clones.keys.sorted() }

  func slug(of machine: String) -> String {
    machine == "laptop" ? "laptop--01234567" : "\(machine)--\("\(machine)00000000".prefix(8))"
  }

  /// Captures and pushes there.
  ///
  /// - Returns: the capture.
  @discardableResult
  func capture(_ machine: String) throws -> Bytes {
    let clone = try self.on(machine)
    let outcome = try clone.pulsar("now", "--here")
    guard outcome.status == 0, let tip = try clone.tip() else {
      throw TestRepository.RegistrationFailure(outcome: outcome)
    }
    return tip
  }

  /// Runs `sync` there without a question.
  @discardableResult
  func sync(_ machine: String, _ arguments: Bytes...) throws -> ChildProcess.Outcome {
    try self.on(machine).pulsar(arguments: ["sync", "--yes"] + arguments)
  }

  /// The tree that `git add -A` makes of the working tree there.
  func tree(_ machine: String) throws -> Bytes { try self.on(machine).trueTree() }

  /// Blobs that are in a file on any machine now, and that no ref of any repository leads to.
  func lost() throws -> [Bytes] {
    var there: Set<Bytes> = []
    var held: Set<Bytes> = []
    for machine in self.machines {
      let clone = try self.on(machine)
      let tree = try clone.trueTree()
      for line in try clone.git("ls-tree", "-r", "--format=%(objectname)", tree).lines {
        there.insert(line)
      }
      for line in try clone.git("rev-list", "--objects", "--all").lines {
        held.insert(Bytes(line.array.prefix { $0 != 0x20 }))
      }
    }
    return there.subtracting(held).sorted()
  }
}

extension TestRepository {
  /// The tree that `git add -A` makes of the working tree, in an index of its own.
  func trueTree() throws -> Bytes {
    let index = try self.sandbox.scratchFolder() / "index"
    let own = try self.gitFolders().own / "index"
    if Files.exists(own) { _ = try self.sandbox.run(["cp", "-p", own, index], in: "/") }
    let environment = ["GIT_INDEX_FILE": index]
    try self.git("add", "-A", environment: environment)
    return try self.git("write-tree", environment: environment)
  }

  /// What `git status` says, as a script reads it.
  func porcelain() throws -> Bytes { try self.git("status", "--porcelain=v2", "--branch") }
}
