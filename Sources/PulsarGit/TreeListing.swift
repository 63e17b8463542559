package import PulsarCore

/// Whole trees, read by one git process each.
package struct TreeListing {
  private let git: GitProgram

  package init(_ git: GitProgram) { self.git = git }

  /// How one path differs between two trees.
  package struct Difference: Hashable, Sendable {
    package let path: GitPath
    /// Nil where only the new tree has it.
    package let old: TreeEntry?
    /// Nil where only the old tree has it.
    package let new: TreeEntry?
  }

  /// Everything below a tree that is no tree itself, by path below it.
  package func entries(of tree: ObjectID) throws(GitError) -> [(path: GitPath, entry: TreeEntry)] {
    Self.entries(
      in: try self.git.output(["ls-tree", "-r", "-z", "--full-tree", CommandWord(tree)]))
  }

  /// What a tree has at single paths.
  package func entries(
    at paths: [GitPath], in tree: ObjectID
  ) throws(GitError) -> [GitPath: TreeEntry] {
    var found: [GitPath: TreeEntry] = [:]
    for start in stride(from: 0, to: paths.count, by: Self.pathsPerCommand) {
      let some = paths[start..<min(start + Self.pathsPerCommand, paths.count)]
      let output = try self.git.output(
        ["ls-tree", "-z", "--full-tree", CommandWord(tree), "--"] + some.map { CommandWord($0) })
      for (path, entry) in Self.entries(in: output) { found[path] = entry }
    }
    return found
  }

  /// So many fit on a command line, however long they are.
  private static let pathsPerCommand = 100

  private static func entries(in listing: [UInt8]) -> [(path: GitPath, entry: TreeEntry)] {
    listing.split(separator: 0).compactMap { line in
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard words.count == 3, let tab = words[2].firstIndex(of: 0x09),
        let mode = FileMode(octal: words[0]), let id = ObjectID(hex: words[2][..<tab])
      else { return nil }
      return (GitPath(bytes: words[2][(tab + 1)...]), TreeEntry(mode: mode, id: id))
    }
  }

  /// How `new` differs from `old`, by path, ascending; renames are not looked for.
  package func differences(_ old: ObjectID, _ new: ObjectID) throws(GitError) -> [Difference] {
    if old == new { return [] }
    let output = try self.git.output([
      "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff",
      CommandWord(old), CommandWord(new),
    ])
    let fields = output.split(separator: 0)
    var found: [Difference] = []
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      // :100644 100755 <id> <id> M
      let words = fields[index].dropFirst().split(separator: UInt8(ascii: " "))
      guard words.count == 5 else { continue }
      func entry(_ mode: ArraySlice<UInt8>, _ hex: ArraySlice<UInt8>) -> TreeEntry? {
        guard let mode = FileMode(octal: mode), let id = ObjectID(hex: hex), !id.isNull else {
          return nil
        }
        return TreeEntry(mode: mode, id: id)
      }
      found.append(
        Difference(
          path: GitPath(bytes: fields[index + 1]), old: entry(words[0], words[2]),
          new: entry(words[1], words[3])))
    }
    return found.sorted { $0.path < $1.path }
  }
}
