#if canImport(Glibc)
  package import PulsarCore
  import Glibc

  /// Tells when files outside of the working trees changed on which depends what is captured: settings of
  /// git, ignore rules and attributes, also those that are not there yet.
  ///
  /// The folder of each is watched, or the nearest one above that is there; where a link leads elsewhere,
  /// what it leads to as well.
  ///
  /// Source: inotify(7).
  package final class RuleWatch {
    /// Readable when `read()` has something to do; nil as long as nothing is watched.
    package var descriptor: Int32? { self.queue?.descriptor }
    private var queue: InotifyQueue?
    private let openQueue: () -> Int32
    private var files: [Int: Set<GitPath>] = [:]
    /// What each watch is for: the names that count in a folder, or nil for the file itself.
    private var watches: [Int32: [Place]] = [:]

    private struct Place: Hashable {
      let token: Int
      let name: [UInt8]?
    }

    /// - Parameter openQueue: gives an inotify descriptor, or -1 and errno.
    package init(openQueue: @escaping () -> Int32 = { InotifyQueue.open() }) {
      self.openQueue = openQueue
    }

    /// Watches files for one repository, in place of those before; none ends it.
    ///
    /// - Parameters:
    ///   - files: absolute, whether or not they are there.
    ///   - token: of the repository.
    /// - Throws: when the system does not let us watch one that is there, or its folder.
    package func set(_ files: Set<GitPath>, for token: Int) throws(SystemError) {
      if self.files[token] == files { return }
      self.files[token] = files.isEmpty ? nil : files
      try self.rebuild()
    }

    /// Takes what happened.
    ///
    /// - Returns: repositories of which a file came, went or changed, ascending.
    package func read() -> [Int] {
      guard let queue = self.queue else { return [] }
      var changed: Set<Int> = []
      queue.drain { event in
        if event.isAny(of: IN_Q_OVERFLOW) {
          changed.formUnion(self.files.keys)
          return
        }
        for place in self.watches[event.watch] ?? [] {
          let isItself = place.name == nil || event.isAny(of: IN_IGNORED, IN_MOVE_SELF)
          if isItself || place.name?.elementsEqual(event.name) == true {
            changed.insert(place.token)
          }
        }
        if event.isAny(of: IN_IGNORED) { self.watches[event.watch] = nil }
      }
      if changed.isEmpty { return [] }
      // What is watched next may have come or gone. What cannot be watched now is seen by the next scan.
      do throws(SystemError) {
        try self.rebuild()
      } catch {}
      return changed.sorted()
    }

    /// Watches anew what is there; watches that go on are not interrupted.
    private func rebuild() throws(SystemError) {
      if self.files.isEmpty {
        self.queue = nil
        self.watches = [:]
        return
      }
      if self.queue == nil {
        let descriptor = self.openQueue()
        guard descriptor >= 0 else {
          throw SystemError(operation: "watch for changed rules", path: .root, errno: errno)
        }
        self.queue = InotifyQueue(descriptor)
      }
      let old = Set(self.watches.keys)
      self.watches = [:]
      for (token, files) in self.files {
        for file in files { try self.watch(file, token) }
      }
      for watch in old where self.watches[watch] == nil { self.queue?.remove(watch) }
    }

    private static let folderEvents = UInt32(
      IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)
    private static let fileEvents = UInt32(IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB)

    private func watch(_ file: GitPath, _ token: Int) throws(SystemError) {
      var pending = [file]
      var seen: Set<GitPath> = []
      while let path = pending.popLast() {
        guard seen.insert(path).inserted, seen.count <= Self.linksMax else { continue }
        var name = Array(path.name)
        var folder = path.parent
        while try !self.add(folder, Self.folderEvents, Place(token: token, name: name)) {
          // What is missing may come, folder by folder.
          if folder.parent == folder || folder.isRoot { break }
          name = Array(folder.name)
          folder = folder.parent
        }
        _ = try self.add(path, Self.fileEvents, Place(token: token, name: nil))
        if let target = Self.target(of: path) { pending.append(target) }
      }
    }

    private static let linksMax = 40

    /// Where a link leads; nil for anything else.
    private static func target(of path: GitPath) -> GitPath? {
      var buffer = [UInt8](repeating: 0, count: 4097)
      let count = path.withSystemPath { name in
        buffer.withUnsafeMutableBytes { bytes in
          bytes.baseAddress.map { Int32(readlink(name, $0, bytes.count)) } ?? -1
        }
      }.value
      guard count > 0, count < buffer.count else { return nil }
      let target = GitPath(bytes: buffer[..<Int(count)])
      return target.isAbsolute ? target : path.parent.appending(target)
    }

    /// - Returns: false when the path is not there, or not for us to look at.
    private func add(
      _ path: GitPath, _ events: UInt32, _ place: Place
    ) throws(SystemError) -> Bool {
      guard let descriptor = self.descriptor else { return false }
      // A file and a folder that are both asked for keep what each wants to hear.
      let mask = events | UInt32(IN_MASK_ADD)
      let watch = path.withSystemPath { inotify_add_watch(descriptor, $0, mask) }
      guard watch.value >= 0 else {
        switch watch.errno {
        case ENOENT, ENOTDIR, ELOOP, EACCES, EPERM, ENAMETOOLONG: return false
        default: throw SystemError(operation: "watch", path: path, errno: watch.errno)
        }
      }
      self.watches[watch.value, default: []].append(place)
      return true
    }
  }
