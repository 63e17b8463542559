import Foundation
import Testing

/// Something did not come about in time.
struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// What `git pulsar status --json` says.
struct DaemonStatus: Decodable {
  let paused: Bool
  let operation: String?
  let reason: String?
  let unpushed: Int
  let daemonRuns: Bool
  let captures: String?
  let pushes: String?
  let unwatched: String?

  /// Whether a change waits for the interval to end.
  var waitsForInterval: Bool { self.captures?.contains(", from ") == true }
}

extension DaemonWorld {
  /// Longer than anything takes on a busy machine; less than the minute after which the daemon looks
  /// again at what was away.
  private static let patience = Duration.seconds(30)
  /// High load delays captures by three times half a minute.
  private static let patienceUnderLoad = Duration.seconds(120)

  private static var isLoadHigh: Bool {
    var load = 0.0
    return getloadavg(&load, 1) == 1
      && load / Double(ProcessInfo.processInfo.activeProcessorCount) > 2.4
  }

  /// Looks at a condition until it holds.
  ///
  /// - Throws: when it never does.
  func expect(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
  ) async throws {
    let begin = ContinuousClock.now
    var limit = Self.patience
    while true {
      if try condition() { return }
      if Self.isLoadHigh { limit = Self.patienceUnderLoad }
      if ContinuousClock.now - begin > limit { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    let board = (try? Files.read(self.sandbox.state / "git-pulsar/daemon.state")) ?? ""
    let shown = board.text.split(separator: "\0").joined(separator: "\n")
    let failure = NeverHappened(
      description:
        "never: \(words)\n\(self.log.suffix(30).joined(separator: "\n"))\n\(shown)")
    Issue.record(failure, sourceLocation: sourceLocation)
    throw failure
  }

  /// Waits until the newest capture of the current branch has the tree that git gives.
  @discardableResult
  func expectCapture(
    of repository: TestRepository? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Bytes {
    let repository = repository ?? self.repository
    let expected = try Judge.tree(of: repository)
    let stream = try repository.stream()
    var seen: Bytes?
    var isRight = false
    var differences = ""
    do {
      try await self.expect(
        "\(repository.top) is captured at \(stream)", sourceLocation: sourceLocation
      ) {
        let now = try self.value(of: stream, in: repository)
        if let now, now != seen {
          let tree = try repository.id(now + "^{tree}")
          isRight = tree == expected.id
          if !isRight { differences = try expected.differences(to: tree, in: repository) }
        }
        seen = now
        return isRight
      }
    } catch {
      Issue.record("the capture differs from git's tree: \(differences)")
      throw error
    }
    return try #require(seen)
  }

  /// Reads a loose ref; nil when there is none.
  func value(of ref: Bytes, in repository: TestRepository) throws -> Bytes? {
    let path = repository.top / ".git" / ref
    return Files.exists(path) ? try Files.read(path).line : nil
  }

  /// Waits until the remote has the newest capture of the current branch.
  func expectPush(
    of repository: TestRepository? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let repository = repository ?? self.repository
    let branch = try repository.git("symbolic-ref", "--short", "HEAD")
    let remote = try repository.git("config", "remote.origin.url")
    let ref = Bytes("refs/heads/wip/pulsar/\(self.sandbox.slug)/") + branch
    let stream = try repository.stream()
    try await self.expect("\(repository.top) is pushed", sourceLocation: sourceLocation) {
      guard let tip = try self.value(of: stream, in: repository) else { return false }
      let path = remote / ref
      return try Files.exists(path) && Files.read(path).line == tip
    }
  }

  func status(of repository: TestRepository? = nil) throws -> DaemonStatus {
    let outcome = try (repository ?? self.repository).pulsar("status", "--json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(DaemonStatus.self, from: Data(outcome.output.array))
  }

  /// Waits until `status` says what is expected.
  func expectStatus(
    of repository: TestRepository? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: (DaemonStatus) -> Bool
  ) async throws {
    var last: DaemonStatus?
    do {
      try await self.expect("status", sourceLocation: sourceLocation) {
        let status = try self.status(of: repository)
        last = status
        return condition(status)
      }
    } catch {
      Issue.record("status says \(String(describing: last))", sourceLocation: sourceLocation)
      throw error
    }
  }

  func expectLog(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await self.expect("the log says '\(words)'", sourceLocation: sourceLocation) {
      self.logCount(words) > 0
    }
  }
}
