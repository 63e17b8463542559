package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where our own files are.
///
/// Source: XDG Base Directory Specification 0.8; a relative or empty value counts as not set.
package struct Directories: Hashable, Sendable {
  package let home: GitPath
  /// Settings and the machine's identity.
  package let config: GitPath
  /// Registry, log, locks.
  package let state: GitPath

  /// - Parameters:
  ///   - environment: of this process.
  ///   - accountHome: what the system's list of accounts says, asked when `HOME` is no help.
  /// - Throws: when nothing tells the home folder.
  package init(
    environment: ProcessEnvironment, accountHome: () -> [UInt8]? = Self.accountHome
  ) throws(SystemError) {
    try self.init(value: { environment[$0] }, accountHome: accountHome)
  }

  package init(
    environment: [String: String], accountHome: () -> [UInt8]? = Self.accountHome
  ) throws(SystemError) {
    try self.init(value: { environment[$0].map { Array($0.utf8) } }, accountHome: accountHome)
  }

  private init(
    value: (String) -> [UInt8]?, accountHome: () -> [UInt8]?
  ) throws(SystemError) {
    func folder(_ name: String) -> GitPath? {
      value(name).map { GitPath(bytes: $0) }.flatMap { $0.isAbsolute ? $0 : nil }
    }
    func account() -> GitPath? {
      accountHome().map { GitPath(bytes: $0) }.flatMap { $0.isAbsolute ? $0 : nil }
    }
    guard let home = folder("HOME") ?? account() else {
      throw SystemError(
        operation: "find your home folder", path: .root, errno: ENOENT,
        cause: "HOME is not set and the system knows no home of this user",
        remedy: "set HOME to an absolute path")
    }
    self.home = home
    self.config = (folder("XDG_CONFIG_HOME") ?? home.appending(".config"))
      .appending("git-pulsar")
    self.state = (folder("XDG_STATE_HOME") ?? home.appending(".local/state"))
      .appending("git-pulsar")
  }

  /// The home folder in the system's list of accounts.
  ///
  /// Source: getpwuid_r(3).
  package static func accountHome() -> [UInt8]? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 1 << 14)
    guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let folder = entry.pw_dir
    else { return nil }
    return bytes(ofCString: folder)
  }
}
