/// One output of SplitMix64.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
func mixed(_ value: UInt64) -> UInt64 {
  var mixed = value &+ 0x9E37_79B9_7F4A_7C15
  mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
  return mixed ^ (mixed >> 31)
}

/// The text folded into the key, byte by byte; the same on every platform.
func mixed(_ key: UInt64, _ text: String) -> UInt64 {
  var folded = mixed(key)
  var length: UInt64 = 0
  for byte in text.utf8 {
    folded = mixed(folded ^ UInt64(byte))
    length += 1
  }
  return mixed(folded ^ length)
}
