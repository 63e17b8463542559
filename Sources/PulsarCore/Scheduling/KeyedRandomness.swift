/// Random numbers of one repository, each drawn from (seed, repository, kind, occurrence).
///
/// Not one stream: an event more or less then leaves all other draws as they were.
struct KeyedRandomness: Sendable {
  private let key: UInt64
  private var occurrences: [UInt64]

  enum Kind: Int, CaseIterable {
    case captureRetry, pushRetry, sending, radar, maintenance
  }

  init(seed: UInt64, number: RepositoryNumber) {
    self.key = mixed(seed ^ mixed(UInt64(bitPattern: Int64(number.number))))
    self.occurrences = Kind.allCases.map { _ in 0 }
  }

  /// Draws a part of `whole`, from one number of thousandths to the other.
  mutating func part(
    of whole: Duration, thousandths: ClosedRange<Int>, for kind: Kind
  ) -> Duration {
    self.occurrences[kind.rawValue] &+= 1
    let drawn = mixed(
      mixed(self.key ^ UInt64(kind.rawValue + 1)) ^ self.occurrences[kind.rawValue])
    // The remainder favours small numbers by less than one in 10^15.
    let steps = UInt64(thousandths.upperBound - thousandths.lowerBound + 1)
    return whole * (thousandths.lowerBound + Int(drawn % steps)) / 1000
  }
}

/// One output of SplitMix64.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
private func mixed(_ value: UInt64) -> UInt64 {
  var mixed = value &+ 0x9E37_79B9_7F4A_7C15
  mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
  return mixed ^ (mixed >> 31)
}
