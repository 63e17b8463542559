#if canImport(Glibc)
  import Glibc
  import PulsarCore
  import PulsarEngine
  import PulsarSystem
  import Testing

  /// A repository that is watched, and what was told of it since last asked.
  ///
  /// inotify queues an event before the call that caused it returns, so after the change one read has
  /// it; only what other threads do must be waited for.
  final class WatchedFolder: IgnoreJudge {
    let sandbox: Sandbox
    let top: Bytes
    let watch: InotifyWatch
    let state: WatchState
    /// Names of folders that the judge calls ignored.
    var ignoredNames: Set<Bytes> = []
    private(set) var judged: [GitPath] = []

    private(set) var paths: Set<GitPath> = []
    private(set) var facts: Set<GitFact> = []
    private(set) var ends: [WatchReport.Finding] = []
    private(set) var isLost = false

    static let token = 7

    /// A folder with the outline of a repository; `prepare` fills it before it is watched.
    convenience init(
      ignored: Set<GitPath> = [], watch: InotifyWatch = InotifyWatch(),
      prepare: (Bytes) throws -> Void = { _ in }
    ) throws {
      let sandbox = try Sandbox()
      let top = sandbox.root / "tree"
      try Files.makeFolder(top / ".git/refs/heads")
      try prepare(top)
      self.init(sandbox: sandbox, top: top, ignored: ignored, watch: watch)
    }

    convenience init(_ repository: TestRepository) throws {
      let folders = try repository.gitFolders()
      self.init(
        sandbox: repository.sandbox, top: repository.top, gitDir: folders.own,
        commonDir: folders.common)
    }

    private init(
      sandbox: Sandbox, top: Bytes, gitDir: Bytes? = nil, commonDir: Bytes? = nil,
      ignored: Set<GitPath> = [], watch: InotifyWatch = InotifyWatch()
    ) {
      self.sandbox = sandbox
      self.top = top
      self.watch = watch
      let judge = LateJudge()
      self.state = watch.add(
        WatchRequest(
          token: Self.token, worktree: GitPath(bytes: top.array),
          gitDir: GitPath(bytes: (gitDir ?? top / ".git").array),
          commonDir: GitPath(bytes: (commonDir ?? gitDir ?? top / ".git").array),
          ignored: ignored, judge: judge))
      judge.actual = self
    }

    func ignoredFolders(in folders: [GitPath]) -> Set<GitPath> {
      self.judged += folders
      return Set(folders.filter { self.ignoredNames.contains(Bytes($0.name)) })
    }

    /// Takes what is there.
    func read() {
      for report in self.watch.read() {
        #expect(report.token == Self.token)
        switch report.finding {
        case .paths(let paths): self.paths.formUnion(paths)
        case .gitChanged(let facts): self.facts.formUnion(facts)
        case .lost: self.isLost = true
        case .rootGone, .unwatched: self.ends.append(report.finding)
        }
      }
    }

    /// What is told from now on.
    func forget() {
      self.read()
      (self.paths, self.facts, self.ends, self.isLost) = ([], [], [], false)
    }

    /// The paths of one change, which must make the descriptor readable; ascending.
    func paths(after change: () throws -> Void) throws -> [String] {
      self.forget()
      #expect(!self.isReadable(milliseconds: 0))
      try change()
      #expect(self.isReadable(milliseconds: 10_000))
      self.read()
      return self.paths.sorted().map(\.displayed)
    }

    func facts(after change: () throws -> Void) throws -> Set<GitFact> {
      self.forget()
      try change()
      self.read()
      return self.facts
    }

    func isReadable(milliseconds: Int32) -> Bool {
      guard let descriptor = self.watch.descriptor else { return false }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&request, 1, milliseconds) == 1
    }

    func write(_ path: Bytes, _ content: Bytes = "x") throws {
      try Files.write(self.top / path, content)
    }

    /// Changes something in every folder that is not ignored and expects to be told.
    func expectEveryFolderWatched(skipping ignored: Set<Bytes> = []) throws {
      let folders =
        [""]
        + Files.walk(self.top, entering: { !ignored.contains($0) && $0 != ".git" }).filter {
          $0 != ".git" && !ignored.contains($0) && Files.status(self.top / $0)?.isFolder == true
        }
      let probe: Bytes = "probe of the test"
      for some in stride(from: 0, to: folders.count, by: 1000) {
        let part = folders[some..<min(some + 1000, folders.count)]
        self.forget()
        for folder in part { try self.write(folder / probe) }
        self.read()
        let missed = part.filter { !self.paths.contains(GitPath(bytes: ($0 / probe).array)) }
        #expect(missed.isEmpty, "not watched: \(missed.prefix(5)) of \(folders.count)")
        for folder in part { try Files.remove(self.top / folder / probe) }
      }
      self.forget()
    }
  }

  /// Asks somebody who is not there yet when the request is made.
  private final class LateJudge: IgnoreJudge {
    weak var actual: WatchedFolder?

    func ignoredFolders(in folders: [GitPath]) -> Set<GitPath> {
      self.actual?.ignoredFolders(in: folders) ?? []
    }
  }
#endif
