import Foundation
import PulsarSystem
import Testing

@Suite struct TerminalTests {
  @Test(arguments: [
    (nil, 80), ("", 80), ("x", 80), ("132", 132), ("0", 80), ("-5", 80), ("9", 80), ("10", 10),
    ("99999999999999999999", 80), ("20000", 80),
  ])
  func `takes a sensible COLUMNS where there is no terminal`(columns: String?, width: Int) {
    #expect(Terminal.width(of: -1, columns: columns) == width)
  }

  @Test func `asks the terminal first`() throws {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    defer { close(terminal) }
    #expect(Terminal.isTerminal(terminal))
    #expect(Terminal.width(of: terminal, columns: "132") == 132)
    var size = winsize(ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
    #expect(Terminal.width(of: terminal, columns: "132") == 100)
  }

  @Test func `knows a file and a closed descriptor for no terminal`() throws {
    let file = open("/dev/null", O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    #expect(!Terminal.isTerminal(file))
    #expect(!Terminal.isTerminal(-1))
  }
}
