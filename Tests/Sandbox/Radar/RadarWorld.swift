import Foundation
import Testing

/// Several machines with a clone each of one remote.
final class RadarWorld {
  let sandbox: Sandbox
  let remote: Bytes
  private(set) var clones: [String: TestRepository] = [:]

  /// - Parameters:
  ///   - arguments: more for `git init`.
  ///   - machines: each gets a clone.
  /// - Throws: what git says when that fails.
  init(_ arguments: [Bytes] = [], machines: [String] = ["laptop", "desk"]) throws {
    let first = try TestRepository.make(arguments)
    self.sandbox = first.sandbox
    self.remote = try self.sandbox.makeRemote(of: first)
    try first.git("remote", "add", "origin", self.remote)
    self.clones["laptop"] = first
    try self.sandbox.configure(DaemonWorld.usualSettings)
    for machine in machines where machine != "laptop" {
      try self.sandbox.become(machine)
      try self.sandbox.configure(DaemonWorld.usualSettings)
      self.clones[machine] = try self.sandbox.clone(self.remote)
    }
    for machine in machines { _ = try self.on(machine) { try $0.pulsar("list") } }
  }

  /// Runs `body` as a machine, on its clone.
  @discardableResult
  func on<Value>(_ machine: String, _ body: (TestRepository) throws -> Value) throws -> Value {
    try self.sandbox.become(machine)
    return try body(try #require(self.clones[machine]))
  }

  /// Changes a file on a machine, captures and pushes it.
  @discardableResult
  func work(_ machine: String, _ text: Bytes, in path: Bytes = "a.txt") throws -> Bytes {
    try self.on(machine) { repository in
      try repository.write(path, text)
      let outcome = try repository.pulsar("now")
      try #require(outcome.status == 0, "\(outcome)")
      return try #require(try repository.tip())
    }
  }

  /// What `work radar` says, field by field.
  func radar(_ machine: String, environment: [String: Bytes] = [:]) throws -> [String] {
    try self.on(machine) { repository in
      let outcome = try repository.pulsar(
        "work", "radar", repository.top, environment: environment)
      try #require(outcome.status == 0, "\(outcome)")
      return outcome.output.array.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  func news(_ machine: String) throws -> [String] {
    let fields = try self.radar(machine)
    #expect(fields.contains("outcome=looked"), "\(fields)")
    return fields.filter { $0.hasPrefix("drift=") || $0.hasPrefix("problem=") }
  }

  struct Status: Decodable {
    struct Drift: Decodable, Hashable {
      let relation: String
      let machine: String
      let slug: String
      let branch: String
      let commit: String
    }

    let drift: [Drift]
    let driftElsewhere: [String]
    let radarFailure: String?
  }

  func status(_ machine: String) throws -> Status {
    try self.on(machine) { repository in
      let outcome = try repository.pulsar("status", "--json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Status.self, from: Data(outcome.output.array))
    }
  }

  /// Every file below git's folder and the state folder of a machine, with number and times.
  func files(_ machine: String) throws -> [String: String] {
    try self.on(machine) { repository in
      var found: [String: String] = [:]
      for folder in [repository.top / ".git", self.sandbox.state] {
        for path in Files.walk(folder) {
          var status = stat()
          try SystemFailure.check("lstat", folder / path, lstat((folder / path).cString, &status))
          found[(folder / path).text] =
            "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        }
      }
      return found
    }
  }
}
