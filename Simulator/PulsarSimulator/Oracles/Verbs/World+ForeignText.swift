internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S27: text that is nobody's: marks of conflicts, pointers in the place of contents, what a filter should
/// have turned.
extension World {
  private static let mark = Array("<<<<<<< ".utf8)

  /// Whether some file's text has marks of a conflict.
  static func hasMarks(_ state: FileState) -> Bool {
    guard case .file(let bytes, _) = state else { return false }
    return bytes.starts(with: Self.mark) || FileState.has([10] + Self.mark, in: bytes)
  }

  /// Judges the files that a verb changed.
  ///
  /// - Parameters:
  ///   - words: of the verb.
  ///   - node: whose files.
  ///   - before: how they were.
  /// - Throws: when a capture cannot be read.
  func judgeForeignText(_ words: [String], of node: SimulatedNode, before: Sight) throws {
    let changed = before.differences(to: node.sight)
    if changed.isEmpty { return }
    self.count("S27")
    let asked = words.contains("--markers")
    for path in changed {
      let state = node.sight.state(of: path)
      if Self.hasMarks(state) {
        if asked { self.marked.insert(state) }
        if !asked, words.first == "sync" || words.first == "finalize",
          !self.marked.contains(state)
        {
          self.fail(
            "S27", node.name,
            "a \(words[0]) left marks of a conflict in '\(path.displayed)', and nobody asked for them"
          )
        }
      }
      if self.isFiltered(path), state.bytes != [] { try self.judgeFiltered(path, state, node) }
    }
  }

  /// A file that a filter turns is not on disk as it is in the repository.
  private func judgeFiltered(
    _ path: GitPath, _ state: FileState, _ node: SimulatedNode
  ) throws {
    guard case .file = state, let tip = try self.currentTip(of: node),
      case .some(let mode, let id)? = try self.listing(of: tip.hex, on: node)[path],
      mode != "120000", try self.blob(of: state.bytes, on: node)?.hex == id
    else { return }
    self.fail(
      "S27", node.name,
      "'\(path.displayed)' is on disk as it is in the repository, and a filter should have turned it"
    )
  }

  /// Whether what is in the repository is other than what is on disk.
  func isFiltered(_ path: GitPath) -> Bool {
    self.traits(of: Universe.remote).contains {
      $0.kind == .filter && GitPath($0.words[1]) == path
    }
  }
}
