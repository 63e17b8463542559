import PulsarSimulator
import Testing

@Suite struct SeedTests {
  @Test(arguments: [
    ("1", 1), ("0", 0), ("18446744073709551615", UInt64.max), ("12345678", 12_345_678),
    ("0x10", 16), ("0X1f", 31), ("7f3a9c01", 0x7f3a_9c01), ("FFFFFFFFFFFFFFFF", UInt64.max),
    ("0xffffffffffffffff", UInt64.max), ("000000000000000000000001", 1),
  ])
  func `numbers are read as decimal or hexadecimal`(text: String, value: UInt64) throws {
    #expect(try Seed(text).value == value)
  }

  @Test(arguments: [0, 9, 10, 0x1234_5678, 0x7f3a_9c01, UInt64.max])
  func `what is shown reads as the same seed`(value: UInt64) throws {
    #expect(try Seed(Seed(value: value).text) == Seed(value: value))
  }

  @Test func `it is shown as hexadecimal`() { #expect(Seed(value: 0x7f3a).text == "0x7f3a") }

  @Test func `commit hashes are folded, and every digit counts`() throws {
    let hash = "0123456789abcdef0123456789abcdef01234567"
    let long = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    var seen = [try Seed(hash).value, try Seed(long).value]
    for place in hash.indices {
      var other = hash
      other.replaceSubrange(place...place, with: hash[place] == "0" ? "1" : "0")
      seen.append(try Seed(other).value)
    }
    #expect(Set(seen).count == seen.count)
    #expect(try Seed(hash.uppercased()) == Seed(hash))
    #expect(try Seed(String(repeating: "1", count: 40)).value != 0)
  }

  @Test(arguments: ["", "0x", "seed", "-1", "1.5", " 1", "1 ", "0x0x1", "ü", "0123g"])
  func `what is no number is refused with the text`(text: String) {
    #expect(throws: Seed.Mistake.notANumber(text)) { try Seed(text) }
  }

  @Test(arguments: [
    "18446744073709551616", "0x10000000000000000", "10000000000000000f",
    "99999999999999999999999", "abcdefabcdefabcdefabcdefabcdefabcdefabc",
    "0xabcdefabcdefabcdefabcdefabcdefabcdefabcd",
  ])
  func `what is too large and no hash is refused with the text`(text: String) {
    #expect(throws: Seed.Mistake.tooLarge(text)) { try Seed(text) }
  }
}
