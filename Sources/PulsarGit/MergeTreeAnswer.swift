package import PulsarCore
package import PulsarEngine

/// What `git merge-tree --write-tree -z --messages` prints.
///
/// Source: git-merge-tree(1), OUTPUT; `type_short_descriptions` in git's `merge-ort.c`.
package struct MergeTreeAnswer: Hashable, Sendable {
  package let tree: ObjectID
  /// By path, ascending.
  ///
  /// Paths and labels are as git gave them.
  package let conflicts: [MergeConflict]

  /// - Returns: nil when it is not in that format: git came to no end.
  package init?(_ output: [UInt8]) {
    var fields = output.split(separator: 0, omittingEmptySubsequences: false)[...]
    guard let first = fields.popFirst(), let tree = ObjectID(hex: first) else { return nil }
    self.tree = tree
    var stages: [GitPath: [Int: TreeEntry]] = [:]
    // <mode> <id> <stage>\t<path>, up to an empty field.
    while let field = fields.popFirst(), !field.isEmpty {
      guard let tab = field.firstIndex(of: 0x09) else { return nil }
      let words = field[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 3, let mode = FileMode(octal: words[0]),
        let id = ObjectID(hex: words[1]),
        let stage = Int(String(decoding: words[2], as: UTF8.self))
      else { return nil }
      stages[GitPath(bytes: field[(tab + 1)...]), default: [:]][stage] =
        TreeEntry(mode: mode, id: id)
    }
    var told: [GitPath: MergeConflict.Kind] = [:]
    // <number of paths>, the paths, a type, a message for people. Advice about submodules comes behind
    // all, in no format.
    while let field = fields.popFirst(), let count = Int(String(decoding: field, as: UTF8.self)),
      count >= 0, fields.count >= count + 2
    {
      let paths = fields.prefix(count).map { GitPath(bytes: $0) }
      let type = String(decoding: fields[fields.startIndex + count], as: UTF8.self)
      fields = fields.dropFirst(count + 2)
      guard type.hasPrefix("CONFLICT") else { continue }
      let kind = Self.kind(type)
      // Of a conflict that leaves no stages anywhere, only the first path is what it is about.
      let isKnown = paths.contains { stages[$0] != nil }
      for path in isKnown ? paths : Array(paths.prefix(1)) {
        told[path] = Self.stronger(told[path], kind)
      }
    }
    var paths = Set(stages.keys)
    if paths.isEmpty { paths = Set(told.keys) }
    self.conflicts = paths.sorted().map { path in
      let versions = stages[path] ?? [:]
      let (base, ours, theirs) = (versions[1], versions[2], versions[3])
      // `CONFLICT (contents)` is also said of what both added, and of modes.
      var kind = MergeConflict.kind(base: base, ours: ours, theirs: theirs)
      if let said = told[path], said != .content { kind = said }
      return MergeConflict(path: path, kind: kind, base: base, ours: ours, theirs: theirs)
    }
  }

  private static func kind(_ type: String) -> MergeConflict.Kind {
    if type.contains("(binary)") { return .binary }
    if type.contains("(modify/delete)") { return .modifyDelete }
    if type.contains("(file/directory)") { return .fileFolder }
    if type.contains("(distinct ") { return .type }
    if type.contains("submodule") { return .submodule }
    if type.contains("rename") { return .rename }
    return type.contains("(contents)") ? .content : .other
  }

  /// Of two kinds told of one path, the one that says more of what to do.
  private static func stronger(
    _ left: MergeConflict.Kind?, _ right: MergeConflict.Kind
  ) -> MergeConflict.Kind {
    guard let left else { return right }
    let order: [MergeConflict.Kind] = [
      .fileFolder, .rename, .type, .submodule, .binary, .modifyDelete, .other, .addAdd, .content,
    ]
    return order.first { $0 == left || $0 == right } ?? left
  }
}

/// The places where git, given ids of commits, put these for people to read.
struct MergeMarks {
  private let sides: [(id: [UInt8], label: [UInt8], mark: UInt8)]

  init(ours: ObjectID, theirs: ObjectID, labels: MergeLabels) {
    self.sides = [
      (Array(ours.hex.utf8), Array(labels.ours.utf8), UInt8(ascii: "<")),
      (Array(theirs.hex.utf8), Array(labels.theirs.utf8), UInt8(ascii: ">")),
    ]
  }

  /// `<path>~<id>`, perhaps with `_<number>`, with the label in place of the id, and without it.
  ///
  /// - Returns: nil when the path is not one of these.
  func renamed(_ path: GitPath) -> (path: GitPath, original: GitPath)? {
    let name = Array(path.name)
    for side in self.sides {
      let mark = [UInt8(ascii: "~")] + side.id
      guard name.count > mark.count else { continue }
      for start in stride(from: name.count - mark.count, through: 1, by: -1)
      where name[start...].starts(with: mark) {
        let label = side.label.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
        let original = Array(name[..<start])
        return (
          path.parent.appending(original + [UInt8(ascii: "~")] + label),
          path.parent.appending(original)
        )
      }
    }
    return nil
  }

  /// The text with labels at its conflict markers.
  ///
  /// - Returns: nil when there are none.
  func labelled(_ text: [UInt8]) -> [UInt8]? {
    var made: [UInt8] = []
    made.reserveCapacity(text.count)
    var isChanged = false
    var rest = text[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      let line = rest[..<end]
      rest = rest[end...]
      if let relabelled = self.relabelled(line) {
        made += relabelled
        isChanged = true
      } else {
        made += line
      }
    }
    return isChanged ? made : nil
  }

  /// `<<<<<<< <id>`, of any length, perhaps with `:<path>` where the sides have it at different ones.
  private func relabelled(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    for side in self.sides {
      let marks = line.prefix { $0 == side.mark }
      let after = line[marks.endIndex...]
      guard !marks.isEmpty, after.first == 0x20, after.dropFirst().starts(with: side.id) else {
        continue
      }
      let tail = after.dropFirst(1 + side.id.count)
      guard let next = tail.first, [0x0A, 0x0D, UInt8(ascii: ":")].contains(next) else { continue }
      return Array(marks) + [0x20] + side.label + tail
    }
    return nil
  }
}
