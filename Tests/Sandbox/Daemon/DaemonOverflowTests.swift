#if canImport(Glibc)
  import Glibc
  import Testing

  @Suite struct DaemonOverflowTests {
    @Test func `more changes than the system remembers are captured all the same`() async throws {
      let world = try DaemonWorld()
      let repository = world.repository
      try repository.write("watched/file", "1\n")
      try await world.startAndSettle()
      // It does not read what happens meanwhile: the queue of 16384 events overflows.
      world.signal(SIGSTOP)
      let made = try world.sandbox.run(
        [
          "sh", "-c",
          """
          seq 16384 | split -l 1 -a 4 - watched/
          for n in 1 2 3 4; do mkdir -p new/$n; seq 1000 | split -l 1 -a 4 - new/$n/; done
          """,
        ], in: repository.top)
      #expect(made.status == 0, "\(made)")
      world.signal(SIGCONT)
      let capture = try await world.expectCapture()
      #expect(try repository.paths(in: capture).count > 20_000)
      #expect(world.logCount("watch-lost") > 0)

      try repository.write("new/3/later", "1\n")
      try repository.write("watched/file", "2\n")
      try await world.expectCapture()
    }
  }
#endif
