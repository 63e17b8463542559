#if canImport(Glibc)
  import Glibc

  /// One inotify instance: the watches, and the queue of what they saw.
  ///
  /// Source: inotify(7).
  final class InotifyQueue {
    let descriptor: Int32

    /// One thing that happened.
    struct Event {
      let watch: Int32
      let mask: UInt32
      /// In the folder watched; empty for the folder itself.
      let name: [UInt8]

      func isAny(of masks: Int32...) -> Bool {
        masks.contains { self.mask & UInt32(bitPattern: $0) != 0 }
      }
    }

    /// The same for every folder, as another mask for the same folder would replace the first.
    private static let mask = UInt32(
      IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB
        | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)
    /// Room for more than the system's queue holds by default, so that a writer that never rests does
    /// not keep us here.
    private static let readsMax = 64
    private static let bufferSize = 1 << 15

    /// - Parameter descriptor: of `open()`; closed when the value goes.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: -1 and errno when the system has none to give.
    static func open() -> Int32 { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }

    deinit { close(self.descriptor) }

    /// Watches the folder that is open as `folder`, whatever its path is by now.
    ///
    /// - Returns: the same number each time for the same folder; -1 and errno on failure.
    func add(_ folder: Int32) -> Int32 {
      inotify_add_watch(self.descriptor, "/proc/self/fd/\(folder)", Self.mask)
    }

    /// Ends a watch; one that has ended on its own is no matter.
    func remove(_ watch: Int32) { _ = inotify_rm_watch(self.descriptor, watch) }

    /// Takes what is there.
    func drain(_ body: (Event) -> Void) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Self.bufferSize, alignment: MemoryLayout<inotify_event>.alignment)
      defer { buffer.deallocate() }
      for _ in 0..<Self.readsMax {
        let count = Glibc.read(self.descriptor, buffer.baseAddress, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), body)
      }
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer, _ body: (Event) -> Void) {
      let headSize = MemoryLayout<inotify_event>.size
      var offset = 0
      while offset + headSize <= bytes.count {
        let head = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        let start = offset + headSize
        let end = start + Int(head.len)
        guard end <= bytes.count else { return }
        // The name is padded with NUL.
        let name = Array(bytes[start..<end].prefix { $0 != 0 })
        body(Event(watch: head.wd, mask: head.mask, name: name))
        offset = end
      }
    }
  }
#endif
