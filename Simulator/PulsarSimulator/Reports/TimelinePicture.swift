/// A run as a picture for people: a lane a machine and one for the remote.
///
/// A file in SVG without scripts and without fonts of its own; the same run always gives the same
/// bytes.
package struct TimelinePicture: Sendable {
  let title: String
  let subtitle: String
  let records: [TraceRecord]
  let end: SimulatedTime
  let layout: TimelineLayout

  /// Marks drawn at most; captures and edits are thinned out first.
  package static let mostMarks = 4000
  /// Lines through all lanes, and sentences under them.
  static let mostBreaks = 3
  /// Records told under the sentence of a break.
  static let mostListed = 4

  /// Takes what to draw.
  ///
  /// - Parameters:
  ///   - title: above the picture.
  ///   - subtitle: under the title; may be empty.
  ///   - nodes: the machines, in the order of their lanes.
  ///   - records: the run, in order; those of other actors are not drawn, unless something broke.
  ///   - end: when the run ended; nil: with its last record.
  package init(
    title: String, subtitle: String = "", nodes: [String], records: [TraceRecord],
    end: SimulatedTime? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.records = records
    self.end = end ?? records.last?.at ?? .zero
    self.layout = TimelineLayout(nodes: nodes, end: self.end)
  }

  /// The whole file, in SVG, 1200 pixels wide.
  package var svg: String {
    var image = VectorImage()
    self.drawTitle(in: &image)
    self.drawHours(in: &image)
    let stretches = self.stretches
    self.drawStretches(stretches.drawn, in: &image)
    self.drawLanes(in: &image)
    let marks = self.drawMarks(most: Self.mostMarks - stretches.drawn.count, in: &image)
    self.drawLabels(of: stretches.drawn, in: &image)
    var y = self.drawBreaks(in: &image)
    y = self.drawLegend(
      marks: marks.drawn, stretches: stretches.drawn.map(\.stretch), at: y + 16, in: &image)
    let (drawn, all) = (marks.drawn.count + stretches.drawn.count, marks.all + stretches.all)
    if drawn < all {
      y += 18
      let count = "\(drawn.withCommas) of \(all.withCommas) marks are drawn"
      image.addText(count, x: .pixels(24), y: y, size: 11, fill: "#78716c")
    }
    return image.file(width: TimelineLayout.width, height: y + 18)
  }

  private func drawTitle(in image: inout VectorImage) {
    image.addText(
      self.title.cut(to: 80), x: .pixels(24), y: 34, size: 20, fill: "#1c1917", isBold: true)
    if !self.subtitle.isEmpty {
      image.addText(self.subtitle.cut(to: 150), x: .pixels(24), y: 56, size: 13, fill: "#57534e")
    }
    guard let first = self.breaks.first else { return }
    let words = "FAIL  \(first.detail.firstWord)".cut(to: 24)
    let width = Int64(words.count) * 9 + 24
    image.add(
      "rect",
      [
        ("x", .pixels(TimelineLayout.right - width)), ("y", .pixels(16)),
        ("width", .pixels(width)), ("height", .pixels(28)), ("rx", .pixels(14)),
        ("fill", .text("#fee2e2")),
      ])
    image.addText(
      words, x: .pixels(TimelineLayout.right - width / 2), y: 35, size: 14, fill: "#b91c1c",
      anchor: .middle, isBold: true)
  }

  private func drawHours(in image: inout VectorImage) {
    for (x, label) in self.layout.hours {
      image.addLine(
        (x, .pixels(TimelineLayout.top)), (x, .pixels(self.layout.bottom)), stroke: "#e7e5e4")
      image.addText(
        label, x: x, y: TimelineLayout.top - 6, size: 11, fill: "#78716c", anchor: .middle)
    }
  }

  private func drawLanes(in image: inout VectorImage) {
    for actor in self.layout.lanes {
      guard let y = self.layout.y(of: actor) else { continue }
      let isOrigin = actor == TimelineLayout.origin
      let colour = self.layout.colour(of: actor)
      image.addText(
        actor.cut(to: 11), x: .pixels(24), y: y + 5, size: 14, fill: colour, isBold: true)
      image.addLine(
        (.pixels(TimelineLayout.left), .pixels(y)), (.pixels(TimelineLayout.right), .pixels(y)),
        stroke: colour, width: isOrigin ? 3 : 2, opacity: "0.35")
    }
  }

  /// Each break as a red line through all lanes, and its sentence.
  ///
  /// - Returns: where what follows may begin, in pixels.
  private func drawBreaks(in image: inout VectorImage) -> Int64 {
    var y = self.layout.bottom + 8
    for record in self.breaks.prefix(Self.mostBreaks) {
      let x = self.layout.x(of: record.at)
      image.addLine(
        (x, .pixels(TimelineLayout.top - 2)), (x, .pixels(y + 4)), stroke: "#dc2626", width: 2,
        mark: TimelineMark.broken.name.hyphenated, title: record.line)
      if let lane = self.layout.y(of: record.actor) {
        image.addDot(at: (x, .pixels(lane)), radius: 6, fill: "#dc2626")
      }
      // On the side that has more room.
      let isOnTheRight = x < .pixels((TimelineLayout.left + TimelineLayout.right) / 2)
      let lines = "\(record.detail) (\(record.actor) \(record.at.offsetText))".wrapped(to: 80)
      for line in lines.prefix(4) {
        y += 16
        image.addText(
          line, x: isOnTheRight ? x + .pixels(6) : x - .pixels(6), y: y, size: 12,
          fill: "#b91c1c", anchor: isOnTheRight ? .start : .end, isBold: true)
      }
      y = self.listLast(before: record, at: y + 4, in: &image)
    }
    let more = self.breaks.count - Self.mostBreaks
    if more > 0 {
      y += 16
      image.addText(
        "and \(more.withCommas) more", x: .pixels(TimelineLayout.left), y: y, size: 12,
        fill: "#b91c1c")
    }
    return y
  }

  /// What happened last before something broke: much of it may lie under the red line.
  ///
  /// - Returns: where what follows may begin, in pixels.
  private func listLast(
    before record: TraceRecord, at y: Int64, in image: inout VectorImage
  ) -> Int64 {
    let unremarkable: [TraceRecord.Kind] = [.looked, .skipped, .marked, .broken]
    let earlier = self.records.prefix { $0 != record }.filter { !unremarkable.contains($0.kind) }
    let last = earlier.suffix(Self.mostListed)
    let x = self.layout.x(of: record.at)
    let isOnTheRight = x < .pixels((TimelineLayout.left + TimelineLayout.right) / 2)
    var y = y
    for line in last.map(\.line) {
      y += 14
      image.addText(
        line.onOneLine.cut(to: 100), x: isOnTheRight ? x + .pixels(6) : x - .pixels(6), y: y,
        size: 11, fill: "#57534e", anchor: isOnTheRight ? .start : .end)
    }
    return y + 4
  }

  private var breaks: [TraceRecord] { self.records.filter { $0.kind == .broken } }
}

extension String {
  fileprivate var firstWord: String {
    String(self.prefix { $0 != " " && $0 != ":" })
  }
}
