/// Where things are in a timeline picture.
struct TimelineLayout: Sendable {
  /// One lane a machine, in order.
  let nodes: [String]
  private let axis: TimeAxis

  static let origin = "origin"
  static let width: Int64 = 1200
  static let left: Int64 = 118
  static let right: Int64 = 1176
  /// Where the lines of the hours begin.
  static let top: Int64 = 84
  private static let lanePitch: Int64 = 72
  private static let laneColours = [
    "#2563eb", "#0d9488", "#b45309", "#7c3aed", "#be185d", "#4d7c0f", "#0369a1", "#a16207",
  ]

  init(nodes: [String], end: SimulatedTime) {
    self.nodes = nodes.filter { $0 != Self.origin }
    self.axis = TimeAxis(end: end, width: (Self.right - Self.left) * 100)
  }

  var lanes: [String] { self.nodes + [Self.origin] }

  /// The middle of a lane, in pixels; nil when the actor has none.
  func y(of actor: String) -> Int64? {
    guard let index = self.lanes.firstIndex(of: actor) else { return nil }
    return Self.top + 36 + Int64(index) * Self.lanePitch
  }

  var originY: Int64 { Self.top + 36 + Int64(self.nodes.count) * Self.lanePitch }

  /// Where the lines of the hours end.
  var bottom: Int64 { self.originY + 28 }

  func x(of time: SimulatedTime) -> VectorImage.Length {
    .pixels(Self.left) + VectorImage.Length(hundredths: self.axis.place(of: time))
  }

  /// The times above the lanes, and how they are written.
  var hours: [(x: VectorImage.Length, label: String)] {
    self.axis.ticks(room: 60_00).map { (self.x(of: $0), self.axis.label(of: $0)) }
  }

  func colour(of actor: String) -> String {
    guard let index = self.nodes.firstIndex(of: actor) else { return "#44403c" }
    return Self.laneColours[index % Self.laneColours.count]
  }
}
