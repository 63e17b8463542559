internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// What the newest capture left out, for `status`; one small file a working tree.
struct SkippedState {
  private static let header = "git-pulsar skipped 1"
  private let path: GitPath

  init(_ location: RepositoryLocation) { self.path = location.ownFolder.appending("skipped") }

  /// Writes the list down. One that cannot be written stops nothing: the capture says how many.
  func remember(_ skipped: [SkippedPath]) {
    if skipped.isEmpty {
      _ = try? AtomicFile.remove(self.path)
      return
    }
    var bytes = Array(Self.header.utf8) + [0]
    for item in skipped {
      bytes +=
        Array("\(item.reason.keyword)\n\(Self.detail(item.reason))\n".utf8) + item.path.bytes + [0]
    }
    _ = try? AtomicFile.replace(self.path, with: bytes, mode: 0o600)
  }

  func load() -> [SkippedPath] {
    guard let bytes = try? AtomicFile.read(self.path, limit: 16 << 20) else { return [] }
    let records = bytes.split(separator: 0)
    guard records.first?.elementsEqual(Self.header.utf8) == true else { return [] }
    return records.dropFirst().compactMap { record in
      let fields = record.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      let detail = String(decoding: fields[1], as: UTF8.self)
      let reason: SkippedPath.Reason
      switch String(decoding: fields[0], as: UTF8.self) {
      case "too-large": reason = .tooLarge(ByteCount(Int(detail) ?? 0))
      case "unreadable": reason = .unreadable(detail)
      case "kept-changing": reason = .keptChanging
      case "not-a-file": reason = .notAFile
      case "filter-failed": reason = .filterFailed(detail)
      case "refused-name": reason = .refusedName
      default: return nil
      }
      return SkippedPath(path: GitPath(bytes: Array(fields[2])), reason: reason)
    }
  }

  private static func detail(_ reason: SkippedPath.Reason) -> String {
    switch reason {
    case .tooLarge(let size): String(size.bytes)
    case .unreadable(let words), .filterFailed(let words):
      words.filter { !$0.isNewline && $0 != "\0" }
    case .keptChanging, .notAFile, .refusedName: ""
    }
  }
}
