package import PulsarCore

extension RadarRecord: Record {
  package static let kind = "radar"
  package static let version = 2

  package func write(to writer: inout RecordWriter) {
    writer.write(self.views, self.told, self.refused, self.failure)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.views = try reader.read()
    self.told = try reader.read()
    self.refused = try reader.read()
    self.failure = try reader.read()
  }

  /// Fields, each ended by NUL: a word, then what belongs to it, and `end` after all.
  package static func previous(_ file: [UInt8]) -> Self? {
    guard file.last == 0,
      let parts = PreviousFile.parts(of: file.dropLast(), header: "git-pulsar radar 1")
    else { return nil }
    var record = Self()
    var fields = PreviousFields(rest: parts[...])
    while let name = fields.text() {
      switch name {
      case "view":
        guard let view = fields.view() else { return nil }
        record.views.append(view)
      case "told":
        guard let kind = fields.text().flatMap(Drift.Kind.init), let slug = fields.text(),
          let branch = fields.bytes(), let tip = fields.id()
        else { return nil }
        record.told.append(Told(kind: kind, slug: slug, branch: Branch(name: branch), tip: tip))
      case "refused":
        guard let ref = fields.bytes(), let id = fields.id(), let seconds = fields.number() else {
          return nil
        }
        record.refused.append(
          Refused(ref: RefName(bytes: ref), id: id, since: WallTime(seconds: seconds)))
      case "failure":
        guard let why = fields.text(), let seconds = fields.number() else { return nil }
        record.failure = Failure(why: why, since: WallTime(seconds: seconds))
      case "end": return fields.rest.isEmpty ? record : nil
      default: return nil
      }
    }
    return nil
  }

  /// Reads field by field; nil where there is none, or none that is understood.
  private struct PreviousFields {
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

extension RadarRecord.View: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.standpoint, self.mark, self.drift, self.elsewhere)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      standpoint: try reader.read(), mark: try reader.read(), drift: try reader.read(),
      elsewhere: try reader.read())
  }
}

extension RadarRecord.Told: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.kind, self.slug, self.branch, self.tip)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      kind: try reader.read(), slug: try reader.read(), branch: try reader.read(),
      tip: try reader.read())
  }
}

extension RadarRecord.Refused: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.ref, self.id, self.since.seconds)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      ref: try reader.read(), id: try reader.read(), since: WallTime(seconds: try reader.read()))
  }
}

extension RadarRecord.Failure: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.why, self.since.seconds) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(why: try reader.read(), since: WallTime(seconds: try reader.read()))
  }
}

extension OwnStandpoint: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.branch, self.capture, self.head)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(branch: try reader.read(), capture: try reader.read(), head: try reader.read())
  }
}

extension ElsewhereDrift: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.branch, self.capture) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(branch: try reader.read(), capture: try reader.read())
  }
}
