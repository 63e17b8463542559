package import PulsarCore

#if canImport(Darwin)
  import Darwin
#endif

/// The time since the system was started last.
package enum BootSession {
  /// Says which it is; nil where the system does not tell.
  ///
  /// - Parameter path: on Linux, the file that tells it.
  /// - Returns: text that no other start of a system has.
  ///
  /// Source: random(4), boot_id; on macOS sysctl(3), kern.bootsessionuuid.
  package static func current(
    path: GitPath = GitPath("/proc/sys/kernel/random/boot_id")
  ) -> [UInt8]? {
    #if canImport(Darwin)
      var bytes = [UInt8](repeating: 0, count: 64)
      var size = bytes.count
      guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
      return Self.id(bytes.prefix(size))
    #else
      return (try? AtomicFile.read(path, limit: 64)).flatMap { Self.id($0[...]) }
    #endif
  }

  /// The hexadecimal digits and hyphens that a text begins with; nil for anything that is no id.
  package static func id(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let id = text.prefix { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return id.count == 36 ? Array(id) : nil
  }
}
