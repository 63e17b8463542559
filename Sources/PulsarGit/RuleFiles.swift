package import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files outside of what a watch of the repository sees on which depends what git ignores, and how it
/// converts: settings with all that they include, ignore rules and attributes; also those that are not
/// there yet.
///
/// Source: git-config(1), FILES and INCLUDES; gitignore(5); gitattributes(5).
package struct RuleFiles {
  private let git: GitProgram
  private let location: RepositoryLocation

  package init(_ repository: Repository) {
    self.git = repository.git
    self.location = repository.location
  }

  /// - Returns: absolute paths, ascending.
  /// - Throws: `GitError` when git cannot read its settings.
  package func find() throws(GitError) -> [GitPath] {
    var files = Set(self.usual)
    let listing = try self.git.output(["config", "--list", "-z", "--includes", "--show-origin"])
    var excludes: [UInt8]?
    var attributes: [UInt8]?
    let fields = listing.split(separator: 0, omittingEmptySubsequences: false)
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      let (origin, setting) = (fields[index], fields[index + 1])
      let file = self.origin(origin)
      if let file { files.insert(file) }
      let key = setting.prefix { $0 != UInt8(ascii: "\n") }
      let value = Array(setting.dropFirst(key.count + 1))
      let name = String(decoding: key, as: UTF8.self)
      if name == "core.excludesfile" { excludes = value }
      if name == "core.attributesfile" { attributes = value }
      let isInclude =
        name == "include.path" || (name.hasPrefix("includeif.") && name.hasSuffix(".path"))
      if isInclude, let path = self.path(value, from: file?.parent) { files.insert(path) }
    }
    for (value, usual) in [(excludes, "ignore"), (attributes, "attributes")] {
      if let value {
        if let path = self.path(value, from: self.location.worktree) { files.insert(path) }
      } else if let folder = self.userFolder {
        files.insert(folder.appending(usual))
      }
    }
    let seen = [
      self.location.commonDir.appending("config"),
      self.location.gitDir.appending("config.worktree"),
    ]
    return files.subtracting(seen).sorted()
  }

  /// Where git looks whatever the settings say.
  private var usual: [GitPath] {
    var files = [GitPath("/etc/gitconfig"), GitPath("/etc/gitattributes")]
    if let system = self.variable("GIT_CONFIG_SYSTEM") { files.append(system) }
    if let global = self.variable("GIT_CONFIG_GLOBAL") {
      files.append(global)
    } else {
      if let home = self.variable("HOME") { files.append(home.appending(".gitconfig")) }
      if let folder = self.userFolder { files.append(folder.appending("config")) }
    }
    return files
  }

  /// `$XDG_CONFIG_HOME/git`.
  private var userFolder: GitPath? {
    let config = self.variable("XDG_CONFIG_HOME") ?? self.variable("HOME")?.appending(".config")
    return config?.appending("git")
  }

  /// The file that a setting is from; nil when it is from elsewhere.
  private func origin(_ origin: ArraySlice<UInt8>) -> GitPath? {
    guard origin.starts(with: "file:".utf8) else { return nil }
    return self.path(Array(origin.dropFirst("file:".utf8.count)), from: self.location.worktree)
  }

  /// A path as settings give it, with `~` for a home.
  private func path(_ value: [UInt8], from folder: GitPath?) -> GitPath? {
    if value.isEmpty { return nil }
    guard value.first == UInt8(ascii: "~") else {
      let path = GitPath(bytes: value)
      return path.isAbsolute ? path : folder.map { $0.appending(path) }
    }
    let name = value.dropFirst().prefix { $0 != UInt8(ascii: "/") }
    let rest = value.dropFirst(name.count + 1).drop { $0 == UInt8(ascii: "/") }
    let home = name.isEmpty ? self.variable("HOME") : Self.home(of: Array(name))
    return home.map { rest.isEmpty ? $0 : $0.appending(rest) }
  }

  private static func home(of name: [UInt8]) -> GitPath? {
    let terminated = name.map { CChar(bitPattern: $0) } + [0]
    guard let folder = getpwnam(terminated)?.pointee.pw_dir else { return nil }
    return GitPath(bytes: Array(UnsafeRawBufferPointer(start: folder, count: strlen(folder))))
  }

  private func variable(_ name: String) -> GitPath? {
    let start = Array("\(name)=".utf8)
    let value = self.git.environment.first { $0.bytes.starts(with: start) }
    let path = value.map { GitPath(bytes: Array($0.bytes.dropFirst(start.count))) }
    return path?.isAbsolute == true ? path : nil
  }
}
