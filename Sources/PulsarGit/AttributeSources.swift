internal import PulsarCore

/// Which files may hold attributes that change content on its way into an object, and what could.
///
/// Only tells when git need not be asked: a content is stored as it is when no source that could
/// concern its path mentions a conversion it is subject to.
///
/// Source: gitattributes(5).
struct AttributeSources {
  /// `core.attributesFile` where it is a relative path, made absolute; else nil.
  ///
  /// git takes it from the folder it runs in, which is the top of the working tree.
  static func relativeFile(_ repository: Repository) -> GitPath? {
    guard let named = repository.config.bytes("core.attributesfile"), !named.isEmpty else {
      return nil
    }
    // Those that begin so are for git to resolve.
    let isSpecial = ["/", "~", "%(prefix)/"].contains { named.starts(with: $0.utf8) }
    return isSpecial ? nil : repository.location.worktree.appending(named)
  }

  /// What the sources that concern one folder mention.
  struct Mention {
    /// `filter`, `working-tree-encoding`, `ident`, or a macro that could mean them.
    var external: Bool
    /// `text`, `eol`, `crlf` or `auto`.
    var lineEndings: Bool
    /// Changes when any of the sources does.
    var fingerprint: UInt64
  }

  private let root: GitPath
  private let shared: Mention
  private let inIndex: [GitPath: [ObjectID]]
  private var folders: [GitPath: Mention] = [:]

  /// - Parameters:
  ///   - repository: whose attributes they are.
  ///   - environment: says where git looks for attributes.
  ///   - inIndex: the attribute files that the index holds, with their blobs. They count where there
  ///     is no file on disk: in a sparse check-out, or when it was deleted.
  init(_ repository: Repository, environment: [CommandWord], inIndex: [GitPath: [ObjectID]]) {
    self.inIndex = inIndex
    self.root = repository.location.worktree
    func variable(_ name: String) -> GitPath? {
      let prefix = Array("\(name)=".utf8)
      guard let found = environment.last(where: { $0.bytes.starts(with: prefix) }) else {
        return nil
      }
      let value = GitPath(bytes: Array(found.bytes.dropFirst(prefix.count)))
      return value.isRoot ? nil : value
    }
    var sources = [
      GitPath("/etc/gitattributes"),
      repository.location.commonDir.appending("info").appending("attributes"),
    ]
    if let path = Self.relativeFile(repository) {
      sources.append(path)
    } else if let named = repository.config.bytes("core.attributesfile") {
      var path = GitPath(bytes: named)
      if path.bytes.starts(with: "~/".utf8), let home = variable("HOME") {
        path = home.appending(Array(path.bytes.dropFirst(2)))
      }
      sources.append(path)
    } else if let folder = variable("XDG_CONFIG_HOME") ?? variable("HOME")?.appending(".config") {
      sources.append(folder.appending("git").appending("attributes"))
    }
    let config = repository.config
    var mention = Mention(external: false, lineEndings: false, fingerprint: Self.mix(0, []))
    if let auto = config.text("core.autocrlf")?.lowercased(), config.flag("core.autocrlf") != false
    {
      mention.lineEndings = true
      mention.fingerprint = Self.mix(mention.fingerprint, auto.utf8.map(Int64.init))
    }
    for key in ["core.eol"] + config.keys(withPrefix: "filter.") {
      let text = "\(key)=\(config.text(key) ?? "")"
      mention.fingerprint = Self.mix(mention.fingerprint, text.utf8.map(Int64.init))
    }
    for source in sources {
      Self.read(source, into: &mention)
      // `~somebody/` and the like: git knows what they mean.
      if !source.isAbsolute {
        mention.external = true
        mention.lineEndings = true
      }
    }
    self.shared = mention
  }

  /// What concerns the files in `folder`, a path in the working tree.
  mutating func mention(in folder: GitPath) -> Mention {
    if let known = self.folders[folder] { return known }
    var mention = folder.isRoot ? self.shared : self.mention(in: folder.parent)
    let path = folder.appending(".gitattributes")
    if !Self.read(self.root.appending(path), into: &mention), let blobs = self.inIndex[path] {
      // What they say is for git to read.
      mention.external = true
      mention.lineEndings = true
      for blob in blobs {
        mention.fingerprint = Self.mix(mention.fingerprint, blob.bytes.map(Int64.init))
      }
    }
    self.folders[folder] = mention
    return mention
  }

  /// - Returns: whether there is a file to be read.
  @discardableResult
  private static func read(_ path: GitPath, into mention: inout Mention) -> Bool {
    guard let stamp = FileStamp.of(path) else { return false }
    mention.fingerprint = self.mix(mention.fingerprint, stamp.numbers)
    guard stamp.isFile, let bytes = self.contents(of: path) else {
      mention.external = true
      mention.lineEndings = true
      return false
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for word in ["filter", "working-tree-encoding", "ident", "[attr]"] where text.contains(word) {
      mention.external = true
    }
    for word in ["text", "eol", "crlf", "auto"] where text.contains(word) {
      mention.lineEndings = true
    }
    return true
  }

  private static func contents(of path: GitPath) -> [UInt8]? {
    guard let reader = try? StableReader(root: path.parent) else { return nil }
    defer { reader.end() }
    let limit = ByteCount(1 << 20)
    guard
      case .file(let bytes, _) = reader.read(
        GitPath(bytes: path.name), limit: limit, memory: limit.bytes)
    else { return nil }
    return bytes
  }

  private static func mix(_ seed: UInt64, _ numbers: [Int64]) -> UInt64 {
    var hash = FNV1a(seed: seed)
    for number in numbers { hash.add(word: UInt64(bitPattern: number)) }
    return hash.value
  }
}
