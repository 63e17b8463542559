internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// The part of the system that starts and watches background programs for a person.
protocol ServiceManager {
  /// As people know it.
  var name: String { get }
  /// Where its files for this person are.
  var folder: GitPath { get }
  /// Every file that some version of ours writes; one that starts another stands before it.
  var fileNames: [String] { get }

  func files(_ service: BackgroundService) throws -> [UnitFile]
  /// Throws a refusal when it does not answer.
  func checkAnswers() throws
  /// Ends what a file of ours started, for good.
  func stop(_ fileName: String) throws
  /// Does by hand what `stop` asks for, as far as that can be done; for one that does not answer.
  func forget(_ fileName: String) throws
  /// Makes it read its files again.
  func reload() throws
  /// Starts what the files say, now and at every login.
  ///
  /// - Parameters:
  ///   - fileNames: of the files that are in place.
  ///   - anew: ends what runs of it first.
  /// - Throws: a refusal when it does not.
  func start(_ fileNames: [String], anew: Bool) throws
  /// Whether services go on after the person logged out; nil where nobody knows.
  func lingers() throws -> Bool?
}

extension Session {
  var serviceManager: any ServiceManager {
    #if canImport(Darwin)
      LaunchdManager(self)
    #else
      SystemdManager(self)
    #endif
  }

  /// Runs a program of the service manager, which may take long to start or end a service.
  ///
  /// - Throws: a refusal when there is no such program.
  func runManager(_ program: String, _ arguments: [CommandWord]) throws -> ChildProcess.Result {
    let process: ChildProcess
    do throws(GitError) {
      process = try ChildProcess(
        program, arguments, in: GitPath("/"), environment: self.environmentArguments)
    } catch {
      throw Refusal(
        whatFailed: "could not run '\(program)'", why: error.why,
        whatToDo:
          "where another program starts services, let it run 'git-pulsar daemon'; 'install-service --dry-run' shows how"
      )
    }
    // A stop waits for a last capture, a start for the first look at every repository.
    let result = process.finish(stallSeconds: 120, isCancelled: { InterruptFlag.isRaised })
    if result.ending == .cancelled { throw GitError.cancelled }
    return result
  }
}

extension ChildProcess.Result {
  /// The first line it said, which is where systemctl and launchctl name the cause.
  var firstWords: String {
    let line = self.errors.split(separator: UInt8(ascii: "\n")).first.map(Array.init) ?? []
    return line.isEmpty ? self.complaint : escapedForDisplay(line)
  }
}
