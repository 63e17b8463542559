extension TimelinePicture {
  /// Draws what happened at one time each; breaks are chosen here and drawn last.
  ///
  /// - Parameters:
  ///   - most: how many may be drawn.
  ///   - image: where to.
  /// - Returns: what was drawn, and how many marks there would be.
  func drawMarks(most: Int, in image: inout VectorImage) -> (drawn: [TimelineMark], all: Int) {
    let drawable = self.records.filter { !$0.isRoutine }.compactMap { record in
      TimelineMark.of(record.kind).flatMap { mark in
        mark == .broken || self.layout.y(of: record.actor) != nil ? (record, mark) : nil
      }
    }
    let chosen = TimelineMark.thinned(drawable.map(\.1), to: most).map { drawable[$0] }
    // What matters most is drawn last, over the rest.
    for mark in TimelineMark.allCases.reversed() {
      for (record, its) in chosen where its == mark { self.draw(record, as: mark, in: &image) }
    }
    // Labels keep clear of each other: what matters most has the first choice.
    var labels = Labels()
    for mark in TimelineMark.allCases where mark.hasLabel {
      for (record, its) in chosen where its == mark {
        self.drawLabel(of: record, as: mark, labels: &labels, in: &image)
      }
    }
    return (chosen.map(\.1), drawable.count)
  }

  /// Where the labels of each lane end: a label that would touch another is left to the title.
  private struct Labels {
    var taken: [String: [ClosedRange<Int64>]] = [:]

    /// The middle of a label as near to `x` as the picture's edges allow; nil where another is.
    mutating func place(
      for text: String, near x: VectorImage.Length, on lane: String
    ) -> VectorImage.Length? {
      let half = Int64(text.count) * 300 + 200
      let first = TimelineLayout.left * 100 - 20_00 + half
      let last = TimelineLayout.width * 100 - half
      let middle = max(first, min(x.hundredths, last))
      let range = (middle - half)...(middle + half)
      if (self.taken[lane] ?? []).contains(where: { $0.overlaps(range) }) { return nil }
      self.taken[lane, default: []].append(range)
      return VectorImage.Length(hundredths: middle)
    }
  }

  private func draw(
    _ record: TraceRecord, as mark: TimelineMark, in image: inout VectorImage
  ) {
    guard mark != .broken, let y = self.layout.y(of: record.actor) else { return }
    let x = self.layout.x(of: record.at)
    image.addMark(
      mark, x: x, y: y, originY: self.layout.originY, colour: self.layout.colour(of: record.actor),
      title: mark == .capture || mark == .edit ? "" : record.line)
  }

  private func drawLabel(
    of record: TraceRecord, as mark: TimelineMark, labels: inout Labels,
    in image: inout VectorImage
  ) {
    guard let y = self.layout.y(of: record.actor) else { return }
    let x = self.layout.x(of: record.at)
    let label = mark.label(of: record.detail).onOneLine.cut(to: 28)
    if let middle = labels.place(for: label, near: x, on: record.actor) {
      image.addText(
        label, x: middle, y: y - 24, size: 11, fill: mark == .crash ? "#b91c1c" : "#44403c",
        anchor: .middle, hasHalo: true)
    }
  }
}

extension TimelineMark {
  /// What is written beside it: what was done, without what a title tells besides.
  fileprivate func label(of detail: String) -> String {
    if detail.isEmpty { return self.name }
    let words = detail.split(separator: " ")
    switch self {
    case .handoff:
      return words.filter { !$0.hasPrefix("-") && $0 != "exit:0" }
        .map { $0 == TraceWords.took ? "took over" : String($0) }.joined(separator: " ")
    case .git:
      let said = (words.last == "done" ? words.dropLast() : words[...]).joined(separator: " ")
      return words.first == "git" ? said : "git \(said)"
    default: return detail
    }
  }

