import Testing

@testable import PulsarCommands

@Suite struct UsedNamesTests {
  private let used = UsedNames(
    slugs: [
      "laptop--11111111", "Desk--22222222-ab12cd", "desk-2--33333333", "my-box--44444444", "main",
      "own--55555555-ff00", "own--55555555",
    ], besides: "555555555555")

  @Test(arguments: [
    ("laptop", "laptop--11111111"), ("LapTop", "laptop--11111111"),
    ("desk", "Desk--22222222-ab12cd"), ("my box", "my-box--44444444"),
  ])
  func `a name is taken whatever its case and form`(name: String, slug: String) {
    #expect(self.used.slug(of: name) == slug)
  }

  @Test(arguments: ["lap", "main", "own", "44444444"])
  func `a name that only this machine has, or nobody, is free`(name: String) {
    #expect(self.used.slug(of: name) == nil)
  }

  @Test func `a free name has the first number that nobody has`() {
    #expect(self.used.freeName(like: "laptop") == "laptop-2")
    #expect(self.used.freeName(like: "desk") == "desk-3")
  }
}
