import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// Programs of a test's own, and what it takes to wait for them.
enum Script {
  static let shell = GitPath("/bin/sh")

  /// Makes a program of these lines of shell.
  ///
  /// A child writes it: a file that this process has open to write, a child of another test may hold
  /// open too, and then it cannot be run.
  static func put(_ lines: String, at path: GitPath) throws {
    let command = WorkerCommand(
      Self.shell,
      words: [
        "-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", lines,
        text(path),
      ], folder: GitPath("/"))
    #expect(Self.end(of: try SpawnedWorker(command)) == .exited(0))
  }

  static func command(_ lines: String, environment: ProcessEnvironment? = nil) -> WorkerCommand {
    WorkerCommand(
      Self.shell, words: ["-c", lines], folder: GitPath("/"), environment: environment)
  }

  /// How it ended, once it has.
  static func end(of worker: SpawnedWorker) -> SpawnedWorker.ExitKind? {
    Self.awaitEnd(of: worker.process)
    return worker.reap()
  }

  /// Returns when the child has ended; leaves it to be collected.
  static func awaitEnd(of process: Int32) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
  }

  /// The output up to and with `word`; all of it when nil or when the word does not come.
  static func output(of worker: SpawnedWorker, until word: String? = nil) throws -> String {
    var gathered: [UInt8] = []
    while let descriptor = worker.descriptor {
      let ready = try DescriptorPoll.wait([(descriptor, 1)], within: .seconds(60))
      guard !ready.isEmpty else {
        Issue.record("nothing came for a minute")
        break
      }
      if case .output(let bytes) = worker.read() { gathered += bytes }
      if let word, String(decoding: gathered, as: UTF8.self).contains(word) { break }
    }
    return String(decoding: gathered, as: UTF8.self)
  }

  /// Whether there is a process of that number, also one that has ended and waits to be collected.
  static func exists(_ process: Int32) -> Bool { kill(process, 0) == 0 }
}
