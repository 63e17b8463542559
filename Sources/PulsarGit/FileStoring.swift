internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Files on their way into a store: read by us, converted by git where attributes ask for it, and
/// not read at all where the cache knows them.
struct FileStoring<Store: SnapshotStore> {
  let repository: Repository
  /// git at the top of the working tree; its variables say where objects go.
  let git: GitProgram
  let reader: StableReader
  let cache: StatCache
  var sources: AttributeSources
  let store: Store

  /// A file up to this size is held in memory while it is stored.
  private static var memory: Int { 1 << 20 }
  /// So much content is gathered before it is written in one go.
  private static var batchBytes: Int { 12 << 20 }

  /// One file on its way into the store.
  private struct Pending {
    let index: Int
    let path: GitPath
    let mode: FileMode
    let stamp: FileStamp
    let conversion: UInt64
    let bytes: [UInt8]
    let readAt: timespec
    let comparedWith: ObjectID?
  }

  /// - Parameters:
  ///   - paths: what a scan says of each.
  ///   - limit: larger files are left out.
  /// - Returns: one outcome a path, in order; `gone` for those that were not to be read.
  /// - Throws: `StoreError` when an object cannot be written.
  mutating func outcomes(
    of paths: [ScannedPath], limit: ByteCount
  ) throws(StoreError) -> [FileOutcome] {
    var outcomes = [FileOutcome](repeating: .gone, count: paths.count)
    let names = self.repository.refusedNames
    let known = try self.known(paths, limit, names)
    var raw: [Pending] = []
    var rawBytes = 0
    var toConvert: [Pending] = []
    var convertBytes = 0
    for (index, scanned) in paths.enumerated() {
      guard case .read(let knownMode, let indexBlob) = scanned.verdict else { continue }
      let path = scanned.path
      if names.refuses(path) {
        outcomes[index] = .skipped(.refusedName)
        continue
      }
      if let entry = known[index] {
        outcomes[index] = .stored(entry)
        continue
      }
      let mention = self.sources.mention(in: path.parent)
      let mayConvert = mention.external || mention.lineEndings
      let now = StatCache.now()
      let content = self.reader.read(
        path, limit: limit, memory: mayConvert ? limit.bytes : Self.memory)
      switch content {
      case .gone: outcomes[index] = .gone
      case .folder: outcomes[index] = .gone
      case .skipped(let reason): outcomes[index] = .skipped(reason)
      case .large:
        outcomes[index] = try self.storeLarge(
          path, knownMode, limit: limit, conversion: mention.fingerprint)
      case .link where names.refuses(path, isLink: true): outcomes[index] = .skipped(.refusedName)
      case .link(let target, let stamp):
        raw.append(
          Pending(
            index: index, path: path, mode: .symlink, stamp: stamp,
            conversion: mention.fingerprint, bytes: target, readAt: now,
            comparedWith: nil))
        rawBytes += target.count
      case .file(let bytes, let stamp):
        let mode = self.mode(stamp, knownMode)
        let pending = Pending(
          index: index, path: path, mode: mode, stamp: stamp, conversion: mention.fingerprint,
          bytes: bytes, readAt: now, comparedWith: indexBlob)
        let isAsked =
          mode != .symlink
          && (mention.external || (mention.lineEndings && Self.hasCarriageReturn(bytes)))
        if isAsked {
          toConvert.append(pending)
          convertBytes += bytes.count
        } else {
          raw.append(pending)
          rawBytes += bytes.count
        }
      }
      if rawBytes >= Self.batchBytes {
        try self.flush(&raw, &outcomes)
        rawBytes = 0
      }
      if convertBytes >= Self.batchBytes {
        try self.convert(&toConvert, &outcomes)
        convertBytes = 0
      }
    }
    try self.convert(&toConvert, &outcomes)
    try self.flush(&raw, &outcomes)
    return outcomes
  }

