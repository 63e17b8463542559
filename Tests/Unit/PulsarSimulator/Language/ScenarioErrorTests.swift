import Testing

@testable import PulsarSimulator

@Suite struct ScenarioErrorTests {
  /// The error of a text.
  private static func error(of text: String) -> ScenarioError? {
    do {
      _ = try Scenario(text: text)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("wriet a \"b\"", "write"), ("pulser sync", "pulsar"),
    ("daemon strat", "start"), ("on capture.after-reff crash", "capture.after-ref"),
    ("on push.after-psuh crash", "push.after-push"), ("on push.after-push crahs", "crash"),
    ("on captur.fs[17] crash", "capture.fs[N]"), ("on push.fs[3] crsh", "crash"),
    ("on push.fs[3] eror EIO", "error"), ("on push.fs[3] error enospce", "ENOSPC"),
    ("on radar.fs[3] error EACCESS", "EACCES"), ("disk readonly for 1h", "read-only"),
    ("disk ful for 1h", "full"), ("on push.after-push cutt", "cut"), ("clock bakc 1h", "back"),
    ("executable a offf", "off"), ("suspend fro 1h", "for"),
  ])
  func `an unknown word is answered with the nearest`(act: String, nearest: String) throws {
    let error = try #require(Self.error(of: "scn 1\nnodes desk\n\nat 1h desk \(act)\n"))
    #expect(error.line == 4)
    #expect(error.why.contains("is unknown there"))
    #expect(error.whatToDo == "write '\(nearest)'")
  }

  @Test(arguments: [
    ("titel x", "title"), ("sed 1", "seed"), ("node desk", "nodes"), ("polcy push 1h", "policy"),
    ("remotes origin bare", "remote"), ("quite 2h", "quiet"), ("expct converged", "expect"),
    ("expect convergd within 2h", "converged"), ("policy captures 1h", "capture"),
    ("at 1h dekk mains", "desk"), ("at 1h orgin gc", "origin"), ("at 1h origin dwon", "down"),
    ("at 1h origin delete-streams dsk", "desk"), ("expect file dsk a b", "desk"),
    ("trait dsk no-links", "desk"), ("trait orgin submodule", "origin"), ("trit desk x", "trait"),
    ("trait desk no-link", "no-links"), ("trait origin filtr", "filter"),
  ])
  func `an unknown kind of line or node too`(line: String, nearest: String) throws {
    let error = try #require(Self.error(of: "scn 1\nnodes desk\n\(line)"))
    #expect(error.line == 3)
    #expect(error.whatToDo == "write '\(nearest)'")
  }

  @Test func `a word that is near nothing is answered with all there are`() throws {
    let kind = try #require(Self.error(of: "scn 1\nwhenever 1h"))
    #expect(kind.whatToDo.contains("title, seed, nodes, remote, policy, trait, at, quiet, expect"))
    let point = try #require(Self.error(of: "scn 1\nnodes a\nat 1h a on nowhere crash"))
    #expect(point.whatToDo.contains("capture.after-scan, capture.after-files"))
    let act = try #require(Self.error(of: "scn 1\nnodes a\nat 1h a commit"))
    #expect(act.whatToDo.hasPrefix("write one of write, append,"))
    let node = try #require(Self.error(of: "scn 1\nat 1h desk mains"))
    #expect(node.whatToDo == "name it in a 'nodes' line above")
  }

