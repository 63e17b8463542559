import PulsarSystem
import Testing

/// Source: random(4), boot_id.
@Suite struct BootSessionTests {
  @Test(
    arguments: [
      ("0c3d5f6a-91be-4b0e-8f4e-2f0d7f9f2b11\n", "0c3d5f6a-91be-4b0e-8f4e-2f0d7f9f2b11"),
      ("0C3D5F6A-91BE-4B0E-8F4E-2F0D7F9F2B11\u{0}", "0C3D5F6A-91BE-4B0E-8F4E-2F0D7F9F2B11"),
      ("0c3d5f6a-91be-4b0e-8f4e-2f0d7f9f2b1\n", nil), ("../../../../etc/passwd", nil), ("", nil),
    ] as [(String, String?)])
  func `reads an id, or nothing`(text: String, expected: String?) {
    #expect(BootSession.id(Array(text.utf8)[...]) == expected.map { Array($0.utf8) })
  }
}
