extension VectorImage {
  enum Anchor: String { case start, middle, end }

  typealias Point = (x: Length, y: Length)

  mutating func addText(
    _ text: String, x: Length, y: Int64, size: Int64, fill: String, anchor: Anchor = .start,
    isBold: Bool = false, hasHalo: Bool = false
  ) {
    var attributes: [(String, Value)] = [
      ("x", .length(x)), ("y", .pixels(y)), ("font-size", .pixels(size)), ("fill", .text(fill)),
    ]
    if anchor != .start { attributes.append(("text-anchor", .text(anchor.rawValue))) }
    if isBold { attributes.append(("font-weight", .text("bold"))) }
    if hasHalo {
      attributes += [
        ("paint-order", .text("stroke")), ("stroke", .text("#fbfaf7")),
        ("stroke-width", .pixels(3)),
      ]
    }
    self.add("text", attributes, text: text)
  }

  mutating func addLine(
    _ from: Point, _ to: Point, stroke: String, width: Int64 = 1, opacity: String = "",
    mark: String = "", title: String = ""
  ) {
    var attributes: [(String, Value)] = []
    if !mark.isEmpty { attributes.append(("class", .text(mark))) }
    attributes += [
      ("x1", .length(from.x)), ("y1", .length(from.y)), ("x2", .length(to.x)),
      ("y2", .length(to.y)), ("stroke", .text(stroke)), ("stroke-width", .pixels(width)),
    ]
    if !opacity.isEmpty { attributes.append(("opacity", .text(opacity))) }
    self.add("line", attributes, title: title)
  }

  mutating func addDot(at place: Point, radius: Int64, fill: String) {
    self.add(
      "circle",
      [
        ("cx", .length(place.x)), ("cy", .length(place.y)), ("r", .pixels(radius)),
        ("fill", .text(fill)),
      ])
  }

  /// Adds a path.
  ///
  /// - Parameters:
  ///   - mark: what it stands for; written as its class, unless it is empty.
  ///   - data: the steps of the path.
  ///   - style: attributes after it.
  ///   - title: what a pointer over it shows.
  mutating func addPath(
    _ mark: String, _ data: String, _ style: [(String, String)], title: String = ""
  ) {
    let attributes = (mark.isEmpty ? [] : [("class", mark)]) + [("d", data)] + style
    self.add("path", attributes.map { ($0.0, .text($0.1)) }, title: title)
  }
}
