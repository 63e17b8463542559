import Testing

/// Content that git stores otherwise than it lies in the working tree.
@Suite struct ConversionTests {
  static let settings: [EditCase] =
    ["true", "input", "false"].flatMap { autocrlf in
      ["", "* text=auto\n", "*.txt text\n*.crlf text eol=crlf\n", "*.txt eol=crlf\n*.crlf -text\n"]
        .flatMap { attributes in
          ["true"].map { safecrlf in
            EditCase(
              "autocrlf=\(autocrlf), safecrlf=\(safecrlf), attributes '\(attributes.split(separator: "\n").joined(separator: "; "))'",
              prepare: {
                // CRLF in the index before anybody asked for normalisation.
                try $0.configure("core.autocrlf", "false")
                try $0.write("old.txt", "1\r\n2\r\n")
                try $0.write("same.txt", "1\r\n2\r\n")
                try $0.write("mixed.txt", "1\r\n2\n")
                try $0.write("lf.txt", "1\n2\n")
                try $0.write("x.crlf", "1\n2\n")
                try $0.commitAll()
                try $0.configure("core.autocrlf", Bytes(autocrlf))
                try $0.configure("core.safecrlf", Bytes(safecrlf))
                if !attributes.isEmpty { try $0.write(".gitattributes", Bytes(attributes)) }
              },
              edit: {
                try $0.append("old.txt", "3\r\n")
                try $0.append("mixed.txt", "3\r\n")
                try $0.append("lf.txt", "3\r\n")
                try $0.append("x.crlf", "3\r\n")
                try $0.write("new.txt", "1\r\n2\r\n")
                try $0.write("new-mixed.txt", "1\r\n2\n")
                try $0.write("new-lf.txt", "1\n")
                try $0.write("binary.txt", "1\r\n\0\r\n")
                try $0.write("lone.txt", "1\r2\r\n")
                try $0.write("deep/er/new.crlf", "1\r\n")
              })
          }
        }
    }

  /// The attributes are not committed before the edit, so that nothing is normalised by the set-up.
  @Test(arguments: settings)
  func `line ends are stored as git stores them`(setting: EditCase) throws {
    let repository = try TestRepository.make()
    try setting.prepare(repository)
    try setting.edit(repository)
    try repository.checkCapture()
    try repository.append("old.txt", "4\r\n")
    try repository.append("new.txt", "4\r\n")
    try repository.checkCapture()
  }

