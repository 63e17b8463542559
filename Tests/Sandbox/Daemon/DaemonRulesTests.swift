import Testing

/// What decides outside of a repository what is captured, and how, is watched too.
@Suite struct DaemonRulesTests {
  struct Rules: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Hides `hidden/n.tmp`.
    let hide: @Sendable (Sandbox) throws -> Void
    let show: @Sendable (Sandbox) throws -> Void
  }

  static let rules: [Rules] = [
    Rules(testDescription: "core.excludesFile is emptied") {
      try Files.write($0.root / "excludes", "hidden/\n")
    } show: {
      try Files.write($0.root / "excludes", "")
    },
    Rules(testDescription: "the file of the person's rules is removed") {
      try $0.git(["config", "--global", "--unset", "core.excludesFile"], in: $0.root)
      try Files.write($0.home / ".config/git/ignore", "hidden/\n")
    } show: {
      try Files.remove($0.home / ".config/git/ignore")
    },
    Rules(testDescription: "core.excludesFile is named anew") {
      try Files.write($0.root / "excludes", "hidden/\n")
    } show: {
      try $0.git(["config", "--global", "core.excludesFile", "~/none"], in: $0.root)
    },
    Rules(testDescription: "an included file that was not there comes") {
      try Files.write($0.root / "excludes", "hidden/\n")
      try $0.git(["config", "--global", "include.path", "~/more/settings"], in: $0.root)
    } show: {
      try Files.write($0.home / "more/settings", "[core]\nexcludesFile = ~/none\n")
    },
    Rules(testDescription: "a link to the rules stays, and what it leads to changes") {
      try Files.write($0.home / "dotfiles/ignore", "hidden/\n")
      try Files.makeLink($0.root / "excludes", to: $0.home / "dotfiles/ignore")
    } show: {
      try Files.write($0.home / "dotfiles/ignore", "")
    },
  ]

  @Test(arguments: rules)
  func `what a rule no longer hides is captured, and followed`(rules: Rules) async throws {
    let world = try DaemonWorld {
      try rules.hide($0.sandbox)
      try $0.write("hidden/n.tmp", "1\n")
    }
    try await world.startAndSettle()
    let before = try #require(try world.repository.tip())
    #expect(try world.repository.content(of: "hidden/n.tmp", in: before) == nil)
    try rules.show(world.sandbox)
    try await world.expectCapture()
    try world.repository.write("hidden/n.tmp", "2\n")
    try await world.expectCapture()
  }

  @Test func `attributes of the person that come later hold`() async throws {
    let world = try DaemonWorld { try $0.write("w.txt", "one\r\ntwo\r\n") }
    try await world.startAndSettle()
    try Files.write(world.sandbox.home / ".config/git/attributes", "*.txt text\n")
    try world.repository.append("a.txt", "more\n")
    try await world.expectCapture()
  }
}
