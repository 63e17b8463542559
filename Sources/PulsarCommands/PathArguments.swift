internal import Foundation
internal import PulsarCore
internal import PulsarGit

/// Paths as a person named them, made relative to the working tree.
struct PathArguments {
  struct Named {
    let path: GitPath
    /// As the person wrote it.
    let text: String
  }

  let named: [Named]
  var paths: [GitPath] { self.named.map(\.path) }

  /// - Parameters:
  ///   - texts: as the parser gave them; repaired where a name is not UTF-8.
  ///   - session: says which folder they are relative to.
  ///   - location: says where the working tree is.
  /// - Throws: a refusal for a path outside the working tree.
  init(_ texts: [String], in session: Session, _ location: RepositoryLocation) throws {
    var raw = Self.rawArguments()
    self.named = try texts.map { text in
      var bytes = Array(text.utf8)
      if var candidates = raw[text], let first = candidates.first {
        bytes = first
        if candidates.count > 1 { candidates.removeFirst() }
        raw[text] = candidates
      }
      let written = GitPath(bytes: bytes)
      guard !bytes.isEmpty else {
        throw Refusal(
          whatFailed: "nothing done", why: "a path is empty", whatToDo: "name a file or a folder")
      }
      let absolute = Self.absolute(written, in: session)
      if let path = absolute.relative(to: location.worktree)
        ?? Self.resolved(absolute)?.relative(to: location.worktree)
      {
        return Named(path: path, text: written.displayed)
      }
      throw Refusal(
        whatFailed: "nothing done", why: "'\(written.displayed)' is outside the working tree",
        whatToDo: "name a path below '\(session.displayed(location.worktree))'")
    }
  }

  /// The arguments by what the parser made of them: it repairs those that are not UTF-8.
  private static func rawArguments() -> [String: [[UInt8]]] {
    var raw: [String: [[UInt8]]] = [:]
    for index in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      let bytes = Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      raw[String(decoding: bytes, as: UTF8.self), default: []].append(bytes)
    }
    return raw
  }

  /// The path as the person means it, without `.`, `..` and doubled slashes.
  static func absolute(_ written: GitPath, in session: Session) -> GitPath {
    self.normalised(written.isAbsolute ? written : session.folder.appending(written))
  }

  /// Without `.`, `..` and doubled slashes.
  private static func normalised(_ path: GitPath) -> GitPath {
    var components: [ArraySlice<UInt8>] = []
    for component in path.components {
      if component.elementsEqual(".".utf8) { continue }
      if component.elementsEqual("..".utf8) {
        _ = components.popLast()
      } else {
        components.append(component)
      }
    }
    return GitPath(bytes: Array("/".utf8) + Array(components.joined(separator: "/".utf8)))
  }

  /// The path with the links above its last name followed; what is not there stays as it is.
  static func resolved(_ path: GitPath) -> GitPath? {
    var rest: [[UInt8]] = [Array(path.name)]
    var folder = path.parent
    while !folder.isRoot {
      let terminated = folder.bytes.map { CChar(bitPattern: $0) } + [0]
      if let real = realpath(terminated, nil) {
        defer { free(real) }
        let top = GitPath(
          bytes: Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
        return rest.reversed().reduce(top) { $0.appending($1) }
      }
      if folder == GitPath("/") { return nil }
      rest.append(Array(folder.name))
      folder = folder.parent
    }
    return nil
  }
}
