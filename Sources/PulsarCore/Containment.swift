/// Which of several have something that no other has, where some may have nothing that another lacks.
package struct Containment: Hashable, Sendable {
  /// Those that gave way to no other: their places, ascending; none only where there is nothing.
  package let apart: [Int]
  /// What each of the others gave way to, which may have given way later.
  private let containers: [Int: Int]

  /// Lets one after the other give way to one of those that are still there.
  ///
  /// One that gave way makes nothing else give way, so that not all do where each has nothing that the
  /// next lacks.
  ///
  /// - Parameters:
  ///   - order: places; of two that have the same the earlier gives way.
  ///   - isContained: whether the first of two has nothing that the second lacks.
  /// - Throws: what `isContained` throws.
  package init<Failure: Error>(
    in order: [Int], isContained: (Int, Int) throws(Failure) -> Bool
  ) throws(Failure) {
    var left = order
    var containers: [Int: Int] = [:]
    for one in order {
      for other in left where other != one && containers[one] == nil {
        if try isContained(one, other) { containers[one] = other }
      }
      if containers[one] != nil { left.removeAll { $0 == one } }
    }
    self.apart = left.sorted()
    self.containers = containers
  }

  /// The one that gave way to no other and has all that `place` has; itself where it is such a one.
  package func holder(of place: Int) -> Int {
    var holder = place
    while let next = self.containers[holder] { holder = next }
    return holder
  }
}
