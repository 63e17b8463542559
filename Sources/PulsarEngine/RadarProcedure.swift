package import PulsarCore

/// What the radar knows of a branch, from what is here; asks no remote.
package struct RadarProcedure<Store: SnapshotStore> {
  private let store: Store
  private let ownSlug: String
  private let memory: (any LineageMemory)?

  /// More at once would only be waved away; `status` names all.
  package static var newsAtOnce: Int { 4 }

  /// - Parameters:
  ///   - store: of the clone.
  ///   - ownSlug: this machine in refs.
  ///   - memory: what `Lineage` found out before.
  package init(store: Store, ownSlug: String, memory: (any LineageMemory)? = nil) {
    self.store = store
    self.ownSlug = ownSlug
    self.memory = memory
  }

  /// What others have, as seen from `own`: as it was found out before where nothing moved since.
  package func view(
    from own: OwnStandpoint, known record: RadarRecord
  ) throws(StoreError) -> RadarRecord.View {
    let streams = try KnownStreams(in: self.store)
    let mark = streams.mark(besides: self.ownSlug)
    let known = record.view(of: own.branch)
    if let known, known.standpoint == own, known.mark == mark { return known }
    let search = DriftSearch(self.store, streams, ownSlug: self.ownSlug, memory: self.memory)
    return RadarRecord.View(
      standpoint: own, mark: mark, drift: try search.drift(from: own),
      elsewhere: try search.driftElsewhere(than: own.branch))
  }

  /// The same for a look that must be quick: of other branches, what was known and still holds.
  package func quickView(
    from own: OwnStandpoint, known record: RadarRecord
  ) throws(StoreError) -> RadarRecord.View {
    let streams = try KnownStreams(in: self.store)
    let mark = streams.mark(besides: self.ownSlug)
    let known = record.view(of: own.branch)
    let search = DriftSearch(self.store, streams, ownSlug: self.ownSlug, memory: self.memory)
    let elsewhere = (known ?? record.views.last)?.elsewhere ?? []
    let isKnown = known?.standpoint == own && known?.mark == mark
    return RadarRecord.View(
      standpoint: own, mark: mark,
      drift: isKnown ? known?.drift ?? [] : try search.drift(from: own),
      elsewhere: elsewhere.filter {
        $0.branch != own.branch && search.capture(of: $0.branch) == $0.capture
      })
  }

  /// Brings the record up to date after the remote was asked.
  ///
  /// - Returns: what the person was not told of before; the newest captures first.
  package func look(
    from own: OwnStandpoint, _ record: inout RadarRecord
  ) throws(StoreError) -> [Drift] {
    let view = try self.view(from: own, known: record)
    record.take(view)
    record.failure = nil
    let news = record.tell(view.drift).sorted { $1.time < $0.time }
    return Array(news.prefix(Self.newsAtOnce))
  }
}
