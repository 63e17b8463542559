package import PulsarCore
package import PulsarEngine

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Power as the Linux kernel shows it, in one folder for each supply.
package struct SysfsPowerSource: PowerSource, Sendable {
  private let folder: GitPath

  /// - Parameter folder: of the supplies.
  package init(folder: GitPath = GitPath("/sys/class/power_supply")) { self.folder = folder }

  /// What all supplies mean together; a machine that has no such folder has no battery.
  package func reading() -> PowerReading {
    switch self.names() {
    case .names(let names):
      return PowerReading(
        supplies: names.map { name in
          PowerSupply { self.attribute($0, of: name) }
        })
    case .noFolder: return .onMains
    case .unreadable: return .unknown
    }
  }

  private enum Listing {
    case names([[UInt8]])
    case noFolder, unreadable
  }

  private func names() -> Listing {
    var found: Listing = .unreadable
    let opened = self.folder.withSystemPath { path in
      guard let stream = opendir(path) else { return -1 }
      defer { closedir(stream) }
      var names: [[UInt8]] = []
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        if name.first != UInt8(ascii: ".") { names.append(name) }
      }
      found = .names(names)
      return 0
    }
    return opened.value != 0 && opened.errno == ENOENT ? .noFolder : found
  }

  /// What the file says, trimmed; nil when it cannot be read, is no text or is empty.
  private func attribute(_ attribute: String, of supply: [UInt8]) -> String? {
    let path = self.folder.appending(supply).appending(attribute)
    // Supplies come and go, and some attributes fail while the hardware is busy: not known then.
    guard let bytes = try? AtomicFile.read(path, limit: 4096) else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return line.isEmpty ? nil : String(validating: line, as: UTF8.self)
  }
}
