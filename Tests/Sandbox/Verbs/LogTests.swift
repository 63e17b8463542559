import Foundation
import Testing

@Suite struct LogTests {
  private struct Event: Decodable {
    let time: String?
    let level: String?
    let event: String?
    let fields: [String: String]?
    let text: String?
  }

  private static func log(_ repository: TestRepository) -> Bytes {
    repository.sandbox.state / "git-pulsar/daemon.log"
  }

  /// A log of ticks, one a minute from 2026-11-20 10:00 UTC.
  private static func ticks(_ numbers: Range<Int>) -> String {
    numbers.map { number in
      let hour = 10 + number / 60
      let minute = String(format: "%02d", number % 60)
      return "2026-11-20T\(hour):\(minute):00Z info tick n=\(number)\n"
    }.joined()
  }

  private static func lines(_ repository: TestRepository, _ arguments: Bytes...) throws -> [String]
  {
    let outcome = try repository.pulsar(arguments: ["log"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    return outcome.output.lines.map(\.text)
  }

  @Test func `the last thousand lines are shown, over both files, or as many as asked for`() throws
  {
    let repository = try TestRepository.make()
    let log = Self.log(repository)
    let all = (0..<1500).map { "2026-11-20T10:00:00Z info tick n=\($0)" }
    try Files.write(log + ".1", Bytes(all[..<900].joined(separator: "\n") + "\n"))
    try Files.write(log, Bytes(all[900...].joined(separator: "\n") + "\n"))
    // Registering logs nothing of its own.
    #expect(try Self.lines(repository) == Array(all.suffix(1000)))
    #expect(try Self.lines(repository, "-n", "2") == Array(all.suffix(2)))
    #expect(try Self.lines(repository, "--lines", "9999") == all)
  }

  @Test func `JSON is one object a line`() throws {
    let repository = try TestRepository.make()
    let line = #"2026-11-20T10:00:00Z warning push-failed repo="/a b" why=offline"#
    try Files.write(Self.log(repository), Bytes(line + "\nnot ours\n"))
    let events = try Self.lines(repository, "--json").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
    try #require(events.count == 2)
    #expect(events[0].time == "2026-11-20T10:00:00Z" && events[0].level == "warning")
    #expect(events[0].event == "push-failed" && events[0].text == nil)
    #expect(events[0].fields == ["repo": "/a b", "why": "offline"])
    #expect(events[1].event == nil && events[1].text == "not ours")
  }

  @Test func `only events since a time are shown, a day from its beginning`() throws {
    let repository = try TestRepository.make()
    let before = "2026-11-19T23:59:59Z info tick n=-1\n"
    try Files.write(Self.log(repository), Bytes(before + Self.ticks(0..<120) + "not ours\n"))
    #expect(try Self.lines(repository, "--since", "2026-11-20").count == 120)
    #expect(try Self.lines(repository, "--since", "2026-11-20 11:58").count == 2)
    #expect(try Self.lines(repository, "--since", "2026-11-20T11:59:00Z", "-n", "5").count == 1)
    #expect(try Self.lines(repository, "--since", "2026-11-20", "-n", "3").count == 3)
    #expect(try Self.lines(repository, "--since", "2099-01-01") == ["no such event"])
    let outcome = try repository.pulsar("log", "--since", "soon")
    #expect(outcome.status == 64 && outcome.shown.contains("--since takes a time"), "\(outcome)")
  }

  @Test func `only events of one repository are shown, named by any path in it`() throws {
    let repository = try TestRepository.make(named: "pro\u{FFFD}ject")
    let sandbox = repository.sandbox
    let odd = try sandbox.makeRepository(named: "o" + Bytes([0xFF]) + "dd")
    try odd.write("dir/file", "1\n")
    for one in [repository, odd] {
      try one.write("new", "1\n")
      #expect(try one.pulsar("now", "--here", "--no-push").status == 0)
    }
    #expect(try Self.lines(repository).count == 2)
    #expect(try Self.lines(repository, "--repo", ".").count == 1)
    #expect(
      try Self.lines(repository, "--repo", odd.top / "dir/file") == Self.lines(odd, "--repo=."))
    let own = try Self.lines(odd, "--repo=" + odd.top)
    #expect(own.count == 1 && own[0].contains(#"\\377"#), "\(own)")
    // Gone, as an unmounted disk: told from what was registered.
    try odd.remove(".git")
    #expect(try Self.lines(repository, "--repo", odd.top / "dir") == own)
    #expect(try Self.lines(repository, "--repo", sandbox.root) == ["no such event"])
    #expect(try repository.pulsar("log", "--repo", "").status == 1)
  }

  @Test func `lines that are torn, foreign or of any bytes are shown as they are, escaped`() throws
  {
    let repository = try TestRepository.make()
    let odd = Bytes([0x1B]) + "[31mred" + Bytes([0xFF])
    try Files.write(
      Self.log(repository), odd + "\n\nfore \"ign\"\n" + "2026-11-20T10:00:00Z info ti")
    #expect(
      try Self.lines(repository) == [
        #""\033[31mred\377""#, #"fore "ign""#, "2026-11-20T10:00:00Z info ti",
      ])
    #expect(try Self.lines(repository, "--json").count == 3)
  }

