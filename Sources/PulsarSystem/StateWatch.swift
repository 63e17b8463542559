#if canImport(Glibc)
  package import PulsarCore
  import Glibc

  /// Tells when files of ours in a few folders were replaced, made or removed.
  ///
  /// Source: inotify(7).
  package final class StateWatch {
    package var descriptor: Int32 { self.queue.descriptor }
    private let queue: InotifyQueue
    private var files: [Int32: [GitPath]] = [:]

    /// - Parameter files: in folders that are there.
    /// - Throws: when the system does not let us watch one.
    package init(files: [GitPath]) throws(SystemError) {
      let descriptor = InotifyQueue.open()
      guard descriptor >= 0 else {
        throw SystemError(operation: "watch for changed settings", path: .root, errno: errno)
      }
      self.queue = InotifyQueue(descriptor)
      for file in files { try self.watch(file) }
    }

    private func watch(_ file: GitPath) throws(SystemError) {
      let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE)
      let watch = file.parent.withSystemPath { inotify_add_watch(self.descriptor, $0, events) }
      guard watch.value >= 0 else {
        throw SystemError(operation: "watch", path: file.parent, errno: watch.errno)
      }
      self.files[watch.value, default: []].append(file)
    }

    /// Takes what happened.
    ///
    /// A folder that was removed is made again, so that what comes later is seen.
    ///
    /// - Returns: whether it was one of the files.
    package func read() -> Bool {
      var hasChanged = false
      var lost: [GitPath] = []
      self.queue.drain { event in
        let isNamed =
          self.files[event.watch]?.contains { $0.name.elementsEqual(event.name) } == true
        if isNamed || event.isAny(of: IN_Q_OVERFLOW, IN_IGNORED) { hasChanged = true }
        if event.isAny(of: IN_IGNORED) {
          lost += self.files.removeValue(forKey: event.watch) ?? []
        }
      }
      for file in lost {
        // Where that is not allowed, the daemon has to be started again.
        do throws(SystemError) {
          try AtomicFile.makeFolder(file.parent)
          try self.watch(file)
        } catch {}
      }
      return hasChanged
    }
  }
#else
  package import PulsarCore
  import Darwin

  /// Tells when files of ours in a few folders were replaced, made or removed.
  ///
  /// The system names the folder only, so the files are compared with what they were.
  ///
  /// Source: kqueue(2).
  package final class StateWatch {
    package let descriptor: Int32
    private let files: [GitPath]
    private var folders: [Int32] = []
    private var known: [timespec?] = []

    /// - Parameter files: in folders that are there.
    /// - Throws: when the system does not let us watch one.
    package init(files: [GitPath]) throws(SystemError) {
      self.files = files
      self.descriptor = kqueue()
      for folder in Set(files.map(\.parent)).sorted() {
        let opened = folder.withSystemPath { open($0, O_EVTONLY | O_CLOEXEC) }
        guard opened.value >= 0 else {
          throw SystemError(operation: "watch", path: folder, errno: opened.errno)
        }
        self.folders.append(opened.value)
        var change = kevent(
          ident: UInt(opened.value), filter: Int16(EVFILT_VNODE), flags: UInt16(EV_ADD | EV_CLEAR),
          fflags: UInt32(NOTE_WRITE), data: 0, udata: nil)
        guard kevent(self.descriptor, &change, 1, nil, 0, nil) == 0 else {
          throw SystemError(operation: "watch", path: folder, errno: errno)
        }
      }
      self.known = files.map(Self.time)
    }

    deinit { for file in self.folders + [self.descriptor] { close(file) } }

    /// Takes what happened.
    ///
    /// - Returns: whether it was one of the files.
    package func read() -> Bool {
      var event = kevent()
      var now = timespec()
      while kevent(self.descriptor, nil, 0, &event, 1, &now) > 0 {}
      let times = self.files.map(Self.time)
      defer { self.known = times }
      return !zip(self.known, times).allSatisfy {
        $0?.tv_sec == $1?.tv_sec && $0?.tv_nsec == $1?.tv_nsec
      }
    }

    private static func time(_ file: GitPath) -> timespec? {
      var status = stat()
      return file.withSystemPath { stat($0, &status) }.value == 0 ? status.st_ctimespec : nil
    }
  }
#endif
