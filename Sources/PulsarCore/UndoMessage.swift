/// What an undo record takes back.
package enum UndoneVerb: String, Hashable, Sendable {
  case restore, undo, sync, finalize
}

/// The message of an undo record: a commit whose tree is the working tree before, and whose second
/// parent's tree is the working tree after (`DESIGN.md` §5).
package struct UndoMessage: Hashable, Sendable {
  /// Of a record that is about the working tree alone, and of one that is about more.
  package static let formatVersions = (files: 1, whole: 2)

  package let verb: UndoneVerb
  /// The folder of git's that belongs to the working tree, below the shared one; `.` for the main one.
  package let worktree: GitPath
  /// HEAD and the staging area; nil where the verb leaves them alone.
  package var places: Places?
  /// Sessions that became part of the work, and that ceased to be.
  package var gained: [ObjectID] = []
  package var lost: [ObjectID] = []
  /// Trees that contents were taken from; their attributes count where there are no others.
  package var sources: [ObjectID] = []

  /// HEAD and the staging area before and after.
  package struct Places: Hashable, Sendable {
    package var before: Place
    package var after: Place
    /// A branch that HEAD is on at one of the two places only, and where it is at each.
    package var moved: MovedBranch?

    package init(before: Place, after: Place, moved: MovedBranch? = nil) {
      self.before = before
      self.after = after
      self.moved = moved
    }
  }

  package struct MovedBranch: Hashable, Sendable {
    package let branch: Branch
    /// Nil while there is no such branch.
    package let before: ObjectID?
    package let after: ObjectID?

    package init(branch: Branch, before: ObjectID?, after: ObjectID?) {
      self.branch = branch
      self.before = before
      self.after = after
    }

    /// The way back.
    package var reversed: MovedBranch {
      MovedBranch(branch: self.branch, before: self.after, after: self.before)
    }
  }

  package struct Place: Hashable, Sendable {
    package var head: Head
    /// A commit that holds the staging area, as an `IndexMessage` says.
    package var index: ObjectID

    package init(head: Head, index: ObjectID) {
      self.head = head
      self.index = index
    }
  }

  package init(verb: UndoneVerb, worktree: GitPath) {
    self.verb = verb
    self.worktree = worktree
  }

  private var isWhole: Bool { self.places != nil || !(self.gained + self.lost).isEmpty }

  private var version: Int {
    self.isWhole ? Self.formatVersions.whole : Self.formatVersions.files
  }

  /// The whole message, ending in a newline.
  package var bytes: [UInt8] {
    var bytes = Array("git-pulsar: before \(self.verb.rawValue)\n\n".utf8)
    bytes += Array("Pulsar-Undo: \(self.verb.rawValue)\nPulsar-Worktree: ".utf8)
    bytes += self.worktree.bytes + [UInt8(ascii: "\n")]
    if let places {
      for (name, place) in [("Before", places.before), ("After", places.after)] {
        bytes += Array("Pulsar-Head-\(name): ".utf8) + Self.text(place.head)
        bytes += Array("\nPulsar-Index-\(name): \(place.index.hex)\n".utf8)
      }
      if let moved = places.moved {
        bytes += Array("Pulsar-Moved: ".utf8)
        bytes += Array("\(moved.before?.hex ?? "none") \(moved.after?.hex ?? "none") ".utf8)
        bytes += Array("refs/heads/".utf8) + moved.branch.name + [UInt8(ascii: "\n")]
      }
    }
    for (name, sessions) in [("Gained", self.gained), ("Lost", self.lost)] where !sessions.isEmpty {
      let words = sessions.map(\.hex).joined(separator: " ")
      bytes += Array("Pulsar-Sessions-\(name): \(words)\n".utf8)
    }
    if !self.sources.isEmpty {
      let words = self.sources.map(\.hex).joined(separator: " ")
      bytes += Array("Pulsar-Sources: \(words)\n".utf8)
    }
    return bytes + Array("Pulsar-Format: \(self.version)\n".utf8)
  }

  /// The message of the commit that holds the working tree after.
  package var bytesAfter: [UInt8] {
    Array("git-pulsar: after \(self.verb.rawValue)\n\nPulsar-Format: \(self.version)\n".utf8)
  }

  /// What a message says.
  package enum Reading: Hashable, Sendable {
    case record(UndoMessage)
    /// Of a version or verb that this program does not know.
    case unknown(String)
  }

  package static func read(_ message: [UInt8]) -> Reading {
    let fields = messageTrailers(message)
    func text(_ name: String) -> String? {
      fields[name].map { String(decoding: $0, as: UTF8.self) }
    }
    let version = text("Pulsar-Format")
    let known = [self.formatVersions.files, self.formatVersions.whole].map(String.init)
    guard let version, known.contains(version) else {
      return .unknown("format \(version ?? "without a version")")
    }
    guard let word = text("Pulsar-Undo"), let verb = UndoneVerb(rawValue: word) else {
      return .unknown("kind '\(text("Pulsar-Undo") ?? "")'")
    }
    var record = UndoMessage(
      verb: verb, worktree: GitPath(bytes: fields["Pulsar-Worktree"] ?? [0x2E]))
    if fields["Pulsar-Head-Before"] != nil {
      guard let before = self.place("Before", fields), let after = self.place("After", fields)
      else { return .unknown("a place that cannot be read") }
      var places = Places(before: before, after: after)
      if let text = fields["Pulsar-Moved"] {
        guard let moved = Self.moved(text) else { return .unknown("a place that cannot be read") }
        places.moved = moved
      }
      record.places = places
    }
    func ids(_ name: String) -> [ObjectID] {
      (fields[name] ?? []).split(separator: UInt8(ascii: " ")).compactMap { ObjectID(hex: $0) }
    }
    record.gained = ids("Pulsar-Sessions-Gained")
    record.lost = ids("Pulsar-Sessions-Lost")
    record.sources = ids("Pulsar-Sources")
    return .record(record)
  }

  // MARK: places

  /// `<commit> refs/heads/<branch>`, `unborn refs/heads/<branch>`, or `<commit> detached`.
  private static func text(_ head: Head) -> [UInt8] {
    switch head {
    case .unborn(let branch): Array("unborn refs/heads/".utf8) + branch.name
    case .branch(let branch, let commit): Array("\(commit.hex) refs/heads/".utf8) + branch.name
    case .detached(let commit): Array("\(commit.hex) detached".utf8)
    }
  }

  private static func place(_ name: String, _ fields: [String: [UInt8]]) -> Place? {
    guard let head = fields["Pulsar-Head-\(name)"].flatMap(Self.head),
      let index = fields["Pulsar-Index-\(name)"].flatMap({ ObjectID(hex: $0) })
    else { return nil }
    return Place(head: head, index: index)
  }

  /// `<commit before> <commit after> refs/heads/<branch>`, `none` where there is no such branch.
  private static func moved(_ text: [UInt8]) -> MovedBranch? {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard parts.count == 3,
      let name = RefName(bytes: Array(parts[2])).dropping(prefix: "refs/heads/")
    else { return nil }
    let commits = parts[..<2].map { ObjectID(hex: $0) }
    for (part, commit) in zip(parts, commits) where commit == nil {
      guard part.elementsEqual("none".utf8) else { return nil }
    }
    return MovedBranch(branch: Branch(name: name), before: commits[0], after: commits[1])
  }

  private static func head(_ text: [UInt8]) -> Head? {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let commit = ObjectID(hex: parts[0])
    guard let name = RefName(bytes: Array(parts[1])).dropping(prefix: "refs/heads/") else {
      return parts[1].elementsEqual("detached".utf8) ? commit.map { .detached($0) } : nil
    }
    let branch = Branch(name: name)
    if parts[0].elementsEqual("unborn".utf8) { return .unborn(branch) }
    return commit.map { .branch(branch, $0) }
  }
}
