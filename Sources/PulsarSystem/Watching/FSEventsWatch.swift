#if canImport(Darwin)
  import CoreServices
  import Darwin
  import Dispatch
  package import PulsarCore
  package import PulsarEngine
  import Synchronization

  /// Watches working trees with one FSEvents stream for each repository.
  ///
  /// FSEvents is recursive, so what is ignored is left out when it is told, and new folders need no
  /// care. Its queue hands over through a pipe, so that one thread can wait for it with poll(2).
  ///
  /// Source: FSEvents.h.
  package final class FSEventsWatch: FileWatch {
    private let pipe: EventPipe?
    private var trees: [Int: Tree] = [:]
    private let events = DispatchQueue(label: "git-pulsar.files")

    private struct Tree {
      let request: WatchRequest
      let roots: [GitPath]
      var ignored: Set<GitPath>
      let stream: FSEventStreamRef
      let context: Unmanaged<StreamContext>
    }

    package init() { self.pipe = EventPipe() }

    deinit { for token in self.trees.keys.sorted() { self.remove(token) } }

    package var descriptor: Int32? { self.pipe?.readEnd }

    package func add(_ request: WatchRequest) -> WatchState {
      self.remove(request.token)
      guard let pipe = self.pipe else { return .unwatched(.refused(cause: "no pipe")) }
      let roots = [request.worktree, request.gitDir, request.commonDir].compactMap(Self.resolved)
      guard roots.count == 3 else { return .rootGone }
      let box = Unmanaged.passRetained(StreamContext(token: request.token, pipe: pipe))
      var context = FSEventStreamContext(
        version: 0, info: box.toOpaque(), retain: nil, release: nil, copyDescription: nil)
      let paths = roots.map { String(decoding: $0.bytes, as: UTF8.self) } as CFArray
      let flags =
        kFSEventStreamCreateFlagFileEvents | kFSEventStreamCreateFlagNoDefer
        | kFSEventStreamCreateFlagWatchRoot
      guard
        let stream = FSEventStreamCreate(
          nil, fileEventsCame, &context, paths, FSEventStreamEventId(kFSEventStreamEventIdSinceNow),
          0.1, FSEventStreamCreateFlags(flags))
      else {
        box.release()
        return .unwatched(.refused(cause: "no stream of file events"))
      }
      FSEventStreamSetDispatchQueue(stream, self.events)
      guard FSEventStreamStart(stream) else {
        FSEventStreamInvalidate(stream)
        FSEventStreamRelease(stream)
        box.release()
        return .unwatched(.refused(cause: "the stream of file events did not start"))
      }
      self.trees[request.token] = Tree(
        request: request, roots: roots, ignored: request.ignored, stream: stream, context: box)
      return .watching
    }

    package func refresh(_ token: Int, ignored: Set<GitPath>) -> WatchState {
      guard self.trees[token] != nil else { return .rootGone }
      self.trees[token]?.ignored = ignored
      return .watching
    }

    package func remove(_ token: Int) {
      guard let tree = self.trees.removeValue(forKey: token) else { return }
      FSEventStreamStop(tree.stream)
      FSEventStreamInvalidate(tree.stream)
      FSEventStreamRelease(tree.stream)
      // A call that is under way ends first.
      self.events.sync {}
      tree.context.release()
    }

    package func read() -> [WatchReport] {
      guard let pipe = self.pipe else { return [] }
      let taken = pipe.take()
      var reports: [WatchReport] = []
      for (token, events) in taken.sorted(by: { $0.key < $1.key }) {
        guard let tree = self.trees[token] else { continue }
        if events.contains(where: { $0.isRootChange }) {
          self.remove(token)
          reports.append(WatchReport(token: token, finding: .rootGone))
          continue
        }
        var sorted = FileEventSorter(
          worktree: tree.roots[0], gitDir: tree.roots[1], commonDir: tree.roots[2],
          ignored: tree.ignored)
        for event in events { sorted.take(event.path, isLoss: event.isLoss) }
        reports += sorted.findings.map { WatchReport(token: token, finding: $0) }
      }
      return reports
    }

    /// The path without links, as FSEvents names it.
    private static func resolved(_ path: GitPath) -> GitPath? {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let isFound = path.withSystemPath { realpath($0, &buffer) == nil ? -1 : 0 }.value == 0
      return isFound ? GitPath(bytes: bytes(ofCString: buffer)) : nil
    }
  }

  /// What one stream hands over.
  private final class StreamContext: Sendable {
    let token: Int
    let pipe: EventPipe

    init(token: Int, pipe: EventPipe) {
      self.token = token
      self.pipe = pipe
    }
  }

  private struct FileEvent: Sendable {
    let path: GitPath
    let isLoss: Bool
    let isRootChange: Bool
  }

  /// Events of all streams, and a pipe that is readable while there are any.
  private final class EventPipe: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32
    private let events = Mutex<[Int: [FileEvent]]>([:])

    init?() {
      var ends: [Int32] = [0, 0]
      guard Darwin.pipe(&ends) == 0 else { return nil }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      (self.readEnd, self.writeEnd) = (ends[0], ends[1])
    }

    deinit {
      close(self.readEnd)
      close(self.writeEnd)
    }

    func put(_ new: [FileEvent], _ token: Int) {
      self.events.withLock { events in
        if events.isEmpty { _ = write(self.writeEnd, [1], 1) }
        events[token, default: []] += new
      }
    }

    func take() -> [Int: [FileEvent]] {
      self.events.withLock { events in
        var byte: UInt8 = 0
        while Darwin.read(self.readEnd, &byte, 1) > 0 {}
        defer { events = [:] }
        return events
      }
    }
  }

  private func fileEventsCame(
    _ stream: ConstFSEventStreamRef, _ info: UnsafeMutableRawPointer?, _ count: Int,
    _ paths: UnsafeMutableRawPointer, _ flags: UnsafePointer<FSEventStreamEventFlags>,
    _ ids: UnsafePointer<FSEventStreamEventId>
  ) {
    guard let info else { return }
    let context = Unmanaged<StreamContext>.fromOpaque(info).takeUnretainedValue()
    let names = paths.assumingMemoryBound(to: UnsafePointer<CChar>.self)
    let lost =
      kFSEventStreamEventFlagMustScanSubDirs | kFSEventStreamEventFlagUserDropped
      | kFSEventStreamEventFlagKernelDropped
    let gone = kFSEventStreamEventFlagRootChanged | kFSEventStreamEventFlagUnmount
    let new = (0..<count).map { index in
      FileEvent(
        path: GitPath(bytes: bytes(ofCString: names[index])),
        isLoss: Int(flags[index]) & lost != 0, isRootChange: Int(flags[index]) & gone != 0)
    }
    context.pipe.put(new, context.token)
  }
#endif
