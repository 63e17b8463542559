import PulsarCore
import TestSupport
import Testing

@Suite struct ObjectIDTests {
  @Test(arguments: [20, 32])
  func `hexadecimal digits and bytes go back and forth`(length: Int) {
    var random = SplitMix64(seed: UInt64(length))
    for _ in 0..<100 {
      let id = ObjectID(bytes: random.bytes(length))
      #expect(ObjectID(hex: id.hex) == id)
      #expect(ObjectID(hex: id.hex.uppercased()) == id)
      #expect(id.hex.utf8.count == length * 2)
      #expect(id.short == String(id.hex.prefix(12)))
    }
  }

  @Test(arguments: [
    "", "0", String(repeating: "0", count: 39), String(repeating: "0", count: 41),
    String(repeating: "0", count: 63), String(repeating: "g", count: 40),
    String(repeating: "0", count: 39) + " ", "+" + String(repeating: "0", count: 39),
  ])
  func `anything else is no id`(text: String) {
    #expect(ObjectID(hex: text) == nil)
  }

  @Test func `only zeros are the null id`() {
    #expect(ObjectID(bytes: [UInt8](repeating: 0, count: 20)).isNull)
    #expect(!ObjectID(bytes: [UInt8](repeating: 0, count: 19) + [1]).isNull)
  }

  @Test func `is ordered by bytes`() throws {
    let low = try #require(ObjectID(hex: "00" + String(repeating: "f", count: 38)))
    let high = try #require(ObjectID(hex: "01" + String(repeating: "0", count: 38)))
    #expect(low < high)
  }

  @Test(arguments: [
    ("100644", FileMode.file), ("100755", .executable), ("120000", .symlink), ("160000", .gitlink),
    ("040000", .tree), ("40000", .tree), ("100664", .file), ("100600", .file),
    ("100777", .executable),
    ("000000", nil), ("", nil), ("99", nil), ("abc", nil), ("77777777777777777777", nil),
  ])
  func `reads modes as git writes them, and those it wrote long ago`(text: String, mode: FileMode?)
  {
    #expect(FileMode(octal: Array(text.utf8)) == mode)
  }

  @Test(arguments: [
    (FileMode.file, "100644"), (.executable, "100755"), (.symlink, "120000"),
    (.gitlink, "160000"), (.tree, "040000"),
  ])
  func `writes six digits`(mode: FileMode, text: String) {
    #expect(mode.octal == text)
    #expect(FileMode(octal: Array(text.utf8)) == mode)
  }
}
