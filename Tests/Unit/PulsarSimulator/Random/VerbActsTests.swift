import PulsarCommands
import PulsarCore
import PulsarSystem
import Testing

@testable import PulsarSimulator

/// Random runs do whatever a person can do: a verb or an option that is new has to be thought of.
@Suite struct VerbActsTests {
  /// What no machine of a run does, and why.
  private static let others: Set<String> = [
    // Every machine is registered before its first act, and stays so.
    "register", "remove",
    // These concern the system's own services, or say what the program is.
    "daemon", "install-service", "uninstall-service", "version", "help",
    // Ends only when it is told to.
    "log --follow",
    // One repository a machine: there is no other to ask for.
    "log --repo",
  ]
  /// Of every verb.
  private static let common: Set<String> = ["--version", "--help"]

  /// `sync --theirs`, and `sync` itself, of all random runs.
  private static let done: Set<String> = {
    let runs = (0..<400 as Range<UInt64>).map {
      ScenarioGenerator().scenario(seed: $0, length: .hours(24), nodes: 3, traits: [])
    }
    var done: Set<String> = []
    for case .pulsar(let words) in runs.flatMap(\.events).map(\.act) {
      done.insert(words[0])
      for option in words.dropFirst() where option.hasPrefix("-") {
        done.insert("\(words[0]) \(option)")
      }
    }
    return done
  }()

  private static func help(_ words: [String]) -> [Substring] {
    let host = Host(
      environment: ProcessEnvironment(entries: []), clock: LocalClock(), folder: GitPath("/"))
    return String(decoding: host.run(words).output, as: UTF8.self).split(separator: "\n")
  }

  private static var verbs: [String] {
    let lines = Self.help(["--help"]).drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
    // Behind two spaces; what stands further in goes on with the line before.
    return lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
  }

  /// Each in its ways to be written: `-m`, `--message`.
  private static func options(of verb: String) -> [[String]] {
    Self.help(["help", verb]).filter { $0.hasPrefix("  -") }.map { line in
      line.split(separator: " ").prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }
        .filter { $0.hasPrefix("-") }.map { $0.filter { $0 != "," } }.map { String($0) }
    }
  }

  @Test func `every verb is done in random runs`() {
    let verbs = Self.verbs
    #expect(verbs.count > 15)
    for verb in verbs {
      #expect(Self.done.contains(verb) != Self.others.contains(verb), "\(verb)")
    }
  }

  @Test func `every option of every verb is given in random runs`() {
    var count = 0
    for verb in Self.verbs where !Self.others.contains(verb) {
      for names in Self.options(of: verb) where Self.common.isDisjoint(with: names) {
        count += 1
        // Verbs that ask nothing take the answer all the same.
        if names.contains("--yes"),
          !["sync", "undo", "finalize", "restore", "prune"].contains(verb)
        {
          continue
        }
        let ways = names.map { "\(verb) \($0)" }
        let isDone = ways.contains(where: Self.done.contains)
        let isOther = ways.contains(where: Self.others.contains)
        #expect(isDone != isOther, "\(verb) \(names)")
      }
    }
    #expect(count > 30)
  }
}