  static let attributes: [EditCase] = [
    EditCase("ident") {
      try $0.write(".gitattributes", "*.c ident\n")
      try $0.write("x.c", "/* $Id: 0123456789 $ $Id$ */\n")
    },
    EditCase("working-tree-encoding") {
      try $0.write(".gitattributes", "*.u16 text working-tree-encoding=UTF-16LE-BOM eol=crlf\n")
      let text = "größe\r\n🔭\r\n"
      let units = [0xFEFF] + Array(text.utf16)
      try $0.write("x.u16", Bytes(units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
    },
    EditCase("working-tree-encoding of one byte a character") {
      try $0.write(".gitattributes", "*.l1 text working-tree-encoding=ISO-8859-1\n")
      try $0.write("x.l1", Bytes([0x67, 0x72, 0xF6, 0xDF, 0x65, 0x0A]))
    },
    EditCase("attributes in a folder, in info/attributes, and of the person") {
      try $0.write("dir/.gitattributes", "*.txt text\n")
      try $0.write("dir/x.txt", "1\r\n")
      try $0.write("dir/deep/.gitattributes", "x.txt -text\n")
      try $0.write("dir/deep/x.txt", "1\r\n")
      try $0.write(".git/info/attributes", "/y.dat text\n")
      try $0.write("y.dat", "1\r\n")
      try Files.write($0.sandbox.home / ".config/git/attributes", "*.mine text\n")
      try $0.write("z.mine", "1\r\n")
    },
    EditCase("attributes named by core.attributesFile") {
      try Files.write($0.sandbox.root / "attributes", "*.other text\n")
      try $0.configure("core.attributesFile", $0.sandbox.root / "attributes")
      try $0.write("z.other", "1\r\n")
    },
    EditCase("attributes named by a relative core.attributesFile") {
      try $0.configure("core.attributesFile", "dir/attributes")
      try $0.write("dir/attributes", "*.other text\n*.id ident\n")
      try $0.write("dir/deep/z.other", "1\r\n")
      try $0.write("x.id", "$Id: me $\n")
    },
    EditCase("an attribute macro") {
      try $0.write(".gitattributes", "[attr]prose text\n*.md prose\n")
      try $0.write("x.md", "1\r\n")
    },
    EditCase("a clean filter") {
      try $0.configure("filter.upper.clean", "tr a-z A-Z")
      try $0.write(".gitattributes", "*.up filter=upper text\n")
      try $0.write("x.up", "shout\r\n")
      try $0.write("dir/y.up", "shout too\n")
    },
    EditCase("a clean filter that is given the name") {
      try $0.configure("filter.name.clean", "sh -c 'echo name is \"$1\"; cat' - %f")
      try $0.write(".gitattributes", "*.named filter=name\n")
      try $0.write("dir/it's a.named", "x\n")
    },
    EditCase("a clean filter that is not configured here") {
      try $0.write(".gitattributes", "*.x filter=elsewhere\n")
      try $0.write("x.x", "as it is\r\n")
    },
    EditCase("a clean filter that fails and is not required") {
      try $0.configure("filter.bad.clean", "false")
      try $0.write(".gitattributes", "*.bad filter=bad\n")
      try $0.write("x.bad", "as it is\n")
    },
    EditCase("a clean filter on a link and on an empty file") {
      try $0.configure("filter.upper.clean", "tr a-z A-Z")
      try $0.write(".gitattributes", "* filter=upper\n")
      try $0.link("link.up", to: "a.txt")
      try $0.write("empty.up", "")
    },
  ]

  @Test(arguments: attributes, [false, true])
  func `attributes are obeyed as git obeys them`(attribute: EditCase, afterAnotherCapture: Bool)
    throws
  {
    let repository = try TestRepository.make()
    if afterAnotherCapture { try repository.checkCapture() }
    try attribute.edit(repository)
    try repository.checkCapture()
  }

  @Test func `an attribute that changes after a capture changes what the next one stores`() throws {
    let repository = try TestRepository.make()
    try repository.write("x.dat", "1\r\n")
    try repository.checkCapture()
    try repository.write(".gitattributes", "*.dat text\n")
    try repository.checkCapture()
    try repository.append("x.dat", "2\r\n")
    try repository.checkCapture()
  }

  @Test(arguments: [false, true])
  func `a file whose required filter fails stays as last captured, and is named`(
    afterAnotherCapture: Bool
  ) throws {
    let repository = try TestRepository.make()
    try repository.write("x.enc", "committed\n")
    try repository.commitAll()
    try repository.write("x.enc", "captured\n")
    if afterAnotherCapture { try repository.checkCapture() }
    try repository.configure("filter.enc.clean", "sh -c 'cat >/dev/null; echo no key >&2; exit 1'")
    try repository.configure("filter.enc.required", "true")
    try repository.write(".gitattributes", "*.enc filter=enc\n")
    try repository.write("x.enc", "now\n")
    try repository.write("new.enc", "now\n")
    try repository.append("b.txt", "more\n")
    let capture = try repository.checkCapture(
      .init(kept: ["x.enc", "new.enc"]), naming: ["x.enc", "new.enc"])
    #expect(
      try repository.content(of: "x.enc", in: capture.tree)
        == (afterAnotherCapture ? "captured\n" : "committed\n"))
  }

  @Test(.enabled(if: Tools.lfs, "git-lfs is not installed"))
  func `a file of git-lfs is stored as its pointer`() throws {
    let repository = try TestRepository.make()
    for (key, value): (Bytes, Bytes) in [
      ("clean", "git-lfs clean -- %f"), ("smudge", "git-lfs smudge -- %f"),
      ("process", "git-lfs filter-process"), ("required", "true"),
    ] { try repository.configure("filter.lfs." + key, value) }
    try repository.write(".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n")
    try repository.commitAll()
    try repository.write("art/x.psd", Bytes([UInt8](repeating: 0xFF, count: 5000)))
    try repository.write("art/ö.psd", "small\r\n")
    let capture = try repository.checkCapture(exempt: ["lfs"])
    let pointer = try #require(try repository.content(of: "art/x.psd", in: capture.tree))
    #expect(pointer.starts(with: "version https://git-lfs.github.com/spec/v1\n"))
    try repository.append("art/x.psd", "more")
    try repository.checkCapture(exempt: ["lfs"])
  }

  @Test func `what a filter prints is not taken for a file that cannot be read`() throws {
    let repository = try TestRepository.make()
    try repository.configure(
      "filter.loud.clean", "echo 'a.txt: filtered' >&2; echo 'dir: x' >&2; cat")
    try repository.write(".gitattributes", "*.loud filter=loud\n")
    try repository.write("x.loud", "1\n")
    try repository.commitAll()
    try repository.write("x.loud", "2\n")
    try repository.append("a.txt", "more\n")
    let capture = try repository.checkCapture()
    #expect(capture.outcome.status == 0)
  }
}
