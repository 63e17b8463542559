internal import PulsarCore
internal import PulsarEngine

/// Reads `git status --porcelain=v2 -z --branch --untracked-files=all --no-renames`.
///
/// Source: git-status(1), "Porcelain Format Version 2".
struct StatusParser {
  private(set) var scan: WorktreeScan?
  /// Untracked repositories inside this one, without the slash at the end.
  private(set) var nestedRepositories: [GitPath] = []
  private(set) var movedSubmodules: [GitPath] = []

  private var verdicts: [GitPath: ScannedPath.Verdict] = [:]
  private var index = IndexState()
  private var dirtySubmodules: [GitPath] = []
  private var commit: ObjectID?
  private var branchName: [UInt8]?
  private var isDetached = false

  /// - Throws: `CaptureError.scanFailed` for a line that is not in the format.
  init(_ output: [UInt8]) throws(CaptureError) {
    var rest = output[...]
    while let end = rest.firstIndex(of: 0) {
      let record = rest[..<end]
      rest = rest[(end + 1)...]
      try self.read(record)
    }
    guard rest.isEmpty, let branchName else {
      throw .scanFailed(cause: "git status ended in the middle")
    }
    let head: Head
    if let commit {
      head = isDetached ? .detached(commit) : .branch(Branch(name: branchName), commit)
    } else {
      head = .unborn(Branch(name: branchName))
    }
    var scan = WorktreeScan(head: head)
    scan.paths = self.verdicts.map { ScannedPath(path: $0.key, verdict: $0.value) }
    scan.paths.sort { $0.path < $1.path }
    scan.index = self.index
    scan.dirtySubmodules = self.dirtySubmodules
    self.scan = scan
  }

  private mutating func read(_ record: ArraySlice<UInt8>) throws(CaptureError) {
    switch record.first {
    case UInt8(ascii: "#"): self.readHeader(record)
    case UInt8(ascii: "1"): try self.readOrdinary(record)
    case UInt8(ascii: "u"): try self.readUnmerged(record)
    case UInt8(ascii: "?"):
      guard record.count > 2 else { throw Self.notInFormat }
      self.readUntracked(GitPath(bytes: record.dropFirst(2)))
    default:
      throw .scanFailed(cause: "git status said '\(escapedForDisplay(record.prefix(80)))'")
    }
  }

  private static let notInFormat = CaptureError.scanFailed(
    cause: "git status gave a line we cannot read")

  private mutating func readHeader(_ record: ArraySlice<UInt8>) {
    let words = record.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count == 3 else { return }
    switch String(decoding: words[1], as: UTF8.self) {
    case "branch.oid": self.commit = ObjectID(hex: words[2])
    case "branch.head":
      self.branchName = Array(words[2])
      self.isDetached = words[2].elementsEqual("(detached)".utf8)
    default: break
    }
  }

  /// Parses a record `1 XY sub mH mI mW hH hI path`.
  private mutating func readOrdinary(_ record: ArraySlice<UInt8>) throws(CaptureError) {
    let fields = record.split(
      separator: UInt8(ascii: " "), maxSplits: 8, omittingEmptySubsequences: false)
    guard fields.count == 9, fields[1].count == 2, fields[2].count == 4, !fields[8].isEmpty,
      let indexID = ObjectID(hex: fields[7]),
      let headID = ObjectID(hex: fields[6]), let staged = fields[1].first,
      let unstaged = fields[1].last
    else { throw Self.notInFormat }
    let path = GitPath(bytes: fields[8])
    let indexMode = FileMode(octal: fields[4])
    let indexEntry = indexMode.map { TreeEntry(mode: $0, id: indexID) }

    if staged != UInt8(ascii: ".") {
      self.index.changes.append(
        TreeChange(path: path, entry: staged == UInt8(ascii: "D") ? nil : indexEntry))
    } else if headID.isNull {
      self.index.intentToAdd.append(path)
    }

    if fields[2].first == UInt8(ascii: "S"), indexMode == .gitlink {
      let flags = Array(fields[2])
      if flags[2] == UInt8(ascii: "M") || flags[3] == UInt8(ascii: "U") {
        self.dirtySubmodules.append(path)
      }
      if unstaged == UInt8(ascii: "D") {
        self.put(path, .gone)
      } else if flags[1] == UInt8(ascii: "C") {
        self.movedSubmodules.append(path)
      } else if staged != UInt8(ascii: "."), let indexEntry {
        self.put(path, .entry(indexEntry))
      }
      return
    }
    if FileMode(octal: fields[5]) == .gitlink {
      // A repository stands where a file was tracked.
      self.put(path, .gone)
      self.nestedRepositories.append(path)
      return
    }
    switch unstaged {
    case UInt8(ascii: "."):
      if staged == UInt8(ascii: "D") || indexEntry == nil {
        self.put(path, .gone)
      } else if let indexEntry {
        self.put(path, .entry(indexEntry))
      }
    case UInt8(ascii: "D"): self.put(path, .gone)
    default:
      self.put(
        path,
        .read(
          knownMode: indexMode,
          indexBlob: indexID.isNull || headID.isNull && staged == UInt8(ascii: ".") ? nil : indexID)
      )
    }
  }

  /// Parses a record `u XY sub m1 m2 m3 mW h1 h2 h3 path`.
  private mutating func readUnmerged(_ record: ArraySlice<UInt8>) throws(CaptureError) {
    let fields = record.split(
      separator: UInt8(ascii: " "), maxSplits: 10, omittingEmptySubsequences: false)
    guard fields.count == 11, !fields[10].isEmpty else { throw Self.notInFormat }
    let path = GitPath(bytes: fields[10])
    self.index.unmerged.append(path)
    if fields[6].elementsEqual("000000".utf8) {
      self.put(path, .gone)
    } else if FileMode(octal: fields[6]) == .gitlink {
      self.movedSubmodules.append(path)
    } else {
      self.put(path, .read(knownMode: FileMode(octal: fields[4]), indexBlob: nil))
    }
  }

  private mutating func readUntracked(_ path: GitPath) {
    if path.bytes.last == UInt8(ascii: "/") {
      self.nestedRepositories.append(GitPath(bytes: path.bytes.dropLast()))
    } else {
      self.put(path, .read(knownMode: nil, indexBlob: nil))
    }
  }

  /// A path can come twice: deleted from the index, and untracked in the working tree.
  private mutating func put(_ path: GitPath, _ verdict: ScannedPath.Verdict) {
    if case .gone = verdict, self.verdicts[path] != nil { return }
    self.verdicts[path] = verdict
  }
}
