internal import PulsarCore
internal import PulsarEngine

/// Content as git's attributes want it stored, made by git from bytes we have read: git never reads
/// a file that may change under it.
///
/// Attributes come from where `git add` takes them: of each folder from the file on disk, else from the
/// index.
struct GitCleaning {
  private let repository: Repository
  private let git: GitProgram

  enum Plan { case asIs, stage }

  enum Outcome {
    case success(ObjectID)
    case failure(SkippedPath.Reason)
  }

  struct File {
    let path: GitPath
    let bytes: [UInt8]
    let isExecutable: Bool
    /// What decides about line endings where the index has nothing.
    let comparedWith: ObjectID?
  }

  init(_ repository: Repository, _ git: GitProgram) {
    self.repository = repository
    self.git = git
  }

  private static let attributes = [
    "filter", "working-tree-encoding", "ident", "text", "eol", "crlf",
  ]

  /// How each file must be stored, by the attributes git finds for it.
  ///
  /// Filters, encodings, `ident` and line endings are for git, which gets files and an index to `add`
  /// from: what the index has decides about line endings.
  func plans(for files: [(path: GitPath, bytes: [UInt8])]) throws(StoreError) -> [Plan] {
    // In a sparse check-out in cone mode git takes no attributes of folders outside from the index; a
    // file that lies there all the same must not lose its filter for that.
    let output = try Self.run(
      self.repository.git,
      ["check-attr", "-z", "--stdin"] + Self.attributes.map { CommandWord($0) },
      ["core.sparseCheckout=false"], files.flatMap { $0.path.bytes + [0] })
    let fields = output.split(separator: 0, omittingEmptySubsequences: false)
    let perFile = Self.attributes.count * 3
    guard fields.count >= files.count * perFile else {
      throw .failed(operation: "git check-attr", cause: "it said too little")
    }
    var plans: [Plan] = []
    for (index, file) in files.enumerated() {
      var values: [String: String] = [:]
      for offset in 0..<Self.attributes.count {
        let at = index * perFile + offset * 3
        values[Self.attributes[offset]] = String(decoding: fields[at + 2], as: UTF8.self)
      }
      plans.append(self.plan(values, file.bytes))
    }
    return plans
  }

  private func plan(_ values: [String: String], _ bytes: [UInt8]) -> Plan {
    func isOn(_ name: String) -> Bool {
      !["unspecified", "unset"].contains(values[name] ?? "unset")
    }
    if isOn("filter"), let name = values["filter"] {
      let isSet = FilterCommands.names.contains {
        self.repository.config.bytes("filter.\(name).\($0)") != nil
      }
      if isSet || self.repository.config.flag("filter.\(name).required") == true { return .stage }
    }
    if isOn("working-tree-encoding") { return .stage }
    if isOn("ident"), Self.contains(Array("$Id".utf8), in: bytes) { return .stage }
    let mayEnd =
      isOn("text") || isOn("eol") || isOn("crlf")
      || (values["text"] == "unspecified" && self.repository.config.flag("core.autocrlf") != false
        && self.repository.config.text("core.autocrlf") != nil)
    return mayEnd && bytes.contains(13) ? .stage : .asIs
  }

  static let durable = ["core.fsync=all", "core.fsyncMethod=fsync"]

  /// Stores files as `git add` would, from copies in a folder of ours.
  ///
  /// - Returns: one outcome a file, in order.
  func stage(_ files: [File]) throws(StoreError) -> [Outcome] {
    if files.isEmpty { return [] }
    if let (first, others) = self.parted(files) {
      var outcomes: [Int: Outcome] = [:]
      for places in [first, others] {
        let staged = try self.stage(places.map { files[$0] })
        for (place, outcome) in zip(places, staged) { outcomes[place] = outcome }
      }
      return files.indices.compactMap { outcomes[$0] }
    }
    do {
      return try self.stageTogether(files)
    } catch .failed(let operation, let cause) {
      // One file that git cannot convert must not keep the others out.
      if files.count == 1 { return [.failure(.filterFailed(cause))] }
      _ = operation
      let middle = files.count / 2
      return try self.stage(Array(files[..<middle])) + self.stage(Array(files[middle...]))
    }
  }

  /// Where git folds case, it takes names that differ only in case for one: these go apart.
  ///
  /// - Returns: the places of files of which no two names are the same so, and those of the others; nil
  ///   where all can go together.
  private func parted(_ files: [File]) -> (first: [Int], others: [Int])? {
    guard self.repository.config.flag("core.ignorecase") == true else { return nil }
    var seen: Set<[UInt8]> = []
    var parts: (first: [Int], others: [Int]) = ([], [])
    for (place, file) in files.enumerated() {
      let folded = file.path.bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
      if seen.insert(folded).inserted {
        parts.first.append(place)
      } else {
        parts.others.append(place)
      }
    }
    return parts.others.isEmpty ? nil : parts
  }

