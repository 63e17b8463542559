package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A ref of ours that leads to no capture.
///
/// It is cut short by a power cut, overwritten, or at an object that is gone. What it holds is
/// never thrown away, only moved out of the way.
package struct DamagedRef: Sendable {
  package let ref: RefName
  /// What is wrong with it, in words that go behind its name.
  package let fault: String
  private let location: RepositoryLocation
  /// Where it points, if anywhere.
  package let id: ObjectID?
  /// Whether it has a file of its own, which is kept as it is.
  private let isLoose: Bool

  /// Looks at a ref.
  ///
  /// - Parameters:
  ///   - ref: the one to look at.
  ///   - location: where its file would be.
  ///   - store: reads what it points to.
  ///   - deeply: looks at every folder of the commit and at what it changed, too; that takes a while.
  /// - Returns: nil when it is sound, or not there.
  /// - Throws: `StoreError` when the refs cannot be read at all.
  package static func find(
    _ ref: RefName, in location: RepositoryLocation, _ store: some SnapshotStore,
    deeply: Bool = false
  ) throws(StoreError) -> DamagedRef? {
    guard let bytes = HeadFile.bytes(of: location.commonDir.appending(ref.bytes)) else {
      guard let id = try store.resolve(ref), let fault = self.fault(of: id, store, deeply) else {
        return nil
      }
      return DamagedRef(ref: ref, fault: fault, location: location, id: id, isLoose: false)
    }
    var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    while line.last == UInt8(ascii: " ") || line.last == UInt8(ascii: "\r") { line.removeLast() }
    let id = ObjectID(hex: line)
    let fault: String?
    if let id {
      fault = self.fault(of: id, store, deeply)
    } else {
      fault = line.isEmpty ? "is empty" : "holds no id of a capture"
    }
    return fault.map {
      DamagedRef(ref: ref, fault: $0, location: location, id: id, isLoose: true)
    }
  }

  /// Whether a capture and all folders in it can be read, and the files are there that no commit before
  /// has.
  package static func isSound(capture id: ObjectID, _ store: some SnapshotStore) -> Bool {
    self.fault(of: id, store, true) == nil
  }

  /// Whether a commit and all folders in it can be read.
  package static func isReadable(_ id: ObjectID, _ store: some SnapshotStore) -> Bool {
    let tree = try? store.commit(id).tree
    return tree.map { (try? store.compare(nil, $0, countingLinesUpTo: 0)) != nil } ?? false
  }

  private static func fault(
    of id: ObjectID, _ store: some SnapshotStore, _ deeply: Bool
  ) -> String? {
    let record: CommitRecord
    do {
      record = try store.commit(id)
    } catch {
      return "is at \(id.short), which is missing, damaged or no commit"
    }
    do {
      if deeply {
        _ = try store.compare(nil, record.tree, countingLinesUpTo: 0)
        try store.confirmContent(of: record)
      }
      return nil
    } catch {
      return "is at \(id.short), of which a part is missing or damaged"
    }
  }

  /// Moves the ref out of the way.
  ///
  /// The caller holds the repository's lock. An older packed value of the same name may come to
  /// light.
  ///
  /// - Returns: the file that keeps what it held.
  /// - Throws: `StoreError`; the ref is as it was then.
  package func park(_ store: some SnapshotStore) throws(StoreError) -> GitPath {
    let own = self.location.commonDir.appending("pulsar")
    let folder = own.appending("parked")
    try Scratch.makeFolder(own)
    try Scratch.makeFolder(folder)
    let name = self.ref.bytes.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "-") : $0 }
    var number = 1
    var kept = folder.appending(name.suffix(200) + Array(".1".utf8))
    while FileStamp.of(kept) != nil {
      number += 1
      kept = folder.appending(name.suffix(200) + Array(".\(number)".utf8))
    }
    if let id, !self.isLoose {
      Scratch.replace(kept, with: Array("\(id.hex)\n".utf8))
      guard FileStamp.of(kept) != nil else { throw Scratch.failure("writing", kept) }
      try store.move(self.ref, from: id, to: nil)
    } else {
      let loose = self.location.commonDir.appending(self.ref.bytes)
      guard loose.withCString({ from in kept.withCString { rename(from, $0) } }) == 0 else {
        throw Scratch.failure("moving", loose)
      }
    }
    for path in [kept, folder, own] { try DurableFiles.sync(path, orMissing: false) }
    return kept
  }
}
