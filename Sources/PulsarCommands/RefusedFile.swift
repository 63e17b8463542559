internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What the remote of a clone refused to take; one small file of ours that all its working trees share.
struct RefusedFile {
  private let file: RecordFile<Content>

  init(commonDir: GitPath) {
    self.file = RecordFile(commonDir.appending("pulsar").appending("refused"), limit: 1 << 24)
  }

  /// What the file holds.
  struct Content: Hashable {
    var refused = RefusedContents()
    /// What was about to be pushed in a refused capture's place, of which nothing was heard yet.
    ///
    /// What it leaves out is the newest of `refused`.
    var pending: Pending?

    struct Pending: Hashable {
      let stream: RefName
      let base: ObjectID?
      let tip: ObjectID
      let commit: ObjectID
      /// How many groups belong to it.
      let groups: Int
    }
  }

  /// A file that cannot be understood says nothing: what is refused is found out again.
  func read() -> Content { (try? self.file.known()) ?? Content() }

  func write(_ content: Content) throws(SystemError) {
    if content == Content() { return try self.file.remove() }
    try self.file.write(content)
  }
}

extension RefusedFile.Content: Record {
  static let kind = "refused"
  static let version = 2

  func write(to writer: inout RecordWriter) { writer.write(self.pending, self.refused.groups) }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.pending = try reader.read()
    self.refused = RefusedContents(groups: try reader.read())
  }

  /// Parts after what is pending: a group, then its paths, each of three lines.
  static func previous(_ file: [UInt8]) -> Self? {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar refused 1"),
      let pending = parts.first
    else { return nil }
    var content = Self()
    content.pending = RefusedFile.Content.Pending(previous: pending)
    for part in parts.dropFirst() {
      guard let fields = PreviousFile.fields(of: part, 3) else { return nil }
      if let seconds = Int64(PreviousFile.text(fields[0])) {
        content.refused.groups.append(
          RefusedContents.Group(
            leaf: Array(fields[2]), time: WallTime(seconds: seconds),
            words: PreviousFile.text(fields[1]), contents: [:]))
      } else {
        guard let last = content.refused.groups.indices.last else { return nil }
        let ids = PreviousFile.ids(fields[1]) ?? []
        content.refused.groups[last].contents[GitPath(bytes: fields[2])] = Set(ids)
      }
    }
    content.refused.groups.removeAll { $0.contents.isEmpty }
    return content
  }
}

extension RefusedFile.Content.Pending: RecordValue {
  func write(to writer: inout RecordWriter) {
    writer.write(self.stream, self.base, self.tip, self.commit, self.groups)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      stream: try reader.read(), base: try reader.read(), tip: try reader.read(),
      commit: try reader.read(), groups: try reader.read())
  }

  fileprivate init?(previous part: ArraySlice<UInt8>) {
    guard let fields = PreviousFile.fields(of: part, 5),
      let groups = Int(PreviousFile.text(fields[0])), let tip = ObjectID(hex: fields[2]),
      let commit = ObjectID(hex: fields[3])
    else { return nil }
    self.init(
      stream: RefName(bytes: Array(fields[4])), base: ObjectID(hex: fields[1]), tip: tip,
      commit: commit, groups: groups)
  }
}