  @Test func `many processes at once lose and mix no events over a rotation`() throws {
    let repository = try TestRepository.make()
    let sandbox = repository.sandbox
    let tops = try (0..<8).map { number -> Bytes in
      let other = try sandbox.makeRepository(named: Bytes("other-\(number)"))
      try other.write("file", "1\n")
      #expect(try sandbox.run([Program.path], in: other.top).status == 0)
      return other.top
    }
    // Some 150 bytes a line: rotated once.
    try sandbox.configure("[limits]\nmax_log_size = \"2KB\"\n")
    let script = """
      pulsar=$1
      shift
      for top; do
        (cd "$top" && "$pulsar" now --here --no-push && echo 2 >file &&
          "$pulsar" now --here --no-push) >/dev/null &
      done
      wait
      """
    let outcome = try sandbox.run(
      ["bash", "-c", Bytes(script), "bash", Program.path] + tops, in: sandbox.root)
    #expect(outcome.shown == "", "\(outcome)")
    #expect(Files.exists(Self.log(repository) + ".1"))
    let events = try Self.lines(repository, "--json").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
    let repositories = events.compactMap { $0.fields?["repo"] }
    #expect(repositories.sorted() == tops.flatMap { [$0.text, $0.text] }.sorted())
    #expect(events.allSatisfy { $0.event == "capture" })
  }

  @Test func `following shows what is added, over a rotation, and ends on an interrupt`() throws {
    let repository = try TestRepository.make()
    let log = Self.log(repository)
    _ = try repository.pulsar("status")
    let script = """
      set -m
      mkfifo "$3"
      "$1" log --follow -n 1 $4 >"$3" &
      exec 3<"$3"
      say() { read -r line <&3; printf '%s\\n' "$line"; }
      mkdir -p "${2%/*}"
      printf 'one\\n' >>"$2"
      say
      printf 'two\\n' >>"$2"
      mv "$2" "$2.1"
      printf 'three\\n' >>"$2"
      say
      say
      : >"$2"
      kill -INT $!
      wait $!
      echo "ended with $?"
      """
    let fifo = try repository.sandbox.scratchFolder() / "fifo"
    let outcome = try repository.sandbox.run(
      ["bash", "-c", Bytes(script), "bash", Program.path, log, fifo, ""], in: repository.top)
    #expect(outcome.output == "one\ntwo\nthree\nended with 130\n", "\(outcome)")
    let json = try repository.sandbox.run(
      ["bash", "-c", Bytes(script), "bash", Program.path, log, fifo + "2", "--json"],
      in: repository.top)
    #expect(json.output.lines.dropLast().allSatisfy { $0.contains(#"{"text":""#) }, "\(json)")
  }

  @Test func `following ends when nobody reads any more`() throws {
    let repository = try TestRepository.make()
    try Files.write(Self.log(repository), "one\ntwo\n")
    let script = "set -o pipefail; \"$1\" log --follow | head -n 1; echo \"$?\""
    let outcome = try repository.sandbox.run(
      ["bash", "-c", Bytes(script), "bash", Program.path], in: repository.top)
    #expect(outcome.shown == "one\n0\n", "\(outcome)")
  }

  @Test func `a repository's own settings do not shrink the log of all`() throws {
    let repository = try TestRepository.make()
    try Files.write(Self.log(repository), Bytes(Self.ticks(0..<100)))
    try repository.write("pulsar.toml", "[limits]\nmax_log_size = \"1KB\"\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    #expect(!Files.exists(Self.log(repository) + ".1"))
    try repository.sandbox.configure("[limits]\nmax_log_size = \"1KB\"\n")
    try repository.write("more", "1\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    #expect(Files.exists(Self.log(repository) + ".1"))
  }
}
