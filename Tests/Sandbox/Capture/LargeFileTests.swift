import Testing

/// `limits.large_file_threshold` and `limits.large_file_action`.
@Suite struct LargeFileTests {
  static let small = Bytes([UInt8](repeating: 0x73, count: 1000))
  static let large = Bytes((0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })

  private func make(action: String = "skip") throws -> TestRepository {
    let repository = try TestRepository.make()
    try repository.sandbox.configure(
      """
      [limits]
      large_file_threshold = "1MB"
      large_file_action = "\(action)"

      """)
    return repository
  }

  /// Whether the content is reachable from the newest capture, index commit included.
  private func holds(_ content: Bytes, _ repository: TestRepository) throws -> Bool {
    let id = try repository.git("hash-object", "--stdin", input: content)
    let stream = try repository.stream()
    return try repository.git("rev-list", "--objects", stream, "--not", "HEAD").lines
      .contains { $0.starts(with: id) }
  }

  @Test func `a new file over the limit is named and left out, the rest is captured`() throws {
    let repository = try self.make()
    try repository.write("big.bin", Self.large)
    try repository.write("dir/big too.bin", Self.large)
    try repository.write("work.txt", "x")
    let capture = try repository.checkCapture(
      .init(kept: ["big.bin", "dir/big too.bin"]), naming: ["big.bin", "big too.bin"])
    #expect(try repository.message(of: capture.commit).contains("\nPulsar-Skipped: 2\n"))
    #expect(try !self.holds(Self.large, repository))
  }

  @Test(arguments: [false, true])
  func `a tracked file that grows over the limit stays as last captured`(
    afterAnotherCapture: Bool
  ) throws {
    let repository = try self.make()
    try repository.write("data", Self.small)
    try repository.commitAll()
    try repository.append("data", "captured\n")
    if afterAnotherCapture { try repository.checkCapture() }
    try repository.write("data", Self.large)
    try repository.append("a.txt", "more\n")
    let capture = try repository.checkCapture(.init(kept: ["data"]), naming: ["data"])
    #expect(
      try repository.content(of: "data", in: capture.tree)
        == (afterAnotherCapture ? Self.small + "captured\n" : Self.small))
  }

  @Test func `a file over the limit that is staged is not captured by way of the index`() throws {
    let repository = try self.make()
    try repository.write("big.bin", Self.large)
    try repository.git("add", "big.bin")
    try repository.write("staged.txt", "small\n")
    try repository.git("add", "staged.txt")
    try repository.write("work.txt", "x")
    try repository.checkCapture(.init(kept: ["big.bin"]), naming: ["big.bin"])
    #expect(try !self.holds(Self.large, repository))
    #expect(try self.holds("small\n", repository))
  }

  @Test func `a file over the limit that is already in HEAD and was not edited is kept`() throws {
    let repository = try self.make()
    try repository.write("big.bin", Self.large)
    try repository.commitAll()
    try repository.append("a.txt", "more\n")
    try repository.checkCapture()
  }

  @Test func `a file over the limit that is already in HEAD can be moved or deleted`() throws {
    let repository = try self.make()
    try repository.write("big.bin", Self.large)
    try repository.commitAll()
    try repository.remove("big.bin")
    try repository.checkCapture()
  }

  @Test func `a file that shrinks below the limit is captured again`() throws {
    let repository = try self.make()
    try repository.write("data", Self.large)
    try repository.checkCapture(.init(kept: ["data"]), naming: ["data"])
    try repository.write("data", Self.small)
    try repository.checkCapture()
  }

  @Test func `the action "abort" captures nothing and names the file`() throws {
    let repository = try self.make(action: "abort")
    try repository.append("a.txt", "more\n")
    try repository.checkCapture()
    try repository.write("big.bin", Self.large)
    try repository.append("b.txt", "more\n")
    try repository.checkRefusal(status: 1, saying: ["big.bin", "large_file"])
  }
}
