package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Objects and refs through the git program and an index of our own.
///
/// Right for every repository. Where there are replacements (`git replace`), trees and files are those
/// that git shows here, as its status and its check-outs go by them; ancestry is the true one, which
/// other machines know.
package final class GitProgramSnapshotStore: SnapshotStore {
  let repository: Repository
  let git: GitProgram
  /// Sees no replacements.
  let graphGit: GitProgram
  private var replaced: Set<ObjectID>?
  private var written: [ObjectID] = []
  private var adopted: [ObjectID] = []

  /// - Parameters:
  ///   - repository: the one whose objects and refs they are.
  ///   - objectVariables: variables of git's that say where objects are written, if not in the
  ///     repository.
  package init(_ repository: Repository, objectVariables: [(String, [UInt8])] = []) {
    self.repository = repository
    self.git = repository.git.with(objectVariables)
    self.graphGit = repository.graphGit.with(objectVariables)
  }

  private var privateIndex: GitPath { self.repository.location.gitDir.appending("pulsar_index") }

  // MARK: objects

  package func writeBlobs(_ contents: [[UInt8]]) throws(StoreError) -> [ObjectID] {
    if contents.isEmpty { return [] }
    let scratch = try Scratch(below: self.repository.location.ownFolder)
    for (index, content) in contents.enumerated() {
      try scratch.write(content, to: GitPath("blob-\(index)"))
    }
    let names = contents.indices.flatMap { Array("blob-\($0)\n".utf8) }
    // The folder of the command is ours, so git must be told where the repository is.
    let git = self.located.with(in: scratch.folder)
    return try self.idsWritten(count: contents.count) { () throws(StoreError) in
      try self.run(git, ["hash-object", "-w", "--no-filters", "--stdin-paths"], input: names)
    }
  }

  /// The ids that a command printed which writes objects.
  ///
  /// git takes an object that is there for sound: when one turns out to be damaged, it is removed
  /// and the command runs again.
  private func idsWritten(
    count: Int, by write: () throws(StoreError) -> [UInt8]
  ) throws(StoreError) -> [ObjectID] {
    for _ in 0..<2 {
      let ids = try Self.ids(try write(), count: count)
      if try self.removeDamaged(ids) { continue }
      self.written += ids
      return ids
    }
    throw .failed(operation: "git", cause: "an object stays damaged")
  }

  package func writeBlob(
    size: Int, read: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Int
  ) throws(StoreError) -> ObjectID? {
    let scratch = try Scratch(below: self.repository.location.ownFolder)
    let file = scratch.folder.appending("blob")
    let descriptor = file.withCString { open($0, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw Scratch.failure("writing", file) }
    defer { close(descriptor) }
    let isWhole = try BlobPieces.pass(size, from: read) { (piece) throws(StoreError) in
      try Scratch.write(Array(piece)[...], to: descriptor, file)
    }
    guard isWhole else { return nil }
    let git = self.located.with(in: scratch.folder)
    return try self.idsWritten(count: 1) { () throws(StoreError) in
      try self.run(git, ["hash-object", "-w", "--no-filters", "blob"])
    }[0]
  }

  package func writeTree(
    base: ObjectID?, changes: [TreeChange]
  ) throws(StoreError) -> ObjectID {
    if let base, changes.isEmpty { return base }
    // A cache that may vanish, and that a process which died may have left behind.
    Scratch.remove(self.privateIndex)
    Scratch.remove(GitPath(bytes: self.privateIndex.bytes + Array(".lock".utf8)))
    defer { Scratch.remove(self.privateIndex) }
    let git = self.git.with([("GIT_INDEX_FILE", self.privateIndex.bytes)])
    let settings = ["core.sparseCheckout=false", "core.splitIndex=false", "index.sparse=false"]
    if let base {
      try self.run(git, ["read-tree", CommandWord(base)], settings)
    } else {
      try self.run(git, ["read-tree", "--empty"], settings)
    }
    var removals: [UInt8] = []
    var additions: [UInt8] = []
    func remove(_ path: [UInt8]) {
      removals += Array("0 \(String(repeating: "0", count: self.hexLength))\t".utf8) + path + [0]
    }
    func add(_ mode: some Sequence<UInt8>, _ id: some Sequence<UInt8>, _ path: [UInt8]) {
      additions += Array(mode) + [0x20] + Array(id) + [0x09] + path + [0]
    }
    // Whatever lies at or below a changed path in the base goes first.
    if let base {
      for batch in Self.batches(changes.map(\.path)) {
        let listing = try self.run(
          git,
          ["ls-tree", "-r", "-z", "--name-only", "--full-tree", CommandWord(base), "--"]
            + batch.map { CommandWord($0) })
        for path in listing.split(separator: 0) { remove(Array(path)) }
      }
    }
    for change in changes {
      guard let entry = change.entry else { continue }
      guard entry.mode == .tree else {
        add(entry.mode.octal.utf8, entry.id.hex.utf8, change.path.bytes)
        continue
      }
      let listing = try self.run(
        git, ["ls-tree", "-r", "-z", "--full-tree", CommandWord(entry.id)])
      for line in listing.split(separator: 0) {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
        let words = line[..<tab].split(separator: UInt8(ascii: " "))
        add(words[0], words[2], change.path.appending(Array(line[(tab + 1)...])).bytes)
      }
    }
    try self.run(
      git, ["update-index", "--replace", "-z", "--index-info"], settings,
      input: removals + additions)
    let missing: [CommandWord] = self.repository.isPartialClone ? ["--missing-ok"] : []
    return try self.idsWritten(count: 1) { () throws(StoreError) in
      try self.run(git, ["write-tree"] + missing, settings)
    }[0]
  }

  package func writeCommit(_ commit: NewCommit) throws(StoreError) -> ObjectID {
    try self.idsWritten(count: 1) { () throws(StoreError) in
      try self.run(
        self.git, ["hash-object", "-t", "commit", "-w", "--stdin"], input: CommitCodec.bytes(commit)
      )
    }[0]
  }

  package func writePassing(
    count: Int, _ commit: (Int, [ObjectID]) -> NewCommit
  ) throws(StoreError) -> [ObjectID] {
    var ids: [ObjectID] = []
    for place in 0..<count {
      let bytes = CommitCodec.bytes(commit(place, ids))
      ids += try self.idsWritten(count: 1) { () throws(StoreError) in
        let arguments: [CommandWord] = ["hash-object", "-t", "commit", "-w", "--stdin"]
        let result = try self.result(self.git, arguments, input: bytes)
        if result.succeeded { return result.output }
        throw GitCleaning.disk(result) ?? .failed(operation: "git", cause: result.complaint)
      }
    }
    return ids
  }

  /// Removes loose objects that are there but damaged, as a power cut leaves them, and which git
  /// would therefore not write again.
  ///
  /// - Returns: whether there were any.
  private func removeDamaged(_ ids: [ObjectID]) throws(StoreError) -> Bool {
    let sound = try self.sound(among: ids)
    let damaged = ids.filter { !sound.contains($0) }
    for id in damaged {
      let path = DurableFiles.loosePath(id, below: self.repository.location.objects)
      _ = path.withCString { unlink($0) }
    }
    return !damaged.isEmpty
  }

  /// Those that are there, as far as their headers tell.
  func sound(among ids: [ObjectID]) throws(StoreError) -> Set<ObjectID> {
    let output = try self.run(
      self.graphGit, ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
      input: ids.flatMap { Array("\($0.hex)\n".utf8) }, mayFail: true)
    return Set(
      output.split(separator: UInt8(ascii: "\n"))
        .filter { line in [" blob", " tree", " commit"].contains { line.hasSuffix($0) } }
        .compactMap { ObjectID(hex: $0.prefix { $0 != 0x20 }) })
  }

  // MARK: reading

  package func commit(_ id: ObjectID) throws(StoreError) -> CommitRecord {
    let record = try self.commit(id, self.graphGit)
    guard try self.isReplaced(id) else { return record }
    // What git checks out and compares with.
    return CommitRecord(
      id: id, tree: try self.commit(id, self.git).tree, parents: record.parents, time: record.time,
      message: record.message)
  }

  private func commit(_ id: ObjectID, _ git: GitProgram) throws(StoreError) -> CommitRecord {
    let result = try self.result(git, ["cat-file", "commit", CommandWord(id)])
    guard result.succeeded, let record = CommitCodec.record(id, result.output) else {
      throw .objectMissing(id, cause: result.complaint)
    }
    return record
  }

  /// Whether git shows another object in the place of this one.
  private func isReplaced(_ id: ObjectID) throws(StoreError) -> Bool {
    guard self.repository.hasReplacements else { return false }
    if let replaced { return replaced.contains(id) }
    let prefix = "refs/replace/"
    let found = try self.refs(withPrefix: prefix).compactMap { name, _ in
      name.dropping(prefix: prefix).flatMap { ObjectID(hex: $0) }
    }
    self.replaced = Set(found)
    return found.contains(id)
  }

  package func entry(at path: GitPath, in tree: ObjectID) throws(StoreError) -> TreeEntry? {
    if path.isRoot { return TreeEntry(mode: .tree, id: tree) }
    let output = try self.run(
      self.git, ["ls-tree", "-z", "--full-tree", CommandWord(tree), "--", CommandWord(path)])
    guard let line = output.split(separator: 0).first else { return nil }
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count == 3, let mode = FileMode(octal: words[0]),
      let id = ObjectID(hex: words[2].prefix { $0 != 0x09 })
    else { return nil }
    return TreeEntry(mode: mode, id: id)
  }

  package func blobSizes(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    if ids.isEmpty { return [:] }
    let output = try self.run(
      self.graphGit, ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"],
      input: ids.flatMap { Array("\($0.hex)\n".utf8) }, mayFail: true)
    var sizes: [ObjectID: ByteCount] = [:]
    for line in output.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: 0x20)
      guard words.count == 3, words[1].elementsEqual("blob".utf8), let id = ObjectID(hex: words[0])
      else { continue }
      sizes[id] = Int(readable(words[2])).map { ByteCount($0) }
    }
    return sizes
  }

  package func contents(of blob: ObjectID) throws(StoreError) -> [UInt8] {
    let result = try self.result(self.git, ["cat-file", "blob", CommandWord(blob)])
    guard result.succeeded else { throw .objectMissing(blob, cause: result.complaint) }
    return result.output
  }

  package func adopt(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount] {
    let objects = self.repository.location.objects
    var sizes = try self.blobSizes(ids.filter { !DurableFiles.isCutShort($0, below: objects) })
    self.adopted += sizes.keys
    // One that a remote has promised is as good as there.
    if self.repository.isPartialClone {
      for id in ids where sizes[id] == nil { sizes[id] = ByteCount(0) }
    }
    return sizes
  }

  package func compare(
    _ old: ObjectID?, _ new: ObjectID, countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange] {
    if old == new { return [] }
    let base: ObjectID
    if let old { base = old } else { base = try self.emptyTree() }
    let options: [CommandWord] = ["-r", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"]
    let pair = [CommandWord(base), CommandWord(new)]
    let raw = try self.run(self.git, ["diff-tree", "--raw", "--no-abbrev"] + options + pair)
    let fields = raw.split(separator: 0)
    let count = fields.count / 2
    var lines: [GitPath: LineCounts] = [:]
    if count <= countingLinesUpTo {
      // In a partial clone, contents may be out of reach: then nobody counts their lines.
      let stats = try? self.run(
        self.git, ["diff-tree", "--numstat"] + options + pair,
        settings: ["core.bigFileThreshold=\(TreeComparison.linesUpToBytes)"])
      for record in (stats ?? []).split(separator: 0) {
        let words = record.split(separator: 0x09, maxSplits: 2)
        guard words.count == 3, let added = Int(readable(words[0])),
          let removed = Int(readable(words[1]))
        else { continue }
        lines[GitPath(bytes: words[2])] = LineCounts(added: added, removed: removed)
      }
    }
    var changes: [PathChange] = []
    for index in 0..<count {
      let path = GitPath(bytes: fields[index * 2 + 1])
      let kind: PathChange.Kind =
        switch fields[index * 2].last {
        case UInt8(ascii: "A"): .added
        case UInt8(ascii: "D"): .deleted
        case UInt8(ascii: "T"): .typeChanged
        default: .modified
        }
      // libgit2 does not count these.
      let counts = kind == .typeChanged ? nil : lines[path]
      changes.append(PathChange(path: path, kind: kind, lines: counts))
    }
    return changes.sorted { $0.path < $1.path }
  }

  private func emptyTree() throws(StoreError) -> ObjectID {
    let output = try self.run(self.git, ["hash-object", "-t", "tree", "-w", "--stdin"])
    return try Self.ids(output, count: 1)[0]
  }

  // MARK: refs

  package func resolve(_ ref: RefName) throws(StoreError) -> ObjectID? {
    // Not rev-parse, which would also take a branch or tag that is called like the whole ref, nor
    // show-ref, which fails when the object is missing.
    let output = try self.run(
      self.git, ["for-each-ref", "--format=%(objectname) %(refname)", CommandWord(ref)])
    for line in output.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: 0x20, maxSplits: 1)
      if words.count == 2, words[1].elementsEqual(ref.bytes) { return ObjectID(hex: words[0]) }
    }
    return nil
  }

  package func refs(
    withPrefix prefix: String
  ) throws(StoreError) -> [(name: RefName, id: ObjectID)] {
    // git matches whole components only.
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    let output = try self.run(
      self.git, ["for-each-ref", "--format=%(objectname) %(refname)", CommandWord(folder)])
    var found: [(name: RefName, id: ObjectID)] = []
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let id = ObjectID(hex: line.prefix { $0 != 0x20 }) else { continue }
      let name = Array(line.drop { $0 != 0x20 }.dropFirst())
      if name.starts(with: prefix.utf8) { found.append((RefName(bytes: name), id)) }
    }
    return found.sorted { $0.name < $1.name }
  }

  package func move(
    _ ref: RefName, from old: ObjectID?, to new: ObjectID?
  ) throws(StoreError) {
    let null = CommandWord(String(repeating: "0", count: self.hexLength))
    let expected = old.map { CommandWord($0) } ?? null
    let arguments: [CommandWord] =
      new.map { ["update-ref", "--no-deref", CommandWord(ref), CommandWord($0), expected] }
      ?? ["update-ref", "--no-deref", "-d", CommandWord(ref), expected]
    let location = self.repository.location
    let update = { () throws(StoreError) in
      try RefMotion.during(location) { () throws(StoreError) in
        try self.result(self.git, arguments, settings: GitCleaning.durable)
      }
    }
    let result = try new == nil ? PackedRefsMark.keep(ref, in: location, update) : update()
    if result.succeeded { return }
    let said = String(decoding: result.errors, as: UTF8.self)
    if said.contains("but expected") || said.contains("reference already exists")
      || said.contains("unable to resolve reference")
    {
      throw .refMoved(ref)
    }
    throw GitCleaning.disk(result) ?? Self.missing(result) ?? self.fullness()
      ?? .failed(operation: "moving '\(ref.displayed)'", cause: result.complaint)
  }

  /// What was written and then pruned by somebody else, before a ref held it.
  private static func missing(_ result: ChildProcess.Result) -> StoreError? {
    let said = String(decoding: result.errors, as: UTF8.self)
    let words = [
      "bad object", "invalid object", "nonexistent object", "not a tree object",
      "Not a valid object name", "unable to read", "failed to unpack tree object",
    ]
    return words.contains { said.contains($0) } ? .notReadBack(result.complaint) : nil
  }

  /// Tries whether the disk takes a file, as git does not always pass on the words of the system.
  ///
  /// - Returns: the error when it is full.
  private func fullness() -> StoreError? {
    do {
      let scratch = try Scratch(below: self.repository.location.ownFolder)
      try scratch.write([UInt8](repeating: 0, count: 4096), to: GitPath("probe"))
      return nil
    } catch .full(let cause) {
      return .full(cause: cause)
    } catch {
      return nil
    }
  }

  // MARK: durability

  /// git synced each object and its folder itself (`core.fsync=all`); what is left are those that
  /// somebody else wrote, and the folder of all objects.
  package func makeObjectsDurable() throws(StoreError) {
    if self.written.isEmpty && self.adopted.isEmpty { return }
    try DurableFiles.sync(
      objects: self.adopted, packs: false, below: self.repository.location.objects)
    self.written = []
    self.adopted = []
  }

  package func makeDurable(_ ref: RefName) throws(StoreError) {
    try DurableFiles.sync(ref, below: self.repository.location.commonDir)
  }

  package func confirm(
    _ commit: ObjectID, at ref: RefName, objects: [ObjectID]
  ) throws(StoreError) {
    guard try self.resolve(ref) == commit else { throw .refMoved(ref) }
    let record: CommitRecord
    do {
      record = try self.commit(commit)
    } catch {
      throw .notReadBack(error.why)
    }
    try self.confirm([record.tree] + objects)
  }

  private func confirm(_ ids: [ObjectID]) throws(StoreError) {
    let missing = Set(ids).subtracting(try self.sound(among: ids))
    if let first = missing.min() {
      throw .notReadBack("\(missing.count) of \(ids.count) objects are missing, as \(first.short)")
    }
  }

  package func confirm(tree: ObjectID, besides others: [ObjectID]) throws(StoreError) {
    let listing = TreeListing(self.git)
    var files: [GitPath: TreeEntry]?
    for other in others {
      let differences: [TreeListing.Difference]
      do {
        differences = try listing.differences(other, tree)
      } catch .failed {
        continue
      } catch {
        throw .failed(operation: "git diff-tree", cause: error.why)
      }
      let new = differences.compactMap { one in one.new.map { (one.path, $0) } }
      let found = Dictionary(new) { one, _ in one }
      files = files?.filter { found[$0.key] == $0.value } ?? found
    }
    do {
      let entries = try files.map { Array($0.values) } ?? listing.entries(of: tree).map(\.entry)
      if self.repository.isPartialClone { return }
      try self.confirm(entries.filter { $0.mode != .gitlink }.map(\.id))
    } catch let error as StoreError {
      throw error
    } catch GitError.failed(_, let cause) {
      throw .notReadBack(cause)
    } catch {
      throw .failed(operation: "git ls-tree", cause: String(describing: error))
    }
  }

  // MARK: running git

  private var hexLength: Int { self.repository.location.usesSHA256 ? 64 : 40 }

  private var located: GitProgram {
    self.git.with([("GIT_DIR", self.repository.location.gitDir.bytes)])
  }

  func result(
    _ git: GitProgram, _ arguments: [CommandWord], settings: [String] = [], input: [UInt8] = []
  ) throws(StoreError) -> ChildProcess.Result {
    do {
      return try git.run(arguments, settings: settings, input: input)
    } catch {
      throw .failed(operation: "git", cause: error.why)
    }
  }

  @discardableResult
  private func run(
    _ git: GitProgram, _ arguments: [CommandWord], _ settings: [String] = [],
    settings more: [String] = [], input: [UInt8] = [], mayFail: Bool = false
  ) throws(StoreError) -> [UInt8] {
    let result = try self.result(
      git, arguments, settings: GitCleaning.durable + settings + more, input: input)
    if result.succeeded || mayFail { return result.output }
    let verb = arguments.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    throw GitCleaning.disk(result) ?? Self.missing(result) ?? self.fullness()
      ?? .failed(operation: "git \(verb)", cause: result.complaint)
  }

  private static func ids(_ output: [UInt8], count: Int) throws(StoreError) -> [ObjectID] {
    let ids = output.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: $0) }
    guard ids.count == count else {
      throw .failed(operation: "git", cause: "it named \(ids.count) objects in place of \(count)")
    }
    return ids
  }

  /// Paths in groups that fit on a command line.
  private static func batches(_ paths: [GitPath]) -> [[GitPath]] {
    var batches: [[GitPath]] = []
    var current: [GitPath] = []
    var bytes = 0
    for path in paths {
      if bytes > 60_000 {
        batches.append(current)
        current = []
        bytes = 0
      }
      current.append(path)
      bytes += path.bytes.count + 9
    }
    return current.isEmpty ? batches : batches + [current]
  }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ text: String) -> Bool {
    self.suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
