/// Reads the log: its last lines from the end, then what is added, over rotations.
///
/// Lines are as they stand there, without their newlines; empty ones are left out. One that is longer
/// than any of ours comes in pieces, so that no file is ever held whole in memory.
package final class EventLogReader {
  private let log: EventLogFile
  private var current: LogGeneration?
  private var previous: LogGeneration?

  /// - Parameter log: need not exist yet.
  package init(_ log: EventLogFile) { self.log = log }

  /// The newest lines, oldest first; `next` goes on behind them.
  ///
  /// - Parameters:
  ///   - count: so many at most.
  ///   - holdsUnfinished: leaves a last line without its end to `next`.
  ///   - isWanted: says which lines count.
  /// - Returns: the lines; none when there is no log.
  /// - Throws: when the log is there and cannot be read.
  package func last(
    _ count: Int, holdsUnfinished: Bool = false, where isWanted: ([UInt8]) -> Bool = { _ in true }
  ) throws(SystemError) -> [[UInt8]] {
    var triesLeft = 3
    repeat {
      self.current = try LogGeneration(self.log.path)
      self.previous = try LogGeneration(self.log.previousPath)
      triesLeft -= 1
      // Rotated between the two calls; the new file is there now.
    } while triesLeft > 0 && self.current?.isSame(as: self.previous) == true
    let newest = try self.current?.last(count, holdsUnfinished, where: isWanted) ?? []
    let older = try self.previous?.last(count - newest.count, false, where: isWanted) ?? []
    return older + newest
  }

  /// Hands over the lines that were added since, each when it has its end.
  ///
  /// - Parameter take: called for each line.
  /// - Throws: when the log is there and cannot be read.
  package func next(_ take: ([UInt8]) -> Void) throws(SystemError) {
    if let newest = try LogGeneration(self.log.path), !newest.isSame(as: self.current) {
      // What came last to the files before they were moved away.
      try self.previous?.next(take)
      try self.current?.next(take)
      if let moved = try LogGeneration(self.log.previousPath), self.current != nil,
        !moved.isSame(as: self.current), !moved.isSame(as: self.previous),
        !moved.isSame(as: newest)
      {
        // Rotated twice since: one that was never looked at.
        self.previous = moved
      } else {
        self.previous = self.current ?? self.previous
      }
      self.current = newest
    }
    try self.previous?.next(take)
    try self.current?.next(take)
  }
}
