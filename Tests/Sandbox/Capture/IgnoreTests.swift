import Testing

/// What belongs in a tree and what does not.
@Suite struct IgnoreTests {
  static let cases: [EditCase] = [
    EditCase("patterns, folders, anchors, comments") {
      try $0.write(".gitignore", "# c\n*.log\nbuild/\n/top\n\\#hash\ntrail\\ \na/**/z\n")
      for name: Bytes in [
        "x.log", "build/o", "sub/build/o", "top", "sub/top", "#hash", "trail ", "a/z", "a/b/c/z",
        "a/b/y",
      ] {
        try $0.write(name, "x")
      }
    },
    EditCase("a negation in a nested file") {
      try $0.write(".gitignore", "*.log\n")
      try $0.write("sub/.gitignore", "!neg.log\n")
      for name: Bytes in ["x.log", "sub/neg.log", "sub/other.log", "sub/deep/neg.log"] {
        try $0.write(name, "x")
      }
    },
    EditCase("a negation below an ignored folder has no effect") {
      try $0.write(".gitignore", "out/\n!out/keep\n")
      try $0.write("out/keep", "x")
    },
    EditCase("a negation against info/exclude") {
      try $0.write(".git/info/exclude", "*.tmp\n")
      try $0.write(".gitignore", "!keep.tmp\n")
      for name: Bytes in ["x.tmp", "keep.tmp", "dir/x.tmp"] { try $0.write(name, "x") }
    },
    EditCase("core.excludesFile") {
      try Files.write($0.sandbox.root / "mine", "*.swp\n.DS_Store\n")
      try $0.configure("core.excludesFile", $0.sandbox.root / "mine")
      for name: Bytes in ["x.swp", "dir/.DS_Store", "x"] { try $0.write(name, "x") }
    },
    EditCase("the person's own ignore file at its usual place") {
      try $0.sandbox.git(["config", "--global", "--unset", "core.excludesFile"], in: $0.top)
      try $0.sandbox.git(["config", "--global", "core.excludesFile", "~/ignored"], in: $0.top)
      try Files.write($0.sandbox.home / "ignored", "*.swp\n")
      for name: Bytes in ["x.swp", "x"] { try $0.write(name, "x") }
    },
    EditCase("an ignore file that ignores itself and everything") {
      try $0.write("cache/.gitignore", "*\n")
      try $0.write("cache/x", "x")
      try $0.write("y", "y")
    },
    EditCase("patterns of odd bytes and CRLF line ends") {
      try $0.write(".gitignore", "gl\\*b\nsp ace\r\n[ab]1\n\"quoted\"\n")
      for name: Bytes in ["gl*b", "glob", "sp ace", "a1", "c1", "\"quoted\""] {
        try $0.write(name, "x")
      }
    },
    EditCase(
      "tracked files that match",
      prepare: {
        for name: Bytes in ["t.pdf", "out/t.txt"] { try $0.write(name, "1\n") }
        try $0.commitAll()
        try $0.write(".gitignore", "*.pdf\nout/\n")
      },
      edit: {
        try $0.append("t.pdf", "2\n")
        try $0.append("out/t.txt", "2\n")
        try $0.write("u.pdf", "x")
        try $0.write("out/u.txt", "x")
      }),
    EditCase(
      "a tracked file that matches is deleted",
      prepare: {
        try $0.write("t.pdf", "1\n")
        try $0.commitAll()
        try $0.write(".gitignore", "*.pdf\n")
      }, edit: { try $0.remove("t.pdf") }),
    EditCase(
      "taken out of the index with git rm --cached",
      prepare: {
        try $0.write("out/t.txt", "1\n")
        try $0.commitAll()
      },
      edit: {
        try $0.git("rm", "-q", "--cached", "a.txt", "out/t.txt")
        try $0.write(".gitignore", "out/\n")
      }),
    EditCase("an ignored file added with force") {
      try $0.write(".gitignore", "*.log\n")
      try $0.write("x.log", "1\n")
      try $0.git("add", "-f", "x.log")
      try $0.append("x.log", "2\n")
    },
    EditCase(
      "a pattern that comes and goes",
      prepare: {
        try $0.write("x.o", "1\n")
        try $0.write(".gitignore", "*.o\n")
        try $0.git("add", ".gitignore")
        try $0.git("commit", "-qm", "ignore")
      }, edit: { try $0.write(".gitignore", "\n") }),
  ]

  @Test(arguments: cases, [false, true])
  func `what is ignored is what git ignores`(edit: EditCase, afterAnotherCapture: Bool) throws {
    let repository = try TestRepository.make()
    try edit.prepare(repository)
    if afterAnotherCapture { try repository.checkCapture() }
    try edit.edit(repository)
    try repository.checkCapture()
  }

  @Test func `a file that was captured and is ignored now is left out`() throws {
    let repository = try TestRepository.make()
    try repository.write("x.log", "x")
    try repository.write("cache/y", "x")
    try repository.checkCapture()
    try repository.write(".gitignore", "*.log\ncache/\n")
    let capture = try repository.checkCapture()
    #expect(try !repository.paths(in: capture.tree).contains("x.log"))
  }

  @Test(arguments: [false, true])
  func `files.ignore keeps untracked files out of captures, and tracked ones in`(
    afterAnotherCapture: Bool
  ) throws {
    let repository = try TestRepository.make()
    try repository.write("tracked.scratch", "1\n")
    try repository.commitAll()
    if afterAnotherCapture { try repository.checkCapture() }
    let patterns: [Bytes] = ["*.scratch", "/local/", "!keep.scratch"]
    try repository.sandbox.configure(
      "[files]\nignore = [\"*.scratch\", \"/local/\", \"!keep.scratch\"]\n")
    try repository.append("tracked.scratch", "2\n")
    for name: Bytes in ["x.scratch", "dir/x.scratch", "keep.scratch", "local/x", "dir/local/x"] {
      try repository.write(name, "x")
    }
    let capture = try repository.checkCapture(.init(ignored: patterns))
    let paths = try repository.paths(in: capture.tree)
    #expect(!paths.contains("dir/x.scratch"))
    #expect(paths.contains("keep.scratch"))
    #expect(
      try repository.content(of: "tracked.scratch", in: capture.tree) == "1\n2\n")
  }

  @Test func `files.ignore of the repository is added to that of the machine`() throws {
    let repository = try TestRepository.make()
    try repository.sandbox.configure("[files]\nignore = [\"*.one\"]\n")
    try repository.write("pulsar.toml", "[files]\nignore = [\"*.two\"]\n")
    for name: Bytes in ["x.one", "x.two", "x.three"] { try repository.write(name, "x") }
    try repository.checkCapture(.init(ignored: ["*.one", "*.two"]))
  }
}
