package import PulsarCore

/// What the radar found out last, and what the person was told of: the file `<common dir>/pulsar/radar`.
///
/// A cache but for what was told: without it the person is told again.
package struct RadarRecord: Hashable, Sendable {
  /// More are forgotten, the oldest first.
  package static let viewsMax = 16
  package static let toldMax = 200

  /// For each branch that is checked out in some working tree, oldest first.
  package var views: [View] = []
  /// Facts the person was told of, oldest first.
  package var told: [Told] = []
  /// Streams that could not be brought here.
  package var refused: [Refused] = []
  /// Why the remote could not be asked; nil when it could.
  package var failure: Failure?

  /// What there is of others' work as seen from one branch.
  package struct View: Hashable, Sendable {
    package let standpoint: OwnStandpoint
    /// Of the streams that are here, see `KnownStreams.mark`.
    package let mark: String
    package let drift: [Drift]
    package let elsewhere: [ElsewhereDrift]

    package init(
      standpoint: OwnStandpoint, mark: String, drift: [Drift], elsewhere: [ElsewhereDrift]
    ) {
      self.standpoint = standpoint
      self.mark = mark
      self.drift = drift
      self.elsewhere = elsewhere
    }
  }

  package struct Told: Hashable, Sendable {
    package let kind: Drift.Kind
    package let slug: String
    package let branch: Branch
    package let tip: ObjectID

    package init(_ drift: Drift) {
      self.kind = drift.kind
      self.slug = drift.slug
      self.branch = drift.branch
      self.tip = drift.tip
    }

    init(kind: Drift.Kind, slug: String, branch: Branch, tip: ObjectID) {
      self.kind = kind
      self.slug = slug
      self.branch = branch
      self.tip = tip
    }
  }

  /// A stream on the remote that cannot be brought here as it is, such as one that is no commit.
  package struct Refused: Hashable, Sendable {
    package let ref: RefName
    package let id: ObjectID
    package let since: WallTime

    /// It is tried again after a day.
    static var holds: Int64 { 86400 }

    package func holds(at now: WallTime) -> Bool {
      (0..<Self.holds).contains(now.seconds - self.since.seconds)
    }
  }

  package struct Failure: Hashable, Sendable {
    package let why: String
    /// The first of a row.
    package let since: WallTime

    package init(why: String, since: WallTime) {
      self.why = why
      self.since = since
    }
  }

  package init() {}

  package func view(of branch: Branch) -> View? {
    self.views.last { $0.standpoint.branch == branch }
  }

  package mutating func take(_ view: View) {
    if self.view(of: view.standpoint.branch) == view { return }
    self.views.removeAll { $0.standpoint.branch == view.standpoint.branch }
    self.views.append(view)
    self.views.removeFirst(max(0, self.views.count - Self.viewsMax))
  }

  /// Takes note that the person is told.
  ///
  /// - Returns: what was not told before, in the same order.
  package mutating func tell(_ drift: [Drift]) -> [Drift] {
    let news = drift.filter { !self.told.contains(Told($0)) }
    self.told += news.map(Told.init)
    self.told.removeFirst(max(0, self.told.count - Self.toldMax))
    return news
  }

  /// What is not to be fetched now.
  package func skipped(at now: WallTime) -> [RefName: ObjectID] {
    self.refused.reduce(into: [:]) { if $1.holds(at: now) { $0[$1.ref] = $1.id } }
  }

  /// Takes note of what could not be fetched for what it is.
  package mutating func take(_ report: StreamFetchReport, at now: WallTime) {
    self.refused.removeAll { !$0.holds(at: now) }
    self.refused += report.failed.filter { !$0.isHere }.map {
      Refused(ref: $0.ref, id: $0.id, since: now)
    }
    self.refused.removeFirst(max(0, self.refused.count - Self.toldMax))
  }
}

extension KnownStreams {
  /// Tells what is here of others' streams from what was here before.
  ///
  /// - Parameter ownSlug: whose streams do not count.
  /// - Returns: hexadecimal digits, the same while all is the same.
  package func mark(besides ownSlug: String) -> String {
    var bytes = self.markTips.flatMap(\.bytes)
    for stream in self.all where stream.slug != ownSlug {
      bytes += stream.ref.bytes + [0] + stream.tip.id.bytes
    }
    return FNV1a(bytes).digits
  }
}
