import Testing

@testable import PulsarSimulator

@Suite struct ScenarioTextTests {
  static let example = #"""
    scn 1
    title   lost answer after an outage, "in" quotes   # and a comment
    seed    7F3A9c01
    nodes   desk, laptop ,studio
    remote  origin  bare
    policy  push 30m  capture 5m

    at 0s        desk    write  src/app.swift  "one\n\ttwo \"x\" \\ \xc3\xbc # text"
    at 3h        laptop  battery 8%      # an hour early
    at 2h3m      desk    git rebase -i "HEAD~3"
    at 3h        origin  refuse for 2h42m
    at 5h33m     desk    on push.after-push cut
    at 6h        desk    on capture.fs[17] crash
    at 6h1m      desk    on push.fs[3] error EROFS
    at 7h        desk    disk read-only for 1h
    at 1d500ms   studio  clock back 1h
    quiet 12h
    expect converged within 2h
    expect sometimes "push refused then accepted"
    expect file desk src/app.swift "one"
    expect no file laptop "two words"
    """#

  @Test func `a file says headers, events by time and expectations`() throws {
    let scenario = try Scenario(text: Self.example)
    #expect(scenario.title == "lost answer after an outage, in quotes")
    #expect(scenario.seed == 0x7f3a_9c01)
    #expect(scenario.nodes == ["desk", "laptop", "studio"])
    #expect(scenario.policy.capture == .minutes(5))
    #expect(scenario.policy.push == .minutes(30))
    #expect(scenario.quiet == .hours(12))
    #expect(
      scenario.events == [
        ScenarioEvent(
          at: .zero, actor: "desk",
          act: .write(path: "src/app.swift", text: "one\n\ttwo \"x\" \\ ü # text")),
        ScenarioEvent(at: .minutes(123), actor: "desk", act: .git(["rebase", "-i", "HEAD~3"])),
        ScenarioEvent(at: .hours(3), actor: "laptop", act: .battery(percent: 8)),
        ScenarioEvent(at: .hours(3), actor: "origin", act: .refuse(.minutes(162))),
        ScenarioEvent(at: .minutes(333), actor: "desk", act: .on(.pushAfterPush, .cut)),
        ScenarioEvent(
          at: .minutes(360), actor: "desk", act: .onFile(FilePoint(.capture, 17), .crash)),
        ScenarioEvent(
          at: .minutes(361), actor: "desk",
          act: .onFile(FilePoint(.push, 3), .error(.readOnly))),
        ScenarioEvent(
          at: .minutes(420), actor: "desk", act: .disk(.readOnly, for: .hours(1))),
        ScenarioEvent(
          at: SimulatedTime(milliseconds: 86_400_500), actor: "studio",
          act: .clockStep(SimulatedTime(milliseconds: -3_600_000))),
      ])
    #expect(
      scenario.expectations == [
        .converged(within: .hours(2)), .sometimes("push refused then accepted"),
        .file(node: "desk", path: "src/app.swift", text: "one"),
        .file(node: "laptop", path: "two words", text: nil),
      ])
  }

  @Test func `what is not said is as in an empty scenario`() throws {
    #expect(try Scenario(text: "scn 1") == Scenario())
    #expect(try Scenario(text: "\r\n# words\r\nscn 1\r\n") == Scenario())
    #expect(try Scenario(text: Scenario().text) == Scenario())
  }

  @Test func `a scenario is printed in one way`() throws {
    let text = """
      scn 1
      title lost answer
      seed 1f
      nodes desk, laptop
      policy capture 10m push 1h

      at 0s desk write "a b" "one"
      at 1h30m laptop git commit --message "two words" ""
      at 2h origin slow 500ms for 10m
      quiet 2h
      expect no file desk a

      """
    #expect(try Scenario(text: text).text == text)
  }

  @Test(arguments: ActVerb.allCases)
  func `every act reads as it was printed`(verb: ActVerb) throws {
    var choices = FixedChoices(7)
    for _ in 0..<100 {
      var scenario = Scenario()
      scenario.nodes = ["desk", "laptop"]
      let act = Scenario.act(verb, nodes: scenario.nodes, &choices)
      let actor = verb.isOfRemote ? "origin" : "laptop"
      scenario.events = [ScenarioEvent(at: .seconds(1), actor: actor, act: act)]
      #expect(act.verb == verb)
      #expect(try Scenario(text: scenario.text) == scenario)
    }
  }

  @Test func `every scenario reads as it was printed`() throws {
    for seed in 0..<1000 {
      let scenario = Scenario.random(UInt64(seed))
      let read = try Scenario(text: scenario.text)
      #expect(read == scenario, "seed \(seed)")
      #expect(Array(read.text.utf8) == Array(scenario.text.utf8), "seed \(seed)")
    }
  }

  @Test func `events of one time stay in the order of their lines`() throws {
    let order = (0..<100).map { "at \(($0 * 7) % 3)m desk write f\($0) x" }
    let scenario = try Scenario(text: "scn 1\nnodes desk\n" + order.joined(separator: "\n"))
    let minutes = scenario.events.map(\.at.milliseconds)
    #expect(minutes == minutes.sorted())
    let expected = (0..<3).flatMap { minute in
      (0..<100).filter { ($0 * 7) % 3 == minute }.map { Act.write(path: "f\($0)", text: "x") }
    }
    #expect(scenario.events.map(\.act) == expected)
  }

  @Test func `a scenario without some of its events is one too`() throws {
    let lines = Self.example.split(separator: "\n", omittingEmptySubsequences: false)
    let events = lines.indices.filter { lines[$0].hasPrefix("at ") }
    #expect(events.count == 9)
    for subset in 0..<(1 << events.count) {
      let kept = lines.indices.filter { index in
        events.firstIndex(of: index).map { subset & (1 << $0) != 0 } ?? true
      }
      let scenario = try Scenario(text: kept.map { lines[$0] }.joined(separator: "\n"))
      #expect(scenario.events.count == subset.nonzeroBitCount)
    }
  }

  @Test func `a point has the name of its place`() throws {
    #expect(
      ScenarioPoint.allCases.map(\.rawValue) == [
        "capture.after-scan", "capture.after-files", "capture.after-tree", "capture.after-commit",
        "capture.after-objects-durable", "capture.after-ref", "capture.after-ref-durable",
        "capture.after-confirmed", "push.before-push", "push.after-push",
        "push.after-push-confirmed",
      ])
  }
}
