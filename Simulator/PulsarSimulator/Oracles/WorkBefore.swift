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
      return words.count == 3 ? ObjectID(hex: words[1]) : nil
    }
    // What a verb that died was about to put in place of a file is nobody's work.
    let work = files.filter { !WorktreeWriter.isUnplaced($0.path) }
    return Set(work.map(\.blob)).union(entries)
  }
}

extension World {
  /// S9: some ref of a clone leads to all of `blobs`.
  ///
  /// - Parameters:
  ///   - blobs: what is to be held.
  ///   - node: whose clone.
  ///   - complaint: what to say of one that no ref leads to.
  func judgeHeld(
    _ blobs: Set<ObjectID>, by node: SimulatedNode, _ complaint: (String) -> String
  ) {
    do {
      let walk = try node.git(["rev-list", "--objects", "--all"])
      guard walk.succeeded else { throw WorldError("git rev-list: \(walk.complaint)") }
      let held = walk.output.split(separator: 10).compactMap {
        ObjectID(hex: $0.prefix { $0 != 32 })
      }
      if let lost = blobs.subtracting(held).min() {
        self.fail("S9", node.name, complaint(lost.short))
      }
    } catch {
      self.fail("S9", node.name, "what refs hold cannot be read: \(error)")
    }
  }
}
