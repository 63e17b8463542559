internal import PulsarCore
internal import PulsarGit

/// Who made what of which file: every act of a person's makes a version of a path, which goes on from the
/// one that was on that machine.
///
/// A machine has one version of each path, whether or not its disk can show it: what it took over from
/// another machine is that machine's version until a person changes it here.
struct VersionLedger {
  struct Version {
    let path: GitPath
    /// As whoever made it saw it.
    let state: FileState
    /// Those it goes on from, however far back.
    let ancestors: Set<Int>
    /// The number of the machine on which it was made.
    let maker: Int
    let origin: Origin
    /// As git on the maker's machine has it, once that was captured; nil: not known.
    var entry: Entry?
  }

  /// How a version came to be.
  enum Origin {
    /// A person made it.
    case act
    /// Both sides had something, and a verb of ours made one of it.
    case merge
    /// A person took something back.
    case undo
  }

  /// What a tree has at a path.
  enum Entry: Hashable {
    case none
    case some(mode: String, id: String)

    var words: String {
      switch self {
      case .none: "nothing"
      case .some(let mode, let id): "\(mode) \(id.prefix(12))"
      }
    }
  }

  /// The versions that a machine has, by path; a path that is not there was never heard of.
  typealias Map = [GitPath: Int]

  private(set) var all: [Version] = []
  /// The versions that a capture holds.
  private(set) var captures: [ObjectID: Map] = [:]

  subscript(number: Int) -> Version { self.all[number] }

  /// - Returns: its number.
  mutating func add(
    _ path: GitPath, _ state: FileState, upon parents: [Int], by maker: Int, entry: Entry? = nil,
    origin: Origin = .act
  ) -> Int {
    let ancestors = parents.reduce(into: Set(parents)) { $0.formUnion(self.all[$1].ancestors) }
    self.all.append(
      Version(
        path: path, state: state, ancestors: ancestors, maker: maker, origin: origin,
        entry: entry))
    return self.all.count - 1
  }

  /// Whether one is another, or goes on from it; everything goes on from what nobody has heard of.
  func contains(_ version: Int?, _ other: Int?) -> Bool {
    guard let other else { return true }
    guard let version else { return false }
    return version == other || self.all[version].ancestors.contains(other)
  }

  /// Whether the person of a machine made it there.
  func isOwn(_ version: Int, of maker: Int) -> Bool {
    self.all[version].maker == maker && self.all[version].origin == .act
  }

  mutating func note(_ entry: Entry, of version: Int) { self.all[version].entry = entry }

  mutating func note(_ map: Map, of capture: ObjectID) { self.captures[capture] = map }

  /// The versions that a capture holds; nil: not known.
  func map(of capture: ObjectID) -> Map? { self.captures[capture] }
}