  @Test func `a node does not do what the remote does, nor the reverse`() throws {
    for verb in ActVerb.allCases {
      let actor = verb.isOfRemote ? "desk" : "origin"
      let error = try #require(
        Self.error(of: "scn 1\nnodes desk\nat 1h \(actor) \(verb.rawValue) x y z"))
      #expect(error.line == 3)
      #expect(error.whatFailed == "could not take the act '\(verb.rawValue)' of '\(actor)'")
      #expect(error.whatToDo.contains(verb.form))
    }
  }

  @Test(arguments: ActVerb.allCases)
  func `every missing and every superfluous word is found`(verb: ActVerb) throws {
    var choices = FixedChoices(3)
    let act = Scenario.act(verb, nodes: ["desk"], &choices)
    let head = "scn 1\nnodes desk\nat 1h \(verb.isOfRemote ? "origin" : "desk") "
    let words = try ScenarioWord.words(ofLine: Array(act.text.utf8)[...])
    #expect(Self.error(of: head + act.text) == nil)
    let isGitInside = if case .on(_, .git) = act { true } else { false }
    let takesAny = verb == .git || verb == .pulsar || isGitInside
    // Programs take as many words as there are behind the first.
    let needed = takesAny ? min(isGitInside ? 4 : 2, words.count) : words.count
    for count in 0..<needed {
      let error = try #require(Self.error(of: head + Act.written(Array(words.prefix(count)))))
      #expect(error.line == 3)
      #expect(error.why == "the line ends before it")
    }
    guard !takesAny else { return }
    let error = try #require(Self.error(of: head + act.text + " more"))
    #expect(error.description.hasPrefix("line 3: could not take the word 'more': "))
    #expect(error.why == "the line is complete before it")
  }

  @Test(arguments: [
    ("at 1x desk mains", "could not read the span '1x'"),
    ("at 1h desk suspend for soon", "could not read the span 'soon'"),
    ("at -1h desk mains", "could not read the span '-1h'"),
    ("quiet 99999999999999999999d", "could not read the span '99999999999999999999d'"),
    ("at 1h desk battery 101%", "could not read the charge '101%'"),
    ("at 1h desk battery 8", "could not read the charge '8'"),
    ("at 1h desk battery %", "could not read the charge '%'"),
    ("at 1h desk load -1", "could not read the load '-1'"),
    (
      "at 1h desk on push.fs[0] crash",
      "could not read the number of the operation in 'push.fs[0]'"
    ),
    (
      "at 1h desk on push.fs[x] crash",
      "could not read the number of the operation in 'push.fs[x]'"
    ),
    (
      "at 1h desk on push.fs[1000001] crash",
      "could not read the number of the operation in 'push.fs[1000001]'"
    ),
    ("at 1h desk on push.fs[] crash", "could not read the number of the operation in 'push.fs[]'"),
    ("at 1h desk on push.fs[3] cut", "could not read what happens there"),
    ("at 1h desk on push.after-push error", "could not read what happens there"),
    ("at 1h desk on push.fs[3] error ENOENT", "could not read the error"),
    ("at 1h desk disk slow for 1h", "could not read what is wrong with the disk"),
    ("at 1h desk load 99999999999999999999", "could not read the load '99999999999999999999'"),
    ("at 1h desk write ../a x", "could not take the path '../a'"),
    ("at 1h desk write /a x", "could not take the path '/a'"),
    ("at 1h desk delete \"\"", "could not take the path \"\""),
    ("at 1h desk write a//b x", "could not take the path 'a//b'"),
    ("at 1h desk write \"a\\x00\" x", "could not take the path \"a\\x00\""),
    ("at 1h desk git \"a\\x00\"", "could not take a word \"a\\x00\""),
    ("seed xyz", "could not read the seed 'xyz'"),
    ("seed 10000000000000000", "could not read the seed '10000000000000000'"),
    ("seed +1", "could not read the seed '+1'"), ("seed -1", "could not read the seed '-1'"),
    ("nodes laptop", "could not take a second 'nodes'"),
    ("scn 1", "could not take a second 'scn'"),
    ("trait", "could not find the actor"), ("trait desk", "could not find the trait"),
    ("trait desk no-links x", "could not take the word 'x'"),
    ("trait desk ignores", "could not find what it is"),
    ("trait desk ignores here b", "could not read what it is"),
    ("trait desk ignores global", "could not find the pattern"),
    ("trait desk sparse cone ../a", "could not take the path '../a'"),
    ("trait desk limit 0", "could not read the limit '0'"),
    ("trait desk filter pointer b", "could not read the trait of 'desk'"),
    ("trait origin no-links", "could not read the trait of 'origin'"),
    ("at 1h desk fill a b c", "could not read the size 'b'"),
    ("policy", "could not find a setting"), ("policy push", "could not find a span"),
    ("policy push 1h push 1h", "could not read a setting"),
    ("remote upstream bare", "could not read 'origin'"),
    ("remote origin", "could not find 'bare'"),
    ("expect", "could not find what is expected"),
    ("expect no files desk a", "could not read 'file'"),
    ("at 1h desk write a \"b", "could not cut the line into words"),
    ("at 1h desk write a \"b\"c", "could not cut the line into words"),
    ("at 1h desk write a b\"c\"", "could not cut the line into words"),
    ("at 1h desk write a b\\n", "could not cut the line into words"),
    ("at 1h desk write a \"\\q\"", "could not cut the line into words"),
    ("at 1h desk write a \"\\x4\"", "could not cut the line into words"),
    ("at 1h desk write a \"\\xff\"", "could not cut the line into words"),
    ("at 1h desk write a \u{1}", "could not cut the line into words"),
  ])
  func `a line says what failed, why and what to do`(line: String, whatFailed: String) throws {
    let error = try #require(Self.error(of: "scn 1\nnodes desk\n# words\n\(line)\nat"))
    #expect(error.line == 4)
    #expect(error.whatFailed == whatFailed)
    #expect(!error.why.isEmpty && !error.whatToDo.isEmpty)
    #expect(
      error.description == "line 4: \(whatFailed): \(error.why); \(error.whatToDo)")
    #expect(!error.description.contains("\n"))
  }

  @Test(arguments: [
    "", "\n\n# words\n", "at 1h desk mains", "scn", "scn 2", "scn 1 2", "\u{feff}scn 1",
  ])
  func `a text that does not begin with its version is refused`(text: String) {
    #expect(Self.error(of: text)?.line == 1)
  }

  @Test(arguments: ["origin", "a b", "", "ü", "-a", "a/b", "desk, desk", "desk,", ",", "a,,b"])
  func `a node has a name of its own that a machine can have`(name: String) {
    #expect(Self.error(of: "scn 1\nnodes \(ScenarioWord.written(name))")?.line == 2)
  }

  @Test func `a second title says where the first is`() throws {
    let error = try #require(Self.error(of: "scn 1\ntitle one\n\ntitle two"))
    #expect(error.line == 4)
    #expect(error.why == "line 2 says it already")
  }

  @Test func `a long word is shown shortened`() throws {
    let error = try #require(Self.error(of: "scn 1\n" + String(repeating: "x", count: 100_000)))
    #expect(error.description.utf8.count < 300)
  }
}
