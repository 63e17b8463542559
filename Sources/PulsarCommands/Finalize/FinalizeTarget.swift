internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// The branch that `finalize` puts the work onto.
struct FinalizeTarget {
  /// How the branch here lies to the remote's.
  enum Standing {
    /// As far as known: it is the remote's, contains it, or there is no other.
    case current
    /// It follows the remote's.
    case forwarded
    /// There is none here yet.
    case made
    /// Both have commits of their own; the one here counts.
    case diverged(ObjectID)
  }

  let branch: Branch
  /// Where it is here; nil when there is none.
  let local: ObjectID?
  /// What the work is put upon.
  let commit: ObjectID
  let standing: Standing

  /// Chooses the branch, asks the remote for it, and makes sure that it can be checked out here.
  ///
  /// - Parameters:
  ///   - open: the repository.
  ///   - into: the name a person gave.
  ///   - head: where HEAD is.
  ///   - news: whether the remote answers.
  ///   - store: reads refs and history.
  /// - Throws: a refusal when there is no such branch.
  init(
    _ open: OpenRepository, into: String?, _ head: Head, _ news: StreamNews,
    _ store: some SnapshotStore
  ) throws {
    let remote = open.settings.remoteName
    let branch = try Self.name(open, into, head, remote, news, store)
    let local = try store.resolve(RefName(bytes: Array("refs/heads/".utf8) + branch.name))
    let upstream = try Self.upstream(open, branch, remote, news, store)
    self.branch = branch
    self.local = local
    switch (local, upstream) {
    case (nil, nil): throw Self.unknown(open, branch, head)
    case (nil, let upstream?): (self.commit, self.standing) = (upstream, .made)
    case (let local?, nil): (self.commit, self.standing) = (local, .current)
    case (let local?, let upstream?):
      if try store.contains(upstream, in: local) {
        (self.commit, self.standing) = (local, .current)
      } else if try store.contains(local, in: upstream) {
        (self.commit, self.standing) = (upstream, .forwarded)
      } else {
        (self.commit, self.standing) = (local, .diverged(upstream))
      }
    }
    if case .branch(branch, _) = head { return }
    if let other = try open.repository.worktree(with: branch) {
      throw Refusal(
        whatFailed: "nothing finalized",
        why: "\(branch.displayed) is checked out in '\(open.session.displayed(other))'",
        whatToDo: "run 'git pulsar finalize' there, or give another branch with --into")
    }
  }

  private static func name(
    _ open: OpenRepository, _ into: String?, _ head: Head, _ remote: String, _ news: StreamNews,
    _ store: some SnapshotStore
  ) throws -> Branch {
    if let into { return Branch(into) }
    let prefix = "refs/remotes/\(remote)/"
    let pointer = try open.repository.git.run([
      "symbolic-ref", "-q", CommandWord("\(prefix)HEAD"),
    ])
    if pointer.succeeded {
      let ref = RefName(bytes: Array(pointer.output.prefix { $0 != UInt8(ascii: "\n") }))
      if let name = ref.dropping(prefix: prefix) {
        return Self.present(open, remote, news) ?? Branch(name: name)
      }
    }
    for name in ["main", "master"] {
      for ref in ["refs/heads/\(name)", "\(prefix)\(name)"] {
        if try store.resolve(RefName(ref)) != nil { return Branch(name) }
      }
    }
    switch head {
    case .branch(let branch, _), .unborn(let branch): return branch
    case .detached:
      throw Refusal(
        whatFailed: "nothing finalized", why: "HEAD is detached, and there is no main or master",
        whatToDo: "name the branch with --into; there are \(try self.branches(open))")
    }
  }

  /// The default branch of the remote by its own word: what is noted here is of the time of the clone.
  private static func present(
    _ open: OpenRepository, _ remote: String, _ news: StreamNews
  ) -> Branch? {
    guard case .fetched = news else { return nil }
    open.session.console.progress("asking \(remote) for its default branch …")
    defer { open.session.console.endProgress() }
    do throws(RemoteError) {
      return try GitRemote(open.repository, name: remote).defaultBranch()
    } catch {
      open.session.console.remark("\(error.explanation); going on with what is here")
      return nil
    }
  }

  /// Where the branch is on the remote; as it was fetched last when the remote cannot be asked.
  private static func upstream(
    _ open: OpenRepository, _ branch: Branch, _ remote: String, _ news: StreamNews,
    _ store: some SnapshotStore
  ) throws -> ObjectID? {
    let tracking = RefName(bytes: Array("refs/remotes/\(remote)/".utf8) + branch.name)
    guard case .fetched = news else { return try store.resolve(tracking) }
    let name = RefName(bytes: Array("refs/heads/".utf8) + branch.name)
    let fetched = RefName(bytes: Array(Self.fetchedPrefix.utf8) + branch.name)
    open.session.console.progress("asking \(remote) for \(branch.displayed) …")
    defer { open.session.console.endProgress() }
    do throws(RemoteError) {
      let target = try GitRemote(open.repository, name: remote)
      guard let id = try target.resolve(name) else { return nil }
      if try Self.resolved(fetched, store) == id { return id }
      try Self.makeRoom(for: fetched, store)
      try target.fetch([(from: name, to: fetched)])
      return try Self.resolved(fetched, store)
    } catch {
      open.session.console.remark("\(error.explanation); going on with what is here")
      return try store.resolve(tracking)
    }
  }

  private static let fetchedPrefix = "refs/pulsar/fetched/"

  private static func resolved(
    _ ref: RefName, _ store: some SnapshotStore
  ) throws(RemoteError) -> ObjectID? {
    do {
      return try store.resolve(ref)
    } catch {
      throw .failed(remote: "", cause: error.why)
    }
  }

  /// Removes what was fetched of branches that cannot exist beside this one.
  private static func makeRoom(
    for ref: RefName, _ store: some SnapshotStore
  ) throws(RemoteError) {
    do {
      for (old, id) in try store.refs(withPrefix: self.fetchedPrefix) where old.clashes(with: ref) {
        try store.move(old, from: id, to: nil)
      }
    } catch {
      throw .failed(remote: "", cause: error.why)
    }
  }

  private static func unknown(
    _ open: OpenRepository, _ branch: Branch, _ head: Head
  ) -> any Error {
    if case .unborn(branch) = head {
      return Refusal(
        whatFailed: "nothing finalized", why: "\(branch.displayed) has no commit yet",
        whatToDo: "make the first commit yourself, or give another branch with --into")
    }
    do {
      return Refusal(
        whatFailed: "nothing finalized", why: "there is no branch '\(branch.displayed)'",
        whatToDo: "there are \(try self.branches(open))")
    } catch {
      return error
    }
  }

  /// The branches there are, in words.
  private static func branches(_ open: OpenRepository) throws -> String {
    let output = try open.repository.git.output([
      "for-each-ref", "--format=%(refname)", "refs/heads/",
    ])
    let names = output.split(separator: UInt8(ascii: "\n")).compactMap {
      RefName(bytes: Array($0)).dropping(prefix: "refs/heads/").map { Branch(name: $0).displayed }
    }
    if names.isEmpty { return "none yet" }
    let more = names.count > 10 ? " and \(names.count - 10) more" : ""
    return names.prefix(10).joined(separator: ", ") + more
  }
}
