import PulsarCore
import Testing

@Suite struct StreamClaimTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let facts: StreamClaim.Facts
    let claim: StreamClaim

    init(
      _ description: String, found: ObjectID?, noted: ObjectID? = nil, isContained: Bool = false,
      isRewritten: Bool = false, holder: GitPath? = nil, nameClashes: Bool = false,
      _ claim: StreamClaim
    ) {
      self.testDescription = description
      self.facts = StreamClaim.Facts(
        found: found, noted: noted, isContained: isContained, isRewritten: isRewritten,
        holder: holder, nameClashes: nameClashes)
      self.claim = claim
    }
  }

  private static let one = ObjectID(bytes: [UInt8](repeating: 1, count: 20))
  private static let two = ObjectID(bytes: [UInt8](repeating: 2, count: 20))
  private static let other = GitPath("/home/me/other")

  private static let cases = [
    Case("nothing is there", found: nil, .retry),
    Case("nothing is there any more", found: nil, noted: one, .retry),
    Case("a folder of that name is there", found: nil, nameClashes: true, .fork(.nameTaken)),
    Case("an earlier push of ours", found: one, isContained: true, .retry),
    Case("an earlier push, and a later one", found: one, noted: two, isContained: true, .retry),
    Case("a clone that is gone was there", found: one, .park(.earlierClone)),
    Case(
      "another clone is there", found: one, holder: other, .fork(.otherClone(other))),
    Case(
      "another clone has gone on from a copy of this one", found: one, noted: two, holder: other,
      .fork(.otherClone(other))),
    Case(
      "another clone has all of ours", found: one, isContained: true, holder: other, .retry),
    Case("somebody went on from where we were", found: one, noted: two, .fork(.otherWriter)),
    Case(
      "our own history was rewritten", found: one, noted: two, isRewritten: true,
      .fork(.rewritten)),
    Case("damage took what we pushed", found: one, noted: one, .park(.thisClone)),
    Case(
      "damage took it, and another clone has it", found: one, noted: one, holder: other,
      .fork(.otherClone(other))),
  ]

  @Test(arguments: cases)
  func `every combination has one answer`(item: Case) {
    #expect(StreamClaim(item.facts) == item.claim)
  }

  @Test func `what is there and not ours is never just pushed over`() {
    for noted in [nil, Self.one, Self.two] {
      for holder in [nil, Self.other] {
        for nameClashes in [false, true] {
          let facts = StreamClaim.Facts(
            found: Self.one, noted: noted, isContained: false, holder: holder,
            nameClashes: nameClashes)
          #expect(StreamClaim(facts) != .retry)
        }
      }
    }
  }
}
