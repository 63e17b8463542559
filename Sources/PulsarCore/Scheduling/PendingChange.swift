/// What is not captured yet.
struct PendingChange: Sendable {
  private(set) var first: MonotonicTime
  /// The last time files were seen to change; nil when nobody saw any, so that nothing need settle.
  private(set) var last: MonotonicTime?
  private(set) var scope: CaptureScope

  static let settleTime = Duration.seconds(2)

  init(at time: MonotonicTime, isSeen: Bool, scope: CaptureScope) {
    self.first = time
    self.last = isSeen ? time : nil
    self.scope = scope
  }

  /// Takes in what came later.
  mutating func add(_ later: PendingChange) {
    self.last = later.last ?? self.last
    if later.scope == .everything { self.scope = .everything }
  }

  /// The earliest moment for a capture, however quiet the files are.
  func earliest(after lastCapture: MonotonicTime?, _ schedule: Schedule) -> MonotonicTime {
    guard let lastCapture else { return self.first }
    return max(self.first, lastCapture + schedule.commitInterval)
  }

  /// When to capture unless more files change: once they are quiet, but with an end to the patience.
  func due(after lastCapture: MonotonicTime?, _ schedule: Schedule) -> MonotonicTime {
    let earliest = self.earliest(after: lastCapture, schedule)
    guard let last = self.last else { return earliest }
    return max(earliest, min(last + Self.settleTime, self.first + schedule.captureWithin))
  }
}
