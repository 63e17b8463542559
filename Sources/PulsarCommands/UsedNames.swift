internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The names of the machines whose captures a remote has.
struct UsedNames {
  /// A name is no reason to wait longer for a remote.
  private static let patience = Duration.seconds(5)
  private let slugs: [String]

  /// Lists the remote's namespace; nothing is known when that fails or takes longer than 5 s.
  ///
  /// - Parameters:
  ///   - settings: which remote, and where in it.
  ///   - session: whose folder the repository is in.
  ///   - id: of this machine, if it has one already.
  init(on settings: Settings, _ session: Session, besides id: String?) {
    let prefix = StreamRefs.remotePrefix(settings.backupBranch)
    let end = session.clock.continuousTime() + Self.patience
    let clock = session.clock
    let git = GitProgram(
      in: session.folder, environment: session.environmentArguments,
      isCancelled: { InterruptFlag.isRaised || clock.continuousTime() > end })
    session.console.progress("looking which names are taken on \(settings.remoteName) …")
    defer { session.console.endProgress() }
    let names: [RefName]
    do {
      let remote = try GitRemote(Repository(discoveredBy: git), name: settings.remoteName)
      names = try remote.list(prefix: prefix).map(\.name)
    } catch {
      self.init(slugs: [])
      return
    }
    let slugs = names.compactMap { $0.dropping(prefix: prefix) }.map { name in
      String(decoding: name.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }
    self.init(slugs: slugs, besides: id)
  }

  /// - Parameters:
  ///   - slugs: of all machines, this one's too.
  ///   - id: of this machine, if it has one already.
  init(slugs: [String], besides id: String? = nil) {
    let own = id.map { Machine(name: "", id: $0) }
    self.slugs = Set(slugs).filter { $0.contains("--") && own?.clone(inSlug: $0) == nil }.sorted()
  }

  /// A machine that has a name, as people and some file systems take them, whatever the case.
  func slug(of name: String) -> String? {
    let wanted = Machine.normalised(name).lowercased()
    return self.slugs.first { Machine.name(inSlug: $0).lowercased() == wanted }
  }

  /// The name with the first number behind it, from 2, that makes it one that nobody has.
  func freeName(like name: String) -> String {
    var number = 2
    while self.slug(of: "\(name)-\(number)") != nil { number += 1 }
    return "\(name)-\(number)"
  }
}
