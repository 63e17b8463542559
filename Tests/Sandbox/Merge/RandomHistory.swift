import TestSupport

/// Three machines that work on one branch, take over from each other, and a target that moves too.
struct RandomHistory {
  typealias Item = ImportedHistory.Item

  /// Numbers of commits: what the fold gets.
  let target: Int
  let streams: [Int]
  /// Commits of machines that the target's work is said to contain.
  let contained: [Int]
  /// Whether a file was moved, which the octopus strategy does not see.
  let hasMoves: Bool

  private struct Place {
    var commit: Int
    var files: [Bytes: Item]
  }

  /// Adds the commits of one history.
  init(_ history: inout ImportedHistory, _ random: inout SplitMix64) {
    var edits = 0
    var files: [Bytes: Item] = [:]
    for name in ["a", "b", "c/d", "c/e"] as [Bytes] {
      files[name] = .file(Self.text((0..<12).map { "\(name) \($0)" }))
    }
    let root = Place(commit: history.commit(files), files: files)
    var target = root
    var machines = [root, root, root]
    var past: [Int] = []
    for _ in 0..<(4 + random.below(8)) {
      let who = random.below(machines.count)
      switch random.below(10) {
      case 0:
        Self.edit(&target.files, &random, &edits)
        target.commit = history.commit(target.files, parents: [target.commit])
      case 1, 2:
        let other = machines[random.below(machines.count)]
        guard other.commit != machines[who].commit else { continue }
        // As a person may resolve it.
        for (path, item) in other.files where random.below(3) > 0 {
          machines[who].files[path] = item
        }
        machines[who].commit = history.commit(
          machines[who].files, parents: [machines[who].commit, other.commit])
      case 3:
        // Finalized meanwhile, as one of them was.
        guard random.below(2) == 0 else { continue }
        past.append(machines[who].commit)
        target.files = machines[who].files
        target.commit = history.commit(target.files, parents: [target.commit])
      default:
        for _ in 0..<(1 + random.below(2)) { Self.edit(&machines[who].files, &random, &edits) }
        machines[who].commit = history.commit(machines[who].files, parents: [machines[who].commit])
      }
    }
    self.target = target.commit
    self.streams = machines.map(\.commit)
    self.contained = past
    self.hasMoves = [target.files, machines[0].files, machines[1].files, machines[2].files]
      .contains { $0.keys.contains { $0.starts(with: "moved/") } }
  }

  private static func text(_ lines: [String]) -> Bytes {
    Bytes(lines.map { $0 + "\n" }.joined())
  }

  /// One edit; no two ever write the same line.
  private static func edit(
    _ files: inout [Bytes: Item], _ random: inout SplitMix64, _ edits: inout Int
  ) {
    edits += 1
    let names = files.keys.sorted()
    guard !names.isEmpty, random.below(12) > 0 else {
      files["new-\(edits)"] = .file(Self.text((0..<10).map { "new \(edits) \($0)" }))
      return
    }
    let name = random.pick(names)
    guard let item = files[name] else { return }
    switch (random.below(14), item) {
    case (0, _): files[name] = nil
    case (1, _):
      files[name] = nil
      files["moved/\(Bytes("\(edits)"))"] = item
    case (2, .file(let content)): files[name] = .executable(content)
    case (_, .file(let content)): files[name] = .file(Self.edited(content, &random, edits))
    case (_, .executable(let content)):
      files[name] = .executable(Self.edited(content, &random, edits))
    default: break
    }
  }

  private static func edited(
    _ content: Bytes, _ random: inout SplitMix64, _ number: Int
  ) -> Bytes {
    var lines = content.lines.map(\.text)
    let place = random.below(lines.count + 1)
    if place == lines.count || random.below(3) == 0 {
      lines.insert("inserted \(number)", at: place)
    } else {
      lines[place] = "changed \(number)"
    }
    return Self.text(lines)
  }
}
