// Measures how many events a second the scheduler takes in, with nothing around it:
//   scheduler-bench [REPOSITORIES] [EVENTS]
// Prints one line: repositories, events, seconds, events per second.

import PulsarCore

@main enum SchedulerBench {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let repositories = max(1, arguments.first ?? 5)
    let events = max(1, arguments.dropFirst().first ?? 5_000_000)
    var scheduler = Scheduler(seed: 1)
    let schedule = Schedule(Settings(), hasRemote: true)
    var now: Int64 = 0
    var answers: [SchedulerEvent] = []
    var count = 0

    /// Handles an event, then plays the machine: what is begun ends at once.
    func handle(_ event: SchedulerEvent) {
      answers.append(event)
      while let event = answers.popLast() {
        count += 1
        for action in scheduler.handle(event, at: MonotonicTime(nanoseconds: now)) {
          switch action {
          case .capture(let number, _, _, _):
            answers.append(.captureFinished(number, .captured(isNew: true)))
          case .push(let number): answers.append(.pushFinished(number, .pushed))
          case .radar(let number): answers.append(.radarFinished(number, .nothingNew))
          case .maintain(let number): answers.append(.maintenanceFinished(number))
          case .readPower: answers.append(.powerRead(.mains))
          case .readLoad: answers.append(.loadRead(hundredthsPerCore: 50))
          case .standing, .notify, .stop: break
          }
        }
      }
    }

    for number in 0..<repositories {
      handle(.repositoryAdded(RepositoryNumber(number), schedule, RepositoryFacts()))
    }
    count = 0
    let clock = ContinuousClock()
    let start = clock.now
    // Changes come every 50 ms, one repository after the other, with the deadlines between them.
    while count < events {
      now += 50_000_000
      let time = MonotonicTime(nanoseconds: now)
      if let deadline = scheduler.deadline, deadline <= time { handle(.deadline) }
      handle(.filesChanged(RepositoryNumber(count % repositories)))
    }
    let taken = clock.now - start
    let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
    print(
      "repositories \(repositories) events \(count) seconds \(seconds)"
        + " events/s \(Int(Double(count) / seconds))")
  }
}
