internal import ArgumentParser
internal import Foundation
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

struct IgnoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignore", abstract: "Add a pattern to .gitignore.",
    discussion: """
      Files that are tracked and match stay tracked unless you say otherwise. A pattern that should \
      hold for captures alone belongs in files.ignore, see 'git pulsar config'.
      """)

  @OptionGroup var options: CommonOptions
  @Argument(help: "A pattern in the syntax of .gitignore, for the whole repository.")
  var pattern: String

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      let bytes = Self.escaped(RawArguments.bytes(of: self.pattern).bytes)
      guard bytes.contains(where: { $0 != UInt8(ascii: " ") }), !bytes.contains(10),
        !bytes.contains(13)
      else {
        throw Refusal(
          whatFailed: "nothing ignored", why: "a pattern is one line and not empty",
          whatToDo: "give one pattern, such as '*.log'")
      }
      let file = open.location.worktree.appending(".gitignore")
      if Self.isLink(file) {
        throw Refusal(
          whatFailed: "nothing ignored", why: "'.gitignore' is a link, and git does not follow it",
          whatToDo: "put a file in its place, or add the pattern to .git/info/exclude")
      }
      let isNew = try self.add(bytes, to: file)
      let shown = escapedForDisplay(bytes)
      session.console.say(
        isNew ? "added \(shown) to .gitignore" : "\(shown) is in .gitignore already")
      return try self.untrack(bytes, open)
    }
  }

  /// The pattern as git has to read it: a line that begins with `#` is a comment, and blanks at the end
  /// do not count.
  ///
  /// Source: gitignore(5), PATTERN FORMAT.
  static func escaped(_ pattern: [UInt8]) -> [UInt8] {
    let blank = UInt8(ascii: " ")
    let end = pattern.lastIndex { $0 != blank }.map { $0 + 1 } ?? 0
    var text = Array(pattern[..<end])
    if text.first == UInt8(ascii: "#") { text.insert(UInt8(ascii: "\\"), at: 0) }
    if end == 0 { return pattern }
    // One that is escaped by the person is kept as it is.
    let isEscaped = text.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
    for index in end..<pattern.count {
      text += index == end && isEscaped ? [blank] : [UInt8(ascii: "\\"), blank]
    }
    return text
  }

  private static func isLink(_ file: GitPath) -> Bool {
    var status = stat()
    let path = file.bytes.map { CChar(bitPattern: $0) } + [0]
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private func add(_ pattern: [UInt8], to file: GitPath) throws -> Bool {
    var content = try AtomicFile.read(file, limit: 64 << 20) ?? []
    let lines = content.split(separator: 10, omittingEmptySubsequences: false)
    if lines.contains(where: { $0.elementsEqual(pattern) || $0.elementsEqual(pattern + [13]) }) {
      return false
    }
    if let last = content.last, last != 10 { content.append(10) }
    try AtomicFile.replace(file, with: content + pattern + [10], mode: 0o644)
    return true
  }

  /// Offers to stop tracking what matches; the files stay.
  ///
  /// This is the one place where a verb changes the index, and only at the person's word.
  private func untrack(_ pattern: [UInt8], _ open: OpenRepository) throws -> ExitStatus {
    let console = open.session.console
    let listing = try open.repository.git.output([
      "ls-files", "-z", "--cached", "--ignored",
      CommandWord(bytes: Array("--exclude=".utf8) + pattern),
    ])
    let tracked = listing.split(separator: 0).map { GitPath(bytes: Array($0)) }
    if tracked.isEmpty { return .done }
    for path in tracked.prefix(10) { console.say("tracked: \(path.displayed)") }
    if tracked.count > 10 { console.say("… and \(tracked.count - 10) more") }
    let them = tracked.count == 1 ? "it" : "them"
    guard
      console.confirm(
        "Stop tracking \(them)? \(tracked.count == 1 ? "The file stays" : "The files stay") on disk."
      )
    else {
      console.say("still tracked, and so still captured")
      return .done
    }
    _ = try open.repository.git.output(
      ["rm", "--cached", "-q", "--pathspec-from-file=-", "--pathspec-file-nul"], input: listing)
    console.say("no longer tracked; commit that when you like")
    return .done
  }
}
