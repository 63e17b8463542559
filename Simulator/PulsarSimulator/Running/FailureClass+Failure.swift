extension FailureClass {
  /// The class of a failure: its invariant, and the words of its sentence that name no one thing.
  ///
  /// Ids, numbers, paths and names in quotes are left out: a smaller scenario has others.
  package init(of failure: Failure) {
    var words: [Substring] = []
    var isQuoted = false
    for word in failure.sentence.split(separator: " ") {
      let quotes = word.count { $0 == "'" || $0 == "\"" }
      let isPlain = word.allSatisfy { $0.isLetter || ":,;".contains($0) }
      if !isQuoted && quotes == 0 && isPlain { words.append(word) }
      if !quotes.isMultiple(of: 2) { isQuoted.toggle() }
    }
    self.init(invariant: failure.invariant, site: words.joined(separator: " "))
  }
}
