extension String {
  /// The text without line breaks and NUL, for words of others that are shown on one line.
  package var onOneLine: String { self.filter { !$0.isNewline && $0 != "\0" } }
}
