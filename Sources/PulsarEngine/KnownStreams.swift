package import PulsarCore

/// A stream as this repository knows it.
package struct KnownStream: Hashable, Sendable {
  package let slug: String
  /// The name of the branch in refs.
  package let leaf: [UInt8]
  package let ref: RefName
  /// The newest capture.
  package let tip: CommitRecord
  /// Nil for a capture that the original made.
  package let trailers: CaptureTrailers?

  /// The branch the captures belong to.
  package var branch: Branch { self.trailers?.branch ?? Branch(name: self.leaf) }
  /// The name of the machine, without what tells machines of one name apart.
  package var machineName: String { Machine.name(inSlug: self.slug) }
}

/// The streams of all machines that this repository has, as far as they were fetched.
package struct KnownStreams {
  package let all: [KnownStream]
  /// The newest finalization mark of each machine.
  package let markTips: [ObjectID]
  /// Where in `all` the streams of each branch are.
  private let places: [Branch: [Int]]
  /// Refs whose commit cannot be read.
  package let damaged: [RefName]
  /// Streams that are left out for what they are.
  package let overLimit: [OverLimit]

  /// Reads the refs and the commits they point to.
  package init(in store: some SnapshotStore) throws(StoreError) {
    var all: [KnownStream] = []
    var marks: [ObjectID] = []
    var damaged: [RefName] = []
    var overLimit: [OverLimit] = []
    let refs = try store.refs(withPrefix: StreamRefs.streamPrefix).compactMap {
      ref, id -> (ref: RefName, id: ObjectID, slug: String, leaf: [UInt8])? in
      guard let name = ref.dropping(prefix: StreamRefs.streamPrefix),
        let slash = name.firstIndex(of: UInt8(ascii: "/"))
      else { return nil }
      let slug = String(decoding: name[..<slash], as: UTF8.self)
      return (ref, id, slug, Array(name[(slash + 1)...]))
    }
    let tips = try store.commits(
      refs.filter { $0.leaf != FinalizationMark.leaf }.map(\.id))
    for (ref, id, slug, leaf) in refs {
      if leaf == FinalizationMark.leaf {
        marks.append(id)
        continue
      }
      guard let tip = tips[id] else {
        damaged.append(ref)
        continue
      }
      if let why = Self.excess(of: tip) {
        overLimit.append(OverLimit(ref: ref, why: why))
        continue
      }
      all.append(
        KnownStream(
          slug: slug, leaf: leaf, ref: ref, tip: tip,
          trailers: CaptureTrailers(message: tip.message)))
    }
    self.all = all
    self.markTips = marks
    self.damaged = damaged
    self.overLimit = overLimit
    var places: [Branch: [Int]] = [:]
    for (place, stream) in all.enumerated() { places[stream.branch, default: []].append(place) }
    self.places = places
  }

  /// What is over a limit in a capture, in words; nil when nothing is.
  private static func excess(of tip: CommitRecord) -> String? {
    if tip.parents.count > ForeignLimits.parents {
      return
        "its newest capture has \(tip.parents.count) parents, over the limit of \(ForeignLimits.parents)"
    }
    if tip.message.count > ForeignLimits.commitBytes * 3 / 4 {
      return
        "its newest capture has a message over the limit of \(ByteCount(ForeignLimits.commitBytes).displayed)"
    }
    return nil
  }

  /// Those of a branch, by slug, ascending.
  package func of(_ branch: Branch) -> [KnownStream] {
    (self.places[branch] ?? []).map { self.all[$0] }.sorted { $0.slug < $1.slug }
  }
}
