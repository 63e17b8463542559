import PulsarCore
import PulsarSystem

extension BackgroundService {
  static func make(
    program: String = "/usr/bin/git-pulsar", _ schedule: Schedule = .always,
    _ environment: KeyValuePairs<String, String> = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
  ) -> BackgroundService {
    BackgroundService(
      program: GitPath(program), schedule: schedule,
      environment: environment.map { .init(name: Array($0.utf8), value: Array($1.utf8)) })
  }

  /// Every character that means something to systemd, launchd or a shell.
  static let difficultProgram = "/opt/my tools/100%/$HOME/é;#<&>/git-pulsar"
  static let difficultFolder = "/home/é/state %h $USER \"x\" 'y' \\ <&>"
}
