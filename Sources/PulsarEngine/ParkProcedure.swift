package import PulsarCore

/// Puts a stream in the place of another one on the remote, which keeps a ref of its own there and here.
///
/// Two pushes: what is there gets the new ref first. Wherever this ends, also in between, a later run
/// finishes it.
package struct ParkProcedure<Store: SnapshotStore, Target: Remote> {
  private let store: Store
  private let remote: Target
  private let backupBranch: String

  package init(store: Store, remote: Target, backupBranch: String) {
    self.store = store
    self.remote = remote
    self.backupBranch = backupBranch
  }

  package enum Failure: Error {
    /// What is there is kept, but the remote does not let it be replaced.
    case notReplaceable(RemoteError)
    case remote(RemoteError)
    case store(StoreError)
  }

  /// Parks what is at `refs.remote`, then pushes the tip of `refs.stream` over it.
  ///
  /// - Parameters:
  ///   - refs: of the stream that is pushed.
  ///   - found: what is expected there.
  /// - Returns: the tip, and the refs under which `found` is from now on; nil when there is no stream.
  /// - Throws: `Failure`; `found` is still at `refs.remote`, or somebody else moved that.
  package func run(
    _ refs: StreamRefs, over found: ObjectID
  ) throws(Failure) -> (tip: ObjectID, parked: StreamRefs)? {
    guard let (slug, leaf) = StreamRefs.parts(ofStream: refs.stream),
      let tip = try self.storing({ () throws(StoreError) in try self.store.resolve(refs.stream) })
    else { return nil }
    let parked = try self.park(found, at: refs.remote, slug, leaf)
    do {
      try self.remote.push(tip, to: refs.remote, expecting: found)
    } catch {
      switch error {
      case .refused: throw .notReplaceable(error)
      case .movedByOthers:
        // It is where it was: what does not follow from it is not taken.
        if try self.listed(refs.remote) == found { throw .notReplaceable(error) }
        throw .remote(error)
      default: throw .remote(error)
      }
    }
    let now = try self.listed(refs.remote)
    guard now == tip else { throw .remote(.movedByOthers(ref: refs.remote, found: now)) }
    try self.storing { () throws(StoreError) in
      try self.store.move(refs.pushed, from: try self.store.resolve(refs.pushed), to: tip)
    }
    return (tip, parked)
  }

  /// `<slug>-<first digits of the commit>`: four, and more where another commit has that name.
  private func park(
    _ found: ObjectID, at ref: RefName, _ slug: String, _ leaf: [UInt8]
  ) throws(Failure) -> StreamRefs {
    for digits in [4, 8, 16, found.hex.utf8.count] {
      let parked = StreamRefs(
        slug: "\(slug)-\(found.hex.prefix(digits))", leaf: leaf, backupBranch: self.backupBranch)
      guard try self.keep(found, of: ref, at: parked.stream) else { continue }
      do {
        try self.remote.push(found, to: parked.remote, expecting: nil)
      } catch {
        // Somebody may have that name: we ourselves, before a crash, or another commit.
        guard case .movedByOthers = error else { throw .remote(error) }
      }
      if try self.listed(parked.remote) == found { return parked }
    }
    throw .remote(.movedByOthers(ref: ref, found: found))
  }

  /// Brings `found` here under a ref.
  ///
  /// - Returns: false when another commit has that ref.
  private func keep(
    _ found: ObjectID, of remoteRef: RefName, at ref: RefName
  ) throws(Failure) -> Bool {
    let present = try self.storing { () throws(StoreError) in try self.store.resolve(ref) }
    if let present { return present == found }
    do {
      try self.remote.fetch([(from: remoteRef, to: ref)])
    } catch {
      throw .remote(error)
    }
    let fetched = try self.storing { () throws(StoreError) in try self.store.resolve(ref) }
    if fetched != found {
      // Moved since it was looked at: this ref has the name of another commit.
      try self.storing { () throws(StoreError) in
        try self.store.move(ref, from: fetched, to: nil)
      }
      throw .remote(.movedByOthers(ref: remoteRef, found: fetched))
    }
    try self.storing { () throws(StoreError) in try self.store.makeDurable(ref) }
    return true
  }

  private func listed(_ ref: RefName) throws(Failure) -> ObjectID? {
    do {
      return try self.remote.resolve(ref)
    } catch {
      throw .remote(error)
    }
  }

  private func storing<Value>(_ body: () throws(StoreError) -> Value) throws(Failure) -> Value {
    do {
      return try body()
    } catch {
      throw .store(error)
    }
  }
}
