#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How many bytes a process and those it started have moved.
///
/// A slow line may take minutes for what git handed to the system long ago; git says nothing then, and
/// only the queues of its connections show that it gets on. Nothing is seen where there is no `/proc`.
///
/// Source: proc(5), `/proc/pid/io`, `/proc/pid/task/tid/children`, `/proc/net/tcp`.
struct ProcessTraffic {
  /// Since the beginning, or since it was forgotten.
  private(set) var moved: UInt64 = 0
  private let root: pid_t
  /// Bytes read and written by each process at the last look.
  private var counters: [pid_t: UInt64] = [:]
  /// Bytes in the queue of each connection at the last look, by inode.
  private var queues: [UInt64: UInt64] = [:]
  private var hasLooked = false

  init(of root: pid_t) { self.root = root }

  mutating func forget() { self.moved = 0 }

  /// Adds what was moved since the last look; the first one only sees where things stand.
  mutating func look() {
    #if os(Linux)
      let processes = Self.descendants(of: self.root)
      var counters: [pid_t: UInt64] = [:]
      var inodes: Set<UInt64> = []
      for process in processes {
        counters[process] = Self.bytes(of: process)
        inodes.formUnion(Self.sockets(of: process))
      }
      let queues = inodes.isEmpty ? [:] : Self.queues(inodes, self.root)
      if self.hasLooked {
        for (process, count) in counters {
          let old = self.counters[process] ?? 0
          if count > old { self.moved &+= count - old }
        }
        for (inode, old) in self.queues {
          if let rest = queues[inode], rest < old { self.moved &+= old - rest }
        }
      }
      self.counters = counters
      self.queues = queues
      self.hasLooked = true
    #endif
  }

  #if os(Linux)
    /// A process and all that it started, as far as they still belong to it.
    private static func descendants(of root: pid_t) -> [pid_t] {
      var found = [root]
      var next = 0
      while next < found.count, found.count < 256 {
        // git starts children from threads too.
        for thread in Self.numbers(in: "/proc/\(found[next])/task") {
          let text = Self.text(of: "/proc/\(found[next])/task/\(thread)/children")
          found += text.split(separator: " ").compactMap { pid_t($0) }
        }
        next += 1
      }
      return found
    }

    private static func numbers(in folder: String) -> [UInt64] {
      guard let stream = opendir(folder) else { return [] }
      defer { closedir(stream) }
      var numbers: [UInt64] = []
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
          String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        if let number = UInt64(name) { numbers.append(number) }
      }
      return numbers
    }

    /// Bytes that the process has read and written, from and to whatever.
    private static func bytes(of process: pid_t) -> UInt64 {
      Self.text(of: "/proc/\(process)/io").split(separator: "\n")
        .filter { $0.hasPrefix("rchar:") || $0.hasPrefix("wchar:") }
        .compactMap { $0.split(separator: " ").last.flatMap { UInt64($0) } }.reduce(0, &+)
    }

    private static func sockets(of process: pid_t) -> [UInt64] {
      Self.numbers(in: "/proc/\(process)/fd").compactMap { number in
        var buffer = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/\(process)/fd/\(number)", &buffer, buffer.count)
        let target = String(
          decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
        return UInt64(target.dropFirst("socket:[".count).dropLast())
      }
    }

    /// What waits to be sent, or for the other side to confirm it.
    private static func queues(_ inodes: Set<UInt64>, _ process: pid_t) -> [UInt64: UInt64] {
      var queues: [UInt64: UInt64] = [:]
      for table in ["tcp", "tcp6"] {
        for line in Self.text(of: "/proc/\(process)/net/\(table)").split(separator: "\n") {
          let fields = line.split(separator: " ")
          guard fields.count > 9, let inode = UInt64(fields[9]), inodes.contains(inode),
            let queue = fields[4].split(separator: ":").first.flatMap({ UInt64($0, radix: 16) })
          else { continue }
          queues[inode] = queue
        }
      }
      return queues
    }

    /// A file of the system's; empty when it cannot be read.
    private static func text(of path: String) -> String {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return "" }
      defer { close(descriptor) }
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65536)
      while bytes.count < 1 << 22 {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        bytes += buffer[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  #endif
}