  private func stageTogether(_ files: [File]) throws(StoreError) -> [Outcome] {
    let scratch = try Scratch(below: self.repository.location.ownFolder)
    let tree = GitPath("tree")
    try scratch.write([], to: tree.appending(".none"))
    for path in Set(files.flatMap { Self.attributeFiles(above: $0.path) }).sorted() {
      try self.copyAttributes(path, to: tree, scratch)
    }
    for file in files {
      try scratch.write(file.bytes, to: tree.appending(file.path), executable: file.isExecutable)
    }
    let variables = [
      ("GIT_DIR", self.repository.location.gitDir.bytes),
      ("GIT_WORK_TREE", scratch.folder.appending(tree).bytes),
      ("GIT_INDEX_FILE", scratch.folder.appending("index").bytes),
    ]
    var ours = FilterCommands.inWorktree(of: self.repository)
    if let attributes = AttributeSources.relativeFile(self.repository) {
      // git runs elsewhere here.
      ours.append((key: Array("core.attributesFile".utf8), value: attributes.bytes))
    }
    let git = self.git.with(in: scratch.folder.appending(tree), variables).with(config: ours)
    let entries = try self.indexEntries(files)
    let settings =
      Self.durable + [
        "core.sparseCheckout=false", "core.splitIndex=false",
        "core.fileMode=true",
      ]
    try Self.run(git, ["update-index", "-z", "--index-info"], settings, entries)
    try Self.run(
      git, ["add", "--force", "--sparse", "--pathspec-from-file=-", "--pathspec-file-nul"],
      settings,
      files.flatMap { $0.path.bytes + [0] })
    let listing = try Self.run(git, ["ls-files", "-s", "-z"], settings, [])
    var ids: [GitPath: ObjectID] = [:]
    for line in listing.split(separator: 0) {
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
      let words = line[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 3, let id = ObjectID(hex: words[1]) else { continue }
      ids[GitPath(bytes: line[(tab + 1)...])] = id
    }
    return files.map { file in
      ids[file.path].map { .success($0) } ?? .failure(.filterFailed("git did not add it"))
    }
  }

  /// What the index has of attribute files, and of the files themselves, whose line endings depend on it.
  ///
  /// Lines `<mode> <id> <stage>\t<path>`, each ended by NUL.
  private func indexEntries(_ files: [File]) throws(StoreError) -> [UInt8] {
    let paths = Set(files.map(\.path))
    var specs: [CommandWord] = []
    if paths.count <= Self.askedSingly {
      specs = ["--", ":(glob)**/.gitattributes"]
      specs += paths.sorted().map { CommandWord(bytes: Array(":(literal)".utf8) + $0.bytes) }
    }
    let listing = try Self.run(
      self.repository.git.with([("GIT_LITERAL_PATHSPECS", [UInt8(ascii: "0")])]),
      ["ls-files", "-s", "-z"] + specs, [], [])
    var entries: [UInt8] = []
    var listed: Set<GitPath> = []
    for line in listing.split(separator: 0) {
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
      let path = GitPath(bytes: line[(tab + 1)...])
      listed.insert(path)
      if paths.contains(path) || path.name.elementsEqual(".gitattributes".utf8) {
        entries += line + [0]
      }
    }
    // What a sync brought is compared with that, where the index has nothing.
    for file in files where !listed.contains(file.path) {
      guard let blob = file.comparedWith else { continue }
      entries += Array("100644 \(blob.hex) 0\t".utf8) + file.path.bytes + [0]
    }
    return entries
  }

  /// So many paths are named to git; of more, it lists all there are.
  private static let askedSingly = 50

  private static func attributeFiles(above path: GitPath) -> [GitPath] {
    var found: [GitPath] = []
    var folder = path
    repeat {
      folder = folder.parent
      found.append(folder.appending(".gitattributes"))
    } while !folder.isRoot
    return found
  }

  private func copyAttributes(
    _ path: GitPath, to tree: GitPath, _ scratch: Scratch
  ) throws(StoreError) {
    guard let reader = try? StableReader(root: self.repository.location.worktree) else { return }
    defer { reader.end() }
    let limit = ByteCount(100 << 20)
    if case .file(let bytes, _) = reader.read(path, limit: limit, memory: limit.bytes) {
      try scratch.write(bytes, to: tree.appending(path))
    }
  }

  @discardableResult
  private static func run(
    _ git: GitProgram, _ arguments: [CommandWord], _ settings: [String], _ input: [UInt8]
  ) throws(StoreError) -> [UInt8] {
    let result: ChildProcess.Result
    do {
      result = try git.run(arguments, settings: settings, input: input)
    } catch {
      throw self.failure("git", error)
    }
    if result.succeeded { return result.output }
    if let full = self.disk(result) { throw full }
    throw .failed(operation: "git", cause: result.complaint)
  }

  private static func failure(_ operation: String, _ error: GitError) -> StoreError {
    .failed(operation: operation, cause: error.why)
  }

  /// The disk's fault, if it is.
  static func disk(_ result: ChildProcess.Result) -> StoreError? {
    let said = String(decoding: result.errors, as: UTF8.self)
    if FullDisk.isTold(in: said) { return .full(cause: result.complaint) }
    if said.contains("Read-only file system") || said.contains("insufficient permission") {
      return .readOnly(cause: result.complaint)
    }
    return nil
  }

  private static func contains(_ word: [UInt8], in bytes: [UInt8]) -> Bool {
    guard bytes.count >= word.count, let first = word.first else { return false }
    var rest = bytes[...]
    while let index = rest.firstIndex(of: first) {
      rest = rest[index...]
      if rest.starts(with: word) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
