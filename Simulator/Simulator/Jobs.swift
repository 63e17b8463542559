import Foundation
import PulsarSimulator

/// Processes that work at the same time, each at one run; kept for the next time.
final class Jobs {
  private let count: Int
  private var jobs: [Job] = []

  init(_ count: Int) {
    self.count = count
    signal(SIGPIPE, SIG_IGN)
  }

  /// Works until there is nothing more to do.
  ///
  /// - Parameters:
  ///   - next: gives what to do; nil for nothing now. Asked again after every report.
  ///   - handle: takes what was done, in the order in which it is ready.
  /// - Throws: what either of them throws; `Complaint` when no process can be started.
  func work(
    next: () throws -> RunRequest?, handle: (RunRequest, RunReport) throws -> Void
  ) throws {
    while true {
      try self.begin(next)
      let busy = self.jobs.filter { $0.request != nil }
      if busy.isEmpty { return }
      for job in Self.ready(among: busy) {
        guard let request = job.request else { continue }
        switch job.isLate ? .gone("it took too long: \(job.end(atOnce: true))") : try job.read() {
        case .none: continue
        case .report(let report): try handle(request, report)
        case .gone(let why):
          self.jobs.removeAll { $0 === job }
          try handle(request, RunReport(trouble: why, seed: request.seed ?? 0))
        }
      }
    }
  }

  /// Does one thing.
  func run(_ request: RunRequest) throws -> RunReport {
    var left: RunRequest? = request
    var found = RunReport(trouble: "nothing came of it", seed: request.seed ?? 0)
    try self.work {
      defer { left = nil }
      return left
    } handle: {
      found = $1
    }
    return found
  }

  private func begin(_ next: () throws -> RunRequest?) throws {
    while let request = try self.idle == nil && self.jobs.count == self.count ? nil : next() {
      let job = try self.idle ?? Job()
      if !self.jobs.contains(where: { $0 === job }) { self.jobs.append(job) }
      try job.begin(request)
    }
  }

  private var idle: Job? { self.jobs.first { $0.request == nil } }

  /// Waits until one has something to say, or a while.
  private static func ready(among jobs: [Job]) -> [Job] {
    var waits = jobs.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    _ = poll(&waits, nfds_t(waits.count), 5000)
    return zip(jobs, waits).filter { $1.revents != 0 || $0.isLate }.map(\.0)
  }
}
