internal import PulsarCore

/// A repository that is read again only when something it was read from has changed: for captures
/// that are made over and over, where two git processes would take longer than all else.
package final class KnownRepository {
  private let git: GitProgram
  private var known: (repository: Repository, sources: [Source])?

  /// One file, also behind a link, as it was when it was read.
  private struct Source: Equatable {
    let path: GitPath
    let stamp: FileStamp?

    init(_ path: GitPath) {
      self.path = path
      self.stamp = FileStamp.ofTarget(path)
    }

    var isUnchanged: Bool { Source(self.path) == self }
    /// Whether it may change without looking so.
    var isRacy: Bool { self.stamp?.isRacy(at: StatCache.now()) ?? false }
  }

  /// - Parameter git: running at the top of the working tree.
  package init(_ git: GitProgram) { self.git = git }

  /// The repository as it is now.
  ///
  /// - Throws: as `Repository.init` does.
  package func current() throws(GitError) -> Repository {
    if let known, known.sources.allSatisfy(\.isUnchanged) { return known.repository }
    self.known = nil
    let sources = try self.sources()
    let repository = try Repository(discoveredBy: self.git)
    let local = [
      repository.location.commonDir.appending("config"),
      repository.location.gitDir.appending("config.worktree"),
      // What says that git shows other objects than there are; a ref is a file before it is packed.
      repository.location.commonDir.appending("refs").appending("replace"),
      repository.location.commonDir.appending("info").appending("grafts"),
    ].map(Source.init)
    let all = sources + local
    if Self.canBeTold(repository), all.allSatisfy({ $0.isUnchanged && !$0.isRacy }) {
      self.known = (repository, all)
    }
    return repository
  }

  /// What is included may depend on more than files, and on files that are not there yet.
  private static func canBeTold(_ repository: Repository) -> Bool {
    ["include.", "includeif."].allSatisfy { repository.config.keys(withPrefix: $0).isEmpty }
  }

  /// The files outside of the repository that git reads settings from, or would if they were there.
  ///
  /// Source: git-config(1), FILES.
  private func sources() throws(GitError) -> [Source] {
    var paths: Set<GitPath> = [GitPath("/etc/gitconfig")]
    if let home = self.variable("HOME") {
      paths.insert(home.appending(".gitconfig"))
      let config = self.variable("XDG_CONFIG_HOME") ?? home.appending(".config")
      paths.insert(config.appending("git/config"))
    }
    // Wherever else the system's settings lie.
    let listing = try self.git.run(["config", "--list", "-z", "--show-origin", "--name-only"])
    for record in listing.output.split(separator: 0) where record.starts(with: "file:/".utf8) {
      paths.insert(GitPath(bytes: Array(record.dropFirst("file:".utf8.count))))
    }
    return paths.sorted().map(Source.init)
  }

  private func variable(_ name: String) -> GitPath? {
    let start = Array("\(name)=".utf8)
    let value = self.git.environment.first { $0.bytes.starts(with: start) }
    let path = value.map { GitPath(bytes: Array($0.bytes.dropFirst(start.count))) }
    return path?.isAbsolute == true ? path : nil
  }
}
