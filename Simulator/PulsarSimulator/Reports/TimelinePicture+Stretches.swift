extension TimelinePicture {
  /// What lasts: drawn behind everything else.
  enum Stretch: String, CaseIterable, Hashable, Sendable {
    case suspended
    case remoteFault = "remote fault"
    case fault = "fault of a machine"
    case battery
  }

  /// Draws sleep, faults and batteries, without their words.
  ///
  /// - Returns: what was drawn, in the order of the legend.
  func drawStretches(in image: inout VectorImage) -> [Stretch] {
    var drawn: [Stretch] = []
    for piece in self.pieces {
      self.draw(piece, in: &image)
      drawn.append(piece.stretch)
    }
    if self.drawBatteries(in: &image) { drawn.append(.battery) }
    return Stretch.allCases.filter(drawn.contains)
  }

  /// Writes into sleep and faults what they are, where there is room.
  func drawLabelsOfStretches(in image: inout VectorImage) {
    for piece in self.pieces {
      // About six pixels a letter: what would stand out is left to the title.
      guard piece.width >= .pixels(Int64(piece.label.count) * 6 + 4) else { continue }
      let middle = VectorImage.Length(hundredths: piece.width.hundredths / 2)
      let isThin = piece.stretch == .fault
      image.addText(
        piece.label, x: piece.from + middle, y: isThin ? piece.y + 20 : piece.y - 9,
        size: isThin ? 10 : 11, fill: piece.stretch.ink, anchor: .middle)
    }
  }

  private struct Piece {
    let stretch: Stretch
    let label: String
    let title: String
    let from: VectorImage.Length
    let width: VectorImage.Length
    /// The middle of its lane.
    let y: Int64
  }

  private var pieces: [Piece] {
    let faults = TraceSpan.faults(in: self.records, end: self.end).compactMap { span in
      let isOrigin = span.actor == TimelineLayout.origin
      return self.piece(span, as: isOrigin ? .remoteFault : .fault, label: span.detail)
    }
    let sleeps = TraceSpan.sleeps(in: self.records, end: self.end).compactMap { span in
      self.piece(
        span, as: .suspended, label: "suspended " + (span.until - span.from).spanText)
    }
    return faults + sleeps
  }

  private func piece(_ span: TraceSpan, as stretch: Stretch, label: String) -> Piece? {
    guard let y = self.layout.y(of: span.actor) else { return nil }
    let from = self.layout.x(of: span.from)
    return Piece(
      stretch: stretch, label: label, title: "\(span.from.offsetText) \(span.actor) \(label)",
      from: from,
      // A short one must be seen too.
      width: max(self.layout.x(of: span.until) - from, .pixels(2)), y: y)
  }

  private func draw(_ piece: Piece, in image: inout VectorImage) {
    let isThin = piece.stretch == .fault
    image.add(
      "rect",
      [
        ("class", .text(piece.stretch.rawValue.hyphenated)), ("x", .length(piece.from)),
        ("y", .pixels(isThin ? piece.y + 10 : piece.y - 20)), ("width", .length(piece.width)),
        ("height", .pixels(isThin ? 12 : 40)), ("rx", .pixels(3)),
        ("fill", .text(piece.stretch.fill)),
      ], title: piece.title)
  }

  /// A strip under the lane of each machine that has a battery, in the colour of what it holds.
  private func drawBatteries(in image: inout VectorImage) -> Bool {
    var isAnyDrawn = false
    for node in self.layout.nodes {
      let changes = self.records.filter { $0.kind == .power && $0.actor == node }
      guard let y = self.layout.y(of: node) else { continue }
      for (index, change) in changes.enumerated() {
        let until = index + 1 < changes.count ? changes[index + 1].at : self.end
        let from = self.layout.x(of: change.at)
        image.add(
          "rect",
          [
            ("class", .text(Stretch.battery.rawValue.hyphenated)), ("x", .length(from)),
            ("y", .pixels(y + 24)), ("width", .length(self.layout.x(of: until) - from)),
            ("height", .pixels(4)), ("fill", .text(Self.batteryColour(change.detail))),
          ], title: change.line)
        isAnyDrawn = true
      }
    }
    return isAnyDrawn
  }

  /// Green on mains or with half a battery, amber with a fifth, red with less.
  private static func batteryColour(_ detail: String) -> String {
    guard let sign = detail.firstIndex(of: "%") else { return "#86efac" }
    let digits = detail[..<sign].reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
    switch Int(String(digits)) ?? 100 {
    case 50...: return "#86efac"
    case 20...: return "#fde68a"
    default: return "#fca5a5"
    }
  }
}

extension TimelinePicture.Stretch {
  var fill: String {
    switch self {
    case .suspended: "#e7e5e4"
    case .remoteFault: "#fecaca"
    case .fault: "#fed7aa"
    case .battery: "#86efac"
    }
  }

  fileprivate var ink: String {
    switch self {
    case .suspended, .battery: "#57534e"
    case .remoteFault: "#991b1b"
    case .fault: "#9a3412"
    }
  }
}
