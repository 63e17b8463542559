package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where this program lies.
package enum OwnProgram {
  /// The path it was called by where that is the program that runs, else the program's own.
  ///
  /// A package manager's link stays the same when the program behind it is replaced by a newer one.
  ///
  /// - Parameters:
  ///   - name: the first word of the command line.
  ///   - search: the value of `PATH`.
  /// - Returns: an absolute path.
  /// - Throws: when the program's file is gone.
  package static func path(
    calledAs name: [UInt8], search: [UInt8]?
  ) throws(SystemError) -> GitPath {
    let own = try Self.running()
    guard let running = try own.systemStatus(operation: Self.operation) else {
      throw Self.gone(ENOENT)
    }
    for candidate in Self.candidates(name, search) {
      if let status = try? candidate.systemStatus(operation: Self.operation),
        status.isSameFile(as: running)
      {
        return candidate
      }
    }
    return own
  }

  private static let operation = "find this program"

  private static func gone(_ number: Int32) -> SystemError {
    SystemError(
      operation: Self.operation, path: .root, errno: number,
      cause: "its file was replaced or removed while it ran", remedy: "run the command again")
  }

  private static func candidates(_ name: [UInt8], _ search: [UInt8]?) -> [GitPath] {
    let name = GitPath(bytes: name)
    // A path with `..` is none for a service file, nor is one that depends on where we are.
    if name.isRoot || name.components.contains(where: { $0.starts(with: ".".utf8) && $0.count < 3 })
    {
      return []
    }
    if name.isAbsolute { return [name] }
    if name.components.count > 1 { return [] }
    return (search ?? []).split(separator: UInt8(ascii: ":"))
      .map { GitPath(bytes: $0) }.filter(\.isAbsolute).map { $0.appending(name) }
  }

  /// What the system says runs here.
  ///
  /// Source: proc(5) `/proc/self/exe`, dyld(3).
  package static func running() throws(SystemError) -> GitPath {
    #if canImport(Darwin)
      var size = UInt32(PATH_MAX)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0, let real = realpath(buffer, nil) else {
        throw Self.gone(errno)
      }
      defer { free(real) }
      return GitPath(bytes: bytes(ofCString: real))
    #else
      guard let real = realpath("/proc/self/exe", nil) else {
        throw Self.gone(errno)
      }
      defer { free(real) }
      return GitPath(bytes: bytes(ofCString: real))
    #endif
  }
}
