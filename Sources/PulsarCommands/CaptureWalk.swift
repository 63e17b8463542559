internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The stream of this machine for the branch HEAD is on.
struct CurrentStream {
  let branch: Branch
  let head: ObjectID?
  let refs: StreamRefs
  /// The newest capture; nil when there is none yet.
  let tip: ObjectID?

  init(_ open: OpenRepository, _ worktree: GitWorktree, _ store: some SnapshotStore) throws {
    let head = try worktree.head()
    self.branch = head.branch
    self.head = head.commit
    self.refs = try StreamRefs.find(
      head.branch, of: open.machine, open.settings, foldsCase: open.foldsCase,
      beside: worktree.leaves(of: head.branch), in: store)
    if let damage = try DamagedRef.find(self.refs.stream, in: open.location, store) {
      throw Refusal(
        whatFailed: "the captures of \(head.branch.displayed) cannot be read",
        why: "'\(self.refs.stream.displayed)' \(damage.fault)",
        whatToDo: "run 'git pulsar now', which puts that right")
    }
    self.tip = try store.resolve(self.refs.stream)
  }
}

/// The captures of a stream, newest first.
struct CaptureWalk {
  struct Capture {
    let record: CommitRecord
    /// Nil for one that the original made.
    let trailers: CaptureTrailers?

    var id: ObjectID { self.record.id }

    /// What changed, in words.
    var changes: String {
      let line = self.record.message.prefix { $0 != UInt8(ascii: "\n") }
      let text = escapedText(Array(line))
      return text.hasPrefix("backup: ") ? String(text.dropFirst("backup: ".count)) : text
    }

    /// Whether it was made only so that a restore or an undo loses nothing.
    var isPrecaution: Bool {
      self.trailers?.reason == .beforeRestore || self.trailers?.reason == .beforeUndo
    }
  }

  private var chain: CommitChain
  private var isFirst = true
  private var isAtEnd = false
  /// The commit the oldest capture was made upon; known when the walk is at its end.
  private(set) var base: CommitRecord?

  init(_ git: GitProgram, from tip: ObjectID?) { self.chain = CommitChain(git, from: tip) }

  mutating func take() throws -> Capture? {
    if self.isAtEnd { return nil }
    let record = try self.chain.take()
    let trailers = record.flatMap { CaptureTrailers(message: $0.message) }
    // The first is one in any case: the ref says so.
    guard let record, self.isFirst || trailers != nil else {
      self.base = record
      self.isAtEnd = true
      return nil
    }
    self.isFirst = false
    return Capture(record: record, trailers: trailers)
  }
}

/// Text from a commit, without what would disturb a terminal.
func escapedText(_ bytes: [UInt8]) -> String {
  String(
    String.UnicodeScalarView(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.map {
        $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0
      }))
}

extension OpenRepository {
  var foldsCase: Bool { self.repository.foldsRefs }

  /// Our own folders, as far as they lie in the working tree, relative to it.
  ///
  /// What is in them is never captured, and never written by a verb that brings files back.
  var ownFolders: [GitPath] {
    let directories = self.session.directories
    let folders = [directories.config, directories.state].flatMap {
      [Session.resolvedAsFarAsThere($0), $0]
    }
    return Set(folders.compactMap { $0.relative(to: self.location.worktree) }).sorted()
  }

  /// A working tree whose objects go where `objectVariables` say.
  func worktree(objectVariables: [(String, [UInt8])] = []) throws -> GitWorktree {
    try GitWorktree(
      self.repository, ignorePatterns: self.settings.ignore, ownFolders: self.ownFolders,
      environment: self.session.environmentArguments, objectVariables: objectVariables)
  }

  /// Shows how two trees differ, on the terminal through the person's pager.
  ///
  /// - Parameters:
  ///   - old: the tree before.
  ///   - new: the tree after.
  ///   - paths: relative to the working tree; empty for all.
  ///   - objectVariables: variables of git's that say where objects are.
  /// - Throws: `GitError` when git cannot show them.
  func showDifferences(
    _ old: ObjectID, _ new: ObjectID, _ paths: [GitPath],
    objectVariables: [(String, [UInt8])] = []
  ) throws {
    var arguments: [CommandWord] = ["diff", "--no-ext-diff"]
    if !self.session.console.usesColour { arguments.append("--no-color") }
    arguments += [CommandWord(old), CommandWord(new), "--"]
    arguments += paths.filter { !$0.isRoot }.map { CommandWord($0) }
    var variables = objectVariables
    if let pager = self.session.environment["GIT_PAGER"] { variables.append(("GIT_PAGER", pager)) }
    try self.repository.git.show(arguments, variables: variables)
  }
}
