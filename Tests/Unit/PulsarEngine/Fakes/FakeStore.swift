import PulsarCore
import PulsarEngine

/// Objects and refs in memory; fails where it is told to.
final class FakeStore: SnapshotStore {
  enum Failure: CaseIterable {
    /// The call does nothing and fails.
    case before
    /// The call does its work and then fails.
    case after
    /// The call works and nothing after it does: the process died.
    case dead
  }

  private(set) var blobs: [ObjectID: [UInt8]] = [:]
  private(set) var trees: [ObjectID: [GitPath: TreeEntry]] = [:]
  private(set) var commits: [ObjectID: CommitRecord] = [:]
  /// Where refs were when they were last made durable.
  var durableHeads: [RefName: ObjectID] = [:]
  private(set) var heads: [RefName: ObjectID] = [:]
  private var durable: Set<ObjectID> = []

  /// Calls so far.
  private(set) var calls = 0
  /// The call that fails, counted from 1.
  var failingCall: Int?
  var failure = Failure.before
  var error = StoreError.failed(operation: "a test", cause: "told to")
  private(set) var isDead = false

  init() {}

  /// The same objects and refs, as another process finds them.
  func reopened() -> FakeStore {
    let other = FakeStore()
    (other.blobs, other.trees, other.commits) = (self.blobs, self.trees, self.commits)
    (other.heads, other.durable) = (self.heads, self.durable)
    return other
  }

  private func calling<Value>(_ work: () throws(StoreError) -> Value) throws(StoreError) -> Value {
    self.calls += 1
    if self.isDead { throw self.error }
    guard self.calls == self.failingCall else { return try work() }
    switch self.failure {
    case .before: throw self.error
    case .after:
      _ = try work()
      throw self.error
    case .dead:
      self.isDead = true
      throw self.error
    }
  }

  /// An id out of content: four rounds of FNV-1a.
  static func id(_ kind: UInt8, _ content: [UInt8]) -> ObjectID {
    var bytes: [UInt8] = []
    for round in 0..<4 as Range<UInt64> {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ round &* 0x9E37_79B9_7F4A_7C15
      for byte in [kind] + content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      bytes += (0..<5).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
    }
    return ObjectID(bytes: bytes)
  }

  // MARK: objects

  func writeBlobs(_ contents: [[UInt8]]) throws(StoreError) -> [ObjectID] {
    try self.calling { () throws(StoreError) in
      contents.map { content in
        let id = Self.id(1, content)
        self.blobs[id] = content
        return id
      }
    }
  }

