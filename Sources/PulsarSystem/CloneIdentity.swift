package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Under which slug the captures of a repository go on: `pulsar/clone` in the folder that its working
/// trees share.
///
/// It tells clones of one machine apart, and that a machine had another name before.
package struct CloneIdentity: Hashable, Sendable {
  private static let slugsMax = 100

  /// A slug for each machine that captured here, the newest last.
  private var slugs: [String] = []
  /// A slug for each machine that changes to that one.
  private var forks: [String] = []

  package init() {}

  private static func file(_ commonDir: GitPath) -> RecordFile<Self> {
    RecordFile(commonDir.appending("pulsar").appending("clone"), limit: 1 << 16)
  }

  /// Reads the file; one that is missing says nothing.
  ///
  /// - Throws: also when it is damaged or of a version that is not known here.
  package init(at commonDir: GitPath) throws(SystemError) {
    let file = Self.file(commonDir)
    switch try file.read() {
    case nil: self.init()
    case .success(let identity): self = identity
    case .failure(let error):
      throw SystemError(
        operation: "use", path: file.path, errno: EINVAL, cause: "it \(error.fault)",
        remedy:
          "use the newer git-pulsar that wrote it, or move it away: captures then go on under the name of this machine alone"
      )
    }
  }

  /// Writes the file; durable when it returns.
  package func save(at commonDir: GitPath) throws(SystemError) {
    try Self.file(commonDir).write(self)
  }

  /// The slug that captures of any machine went to last here.
  package var newestSlug: String? { self.slugs.last }

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

extension CloneIdentity: Record {
  package static let kind = "clone"
  package static let version = 2

  package func write(to writer: inout RecordWriter) {
    writer.write(
      Array(self.slugs.suffix(Self.slugsMax)), Array(self.forks.suffix(Self.slugsMax)))
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.slugs = try reader.read()
    self.forks = try reader.read()
  }

  /// Lines `slug <slug>` and `fork <slug>`.
  package static func previous(_ file: [UInt8]) -> Self? {
    guard
      let lines = PreviousFile.parts(
        of: file, header: "git-pulsar clone 1", separator: PreviousFile.newline)
    else { return nil }
    var identity = Self()
    for line in lines {
      guard let words = PreviousFile.fields(of: line, 2, separator: UInt8(ascii: " ")) else {
        continue
      }
      switch PreviousFile.text(words[0]) {
      case "slug": identity.slugs.append(PreviousFile.text(words[1]))
      case "fork": identity.forks.append(PreviousFile.text(words[1]))
      default: continue
      }
    }
    return identity
  }
}
