import Testing

/// What the simulator does to operations on files, seen from outside: a record says when it came.
@Suite struct FileFaultTests {
  private let program: SimulatorProgram

  init() throws { self.program = try SimulatorProgram() }

  /// The records of a run, one a line.
  private func records(of events: String) throws -> [String] {
    try self.program.write(
      """
      scn 1
      title one capture of interest
      seed 1
      nodes desk

      \(events)
      at 5m   desk  write a "one\\n"
      at 20m  desk  write b "two\\n"
      at 2h   desk  write b "three\\n"
      quiet 2h

      """)
    let outcome = try self.program.run(["explain", "a.scn", "--list"])
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.output.lines.map(\.text)
  }

  #if os(Linux)
    @Test(arguments: [
      ("EIO", "capture.fs[1] "), ("ENOSPC", "capture.fs[1] "), ("EMFILE", "capture.fs[1] "),
    ])
    func `one operation of a capture fails, and only that one`(
      error: String, place: String
    ) throws {
      let records = try self.records(of: "at 1m desk on capture.fs[1] error \(error)")
      let struck = records.filter { $0.contains("file-error") }
      #expect(struck.count == 1, "\(records)")
      #expect(struck.allSatisfy { $0.contains(place) && $0.hasSuffix(" \(error)") }, "\(struck)")
    }

    @Test func `what libgit2 writes can fail too`() throws {
      // Only libgit2 makes links: from an object's temporary name to its own.
      let records = try (8...16).map {
        try self.records(of: "at 1m desk on capture.fs[\($0)] error EIO")
      }
      #expect(records.joined().contains { $0.contains("file-error") && $0.contains(" link EIO") })
    }

    @Test(arguments: ["capture.fs[5]", "push.fs[2]"])
    func `the daemon dies at an operation, and comes back`(point: String) throws {
      let records = try self.records(of: "at 1m desk on \(point) crash")
      let death = try #require(records.firstIndex { $0.contains("crashed") }, "\(records)")
      #expect(records[death].contains("at \(point) "), "\(records[death])")
      #expect(records[(death + 1)...].contains { $0.contains("daemon-started") })
    }

    @Test(arguments: ["now", "finalize"])
    func `a verb dies at an operation, and the daemon goes on`(verb: String) throws {
      let records = try self.records(
        of: """
          at 1h  desk  on \(verb).fs[5] crash
          at 1h  desk  write c "three\\n"
          at 1h  desk  pulsar \(verb)
          """)
      let death = try #require(records.firstIndex { $0.contains("\(verb) died") }, "\(records)")
      #expect(records[death].contains("died \(verb).fs[5] "), "\(records[death])")
      #expect(!records.contains { $0.contains("crashed") })
      #expect(records[(death + 1)...].contains { $0.contains("captured") }, "\(records)")
    }

    @Test func `one operation of a verb fails, and only that one`() throws {
      let records = try self.records(
        of: """
          at 1h  desk  on now.fs[5] error EIO
          at 1h  desk  write c "three\\n"
          at 1h  desk  pulsar now
          """)
      let struck = records.filter { $0.contains("file-error") }
      #expect(struck.count == 1 && struck.allSatisfy { $0.contains(" now.fs[5] ") }, "\(records)")
    }

    @Test(arguments: ["failing", "read-only", "denied", "full"])
    func `nothing can be captured on a disk that fails, and all of it afterwards`(
      fault: String
    ) throws {
      let records = try self.records(of: "at 1m desk disk \(fault) for 1h")
      let failed = records.filter { $0.contains("capture-failed") }
      #expect(failed.contains { $0.contains("disk-\(fault)") }, "\(records)")
      let last = try #require(records.lastIndex { $0.contains("capture-failed") })
      #expect(records[last...].contains { $0.contains("captured") }, "\(records)")
    }

    @Test(arguments: ["everything", "content"])
    func `what was captured outlives a loss of power, and nothing is if nothing is synced`(
      loss: String
    ) throws {
      // Before anything else of the machine is at work.
      let cut = "at 1h desk write c \"three\\n\"\nat 1h3s desk power-cut \(loss)"
      let records = try self.records(of: cut)
      let death = try #require(records.firstIndex { $0.contains("crashed") }, "\(records)")
      #expect(records[death].contains("power-cut \(loss)"), "\(records)")
      #expect(records[(death + 1)...].contains { $0.contains("captured") }, "\(records)")
      let planted = try self.program.run(["replay", "a.scn", "--plant", "syncs-nothing"])
      #expect(planted.status == 129, "\(planted)")
      #expect(planted.output.text.hasPrefix("FAIL  S12 "), "\(planted)")
    }

    @Test(arguments: ["capture.fs[9]", "capture.fs[18]", "push.fs[2]"])
    func `a machine loses power amid an effect, and captures again`(point: String) throws {
      for loss in ["everything", "content"] {
        let records = try self.records(of: "at 15m desk on \(point) power-cut \(loss)")
        let death = try #require(records.firstIndex { $0.contains("crashed") }, "\(records)")
        #expect(records[death].contains("at \(point) "), "\(records[death])")
        #expect(records[death].hasSuffix("power-cut \(loss)"), "\(records[death])")
        #expect(records[(death + 1)...].contains { $0.contains("captured") }, "\(records)")
      }
    }
  #endif

  @Test func `an operation that is never come to changes nothing`() throws {
    let records = try self.records(of: "at 1m desk on radar.fs[1000000] error EIO")
    #expect(!records.contains { $0.contains("file-error") || $0.contains("crashed") })
    #expect(records.contains { $0.contains("captured") })
  }
}
