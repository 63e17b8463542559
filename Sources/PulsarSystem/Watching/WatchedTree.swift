import PulsarCore
import PulsarEngine

#if canImport(Glibc)
  /// One repository that is watched, and what is to be told of it.
  final class WatchedTree {
    let request: WatchRequest
    var ignored: Set<GitPath>
    /// The working tree and the git dirs.
    var tops: [Int32] = []
    /// What the path of the working tree led to.
    var identity: OpenFolder.Identity?

    /// Folders that came, to be watched before the read ends.
    var arrivals: [Arrival] = []
    private(set) var facts: Set<GitFact> = []
    private(set) var isLost = false
    var isGone = false
    private var paths: Set<GitPath> = []
    /// Of a burst of reports of one file, only the first is looked at.
    private var latest: (folder: Int32, name: [UInt8])?

    /// More distinct paths are no better than a scan.
    static let pathsMax = 4096

    /// A folder to be watched.
    struct Arrival {
      /// In `parent`, or absolute.
      let name: [UInt8]
      let parent: Int32
      let kind: WatchedKind
    }

    init(_ request: WatchRequest) {
      self.request = request
      self.ignored = request.ignored
    }

    /// Whether naming more paths still says more.
    var namesPaths: Bool { !self.isLost }

    func note(_ path: GitPath) {
      guard !self.isLost else { return }
      self.paths.insert(path)
      if self.paths.count > Self.pathsMax { self.lose() }
    }

    func note(_ facts: Set<GitFact>) { self.facts.formUnion(facts) }

    func lose() {
      self.isLost = true
      self.paths = []
    }

    /// Whether the file was already looked at, right before.
    func isRepeated(_ name: [UInt8], in folder: Int32) -> Bool {
      if let latest = self.latest, latest.folder == folder, latest.name == name { return true }
      self.latest = (folder, name)
      return false
    }

    /// What there is to tell, once.
    func takeFindings() -> [WatchReport.Finding] {
      var findings: [WatchReport.Finding] = []
      if self.isLost { findings.append(.lost) }
      if !self.paths.isEmpty { findings.append(.paths(self.paths)) }
      if !self.facts.isEmpty { findings.append(.gitChanged(self.facts)) }
      self.isLost = false
      self.paths = []
      self.facts = []
      self.latest = nil
      return findings
    }
  }
#endif
