import Foundation
import Testing

/// The table of modules in the style guide, with these deviations: PulsarGit and PulsarSystem use the
/// C library itself (children are run synchronously, on one thread), and there is no Logging.
@Suite struct ModuleImportTests {
  private static let system: Set<String> = ["Glibc", "Darwin"]
  private static let allowed: [String: Set<String>] = [
    "PulsarCore": [],
    "PulsarEngine": ["PulsarCore"],
    "PulsarGit": Self.system.union([
      "CSystem", "Clibgit2", "PulsarCore", "PulsarEngine", "Synchronization",
    ]),
    "PulsarSystem": Self.system.union([
      "CSystem", "CoreServices", "Dispatch", "PulsarCore", "PulsarEngine", "Synchronization",
    ]),
    "PulsarConfig": ["PulsarCore", "TOMLKit", "Foundation", "FoundationEssentials"],
    "PulsarCommands": Self.system.union([
      "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem", "PulsarConfig", "ArgumentParser",
      "Rainbow", "Foundation", "FoundationEssentials", "Synchronization",
    ]),
    "git-pulsar": ["PulsarCommands"],
    "PulsarSimulator": Self.system.union([
      "CSimulator", "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem", "PulsarCommands",
      "Synchronization",
    ]),
    "Simulator": Self.system.union(["PulsarSimulator", "ArgumentParser", "Foundation"]),
  ]

  private static let top = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Modules that lie below another folder than `Sources`.
  private static let folders = [
    "PulsarSimulator": "Simulator/PulsarSimulator", "Simulator": "Simulator/Simulator",
  ]

  private static func folder(of module: String) -> String {
    Self.folders[module] ?? "Sources/\(module)"
  }

  struct Line {
    let file: String
    let number: Int
    /// Without what follows `//`, and without what stands in quotes.
    let code: String

    var place: String { "\(self.file):\(self.number)" }
  }

  private static func lines(of module: String) throws -> [Line] {
    let path = Self.folder(of: module)
    let folder = self.top.appendingPathComponent(path)
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.sorted()
    return try names.flatMap { name in
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        Line(file: "\(path)/\(name)", number: $0.offset + 1, code: Self.code($0.element))
      }
    }
  }

  private static func code(_ line: Substring) -> String {
    var code = ""
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"" && previous != "\\" { isQuoted.toggle() }
      if !isQuoted {
        if character == "/" && previous == "/" { return String(code.dropLast()) }
        code.append(character)
      }
      previous = character
    }
    return code
  }

  private static func imported(_ line: Line) -> String? {
    let words = line.code.split(separator: " ")
    guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
      words[..<index].allSatisfy({
        ["package", "internal", "public", "private", "fileprivate"].contains($0)
          || $0.hasPrefix("@")
      })
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "let", "var"]
    let name = kinds.contains(words[index + 1]) ? words[index + 2] : words[index + 1]
    return String(name.prefix { $0 != "." })
  }

  @Test func `every module is in the table`() throws {
    let folders = try ["Sources", "Simulator"].flatMap { parent in
      try FileManager.default.contentsOfDirectory(
        atPath: Self.top.appendingPathComponent(parent).path)
    }.filter {
      !["Clibgit2", "CSystem", "CSimulator", "scenarios", "regressions"].contains($0)
        && !$0.hasPrefix(".") && !$0.hasSuffix(".svg")
    }
    #expect(
      Set(folders) == Set(Self.allowed.keys),
      "add the new module, and what it may import, to the table in this test and in the style guide"
    )
  }

  @Test(arguments: Self.allowed.keys.sorted())
  func `imports point downwards`(module: String) throws {
    let allowed = try #require(Self.allowed[module])
    let lines = try Self.lines(of: module)
    #expect(!lines.isEmpty)
    for line in lines {
      guard let name = Self.imported(line), !allowed.contains(name) else { continue }
      Issue.record(
        """
        \(line.place): \(module) must not import \(name); move the code to a module that may, or \
        put a port in PulsarEngine and the import in its adapter
        """)
    }
  }

  @Test(
    arguments: ["PulsarCore", "PulsarEngine"],
    [
      "Date(", "Task", "async", "await", "print(", "hashValue", "Date.now", "DispatchQueue",
      "SystemRandomNumberGenerator", ".random(", ".shuffled(", "ContinuousClock", "SuspendingClock",
    ])
  func `the core and the engine stay deterministic`(module: String, word: String) throws {
    for line in try Self.lines(of: module) where Self.holds(word, line.code) {
      Issue.record(
        "\(line.place): no '\(word)' here; pass the time, the order or the randomness in as a value"
      )
    }
  }

  @Test(arguments: Self.allowed.keys.sorted())
  func `no error is forced`(module: String) throws {
    for line in try Self.lines(of: module) where Self.holds("try!", line.code) {
      Issue.record("\(line.place): no 'try!'; throw the error on, or handle it")
    }
  }

  /// Whether `word` stands in `code` as a word of its own.
  private static func holds(_ word: String, _ code: String) -> Bool {
    var rest = code[...]
    while let range = rest.range(of: word) {
      let before =
        range.lowerBound == code.startIndex ? " " : code[code.index(before: range.lowerBound)]
      let after = range.upperBound == code.endIndex ? " " : code[range.upperBound]
      func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
      }
      let startsWord = !(word.first.map(isPart) ?? false) || !isPart(before)
      let endsWord = !(word.last.map(isPart) ?? false) || !isPart(after)
      if startsWord && endsWord { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  @Test func `the search finds what it looks for`() {
    #expect(Self.holds("Task", "  Task { }"))
    #expect(!Self.holds("Task", "let TaskList = multiTask"))
    #expect(Self.holds("try!", "x = try! f()"))
    #expect(Self.code("let a = \"try!\" // try!") == "let a = \" ")
    #expect(
      Self.imported(Line(file: "", number: 1, code: "package import PulsarCore")) == "PulsarCore")
    #expect(
      Self.imported(Line(file: "", number: 1, code: "import struct Foundation.Data"))
        == "Foundation")
    #expect(Self.imported(Line(file: "", number: 1, code: "  self.import(x)")) == nil)
  }
}
