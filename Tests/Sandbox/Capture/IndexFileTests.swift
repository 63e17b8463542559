import PulsarCore
import Testing

@testable import PulsarGit

/// What we read of git's index is what git says of it.
@Suite struct IndexFileTests {
  /// An index of each format, with names of all lengths up to where the length is not written down.
  private func repository(_ format: String, version: Int) throws -> PlainRepository {
    let repository = try PlainRepository([CommandWord("--object-format=\(format)")])
    try repository.git(["config", "index.version", CommandWord("\(version)")])
    let names = (1...20).map { String(repeating: "n", count: $0) }
    for name in names { try Files.write(repository.top / Bytes(name), "x\n") }
    let folder = String(repeating: "d", count: 200)
    let deep = Array(repeating: folder, count: 18).joined(separator: "/")
    let blob = try repository.id(["hash-object", "-w", "--stdin"])
    try repository.git(
      ["update-index", "--add", "--index-info"],
      input: Array("100644 \(blob.hex)\t\(deep)/f\n".utf8))
    try repository.git(["add", "--"] + names.map { CommandWord($0) })
    return repository
  }

  private func findings(
    _ repository: PlainRepository, _ format: String
  ) throws -> IndexFile.Findings? {
    let bytes = try Files.read(repository.top / ".git/index")
    return IndexFile.findings(bytes.array, idSize: format == "sha256" ? 32 : 20)
  }

  private func hidesFiles(_ repository: PlainRepository, _ format: String) throws -> Bool? {
    try self.findings(repository, format)?.hidesFiles
  }

  @Test(arguments: ["sha1", "sha256"], [2, 3, 4])
  func `hidden files are seen in every format`(format: String, version: Int) throws {
    let repository = try self.repository(format, version: version)
    #expect(try self.hidesFiles(repository, format) == false)
    try repository.git(["rm", "-q", "--cached", "--", "nnn"])
    try repository.git(["add", "--intent-to-add", "--", "nnn"])
    #expect(try self.hidesFiles(repository, format) == false)
    try repository.git(["update-index", "--assume-unchanged", "nnnn"])
    #expect(try self.hidesFiles(repository, format) == true)
    try repository.git(["update-index", "--no-assume-unchanged", "nnnn"])
    try repository.git(["update-index", "--skip-worktree", "nnnnn"])
    #expect(try self.hidesFiles(repository, format) == true)
  }

  @Test(arguments: ["sha1", "sha256"], [2, 3, 4])
  func `attribute files are found in every format`(format: String, version: Int) throws {
    let repository = try self.repository(format, version: version)
    #expect(try self.findings(repository, format)?.attributeFiles.isEmpty == true)
    let folder = String(repeating: "d", count: 200)
    let names = [
      ".gitattributes", "d/.gitattributes", "d/e.gitattributes", "d/.gitattributes2",
      "m/n/.gitattributes", "\(folder)/\(folder)/.gitattributes", "z/.gitattributes/x",
    ]
    for name in names { try Files.write(repository.top / Bytes(name), Bytes("\(name)\n")) }
    try repository.git(["add", "--"] + names.map { CommandWord($0) })
    let found = try #require(try self.findings(repository, format)).attributeFiles
    let wanted = [names[0], names[1], names[5], names[4]]
    #expect(found.map(\.path.displayed) == wanted)
    for file in found {
      let blob = try repository.id(["rev-parse", CommandWord(":\(file.path.displayed)")])
      #expect(file.id == blob, "\(file.path.displayed)")
    }
  }

  @Test func `what is elsewhere or cut short is left to git`() throws {
    let repository = try self.repository("sha1", version: 2)
    let whole = try Files.read(repository.top / ".git/index").array
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(
        IndexFile.findings(Array(whole.prefix(count)), idSize: 20)?.hidesFiles == nil, "\(count)")
    }
    try repository.git(["update-index", "--split-index"])
    #expect(try self.hidesFiles(repository, "sha1") == nil)
  }
}
