internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S9: what a machine's files and its staging area held before something that may change them; afterwards
/// it is there still, or some ref holds it.
///
/// Files that are ignored are not looked at: they are in no capture.
struct WorkBefore {
  private let world: World
  private let node: SimulatedNode
  private let blobs: Set<ObjectID>
  /// What git has in its index of a file that is only promised, and of an empty one.
  private static let nothing = ObjectID(hex: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".utf8)

  /// - Returns: nil where nobody can say what the files hold.
  init?(of node: SimulatedNode, in world: World) {
    guard let blobs = Self.blobs(of: node, in: world) else { return nil }
    self.world = world
    self.node = node
    self.blobs = blobs
  }

  /// - Parameter what: what may have changed them.
  func judge(_ what: String) {
    guard let present = Self.blobs(of: self.node, in: self.world) else { return }
    let gone = self.blobs.subtracting(present)
    if gone.isEmpty { return }
    self.world.judgeHeld(gone, by: self.node) {
      "\(what) took the content \($0) away, and no ref holds it"
    }
  }

  private static func blobs(of node: SimulatedNode, in world: World) -> Set<ObjectID>? {
    guard node.isThere, !WorktreeState(of: node.work).hasNestedRepository,
      let files = try? world.gitTree(of: node).files,
      let staged = try? node.git(["ls-files", "-z", "-s"]), staged.succeeded
    else { return nil }
    let entries = staged.output.split(separator: 0).compactMap { line -> ObjectID? in
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard words.count == 3, !words[0].elementsEqual("160000".utf8),
        let id = ObjectID(hex: words[1]), id != Self.nothing
      else { return nil }
      if let tab = words[2].firstIndex(of: 9) {
        world.places[id] = GitPath(bytes: Array(words[2][(tab + 1)...]))
      }
      return id
    }
    // What a verb that died was about to put in place of a file is nobody's work.
    // What another machine made is held as that machine has it.
    var work = files.filter { !WorktreeWriter.isUnplaced($0.key) }
    for (path, version) in node.versions
    where work[path] != nil && !world.versions.isOwn(version, of: node.number) {
      work[path] = world.versions[version].entry ?? work[path]
    }
    return Set(work.values.compactMap(\.blob)).union(entries)
  }
}

extension World {
  /// Some ref of a clone leads to all of `blobs`.
  ///
  /// - Parameters:
  ///   - blobs: what is to be held.
  ///   - node: whose clone.
  ///   - invariant: what breaks otherwise.
  ///   - complaint: what to say of one that no ref leads to.
  func judgeHeld(
    _ blobs: Set<ObjectID>, by node: SimulatedNode, as invariant: String = "S9",
    _ complaint: (String) -> String
  ) {
    do {
      let walk = try node.git(["rev-list", "--objects", "--all"])
      guard walk.succeeded else { throw WorldError("git rev-list: \(walk.complaint)") }
      let held = walk.output.split(separator: 10).compactMap {
        ObjectID(hex: $0.prefix { $0 != 32 })
      }
      if let lost = blobs.subtracting(held).min() {
        let place = self.places[lost].map { " of '\($0.displayed)'" } ?? ""
        self.fail(invariant, node.name, complaint(lost.short + place))
      }
    } catch {
      self.fail("S9", node.name, "what refs hold cannot be read: \(error)")
    }
  }
}
