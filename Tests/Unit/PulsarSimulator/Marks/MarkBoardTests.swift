import PulsarSimulator
import Testing

@Suite struct MarkBoardTests {
  @Test func `an empty board has met nothing`() {
    let board = MarkBoard()
    #expect(board.neverMet == Mark.allCases)
    #expect(board.met == 0)
    #expect(board.count(.syncTook) == 0)
  }

  @Test func `what was met is counted`() {
    var board = MarkBoard()
    board.note(.syncTook)
    board.note(.syncTook)
    board.note(.driftGone)
    #expect(board.count(.syncTook) == 2)
    #expect(board.count(.driftGone) == 1)
    #expect(board.met == 2)
    #expect(board.neverMet == Mark.allCases.filter { $0 != .syncTook && $0 != .driftGone })
  }

  @Test func `boards add up, in any order`() {
    var one = MarkBoard()
    one.note(.syncTook)
    one.note(.clockBack)
    var other = MarkBoard()
    other.note(.syncTook)
    other.note(.driftGone)
    var both = one
    both.merge(other)
    #expect(both.count(.syncTook) == 2)
    #expect(both.count(.clockBack) == 1)
    #expect(both.count(.driftGone) == 1)
    other.merge(one)
    #expect(other == both)
    one.merge(MarkBoard())
    #expect(one.met == 2)
  }

  @Test func `nothing is left when all were met`() {
    var board = MarkBoard()
    for mark in Mark.allCases { board.note(mark) }
    #expect(board.neverMet.isEmpty)
    #expect(board.met == Mark.allCases.count)
  }
}
