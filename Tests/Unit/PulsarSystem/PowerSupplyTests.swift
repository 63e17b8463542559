import PulsarEngine
import Testing

@testable import PulsarSystem

/// Source: Linux `Documentation/ABI/testing/sysfs-class-power`.
@Suite struct PowerSupplyTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let supplies: [[String: String]]
    let expected: PowerReading

    init(_ name: String, _ supplies: [[String: String]], _ expected: PowerReading) {
      self.name = name
      self.supplies = supplies
      self.expected = expected
    }

    var testDescription: String { self.name }
  }

  private static func battery(_ status: String?, _ others: [String: String]) -> [String: String] {
    var attributes = ["type": "Battery"].merging(others) { $1 }
    attributes["status"] = status
    return attributes
  }

  private static let offline = ["type": "Mains", "online": "0"]
  private static let online = ["type": "Mains", "online": "1"]
  private static let full50 = ["capacity": "50"]

  static let cases = [
    Case("a desktop", [], .onMains),
    Case("a desktop with an idle USB-C port", [["type": "USB", "online": "0"]], .onMains),
    Case("plugged in", [battery("Charging", full50), online], .onMains),
    Case("plugged in, kept at 50 %", [online, battery("Not charging", full50)], .onMains),
    Case(
      "a USB charger", [battery("Charging", full50), ["type": "USB", "online": "1"]], .onMains),
    Case(
      "an older kernel's USB charger",
      [battery("Charging", full50), ["type": "USB_PD", "online": "1"]], .onMains),
    Case(
      "one of two chargers", [battery("Charging", full50), offline, online], .onMains),
    Case(
      "unplugged", [battery("Discharging", full50), offline],
      .battery(percent: 50, isCharging: false)),
    Case(
      "discharging, and no charger shows itself", [battery("Discharging", full50)],
      .battery(percent: 50, isCharging: false)),
    Case(
      "charging, and no charger shows itself", [battery("Charging", full50)],
      .battery(percent: 50, isCharging: true)),
    Case("full, and no charger shows itself", [battery("Full", ["capacity": "100"])], .onMains),
    Case("kept, and no charger shows itself", [battery("Not charging", full50)], .onMains),
    Case(
      "one rests while the other drains, unplugged",
      [battery("Not charging", ["capacity": "80"]), battery("Discharging", ["capacity": "20"])],
      .battery(percent: 50, isCharging: false)),
    Case(
      "resting at the moment of unplugging", [battery("Not charging", full50), offline],
      .battery(percent: 50, isCharging: false)),
    Case(
      "one charges the other", [battery("Charging", full50), battery("Discharging", full50)],
      .battery(percent: 50, isCharging: false)),
    Case(
      "an unknown status", [battery("Unknown", full50)],
      .battery(percent: 50, isCharging: false)),
    Case("no status", [battery(nil, full50)], .battery(percent: 50, isCharging: false)),
    Case(
      "no capacity, but energies",
      [battery("Discharging", ["energy_now": "12000000", "energy_full": "48000000"])],
      .battery(percent: 25, isCharging: false)),
    Case(
      "no capacity, but charges",
      [battery("Discharging", ["charge_now": "3000000", "charge_full": "4000000"])],
      .battery(percent: 75, isCharging: false)),
    Case(
      "energies that claim too much",
      [battery("Discharging", ["energy_now": "49000000", "energy_full": "48000000"])],
      .battery(percent: 100, isCharging: false)),
    Case(
      "a large and a small battery",
      [
        battery("Discharging", ["capacity": "100", "energy_full": "30000000"]),
        battery("Unknown", ["capacity": "0", "energy_full": "10000000"]),
      ], .battery(percent: 75, isCharging: false)),
    Case(
      "sizes in charge",
      [
        battery("Discharging", ["capacity": "10", "charge_full": "1000000"]),
        battery("Discharging", ["capacity": "90", "charge_full": "3000000"]),
      ], .battery(percent: 70, isCharging: false)),
    Case(
      "sizes in two units count the same",
      [
        battery("Discharging", ["capacity": "10", "charge_full": "1000000"]),
        battery("Discharging", ["capacity": "90", "energy_full": "99000000"]),
      ], .battery(percent: 50, isCharging: false)),
    Case(
      "one of two does not tell",
      [battery("Discharging", full50), battery("Discharging", [:])],
      .battery(percent: 50, isCharging: false)),
    Case(
      "a mouse does not count", [battery("Discharging", ["capacity": "5", "scope": "Device"])],
      .onMains),
    Case(
      "an empty bay does not count",
      [battery("Unknown", ["present": "0", "capacity": "0"]), battery("Discharging", full50)],
      .battery(percent: 50, isCharging: false)),
    Case(
      "an uninterruptible power supply is a battery",
      [["type": "UPS", "status": "Discharging", "capacity": "40"]],
      .battery(percent: 40, isCharging: false)),
    Case("no type", [["capacity": "50"]], .unknown),
    Case("a type nobody knows", [["type": "\u{1}garbage"]], .unknown),
    Case("a charger that says nothing", [["type": "Mains"]], .unknown),
    Case("a charger that says garbage", [["type": "Mains", "online": "-1"]], .unknown),
    Case(
      "a charger that says nothing, and a resting battery",
      [["type": "Mains"], battery("Full", full50)], .battery(percent: 50, isCharging: false)),
    Case("nothing told of a drain", [battery("Discharging", [:]), offline], .unknown),
    Case("a garbled capacity", [battery("Discharging", ["capacity": "x"])], .unknown),
    Case("a negative capacity", [battery("Discharging", ["capacity": "-3"])], .unknown),
    Case("more than everything", [battery("Discharging", ["capacity": "250"])], .unknown),
    Case(
      "a battery that holds nothing",
      [battery("Discharging", ["energy_now": "0", "energy_full": "0"])], .unknown),
    Case(
      "numbers without end",
      [battery("Discharging", ["energy_now": "9223372036854775807", "energy_full": "1"])],
      .unknown),
  ]

  @Test(arguments: cases)
  func `tells what feeds the machine`(sample: Case) {
    let supplies = sample.supplies.map { attributes in PowerSupply { attributes[$0] } }
    #expect(PowerReading(supplies: supplies) == sample.expected)
    #expect(PowerReading(supplies: supplies.reversed()) == sample.expected, "in any order")
  }
}
