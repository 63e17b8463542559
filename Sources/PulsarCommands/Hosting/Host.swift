internal import ArgumentParser
internal import Foundation
package import PulsarCore
package import PulsarEngine
package import PulsarSystem
internal import Synchronization

/// A machine inside another program, such as a simulator: the verbs run there as they would in a
/// process of their own, with its environment, clock and folder.
package final class Host: Sendable {
  /// Where the verbs of this task run; nil for the process itself.
  @TaskLocal static var current: Host?

  /// What a verb came to.
  package struct Outcome: Hashable, Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    package init(status: Int32, output: [UInt8], errors: [UInt8]) {
      self.status = status
      self.output = output
      self.errors = errors
    }
  }

  let environment: ProcessEnvironment
  let clock: LocalClock
  let folder: GitPath
  let boot: [UInt8]?
  let cloneSuffix: @Sendable () -> String
  let yield: @Sendable (YieldPoint) -> Void
  private let written = Mutex<(output: [UInt8], errors: [UInt8])>(([], []))

  /// - Parameters:
  ///   - environment: of its processes.
  ///   - clock: of the machine.
  ///   - folder: where the person stands.
  ///   - boot: which start of the system this is; nil where that is not known.
  ///   - cloneSuffix: tells a clone from others of its machine, when it has to; six hexadecimal digits.
  ///   - yield: called between any two effects of a capture or a push.
  package init(
    environment: ProcessEnvironment, clock: LocalClock, folder: GitPath, boot: [UInt8]? = nil,
    cloneSuffix: @escaping @Sendable () -> String = CloneIdentity.randomSuffix,
    yield: @escaping @Sendable (YieldPoint) -> Void = { _ in }
  ) {
    self.environment = environment
    self.clock = clock
    self.folder = folder
    self.boot = boot
    self.cloneSuffix = cloneSuffix
    self.yield = yield
  }

  /// Runs a verb; every question is answered by the end of the input.
  ///
  /// - Parameter arguments: of the command line, without the program.
  /// - Returns: what it said, and the status it would have ended with.
  package func run(_ arguments: [String]) -> Outcome {
    self.written.withLock { $0 = ([], []) }
    let status: Int32 = Host.$current.withValue(self) {
      do {
        var command = try GitPulsar.parseAsRoot(arguments)
        try command.run()
        return ExitStatus.done.rawValue
      } catch {
        let code = GitPulsar.exitCode(for: error).rawValue
        let text = GitPulsar.fullMessage(for: error)
        if !(error is ExitCode) { self.take(Array(text.utf8), code == 0 ? 1 : 2) }
        return code
      }
    }
    return self.written.withLock { Outcome(status: status, output: $0.output, errors: $0.errors) }
  }

  /// Takes what is written to standard output or error.
  func take(_ bytes: [UInt8], _ descriptor: Int32) {
    self.written.withLock {
      if descriptor == 1 { $0.output += bytes } else { $0.errors += bytes }
    }
  }
}
