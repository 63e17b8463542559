/// The power source of the system that this program runs on.
#if canImport(Darwin)
  package typealias SystemPowerSource = PmsetPowerSource
#else
  package typealias SystemPowerSource = SysfsPowerSource
#endif
