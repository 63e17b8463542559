/// A time since the start of a run, or a span, in milliseconds.
package struct SimulatedTime: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func seconds(_ count: Int64) -> Self { Self(milliseconds: count * 1000) }
  package static func minutes(_ count: Int64) -> Self { .seconds(count * 60) }
  package static func hours(_ count: Int64) -> Self { .minutes(count * 60) }
  package static let zero = Self(milliseconds: 0)

  package static func < (one: Self, other: Self) -> Bool { one.milliseconds < other.milliseconds }
  package static func + (one: Self, other: Self) -> Self {
    Self(milliseconds: one.milliseconds + other.milliseconds)
  }
  package static func - (one: Self, other: Self) -> Self {
    Self(milliseconds: one.milliseconds - other.milliseconds)
  }
}

/// What happens in one run: who takes part, and one event a line.
///
/// Any subset of the events is a scenario too: one that makes no sense is recorded as skipped.
package struct Scenario: Hashable, Sendable {
  package var title = ""
  /// For choices that no event spells out.
  package var seed: UInt64 = 0
  /// Names of machines, in order.
  package var nodes: [String] = []
  package var policy = Policy()
  /// What makes machines and the repository unlike others.
  package var traits: [ScenarioTrait] = []
  /// By time, then by line.
  package var events: [ScenarioEvent] = []
  /// How long the world runs on without faults after the last event.
  package var quiet = SimulatedTime.hours(2)
  package var expectations: [Expectation] = []

  package init() {}
}

/// The settings of every machine.
package struct Policy: Hashable, Sendable {
  package var capture = SimulatedTime.minutes(10)
  package var push = SimulatedTime.hours(1)

  package init() {}
}

/// What must be true of a run besides the invariants, which always must.
package enum Expectation: Hashable, Sendable {
  /// Every machine is captured and pushed by then, counted from the end of all faults.
  case converged(within: SimulatedTime)
  /// A named situation was met.
  case sometimes(String)
  /// A file of a node holds this text at the end; nil: there is no such file.
  case file(node: String, path: String, text: String?)
}

package struct ScenarioEvent: Hashable, Sendable {
  package var at: SimulatedTime
  /// A node, or `origin`, the remote.
  package var actor: String
  package var act: Act

  package init(at: SimulatedTime, actor: String, act: Act) {
    self.at = at
    self.actor = actor
    self.act = act
  }
}

package enum Act: Hashable, Sendable {
  // A person at a node: files.
  /// `write PATH "text"`: the file then holds the text; folders above are made.
  case write(path: String, text: String)
  /// `append PATH "text"`
  case append(path: String, text: String)
  /// `fill PATH BYTES "text"`: the file then holds the text again and again, so many bytes in all.
  case fill(path: String, bytes: Int, text: String)
  /// `delete PATH`
  case delete(path: String)
  /// `move FROM TO`
  case move(from: String, to: String)
  /// `link PATH TARGET`
  case link(path: String, target: String)
  /// `executable PATH on|off`
  case executable(path: String, Bool)
  // A person at a node: programs.
  /// `git WORD…`: the real git, in the clone.
  case git([String])
  /// `pulsar WORD…`: a verb of ours, in the clone.
  case pulsar([String])
  // The node.
  /// `daemon start`, `daemon stop` (asked to end), `daemon kill` (at once).
  case daemon(DaemonAct)
  /// `suspend for SPAN`
  case suspend(SimulatedTime)
  /// `battery N%`
  case battery(percent: Int)
  /// `mains`
  case mains
  /// `load N`: what waits for a processor, per core, in hundredths.
  case load(hundredths: Int)
  /// `clock back SPAN`, `clock forward SPAN`: the wall clock is set.
  case clockStep(SimulatedTime)
  /// `disk full|failing|read-only|denied for SPAN`
  case disk(DiskFault, for: SimulatedTime)
  /// `save PATH "text" for SPAN`: the text is added to the file every second.
  case save(path: String, text: String, for: SimulatedTime)
  /// `lock index|captures for SPAN`: another process holds a lock.
  case lock(HeldLock, for: SimulatedTime)
  /// `cut for SPAN`: the node's line to the remote.
  case cut(SimulatedTime)
  /// `on POINT crash|cut|capture|git WORD…`: once, when the node's next effect comes to that point.
  case on(ScenarioPoint, BarrierAct)
  /// `power-cut everything|content`: the machine loses power, and starts again.
  case powerCut(PowerLoss)
  /// `on EFFECT.fs[N] crash|error NAME|power-cut everything|content`: once, when the node's next effect that gets so far comes to
  /// its N-th operation on files.
  case onFile(FilePoint, FileAct)
  // The remote.
  /// `down for SPAN`
  case down(SimulatedTime)
  /// `refuse for SPAN`: a hook refuses what is pushed.
  case refuse(SimulatedTime)
  /// `slow SPAN for SPAN`: each answer takes so long.
  case slow(by: SimulatedTime, for: SimulatedTime)
  /// `lose-answers for SPAN`: pushes arrive, and their answers do not.
  case loseAnswers(SimulatedTime)
  /// `gc`: the remote drops what no ref holds.
  case collectGarbage
  /// `delete-streams NODE`: somebody deletes a node's streams on the remote.
  case deleteStreams(of: String)
  /// `rewind-stream NODE`: somebody moves a node's streams one capture back.
  case rewindStream(of: String)
  /// `push-over NODE`: somebody with a copy of a node pushes a commit of theirs onto its streams.
  case pushOver(of: String)
  /// `recreate`: an empty remote takes its place.
  case recreate
}

extension Act {
  /// No file of a run is larger.
  static let mostBytes = 100_000_000
}

/// What another process may hold for a while.
package enum HeldLock: String, CaseIterable, Hashable, Sendable {
  /// git's, on the staging area.
  case index
  /// Ours: captures and verbs wait for it.
  case captures
}

package enum DaemonAct: String, CaseIterable, Hashable, Sendable { case start, stop, kill }

package enum BarrierAct: Hashable, Sendable {
  /// The process dies there; the daemon comes back by itself, as its service has it.
  case crash
  /// The line to the remote is cut there, for a minute.
  case cut
  /// Another process, for which our locks do not hold, captures the same files there.
  case capture
  /// Somebody runs git there.
  case git([String])
}
