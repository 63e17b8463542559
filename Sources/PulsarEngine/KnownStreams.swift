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
  /// Refs whose commit cannot be read.
  package let damaged: [RefName]

  /// Reads the refs and the commits they point to.
  package init(in store: some SnapshotStore) throws(StoreError) {
    var all: [KnownStream] = []
    var marks: [ObjectID] = []
    var damaged: [RefName] = []
    for (ref, id) in try store.refs(withPrefix: StreamRefs.streamPrefix) {
      guard let name = ref.dropping(prefix: StreamRefs.streamPrefix),
        let slash = name.firstIndex(of: UInt8(ascii: "/"))
      else { continue }
      let leaf = Array(name[(slash + 1)...])
      if leaf == FinalizationMark.leaf {
        marks.append(id)
        continue
      }
      do throws(StoreError) {
        let tip = try store.commit(id)
        all.append(
          KnownStream(
            slug: String(decoding: name[..<slash], as: UTF8.self), leaf: leaf, ref: ref, tip: tip,
            trailers: CaptureTrailers(message: tip.message)))
      } catch .objectMissing {
        damaged.append(ref)
      }
    }
    self.all = all
    self.markTips = marks
    self.damaged = damaged
  }

  /// Those of a branch, by slug, ascending.
  package func of(_ branch: Branch) -> [KnownStream] {
    self.all.filter { $0.branch == branch }.sorted { $0.slug < $1.slug }
  }
}
