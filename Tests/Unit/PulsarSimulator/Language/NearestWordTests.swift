import Testing

@testable import PulsarSimulator

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("write", "write"), ("wriet", "write"), ("rite", "write"), ("WRITE", "write"),
    ("writing", nil), ("delete-stream", "delete-streams"), ("gi", "git"), ("x", nil), ("", nil),
    ("gti", "git"), ("of", "on"),
  ])
  func `two edits are near, three are not`(word: String, nearest: String?) {
    let known = ["write", "delete", "git", "on", "off", "delete-streams"]
    #expect(NearestWord.to(word, among: known) == nearest)
  }

  @Test func `among equals the first is meant`() {
    #expect(NearestWord.to("cut", among: ["cup", "cub"]) == "cup")
    #expect(NearestWord.to("cut", among: ["cub", "cup"]) == "cub")
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("flaw", "lawn", 2),
  ])
  func `an edit inserts, deletes, replaces or swaps`(left: String, right: String, edits: Int) {
    #expect(NearestWord.distance(Array(left.utf8), Array(right.utf8)) == edits)
  }
}
