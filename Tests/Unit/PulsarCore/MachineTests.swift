import PulsarCore
import TestSupport
import Testing

@Suite struct MachineTests {
  @Test(arguments: [
    ("laptop", "laptop"), ("my laptop", "my-laptop"), ("  a  ", "a"), ("Büro 1", "Büro-1"),
    ("a/b\\c", "a-b-c"), ("..x..", "x"), ("a..b", "a.-b"), (".hidden", "hidden"),
    ("box.lock", "box"), ("box.lock.lock", "box"), (".lock", "lock"), ("@{", "machine"),
    ("", "machine"), ("---", "machine"), ("a~^:?*[b", "a-b"), ("tab\tbell\u{7}", "tab-bell"),
    ("rtl\u{202E}x", "rtl-x"), ("日本", "日本"), ("x.", "x"), ("-x-", "x"),
    (".\u{301}x", "\u{301}x"),
  ])
  func `a name becomes a component of a ref`(name: String, component: String) {
    #expect(Machine.normalised(name) == component)
  }

  @Test func `the slug has the name and eight characters of the id`() {
    let machine = Machine(name: "my laptop", id: "9a7b2c1d55554444")
    #expect(machine.slug == "my-laptop--9a7b2c1d")
    #expect(Machine(name: "", id: "").slug == "machine--machine")
  }

  @Test func `a clone has its own digits at the end of the slug`() {
    let machine = Machine(name: "my laptop", id: "9a7b2c1d55554444", clone: "ab12cd")
    #expect(machine.slug == "my-laptop--9a7b2c1d-ab12cd")
    #expect(Machine.name(inSlug: machine.slug) == "my-laptop")
  }

  @Test(arguments: [
    ("laptop--9a7b2c1d", nil), ("old-name--9a7b2c1d", nil), ("laptop--9a7b2c1d-ab12", "ab12"),
    ("a--b--9a7b2c1d-ab12cd34", "ab12cd34"),
  ])
  func `a slug of its own id tells a machine which clone it is`(slug: String, clone: String?) {
    let machine = Machine(name: "laptop", id: "9a7b2c1d55554444")
    #expect(machine.clone(inSlug: slug) == Machine(name: "laptop", id: machine.id, clone: clone))
  }

  @Test(arguments: [
    "laptop--9a7b2c1e", "laptop--9a7b2c1", "9a7b2c1d", "laptop--9a7b2c1d-xyzw",
    "laptop--9a7b2c1d-ab1", "laptop--9a7b2c1d-ab12cd345", "laptop--9a7b2c1d-ab12-ff00", "",
    "laptop--9a7b2c1d-AB12",
  ])
  func `any other slug is not of this machine`(slug: String) {
    #expect(Machine(name: "laptop", id: "9a7b2c1d55554444").clone(inSlug: slug) == nil)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `any name becomes what git takes as a component of a ref`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pieces = [
      ".", "..", ".lock", "-", "/", "@{", "@", "~", "^", ":", "?", "*", "[", "\\", " ", "\u{7F}",
      "\t",
      "\u{0}", "a", "Z9", "é", "\u{301}", "\u{200D}", "👩‍👩‍👧", "🇩🇪", "日", "\u{2028}", "\r\n", "\u{FFFD}",
      String(repeating: "x", count: 50), String(repeating: "é.", count: 30), "lock",
    ]
    for _ in 0..<300 {
      let name = (0..<random.below(9)).map { _ in random.pick(pieces) }.joined()
      let found = Machine.normalised(name)
      #expect(Self.isComponent(found), "seed \(seed): '\(name)' became '\(found)'")
      #expect(Machine.normalised(found) == found, "seed \(seed): '\(name)'")
    }
  }

  /// Source: git-check-ref-format(1); a file name has 255 bytes at most.
  static func isComponent(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let hasForbidden = bytes.contains { $0 <= 0x20 || $0 == 0x7F || "~^:?*[\\/".utf8.contains($0) }
    let pairs = zip(bytes, bytes.dropFirst())
    return !bytes.isEmpty && !hasForbidden && bytes.first != 0x2E && bytes.last != 0x2E
      && !bytes.suffix(5).elementsEqual(".lock".utf8) && bytes != [0x40]
      && !pairs.contains { ($0 == 0x2E && $1 == 0x2E) || ($0 == 0x40 && $1 == 0x7B) }
      && bytes.count <= 200
  }
}
