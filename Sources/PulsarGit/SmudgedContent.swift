package import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Content as a check-out would write it: line endings, encodings and filters undone by git.
package struct SmudgedContent {
  private let repository: Repository
  private let git: GitProgram
  private let environment: [CommandWord]
  private let attributes: CheckoutAttributes
  private let hasIndex: Bool

  /// Blobs up to this size are asked for many at once.
  static let togetherUpTo = 1 << 20
  static let batchBytes = 8 << 20

  package struct Wish: Hashable, Sendable {
    package let path: GitPath
    package let entry: TreeEntry

    package init(path: GitPath, entry: TreeEntry) {
      self.path = path
      self.entry = entry
    }
  }

  /// - Parameters:
  ///   - repository: whose settings and attributes count.
  ///   - environment: of the person; says where git looks for attributes.
  ///   - attributes: those that are not on disk.
  init(_ repository: Repository, environment: [CommandWord], _ attributes: CheckoutAttributes) {
    self.repository = repository
    self.git = repository.git
    self.environment = environment
    self.attributes = attributes
    self.hasIndex = false
  }

  /// The same with a git that finds the attributes and all contents in an index of ours.
  private init(_ content: SmudgedContent, index: GitPath) {
    self.repository = content.repository
    self.git = content.git.with([("GIT_INDEX_FILE", index.bytes)])
      .with(config: FilterCommands.inWorktree(of: content.repository))
    self.environment = content.environment
    self.attributes = content.attributes
    self.hasIndex = true
  }

  /// Hands each content to `sink`, in order of `wishes`.
  ///
  /// - Parameters:
  ///   - wishes: the contents wanted.
  ///   - sizes: of a blob, before the filters; nil when it is not here.
  ///   - large: opens the file that a large content goes to; the descriptor is closed afterwards.
  ///   - sink: takes a content held in memory.
  /// - Throws: `RestoreError` of the first path whose content cannot be had.
  package func deliver(
    _ wishes: [Wish], sizes: (ObjectID) throws(RestoreError) -> ByteCount?,
    large: (Wish) throws(RestoreError) -> Int32, sink: (Wish, [UInt8]) throws(RestoreError) -> Void
  ) throws(RestoreError) {
    if self.attributes.isEmpty || self.hasIndex {
      try self.deliver(wishes, sizes, large, sink)
      return
    }
    let scratch: Scratch
    do {
      scratch = try Scratch(below: self.repository.location.ownFolder)
    } catch {
      throw .store(error)
    }
    let content = SmudgedContent(self, index: scratch.folder.appending("index"))
    try content.fillIndex(wishes)
    try content.deliver(wishes, sizes, large, sink)
  }

  private func fillIndex(_ wishes: [Wish]) throws(RestoreError) {
    var entries = self.attributes.entries
    for wish in wishes { entries[wish.path] = wish.entry }
    let lines = entries.flatMap { (path, entry) -> [UInt8] in
      Array("\(entry.mode.octal) \(entry.id.hex)\t".utf8) + path.bytes + [0]
    }
    let result = try self.run(
      ["update-index", "-z", "--index-info"], ["core.splitIndex=false"], input: lines)
    guard result.succeeded else { throw .content(wishes[0].path, cause: result.complaint) }
  }

  private func deliver(
    _ wishes: [Wish], _ sizes: (ObjectID) throws(RestoreError) -> ByteCount?,
    _ large: (Wish) throws(RestoreError) -> Int32,
    _ sink: (Wish, [UInt8]) throws(RestoreError) -> Void
  ) throws(RestoreError) {
    let filtered = try self.filtered(wishes)
    var batch: [Wish] = []
    var bytes = 0
    for wish in wishes {
      // A blob that is not here is fetched by git in a partial clone, and refused below elsewhere.
      let size = try sizes(wish.entry.id)?.bytes ?? 0
      let isAlone =
        wish.entry.mode == .symlink || size > Self.togetherUpTo || filtered.contains(wish.path)
        || Self.isAwkward(wish.path)
      if isAlone {
        try self.flush(&batch, sink)
        bytes = 0
        try self.deliverAlone(wish, large, sink)
        continue
      }
      batch.append(wish)
      bytes += size
      if bytes > Self.batchBytes {
        try self.flush(&batch, sink)
        bytes = 0
      }
    }
    try self.flush(&batch, sink)
  }

  /// Paths with a filter, whose content can be of any size.
  private func filtered(_ wishes: [Wish]) throws(RestoreError) -> Set<GitPath> {
    var sources = AttributeSources(
      self.repository, environment: self.environment, inIndex: self.attributes.blobs)
    let wishes = wishes.filter { sources.mention(in: $0.path.parent).external }
    if wishes.isEmpty { return [] }
    let result = try self.run(
      ["check-attr", "-z", "--stdin", "filter"], input: wishes.flatMap { $0.path.bytes + [0] })
    guard result.succeeded else { throw .content(wishes[0].path, cause: result.complaint) }
    let fields = result.output.split(separator: 0, omittingEmptySubsequences: false)
    var found: Set<GitPath> = []
    for index in stride(from: 0, to: fields.count - 2, by: 3) {
      let value = fields[index + 2]
      if !value.elementsEqual("unspecified".utf8) && !value.elementsEqual("unset".utf8) {
        found.insert(GitPath(bytes: fields[index]))
      }
    }
    return found
  }

  /// A line of `cat-file --batch` holds neither a newline nor blanks at the start of a path.
  private static func isAwkward(_ path: GitPath) -> Bool {
    path.bytes.contains(UInt8(ascii: "\n")) || path.bytes.first == UInt8(ascii: " ")
      || path.bytes.first == 0x09
  }

  private func deliverAlone(
    _ wish: Wish, _ large: (Wish) throws(RestoreError) -> Int32,
    _ sink: (Wish, [UInt8]) throws(RestoreError) -> Void
  ) throws(RestoreError) {
    if wish.entry.mode == .symlink {
      let result = try self.run(["cat-file", "blob", CommandWord(wish.entry.id)])
      guard result.succeeded else { throw .content(wish.path, cause: result.complaint) }
      try sink(wish, result.output)
      return
    }
    let descriptor = try large(wish)
    defer { close(descriptor) }
    let result: ChildProcess.Result
    do {
      let named: [CommandWord] =
        self.hasIndex
        ? [CommandWord(":0:") + CommandWord(wish.path)]
        : [CommandWord("--path=") + CommandWord(wish.path), CommandWord(wish.entry.id)]
      result = try self.git.finish(
        self.git.start(
          ["cat-file", "--filters"] + named, settings: self.settings, outputTo: descriptor))
    } catch {
      throw .git(error)
    }
    guard result.succeeded else { throw .content(wish.path, cause: result.complaint) }
  }

  /// Several contents of one git process.
  ///
  /// The sizes it prints are those before the filters, so a line that no content holds parts them.
  private func flush(
    _ batch: inout [Wish], _ sink: (Wish, [UInt8]) throws(RestoreError) -> Void
  ) throws(RestoreError) {
    if batch.isEmpty { return }
    defer { batch = [] }
    var random = SystemRandomNumberGenerator()
    let mark = "pulsar-\(String(random.next(), radix: 16))\(String(random.next(), radix: 16))"
    // git looks at the index for attributes only when it had to read it for an object.
    let opening = self.hasIndex ? Array(":0:.git\n".utf8) : []
    let answer = self.hasIndex ? Array(":0:.git missing\n".utf8) : []
    var input = opening
    for wish in batch {
      input += Array("\(wish.entry.id.hex) ".utf8) + wish.path.bytes + [UInt8(ascii: "\n")]
    }
    let result = try self.run(
      ["cat-file", CommandWord("--batch=\(mark) %(objectname)"), "--filters"], input: input)
    var rest = result.output[...]
    if rest.starts(with: answer) { rest = rest.dropFirst(answer.count) }
    for (index, wish) in batch.enumerated() {
      let header = Array("\(mark) \(wish.entry.id.hex)\n".utf8)
      let following =
        index + 1 < batch.count
        ? Array("\n\(mark) \(batch[index + 1].entry.id.hex)\n".utf8) : [UInt8(ascii: "\n")]
      let end: Int?
      if index + 1 < batch.count {
        end = Self.firstIndex(of: following, in: rest)
      } else {
        end = result.succeeded && rest.last == UInt8(ascii: "\n") ? rest.endIndex - 1 : nil
      }
      guard rest.starts(with: header), let end, end >= rest.startIndex + header.count else {
        let complaint =
          result.succeeded ? "object \(wish.entry.id.short) is missing" : result.complaint
        throw .content(wish.path, cause: complaint)
      }
      try sink(wish, Array(rest[(rest.startIndex + header.count)..<end]))
      rest = rest[(end + 1)...]
    }
  }

  private static func firstIndex(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    // Every mark begins with a newline.
    bytes.withUnsafeBytes { whole in
      guard let start = whole.baseAddress else { return nil }
      var offset = 0
      while offset + pattern.count <= whole.count,
        let found = memchr(start + offset, Int32(UInt8(ascii: "\n")), whole.count - offset)
      {
        offset = UnsafeRawPointer(found) - start
        if whole[offset...].starts(with: pattern) { return bytes.startIndex + offset }
        offset += 1
      }
      return nil
    }
  }

  /// In a sparse check-out in cone mode git would take no attributes of folders outside from an index.
  private var settings: [String] { self.hasIndex ? ["core.sparseCheckout=false"] : [] }

  private func run(
    _ arguments: [CommandWord], _ settings: [String] = [], input: [UInt8] = []
  ) throws(RestoreError) -> ChildProcess.Result {
    do {
      return try self.git.run(arguments, settings: self.settings + settings, input: input)
    } catch {
      throw .git(error)
    }
  }
}
