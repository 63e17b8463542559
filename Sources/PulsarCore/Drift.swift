/// Work of another machine on a branch that this machine has not.
package struct Drift: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Only the other machine has such work.
    case ahead
    /// This machine, too, has work that the other has not.
    case diverged
  }

  package let kind: Kind
  /// The other machine in refs.
  package let slug: String
  /// The other machine for people, not escaped: its name, or its slug where several have that name.
  package let machine: String
  package let branch: Branch
  /// Its newest capture.
  package let tip: ObjectID
  /// When that was made, by its clock.
  package let time: WallTime

  package init(
    kind: Kind, slug: String, machine: String, branch: Branch, tip: ObjectID, time: WallTime
  ) {
    self.kind = kind
    self.slug = slug
    self.machine = machine
    self.branch = branch
    self.tip = tip
    self.time = time
  }

  /// Whether both are the same news to a person.
  package func isSameFact(as other: Drift) -> Bool {
    self.kind == other.kind && self.slug == other.slug && self.branch == other.branch
      && self.tip == other.tip
  }
}

/// A name that somebody else chose, for a line of text: escaped, and cut in the middle where it is long.
package func nameForDisplay(_ bytes: some Collection<UInt8>) -> String {
  let most = 60
  let shown = escapedForDisplay(bytes)
  return shown.count <= most ? shown : "\(shown.prefix(most / 2))…\(shown.suffix(most / 2 - 1))"
}

extension Drift: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.kind, self.slug, self.machine, self.branch, self.tip, self.time)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      kind: try reader.read(), slug: try reader.read(), machine: try reader.read(),
      branch: try reader.read(), tip: try reader.read(), time: try reader.read())
  }
}

extension Drift.Kind: RecordValue {}
