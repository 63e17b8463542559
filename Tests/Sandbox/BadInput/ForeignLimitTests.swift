import Testing

/// What other machines pushed, whatever it is, is looked at within limits.
@Suite struct ForeignLimitTests {
  private static let slug = "other--deadbeef" as Bytes

  private static func message(_ subject: String = "backup: x") -> Bytes {
    let trailers = "Pulsar-Branch: main\nPulsar-Reason: now\nPulsar-Format: 1\n"
    return Bytes("\(subject)\n\nPulsar-Machine: \(Self.slug)\n\(trailers)")
  }

  /// A laptop with a capture, and a stream of another machine at `commit` on the remote.
  private func world(
    _ commit: (Sandbox, Bytes) throws -> Bytes
  ) throws -> (Fleet, TestRepository) {
    let fleet = try Fleet()
    let laptop = try fleet.on("laptop")
    try fleet.capture("laptop")
    let id = try commit(fleet.sandbox, fleet.remote)
    try fleet.sandbox.git(
      ["update-ref", "refs/heads/wip/pulsar/" + Self.slug + "/main", id], in: fleet.remote)
    return (fleet, laptop)
  }

  /// Runs every report, and a capture.
  private func reports(_ laptop: TestRepository, naming word: String) throws {
    let sync = try laptop.pulsar("sync", "--dry-run")
    #expect(sync.shown.contains(word), "\(sync.shown.prefix(500))")
    for verb in [["status"], ["history", "--all"], ["finalize", "--dry-run"]] as [[Bytes]] {
      let outcome = try laptop.pulsar(arguments: verb)
      #expect(outcome.status == 0, "\(verb): \(outcome.shown.prefix(500))")
      #expect(outcome.shown.contains(word), "\(verb): \(outcome.shown.prefix(500))")
    }
    for verb in [["status", "--json"], ["history", "--all", "--json"], ["list"]] as [[Bytes]] {
      #expect(try laptop.pulsar(arguments: verb).status == 0)
    }
    try laptop.write("w", "w\n")
    #expect(try laptop.pulsar("now", "--here").status == 0)
  }

  @Test func `a capture with ten thousand parents is left out, and named`() throws {
    let (_, laptop) = try self.world { sandbox, remote in
      let base = try sandbox.git(["rev-parse", "main"], in: remote).text
      func commit(_ mark: Int, _ parents: [String]) -> String {
        let message = Self.message("backup: x").text
        let time = 1_700_000_000 + mark
        var text = "commit refs/heads/many\nmark :\(mark)\n"
        text += "committer o <o@example.invalid> \(time) +0000\n"
        text += "data \(message.utf8.count)\n\(message)\nfrom \(base)\n"
        return text + parents.map { "merge \($0)\n" }.joined()
      }
      var stream = (1...10_000).map { commit($0, []) }.joined()
      stream += commit(20_000, (1...10_000).map { ":\($0)" })
      try sandbox.git(["fast-import", "--quiet", "--force"], in: remote, input: Bytes(stream))
      return try sandbox.git(["rev-parse", "refs/heads/many"], in: remote)
    }
    try self.reports(laptop, naming: "10001 parents")
  }

  @Test func `a message of many megabytes is left out, and named`() throws {
    let (_, laptop) = try self.world { sandbox, remote in
      let long = Bytes(String(repeating: "text of no end\n", count: 1_500_000))
      let base = try sandbox.git(["rev-parse", "main"], in: remote)
      return try sandbox.git(
        ["commit-tree", "-p", base, base + "^{tree}"], in: remote, input: long + Self.message())
    }
    try self.reports(laptop, naming: "over the limit")
  }
}
