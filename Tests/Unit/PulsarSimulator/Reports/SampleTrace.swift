import PulsarSimulator

/// A small run that has one record of every kind, and a failure.
enum SampleTrace {
  static let nodes = ["desk", "laptop"]
  static let end = SimulatedTime.hours(12)

  static let records: [TraceRecord] = [
    at(0, "desk", .daemonStarted, ""),
    at(0, "laptop", .daemonStarted, ""),
    at(1, "desk", .edit, "src/app.swift"),
    at(10, "desk", .captured, "1a2b"),
    at(60, "desk", .pushed, "1a2b"),
    at(75, "laptop", .looked, "nothing new"),
    at(90, "laptop", .power, "battery 72"),
    at(123, "desk", .git, "git rebase -i HEAD~3"),
    at(130, "laptop", .captured, "77aa"),
    at(180, "laptop", .power, "battery 8"),
    at(190, "laptop", .power, "pushes deferred"),
    at(195, "desk", .pushed, "nothing"),
    at(196, "laptop", .looked, "failed"),
    at(200, "laptop", .drift, "desk is ahead"),
    at(201, "laptop", .notice, "desk worked on main"),
    at(210, "origin", .faultBegan, "refuse for 2h42m"),
    at(240, "desk", .pushFailed, "refused: hook <declined> & gone"),
    at(276, "laptop", .asleep, ""),
    at(300, "desk", .captureFailed, "disk full"),
    at(301, "desk", .faultBegan, "disk full for 1h"),
    at(333, "desk", .broken, "S4 desk told 4c1e is pushed, but origin still holds 9b02"),
    at(361, "desk", .faultEnded, "disk full"),
    at(372, "origin", .faultEnded, "refuse"),
    at(444, "laptop", .awake, ""),
    at(450, "laptop", .power, "mains"),
    at(486, "laptop", .crashed, "at capture.fs[17]"),
    at(490, "desk", .fileError, "push.fs[3] rename EIO"),
    at(500, "desk", .clock, "back 1h"),
    at(520, "desk", .verb, "pulsar status"),
    at(540, "origin", .remoteMoved, "streams of desk deleted"),
    at(576, "desk", .handoff, "pulsar sync laptop"),
    at(600, "desk", .skipped, "git commit: nothing staged"),
    at(610, "desk", .marked, "push refused then accepted"),
    at(700, "laptop", .daemonStopped, ""),
  ]

  static func at(
    _ minutes: Int64, _ actor: String, _ kind: TraceRecord.Kind, _ detail: String
  ) -> TraceRecord {
    TraceRecord(at: .minutes(minutes), actor: actor, kind: kind, detail: detail)
  }
}
