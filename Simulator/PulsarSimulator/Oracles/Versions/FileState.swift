internal import PulsarCore
internal import PulsarGit

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What there is at a path of a working tree.
enum FileState: Hashable {
  case absent
  case file([UInt8], isProgram: Bool)
  case link([UInt8])
  /// Another repository, which nobody looks into.
  case repository

  /// As it is on a machine that has not everything.
  ///
  /// Line ends count as one where a machine writes its own; a program is a file like others where there
  /// are none, and a link where there are none is a file that holds where it leads.
  func seen(by node: SimulatedNode) -> FileState {
    switch self {
    case .absent, .repository: return self
    case .link(let target):
      return node.has(.noLinks) ? FileState.file(target, isProgram: false).seen(by: node) : self
    case .file(let bytes, let isProgram):
      let hasOwnEnds = node.has(.autoCRLF) || node.has(.crlf) || node.hasAttributes
      return .file(
        hasOwnEnds ? Self.withoutReturns(bytes) : bytes,
        isProgram: isProgram && !node.has(.noFileMode))
    }
  }

  /// Whether some bytes lie in others; a file may be large, and is looked at often.
  static func has(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      part.withUnsafeBytes { part in
        guard let start = bytes.baseAddress, let wanted = part.baseAddress else { return false }
        var offset = 0
        while offset + part.count <= bytes.count,
          let found = memchr(start + offset, Int32(part[0]), bytes.count - part.count - offset + 1)
        {
          if memcmp(found, wanted, part.count) == 0 { return true }
          offset = UnsafeRawPointer(found) - start + 1
        }
        return false
      }
    }
  }

  private static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
    if !Self.has([0x0D, 0x0A], in: bytes) { return bytes }
    return bytes.indices.compactMap { index in
      bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
        ? nil : bytes[index]
    }
  }

  /// In words for a person: `the file "a\n"`.
  var words: String {
    switch self {
    case .absent: return "nothing"
    case .repository: return "a repository"
    case .link(let target): return "a link to '\(escapedForDisplay(target))'"
    case .file(let bytes, let isProgram):
      let text = String(decoding: bytes.prefix(40), as: UTF8.self).debugDescription
      return (isProgram ? "the program " : "the file ") + text
    }
  }

  /// Reads what lies there.
  init(at path: GitPath, _ status: stat) {
    if status.isFile {
      self = .file(Files.read(path) ?? [], isProgram: status.isProgram)
    } else if status.isLink {
      self = .link(Files.target(of: path))
    } else {
      self = .repository
    }
  }
}

/// What a person sees in a working tree: every file, those that are ignored too.
///
/// Read anew only where the file system says that something may have changed.
struct Sight {
  private(set) var states: [GitPath: FileState] = [:]
  private var stamps: [GitPath: WorktreeState.Stamp] = [:]

  func state(of path: GitPath) -> FileState { self.states[path] ?? .absent }

  /// Looks again.
  ///
  /// - Parameters:
  ///   - folder: the working tree.
  ///   - touched: what was certainly changed: twice within a tick of the file system's clock, a file
  ///     looks as it did; nil: all is read.
  mutating func look(at folder: GitPath, touched: Set<GitPath>? = []) {
    var states: [GitPath: FileState] = [:]
    var stamps: [GitPath: WorktreeState.Stamp] = [:]
    func add(_ name: GitPath) {
      let children = Files.names(in: folder.appending(name))
      if !name.isRoot, children.contains(where: { $0.elementsEqual(".git".utf8) }) {
        states[name] = .repository
        return
      }
      for child in children {
        if name.isRoot && child.elementsEqual(".git".utf8) { continue }
        let path = name.appending(child)
        guard let status = Files.status(folder.appending(path)) else { continue }
        if status.isFolder {
          add(path)
          continue
        }
        let stamp = WorktreeState.Stamp(status)
        stamps[path] = stamp
        if let touched, !touched.contains(path), self.stamps[path] == stamp,
          let known = self.states[path]
        {
          states[path] = known
        } else {
          states[path] = FileState(at: folder.appending(path), status)
        }
      }
    }
    add(.root)
    self.states = states
    self.stamps = stamps
  }

  /// Paths where another sight sees something else, ascending.
  func differences(to other: Sight) -> [GitPath] {
    Set(self.states.keys).union(other.states.keys)
      .filter { self.state(of: $0) != other.state(of: $0) }.sorted()
  }
}
