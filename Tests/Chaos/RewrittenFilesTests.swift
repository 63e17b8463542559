import Foundation
import Testing

/// Captures of files that somebody rewrites without rest (`writer.c`).
@Suite struct RewrittenFilesTests {
  static let runs = 100
  static let names = ["small.txt", "crlf.txt", "big.bin"]

  @Test(arguments: ["truncate", "place", "append", "rename"])
  func `files rewritten while they are read are captured whole or not at all`(
    kind: String
  ) throws {
    let world = try World()
    try world.write(".gitattributes", "crlf.txt text=auto\n")
    for name in Self.names { try world.write(name, "old\n") }
    try world.git(["add", "-A"])
    try world.git(["commit", "-q", "-m", "two"])
    let ledger = "\(world.root)/ledger"
    try Folder.write(ledger, [UInt8](repeating: 0, count: 3 << 20))
    let helper = try Sources.writer.get()
    // What is there from the first run on.
    let writer = try world.start([helper, "write", kind, world.top, ledger])
    var seen: [String: Int] = [:]
    var statuses: [Int32: Int] = [:]
    for run in 1...Self.runs {
      let outcome = try world.now()
      statuses[outcome.status, default: 0] += 1
      #expect([0, 3].contains(outcome.status) && !outcome.isCrash, "run \(run): \(outcome)")
      if outcome.status != 0 && outcome.status != 3 { continue }
      for (name, verdict) in try self.verdicts(world, kind, helper, ledger) {
        #expect(!verdict.hasPrefix("torn"), "run \(run), \(name): \(verdict)")
        let word = verdict.split(separator: " ").first.map(String.init) ?? "nothing"
        #expect(word == "whole" || word == "instant" || word == "torn", "\(name): \(verdict)")
        seen["\(name) \(word)", default: 0] += 1
      }
    }
    writer.signal(SIGTERM)
    let end = writer.wait()
    #expect(end.status == 0, "\(end)")

    let last = try world.now()
    #expect(last.status == 0, "\(last)")
    #expect(try world.capturedTree() == world.trueTree())
    #expect(try world.complaint() == nil)
    #expect(world.litter() == [])
    let counts = seen.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("rewritten, \(kind): exits \(statuses), captured \(counts.joined(separator: ", "))")
  }

  /// What the newest capture holds of each file that differs from the one before.
  private func verdicts(
    _ world: World, _ kind: String, _ helper: String, _ ledger: String
  ) throws -> [(String, String)] {
    let script = """
      set -e
      for path in $(git diff-tree -r --name-only --diff-filter=AM "$1^" "$1" 2>/dev/null); do
        case $path in
          small.txt) number=0 kind=$3;; crlf.txt) number=1 kind=$3;; big.bin) number=2 kind=$3;;
          small.txt.tmp) number=0 kind=truncate;; crlf.txt.tmp) continue;;
          big.bin.tmp) number=2 kind=truncate;; *) continue;;
        esac
        echo "$path $(git cat-file blob "$1:$path" | "$2" judge $kind $number "$4")"
      done
      """
    let outcome = try world.must(["sh", "-c", script, "sh", World.stream, helper, kind, ledger])
    return outcome.lines.map { line in
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      return (words[0], words.count > 1 ? words[1] : "")
    }
  }
}
