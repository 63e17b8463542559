import PulsarEngine
import PulsarSystem
import Testing

/// Source: pmset(1), `-g batt`.
@Suite struct PmsetPowerSourceTests {
  static let samples: [(String, PowerReading)] = [
    (
      """
      Now drawing from 'AC Power'
       -InternalBattery-0 (id=4653155)\t85%; charging; 1:02 remaining present: true
      """, .onMains
    ),
    ("Now drawing from 'AC Power'\n", .onMains),
    (
      """
      Now drawing from 'Battery Power'
       -InternalBattery-0 (id=4653155)\t85%; discharging; 4:02 remaining present: true
      """, .battery(percent: 85, isCharging: false)
    ),
    (
      """
      Now drawing from 'Battery Power'
       -InternalBattery-0 (id=4653155)\t100%; discharging; (no estimate) present: true
      """, .battery(percent: 100, isCharging: false)
    ),
    (
      """
      Now drawing from 'Battery Power'
       -InternalBattery-0 (id=1)\t20%; discharging; 0:30 remaining present: true
       -InternalBattery-1 (id=2)\t40%; discharging; 0:30 remaining present: true
       -InternalBattery-2 (id=3)\t0%; discharging; present: false
       -Back-UPS (id=4)\t100%; charging present: true
      """, .battery(percent: 30, isCharging: false)
    ),
    (
      """
      Now drawing from 'Battery Power'
       -InternalBattery-0 (id=1)\t20%; charging; 0:30 remaining present: true
      """, .battery(percent: 20, isCharging: true)
    ),
    (
      """
      Now drawing from 'UPS Power'
       -Back-UPS 700 (id=4)\t64%; discharging; 0:30 remaining present: true
      """, .battery(percent: 64, isCharging: false)
    ),
    ("Now drawing from 'Battery Power'\n", .unknown),
    ("Now drawing from 'Battery Power'\n -InternalBattery-0\t850%; discharging", .unknown),
    ("Now drawing from 'Battery Power'\n -InternalBattery-0\t%; discharging", .unknown),
    ("Now drawing from 'the sun'\n -InternalBattery-0\t50%; charging", .unknown),
    ("No batteries", .unknown),
    ("", .unknown),
  ]

  @Test(arguments: samples)
  func `reads what the program prints`(output: String, expected: PowerReading) {
    #expect(PmsetPowerSource.reading(output: output) == expected)
  }
}
