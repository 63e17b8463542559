import PulsarCore

/// For tests only: what git says may be no text.
extension GitPath: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text) }
}
