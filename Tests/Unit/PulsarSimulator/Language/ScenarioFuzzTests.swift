import Testing

@testable import PulsarSimulator

/// No text stops the reader, and what it takes it takes back.
@Suite struct ScenarioFuzzTests {
  private static let texts = [ScenarioTextTests.example, Scenario.random(11).text]

  /// Whether the text was read; if it was not, the error has a line of it.
  private static func take(_ bytes: some Collection<UInt8>) -> Bool {
    let text = String(decoding: Array(bytes), as: UTF8.self)
    do {
      let scenario = try Scenario(text: text)
      #expect((try? Scenario(text: scenario.text)) == scenario)
      return true
    } catch {
      let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      #expect((1...lines).contains(error.line))
      #expect(!error.description.utf8.contains(UInt8(ascii: "\n")))
      return false
    }
  }

  @Test(arguments: Self.texts)
  func `every truncation is read or refused`(text: String) throws {
    _ = try Scenario(text: text)
    var refused = 0
    for length in 0...text.utf8.count where !Self.take(text.utf8.prefix(length)) { refused += 1 }
    #expect(refused > 100)
    #expect(refused < text.utf8.count)
  }

  @Test(arguments: Self.texts)
  func `a flipped bit at any place is read or refused`(text: String) throws {
    _ = try Scenario(text: text)
    var refused = 0
    for index in 0..<text.utf8.count {
      for bit in [0, 3, 5, 7] {
        var bytes = Array(text.utf8)
        bytes[index] ^= 1 << UInt8(bit)
        if !Self.take(bytes) { refused += 1 }
      }
    }
    #expect(refused > 1000)
    #expect(refused < text.utf8.count * 4)
  }

  @Test func `random mixtures of its parts are read or refused`() {
    var choices = FixedChoices(5)
    let parts = [
      "scn 1\n", "nodes a\n", "at ", "1h ", "0s ", "a ", "origin ", "on ", "git ", "\"", "\\x",
      "\\",
      "\n", "#", "ff", "%", "for ", ",", "\r", "\u{0}", "ü", "policy ", "expect ", "no ", "file ",
    ]
    var taken = 0
    for _ in 0..<5000 {
      let text = (0..<choices.below(20)).reduce("scn 1\n") { text, _ in
        text + choices.one(of: parts)
      }
      if Self.take(text.utf8) { taken += 1 }
    }
    #expect(taken > 10)
  }
}
