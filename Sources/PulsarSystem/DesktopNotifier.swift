import PulsarCore
package import PulsarEngine

/// Shows notifications through the program that the desktop has for it.
///
/// The programs run on their own; the loop that owns this calls `tend` when a child ended and when
/// `deadline` came.
package final class DesktopNotifier: Notifier {
  /// More at once means that the desktop does not take them.
  package static let runningMax = 8
  package static let limit = Duration.seconds(10)

  private let environment: ProcessEnvironment
  private let tool: NotificationTool
  private let limitNanoseconds: Int64
  private var running: [(worker: SpawnedWorker, deadline: Int64)] = []

  /// - Parameters:
  ///   - environment: of this process; tells where the desktop is.
  ///   - tool: what shows them.
  ///   - limit: a program that runs longer is killed.
  package init(
    environment: ProcessEnvironment, tool: NotificationTool = .native,
    limit: Duration = DesktopNotifier.limit
  ) {
    self.environment = environment
    self.tool = tool
    self.limitNanoseconds =
      limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000
  }

  package func notify(_ notification: DesktopNotification) -> NotificationOutcome {
    if self.running.count >= Self.runningMax {
      return .skipped(why: "\(Self.runningMax) notifications are still being shown")
    }
    let program: GitPath
    switch self.tool.find(in: self.environment) {
    case .success(let found): program = found
    case .failure(let missing): return .skipped(why: missing.why)
    }
    let command = WorkerCommand(
      program, words: self.tool.arguments(for: notification), folder: GitPath("/"),
      environment: self.environment)
    do throws(SystemError) {
      let worker = try SpawnedWorker(command)
      self.running.append((worker, ClockReadings.continuous() + self.limitNanoseconds))
      return .started
    } catch {
      return .skipped(why: "\(error.whatFailed): \(error.why)")
    }
  }

  /// When `tend` is due at the latest, on the continuous clock in nanoseconds; nil: nothing runs.
  package var deadline: Int64? { self.running.map(\.deadline).min() }

  /// Collects the programs that ended, and kills those that take too long.
  ///
  /// - Parameter now: on the continuous clock, in nanoseconds.
  /// - Returns: what went wrong, for the log; a line each.
  package func tend(now: Int64) -> [String] {
    var problems: [String] = []
    self.running = self.running.filter { worker, deadline in
      if let exit = worker.reap() {
        switch exit {
        case .exited(0), .unknown: break
        case .exited(let status):
          problems.append("a notification was not shown: exit status \(status)")
        case .signalled(let signal):
          problems.append("a notification was not shown: ended by signal \(signal)")
        }
        return false
      }
      if now < deadline { return true }
      problems.append("a notification was not shown: its program hung")
      // The value that goes away kills it.
      return false
    }
    return problems
  }
}
