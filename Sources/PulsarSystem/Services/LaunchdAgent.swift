import PulsarCore

/// The text of the launchd agent.
///
/// Source: launchd.plist(5).
package enum LaunchdAgent {
  package static let label = "git-pulsar"
  package static let name = "git-pulsar.plist"

  package static func file(_ service: BackgroundService) throws(UnitTextError) -> UnitFile {
    let program = try UnitTextError.text(service.program.bytes, "the path of the program")
    let arguments = ([program] + service.arguments).map {
      "    <string>\(Self.escaped($0))</string>"
    }
    var variables: [String] = []
    for variable in service.environment {
      let name = String(decoding: variable.name, as: UTF8.self)
      let value = try UnitTextError.text(variable.value, name)
      variables.append("    <key>\(Self.escaped(name))</key>")
      variables.append("    <string>\(Self.escaped(value))</string>")
    }
    return UnitFile(
      name: Self.name,
      head: """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <!-- Written by 'git pulsar install-service'; 'git pulsar uninstall-service' removes it. -->
        <!--\u{20}
        """,
      tail: """
         -->
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>\(Self.label)</string>
          <key>ProgramArguments</key>
          <array>
        \(arguments.joined(separator: "\n"))
          </array>
          <key>EnvironmentVariables</key>
          <dict>
        \(variables.joined(separator: "\n"))
          </dict>
          <key>RunAtLoad</key>
          <true/>
        \(Self.schedule(service.schedule))
          <key>ProcessType</key>
          <string>Background</string>
          <key>LowPriorityIO</key>
          <true/>
          <key>Nice</key>
          <integer>10</integer>
          <key>ExitTimeOut</key>
          <integer>30</integer>
        </dict>
        </plist>

        """)
  }

  private static func schedule(_ schedule: BackgroundService.Schedule) -> String {
    switch schedule {
    case .always:
      // Started anew after a failure, at the earliest half a minute after the last start.
      """
        <key>KeepAlive</key>
        <dict>
          <key>SuccessfulExit</key>
          <false/>
        </dict>
        <key>ThrottleInterval</key>
        <integer>30</integer>
      """
    case .every(let seconds):
      """
        <key>StartInterval</key>
        <integer>\(seconds)</integer>
      """
    }
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
