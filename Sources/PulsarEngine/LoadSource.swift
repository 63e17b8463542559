/// Tells how busy the machine is.
package protocol LoadSource {
  /// The load of the last minute for each processor, in hundredths: 100 is just busy.
  ///
  /// - Returns: nil when the system does not say.
  func loadPerCoreHundredths() -> Int?
}
