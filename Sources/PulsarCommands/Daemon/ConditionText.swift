internal import PulsarCore
internal import PulsarEngine

/// A notification's words: what is so, and what to do.
struct ConditionText {
  let title: String
  let body: String
  let urgency: DesktopNotification.Urgency
  /// One a kind, so that a newer notification replaces the older.
  let key: String

  /// - Parameters:
  ///   - condition: what a person should know.
  ///   - repository: its name for people; nil for the whole machine.
  init(_ condition: Condition, repository: String?) {
    let name = repository ?? "this machine"
    switch condition {
    case .capturesFail:
      self.title = "\(name) is not being captured"
      self.body = "run 'git pulsar now' there to see why"
      self.urgency = .critical
      self.key = "captures"
    case .pushesFail(let trouble):
      self.title = "\(name) is not being pushed"
      self.body =
        switch trouble {
        case .authentication:
          "the remote does not let you in; check your access with 'git ls-remote'"
        case .permission: "the remote does not let you write there; see 'git pulsar status'"
        case .refused(.quota): "the remote has no room left; see 'git pulsar status'"
        case .refused(.size): "it is too large for the remote; see 'git pulsar status'"
        case .refused: "the remote refuses it; 'git pulsar status' there says why"
        case .objectFormat: "the remote has another object format; see 'git pulsar status'"
        case .movedByOthers: "somebody else moved the stream there; see 'git pulsar status'"
        case .unreachable, .other: "'git pulsar status' there says why"
        }
      self.urgency = .normal
      self.key = "pushes"
    case .pushesOverdue:
      self.title = "\(name) has not been pushed for a day"
      self.body = "the remote was out of reach; its captures exist on this machine only"
      self.urgency = .normal
      self.key = "pushes"
    case .capturesSuspended:
      self.title = "captures wait for power"
      self.body = "the battery is low; 'git pulsar now' captures all the same"
      self.urgency = .normal
      self.key = "power"
    case .drift(let drift):
      let words = DriftText(drift)
      self.title = "\(words.what) in \(name)"
      self.body = "\(words.more); \(words.whatToDo)"
      self.urgency = .normal
      self.key = "drift-\(drift.slug)"
    }
  }
}
