import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// Source: sd_notify(3), unix(7).
@Suite(.timeLimit(.minutes(2))) struct ServiceNoticeSocketTests {
  private static func notice(_ name: [UInt8]) -> ServiceNotice {
    ServiceNotice(environment: ProcessEnvironment(entries: [Array("NOTIFY_SOCKET=".utf8) + name]))
  }

  @Test func `tells the manager at a path`() throws {
    let folder = TemporaryFolder()
    let manager = try Manager(folder("notify").bytes)
    let notice = Self.notice(folder("notify").bytes)
    #expect(notice.send(.ready, .status("watching 3 repositories")))
    #expect(manager.received() == "READY=1\nSTATUS=watching 3 repositories\n")
    #expect(notice.send(.watchdog))
    #expect(manager.received() == "WATCHDOG=1\n")
    #expect(notice.send(.stopping))
    #expect(manager.received() == "STOPPING=1\n")
  }

  @Test func `a reload carries the time it began`() throws {
    let folder = TemporaryFolder()
    let manager = try Manager(folder("notify").bytes)
    let before = ClockReadings.now().awake / 1000
    #expect(Self.notice(folder("notify").bytes).send(.reloading))
    let lines = manager.received().split(separator: "\n")
    #expect(lines.first == "RELOADING=1")
    let time = lines.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) } ?? 0
    #expect(time >= before && time <= ClockReadings.now().awake / 1000)
  }

  #if os(Linux)
    @Test func `tells the manager at an abstract name`() throws {
      let name = Array("pulsar-\(UUID().uuidString)".utf8)
      let manager = try Manager([0] + name)
      #expect(Self.notice([UInt8(ascii: "@")] + name).send(.ready))
      #expect(manager.received() == "READY=1\n")
    }
  #endif

  @Test func `a manager that does not listen keeps nobody waiting`() throws {
    let folder = TemporaryFolder()
    let manager = try Manager(folder("notify").bytes)
    let notice = Self.notice(folder("notify").bytes)
    // Until its queue is full.
    var count = 0
    while count < 100_000, notice.send(.watchdog) { count += 1 }
    #expect(count > 0 && count < 100_000)
    #expect(manager.received() == "WATCHDOG=1\n")
    #expect(notice.send(.watchdog))
  }

  /// The socket of a service manager.
  private final class Manager {
    private let descriptor: Int32

    init(_ name: [UInt8]) throws {
      #if canImport(Darwin)
        self.descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
      #else
        self.descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      #endif
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
      let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
      let bound = withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(self.descriptor, $0, socklen_t(offset + name.count))
        }
      }
      #expect(bound == 0)
    }

    deinit { close(self.descriptor) }

    /// One datagram; it was sent before, so it is there.
    func received() -> String {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(self.descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }
}
