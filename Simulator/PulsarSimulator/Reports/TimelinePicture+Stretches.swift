extension TimelinePicture {
  /// What lasts: drawn behind everything else.
  enum Stretch: String, CaseIterable, Hashable, Sendable {
    case suspended
    case remoteFault = "remote fault"
    case fault = "fault of a machine"
    case battery
  }

  /// Draws sleep, faults and batteries.
  ///
  /// - Returns: what was drawn, in the order of the legend.
  func drawStretches(in image: inout VectorImage) -> [Stretch] {
    var drawn: [Stretch] = []
    for span in TraceSpan.faults(in: self.records, end: self.end) {
      let isOrigin = span.actor == TimelineLayout.origin
      let stretch = isOrigin ? Stretch.remoteFault : .fault
      if self.draw(span, as: stretch, label: span.detail, in: &image) { drawn.append(stretch) }
    }
    for span in TraceSpan.sleeps(in: self.records, end: self.end) {
      let label = "suspended " + (span.until - span.from).spanText
      if self.draw(span, as: .suspended, label: label, in: &image) { drawn.append(.suspended) }
    }
    if self.drawBatteries(in: &image) { drawn.append(.battery) }
    return Stretch.allCases.filter(drawn.contains)
  }

  private func draw(
    _ span: TraceSpan, as stretch: Stretch, label: String, in image: inout VectorImage
  ) -> Bool {
    guard let y = self.layout.y(of: span.actor) else { return false }
    let from = self.layout.x(of: span.from)
    // A short one must be seen too.
    let width = max(self.layout.x(of: span.until) - from, .pixels(2))
    let isThin = stretch == .fault
    image.add(
      "rect",
      [
        ("class", .text(stretch.rawValue)), ("x", .length(from)),
        ("y", .pixels(isThin ? y + 10 : y - 20)), ("width", .length(width)),
        ("height", .pixels(isThin ? 12 : 40)), ("rx", .pixels(3)),
        ("fill", .text(stretch.fill)),
      ], title: "\(span.from.offsetText) \(span.actor) \(label)")
    // About six pixels a letter: what would stand out is left to the title.
    if width >= .pixels(Int64(label.count) * 6 + 4) {
      image.addText(
        label, x: from + VectorImage.Length(hundredths: width.hundredths / 2),
        y: isThin ? y + 20 : y - 9, size: isThin ? 10 : 11, fill: stretch.ink, anchor: .middle)
    }
    return true
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
            ("class", .text(Stretch.battery.rawValue)), ("x", .length(from)),
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
