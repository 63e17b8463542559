import PulsarSimulator
import Testing

@Suite struct FailureTextTests {
  private var failure: Failure {
    var failure = Failure(
      invariant: "S4",
      sentence:
        "desk told the user \"pushed 4c1e\" but origin's refs/pulsar/desk/main is still 9b02.",
      seed: "7f3a9c01", event: 1203, actor: "desk",
      at: SimulatedTime(milliseconds: 19_990_000))
    failure.name = "pushed ack lost"
    failure.records = [
      SampleTrace.at(300, "laptop", .edit, "too old to be told"),
      SampleTrace.at(301, "desk", .captured, "4c1e"),
      SampleTrace.at(330, "origin", .faultBegan, "refuse for 2h"),
      SampleTrace.at(331, "laptop", .pushed, "77aa"),
      SampleTrace.at(332, "desk", .pushFailed, "refused: down"),
      SampleTrace.at(333, "desk", .pushed, "libgit2 rc=0, status \"failed to lock\" ignored"),
    ]
    failure.shrunk = Failure.Shrunk(from: 1847, to: 9, runs: 353)
    failure.picture = "out/7f3a9c01.svg"
    failure.scenario = "out/7f3a9c01.scn"
    return failure
  }

  @Test func `a failure is told in few lines, the last two to paste`() {
    #expect(
      FailureText(self.failure).text == """
        FAIL  S4 pushed ack lost            seed 7f3a9c01  event 1,203  desk  +5h33m10s
          desk told the user "pushed 4c1e" but origin's refs/pulsar/desk/main is still 9b02.
          last 5 events:
            +5h01m00s  desk    captured     4c1e
            +5h30m00s  origin  fault-began  refuse for 2h
            +5h31m00s  laptop  pushed       77aa
            +5h32m00s  desk    push-failed  refused: down
            +5h33m00s  desk    pushed       libgit2 rc=0, status "failed to lock" ignored   <- here
          shrunk 1,847 -> 9 events in 353 runs, same invariant
          picture   out/7f3a9c01.svg   scenario  out/7f3a9c01.scn
          replay    swift run Simulator replay out/7f3a9c01.scn
          inspect   swift run Simulator replay out/7f3a9c01.scn --until 5h33m10s --keep

        """)
  }

  @Test func `without files the seed is what to run again`() {
    var failure = self.failure
    failure.picture = nil
    failure.scenario = nil
    failure.shrunk = nil
    failure.records = []
    #expect(
      FailureText(failure).text == """
        FAIL  S4 pushed ack lost            seed 7f3a9c01  event 1,203  desk  +5h33m10s
          desk told the user "pushed 4c1e" but origin's refs/pulsar/desk/main is still 9b02.
          replay    swift run Simulator run --seed 7f3a9c01
          shrink    swift run Simulator shrink --seed 7f3a9c01

        """)
  }

  @Test func `a replay goes on past a failure between two seconds`() {
    var failure = self.failure
    failure.at.milliseconds += 1
    #expect(FailureText(failure).text.contains("--until 5h33m11s --keep\n"))
  }

  @Test func `a path with spaces is one word of the command`() {
    var failure = self.failure
    failure.scenario = "out/it's here.scn"
    #expect(FailureText(failure).text.contains("replay 'out/it'\\''s here.scn'\n"))
  }

  @Test func `however much there is to tell, it is 30 lines at most and none has two`() {
    var failure = self.failure
    failure.sentence = Array(repeating: "word", count: 5000).joined(separator: " ")
    failure.name = "two\nlines"
    failure.records = (0..<50).map {
      SampleTrace.at($0, "desk", .broken, String(repeating: "long\n", count: 90))
    }
    let lines = FailureText(failure).text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count - 1 <= 30)
    #expect(lines.allSatisfy { $0.count <= 102 })
    #expect(lines.contains { $0.hasSuffix("word …") })
    #expect(lines.contains { $0.hasSuffix("…   <- here") })
    #expect(lines[lines.count - 3].hasPrefix("  replay    swift run Simulator replay out/"))
  }

  @Test(
    arguments: [("S4", .safety), ("V2", .liveness), ("converged", .safety)] as [(String, ExitCode)])
  func `the exit code tells safety from liveness`(invariant: String, expected: ExitCode) {
    #expect(ExitCode(broken: invariant) == expected)
  }

  @Test func `exit codes are those that are documented`() {
    let codes: [ExitCode] = [
      .ok, .usage, .crash, .liveness, .safety, .nondeterminism, .plantedBugNotFound,
    ]
    #expect(codes == ExitCode.allCases)
    #expect(codes.map(\.rawValue) == [0, 1, 127, 128, 129, 130, 131])
  }
}
