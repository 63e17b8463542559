#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What is at the other end of a descriptor.
package enum Terminal {
  package static let widthDefault = 80

  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns: the terminal's own, else a sensible `COLUMNS` (10...10,000), else 80.
  ///
  /// - Parameters:
  ///   - descriptor: where the text goes.
  ///   - columns: the value of `COLUMNS` in the environment.
  /// - Returns: never less than 1.
  ///
  /// Source: ioctl_tty(2).
  package static func width(of descriptor: Int32, columns: String? = nil) -> Int {
    #if canImport(Darwin)
      let request: UInt = 0x4008_7468
    #else
      let request = UInt(TIOCGWINSZ)
    #endif
    var size = winsize()
    if ioctl(descriptor, request, &size) == 0 && size.ws_col > 0 { return Int(size.ws_col) }
    if let columns = columns.flatMap(Int.init), (10...10_000).contains(columns) { return columns }
    return Self.widthDefault
  }
}
