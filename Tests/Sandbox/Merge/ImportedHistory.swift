import PulsarCore
import PulsarGit

/// Commits that one `git fast-import` makes, whole trees each.
struct ImportedHistory {
  /// One thing in a tree.
  enum Item: Hashable {
    case file(Bytes)
    case executable(Bytes)
    case link(Bytes)
    /// A submodule's commit, in hexadecimal digits.
    case gitlink(String)

    static func lines(_ lines: String...) -> Item {
      .file(Bytes(lines.map { $0 + "\n" }.joined()))
    }
  }

  private var stream: [UInt8] = []
  private(set) var count = 0
  private let branch = "refs/imported/tip"

  /// Adds a commit.
  ///
  /// - Parameters:
  ///   - files: all there is in its tree.
  ///   - parents: numbers of earlier commits.
  /// - Returns: its number.
  @discardableResult
  mutating func commit(_ files: [Bytes: Item], parents: [Int] = []) -> Int {
    let number = self.count
    self.count += 1
    if parents.isEmpty { self.say("reset \(self.branch)\n\n") }
    self.say("commit \(self.branch)\nmark :\(number + 1)\n")
    self.say("committer A <a@example.invalid> \(1_000_000 + number * 60) +0000\n")
    self.say(data: "commit \(number)\n")
    for (index, parent) in parents.enumerated() {
      self.say("\(index == 0 ? "from" : "merge") :\(parent + 1)\n")
    }
    self.say("deleteall\n")
    for (path, item) in files.sorted(by: { $0.key < $1.key }) {
      switch item {
      case .file(let content): self.say("100644", path, content)
      case .executable(let content): self.say("100755", path, content)
      case .link(let target): self.say("120000", path, target)
      case .gitlink(let hex): self.say("M 160000 \(hex) \(Self.quoted(path).text)\n")
      }
    }
    self.say("\n")
    return number
  }

  /// Writes everything into a repository.
  ///
  /// - Returns: the ids of the commits, by number.
  func write(to plain: PlainRepository) throws -> [ObjectID] {
    let questions = (0..<self.count).map { "get-mark :\($0 + 1)\n" }.joined()
    let output = try plain.git(
      ["fast-import", "--quiet", "--force", "--done"],
      input: self.stream + Array((questions + "done\n").utf8))
    let ids = output.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: $0) }
    guard ids.count == self.count else {
      throw PlainRepository.Surprise(said: String(decoding: output, as: UTF8.self))
    }
    return ids
  }

  private mutating func say(_ text: String) { self.stream += Array(text.utf8) }

  private mutating func say(data content: Bytes) {
    self.say("data \(content.array.count)\n")
    self.stream += content.array
    self.say("\n")
  }

  private mutating func say(_ mode: String, _ path: Bytes, _ content: Bytes) {
    self.say("M \(mode) inline ")
    self.stream += Self.quoted(path).array
    self.say("\n")
    self.say(data: content)
  }

  /// Source: git-fast-import(1), `filemodify`.
  private static func quoted(_ path: Bytes) -> Bytes {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in path.array {
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        let octal = String(byte, radix: 8)
        quoted += Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
      } else {
        quoted.append(byte)
      }
    }
    return Bytes(quoted + [UInt8(ascii: "\"")])
  }
}
