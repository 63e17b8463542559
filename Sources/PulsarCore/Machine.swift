/// Who captures: one machine, under the name its person gave it.
package struct Machine: Hashable, Sendable {
  /// As a person wrote it.
  package let name: String
  /// Random, written once; tells machines of one name apart.
  package let id: String

  package init(name: String, id: String) {
    self.name = name
    self.id = id
  }

  /// `<name>--<first 8 characters of the id>`, both as components of a ref.
  package var slug: String {
    "\(Self.normalised(self.name))--\(Self.normalised(String(self.id.prefix(8))))"
  }

  /// `name` as a component of a ref: what git forbids there becomes `-`, without runs of it at the
  /// ends; `machine` when nothing is left.
  ///
  /// Source: git-check-ref-format(1).
  package static func normalised(_ name: String) -> String {
    var kept = ""
    for scalar in name.unicodeScalars {
      let isForbidden =
        scalar.value <= 0x20 || scalar.value == 0x7F
        || "~^:?*[\\/@{}\"'<>|".unicodeScalars.contains(scalar)
        || scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      let isRepeatedDot = scalar == "." && kept.last == "."
      if isForbidden || isRepeatedDot {
        if kept.last != "-" { kept += "-" }
      } else {
        kept.unicodeScalars.append(scalar)
      }
    }
    while let first = kept.first, first == "-" || first == "." { kept.removeFirst() }
    while let last = kept.last, last == "-" || last == "." { kept.removeLast() }
    while kept.hasSuffix(".lock") { kept.removeLast(5) }
    return kept.isEmpty ? "machine" : String(kept.prefix(60))
  }
}
