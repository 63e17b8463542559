internal import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A folder for objects that are no part of the repository; gone when the value goes.
package final class TemporaryObjects {
  let folder: GitPath
  /// Variables that make git write here, and read the repository's objects too.
  package let variables: [(String, [UInt8])]

  private nonisolated(unsafe) static var counter = 0
  static let prefix = "objects-"

  package init(for location: RepositoryLocation) throws(StoreError) {
    Self.counter += 1
    self.folder = location.ownFolder.appending("\(Self.prefix)\(getpid())-\(Self.counter)")
    try Scratch.makeFolder(location.ownFolder)
    try Scratch.makeFolder(self.folder)
    self.variables = [
      ("GIT_OBJECT_DIRECTORY", self.folder.bytes),
      ("GIT_ALTERNATE_OBJECT_DIRECTORIES", Self.quoted(location.objects)),
    ]
  }

  deinit { Scratch.remove(self.folder) }

  /// In double quotes, as a colon or a quote in a path would end it; git(1).
  private static func quoted(_ path: GitPath) -> [UInt8] {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in path.bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        quoted += [UInt8(ascii: "\\"), byte]
      } else if byte < 0x20 {
        let octal = String(byte, radix: 8)
        quoted += Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
      } else {
        quoted.append(byte)
      }
    }
    return quoted + [UInt8(ascii: "\"")]
  }

  /// Removes what processes that died left below `parent`.
  static func sweep(below parent: GitPath) {
    for name in Scratch.names(in: parent) where name.starts(with: self.prefix.utf8) {
      let digits = name.dropFirst(self.prefix.utf8.count).prefix { $0 != UInt8(ascii: "-") }
      guard let process = pid_t(String(decoding: digits, as: UTF8.self)) else { continue }
      if kill(process, 0) != 0 && errno == ESRCH { Scratch.remove(parent.appending(name)) }
    }
  }
}
