#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Tells a service manager how this process is doing; without one, nothing.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3).
package struct ServiceNotice: Sendable {
  package enum Message: Hashable, Sendable {
    case ready, stopping, watchdog
    /// Settings are read anew; to be followed by `ready`.
    case reloading
    /// One line for people.
    case status(String)

    var line: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .watchdog: "WATCHDOG=1"
      case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(ClockReadings.now().awake / 1000)"
      // A line break would begin another message.
      case .status(let text): "STATUS=" + plainText(text, lengthMax: 200)
      }
    }
  }

  /// How often to send `watchdog`, half of what the manager waits; nil: never.
  package let watchdogInterval: Duration?
  /// The manager's socket: a path, or with a leading NUL an abstract name; nil: no manager.
  private let address: [UInt8]?

  /// - Parameters:
  ///   - environment: of this process.
  ///   - process: its number.
  package init(environment: ProcessEnvironment, process: Int32 = getpid()) {
    self.address = Self.address(environment["NOTIFY_SOCKET"] ?? [])
    self.watchdogInterval = Self.interval(environment, process)
  }

  /// Sends all in one datagram; never waits.
  ///
  /// - Returns: whether it was handed over; nothing may fail because it was not.
  @discardableResult
  package func send(_ messages: Message...) -> Bool {
    guard let target = self.address else { return false }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: target) }
    // The length tells how much of an abstract name counts.
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
    let length = socklen_t(offset + target.count)
    #if canImport(Darwin)
      let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let flags = MSG_DONTWAIT
    #else
      let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue
      let descriptor = socket(AF_UNIX, Int32(kind), 0)
      let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    #endif
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let text = Array(messages.map { $0.line + "\n" }.joined().utf8)
    let sent = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, flags, $0, length)
      }
    }
    return sent == text.count
  }

  private static func address(_ value: [UInt8]) -> [UInt8]? {
    let lengthMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    guard value.count > 1, value.count <= lengthMax else { return nil }
    switch value.first {
    case UInt8(ascii: "/"): return value
    case UInt8(ascii: "@"): return [0] + value.dropFirst()
    default: return nil
    }
  }

  private static func interval(_ environment: ProcessEnvironment, _ process: Int32) -> Duration? {
    func number(_ name: String) -> Int64? {
      environment[name].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    }
    guard let microseconds = number("WATCHDOG_USEC"), microseconds > 1 else { return nil }
    if environment["WATCHDOG_PID"] != nil && number("WATCHDOG_PID") != Int64(process) {
      return nil
    }
    return .microseconds(microseconds / 2)
  }
}
