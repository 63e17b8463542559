/// The nearest of the words that are known.
enum NearestWord {
  /// The word that needs the fewest edits, at most two; among equals the first.
  ///
  /// An edit inserts, deletes or replaces a byte, or swaps two neighbours. Upper case counts as lower
  /// case. The whole word may not be made of edits: nothing is near `x`.
  ///
  /// - Returns: nil when none is near enough to be meant.
  static func to(_ word: String, among known: [String]) -> String? {
    guard word.utf8.count <= 60 else { return nil }
    let bytes = Array(word.lowercased().utf8)
    var best: (distance: Int, word: String)?
    for candidate in known {
      let distance = self.distance(bytes, Array(candidate.lowercased().utf8))
      guard distance <= 2, distance < min(bytes.count, candidate.utf8.count) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.word
  }

  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var fewest = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          fewest = min(fewest, beforeLast[column - 1] + 1)
        }
        current.append(fewest)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
