import PulsarCore
import PulsarEngine
import Testing

@testable import PulsarGit

/// Attribute files that are in the index and not on disk count, as for `git add`.
@Suite struct AttributesInIndexTests {
  /// Files that each conversion concerns, and the attributes that say so.
  private static let attributes: Bytes = """
    * text=auto
    *.enc filter=enc
    *.id ident
    *.u16 text working-tree-encoding=UTF-16LE
    *.up filter=up

    """

  /// A filter that hides what goes through it, and one whose files have line ends too.
  private static func configure(_ repository: TestRepository) throws {
    for (key, value): (Bytes, Bytes) in [
      ("filter.enc.clean", "tr a-z n-za-m | sed 's/^/hidden /'"),
      ("filter.enc.smudge", "sed 's/^hidden //' | tr n-za-m a-z"), ("filter.enc.required", "true"),
      ("filter.up.clean", "sed s/token/TOKEN/"), ("filter.up.smudge", "sed s/TOKEN/token/"),
    ] { try repository.configure(key, value) }
  }

  private static func writeFiles(_ repository: TestRepository, _ word: Bytes) throws {
    try repository.write("svc/db.enc", "password " + word + "\n")
    try repository.write("svc/x.id", "$Id: mine $ " + word + "\n")
    try repository.write("svc/crlf.txt", word + "\r\ntwo\r\n")
    try repository.write("svc/crlf.up", "token " + word + "\r\n")
    try repository.write("svc/old.up", "token\r\n" + word + "\r\n")
    try repository.write(
      "svc/x.u16", Bytes(word.array.flatMap { [$0, 0] } + [0x0D, 0, 0x0A, 0]))
    try repository.write("svc/deep/er/new.enc", "password " + word + "\n")
  }

  /// A repository where a file with a filter has CRLF in the index, and another none.
  private static func make(committing: Bool = true) throws -> TestRepository {
    let repository = try TestRepository.make()
    try repository.write("svc/old.up", "token\r\nold\r\n")
    try repository.commitAll()
    try self.configure(repository)
    try repository.write(".gitattributes", self.attributes)
    guard committing else { return repository }
    try repository.git("add", ".gitattributes")
    try repository.git("commit", "-q", "-m", "attributes")
    try self.writeFiles(repository, "one")
    try repository.git("add", "svc/db.enc", "svc/crlf.txt", "svc/crlf.up", "svc/x.u16")
    try repository.git("commit", "-q", "-m", "files")
    return repository
  }

  static let places: [EditCase] = [
    EditCase("on disk") { _ in },
    EditCase("deleted") { try $0.remove(".gitattributes") },
    EditCase("deleted, with an index in parts") {
      try $0.git("update-index", "--split-index")
      try $0.remove(".gitattributes")
    },
    EditCase("deleted, with an index of version 4") {
      try $0.git("update-index", "--index-version", "4")
      try $0.remove(".gitattributes")
    },
    EditCase("changed in the index and deleted") {
      try $0.write(".gitattributes", Self.attributes + "*.txt -text\n*.other filter=up\n")
      try $0.git("add", ".gitattributes")
      try $0.remove(".gitattributes")
      try $0.write("svc/x.other", "token\n")
    },
    EditCase("other on disk than in the index") {
      try $0.write(".gitattributes", "*.enc filter=up\n*.up filter=enc\n")
    },
    EditCase("empty on disk") { try $0.write(".gitattributes", "") },
    EditCase("a link on disk") {
      try $0.write("elsewhere", "*.enc -filter\n")
      try $0.remove(".gitattributes")
      try $0.link(".gitattributes", to: "elsewhere")
    },
    EditCase("outside a sparse check-out") {
      try $0.git("sparse-checkout", "set", "--no-cone", "/svc/")
    },
    EditCase("of a folder, deleted") {
      try $0.git("mv", ".gitattributes", "svc/.gitattributes")
      try $0.git("commit", "-q", "-m", "moved")
      try $0.remove("svc/.gitattributes")
    },
    EditCase("of a folder that is there for the first time, deleted") {
      try $0.git("rm", "-q", "--cached", ".gitattributes")
      try $0.rename(".gitattributes", "svc/deep/.gitattributes")
      try $0.git("add", "svc/deep/.gitattributes")
      try $0.remove("svc/deep/.gitattributes")
    },
  ]

  @Test(arguments: places, [false, true])
  func `files are stored as git adds them, wherever the attributes are`(
    place: EditCase, afterAnotherCapture: Bool
  ) throws {
    let repository = try Self.make()
    if afterAnotherCapture { try repository.checkCapture() }
    try place.edit(repository)
    try Self.writeFiles(repository, "two")
    try repository.checkCapture(.init(attributesLast: true))
    try Self.writeFiles(repository, "three")
    try repository.checkCapture(.init(attributesLast: true))
  }

  @Test func `attributes that were staged, never committed and deleted count`() throws {
    let repository = try Self.make(committing: false)
    try repository.git("add", ".gitattributes")
    try repository.remove(".gitattributes")
    try Self.writeFiles(repository, "two")
    let capture = try repository.checkCapture(.init(attributesLast: true))
    let stored = try #require(try repository.content(of: "svc/db.enc", in: capture.tree))
    #expect(stored.starts(with: "hidden "))
  }

