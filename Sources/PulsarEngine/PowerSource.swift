/// Tells what feeds the machine; asked only when a decision needs it.
package protocol PowerSource {
  func reading() -> PowerReading
}

/// What feeds the machine.
package enum PowerReading: Hashable, Sendable {
  /// A wall socket, or a machine without a battery.
  case onMains
  /// - Parameters:
  ///   - percent: what is left of all batteries together, 0...100.
  ///   - isCharging: whether it grows, from a supply that does not show itself.
  case battery(percent: Int, isCharging: Bool)
  /// The system does not say, or not in a way that makes sense.
  case unknown
}
