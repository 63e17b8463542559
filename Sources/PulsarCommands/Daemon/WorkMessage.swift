internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What a worker process tells the daemon: fields of a name and a value, each ended by NUL.
///
/// Values may hold any other byte, as paths do. A message that was cut short is none.
struct WorkMessage {
  private static let header = Array("git-pulsar work 1".utf8)
  private static let end = Array("end".utf8)
  private static let roomForPaths = SpawnedWorker.outputMax / 2

  private var fields: [(name: String, value: [UInt8])] = []

  init() {}

  /// Reads a message; nil when it is not whole, or of another version.
  init?(bytes: [UInt8]) {
    guard bytes.last == 0 else { return nil }
    let records = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
    guard let first = records.first, first.elementsEqual(Self.header),
      let last = records.last, last.elementsEqual(Self.end)
    else { return nil }
    for record in records.dropFirst().dropLast() {
      let parts = record.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      self.fields.append((String(decoding: parts[0], as: UTF8.self), Array(parts[1])))
    }
  }

  var bytes: [UInt8] {
    let records = self.fields.map { Array("\($0.name)=".utf8) + $0.value }
    return Array(([Self.header] + records + [Self.end]).map { $0 + [0] }.joined())
  }

  mutating func add(_ name: Field, _ value: [UInt8]) {
    self.fields.append((name.rawValue, value.filter { $0 != 0 }))
  }

  /// Adds a field for each path, as long as there is room: what does not fit into a worker's output
  /// would make the message none.
  mutating func add(_ name: Field, paths: [GitPath]) {
    var room = Self.roomForPaths
    for path in paths {
      room -= name.rawValue.utf8.count + path.bytes.count + 2
      if room < 0 { return }
      self.add(name, path.bytes)
    }
  }

  mutating func add(_ name: Field, _ value: String) { self.add(name, Array(value.utf8)) }
  mutating func add(_ name: Field, _ value: Int) { self.add(name, String(value)) }
  mutating func add(_ name: Field, _ value: Bool) { self.add(name, value ? "yes" : "no") }

  enum Field: String {
    /// What the work came to, one word.
    case outcome
    /// The same for people.
    case words
    case leftOut = "left-out"
    /// Folders with tracked files that are ignored.
    case forced
    case gitDir = "git-dir"
    case commonDir = "common-dir"
    case commitInterval = "commit-interval"
    case pushInterval = "push-interval"
    case minBattery = "min-battery"
    case ecoMode = "eco-mode"
    case logSize = "log-size"
    case hasRemote = "has-remote"
    case isPaused = "is-paused"
    case isUnpushed = "is-unpushed"
    case pushAge = "push-age"
    case isPlain = "is-plain"
    /// The settings that say what belongs in a capture; to be compared only.
    case rules
    /// Files outside of the repository that say so too.
    case ruleFile = "rule-file"
    case root
    case ignored
    case problem
    /// Work of another machine: kind, id, time, slug, branch; then the machine's name for people.
    case drift, machine
  }

  mutating func add(_ drift: Drift) {
    let words = "\(drift.kind.rawValue) \(drift.tip.hex) \(drift.time.seconds) \(drift.slug) "
    self.add(.drift, Array(words.utf8) + drift.branch.name)
    self.add(.machine, drift.machine)
  }

  /// The work of other machines that the message tells of.
  var drift: [Drift] {
    zip(self.all(.drift), self.all(.machine)).compactMap { fields, machine in
      // A slug holds no blank, as it is part of a ref.
      let words = fields.split(
        separator: UInt8(ascii: " "), maxSplits: 4, omittingEmptySubsequences: false)
      guard words.count == 5, let tip = ObjectID(hex: words[1]),
        let kind = Drift.Kind(rawValue: String(decoding: words[0], as: UTF8.self)),
        let seconds = Int64(String(decoding: words[2], as: UTF8.self))
      else { return nil }
      return Drift(
        kind: kind, slug: String(decoding: words[3], as: UTF8.self),
        machine: String(decoding: machine, as: UTF8.self), branch: Branch(name: Array(words[4])),
        tip: tip, time: WallTime(seconds: seconds))
    }
  }

  func all(_ name: Field) -> [[UInt8]] {
    self.fields.filter { $0.name == name.rawValue }.map(\.value)
  }

  func bytes(_ name: Field) -> [UInt8]? {
    self.fields.first { $0.name == name.rawValue }?.value
  }

  func text(_ name: Field) -> String? {
    self.bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  func number(_ name: Field) -> Int? { self.text(name).flatMap { Int($0) } }
  func path(_ name: Field) -> GitPath? { self.bytes(name).map { GitPath(bytes: $0) } }
  func flag(_ name: Field) -> Bool { self.text(name) == "yes" }
}

// MARK: what a worker came to

extension WorkMessage {
  var captureEnd: CaptureEnd {
    let outcome = self.text(.outcome)
    switch outcome {
    case "captured", "same":
      return CaptureEnd(
        .captured(isNew: outcome == "captured"),
        leftOut: self.all(.leftOut).map { GitPath(bytes: $0) })
    case "busy": return CaptureEnd(.busy)
    case "lasting": return CaptureEnd(.failed(.lasting))
    default: return CaptureEnd(.failed(.passing))
    }
  }

  var pushOutcome: PushOutcome {
    switch self.text(.outcome) {
    case "pushed": .pushed
    case "nothing": .nothingToPush
    case "no-remote": .noRemote
    case let word: .failed(word.flatMap(PushTrouble.init(keyword:)) ?? .other)
    }
  }

  var radarOutcome: RadarOutcome {
    guard self.text(.outcome) == "looked" else { return .failed }
    return self.drift.isEmpty ? .nothingNew : .news(self.drift)
  }
}