  fileprivate var hasLabel: Bool {
    switch self {
    case .crash, .fileError, .handoff, .git, .remoteMove, .clock: true
    case .broken, .refusedPush, .failedCapture, .daemonStart, .daemonStop, .drift, .verb, .notice,
      .push, .capture, .edit:
      false
    }
  }
}

extension VectorImage {
  /// Draws one mark.
  ///
  /// - Parameters:
  ///   - mark: what it is; written as its class, with hyphens for spaces.
  ///   - x: when.
  ///   - y: the middle of its lane, in pixels.
  ///   - originY: the middle of the lane of the remote, in pixels.
  ///   - colour: of its lane.
  ///   - title: what a pointer over it shows.
  mutating func addMark(
    _ mark: TimelineMark, x: Length, y: Int64, originY: Int64, colour: String, title: String
  ) {
    let name = mark.name.hyphenated
    let red = "#dc2626"
    let ink = "#1c1917"
    // From a point near the lane on.
    let at = { (dx: Int64, dy: Int64) in "M\((x + .pixels(dx)).text) \(y + dy)" }
    let outline = { (colour: String) in
      [("fill", "#fff"), ("stroke", colour), ("stroke-width", "1.5")]
    }
    let stroke = { (colour: String, width: String) in
      [("fill", "none"), ("stroke", colour), ("stroke-width", width)]
    }
    switch mark {
    case .capture:
      self.add(
        "circle",
        [
          ("class", .text(name)), ("cx", .length(x)), ("cy", .pixels(y)),
          ("r", .text("2.6")), ("fill", .text(colour)),
        ], title: title)
    case .failedCapture:
      self.addPath(name, at(-4, 0) + "a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", outline(red), title: title)
    case .push:
      let fall = originY - y
      self.addPath(
        name, at(0, 0) + "c0 \(fall / 2) 7 \(fall / 3) 7 \(fall - 2)",
        stroke(colour, "1.4") + [("opacity", "0.8")], title: title)
    case .refusedPush:
      // Short of the lane of the remote, and crossed out.
      let fall = originY - y - 14
      self.addPath(
        name, at(0, 4) + "v\(fall - 4)", stroke(red, "1.4") + [("stroke-dasharray", "4 3")],
        title: title)
      self.addPath("", at(-4, fall - 4) + "l8 8m0 -8l-8 8", stroke(red, "1.6"))
    case .git: self.addPath(name, at(0, -7) + "l7 7l-7 7l-7 -7z", outline(ink), title: title)
    case .handoff:
      self.addPath(
        name, at(-7, 0) + "a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z",
        stroke(ink, "2.5"), title: title)
    case .crash:
      self.addPath(name, at(-7, -7) + "l14 14m0 -14l-14 14", stroke(red, "3"), title: title)
    case .fileError:
      self.addPath(name, at(0, -8) + "l7 13h-14zm0 4v5", outline(red), title: title)
    case .clock:
      self.addPath(name, at(-5, -7) + "h10l-10 14h10z", outline("#7c3aed"), title: title)
    case .daemonStart:
      self.addPath(name, at(-3, -5) + "l8 5l-8 5z", outline(colour), title: title)
    case .daemonStop: self.addPath(name, at(-4, -4) + "h8v8h-8z", outline(colour), title: title)
    case .remoteMove: self.addPath(name, at(0, -8) + "v16", stroke(ink, "3"), title: title)
    case .drift: self.addPath(name, at(0, -16) + "l5 9h-10z", outline("#d97706"), title: title)
    case .notice: self.addPath(name, at(-3, -15) + "h6v6h-6z", outline("#d97706"), title: title)
    case .verb: self.addPath(name, at(-4, -4) + "l4 4l-4 4", stroke(ink, "2"), title: title)
    case .edit: self.addPath(name, at(0, 4) + "v4", stroke("#a8a29e", "1"), title: title)
    case .broken: self.addPath(name, at(0, -8) + "v16", stroke(red, "2"), title: title)
    }
  }
}
