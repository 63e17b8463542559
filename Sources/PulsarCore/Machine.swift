/// Who captures: one machine, under the name its person gave it.
package struct Machine: Hashable, Sendable {
  /// As a person wrote it.
  package let name: String
  /// Random, written once; tells machines of one name apart.
  package let id: String
  /// Tells clones of one machine apart: 4 to 8 hexadecimal digits; nil for a clone that needs none.
  package let clone: String?

  private static let componentBytesMax = 60

  package init(name: String, id: String, clone: String? = nil) {
    self.name = name
    self.id = id
    self.clone = clone
  }

  /// `<name>--<first 8 characters of the id>`, then `-<clone>` if there is one, as one component of a
  /// ref.
  package var slug: String {
    "\(Self.normalised(self.name))\(self.idEnd)\(self.clone.map { "-\($0)" } ?? "")"
  }

  private var idEnd: String { "--\(Self.normalised(String(self.id.prefix(8))))" }

  /// The same machine as the clone that a slug names, whatever its name is there; nil when the slug is
  /// that of another id.
  package func clone(inSlug slug: String) -> Machine? {
    if slug.hasSuffix(self.idEnd) { return Machine(name: self.name, id: self.id) }
    guard let dash = slug.lastIndex(of: "-"), slug[..<dash].hasSuffix(self.idEnd) else {
      return nil
    }
    let clone = slug[slug.index(after: dash)...]
    let isOne =
      (4...8).contains(clone.utf8.count)
      && clone.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    return isOne ? Machine(name: self.name, id: self.id, clone: String(clone)) : nil
  }

  /// The name of the machine in a slug; the whole of it where it has another form.
  package static func name(inSlug slug: String) -> String {
    let characters = Array(slug)
    var index = characters.count - 2
    while index > 0 {
      if characters[index] == "-" && characters[index + 1] == "-" {
        return String(characters[..<index])
      }
      index -= 1
    }
    return slug
  }

  /// `name` as a component of a ref.
  ///
  /// What git forbids there becomes `-`, without runs of it at the ends; `machine` when nothing is
  /// left. At most 60 bytes, cut between scalars.
  ///
  /// Source: git-check-ref-format(1).
  package static func normalised(_ name: String) -> String {
    // Scalars, not characters: a mark that joins a dot would hide the dot from us, not from git.
    var kept: [Unicode.Scalar] = []
    for scalar in name.unicodeScalars {
      let isForbidden =
        scalar.value <= 0x20 || scalar.value == 0x7F
        || "~^:?*[\\/@{}\"'<>|".unicodeScalars.contains(scalar)
        || scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      let isRepeatedDot = scalar == "." && kept.last == "."
      if isForbidden || isRepeatedDot {
        if kept.last != "-" { kept.append("-") }
      } else {
        kept.append(scalar)
      }
    }
    kept = Array(kept.drop { $0 == "-" || $0 == "." })
    var bytes = 0
    kept = Array(
      kept.prefix { scalar in
        bytes += UTF8.width(scalar)
        return bytes <= Self.componentBytesMax
      })
    var hasEnd = false
    while !hasEnd {
      hasEnd = true
      while let last = kept.last, last == "-" || last == "." { kept.removeLast() }
      if kept.suffix(5).elementsEqual(".lock".unicodeScalars) {
        kept.removeLast(5)
        hasEnd = false
      }
    }
    return kept.isEmpty ? "machine" : String(String.UnicodeScalarView(kept))
  }
}
