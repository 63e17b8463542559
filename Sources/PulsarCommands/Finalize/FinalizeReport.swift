internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What `finalize` tells a person.
struct FinalizeWords {
  let console: Console
  let now: WallTime

  private static let listedMax = 20

  // MARK: before

  /// The table, and what is to be known of the target.
  func show(_ plan: FinalizePlan, isOffline: Bool) {
    let target = plan.target
    let name = target.branch.displayed
    if isOffline { self.console.remark("offline: captures that are not here yet do not count") }
    switch target.standing {
    case .current: break
    case .forwarded: self.console.say("\(name) follows the remote's, to \(target.commit.short)")
    case .made: self.console.say("\(name) is made here, at the remote's \(target.commit.short)")
    case .diverged(let other):
      self.console.say(
        self.console.yellow(
          "\(name) and the remote's (\(other.short)) both have commits of their own; the one here counts"
        ))
    }
    self.console.table(
      plan.parties.map { party in
        let lines = party.lines
        return [
          party.name, party.stream.tip.id.short, party.stream.tip.time.displayed(before: self.now),
          String(party.changes.count), "+\(lines.added) -\(lines.removed)",
          party.conflicts == 0 ? "none" : String(party.conflicts),
        ]
      }, header: ["machine", "capture", "age", "files", "lines", "conflicts"])
  }

  func question(_ plan: FinalizePlan) -> String {
    let target = plan.target.branch.displayed
    if plan.hasConflicts { return "Check out \(target) with the conflicts to resolve?" }
    return "Put this onto \(target)?"
  }

  /// Each path with the machines that disagree.
  func explain(_ plan: FinalizePlan) {
    let count = plan.disagreements.count
    self.console.remark(
      self.console.red("conflict") + (count == 1 ? " in 1 path:" : "s in \(count) paths:"))
    for found in plan.disagreements.prefix(Self.listedMax) {
      let names = found.names.joined(separator: ", ")
      self.console.remark(
        "  \(found.conflict.path.displayed)  (\(found.conflict.kind.rawValue)): \(names)")
    }
    if count > Self.listedMax { self.console.remark("  … and \(count - Self.listedMax) more") }
  }

  func adviseOnConflicts() {
    self.console.remark(
      "nothing was changed; --markers checks the target out with conflict markers, or make the machines agree with 'git pulsar sync' first"
    )
  }

  // MARK: after

  /// - Parameters:
  ///   - plan: what was to be done.
  ///   - state: what came of it, as in `--json`.
  ///   - commit: the commit that was made.
  func tell(_ plan: FinalizePlan, _ state: String, _ commit: ObjectID?) {
    let target = plan.target.branch.displayed
    let branch = plan.branch.displayed
    switch state {
    case "nothing":
      self.console.say(
        "nothing to finalize: \(target) has the work of all machines on \(branch)")
    case "planned":
      self.console.say("would be put onto \(target) as one commit; nothing was changed")
    case "contained":
      self.console.say("\(target) holds all of it already; it is checked out here")
      self.console.say("undo with 'git pulsar undo'")
    case "committed":
      self.console.say(
        "\(self.console.green("finalized")): \(branch) is on \(target) as \(commit?.short ?? "")")
      self.console.say("undo with 'git pulsar undo', publish with 'git push'")
    case "staged":
      self.console.say("everything is staged on \(target), and nothing is committed yet")
      self.console.say("go on with 'git commit', or undo with 'git pulsar undo'")
    case "marked":
      self.console.say(
        "\(target) is checked out; resolve the conflict markers, 'git add' the files, and 'git commit'"
      )
      if !plan.left.isEmpty {
        let names = plan.left.map(\.name).joined(separator: ", ")
        self.console.say(
          "not merged yet: \(names); run 'git pulsar finalize' again after the commit")
      }
      self.console.say("or undo with 'git pulsar undo'")
    default: break
    }
  }

  // MARK: the commit message

  private static let subjectColumns = 72

  /// What the editor opens with: whose work it is.
  static func message(_ plan: FinalizePlan) -> String {
    let names = plan.parties.map(\.name)
    let prefix = plan.branch == plan.target.branch ? "" : "\(plan.branch.displayed): "
    let list =
      names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    var subject = "\(prefix)work of \(list)"
    if subject.count > self.subjectColumns { subject = "\(prefix)work of \(names.count) machines" }
    let lines = plan.parties.map { party in
      let files = party.changes.count == 1 ? "1 file" : "\(party.changes.count) files"
      return "* \(party.name): \(files), \(party.stream.tip.time.displayed)"
    }
    return subject + "\n\n" + lines.joined(separator: "\n")
  }
}

/// What `finalize --json` reports.
struct FinalizeReport: Encodable {
  struct Machine: Encodable {
    let machine: String
    let capture: String
    let time: String
    let files: Int
    let added: Int
    let removed: Int
    let conflicts: Int
  }

  struct Conflict: Encodable {
    let path: PathReport
    let kind: String
    /// Machines, and the target branch.
    let between: [String]
  }

  /// `nothing`, `planned`, `conflict`, `declined`, `failed`, `contained`, `staged`, `marked` or
  /// `committed`.
  let state: String
  let branch: String
  let target: String
  /// Where the target is before the commit.
  let targetCommit: String
  let offline: Bool
  let machines: [Machine]
  let conflicts: [Conflict]
  /// The tree of the result; nil when there are conflicts.
  let tree: String?
  let commit: String?

  init(_ plan: FinalizePlan, _ state: String, isOffline: Bool, _ commit: ObjectID?) {
    self.state = state
    self.branch = plan.branch.displayed
    self.target = plan.target.branch.displayed
    self.targetCommit = plan.target.commit.hex
    self.offline = isOffline
    self.machines = plan.parties.map { party in
      Machine(
        machine: party.stream.slug, capture: party.stream.tip.id.hex,
        time: party.stream.tip.time.iso8601, files: party.changes.count,
        added: party.lines.added, removed: party.lines.removed, conflicts: party.conflicts)
    }
    self.conflicts = plan.disagreements.map {
      Conflict(
        path: PathReport($0.conflict.path), kind: $0.conflict.kind.rawValue, between: $0.names)
    }
    self.tree = plan.hasConflicts ? nil : plan.tree.hex
    self.commit = commit?.hex
  }
}
