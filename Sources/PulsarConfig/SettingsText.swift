/// One file of settings as a caller has read it, or failed to.
package struct SettingsText: Sendable {
  /// What reading the file gave.
  package enum Content: Sendable {
    case bytes([UInt8])
    /// It is there, and could not be read: `permission denied`.
    case unreadable(cause: String)
  }

  /// The display name: `~/.config/git-pulsar/config.toml`, `pulsar.toml`.
  package let origin: String
  package let content: Content

  package init(origin: String, bytes: [UInt8]) {
    self.origin = origin
    self.content = .bytes(bytes)
  }

  package init(origin: String, unreadable cause: String) {
    self.origin = origin
    self.content = .unreadable(cause: cause)
  }

  /// What the file says.
  func layer(_ kind: SettingsLayer.Kind, configuredRemotes: [String]) -> SettingsLayer {
    switch self.content {
    case .bytes(let bytes):
      SettingsLayer(
        parsing: bytes, origin: self.origin, kind: kind, configuredRemotes: configuredRemotes)
    case .unreadable(let cause): SettingsLayer(unreadable: self.origin, cause: cause)
    }
  }
}
