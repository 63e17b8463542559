import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct DriftTextTests {
  @Test func `ahead and apart have texts of their own that name the machine and say what to do`() {
    let texts = Drift.Kind.allCases.map {
      ConditionText(.drift(.make($0, slug: "desk--2")), repository: "~/project")
    }
    for text in texts {
      #expect(text.title.hasPrefix("desk ") && text.title.hasSuffix(" in ~/project"))
      #expect(text.body.contains("main") && text.body.contains("'git pulsar sync'"))
    }
    #expect(texts[0].title != texts[1].title && texts[0].body != texts[1].body)
    #expect(texts[0].key == texts[1].key, "a newer one replaces the older")
  }

  @Test func `names that others chose are shown escaped, and not at any length`() {
    let drift = Drift.make(
      machine: "evil\u{1B}[2J\u{202E}" + String(repeating: "x", count: 5000),
      branch: Branch(name: Array("a\nb".utf8) + Array(repeating: 0xFF, count: 5000)))
    let text = ConditionText(.drift(drift), repository: "~/project")
    for words in [text.title, text.body, DriftText.line(drift, at: WallTime(seconds: 2000))] {
      #expect(words.unicodeScalars.allSatisfy { !needsEscape($0) })
      #expect(words.count < 400, "\(words.count)")
    }
    #expect(text.title.contains(#"evil\033[2J"#))
  }

  @Test func `a line for status, a few words for list`() {
    let now = WallTime(seconds: 1300)
    #expect(
      DriftText.line(.make(slug: "desk--2"), at: now)
        == "desk is ahead: it has work on main that is not here, 070707070707 of 5 min ago; run 'git pulsar sync' to take it over"
    )
    #expect(DriftText.brief([]) == nil)
    #expect(DriftText.brief([.make(.diverged, slug: "pad--1")]) == "pad diverged")
    #expect(DriftText.brief([.make(slug: "desk--2"), .make()]) == "desk ahead and 1 more")
  }

  @Test func `comes through a worker's message whole`() throws {
    let drifts = [
      Drift.make(.diverged, slug: "desk--2", machine: "a desk \u{1B}", seconds: -3),
      Drift.make(branch: Branch(name: Array("with blank\nand ".utf8) + [0xFF])),
    ]
    var message = WorkMessage()
    for drift in drifts { message.add(drift) }
    #expect(WorkMessage(bytes: message.bytes)?.drift == drifts)
  }
}
