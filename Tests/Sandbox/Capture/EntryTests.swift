import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every kind of thing a tree can hold, and every way one can become another.
@Suite struct EntryTests {
  static let longName = Bytes([UInt8](repeating: UInt8(ascii: "n"), count: 255))
  static let deepPath = Bytes(
    (0..<60).map { "folder-number-\($0)-of-a-deep-path" }.joined(separator: "/") + "/file")
  static let notUTF8 = Bytes([0x62, 0xFF, 0xFE, 0x2F, 0xC3, 0x28, 0x80])

  static let cases: [EditCase] = [
    EditCase("nothing") { _ in },
    EditCase("a file edited") { try $0.append("a.txt", "more\n") },
    EditCase("an edit of the same size") { try $0.write("a.txt", "A 1\nA 2\nA 3\n") },
    EditCase("an edit of the same size with the old time") {
      let outcome = try $0.sandbox.run(
        [
          "sh", "-c", "touch -r dir/c.txt ../t && echo 'b 9' >dir/c.txt && touch -r ../t dir/c.txt",
        ],
        in: $0.top)
      #expect(outcome.status == 0)
    },
    EditCase("a file touched, its content the same") {
      try $0.write("a.txt", try $0.read("a.txt"))
    },
    EditCase("a file deleted") { try $0.remove("a.txt") },
    EditCase("a folder deleted") { try $0.remove("dir") },
    EditCase("every file deleted") {
      for name: Bytes in ["a.txt", "b.txt", "dir"] { try $0.remove(name) }
    },
    EditCase("new files, also in new folders") {
      try $0.write("new.txt", "n\n")
      try $0.write("x/y/z.txt", "z\n")
      try $0.write("dir/new.txt", "n\n")
    },
    EditCase("a file renamed") { try $0.rename("a.txt", "dir/renamed.txt") },
    EditCase("a folder renamed") { try $0.rename("dir", "other/dir") },
    EditCase("two files that change places") {
      try $0.rename("a.txt", "c")
      try $0.rename("b.txt", "a.txt")
      try $0.rename("c", "b.txt")
    },
    EditCase("binary content and no newline at the end") {
      try $0.write("binary", Bytes((0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 7) }))
      try $0.write("a.txt", "no newline")
    },
    EditCase("a file of some megabytes") {
      try $0.write("big", Bytes([UInt8](repeating: 0x61, count: 3_000_000)))
    },
    EditCase("an executable file added") { try $0.write("run", "#!/bin/sh\n", mode: 0o755) },
    EditCase("the executable bit set") { try $0.setMode("a.txt", 0o755) },
    EditCase(
      "the executable bit taken away", prepare: { try $0.write("run", "x", mode: 0o755) },
      edit: { try $0.setMode("run", 0o644) }),
    EditCase("odd modes") {
      try $0.write("group", "x", mode: 0o670)
      try $0.write("private", "x", mode: 0o600)
      try $0.write("mine", "x", mode: 0o700)
      try $0.write("setuid", "x", mode: 0o4755)
    },
    EditCase("empty files") {
      try $0.write("empty", "")
      try $0.write("a.txt", "")
      try $0.write("dir/__init__.py", "")
    },
    EditCase("an empty folder") { try Files.makeFolder($0.top / "hollow/inside") },
    EditCase("a folder that becomes empty") {
      try $0.remove("dir/deep/d.txt")
    },

    EditCase("links: to a file, a folder, nothing, outside, itself, with a trailing slash") {
      try $0.link("to-file", to: "a.txt")
      try $0.link("to-folder", to: "dir")
      try $0.link("to-nothing", to: "no/such/thing")
      try $0.link("outside", to: "/etc/passwd")
      try $0.link("above", to: "../../..")
      try $0.link("itself", to: "itself")
      try $0.link("slash", to: "dir/")
      try $0.link("to-git", to: ".git")
      try $0.link("odd-target", to: Bytes([0xFF, 0x0A, 0x22]))
      try $0.link("long-target", to: deepPath)
    },
    EditCase(
      "a link that changes its target", prepare: { try $0.link("l", to: "a.txt") },
      edit: {
        try $0.remove("l")
        try $0.link("l", to: "b.txt")
      }),
    EditCase("a file becomes a link") {
      try $0.remove("a.txt")
      try $0.link("a.txt", to: "b.txt")
    },
    EditCase(
      "a link becomes a file", prepare: { try $0.link("l", to: "a.txt") },
      edit: {
        try $0.remove("l")
        try $0.write("l", "a file now\n")
      }),
    EditCase("a folder becomes a link to where it went") {
      try $0.rename("dir", "moved")
      try $0.link("dir", to: "moved")
    },
    EditCase("a folder becomes a link out of the repository to the same files") {
      try $0.rename("dir", "../moved")
      try $0.link("dir", to: "../moved")
    },
    EditCase(
      "a link becomes a folder", prepare: { try $0.link("l", to: "dir") },
      edit: {
        try $0.remove("l")
        try $0.write("l/inside.txt", "x\n")
      }),
    EditCase("a file becomes a folder") {
      try $0.remove("a.txt")
      try $0.write("a.txt/inside/x.txt", "x\n")
    },
    EditCase("a folder becomes a file") {
      try $0.remove("dir")
      try $0.write("dir", "a file now\n")
    },
    EditCase("a file and a folder change places") {
      try $0.rename("dir", "away")
      try $0.rename("a.txt", "dir")
      try $0.rename("away", "a.txt")
    },
    EditCase(
      "names that sort beside a folder's",
      prepare: { try $0.write("x/inside", "1") },
      edit: {
        for name: Bytes in ["x-", "x.y", "x0", "x ", "x.", "xx/1"] { try $0.write(name, "2") }
      }),

