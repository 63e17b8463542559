import PulsarCore
import Testing

@Suite struct MachineWordTests {
  private static let slugs = [
    "laptop--9a7b2c1d", "desktop--11112222", "desktop--33334444", "my-box--abcdef01",
    "my-box--abcdef01-77aa", "a--b--55556666", "strange",
  ]

  @Test(arguments: [
    ("laptop--9a7b2c1d", ["laptop--9a7b2c1d"]), ("laptop", ["laptop--9a7b2c1d"]),
    ("9a7b2c1d", ["laptop--9a7b2c1d"]), ("9a7b", ["laptop--9a7b2c1d"]), ("9a7", []),
    ("9a7b3", []), ("laptop--9a", ["laptop--9a7b2c1d"]), ("top--9a", []), ("lap", []),
    ("desktop", ["desktop--11112222", "desktop--33334444"]), ("1111", ["desktop--11112222"]),
    ("desktop--3", ["desktop--33334444"]),
    ("my box", ["my-box--abcdef01", "my-box--abcdef01-77aa"]),
    ("my-box--abcdef01", ["my-box--abcdef01"]), ("abcdef01", ["my-box--abcdef01"]),
    ("abcdef", ["my-box--abcdef01", "my-box--abcdef01-77aa"]),
    ("abcdef01-77", ["my-box--abcdef01-77aa"]), ("a--b", ["a--b--55556666"]),
    ("strange", ["strange"]), ("stra", []), ("", []), ("nobody", []),
  ])
  func `a word means the machines that are called so`(word: String, slugs: [String]) {
    #expect(MachineWord(word).matches(Self.slugs) == slugs)
    #expect(MachineWord(word).matches(Self.slugs.reversed() + Self.slugs) == slugs)
  }

  @Test func `a name that is the id of another machine does not tell them apart`() {
    let slugs = ["beef--11112222", "box--beef0001"]
    #expect(MachineWord("beef").matches(slugs) == slugs)
  }
}
