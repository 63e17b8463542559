import Foundation
import Testing

/// Clones of one remote, on one or several machines, and every content that was ever captured.
final class IdentityWorld {
  let sandbox: Sandbox
  let remote: Bytes
  private(set) var captured: [(name: String, blob: Bytes)] = []
  private var number = 0

  /// Makes the remote; `arguments` are more for `git init`.
  init(_ arguments: [Bytes] = []) throws {
    let origin = try TestRepository.make(arguments, named: "origin")
    self.sandbox = origin.sandbox
    self.remote = try self.sandbox.makeRemote(of: origin)
  }

  func clone(named name: Bytes = "clone") throws -> TestRepository {
    try self.sandbox.clone(self.remote, named: name)
  }

  /// A machine with the name and id of the present one: a copied disk, without repositories.
  func becomeTwin(_ folder: String, name: String? = nil) throws {
    let (id, old) = (self.sandbox.machineID, self.sandbox.machine)
    try self.sandbox.become(folder)
    let settings = self.sandbox.home / ".config/git-pulsar"
    try Files.write(settings / "machine_name", Bytes(name ?? old))
    try Files.write(settings / "machine_id", Bytes(id))
  }

  func rename(to name: Bytes) throws {
    try Files.write(self.sandbox.home / ".config/git-pulsar/machine_name", name)
  }

  func copy(_ repository: TestRepository, to top: Bytes) throws -> TestRepository {
    try Files.remove(top)
    try Files.makeFolder(top.parent)
    let outcome = try self.sandbox.run(["cp", "-a", repository.top, top], in: self.sandbox.root)
    #expect(outcome.status == 0, "\(outcome)")
    return TestRepository(sandbox: self.sandbox, top: top)
  }

  // MARK: captures

  /// Changes a file to a content that was never there, and remembers it.
  func edit(_ repository: TestRepository) throws {
    self.number += 1
    try repository.write("a.txt", Bytes("content \(self.number)\n"))
    let blob = try repository.git("hash-object", "a.txt")
    self.captured.append(("content \(self.number)", blob))
  }

  /// Changes, captures and pushes; expects that it arrives.
  @discardableResult
  func capture(
    _ repository: TestRepository, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ChildProcess.Outcome {
    try self.edit(repository)
    let outcome = try repository.pulsar("now", "--here")
    outcome.expectEnd(status: 0, ["pushed"], sourceLocation: sourceLocation)
    return outcome
  }

  // MARK: what git says

  /// The contents that no ref of the remote leads to.
  func lost() throws -> [String] {
    let found = try self.sandbox.git(["rev-list", "--all", "--objects"], in: self.remote).lines
    let ids = Set(found.map { Bytes($0.array.prefix { $0 != UInt8(ascii: " ") }) })
    return self.captured.filter { !ids.contains($0.blob) }.map(\.name)
  }

  func expectNothingLost(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try self.lost() == [], sourceLocation: sourceLocation)
    let check = try self.sandbox.tryGit(["fsck", "--strict", "--no-dangling"], in: self.remote)
    #expect(check.status == 0, "\(check)", sourceLocation: sourceLocation)
  }

  /// The remote's streams, `<slug>/<branch>`, with what each is at.
  func streams() throws -> [String: Bytes] {
    let prefix = "refs/heads/wip/pulsar/"
    let lines = try self.sandbox.git(
      ["for-each-ref", "--format=%(objectname) %(refname)", Bytes(prefix)], in: self.remote
    ).lines
    var streams: [String: Bytes] = [:]
    for line in lines {
      let words = line.text.split(separator: " ")
      streams[String(words[1].dropFirst(prefix.count))] = Bytes(String(words[0]))
    }
    return streams
  }

  /// What a stream's newest capture on the remote has in the file.
  func content(of stream: String) throws -> Bytes {
    try self.sandbox.git(
      ["cat-file", "blob", Bytes("refs/heads/wip/pulsar/\(stream):a.txt")], in: self.remote)
  }

  func content(in repository: TestRepository) throws -> Bytes {
    try repository.read("a.txt").line
  }

  /// The slug that `status` tells.
  func slug(in repository: TestRepository) throws -> String {
    struct Status: Decodable { let machine: String }
    let outcome = try repository.pulsar("status", "--json")
    return try JSONDecoder().decode(Status.self, from: Data(outcome.output.array)).machine
  }
}
