package import PulsarCore
package import PulsarEngine

/// Commits along first parents, newest first, read a page at a time by git.
package struct CommitChain {
  private let git: GitProgram
  private var page: [CommitRecord] = []
  private var position = 0
  private var next: ObjectID?
  private var pageSize = 64

  /// - Parameters:
  ///   - git: running in the repository.
  ///   - tip: the first commit given; nil for none at all.
  package init(_ git: GitProgram, from tip: ObjectID?) {
    self.git = git.with([("GIT_NO_REPLACE_OBJECTS", [UInt8(ascii: "1")])])
    self.next = tip
  }

  /// The next commit; nil at the end of the history.
  package mutating func take() throws(GitError) -> CommitRecord? {
    if self.position == self.page.count { try self.turn() }
    guard self.position < self.page.count else { return nil }
    self.position += 1
    return self.page[self.position - 1]
  }

  private mutating func turn() throws(GitError) {
    self.page = []
    self.position = 0
    guard let start = self.next else { return }
    let ids = try self.git.output([
      "rev-list", "--first-parent", CommandWord("--max-count=\(self.pageSize)"), CommandWord(start),
    ])
    self.page = try CommitBatch.read(ids, self.git)
    guard self.page.count == ids.count(where: { $0 == UInt8(ascii: "\n") }) else {
      throw .failed(command: "git cat-file", cause: "a commit is missing")
    }
    self.next = self.page.count == self.pageSize ? self.page.last?.parents.first : nil
    self.pageSize = 512
  }
}

/// Commits read by one git process.
package enum CommitBatch {
  /// - Parameters:
  ///   - ids: of commits, in any order.
  ///   - git: running in the repository.
  /// - Returns: in the order asked for; those that are not here are left out.
  /// - Throws: `GitError` when one cannot be read.
  package static func read(
    _ ids: [ObjectID], _ git: GitProgram
  ) throws(GitError) -> [CommitRecord] {
    if ids.isEmpty { return [] }
    return try self.read(
      ids.flatMap { Array("\($0.hex)\n".utf8) },
      git.with([("GIT_NO_REPLACE_OBJECTS", [UInt8(ascii: "1")])]))
  }

  /// Reads those that `lines` name, an id a line.
  fileprivate static func read(
    _ lines: [UInt8], _ git: GitProgram
  ) throws(GitError) -> [CommitRecord] {
    let objects = try git.output(["cat-file", "--batch"], input: lines)
    var records: [CommitRecord] = []
    var rest = objects[...]
    // <id> commit <size>\n<content>\n, or <id> missing\n
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let words = rest[..<end].split(separator: UInt8(ascii: " "))
      if words.count == 2, words[1].elementsEqual("missing".utf8) {
        rest = rest[(end + 1)...]
        continue
      }
      guard words.count == 3, let id = ObjectID(hex: words[0]),
        let size = Int(String(decoding: words[2], as: UTF8.self)), end + 1 + size < rest.endIndex,
        let record = CommitCodec.record(id, Array(rest[(end + 1)..<(end + 1 + size)]))
      else { throw .failed(command: "git cat-file", cause: "a commit could not be read") }
      records.append(record)
      rest = rest[(end + 2 + size)...]
    }
    return records
  }
}
