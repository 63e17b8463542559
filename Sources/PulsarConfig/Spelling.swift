/// The nearest of the words that are known.
enum Spelling {
  /// The word that needs the fewest edits; among equals the first.
  ///
  /// A word that is all but the table
  /// of a key counts as near: `commit_interval` means `daemon.commit_interval`.
  ///
  /// - Returns: nil when none is near enough to be meant.
  static func nearest(to word: String, among known: [String]) -> String? {
    guard word.utf8.count <= 60 else { return nil }
    let word = word.lowercased()
    var best: (distance: Int, word: String)?
    for candidate in known {
      let leaf = candidate.split(separator: ".").last.map(String.init) ?? candidate
      let ownLeaf = word.split(separator: ".").last.map(String.init) ?? word
      let distance = min(Self.distance(word, candidate), Self.distance(ownLeaf, leaf) + 1)
      if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    guard let best, best.distance <= max(2, word.utf8.count / 5) else { return nil }
    return best.word
  }

  /// Insertions, deletions and replacements of bytes that lead from one to the other.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (index, byte) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let replaced = diagonal + (byte == right[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
