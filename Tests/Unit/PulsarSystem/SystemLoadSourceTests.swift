import PulsarSystem
import Testing

/// Source: proc_loadavg(5).
@Suite struct SystemLoadSourceTests {
  @Test(
    arguments: [
      ("0.52 0.58 0.59 1/389 12345\n", 52), ("0.00 0.00 0.00 0/1 1", 0),
      ("12.07 3.00 1.00 9/99 7", 1207), ("1.5 1 1", nil), ("1 1 1", nil), ("-1.00", nil),
      ("+1.00", nil), ("nan", nil), (".50", nil), ("1.00.00", nil),
      ("99999999999999999999.00", nil),
      ("", nil), ("\n", nil), ("\u{0}", nil),
    ] as [(String, Int?)])
  func `reads the first number, or nothing`(text: String, expected: Int?) {
    #expect(SystemLoadSource.hundredths(text) == expected)
  }

  @Test(arguments: [(800, 4, 200), (50, 2, 25), (50, 0, 50), (50, -1, 50)])
  func `is shared by all processors`(load: Int, cores: Int, expected: Int) {
    #expect(SystemLoadSource.perCore(load, cores: cores) == expected)
  }
}
