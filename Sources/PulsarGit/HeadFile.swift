internal import PulsarCore
internal import PulsarEngine

/// HEAD and loose or packed refs as files: a look that costs no process.
///
/// Source: gitrepository-layout(5). Anything that is not in the common form gives nil, and git is asked.
enum HeadFile {
  /// Where HEAD points; nil when only git can tell.
  static func head(_ location: RepositoryLocation) -> Head? {
    // A repository whose refs are not files says so by a HEAD that names no branch.
    guard let line = self.line(of: location.gitDir.appending("HEAD")) else { return nil }
    if let commit = ObjectID(hex: line) { return .detached(commit) }
    guard line.starts(with: "ref: refs/heads/".utf8) else { return nil }
    let ref = RefName(bytes: Array(line.dropFirst("ref: ".utf8.count)))
    if ref.displayed == "refs/heads/.invalid" { return nil }
    let branch = Branch(name: Array(ref.bytes.dropFirst("refs/heads/".utf8.count)))
    switch self.value(of: ref, in: location) {
    case .at(let commit): return .branch(branch, commit)
    case .absent: return .unborn(branch)
    case .unclear: return nil
    }
  }

  enum Value: Equatable {
    case at(ObjectID)
    case absent
    case unclear
  }

  /// What a ref of the common folder points to.
  static func value(of ref: RefName, in location: RepositoryLocation) -> Value {
    if let line = self.line(of: location.commonDir.appending(ref.bytes)) {
      return ObjectID(hex: line).map { .at($0) } ?? .unclear
    }
    return self.packedValue(of: ref, in: location)
  }

  /// The same as the file of packed refs has it, which counts where there is no file of the ref's own.
  static func packedValue(of ref: RefName, in location: RepositoryLocation) -> Value {
    guard FileStamp.of(location.commonDir.appending("packed-refs")) != nil else { return .absent }
    guard let packed = self.bytes(of: location.commonDir.appending("packed-refs")) else {
      return .unclear
    }
    let wanted = [UInt8(ascii: " ")] + ref.bytes
    var rest = packed[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      guard line.count == wanted.count + 40 || line.count == wanted.count + 64,
        line.suffix(wanted.count).elementsEqual(wanted)
      else { continue }
      return ObjectID(hex: line.dropLast(wanted.count)).map { .at($0) } ?? .unclear
    }
    return .absent
  }

  /// The first line of a small file; nil when there is none.
  static func line(of path: GitPath) -> [UInt8]? {
    self.bytes(of: path).map { Array($0.prefix { $0 != UInt8(ascii: "\n") }) }
  }

  static func bytes(of path: GitPath) -> [UInt8]? {
    guard let reader = try? StableReader(root: path.parent) else { return nil }
    defer { reader.end() }
    let limit = ByteCount(256 << 20)
    guard
      case .file(let bytes, _) = reader.read(
        GitPath(bytes: path.name), limit: limit, memory: limit.bytes)
    else { return nil }
    return bytes
  }
}
