import Testing

/// One line of a table: what a repository holds, and what is then done to it.
struct EditCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Before the commit.
  let prepare: @Sendable (TestRepository) throws -> Void
  /// After it.
  let edit: @Sendable (TestRepository) throws -> Void

  init(
    _ name: String, prepare: @escaping @Sendable (TestRepository) throws -> Void = { _ in },
    edit: @escaping @Sendable (TestRepository) throws -> Void
  ) {
    self.testDescription = name
    self.prepare = prepare
    self.edit = edit
  }
}
