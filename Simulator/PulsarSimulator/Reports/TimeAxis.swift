/// Where times fall on a line of so many places, and which of them are written above it.
struct TimeAxis: Hashable, Sendable {
  /// When the run ended; the start is zero.
  let end: SimulatedTime
  /// Places on the line: columns, or hundredths of a pixel.
  let width: Int64

  init(end: SimulatedTime, width: Int64) {
    self.end = SimulatedTime(milliseconds: max(1, end.milliseconds))
    self.width = max(1, width)
  }

  /// A time as a place, 0 at the start and `width` at the end.
  func place(of time: SimulatedTime) -> Int64 {
    let time = min(max(time.milliseconds, 0), self.end.milliseconds)
    return time * self.width / self.end.milliseconds
  }

  /// A time as a column, from 0 to `width - 1`.
  func column(of time: SimulatedTime) -> Int {
    Int(min(self.width - 1, self.place(of: time)))
  }

  /// Round times from the start on, so far apart that each has room to be written.
  ///
  /// - Parameter room: places a written time needs.
  /// - Returns: in order; the first is zero.
  func ticks(room: Int64) -> [SimulatedTime] {
    let step = self.step(room: room)
    return stride(from: 0, through: self.end.milliseconds, by: Int64.Stride(step.milliseconds))
      .map(SimulatedTime.init(milliseconds:))
  }

  /// Writes one of the ticks: `0h`, `12h`, `30m`.
  func label(of tick: SimulatedTime) -> String {
    tick == .zero ? (self.end < .hours(1) ? "0m" : "0h") : tick.spanText
  }

  private func step(room: Int64) -> SimulatedTime {
    let round: [SimulatedTime] = [
      .seconds(1), .seconds(5), .seconds(15), .seconds(30),
      .minutes(1), .minutes(5), .minutes(15), .minutes(30),
      .hours(1), .hours(2), .hours(3), .hours(6), .hours(12), .hours(24),
    ]
    let hasRoom = { (step: SimulatedTime) in
      step >= self.end || self.place(of: step) >= room
    }
    if let step = round.first(where: hasRoom) { return step }
    var step = SimulatedTime.hours(24)
    while !hasRoom(step) { step = step + step }
    return step
  }
}
