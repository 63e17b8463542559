/// A machine as a person names it: by its slug, its name, or the first characters of its id.
package struct MachineWord: Hashable, Sendable {
  /// Fewer characters of an id are no name for a machine.
  package static let idCharactersMin = 4

  package let text: String

  package init(_ text: String) { self.text = text }

  /// The machines that may be meant.
  ///
  /// A whole slug means that one alone, and a whole id no longer one that begins with it: a clone
  /// that forked has its machine's id and more.
  ///
  /// - Parameter slugs: of the machines there are; order and doubles do not matter.
  /// - Returns: ascending; empty when none is called so, several when the word does not tell them
  ///   apart.
  package func matches(_ slugs: [String]) -> [String] {
    let all = Set(slugs).sorted()
    if all.contains(self.text) { return [self.text] }
    let names = [self.text, Machine.normalised(self.text)]
    let named = all.filter { names.contains(Machine.name(inSlug: $0)) }
    var identified = all.filter { Self.id(inSlug: $0) == self.text }
    if identified.isEmpty {
      identified = all.filter { slug in
        if self.text.contains("--") { return slug.hasPrefix(self.text) }
        return self.text.count >= Self.idCharactersMin
          && Self.id(inSlug: slug)?.hasPrefix(self.text) == true
      }
    }
    return Set(named + identified).sorted()
  }

  /// What a slug has behind the name; nil for one of another form.
  private static func id(inSlug slug: String) -> String? {
    let name = Machine.name(inSlug: slug)
    return name == slug ? nil : String(slug.dropFirst(name.count + 2))
  }
}