    EditCase("names with spaces, quotes, newlines, globs, dashes, accents") {
      for name in [
        "sp ace", " lead", "trail ", "qu\"o'te", "back\\slash", "new\nline", "tab\t", "-dash",
        "--", "gl*b?[x]", "$(x)`y`", "größe", "gro\u{0308}ße", "🔭", ":colon", ":(glob)x", "#hash",
        "!bang", "a -> b", "ends.lock", "HEAD", "@", "\u{202E}reversed", "\u{7F}", "%41", "~",
        "...",
        ".gitx", "git~2",
      ] {
        try $0.write(Bytes(name), Bytes("content of \(name)"))
        try $0.write("folder" / Bytes(name) / Bytes(name), Bytes("more of \(name)"))
      }
    },
    EditCase(
      "files of odd names edited, deleted, made executable",
      prepare: {
        for name: Bytes in ["new\nline", "qu\"ote", "sp ace", "ümlaut", "tab\tx"] {
          try $0.write(name, "1\n")
        }
      },
      edit: {
        try $0.append("new\nline", "2\n")
        try $0.remove("qu\"ote")
        try $0.setMode("sp ace", 0o755)
        try $0.append("ümlaut", "2\n")
        try $0.rename("tab\tx", "tab\ty")
      }),
    EditCase("names of 255 bytes and deep paths") {
      try $0.write(longName, "long\n")
      try $0.write("dir" / longName / longName, "longer\n")
      try $0.write(deepPath, "deep\n")
    },
    EditCase("a rename that only changes case") {
      try $0.rename("a.txt", "A.TXT")
      try $0.rename("dir", "DIR")
    },
    EditCase("names that differ only in case") {
      try $0.write("A.txt", "upper\n")
      try $0.write("DIR/c.txt", "upper\n")
    },
  ]

  @Test(arguments: cases, [false, true])
  func `a capture holds what git would add`(edit: EditCase, afterAnotherCapture: Bool) throws {
    let repository = try TestRepository.make()
    try edit.prepare(repository)
    try repository.commitAll()
    if afterAnotherCapture { try repository.checkCapture() }
    try edit.edit(repository)
    try repository.checkCapture()
  }

  #if os(Linux)
    @Test(arguments: [false, true])
    func `names that are not UTF-8 are captured as they are`(afterAnotherCapture: Bool) throws {
      let repository = try TestRepository.make()
      try repository.write(Self.notUTF8, "1\n")
      try repository.write(Bytes([0xFE]), "1\n")
      try repository.commitAll()
      if afterAnotherCapture { try repository.checkCapture() }
      try repository.append(Self.notUTF8, "2\n")
      try repository.remove(Bytes([0xFE]))
      try repository.write(Bytes([0xFF, 0x0A, 0xE9]), "new\n")
      try repository.link(Bytes([0xE9, 0xFF]), to: Bytes([0xFF]))
      let capture = try repository.checkCapture()
      #expect(try repository.content(of: Self.notUTF8, in: capture.tree) == "1\n2\n")
    }
  #endif

  @Test func `a second round of edits is captured on top of the first`() throws {
    let repository = try TestRepository.make()
    for edit in Self.cases where edit.testDescription.contains("becomes") {
      try repository.remove("l")
      try edit.prepare(repository)
      try repository.commitAll()
      try edit.edit(repository)
      try repository.checkCapture()
      try repository.git("clean", "-qfdx")
      try repository.git("reset", "-q", "--hard")
      try repository.checkCapture()
    }
  }

  @Test func `edits of the same size in quick succession are all seen`() throws {
    let repository = try TestRepository.make()
    for round in 0..<8 {
      try repository.write("a.txt", Bytes("a \(round)\na \(round)\na \(round)\n"))
      try repository.write("untracked", Bytes("\(round)"))
      try repository.checkCapture()
    }
  }

  @Test func `core.fileMode off takes modes from git, as git does`() throws {
    let repository = try TestRepository.make()
    try repository.write("run", "x", mode: 0o755)
    try repository.commitAll()
    try repository.configure("core.fileMode", "false")
    try repository.setMode("a.txt", 0o755)
    try repository.setMode("run", 0o644)
    try repository.append("run", "more")
    try repository.write("new", "x", mode: 0o755)
    try repository.checkCapture()
    try repository.append("new", "more")
    try repository.checkCapture()
  }

  @Test func `core.symlinks off keeps links that are checked out as files`() throws {
    let repository = try TestRepository.make()
    try repository.link("l", to: "a.txt")
    try repository.link("m", to: "a.txt")
    try repository.commitAll()
    try repository.configure("core.symlinks", "false")
    for (name, target): (Bytes, Bytes) in [("l", "b.txt"), ("m", "a.txt")] {
      try repository.remove(name)
      try repository.write(name, target)
    }
    let capture = try repository.checkCapture()
    #expect(try repository.git("ls-tree", capture.tree, "l").starts(with: "120000 "))
  }
}
