package import PulsarCore

/// A machine's finalization marks: one ref, each mark the first parent of the next.
package struct FinalizationLog<Store: SnapshotStore> {
  private let store: Store
  private let refs: StreamRefs

  /// - Parameters:
  ///   - store: where the marks are.
  ///   - slug: of this machine.
  ///   - settings: say where marks are pushed to.
  package init(store: Store, slug: String, settings: Settings) {
    self.store = store
    self.refs = StreamRefs(
      slug: slug, leaf: FinalizationMark.leaf, backupBranch: settings.backupBranch)
  }

  /// Adds a mark, acknowledged as captures are; one that says the same as the newest is not added.
  ///
  /// - Parameters:
  ///   - mark: what it says.
  ///   - captures: those whose work the result holds.
  ///   - signature: who made it.
  ///   - time: when it was made.
  /// - Throws: `StoreError`; there is no new mark then.
  package func add(
    _ mark: FinalizationMark, captures: [ObjectID], signature: Signature, time: WallTime
  ) throws(StoreError) {
    let previous = try self.store.resolve(self.refs.stream)
    let message = mark.bytes
    if let previous, try self.store.commit(previous).message == message { return }
    let tree = try self.store.commit(mark.result).tree
    let id = try self.store.writeCommit(
      NewCommit(
        tree: tree, parents: [previous].compactMap { $0 } + captures + [mark.result],
        signature: signature, time: time, message: message))
    try self.store.makeObjectsDurable()
    try self.store.move(self.refs.stream, from: previous, to: id)
    try self.store.makeDurable(self.refs.stream)
    try self.store.confirm(id, at: self.refs.stream, objects: [])
  }
}
