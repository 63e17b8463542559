internal import PulsarCore
internal import PulsarSystem

/// The worker processes under way.
final class Workers {
  enum Task: Hashable {
    case look, push, radar, tidy
    case capture(CaptureReason)

    /// For the command line.
    fileprivate var words: [String] {
      switch self {
      case .look: ["look"]
      case .push: ["push"]
      case .radar: ["radar"]
      case .tidy: ["tidy"]
      case .capture(let reason): ["capture", "--reason", reason.rawValue]
      }
    }
  }

  /// One worker, and what it has said so far.
  private struct Job {
    let task: Task
    let number: RepositoryNumber
    let worker: SpawnedWorker
    var output: [UInt8] = []
    let began: Int64
    /// One that hangs in the system may not end for long after.
    var isKilled = false
  }

  /// A worker that ended.
  struct End {
    let task: Task
    let number: RepositoryNumber
    /// nil when it died before it could tell.
    let message: WorkMessage?
  }

  private var jobs: [Job] = []
  private let program: GitPath
  /// Longer than any git command of ours may stall.
  private static let longestNanoseconds: Int64 = 2 * 3600 * 1_000_000_000

  init(program: GitPath) { self.program = program }

  var isIdle: Bool { self.jobs.isEmpty }
  func count(of task: Task) -> Int { self.jobs.count { $0.task == task } }

  /// To be polled.
  var descriptors: [Int32] { self.jobs.compactMap(\.worker.descriptor) }

  /// When to call `kill(at:)` at the latest, in nanoseconds of the continuous clock.
  var deadline: Int64? {
    self.jobs.filter { !$0.isKilled }.map(\.began).min().map { $0 + Self.longestNanoseconds }
  }

  func start(
    _ task: Task, of number: RepositoryNumber, _ path: GitPath, _ extra: [String] = []
  ) throws(SystemError) {
    let words = ["work"] + task.words + extra + ["--"]
    let command = WorkerCommand(
      self.program, arguments: words.map { Array($0.utf8) } + [path.bytes], folder: GitPath("/"),
      errors: 2)
    let worker = try SpawnedWorker(command)
    self.jobs.append(
      Job(task: task, number: number, worker: worker, began: ClockReadings.continuous()))
  }

  /// Takes what workers said, and those that ended off the list, in the order they were started.
  func collect() -> [End] {
    var ends: [End] = []
    var left: [Job] = []
    for var job in self.jobs {
      // Before the last words are read, so that none come after.
      let isOver = job.worker.reap() != nil
      while job.worker.descriptor != nil, case .output(let bytes) = job.worker.read() {
        if bytes.isEmpty { break }
        job.output += bytes
      }
      if isOver {
        let message = WorkMessage(bytes: job.output)
        ends.append(End(task: job.task, number: job.number, message: message))
      } else {
        left.append(job)
      }
    }
    self.jobs = left
    return ends
  }

  /// Ends workers that have been under way for too long; `collect` takes them off.
  func kill(at now: Int64) {
    for index in self.jobs.indices
    where !self.jobs[index].isKilled && self.jobs[index].began + Self.longestNanoseconds <= now {
      self.jobs[index].worker.kill()
      self.jobs[index].isKilled = true
    }
  }

  /// Asks all to end.
  func terminate() { for job in self.jobs { job.worker.terminate() } }
}
