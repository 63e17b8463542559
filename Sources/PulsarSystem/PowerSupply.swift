import PulsarEngine

/// One power supply as the Linux kernel describes it.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-class-power`.
struct PowerSupply: Hashable, Sendable {
  /// What the supply is to the machine.
  enum Role: Hashable, Sendable {
    /// The mains, a USB or wireless charger; nil where `online` cannot be read.
    case external(isOnline: Bool?)
    /// A battery or an uninterruptible power supply.
    case battery(Battery)
    /// Feeds a device (a mouse, a headset), or is an empty bay.
    case none
    /// It does not say what it is, or nothing we know.
    case unreadable
  }

  struct Battery: Hashable, Sendable {
    enum Status: Hashable, Sendable {
      case charging, discharging
      /// Full, or kept where it is.
      case idle
      case unknown
    }

    let status: Status
    /// 0...100; nil when nothing tells.
    let percent: Int?
    /// When full, in µWh.
    let energyFull: Int?
    /// When full, in µAh.
    let chargeFull: Int?
  }

  let role: Role

  /// - Parameter attribute: the content of the file of that name, trimmed; nil when unreadable.
  init(attribute: (String) -> String?) {
    if attribute("scope") == "Device" {
      self.role = .none
      return
    }
    switch attribute("type") {
    case "Battery", "UPS":
      self.role =
        attribute("present") == "0" ? .none : .battery(Battery(attribute: attribute))
    // Older kernels tell kinds of USB chargers apart: USB_DCP, USB_PD, …
    case let type? where type == "Mains" || type == "Wireless" || type.hasPrefix("USB"):
      self.role = .external(isOnline: Self.amount(attribute("online")).map { $0 > 0 })
    default: self.role = .unreadable
    }
  }

  /// A number that is not negative and small enough to be multiplied by a percentage.
  static func amount(_ text: String?) -> Int? {
    guard let text, let number = Int(text), (0...1_000_000_000_000).contains(number) else {
      return nil
    }
    return number
  }
}

extension PowerSupply.Battery {
  fileprivate init(attribute: (String) -> String?) {
    func amount(_ name: String) -> Int? { PowerSupply.amount(attribute(name)) }
    switch attribute("status") {
    case "Charging": self.status = .charging
    case "Discharging": self.status = .discharging
    case "Full", "Not charging": self.status = .idle
    default: self.status = .unknown
    }
    let energyFull = amount("energy_full").flatMap { $0 == 0 ? nil : $0 }
    let chargeFull = amount("charge_full").flatMap { $0 == 0 ? nil : $0 }
    self.energyFull = energyFull
    self.chargeFull = chargeFull
    func ratio(_ now: String, of full: Int?) -> (Int, Int)? {
      amount(now).flatMap { now in full.map { (now, $0) } }
    }
    let ratio =
      ratio("capacity", of: 100).flatMap { $0.0 > 100 ? nil : $0 } ?? ratio(
        "energy_now", of: energyFull)
      ?? ratio("charge_now", of: chargeFull)
    // A worn battery may claim more than it holds when full.
    self.percent = ratio.map { min(100, $0.0 * 100 / $0.1) }
  }
}

extension PowerReading {
  /// What all supplies of a machine mean together.
  ///
  /// A charger that is plugged in decides. Without one, batteries that neither shrink nor grow are
  /// fed by something that does not show itself, unless a charger says that it is off.
  init(supplies: [PowerSupply]) {
    var batteries: [PowerSupply.Battery] = []
    var hasOfflineCharger = false
    var hasUnreadable = false
    for supply in supplies {
      switch supply.role {
      case .external(isOnline: true?):
        self = .onMains
        return
      case .external(isOnline: false?): hasOfflineCharger = true
      case .battery(let battery): batteries.append(battery)
      case .external(isOnline: nil), .unreadable: hasUnreadable = true
      case .none: break
      }
    }
    if batteries.isEmpty {
      // A desktop; its USB-C ports are chargers that are off.
      self = hasUnreadable ? .unknown : .onMains
      return
    }
    if !hasOfflineCharger && !hasUnreadable && batteries.allSatisfy({ $0.status == .idle }) {
      self = .onMains
      return
    }
    guard let percent = Self.percent(of: batteries) else {
      self = .unknown
      return
    }
    let isCharging =
      batteries.contains { $0.status == .charging }
      && !batteries.contains { $0.status == .discharging }
    self = .battery(percent: percent, isCharging: isCharging)
  }

  /// The mean of those that tell, each by its size when all of them tell it in the same unit.
  private static func percent(of batteries: [PowerSupply.Battery]) -> Int? {
    let known = batteries.filter { $0.percent != nil }
    if known.isEmpty { return nil }
    let energies = known.compactMap(\.energyFull)
    let charges = known.compactMap(\.chargeFull)
    let weights =
      [energies, charges].first { $0.count == known.count } ?? known.map { _ in 1 }
    let sum = zip(known, weights).reduce(0) { $0 + ($1.0.percent ?? 0) * $1.1 }
    return sum / weights.reduce(0, +)
  }
}
