package import PulsarCore

/// What the system's service manager is to run for the person, without its words.
package struct BackgroundService: Hashable, Sendable {
  package enum Schedule: Hashable, Sendable {
    /// The daemon, always.
    case always
    /// One pass over the registry every so often.
    case every(seconds: Int)
  }

  /// Shorter than this a pass is not worth its start; the daemon is there for that.
  package static let intervalSecondsMin = 60
  package static let intervalSecondsMax = 30 * 86_400

  /// Absolute.
  package let program: GitPath
  package let schedule: Schedule
  /// What of the person's environment the program gets, ascending by name.
  package let environment: [ProcessEnvironment.Variable]

  package init(
    program: GitPath, schedule: Schedule, environment: [ProcessEnvironment.Variable]
  ) {
    self.program = program
    self.schedule = schedule
    self.environment = environment
  }

  /// After the program's name.
  package var arguments: [String] {
    switch self.schedule {
    case .always: ["daemon"]
    case .every: ["daemon", "--once"]
    }
  }
}
