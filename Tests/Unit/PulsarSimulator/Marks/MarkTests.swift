import Testing

@testable import PulsarSimulator

@Suite struct MarkTests {
  @Test func `every mark has a sentence of its own, and at least forty are named`() {
    #expect(Mark.allCases.count >= 40)
    for mark in Mark.allCases {
      #expect(Mark(rawValue: mark.rawValue) == mark)
      #expect(!mark.rawValue.contains("\""))
      #expect(mark.rawValue.first?.isLowercase == true)
    }
  }

  @Test func `sentences of scenarios stay as they are`() {
    #expect(Mark(rawValue: "push refused then accepted") == .refusedThenAccepted)
    #expect(Mark(rawValue: "answer lost and push found arrived") == .answerLost)
    #expect(Mark(rawValue: "capture beside a user's gc") == .besideGarbageCollection)
    #expect(Mark(rawValue: "woke and captured once") == .wokeAndCapturedOnce)
    #expect(Mark(rawValue: "crash after the commit and before the ref") == .crashBeforeRef)
    #expect(Mark(rawValue: "finalize squashed two machines") == .finalizeTwo)
  }

  @Test func `only what records do not show has to be told`() {
    #expect(
      Mark.allCases.filter(\.isTold)
        == [.delayedByLoad, .allSuspended, .pushesDeferred, .sweptLitter, .halfWayFinished])
  }

  @Test func `each mark is found in one way`() {
    let found = MarkRule.all.map(\.mark) + CrossingMarks.all
    #expect(Set(found).count == found.count)
  }

  @Test func `every barrier belongs to a crash, but for those at the end`() {
    let grouped =
      BarrierPoints.beforeCommit + BarrierPoints.beforeRef + BarrierPoints.beforeConfirmed
      + BarrierPoints.beforePush + BarrierPoints.beforeNote
    #expect(
      ScenarioPoint.allCases.filter { !grouped.contains($0) }
        == [.captureAfterConfirmed, .pushAfterPushConfirmed])
    #expect(BarrierPoints.capture + BarrierPoints.push == ScenarioPoint.allCases)
  }
}