  /// The entries of files that the cache knows and whose blobs are here, by index; asked together.
  private mutating func known(
    _ paths: [ScannedPath], _ limit: ByteCount, _ names: RefusedNames
  ) throws(StoreError) -> [Int: TreeEntry] {
    var entries: [Int: TreeEntry] = [:]
    for (index, scanned) in paths.enumerated() {
      guard case .read(let knownMode, _) = scanned.verdict,
        let stamp = self.reader.stamp(scanned.path), stamp.size <= limit.bytes,
        !names.refuses(scanned.path, isLink: stamp.isLink)
      else { continue }
      let fingerprint = self.sources.mention(in: scanned.path.parent).fingerprint
      if let entry = self.cache.entry(scanned.path, stamp, conversion: fingerprint) {
        entries[index] = self.adjusted(entry, stamp, knownMode)
      }
    }
    let here = try self.store.blobSizes(entries.values.map(\.id))
    return entries.filter { here[$0.value.id] != nil }
  }

  private func flush(
    _ pending: inout [Pending], _ outcomes: inout [FileOutcome]
  ) throws(StoreError) {
    if pending.isEmpty { return }
    let ids = try self.store.writeBlobs(pending.map(\.bytes))
    for (file, id) in zip(pending, ids) { self.finish(file, id, &outcomes) }
    pending = []
  }

  private func finish(_ file: Pending, _ id: ObjectID, _ outcomes: inout [FileOutcome]) {
    let entry = TreeEntry(mode: file.mode, id: id)
    outcomes[file.index] = .stored(entry)
    self.cache.keep(
      file.path, .init(stamp: file.stamp, entry: entry, conversion: file.conversion),
      readAt: file.readAt)
  }

  private func storeLarge(
    _ path: GitPath, _ knownMode: FileMode?, limit: ByteCount, conversion: UInt64
  ) throws(StoreError) -> FileOutcome {
    let now = StatCache.now()
    let (id, stamp, skipped) = try self.reader.stream(path, limit: limit) {
      (size, read) throws(StoreError) -> ObjectID? in
      try self.store.writeBlob(size: size) { (buffer) throws(StoreError) in read(buffer) }
    }
    if let skipped { return .skipped(skipped) }
    guard let id, let stamp else { return .gone }
    let entry = TreeEntry(mode: self.mode(stamp, knownMode), id: id)
    self.cache.keep(
      path, .init(stamp: stamp, entry: entry, conversion: conversion), readAt: now)
    return .stored(entry)
  }

  /// Has git convert files whose attributes may ask for it; those that turn out not to are stored
  /// as they are.
  private func convert(
    _ pending: inout [Pending], _ outcomes: inout [FileOutcome]
  ) throws(StoreError) {
    if pending.isEmpty { return }
    let cleaning = GitCleaning(self.repository, self.git)
    let plans = try cleaning.plans(for: pending.map { ($0.path, $0.bytes) })
    var raw: [Pending] = []
    var staged: [Pending] = []
    for (file, plan) in zip(pending, plans) {
      switch plan {
      case .asIs: raw.append(file)
      case .stage: staged.append(file)
      }
    }
    let results = try cleaning.stage(
      staged.map {
        .init(
          path: $0.path, bytes: $0.bytes, isExecutable: $0.mode == .executable,
          comparedWith: $0.comparedWith)
      })
    for (file, result) in zip(staged, results) {
      switch result {
      case .success(let id): self.finish(file, id, &outcomes)
      case .failure(let reason): outcomes[file.index] = .skipped(reason)
      }
    }
    pending = []
    try self.flush(&raw, &outcomes)
  }

  /// The mode git would record, where it does not trust the file system.
  private func mode(_ stamp: FileStamp, _ known: FileMode?) -> FileMode {
    if self.repository.config.flag("core.symlinks") == false, known == .symlink { return .symlink }
    if self.repository.config.flag("core.filemode") == false {
      return known == .executable ? .executable : .file
    }
    return stamp.isExecutable ? .executable : .file
  }

  private func adjusted(_ entry: TreeEntry, _ stamp: FileStamp, _ known: FileMode?) -> TreeEntry {
    stamp.isLink ? entry : TreeEntry(mode: self.mode(stamp, known), id: entry.id)
  }

  private static func hasCarriageReturn(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return false }
      return memchr(base, 13, raw.count) != nil
    }
  }
}
