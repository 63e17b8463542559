import Testing

/// Files come back as git would check them out, wherever the attributes are.
@Suite struct RestoredContentTests {
  private static let attributes: Bytes = "*.enc filter=enc\n*.bat text eol=crlf\n"
  private static let files: [(Bytes, Bytes)] = [
    ("art/x.enc", "secret two\n"), ("art/w.bat", "a\r\nb\r\n"), ("art/deep/y z.enc", "secret\n"),
    ("art/plain.txt", "p\n"), ("art/\nodd.enc", "secret odd\n"),
  ]

  private static func make(isAttributed: Bool) throws -> TestRepository {
    let repository = try TestRepository.make()
    for (key, value): (Bytes, Bytes) in [
      ("filter.enc.clean", "tr a-z n-za-m | sed 's/^/hidden /'"),
      ("filter.enc.smudge", "sed 's/^hidden //' | tr n-za-m a-z"), ("filter.enc.required", "true"),
    ] { try repository.configure(key, value) }
    if isAttributed { try repository.write(".gitattributes", self.attributes) }
    try repository.write("art/x.enc", "secret one\n")
    try repository.write("art/w.bat", "a\r\n")
    try repository.commitAll()
    return repository
  }

  static let places: [EditCase] = [
    EditCase("on disk") { _ in },
    EditCase("deleted") { try $0.remove(".gitattributes") },
    EditCase("deleted, with an index in parts") {
      try $0.git("update-index", "--split-index")
      try $0.remove(".gitattributes")
    },
    EditCase("outside a sparse check-out") {
      try $0.git("sparse-checkout", "set", "--no-cone", "/art/")
    },
    EditCase("outside the cone of a sparse check-out") {
      try $0.git("mv", ".gitattributes", "art/.gitattributes")
      try $0.git("commit", "-q", "-m", "moved")
      try $0.git("sparse-checkout", "set", "--cone", "dir")
    },
    EditCase("deleted on disk and in the index") { try $0.git("rm", "-q", ".gitattributes") },
    EditCase("deleted for good") {
      try $0.git("rm", "-q", ".gitattributes")
      try $0.git("commit", "-q", "-m", "without")
    },
    EditCase("of the folder, and all of it deleted") {
      try $0.git("rm", "-q", "-r", "-f", ".")
      try $0.git("commit", "-q", "-m", "nothing")
    },
  ]

  @Test(arguments: places, [["art"], ["art/x.enc", "art/w.bat"]] as [[Bytes]])
  func `restored files hold content`(place: EditCase, paths: [Bytes]) throws {
    let repository = try Self.make(isAttributed: true)
    for (path, content) in Self.files { try repository.write(path, content) }
    let capture = try repository.checkCapture()
    try place.edit(repository)
    try repository.remove("art")
    let outcome = try repository.pulsar(
      arguments: ["restore", "--yes", "--at", capture.commit] + paths)
    #expect(outcome.status == 0, "\(outcome)")
    for (path, content) in Self.files
    where paths == ["art"] || paths.contains(path) {
      #expect(try repository.read(path) == content, "\(path)")
    }
  }

  @Test func `attributes that no commit has are those of the capture`() throws {
    let repository = try Self.make(isAttributed: false)
    try repository.write("art/.gitattributes", Self.attributes)
    for (path, content) in Self.files { try repository.write(path, content) }
    let capture = try repository.checkCapture()
    try repository.remove("art")
    let outcome = try repository.pulsar("restore", "--yes", "--at", capture.commit, "art/x.enc")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try repository.read("art/x.enc") == "secret two\n")
  }

  @Test func `where the disk and the index have other attributes, they count as for git`() throws {
    let repository = try Self.make(isAttributed: true)
    for (path, content) in Self.files { try repository.write(path, content) }
    let capture = try repository.checkCapture()
    func check(_ what: Comment) throws {
      var said: [[Bytes]] = []
      for isGit in [true, false] {
        try repository.remove("art")
        if isGit {
          try repository.git("restore", "--source", capture.commit, "--", "art")
        } else {
          let outcome = try repository.pulsar("restore", "--yes", "--at", capture.commit, "art")
          #expect(outcome.status == 0, "\(outcome)")
        }
        said.append(try Self.files.map { try repository.read($0.0) })
      }
      #expect(said[0] == said[1], what)
    }
    try repository.write(".gitattributes", "*.txt eol=crlf\n")
    try check("disk")
    try repository.git("add", ".gitattributes")
    try repository.remove(".gitattributes")
    try check("index")
    try repository.write("art/.gitattributes", "*.enc -filter\n")
    try repository.git("add", "-f", "art/.gitattributes")
    try check("index of a folder")
  }

  @Test func `an undone restore gives back content`() throws {
    let repository = try Self.make(isAttributed: true)
    for (path, content) in Self.files { try repository.write(path, content) }
    try repository.remove(".gitattributes")
    let capture = try repository.checkCapture(.init(attributesLast: true))
    for (path, _) in Self.files { try repository.write(path, "junk\r\n") }
    #expect(
      try repository.pulsar("restore", "--yes", "--at", capture.commit, "art").status == 0)
    #expect(try repository.pulsar("undo", "--yes").status == 0)
    for (path, _) in Self.files { #expect(try repository.read(path) == "junk\r\n", "\(path)") }
    #expect(try repository.pulsar("undo", "--yes").status == 0)
    for (path, content) in Self.files { #expect(try repository.read(path) == content, "\(path)") }
  }
}