  func writeBlob(
    size: Int, read: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Int
  ) throws(StoreError) -> ObjectID? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
    defer { buffer.deallocate() }
    var content: [UInt8] = []
    while true {
      let count = try read(buffer)
      if count == 0 { break }
      content += buffer.prefix(count)
    }
    return content.count == size ? try self.writeBlobs([content])[0] : nil
  }

  func writeTree(base: ObjectID?, changes: [TreeChange]) throws(StoreError) -> ObjectID {
    try self.calling { () throws(StoreError) in
      var files = base.flatMap { self.trees[$0] } ?? [:]
      for change in changes { files = files.filter { !$0.key.isWithin(change.path) } }
      for change in changes { if let entry = change.entry { files[change.path] = entry } }
      return self.put(files)
    }
  }

  /// Writes a whole tree, for the set-up of a test.
  func put(_ files: [GitPath: TreeEntry]) -> ObjectID {
    let lines = files.sorted { $0.key < $1.key }
    let id = Self.id(
      2, lines.flatMap { $0.key.bytes + [0] + Array($0.value.mode.octal.utf8) + $0.value.id.bytes })
    self.trees[id] = files
    return id
  }

  func writeCommit(_ commit: NewCommit) throws(StoreError) -> ObjectID {
    try self.calling { () throws(StoreError) in self.put(commit) }
  }

  func put(_ commit: NewCommit) -> ObjectID {
    let head = commit.tree.bytes + commit.parents.flatMap(\.bytes)
    let id = Self.id(3, head + Array("\(commit.time.seconds)".utf8) + commit.message)
    self.commits[id] = CommitRecord(
      id: id, tree: commit.tree, parents: commit.parents, time: commit.time,
      message: commit.message)
    return id
  }

  /// A commit of somebody's, for the set-up of a test; durable.
  func commit(
    _ files: [String: String], parents: [ObjectID] = [], message: String = "work",
    seconds: Int64 = 1000
  ) -> ObjectID {
    var entries: [GitPath: TreeEntry] = [:]
    for (path, text) in files {
      let id = Self.id(1, Array(text.utf8))
      self.blobs[id] = Array(text.utf8)
      self.durable.insert(id)
      entries[GitPath(path)] = TreeEntry(mode: .file, id: id)
    }
    let commit = NewCommit(
      tree: self.put(entries), parents: parents, signature: Signature(name: nil, email: nil),
      time: WallTime(seconds: seconds), message: Array(message.utf8))
    let id = self.put(commit)
    self.durable.formUnion([commit.tree, id])
    return id
  }

  /// Forgets an object, as a prune does.
  func drop(_ id: ObjectID) {
    self.blobs[id] = nil
    self.trees[id] = nil
    self.commits[id] = nil
    self.durable.remove(id)
  }

  private func makeAllDurable() {
    self.durable.formUnion(self.blobs.keys)
    self.durable.formUnion(self.trees.keys)
    self.durable.formUnion(self.commits.keys)
  }

  // MARK: reading

  func commit(_ id: ObjectID) throws(StoreError) -> CommitRecord {
    try self.calling { () throws(StoreError) in
      guard let commit = self.commits[id] else { throw .objectMissing(id, cause: "not here") }
      return commit
    }
  }

  func entry(at path: GitPath, in tree: ObjectID) throws(StoreError) -> TreeEntry? {
    try self.calling { () throws(StoreError) in self.trees[tree]?[path] }
  }

  func contents(of blob: ObjectID) throws(StoreError) -> [UInt8] {
    try self.calling { () throws(StoreError) in
      guard let content = self.blobs[blob] else { throw .objectMissing(blob, cause: "not here") }
      return content
    }
  }

  func adopt(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    try self.blobSizes(ids)
  }

  func blobSizes(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    try self.calling { () throws(StoreError) in
      var sizes: [ObjectID: ByteCount] = [:]
      for id in ids { sizes[id] = self.blobs[id].map { ByteCount($0.count) } }
      return sizes
    }
  }

  /// How often the history of a capture was walked.
  private(set) var walks = 0

  func mergeBases(_ one: ObjectID, _ other: ObjectID) throws(StoreError) -> [ObjectID] {
    try self.calling { () throws(StoreError) in
      let common = self.history(one).intersection(self.history(other))
      return common.filter { candidate in
        !common.contains { $0 != candidate && self.history($0).contains(candidate) }
      }.sorted { $0.hex < $1.hex }
    }
  }

  func contains(_ ancestor: ObjectID, in descendant: ObjectID) throws(StoreError) -> Bool {
    self.walks += 1
    return try self.calling { () throws(StoreError) in
      self.history(descendant).contains(ancestor)
    }
  }

  func commits(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: CommitRecord] {
    try self.calling { () throws(StoreError) in
      Dictionary(ids.compactMap { self.commits[$0] }.map { ($0.id, $0) }) { first, _ in first }
    }
  }

  func commits(in tip: ObjectID, notIn others: [ObjectID]) throws(StoreError) -> [ObjectID] {
    try self.calling { () throws(StoreError) in
      others.reduce(self.history(tip)) { $0.subtracting(self.history($1)) }.sorted()
    }
  }

  private func history(_ tip: ObjectID) -> Set<ObjectID> {
    var found: Set<ObjectID> = []
    var open = [tip]
    while let next = open.popLast() {
      if found.insert(next).inserted { open += self.commits[next]?.parents ?? [] }
    }
    return found
  }

  func compare(
    _ old: ObjectID?, _ new: ObjectID, countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange] {
    try self.calling { () throws(StoreError) in
      let before = old.flatMap { self.trees[$0] } ?? [:]
      let after = self.trees[new] ?? [:]
      return Set(before.keys).union(after.keys).sorted().compactMap { path in
        if before[path] == after[path] { return nil }
        let kind: PathChange.Kind =
          before[path] == nil ? .added : after[path] == nil ? .deleted : .modified
        return PathChange(path: path, kind: kind, lines: nil)
      }
    }
  }

  // MARK: refs

  func resolve(_ ref: RefName) throws(StoreError) -> ObjectID? {
    try self.calling { () throws(StoreError) in self.heads[ref] }
  }

  func refs(withPrefix prefix: String) throws(StoreError) -> [(name: RefName, id: ObjectID)] {
    try self.calling { () throws(StoreError) in
      self.heads.filter { $0.key.bytes.starts(with: prefix.utf8) }
        .map { (name: $0.key, id: $0.value) }.sorted { $0.name < $1.name }
    }
  }

  func move(_ ref: RefName, from old: ObjectID?, to new: ObjectID?) throws(StoreError) {
    try self.calling { () throws(StoreError) in
      guard self.heads[ref] == old else { throw .refMoved(ref) }
      self.heads[ref] = new
    }
  }

  /// Moves a ref as somebody else would.
  func set(_ ref: RefName, to id: ObjectID?) { self.heads[ref] = id }

  // MARK: durability

  func makeObjectsDurable() throws(StoreError) {
    try self.calling { () throws(StoreError) in self.makeAllDurable() }
  }

  func makeDurable(_ ref: RefName) throws(StoreError) {
    try self.calling { () throws(StoreError) in self.durableHeads[ref] = self.heads[ref] }
  }

  func confirm(_ commit: ObjectID, at ref: RefName, objects: [ObjectID]) throws(StoreError) {
    try self.calling { () throws(StoreError) in
      guard self.heads[ref] == commit else { throw .refMoved(ref) }
      let wanted = [commit] + [self.commits[commit]?.tree].compactMap { $0 } + objects
      guard wanted.allSatisfy(self.durable.contains) else {
        throw .notReadBack("an object is missing")
      }
    }
  }

  func confirm(tree: ObjectID, besides others: [ObjectID]) throws(StoreError) {
    try self.calling { () throws(StoreError) in
      let before = others.compactMap { self.trees[$0] }
      let isWhole = self.trees[tree]?.allSatisfy { path, entry in
        entry.mode == .gitlink || self.blobs[entry.id] != nil
          || before.contains { $0[path] == entry }
      }
      if isWhole != true { throw .notReadBack("an object is missing") }
    }
  }

  /// Whether all that a commit needs is here and would survive a power cut.
  func isComplete(_ tip: ObjectID) -> Bool {
    self.history(tip).allSatisfy { id in
      guard let commit = self.commits[id], let tree = self.trees[commit.tree] else { return false }
      let objects = [id, commit.tree] + tree.values.filter { $0.mode != .gitlink }.map(\.id)
      return objects.allSatisfy { self.durable.contains($0) }
    }
  }
}
