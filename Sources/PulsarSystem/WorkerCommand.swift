package import PulsarCore

/// What a worker process is to run.
package struct WorkerCommand: Hashable, Sendable {
  /// Absolute.
  package var program: GitPath
  /// Without the program's name; no NUL.
  package var arguments: [[UInt8]]
  /// Where it runs.
  package var folder: GitPath
  /// All its variables; nil: those of this process.
  package var environment: ProcessEnvironment?
  /// Where its standard error goes, not closed by anybody here; nil: nowhere.
  package var errors: Int32?

  package init(
    _ program: GitPath, arguments: [[UInt8]], folder: GitPath,
    environment: ProcessEnvironment? = nil, errors: Int32? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.folder = folder
    self.environment = environment
    self.errors = errors
  }

  package init(
    _ program: GitPath, words: [String], folder: GitPath,
    environment: ProcessEnvironment? = nil, errors: Int32? = nil
  ) {
    self.init(
      program, arguments: words.map { Array($0.utf8) }, folder: folder, environment: environment,
      errors: errors)
  }
}
