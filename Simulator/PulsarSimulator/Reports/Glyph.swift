/// How terminal lanes draw a kind of record: one character, and how much it matters.
struct Glyph: Hashable, Sendable {
  let character: Character
  /// For the legend.
  let name: String
  /// Where several fall into one column, the one with the most is drawn.
  let severity: Int

  static let asleep = Self(character: "z", name: "asleep", severity: 1)
  static let faulty = Self(character: "▒", name: "fault", severity: 0)
  /// A fault of the remote.
  static let down = Self(character: "▓", name: "remote fault", severity: 0)

  /// What stands for a record; nil when lanes do not show it, or show it as a stretch.
  static func of(_ kind: TraceRecord.Kind) -> Self? {
    switch kind {
    case .edit, .looked, .skipped, .marked, .underWay, .asleep, .awake, .faultBegan, .faultEnded:
      nil
    case .captured: Self(character: "·", name: "capture", severity: 10)
    case .power: Self(character: "%", name: "power", severity: 11)
    case .notice: Self(character: "*", name: "notice", severity: 12)
    case .remoteMoved: Self(character: "+", name: "ref moved", severity: 13)
    case .pushed: Self(character: "|", name: "push", severity: 14)
    case .drift: Self(character: "»", name: "drift", severity: 15)
    case .verb: Self(character: ">", name: "verb", severity: 16)
    case .daemonStarted: Self(character: "^", name: "start", severity: 17)
    case .daemonStopped: Self(character: "v", name: "stop", severity: 18)
    case .clock: Self(character: "@", name: "clock set", severity: 19)
    case .git: Self(character: "◇", name: "user git", severity: 20)
    case .handoff: Self(character: "◆", name: "handoff", severity: 21)
    case .fileError: Self(character: "#", name: "file error", severity: 22)
    case .captureFailed: Self(character: "○", name: "capture failed", severity: 30)
    case .pushFailed: Self(character: "✗", name: "refused", severity: 31)
    case .crashed: Self(character: "x", name: "crash", severity: 40)
    case .broken: Self(character: "!", name: "broken", severity: 50)
    }
  }

  /// All that lanes draw, in the order of the legend.
  static let all: [Self] =
    TraceRecord.Kind.allCases.compactMap(Self.of) + [Self.asleep, Self.faulty, Self.down]
}
