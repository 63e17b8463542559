import PulsarCore
import PulsarEngine

/// A remote in memory.
final class FakeRemote: Remote {
  var refs: [RefName: ObjectID] = [:]
  /// What the following pushes do, in place of the normal; then all is normal.
  var script: [Turn] = []
  var listingFailure: RemoteError?
  private(set) var pushes = 0
  private(set) var listings = 0

  enum Turn {
    /// Arrives, but the answer is lost.
    case arrives(RemoteError)
    /// Does not arrive.
    case fails(RemoteError)
    /// Says yes and does nothing.
    case lies
  }

  init() {}

  func resolve(_ ref: RefName) throws(RemoteError) -> ObjectID? {
    self.listings += 1
    if let listingFailure { throw listingFailure }
    return self.refs[ref]
  }

  func list(prefix: String) throws(RemoteError) -> [(name: RefName, id: ObjectID)] {
    if let listingFailure { throw listingFailure }
    return self.refs.filter { $0.key.dropping(prefix: prefix) != nil }
      .map { (name: $0.key, id: $0.value) }.sorted { $0.name < $1.name }
  }

  func fetch(_ refs: [(from: RefName, to: RefName)]) throws(RemoteError) {
    if let listingFailure { throw listingFailure }
    self.fetches.append(refs.map(\.from))
    if let bad = refs.first(where: { self.unfetchable.contains($0.from) }) {
      throw .failed(remote: "origin", cause: "no \(bad.from.displayed)")
    }
    self.fetched += refs.map(\.from)
    for (from, to) in refs { if let id = self.refs[from] { self.arrive(to, id) } }
  }

  /// Refs that make a fetch fail.
  var unfetchable: Set<RefName> = []
  /// The refs of each fetch.
  private(set) var fetches: [[RefName]] = []
  /// Called for each ref that is to be written here.
  var arrive: (RefName, ObjectID) -> Void = { _, _ in }

  /// Refs that were fetched, in order.
  private(set) var fetched: [RefName] = []

  func push(
    _ commit: ObjectID, to ref: RefName, expecting expected: ObjectID?
  ) throws(RemoteError) {
    self.pushes += 1
    let turn = self.script.isEmpty ? nil : self.script.removeFirst()
    if case .fails(let error) = turn { throw error }
    if case .lies = turn { return }
    guard self.refs[ref] == expected else { throw .movedByOthers(ref: ref, found: nil) }
    self.refs[ref] = commit
    if case .arrives(let error) = turn { throw error }
  }
}
