import ArgumentParser
import Foundation
import PulsarSimulator

/// What the other commands start: lives through what it is told, one JSON value a line, and answers
/// in kind.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Lives through what standard input says.", shouldDisplay: false)

  func run() throws {
    // Whoever started this ignores it, and the programs of a run must not.
    signal(SIGPIPE, SIG_DFL)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    while let line = readLine() {
      let request = try JSONDecoder().decode(RunRequest.self, from: Data(line.utf8))
      let report = request.perform()
      FileHandle.standardOutput.write(try encoder.encode(report) + [UInt8(ascii: "\n")])
    }
  }
}
