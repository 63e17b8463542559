internal import PulsarCore

/// The version of the git program, as far as we tell versions apart.
package struct GitVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads what `git version` prints, such as `git version 2.39.5 (Apple Git-154)`.
  ///
  /// - Returns: nil when it is not that.
  package init?(output: some Collection<UInt8>) {
    let words = output.split(separator: UInt8(ascii: " "))
    guard words.count >= 3, words[0].elementsEqual("git".utf8),
      words[1].elementsEqual("version".utf8)
    else { return nil }
    let numbers = words[2].split(separator: UInt8(ascii: ".")).map { word in
      Int(String(decoding: word.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
    }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    self.init(major, minor)
  }

  /// Asks the program.
  package init(of git: GitProgram) throws(GitError) {
    let output = try git.output(["version"])
    guard let version = GitVersion(output: output) else {
      throw .failed(command: "git version", cause: "it said '\(readable(output))'")
    }
    self = version
  }

  package static func < (left: GitVersion, right: GitVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  package var description: String { "\(self.major).\(self.minor)" }
}
