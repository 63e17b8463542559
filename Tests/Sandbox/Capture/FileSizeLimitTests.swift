import Testing

/// A limit of the system on the size of files is like a full disk.
@Suite struct FileSizeLimitTests {
  /// Kinds of stores: libgit2's, and that of the git program.
  @Test(arguments: [[], ["--object-format=sha256"]] as [[Bytes]])
  func `what is too large to be written ends no verb by a signal`(arguments: [Bytes]) throws {
    let repository = try TestRepository.make(arguments)
    var state: UInt32 = 7
    let noise = (0..<3_000_000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    try repository.write("big", Bytes(noise))
    _ = try repository.pulsar("status")
    let limited: [Bytes] = ["sh", "-c", "ulimit -f 1000; exec \"$@\"", "sh", Program.path]
    let outcome = try repository.sandbox.run(limited + ["now", "--no-push"], in: repository.top)
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("full"), "\(outcome)")
    #expect(try repository.streams() == [])
    try repository.checkCapture()

    try repository.write("big", "small\n")
    let restore = try repository.sandbox.run(
      limited + ["restore", "--yes", "big"], in: repository.top)
    #expect(restore.status == 1, "\(restore)")
    #expect(try repository.read("big") == "small\n")
    #expect(try repository.pulsar("restore", "--yes", "big").status == 0)
    #expect(try repository.read("big") == Bytes(noise))
  }
}
