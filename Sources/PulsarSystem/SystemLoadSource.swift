package import PulsarCore
import PulsarEngine

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The system's load average of the last minute.
package struct SystemLoadSource: LoadSource, Sendable {
  private let path: GitPath

  /// - Parameter path: on Linux, the file that tells the load.
  package init(path: GitPath = GitPath("/proc/loadavg")) { self.path = path }

  package func loadPerCoreHundredths() -> Int? {
    #if canImport(Darwin)
      var load = 0.0
      guard getloadavg(&load, 1) == 1, load >= 0, load < 1_000_000 else { return nil }
      return Self.perCore(Int(load * 100), cores: Self.coreCount)
    #else
      // Without the file nothing is known, and nothing more follows from that.
      guard let bytes = try? AtomicFile.read(self.path, limit: 4096),
        let load = Self.hundredths(String(decoding: bytes, as: UTF8.self))
      else { return nil }
      return Self.perCore(load, cores: Self.coreCount)
    #endif
  }

  /// The first number of `0.52 0.58 0.59 1/389 12345`, in hundredths; nil for anything else.
  ///
  /// Source: proc_loadavg(5): always two decimals.
  package static func hundredths(_ text: String) -> Int? {
    guard let first = text.split(whereSeparator: \.isWhitespace).first else { return nil }
    let parts = first.split(separator: ".", omittingEmptySubsequences: false)
    func isNumber(_ part: Substring) -> Bool {
      part.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
    guard parts.count == 2, parts.allSatisfy(isNumber), parts[1].utf8.count == 2,
      (1...6).contains(parts[0].utf8.count)
    else { return nil }
    return Int(parts[0] + parts[1])
  }

  package static func perCore(_ load: Int, cores: Int) -> Int { load / max(1, cores) }

  /// All processors that are on, also those this process may not use: the load is everybody's.
  private static var coreCount: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
}
