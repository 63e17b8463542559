extension TimelinePicture {
  /// Explains what the picture shows, and nothing else.
  ///
  /// - Parameters:
  ///   - marks: those drawn.
  ///   - stretches: those drawn.
  ///   - y: the upper edge, in pixels.
  ///   - image: where to.
  /// - Returns: the base of the last line, in pixels.
  func drawLegend(
    marks: [TimelineMark], stretches: [Stretch], at y: Int64, in image: inout VectorImage
  ) -> Int64 {
    var y = y + 14
    var x: Int64 = 24
    let place = { (name: String) -> Int64 in
      let width = Int64(name.count) * 7 + 38
      if x + width > TimelineLayout.right {
        x = 24
        y += 24
      }
      defer { x += width }
      return x
    }
    for mark in TimelineMark.allCases.reversed() where marks.contains(mark) {
      let left = place(mark.name)
      // Some lie beside their lane; some fall on that of the remote, a short way here.
      let (lane, origin): (Int64, Int64) =
        switch mark {
        case .push: (y - 13, y + 3)
        case .refusedPush: (y - 16, y + 12)
        case .notice, .drift: (y + 8, y)
        case .edit: (y - 10, y)
        default: (y - 4, y)
        }
      image.addMark(
        mark, x: .pixels(left + 8), y: lane, originY: origin, colour: "#44403c", title: "")
      image.addText(mark.name, x: .pixels(left + 22), y: y, size: 11, fill: "#57534e")
    }
    for stretch in Stretch.allCases where stretches.contains(stretch) {
      let left = place(stretch.rawValue)
      image.add(
        "rect",
        [
          ("x", .pixels(left)), ("y", .pixels(y - 9)), ("width", .pixels(16)),
          ("height", .pixels(10)), ("rx", .pixels(2)), ("fill", .text(stretch.fill)),
        ])
      image.addText(stretch.rawValue, x: .pixels(left + 22), y: y, size: 11, fill: "#57534e")
    }
    return y
  }
}
