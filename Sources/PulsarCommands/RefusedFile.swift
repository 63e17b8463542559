internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What the remote of a clone refused to take; one small file of ours that all its working trees share.
struct RefusedFile {
  private static let header = "git-pulsar refused 1"
  private static let bytesMax = 1 << 24
  private let path: GitPath

  init(commonDir: GitPath) {
    self.path = commonDir.appending("pulsar").appending("refused")
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
  func read() -> Content {
    guard let bytes = try? AtomicFile.read(self.path, limit: Self.bytesMax) else {
      return Content()
    }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    guard records.count >= 2, records[0].elementsEqual(Self.header.utf8) else { return Content() }
    var content = Content()
    content.pending = Self.pending(records[1])
    for record in records.dropFirst(2) {
      // The last field may hold any byte but NUL.
      let fields = record.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return Content() }
      if let seconds = Int64(String(decoding: fields[0], as: UTF8.self)) {
        content.refused.groups.append(
          RefusedContents.Group(
            leaf: Array(fields[2]), time: WallTime(seconds: seconds),
            words: String(decoding: fields[1], as: UTF8.self), contents: [:]))
        continue
      }
      // A path of the group before.
      guard let last = content.refused.groups.indices.last else { return Content() }
      let ids = fields[1].split(separator: UInt8(ascii: " ")).compactMap { ObjectID(hex: $0) }
      content.refused.groups[last].contents[GitPath(bytes: fields[2])] = Set(ids)
    }
    content.refused.groups.removeAll { $0.contents.isEmpty }
    return content
  }

  func write(_ content: Content) throws(SystemError) {
    if content == Content() {
      _ = try AtomicFile.remove(self.path)
      return
    }
    var records = [Array(Self.header.utf8), Self.bytes(content.pending)]
    for group in content.refused.groups {
      let words = group.words.filter { !$0.isNewline && $0 != "\0" }
      records.append(Array("\(group.time.seconds)\n\(words)\n".utf8) + group.leaf)
      for (path, ids) in group.contents.sorted(by: { $0.key < $1.key }) {
        let ids = ids.map(\.hex).sorted().joined(separator: " ")
        records.append(Array("path\n\(ids)\n".utf8) + path.bytes)
      }
    }
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: Array(records.joined(separator: [0])), mode: 0o600)
  }

  private static func bytes(_ pending: Content.Pending?) -> [UInt8] {
    guard let pending else { return [] }
    let lines = [
      String(pending.groups), pending.base?.hex ?? "", pending.tip.hex, pending.commit.hex, "",
    ]
    return Array(lines.joined(separator: "\n").utf8) + pending.stream.bytes
  }

  private static func pending(_ record: [UInt8]) -> Content.Pending? {
    let fields = record.split(separator: 10, maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count == 5, let groups = Int(String(decoding: fields[0], as: UTF8.self)),
      let tip = ObjectID(hex: fields[2]), let commit = ObjectID(hex: fields[3])
    else { return nil }
    return Content.Pending(
      stream: RefName(bytes: Array(fields[4])), base: ObjectID(hex: fields[1]), tip: tip,
      commit: commit, groups: groups)
  }
}
