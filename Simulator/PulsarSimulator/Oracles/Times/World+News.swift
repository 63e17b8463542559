internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What the person at a machine was told, and is to be told.
struct NewsLedger {
  /// Work of another machine: it is told of once.
  struct Fact: Hashable {
    let relation: String
    let slug: String
    let commit: String
  }

  enum Subject: Hashable { case captures, pushes, battery }

  var told: Set<Fact> = []
  /// Whether a look at the remote died, which may have noted what it could not tell any more.
  var hasLost = false
  /// Of each subject, what was told last by the daemon of one life, and when; none where it is over.
  var conditions: [Subject: (condition: Condition, at: SimulatedTime)] = [:]
  var life = 0
  /// What is to be told before anything else happens.
  var owed: (condition: Condition, life: Int)?
}

extension Condition {
  /// What it is about; nil for the work of others.
  fileprivate var subject: NewsLedger.Subject? {
    switch self {
    case .capturesFail: .captures
    case .pushesFail, .pushesOverdue: .pushes
    case .capturesSuspended: .battery
    case .drift: nil
    }
  }
}

/// S30: whoever works at a machine is told of each new fact, and once.
extension World {
  /// What holds on is told of again after a day.
  private static let repeats = SimulatedTime.hours(24)

  /// Judges a notice that a daemon gives.
  func judgeNotice(_ condition: Condition, _ words: String, of node: SimulatedNode) {
    self.count("S30")
    self.enterLife(of: node)
    if case .drift(let drift) = condition {
      let fact = NewsLedger.Fact(
        relation: drift.kind.rawValue, slug: drift.slug, commit: drift.tip.hex)
      if !node.news.told.insert(fact).inserted {
        self.fail("S30", node.name, "told a second time: \(words), \(drift.tip.short)")
      }
      return
    }
    guard let subject = condition.subject else { return }
    if node.news.owed?.condition.subject == subject { node.news.owed = nil }
    if let last = node.news.conditions[subject], last.condition == condition,
      self.now - last.at < Self.repeats
    {
      self.fail("S30", node.name, "told again, and nothing had changed: \(words)")
    }
    node.news.conditions[subject] = (condition, self.now)
  }

  /// Notes that nothing is wrong any more.
  func endConditions(_ subject: NewsLedger.Subject, of node: SimulatedNode) {
    node.news.conditions[subject] = nil
    if node.news.owed?.condition.subject == subject { node.news.owed = nil }
  }

  /// Notes that a person is to be told what only they can end, unless they were.
  func oweNotice(_ condition: Condition, of node: SimulatedNode) {
    self.enterLife(of: node)
    guard let subject = condition.subject, node.news.conditions[subject]?.condition != condition
    else { return }
    node.news.owed = (condition, node.life)
  }

  /// What is known of conditions is forgotten with the daemon.
  private func enterLife(of node: SimulatedNode) {
    if node.news.life != node.life { node.news.conditions = [:] }
    node.news.life = node.life
  }

  /// What a person is to be told was told before the next event.
  func judgeNotices(of node: SimulatedNode) {
    guard let owed = node.news.owed else { return }
    node.news.owed = nil
    if node.isRunning, owed.life == node.life {
      self.fail("S30", node.name, "nobody was told: \(Self.words(owed.condition))")
    }
  }

  /// Judges that a person was told of what another machine has, once all has come to rest.
  func judgeTold(_ relation: String, _ slug: String, _ commit: String, of node: SimulatedNode) {
    let fact = NewsLedger.Fact(relation: relation, slug: slug, commit: commit)
    self.count("S30")
    if node.news.hasLost || node.news.told.contains(fact) { return }
    self.fail("S30", node.name, "nobody was told that \(slug) is \(relation)")
  }
}
