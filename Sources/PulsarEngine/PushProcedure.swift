package import PulsarCore

/// What a push came to.
package enum PushReport: Hashable, Sendable {
  /// The remote's own list shows the commit.
  case pushed(ObjectID)
  /// The remote had it already, as far as we know; it was not asked.
  case upToDate(ObjectID)
}

/// Brings a stream to the remote: one ref, from the value we know, confirmed by the remote's list.
package struct PushProcedure<Store: SnapshotStore, Target: Remote> {
  private let store: Store
  private let remote: Target
  private let yield: (YieldPoint) -> Void

  package init(store: Store, remote: Target, yield: @escaping (YieldPoint) -> Void = { _ in }) {
    self.store = store
    self.remote = remote
    self.yield = yield
  }

  package enum Failure: Error {
    case remote(RemoteError)
    case store(StoreError)
  }

  /// Pushes the tip of the stream.
  ///
  /// When the remote's ref is not where we left it, but at a capture of this very stream, an earlier
  /// push of ours arrived without our hearing of it, and counts. So does one whose answer was lost:
  /// unless the remote clearly refused it, a failure is followed by a look at the remote's list.
  ///
  /// - Throws: `Failure`; the captures are untouched.
  package func run(_ refs: StreamRefs) throws(Failure) -> PushReport? {
    guard
      let tip = try self.storing({ () throws(StoreError) in try self.store.resolve(refs.stream) })
    else { return nil }
    let noted = try self.storing { () throws(StoreError) in try self.store.resolve(refs.pushed) }
    if noted == tip { return .upToDate(tip) }
    // A stream that began anew after damage must not take the place of what the remote still has.
    var known = try self.isOurs(noted, tip) ? noted : nil
    self.yield(.beforePush)
    for attempt in 0..<2 {
      var failure: RemoteError?
      do {
        try self.remote.push(tip, to: refs.remote, expecting: known)
      } catch {
        failure = error
      }
      self.yield(.afterPush)
      if let failure, !failure.isOutcomeUnknown { throw .remote(failure) }
      let found = try self.listed(refs.remote, after: failure)
      if found == tip {
        try self.storing { () throws(StoreError) in
          let noted = try self.store.resolve(refs.pushed)
          try self.store.move(refs.pushed, from: noted, to: tip)
        }
        self.yield(.afterPushConfirmed)
        return .pushed(tip)
      }
      if found == nil, failure == nil { throw .remote(.hidden(ref: refs.remote)) }
      let isOurs = try self.isOurs(found, tip)
      if let failure, isOurs, !failure.isMove { throw .remote(failure) }
      guard attempt == 0, isOurs, found != known else {
        if let found, found == noted {
          throw .remote(.notContinued(ref: refs.remote, found: found))
        }
        throw .remote(.movedByOthers(ref: refs.remote, found: found))
      }
      known = found
    }
    throw .remote(.movedByOthers(ref: refs.remote, found: known))
  }

  /// What the remote has; where it cannot be asked after a failure, that failure tells more.
  private func listed(_ ref: RefName, after failure: RemoteError?) throws(Failure) -> ObjectID? {
    do {
      return try self.remote.resolve(ref)
    } catch {
      if let failure, !failure.isMove { throw .remote(failure) }
      throw .remote(error)
    }
  }

  /// Whether what the remote has is contained in our stream; nothing at all is too.
  private func isOurs(_ found: ObjectID?, _ tip: ObjectID) throws(Failure) -> Bool {
    guard let found else { return true }
    do {
      _ = try self.store.commit(found)
    } catch {
      return false
    }
    return try self.storing { () throws(StoreError) in try self.store.contains(found, in: tip) }
  }

  private func storing<Value>(_ body: () throws(StoreError) -> Value) throws(Failure) -> Value {
    do {
      return try body()
    } catch {
      throw .store(error)
    }
  }
}

extension RemoteError {
  fileprivate var isMove: Bool { if case .movedByOthers = self { true } else { false } }
}
