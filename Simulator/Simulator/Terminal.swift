import Foundation

/// Standard error: what is said beside the results, and one line that is written over.
enum Terminal {
  private static let isTerminal = isatty(2) == 1

  /// Shows how far something came; nothing is shown when nobody looks.
  static func show(progress: String) {
    if self.isTerminal { self.write("\r\u{1B}[K\(progress)") }
  }

  static func clearProgress() {
    if self.isTerminal { self.write("\r\u{1B}[K") }
  }

  /// Says something on lines of its own.
  static func say(_ text: String) {
    self.clearProgress()
    self.write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Prints a result at once, so that it comes in its order with what is said.
  static func print(_ text: String, terminator: String = "\n") {
    self.clearProgress()
    Swift.print(text, terminator: terminator)
    fflush(nil)
  }

  private static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
