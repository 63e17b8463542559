import PulsarCore
import PulsarGit
import TestSupport

/// One thing that happens in a working tree.
enum Edit: CustomStringConvertible {
  case write(Bytes, Content, isExecutable: Bool)
  /// A file of rules in a folder.
  case rules(Bytes, Bytes, Bytes)
  case delete(Bytes)
  case rename(Bytes, Bytes)
  case flipMode(Bytes)
  case link(Bytes, to: Bytes)
  case makeFolder(Bytes)
  case swapCase(Bytes)
  case add(Bytes)
  case addForced(Bytes)
  case intendToAdd(Bytes)
  case removeFromIndex(Bytes)
  case addAll
  case commit
  case checkout(String)
  case reset

  enum Content: Int, CaseIterable {
    case empty, one, two, crlf, mixed, loneCR, binary, large, ident

    var bytes: Bytes {
      switch self {
      case .empty: ""
      case .one: "1\n"
      case .two: "2\n"
      case .crlf: "a\r\nb\r\n"
      case .mixed: "a\r\nb\nc"
      case .loneCR: "a\rb\r\n"
      case .binary: Bytes([0, 13, 10, 0xFF, 13, 10])
      case .large: Bytes((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7) | 1 })
      case .ident: "$Id$\n"
      }
    }
  }

  var description: String {
    func shown(_ path: Bytes) -> String { GitPath(bytes: path.array).displayed }
    return switch self {
    case .write(let path, let content, let isExecutable):
      "write \(shown(path)) (\(content)\(isExecutable ? ", executable" : ""))"
    case .rules(let folder, let name, let text):
      "write \(name) in '\(folder)': \(GitPath(bytes: text.array).displayed)"
    case .delete(let path): "delete \(shown(path))"
    case .rename(let old, let new): "rename \(shown(old)) to \(shown(new))"
    case .flipMode(let path): "flip the executable bit of \(shown(path))"
    case .link(let path, let target): "link \(shown(path)) to \(shown(target))"
    case .makeFolder(let path): "make the folder \(shown(path))"
    case .swapCase(let path): "swap the case of \(shown(path))"
    case .add(let path): "git add \(shown(path))"
    case .addForced(let path): "git add -f \(shown(path))"
    case .intendToAdd(let path): "git add -N \(shown(path))"
    case .removeFromIndex(let path): "git rm -r --cached \(shown(path))"
    case .addAll: "git add -A"
    case .commit: "git commit"
    case .checkout(let branch): "git checkout -f \(branch)"
    case .reset: "git reset"
    }
  }

  // MARK: random ones

  private static let folders: [Bytes] = ["", "", "", "d", "d", "d/e", "D", Bytes([0xFE, 0x64])]
  private static let names: [Bytes] = [
    "a", "A", "b", "d", "e", "e.txt", "x.log", "keep.log", "k", "a b", "q\"u\\ote", "new\nline",
    Bytes([0xFF, 0x61]), "é", "-dash", "a.b", "a-b", ".hidden", "[a]*",
    Bytes([UInt8](repeating: 0x6C, count: 200)),
  ]
  private static let patterns: [Bytes] = [
    "*.log", "!keep.log", "a*", "/d", "d/", "!d/e", "d/*", "!a", "b", "\\!x", "**/e", "e.txt", "*",
    "!*/", "/a b", "# no", " ", "!e.txt", "d/**", "[ab]", "é",
  ]
  private static let attributes: [Bytes] = [
    "* text=auto\n", "*.txt text\n", "*.txt -text\n", "* -text\n", "e* text eol=crlf\n", "",
    "* text=auto eol=lf\n", "a ident\n", "*.txt text working-tree-encoding=ISO-8859-1\n",
    "d/* binary\n",
  ]

  static func path(_ random: inout SplitMix64) -> Bytes {
    let folder = random.pick(self.folders)
    return folder.array.isEmpty ? random.pick(self.names) : folder / random.pick(self.names)
  }

  /// Anything; when `isQuiet`, only what happens in the working tree, and no rules.
  static func random(_ random: inout SplitMix64, isQuiet: Bool = false) -> Edit {
    switch random.below(isQuiet ? 60 : 100) {
    case ..<28:
      return .write(
        self.path(&random), random.pick(Content.allCases), isExecutable: random.below(6) == 0)
    case ..<36: return .delete(random.below(5) == 0 ? "d" : self.path(&random))
    case ..<42: return .rename(self.path(&random), self.path(&random))
    case ..<46: return .flipMode(self.path(&random))
    case ..<52:
      return .link(
        self.path(&random), to: random.pick(["a", "d", "nowhere", "../out", "e", "/etc"]))
    case ..<55: return .makeFolder(self.path(&random))
    case ..<60: return .swapCase(self.path(&random))
    case ..<68:
      let lines = (0..<(1 + random.below(3))).map { _ in random.pick(self.patterns) + "\n" }
      return .rules(
        random.pick(["", "", "d", "d/e"]), ".gitignore", lines.reduce("") { $0 + $1 })
    case ..<72:
      return .rules(random.pick(["", "d"]), ".gitattributes", random.pick(self.attributes))
    case ..<79: return .add(self.path(&random))
    case ..<82: return .addForced(self.path(&random))
    case ..<86: return .intendToAdd(self.path(&random))
    case ..<90: return .removeFromIndex(random.below(4) == 0 ? "d" : self.path(&random))
    case ..<93: return .addAll
    case ..<96: return .commit
    case ..<99: return .checkout(random.pick(["main", "other"]))
    default: return .reset
    }
  }

  // MARK: doing it

  /// Does it where it can be done; what cannot be done leaves the working tree as it is.
  func apply(to plain: PlainRepository) throws {
    let top = plain.top
    switch self {
    case .write(let path, let content, let isExecutable):
      try Self.clear(path, in: top)
      try Files.write(top / path, content.bytes, mode: isExecutable ? 0o755 : 0o644)
    case .rules(let folder, let name, let text):
      let path = folder.array.isEmpty ? name : folder / name
      try Self.clear(path, in: top)
      try Files.write(top / path, text)
    case .delete(let path): try Self.remove(path, in: top)
    case .rename(let old, let new):
      guard Self.isThere(old, in: top),
        !GitPath(bytes: new.array).isWithin(GitPath(bytes: old.array)),
        !GitPath(bytes: old.array).isWithin(GitPath(bytes: new.array))
      else { return }
      try Self.clear(new, in: top)
      guard Self.isThere(old, in: top) else { return }
      try Files.makeFolder((top / new).parent)
      try Files.rename(top / old, top / new)
    case .flipMode(let path):
      guard Self.isThere(path, in: top), let status = Files.status(top / path), status.isFile else {
        return
      }
      try Files.setMode(top / path, status.mode & 0o100 == 0 ? 0o755 : 0o644)
    case .link(let path, let target):
      try Self.clear(path, in: top)
      try Files.makeLink(top / path, to: target)
    case .makeFolder(let path):
      try Self.clear(path, in: top)
      try Files.makeFolder(top / path)
    case .swapCase(let path):
      let swapped = Bytes(
        path.array.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A ? $0 ^ 0x20 : $0 })
      try Edit.rename(path, swapped).apply(to: plain)
    case .add(let path): try Self.tryGit(["add", "--", CommandWord(bytes: path.array)], plain)
    case .addForced(let path):
      try Self.tryGit(["add", "-f", "--", CommandWord(bytes: path.array)], plain)
    case .intendToAdd(let path):
      try Self.tryGit(["add", "-N", "--", CommandWord(bytes: path.array)], plain)
    case .removeFromIndex(let path):
      try Self.tryGit(
        ["rm", "-r", "-q", "-f", "--cached", "--", CommandWord(bytes: path.array)], plain)
    case .addAll: try Self.tryGit(["add", "-A"], plain)
    case .commit: try Self.tryGit(["commit", "-q", "-m", "work"], plain)
    case .checkout(let branch):
      try Self.tryGit(["checkout", "-q", "-f", CommandWord(branch), "--"], plain)
    case .reset: try Self.tryGit(["reset", "-q"], plain)
    }
  }

  /// git may refuse, as it would a person.
  private static func tryGit(_ arguments: [CommandWord], _ plain: PlainRepository) throws {
    _ = try plain.repository.git.run(arguments)
  }

  /// Whether something is at `path`, with no link on the way there.
  private static func isThere(_ path: Bytes, in top: Bytes) -> Bool {
    var folder = path.parent
    while !folder.array.isEmpty {
      guard Files.status(top / folder)?.isFolder == true else { return false }
      folder = folder.parent
    }
    return Files.exists(top / path)
  }

  private static func remove(_ path: Bytes, in top: Bytes) throws {
    if self.isThere(path, in: top) { try Files.remove(top / path) }
  }

  /// Makes room for something at `path`: nothing is there, and no file or link on the way.
  private static func clear(_ path: Bytes, in top: Bytes) throws {
    var folders: [Bytes] = []
    var folder = path.parent
    while !folder.array.isEmpty {
      folders.append(folder)
      folder = folder.parent
    }
    for folder in folders.reversed() {
      guard let status = Files.status(top / folder) else { break }
      if !status.isFolder { try Files.remove(top / folder) }
    }
    try Files.remove(top / path)
  }
}
