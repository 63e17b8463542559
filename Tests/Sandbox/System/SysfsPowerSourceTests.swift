import Foundation
import PulsarCore
import PulsarEngine
import PulsarSystem
import Testing

/// Trees of files as the kernel shows them.
@Suite struct SysfsPowerSourceTests {
  private let folder = TemporaryFolder()

  private func make(_ supply: String, _ attributes: [String: String]) throws {
    let path = self.folder(supply)
    mkdir(text(path), 0o700)
    for (name, value) in attributes { try put(value + "\n", at: path.appending(name)) }
  }

  private func reading() -> PowerReading { SysfsPowerSource(folder: self.folder.path).reading() }

  @Test func `a desktop has no supplies, or not even the folder`() {
    #expect(self.reading() == .onMains)
    #expect(SysfsPowerSource(folder: self.folder("none")).reading() == .onMains)
  }

  @Test func `finds supplies of any name, behind links as in the real folder`() throws {
    let devices = TemporaryFolder()
    mkdir(text(devices("macsmc-battery")), 0o700)
    for (name, value) in [("type", "Battery"), ("status", "Discharging"), ("capacity", "37")] {
      try put(value + "\n", at: devices("macsmc-battery").appending(name))
    }
    symlink(text(devices("macsmc-battery")), text(self.folder("macsmc-battery")))
    #expect(self.reading() == .battery(percent: 37, isCharging: false))
    try self.make("hidpp_battery_0", ["type": "Battery", "scope": "Device", "capacity": "2"])
    #expect(self.reading() == .battery(percent: 37, isCharging: false))
    try self.make("ACAD", ["type": "Mains", "online": "0"])
    #expect(self.reading() == .battery(percent: 37, isCharging: false))
    try put("1\n", at: self.folder("ACAD/online"))
    #expect(self.reading() == .onMains)
  }

  @Test func `what vanished or cannot be read is not known`() throws {
    symlink("/nonexistent", text(self.folder("BAT0")))
    #expect(self.reading() == .unknown)
    try self.make("BAT1", ["type": "Battery", "status": "Discharging"])
    #expect(self.reading() == .unknown)
    try put("55\n", at: self.folder("BAT1/capacity"))
    #expect(self.reading() == .battery(percent: 55, isCharging: false))
  }

  @Test func `files that are no text, too long, folders or pipes are not known`() throws {
    let path = self.folder("BAT0")
    try self.make("BAT0", ["type": "Battery", "status": "Discharging"])
    try Data([0xFF, 0xFE, 0x0A]).write(to: URL(fileURLWithPath: text(path.appending("capacity"))))
    #expect(self.reading() == .unknown)
    try put(String(repeating: "9", count: 5000), at: path.appending("capacity"))
    #expect(self.reading() == .unknown)
    unlink(text(path.appending("capacity")))
    mkfifo(text(path.appending("capacity")), 0o600)
    #expect(self.reading() == .unknown)
    unlink(text(path.appending("capacity")))
    mkdir(text(path.appending("capacity")), 0o700)
    #expect(self.reading() == .unknown)
  }

  @Test func `a file in place of the folder is not known`() throws {
    try put("x", at: self.folder("file"))
    #expect(SysfsPowerSource(folder: self.folder("file")).reading() == .unknown)
  }

  @Test func `the machine that runs this tells something, and so does its load`() {
    if case .battery(let percent, _) = SystemPowerSource().reading() {
      #expect((0...100).contains(percent))
    }
    #expect(SystemLoadSource().loadPerCoreHundredths() ?? -1 >= 0)
    #expect(SystemLoadSource(path: self.folder("none")).loadPerCoreHundredths() == nil)
  }

  @Test func `pmset is a program that is run, and may fail`() throws {
    let program = self.folder("pmset")
    #expect(PmsetPowerSource(program: program).reading() == .unknown)
    try Script.put(
      """
      [ "$1 $2" = "-g batt" ] || exit 1
      echo "Now drawing from 'Battery Power'"
      echo " -InternalBattery-0 (id=1)	12%; discharging; 0:30 remaining present: true"
      """, at: program)
    #expect(
      PmsetPowerSource(program: program).reading() == .battery(percent: 12, isCharging: false))
  }
}
