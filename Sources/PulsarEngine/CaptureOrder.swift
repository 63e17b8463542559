internal import PulsarCore

/// The order in which captures of several machines are shown.
package enum CaptureOrder {
  /// Sorts commits newest first: by ancestry, and only where that says nothing by their times.
  ///
  /// A machine whose clock is hours off does not put a capture before the one it was made upon.
  ///
  /// - Parameter commits: each once; ancestry is followed through their parents among them.
  /// - Returns: all of them; of two that nothing tells apart, the greater id first.
  package static func newestFirst(_ commits: [CommitRecord]) -> [CommitRecord] {
    let positions = Dictionary(
      commits.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var children = [Int](repeating: 0, count: commits.count)
    for commit in commits {
      for parent in Set(commit.parents) {
        if let position = positions[parent] { children[position] += 1 }
      }
    }
    // Those of which all children are placed: few, one a stream.
    var ready = commits.indices.filter { children[$0] == 0 }
    var sorted: [CommitRecord] = []
    sorted.reserveCapacity(commits.count)
    while let next = ready.indices.max(by: { left, right in
      let (left, right) = (commits[ready[left]], commits[ready[right]])
      return (left.time.seconds, left.id.hex) < (right.time.seconds, right.id.hex)
    }) {
      let commit = commits[ready.remove(at: next)]
      sorted.append(commit)
      for parent in Set(commit.parents) {
        guard let position = positions[parent] else { continue }
        children[position] -= 1
        if children[position] == 0 { ready.append(position) }
      }
    }
    return sorted
  }
}
