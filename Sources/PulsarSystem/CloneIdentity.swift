package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Under which slug the captures of a repository go on: `pulsar/clone` in the folder that its working
/// trees share.
///
/// It tells clones of one machine apart, and that a machine had another name before. Lines of text:
/// a header, then `slug <slug>` for each machine that captured here, and `fork <slug>` while a machine
/// changes to that one.
package struct CloneIdentity: Hashable, Sendable {
  private static let header = "git-pulsar clone 1"
  private static let limit = 1 << 16
  private static let linesMax = 100

  private var slugs: [String] = []
  private var forks: [String] = []

  package init() {}

  private static func path(_ commonDir: GitPath) -> GitPath {
    commonDir.appending("pulsar").appending("clone")
  }

  /// Reads the file; one that is missing says nothing.
  ///
  /// - Throws: also when it is of a version that is not known here.
  package init(at commonDir: GitPath) throws(SystemError) {
    let path = Self.path(commonDir)
    guard let bytes = try AtomicFile.read(path, limit: Self.limit) else { return }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first.map({ $0 == Self.header }) == true else {
      throw SystemError(
        operation: "use", path: path, errno: EINVAL,
        cause: "it is not in a form that this version knows",
        remedy:
          "use the newer git-pulsar that wrote it, or move it away: captures then go on under the name of this machine alone"
      )
    }
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else { continue }
      switch words[0] {
      case "slug": self.slugs.append(words[1])
      case "fork": self.forks.append(words[1])
      default: continue
      }
    }
  }

  /// Writes the file; durable when it returns.
  package func save(at commonDir: GitPath) throws(SystemError) {
    let path = Self.path(commonDir)
    let lines =
      [Self.header] + self.slugs.suffix(Self.linesMax).map { "slug \($0)" }
      + self.forks.suffix(Self.linesMax).map { "fork \($0)" }
    try AtomicFile.makeFolder(path.parent)
    try AtomicFile.replace(
      path, with: Array((lines.joined(separator: "\n") + "\n").utf8), mode: 0o600)
  }

  /// The machine as it captures here.
  package func effective(_ machine: Machine) -> Machine {
    self.slug(of: machine).flatMap { machine.clone(inSlug: $0) } ?? machine
  }

  /// The slug that its captures here went to last; nil when that is not known.
  package func slug(of machine: Machine) -> String? {
    self.slugs.last { machine.clone(inSlug: $0) != nil }
  }

  /// What the machine was about to become when a change of its slug was cut short.
  package func fork(of machine: Machine) -> Machine? {
    self.forks.last { machine.clone(inSlug: $0) != nil }.flatMap { machine.clone(inSlug: $0) }
  }

  /// Takes note that a machine changes its slug; it keeps the old one until `settle`.
  package mutating func begin(_ fork: Machine) {
    self.forks.removeAll { fork.clone(inSlug: $0) != nil }
    self.forks.append(fork.slug)
  }

  /// Takes note of the slug that captures of a machine go to from now on.
  package mutating func settle(_ machine: Machine) {
    for list in [\Self.slugs, \Self.forks] {
      self[keyPath: list].removeAll { machine.clone(inSlug: $0) != nil }
    }
    self.slugs.append(machine.slug)
  }

  /// Six hexadecimal digits.
  package static func randomSuffix() -> String {
    let digits = String(UInt32.random(in: 0..<(1 << 24)), radix: 16)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
