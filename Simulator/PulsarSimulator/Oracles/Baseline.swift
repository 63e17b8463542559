internal import PulsarCore
internal import PulsarGit

/// What no effect of ours may change, as it was before.
struct Baseline {
  let git: UserState
  let files: WorktreeState
  /// Every ref; empty where git's folder is away.
  let refs: [RefName: ObjectID]
  /// The ref that HEAD is at; nil: a commit of its own.
  let branch: String?

  init(_ node: SimulatedNode) {
    self.git = UserState(gitDir: node.gitDir)
    self.files = WorktreeState(of: node.work)
    self.refs = node.isThere ? (try? node.refs("refs/")) ?? [:] : [:]
    self.branch = node.branchOfHead
  }
}

extension SimulatedNode {
  /// Whether git's folder is where it belongs.
  var isThere: Bool { Files.status(self.gitDir.appending("HEAD")) != nil }

  /// The ref that HEAD is at; nil: a commit of its own.
  var branchOfHead: String? {
    let head = String(decoding: Files.read(self.gitDir.appending("HEAD")) ?? [], as: UTF8.self)
    guard head.hasPrefix("ref: ") else { return nil }
    return String(head.dropFirst("ref: ".count).filter { !$0.isNewline })
  }
}
