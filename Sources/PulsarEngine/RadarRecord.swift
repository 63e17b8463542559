package import PulsarCore

/// What the radar found out last, and what the person was told of: the file `<common dir>/pulsar/radar`.
///
/// A cache but for what was told: without it the person is told again.
package struct RadarRecord: Hashable, Sendable {
  private static let header = "git-pulsar radar 1"
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

    fileprivate init(kind: Drift.Kind, slug: String, branch: Branch, tip: ObjectID) {
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

  // MARK: the file

  /// Fields, each ended by NUL, which none of them can hold.
  package var bytes: [UInt8] {
    var fields: [[UInt8]] = [Array(Self.header.utf8)]
    func add(_ texts: String...) { fields += texts.map { Array($0.utf8) } }
    func add(_ drift: Drift) {
      add("drift", drift.kind.rawValue, drift.slug, drift.machine, drift.tip.hex)
      add(String(drift.time.seconds), String(drift.time.utcOffsetMinutes))
    }
    for view in self.views {
      add("view")
      fields.append(view.standpoint.branch.name)
      add(view.standpoint.capture?.hex ?? "", view.standpoint.head?.hex ?? "", view.mark)
      for drift in view.drift { add(drift) }
      for other in view.elsewhere {
        add("elsewhere")
        fields.append(other.branch.name)
        add(other.capture?.hex ?? "")
      }
    }
    for told in self.told {
      add("told", told.kind.rawValue, told.slug)
      fields.append(told.branch.name)
      add(told.tip.hex)
    }
    for refused in self.refused {
      add("refused")
      fields.append(refused.ref.bytes)
      add(refused.id.hex, String(refused.since.seconds))
    }
    if let failure { add("failure", failure.why, String(failure.since.seconds)) }
    add("end")
    return Array(fields.map { $0.filter { $0 != 0 } + [0] }.joined())
  }

  /// Reads a file; nil when it is not whole, or of another version.
  package init?(bytes: [UInt8]) {
    guard bytes.last == 0 else { return nil }
    var fields = Fields(
      rest: bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)[...])
    guard fields.text() == Self.header else { return nil }
    while let name = fields.text() {
      switch name {
      case "view":
        guard let view = fields.view() else { return nil }
        self.views.append(view)
      case "told":
        guard let kind = fields.text().flatMap(Drift.Kind.init), let slug = fields.text(),
          let branch = fields.bytes(), let tip = fields.id()
        else { return nil }
        self.told.append(Told(kind: kind, slug: slug, branch: Branch(name: branch), tip: tip))
      case "refused":
        guard let ref = fields.bytes(), let id = fields.id(), let seconds = fields.number() else {
          return nil
        }
        self.refused.append(
          Refused(ref: RefName(bytes: ref), id: id, since: WallTime(seconds: seconds)))
      case "failure":
        guard let why = fields.text(), let seconds = fields.number() else { return nil }
        self.failure = Failure(why: why, since: WallTime(seconds: seconds))
      case "end":
        guard fields.rest.isEmpty else { return nil }
        return
      default: return nil
      }
    }
    return nil
  }

  /// Reads field by field; nil where there is none, or none that is understood.
  private struct Fields {
    var rest: ArraySlice<ArraySlice<UInt8>>

    mutating func bytes() -> [UInt8]? { self.rest.popFirst().map { Array($0) } }
    mutating func text() -> String? { self.bytes().map { String(decoding: $0, as: UTF8.self) } }
    mutating func number() -> Int64? { self.text().flatMap { Int64($0) } }
    mutating func id() -> ObjectID? { self.bytes().flatMap { ObjectID(hex: $0) } }

    /// Outer nil: not understood; inner nil: there is none.
    mutating func idOrNone() -> ObjectID?? {
      guard let bytes = self.bytes() else { return nil }
      if bytes.isEmpty { return .some(nil) }
      return ObjectID(hex: bytes).map { .some($0) }
    }

    private func isNext(_ name: String) -> Bool {
      self.rest.first?.elementsEqual(name.utf8) == true
    }

    mutating func view() -> View? {
      guard let name = self.bytes(), let capture = self.idOrNone(), let head = self.idOrNone(),
        let mark = self.text()
      else { return nil }
      let branch = Branch(name: name)
      var drifts: [Drift] = []
      while self.isNext("drift") {
        self.rest.removeFirst()
        guard let drift = self.drift(branch) else { return nil }
        drifts.append(drift)
      }
      var elsewhere: [ElsewhereDrift] = []
      while self.isNext("elsewhere") {
        self.rest.removeFirst()
        guard let other = self.bytes(), let capture = self.idOrNone() else { return nil }
        elsewhere.append(ElsewhereDrift(branch: Branch(name: other), capture: capture))
      }
      return View(
        standpoint: OwnStandpoint(branch: branch, capture: capture, head: head), mark: mark,
        drift: drifts, elsewhere: elsewhere)
    }

    private mutating func drift(_ branch: Branch) -> Drift? {
      guard let kind = self.text().flatMap(Drift.Kind.init), let slug = self.text(),
        let machine = self.text(), let tip = self.id(), let seconds = self.number(),
        let offset = self.number().flatMap({ Int32(exactly: $0) })
      else { return nil }
      return Drift(
        kind: kind, slug: slug, machine: machine, branch: branch, tip: tip,
        time: WallTime(seconds: seconds, utcOffsetMinutes: offset))
    }
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
    return StreamRefs.fingerprint(bytes)
  }
}
