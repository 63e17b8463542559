extension TimelinePicture {
  /// What lasts: drawn behind everything else.
  enum Stretch: String, CaseIterable, Hashable, Sendable {
    case suspended
    case remoteFault = "remote fault"
    case fault = "fault of a machine"
    case battery
  }

  /// One of them, and where it is.
  struct StretchPiece: Hashable, Sendable {
    let stretch: Stretch
    /// Written into it where there is room; empty: nothing.
    let label: String
    let title: String
    let fill: String
    let from: VectorImage.Length
    let width: VectorImage.Length
    /// The middle of its lane, in pixels.
    let y: Int64
  }

  /// Stretches drawn at most; of more, so many evenly over all.
  static let mostStretches = 1000

  /// Sleep, faults and batteries.
  var stretches: (drawn: [StretchPiece], all: Int) {
    let faults = TraceSpan.faults(in: self.records, end: self.end).compactMap { span in
      let isOrigin = span.actor == TimelineLayout.origin
      return self.piece(span, as: isOrigin ? .remoteFault : .fault, label: span.detail)
    }
    let sleeps = TraceSpan.sleeps(in: self.records, end: self.end).compactMap { span in
      self.piece(
        span, as: .suspended, label: "suspended " + (span.until - span.from).spanText)
    }
    let all = faults + sleeps + self.batteries
    guard all.count > Self.mostStretches else { return (all, all.count) }
    let drawn = (0..<Self.mostStretches).map { all[$0 * all.count / Self.mostStretches] }
    return (drawn, all.count)
  }

  func drawStretches(_ pieces: [StretchPiece], in image: inout VectorImage) {
    for piece in pieces {
      let (above, height) = piece.stretch.place
      image.add(
        "rect",
        [
          ("class", .text(piece.stretch.rawValue.hyphenated)), ("x", .length(piece.from)),
          ("y", .pixels(piece.y - above)), ("width", .length(piece.width)),
          ("height", .pixels(height)), ("rx", .pixels(piece.stretch == .battery ? 0 : 3)),
          ("fill", .text(piece.fill)),
        ], title: piece.title)
    }
  }

  /// Writes into sleep and faults what they are, where there is room.
  func drawLabels(of pieces: [StretchPiece], in image: inout VectorImage) {
    for piece in pieces where !piece.label.isEmpty {
      // About six pixels a letter: what would stand out is left to the title.
      guard piece.width >= .pixels(Int64(piece.label.count) * 6 + 4) else { continue }
      let middle = VectorImage.Length(hundredths: piece.width.hundredths / 2)
      // Clear of the marks, which end above the middle of the lane of the remote.
      let below: Int64 =
        switch piece.stretch {
        case .fault: 20
        case .remoteFault: 15
        case .suspended, .battery: -9
        }
      let isThin = piece.stretch == .fault
      image.addText(
        piece.label, x: piece.from + middle, y: piece.y + below,
        size: isThin ? 10 : 11, fill: piece.stretch.ink, anchor: .middle)
    }
  }

  private func piece(_ span: TraceSpan, as stretch: Stretch, label: String) -> StretchPiece? {
    guard let y = self.layout.y(of: span.actor) else { return nil }
    let from = self.layout.x(of: span.from)
    return StretchPiece(
      stretch: stretch, label: label, title: "\(span.from.offsetText) \(span.actor) \(label)",
      fill: stretch.fill, from: from,
      // A short one must be seen too.
      width: max(self.layout.x(of: span.until) - from, .pixels(2)), y: y)
  }

  /// A strip under the lane of each machine that has a battery, in the colour of what it holds.
  private var batteries: [StretchPiece] {
    self.layout.nodes.flatMap { node -> [StretchPiece] in
      let changes = self.records.filter {
        $0.kind == .power && $0.actor == node && Self.batteryColour($0.detail) != nil
      }
      guard let y = self.layout.y(of: node) else { return [] }
      let ends = changes.dropFirst().map(\.at) + [self.end]
      return zip(changes, ends).map { change, end in
        let from = self.layout.x(of: change.at)
        return StretchPiece(
          stretch: .battery, label: "", title: change.line,
          fill: Self.batteryColour(change.detail) ?? Stretch.battery.fill, from: from,
          width: self.layout.x(of: end) - from, y: y)
      }
    }
  }

  /// Green on mains or with half a battery, amber with a fifth, red with less.
  ///
  /// - Parameter detail: `mains`, or `battery` and a number.
  /// - Returns: nil for what says nothing of where power comes from.
  private static func batteryColour(_ detail: String) -> String? {
    let words = detail.split(separator: " ")
    if words == ["mains"] { return Stretch.battery.fill }
    guard words.count == 2, words[0] == "battery", let percent = Int(words[1].filter(\.isNumber))
    else { return nil }
    switch percent {
    case 50...: return Stretch.battery.fill
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

  /// How far above the middle of the lane it begins, and how high it is, in pixels.
  fileprivate var place: (above: Int64, height: Int64) {
    switch self {
    case .suspended, .remoteFault: (20, 40)
    case .fault: (-10, 12)
    case .battery: (-24, 4)
    }
  }
}
