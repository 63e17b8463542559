package import PulsarCore

/// Lets streams go on under another slug, with their history; the old refs stay.
package struct StreamCarrying<Store: SnapshotStore> {
  private let store: Store

  package init(store: Store) { self.store = store }

  /// Points the refs of `new` to where those of `old` are.
  ///
  /// A stream that `new` has already moves only along its own history. Can be done again at any time.
  ///
  /// - Parameters:
  ///   - old: the slug of the streams that are.
  ///   - new: the slug of those to be.
  /// - Returns: the streams that could not be carried over, as they are damaged or have a name that
  ///   clashes.
  /// - Throws: `StoreError` when nothing can be written at all, when somebody else moved a ref, and when
  ///   what failed may succeed another time.
  package func carry(from old: String, to new: String) throws(StoreError) -> [RefName] {
    let prefix = "\(StreamRefs.streamPrefix)\(old)/"
    var left: [RefName] = []
    for (ref, tip) in try self.store.refs(withPrefix: prefix) {
      guard let leaf = ref.dropping(prefix: prefix) else { continue }
      let target = RefName(bytes: Array("\(StreamRefs.streamPrefix)\(new)/".utf8) + leaf)
      do throws(StoreError) {
        let present = try self.store.resolve(target)
        if present == tip { continue }
        if let present, try !self.store.contains(present, in: tip) {
          left.append(ref)
          continue
        }
        try self.store.move(target, from: present, to: tip)
        try self.store.makeDurable(target)
      } catch {
        switch error {
        case .full, .readOnly, .refMoved: throw error
        case .notReadBack, .objectMissing: left.append(ref)
        case .failed:
          if try !self.isDamaged(tip) {
            let streams = try self.store.refs(withPrefix: StreamRefs.streamPrefix)
            if !streams.contains(where: { $0.name.clashes(with: target) }) { throw error }
          }
          left.append(ref)
        }
      }
    }
    return left
  }

  private func isDamaged(_ tip: ObjectID) throws(StoreError) -> Bool {
    do throws(StoreError) {
      _ = try self.store.commit(tip)
      return false
    } catch {
      if case .objectMissing = error { return true }
      throw error
    }
  }
}
