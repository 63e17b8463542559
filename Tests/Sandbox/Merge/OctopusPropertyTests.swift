import Foundation
import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

/// The fold of many machines against git's own merges, one after the other, in a working tree.
///
/// `PULSAR_SEED=n` replays a run, `PULSAR_SEED=random` makes a new one.
@Suite struct OctopusPropertyTests {
  private static let seed: UInt64 = {
    let text = ProcessInfo.processInfo.environment["PULSAR_SEED"] ?? "20261121"
    return UInt64(text) ?? UInt64.random(in: 1...1_000_000_000)
  }()
  static let batches = 5
  static let historiesInBatch = 104

  /// Of each line `<target> <stream>…`: merges one by one, then all at once with the octopus strategy.
  ///
  /// Prints the tree, or `conflict` and which stream it was; then the tree of the octopus, or `-`.
  private static let judge = """
    export GIT_AUTHOR_DATE='2000-01-01 00:00:00 +0000' GIT_COMMITTER_DATE='2000-01-01 00:00:00 +0000'
    while read -r target streams; do
      git checkout -q -f --detach "$target"
      outcome= number=0
      for stream in $streams; do
        git merge -q --no-ff -m merged "$stream" >/dev/null 2>&1 || { outcome="conflict-$number"; break; }
        number=$((number + 1))
      done
      all=-
      if [ -z "$outcome" ]; then
        outcome=$(git rev-parse 'HEAD^{tree}')
        git checkout -q -f --detach "$target"
        # shellcheck disable=SC2086
        git merge -q --no-ff -m merged -s octopus $streams >/dev/null 2>&1 && all=$(git rev-parse 'HEAD^{tree}')
      fi
      git reset -q --hard
      echo "$outcome $all"
    done
    """

  @Test(arguments: 0..<Self.batches, MergeAdapter.allCases)
  func `the fold of random histories is what git makes of them`(batch: Int, adapter: MergeAdapter)
    throws
  {
    if batch == 0 { print("octopus property: PULSAR_SEED=\(Self.seed)") }
    var random = SplitMix64(seed: Self.seed &+ UInt64(batch) &* 0x9E37_79B9)
    let plain = try PlainRepository()
    let store = try Adapter.libGit2.open(plain)
    var imported = ImportedHistory()
    let histories = (0..<Self.historiesInBatch).map { _ in RandomHistory(&imported, &random) }
    let ids = try imported.write(to: plain)
    var starts: [ObjectID] = []
    for history in histories {
      var start = ids[history.target]
      if !history.contained.isEmpty {
        let parents = [start] + history.contained.map { ids[$0] }
        start = try store.writeCommit(.make(try store.commit(start).tree, parents))
      }
      starts.append(start)
    }
    let lines = zip(histories, starts).map { history, start in
      ([start] + history.streams.map { ids[$0] }).map(\.hex).joined(separator: " ") + "\n"
    }
    let script = plain.top.parent / "judge"
    try Files.write(script, Bytes(Self.judge))
    let said = try plain.repository.git.output(
      ["judge", CommandWord(bytes: script.array)], settings: ["alias.judge=!sh"],
      input: lines.flatMap { Array($0.utf8) })
    let verdicts = Bytes(said).lines.map { $0.text.split(separator: " ").map(String.init) }
    try #require(verdicts.count == histories.count)

    let octopus = OctopusMerge(
      store: store, merging: try adapter.open(plain),
      signature: Signature(name: nil, email: nil), time: WallTime(seconds: 1_000_000))
    var counts = (clean: 0, conflicts: 0, octopus: 0)
    for (number, history) in histories.enumerated() {
      let outcome = try octopus.fold(
        history.streams.enumerated().map { (ids[$1], "machine \($0)") },
        onto: (ids[history.target], "target"), containing: history.contained.map { ids[$0] })
      let found = outcome.stoppedAt.map { "conflict-\($0)" } ?? outcome.tree.hex
      #expect(
        found == verdicts[number][0],
        "PULSAR_SEED=\(Self.seed), batch \(batch), history \(number): \(lines[number])")
      #expect(outcome.isClean == outcome.disagreements.isEmpty)
      #expect(outcome.disagreements.allSatisfy { $0.parties.count > 1 })
      if let all = verdicts[number].last, all != "-", !history.hasMoves {
        counts.octopus += 1
        #expect(
          all == found, "PULSAR_SEED=\(Self.seed), batch \(batch), history \(number), octopus")
      }
      if outcome.isClean { counts.clean += 1 } else { counts.conflicts += 1 }
    }
    #expect(counts.clean > 10 && counts.conflicts > 10 && counts.octopus > 5, "\(counts)")
  }
}
