/// A run as lines of a terminal: one lane a machine and one for the remote.
///
/// Hours stand above, what the characters mean below. The whole run is scaled to the width.
package struct Lanes: Sendable {
  private let nodes: [String]
  private let records: [TraceRecord]
  private let end: SimulatedTime
  private let width: Int

  /// Columns at most.
  package static let widest = 100
  private static let widestName = 16
  private static let origin = "origin"

  /// Takes what to draw.
  ///
  /// - Parameters:
  ///   - nodes: the machines, in the order of their lanes.
  ///   - records: the run, in order; those of other actors are only listed, unless something
  ///     broke, which then shows on all lanes.
  ///   - end: when the run ended; nil: with its last record.
  ///   - width: columns, 40 to 100.
  package init(
    nodes: [String], records: [TraceRecord], end: SimulatedTime? = nil, width: Int = Self.widest
  ) {
    self.nodes = nodes.filter { $0 != Self.origin }
    self.records = records
    self.end = end ?? records.last?.at ?? .zero
    self.width = min(max(width, 40), Self.widest)
  }

  /// Draws the lanes.
  ///
  /// - Parameter listing: whether the records follow, one a line; edits, and records of
  ///   which nothing came, are left out.
  /// - Returns: lines without spaces at their end, each with a line end.
  package func text(listing: Bool = false) -> String {
    let lanes = self.lanes
    var lines = [self.hours] + lanes.map(\.text)
    lines += self.legend(of: lanes)
    if listing { lines += [""] + self.listing }
    return lines.map { $0.withoutSpacesAtTheEnd + "\n" }.joined()
  }

  private var nameWidth: Int {
    min(Self.widestName, (self.nodes + [Self.origin]).map(\.count).max() ?? 0) + 2
  }

  private var axis: TimeAxis {
    TimeAxis(end: self.end, width: Int64(self.width - self.nameWidth))
  }

  private var hours: String {
    var line = String(repeating: " ", count: self.nameWidth)
    for tick in self.axis.ticks(room: 6) {
      let column = self.nameWidth + self.axis.column(of: tick)
      let label = self.axis.label(of: tick)
      guard column + label.count <= self.width else { break }
      line = line.padded(to: column) + label
    }
    return line
  }

  private struct Lane {
    let text: String
    let drawn: [Glyph]
  }

  private var lanes: [Lane] {
    let sleeps = TraceSpan.sleeps(in: self.records, end: self.end)
    let faults = TraceSpan.faults(in: self.records, end: self.end)
    return (self.nodes + [Self.origin]).map { actor in
      let isOrigin = actor == Self.origin
      var cells = [Glyph?](repeating: nil, count: Int(self.axis.width))
      for span in faults where span.actor == actor {
        self.draw(isOrigin ? .down : .faulty, over: span, in: &cells)
      }
      for span in sleeps where span.actor == actor {
        self.draw(.asleep, over: span, in: &cells)
      }
      for record in self.records where self.isShown(record, on: actor) && !record.isRoutine {
        guard let glyph = Glyph.of(record.kind) else { continue }
        Self.draw(glyph, at: self.axis.column(of: record.at), in: &cells)
      }
      let name = actor.onOneLine.cut(to: Self.widestName).padded(to: self.nameWidth)
      let empty: Character = isOrigin ? "─" : " "
      return Lane(
        text: name + String(cells.map { $0?.character ?? empty }),
        drawn: cells.compactMap { $0 })
    }
  }

  private func isShown(_ record: TraceRecord, on actor: String) -> Bool {
    if record.actor == actor { return true }
    let hasLane = record.actor == Self.origin || self.nodes.contains(record.actor)
    return record.kind == .broken && !hasLane
  }

  private func draw(_ glyph: Glyph, over span: TraceSpan, in cells: inout [Glyph?]) {
    let last = self.axis.column(of: max(span.from, span.until))
    for column in self.axis.column(of: span.from)...last {
      Self.draw(glyph, at: column, in: &cells)
    }
  }

  private static func draw(_ glyph: Glyph, at column: Int, in cells: inout [Glyph?]) {
    if let drawn = cells[column], drawn.severity >= glyph.severity { return }
    cells[column] = glyph
  }

  /// Only what the lanes show is explained.
  private func legend(of lanes: [Lane]) -> [String] {
    let drawn = lanes.flatMap(\.drawn)
    var lines: [String] = []
    var line = String(repeating: " ", count: self.nameWidth)
    for glyph in Glyph.all where drawn.contains(glyph) {
      let entry = "\(glyph.character) \(glyph.name)  "
      if line.count + entry.count - 2 > self.width {
        lines.append(line)
        line = String(repeating: " ", count: self.nameWidth)
      }
      line += entry
    }
    return lines + [line]
  }

  private var listing: [String] {
    let remarkable = self.records.filter { $0.kind != .edit && !$0.isRoutine }
    let times = remarkable.map { $0.at.offsetText }
    let timeWidth = times.map(\.count).max() ?? 0
    let actorWidth = remarkable.map { min(Self.widestName, $0.actor.count) }.max() ?? 0
    let kindWidth = remarkable.map { $0.kind.rawValue.count }.max() ?? 0
    let indent = timeWidth + actorWidth + kindWidth + 6
    return zip(times, remarkable).flatMap { time, record in
      let head = [
        time.padded(onTheLeftTo: timeWidth),
        record.actor.onOneLine.cut(to: Self.widestName).padded(to: actorWidth),
        record.kind.rawValue.padded(to: kindWidth),
      ].joined(separator: "  ")
      let detail = record.detail.onOneLine.wrapped(to: self.width - indent)
      return detail.enumerated().map { index, line in
        (index == 0 ? head : String(repeating: " ", count: indent - 2)) + "  " + line
      }
    }
  }
}

extension String {
  fileprivate var withoutSpacesAtTheEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
