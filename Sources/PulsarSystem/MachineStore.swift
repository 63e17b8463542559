package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Who this machine is: `machine_id` and `machine_name` in the config folder, plain text each.
package struct MachineStore: Sendable {
  package let idPath: GitPath
  package let namePath: GitPath
  static let bytesMax = 200

  package init(configFolder: GitPath) {
    self.idPath = configFolder.appending("machine_id")
    self.namePath = configFolder.appending("machine_name")
  }

  /// What is known; either may be missing.
  package struct Parts: Hashable, Sendable {
    package let name: String?
    package let id: String?

    package init(name: String?, id: String?) {
      self.name = name
      self.id = id
    }

    /// Nil unless both are known.
    package var machine: Machine? {
      guard let name = self.name, let id = self.id else { return nil }
      return Machine(name: name, id: id)
    }
  }

  /// Reads both files.
  ///
  /// White space around the text is not part of it.
  ///
  /// - Throws: an error that names the file, when one is empty, longer than 200 bytes, not UTF-8 or
  ///   holds control characters.
  package func load() throws(SystemError) -> Parts {
    Parts(name: try Self.text(self.namePath), id: try Self.text(self.idPath))
  }

  /// Writes what is missing, never over what is there.
  ///
  /// Of several processes at once one decides, and all return its machine.
  ///
  /// - Parameter name: as a person wrote it, used when no name is stored.
  /// - Returns: what is stored now.
  /// - Throws: also when `name` is unfit; nothing is written.
  package func create(name: String) throws(SystemError) -> Machine {
    let trimmed = try Self.checked(Array(name.utf8), self.namePath, operation: "write")
    try AtomicFile.makeFolder(self.idPath.parent)
    let id = try Self.settled(self.idPath) { () throws(SystemError) in try Self.randomID() }
    let settledName = try Self.settled(self.namePath) { trimmed }
    return Machine(name: settledName, id: id)
  }

  /// A name for this machine, from the host's: its first label; `machine` when that says nothing.
  package static func suggestedName(hostName: String) -> String {
    let label = String(hostName.prefix { $0 != "." })
    let name = Machine.normalised(label)
    return name.lowercased() == "localhost" ? "machine" : name
  }

  /// The host's name; empty when the system does not tell.
  package static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 257)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: bytes(ofCString: buffer), as: UTF8.self)
  }

  private static func settled(
    _ path: GitPath, _ make: () throws(SystemError) -> String
  ) throws(SystemError) -> String {
    if let found = try Self.text(path) { return found }
    let text = try make()
    if try AtomicFile.create(path, with: Array("\(text)\n".utf8)) { return text }
    guard let found = try Self.text(path) else {
      throw SystemError(
        operation: "read", path: path, errno: ENOENT,
        cause: "it vanished right after it was made", remedy: "run the command again")
    }
    return found
  }

  private static func text(_ path: GitPath) throws(SystemError) -> String? {
    guard let bytes = try AtomicFile.read(path, limit: 1 << 16) else { return nil }
    return try Self.checked(bytes, path, operation: "use")
  }

  private static func checked(
    _ bytes: [UInt8], _ path: GitPath, operation: String
  ) throws(SystemError) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    var content = bytes.drop(while: isSpace)
    while let last = content.last, isSpace(last) { content = content.dropLast() }
    let text = String(decoding: content, as: UTF8.self)
    let fault: String? =
      if content.isEmpty {
        "it is empty"
      } else if content.count > Self.bytesMax {
        "it is longer than \(Self.bytesMax) bytes"
      } else if !text.utf8.elementsEqual(content) {
        "it is not UTF-8"
      } else if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        "it holds control characters"
      } else {
        nil
      }
    guard let fault else { return text }
    throw SystemError(
      operation: operation, path: path, errno: EINVAL, cause: fault,
      remedy: "put one line of plain text there, the one that your captures carry if you have some")
  }

  /// 32 lowercase hexadecimal digits.
  private static func randomID() throws(SystemError) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard getentropy(&bytes, bytes.count) == 0 else {
      throw SystemError(operation: "get random bytes", path: .root, errno: errno)
    }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