  @Test func `a file that lies outside the cone of a sparse check-out keeps its filter`() throws {
    let repository = try Self.make()
    try repository.git("mv", ".gitattributes", "svc/.gitattributes")
    try repository.git("commit", "-q", "-m", "moved")
    try repository.git("sparse-checkout", "set", "--cone", "dir")
    try repository.write("svc/new.enc", "password\n")
    let outcome = try repository.pulsar("now", "--no-push")
    #expect(outcome.status == 0, "\(outcome)")
    let stored = try repository.content(of: "svc/new.enc", in: try #require(try repository.tip()))
    #expect(stored.map { $0.starts(with: "hidden ") } ?? true)
  }

  @Test func `a required filter that is not set up here keeps the file out`() throws {
    let repository = try Self.make()
    try repository.remove(".gitattributes")
    try repository.git("config", "--unset", "filter.enc.clean")
    // Of another size, so that git need not look into it.
    try repository.write("svc/db.enc", "password two and more\n")
    let outcome = try repository.pulsar("now", "--no-push")
    #expect(outcome.status == 3 && outcome.shown.contains("svc/db.enc"), "\(outcome)")
    let tip = try #require(try repository.tip())
    let stored = try #require(try repository.content(of: "svc/db.enc", in: tip))
    #expect(stored.starts(with: "hidden "))
  }

  @Test func `a filter runs where git runs it, in the working tree`() throws {
    let repository = try TestRepository.make([], named: "it's 100% a project")
    try repository.write("tools/clean.sh", "#!/bin/sh\npwd\ngit rev-parse --show-prefix HEAD\n")
    try repository.setMode("tools/clean.sh", 0o755)
    try repository.commitAll()
    try repository.configure("filter.here.clean", "./tools/clean.sh; cat")
    try repository.write("dir/.gitattributes", "*.here filter=here\n")
    try repository.write("dir/x.here", "x\n")
    try repository.checkCapture()
    try repository.git("add", "dir/.gitattributes")
    try repository.remove("dir/.gitattributes")
    try repository.append("dir/x.here", "y\n")
    try repository.checkCapture(.init(attributesLast: true))
    let linked = try repository.sandbox.scratchFolder() / "linked"
    try repository.git("worktree", "add", "-q", linked)
    let other = TestRepository(sandbox: repository.sandbox, top: linked)
    try other.write("dir/.gitattributes", "*.here filter=here\n")
    try other.write("dir/x.here", "x\n")
    try other.checkCapture()
  }

  /// What a daemon does: single files, with a cache of an earlier look.
  @Test(arguments: [false, true])
  func `single files are stored as git adds them`(isCached: Bool) throws {
    let repository = try PlainRepository()
    for (key, value) in [("clean", "tr a-z n-za-m"), ("required", "true")] {
      try repository.git(["config", CommandWord("filter.enc.\(key)"), CommandWord(value)])
    }
    try Files.write(repository.top / ".gitattributes", "* text=auto\n*.enc filter=enc\n")
    try Files.write(repository.top / "x.enc", "one\n")
    try Files.write(repository.top / "crlf.txt", "1\n")
    try repository.git(["-c", "core.autocrlf=false", "add", "."])
    let crlf = try repository.id(["hash-object", "-w", "--stdin"], input: Array("1\r\n".utf8))
    try repository.git(["update-index", "--cacheinfo", CommandWord("100644,\(crlf.hex),crlf.txt")])
    try repository.git(["commit", "-q", "-m", "first"])
    try Files.remove(repository.top / ".gitattributes")
    let store = try LibGit2SnapshotStore(repository.location)
    let fresh = try Repository(discoveredBy: repository.repository.git)
    if isCached {
      let worktree = try GitWorktree(fresh, ignorePatterns: [], environment: [])
      _ = try worktree.scan()
      worktree.saveCache()
    }
    // The capture before this one had the line ends of the file as it was in between.
    let before = try repository.id(["hash-object", "-w", "--stdin"], input: Array("1\n2\n".utf8))
    let base = try repository.tree(of: [
      GitPath("crlf.txt"): TreeEntry(mode: .file, id: before),
      GitPath("x.enc"): TreeEntry(mode: .file, id: before),
    ])
    try Files.write(repository.top / "x.enc", "two\n")
    try Files.write(repository.top / "crlf.txt", "1\r\n2\r\n")
    try Files.write(repository.top / "new.enc", "new\n")
    let paths = ["crlf.txt", "new.enc", "x.enc"].map { GitPath($0) }
    let worktree = try GitWorktree(fresh, ignorePatterns: [], environment: [])
    let scanned = try #require(try worktree.inspect(paths, base: base, store: store))
    let outcomes = try worktree.store(scanned, limit: ByteCount(1 << 20), into: store)
    // git takes the deletion of the attributes first, unless they lie there.
    try Files.write(repository.top / ".gitattributes", "* text=auto\n*.enc filter=enc\n")
    let judged = try repository.judgedTree()
    for (path, outcome) in zip(scanned.map(\.path), outcomes) {
      let line = try repository.git(
        ["ls-tree", CommandWord(judged), "--", CommandWord(path)],
        [("GIT_ALTERNATE_OBJECT_DIRECTORIES", (repository.top.parent / "scratch/objects").array)])
      guard case .stored(let entry) = outcome else {
        Issue.record("\(path.displayed): \(outcome)")
        continue
      }
      #expect(
        String(decoding: line, as: UTF8.self).contains(entry.id.hex), "\(path.displayed)")
    }
  }
}
