/// The settings of git that are in force in one repository, as git itself merges them.
package struct GitConfig: Hashable, Sendable {
  private var values: [String: [[UInt8]]] = [:]

  /// Reads the output of `git config --list -z`: `key\nvalue\0`, sections and names in lower case.
  package init(listing: [UInt8]) {
    for record in listing.split(separator: 0) {
      let key = record.prefix { $0 != UInt8(ascii: "\n") }
      // A key without `=` counts as true and has no newline.
      let value =
        record.count == key.count ? Array("true".utf8) : Array(record.dropFirst(key.count + 1))
      self.values[String(decoding: key, as: UTF8.self), default: []].append(value)
    }
  }

  /// The last value, which is the one in force.
  package func bytes(_ key: String) -> [UInt8]? { self.values[key]?.last }

  /// All values, in the order git reads them.
  package func all(_ key: String) -> [[UInt8]] { self.values[key] ?? [] }

  package func text(_ key: String) -> String? {
    self.bytes(key).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A boolean as git reads it; nil when it is unset or no boolean.
  package func flag(_ key: String) -> Bool? {
    switch self.text(key)?.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0", "": false
    default: nil
    }
  }

  /// Keys that start with `prefix`, ascending.
  package func keys(withPrefix prefix: String) -> [String] {
    self.values.keys.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// Names of the remotes, ascending.
  package var remotes: [String] {
    Set(
      self.keys(withPrefix: "remote.").compactMap { key -> String? in
        let rest = key.dropFirst("remote.".count)
        guard let dot = rest.lastIndex(of: ".") else { return nil }
        return String(rest[..<dot])
      }
    ).sorted()
  }
}