#else
  package import PulsarCore
  import Darwin

  /// Tells when files outside of the working trees changed on which depends what is captured: settings of
  /// git, ignore rules and attributes, also those that are not there yet.
  ///
  /// The system names the folder only, so the files are compared with what they were.
  ///
  /// Source: kqueue(2).
  package final class RuleWatch {
    /// Readable when `read()` has something to do; nil as long as nothing is watched.
    package private(set) var descriptor: Int32?
    private var files: [Int: Set<GitPath>] = [:]
    private var known: [GitPath: Stamp] = [:]
    private var opened: [Int32] = []

    private struct Stamp: Equatable {
      let inode: UInt64
      let size: Int64
      let seconds: Int
      let nanoseconds: Int
    }

    package init() {}

    deinit { self.close() }

    /// Watches files for one repository, in place of those before; none ends it.
    ///
    /// - Parameters:
    ///   - files: absolute, whether or not they are there.
    ///   - token: of the repository.
    /// - Throws: when the system does not let us watch one that is there, or its folder.
    package func set(_ files: Set<GitPath>, for token: Int) throws(SystemError) {
      if self.files[token] == files { return }
      self.files[token] = files.isEmpty ? nil : files
      try self.rebuild()
    }

    /// Takes what happened.
    ///
    /// - Returns: repositories of which a file came, went or changed, ascending.
    package func read() -> [Int] {
      guard let descriptor else { return [] }
      var event = kevent()
      var now = timespec()
      while kevent(descriptor, nil, 0, &event, 1, &now) > 0 {}
      let before = self.known
      do throws(SystemError) {
        try self.rebuild()
      } catch {}
      return self.files.filter { $0.value.contains { before[$0] != self.known[$0] } }.keys.sorted()
    }

    private func close() {
      for file in self.opened { _ = Darwin.close(file) }
      if let descriptor { _ = Darwin.close(descriptor) }
      self.opened = []
      self.descriptor = nil
    }

    private func rebuild() throws(SystemError) {
      self.close()
      let all = self.files.values.reduce(into: Set<GitPath>()) { $0.formUnion($1) }
      if all.isEmpty { return }
      let queue = kqueue()
      guard queue >= 0 else {
        throw SystemError(operation: "watch for changed rules", path: .root, errno: errno)
      }
      self.descriptor = queue
      for file in all {
        _ = try self.add(file)
        var folder = file.parent
        while try !self.add(folder), folder.parent != folder, !folder.isRoot {
          folder = folder.parent
        }
      }
      self.known = [:]
      for file in all { self.known[file] = Self.stamp(file) }
    }

    private func add(_ path: GitPath) throws(SystemError) -> Bool {
      guard let descriptor else { return false }
      let file = path.withSystemPath { open($0, O_EVTONLY | O_CLOEXEC) }
      guard file.value >= 0 else { return false }
      self.opened.append(file.value)
      var change = kevent(
        ident: UInt(file.value), filter: Int16(EVFILT_VNODE), flags: UInt16(EV_ADD | EV_CLEAR),
        fflags: UInt32(NOTE_WRITE | NOTE_DELETE | NOTE_RENAME | NOTE_ATTRIB), data: 0, udata: nil)
      guard kevent(descriptor, &change, 1, nil, 0, nil) == 0 else {
        throw SystemError(operation: "watch", path: path, errno: errno)
      }
      return true
    }

    private static func stamp(_ file: GitPath) -> Stamp? {
      var status = stat()
      guard file.withSystemPath({ stat($0, &status) }).value == 0 else { return nil }
      return Stamp(
        inode: status.st_ino, size: status.st_size, seconds: status.st_ctimespec.tv_sec,
        nanoseconds: status.st_ctimespec.tv_nsec)
    }
  }
#endif
