import Foundation

/// Runs a command of a world with one of its calls going wrong (`faults.c`).
struct Faults {
  let world: World
  private let library: String
  private let state: String
  private let log: String

  enum Kind: Hashable, Sendable {
    /// All processes die at once, before the call.
    case kill
    /// No space is left from the call on.
    case full
    /// The call fails, once.
    case brokenDisk
  }

  /// One call that changes files.
  struct Call: CustomStringConvertible {
    let number: Int
    let kind: String
    let needsSpace: Bool
    let path: String

    var description: String { "call \(self.number), \(self.kind) \(self.path)" }
  }

  init(_ world: World) throws {
    self.world = world
    self.library = try Sources.faults.get()
    self.state = "\(world.root)/faults.state"
    self.log = "\(world.root)/faults.log"
  }

  /// Runs the program; nothing goes wrong without a `kind`.
  ///
  /// - Returns: when none of its processes is left.
  func run(
    _ arguments: [String], _ kind: Kind? = nil, at number: Int = 0
  ) throws -> (outcome: Command.Outcome, calls: [Call]) {
    try Folder.write(self.state, [UInt8](repeating: 0, count: 4096))
    try Folder.write(self.log, "")
    var variables = [
      "LD_PRELOAD": self.library, "CHAOS_FOLDER": self.world.box, "CHAOS_STATE": self.state,
      "CHAOS_LOG": self.log, "CHAOS_LATER": "60", "CHAOS_AT": String(number),
    ]
    switch kind {
    case .kill: variables["CHAOS_HOW"] = "kill"
    case .full:
      variables["CHAOS_HOW"] = "fail-on"
      variables["CHAOS_ERRNO"] = String(ENOSPC)
    case .brokenDisk:
      variables["CHAOS_HOW"] = "fail"
      variables["CHAOS_ERRNO"] = String(EIO)
    case nil: break
    }
    let outcome = try self.world.pulsar(arguments, variables)
    try self.waitForAll()
    return (outcome, try self.calls())
  }

  private func calls() throws -> [Call] {
    let lines = String(decoding: Folder.read(self.log) ?? [], as: UTF8.self).split(separator: "\n")
    return lines.compactMap { (line) -> Call? in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, let number = Int(words[0]) else { return nil }
      return Call(
        number: number, kind: String(words[1].prefix { $0 != "+" }),
        needsSpace: words[1].hasSuffix("+"), path: String(words[2]))
    }.sorted { $0.number < $1.number }
  }

  /// Waits for processes that were killed and are not our children.
  private func waitForAll() throws {
    let bytes = Folder.read(self.state) ?? []
    let numbers = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    guard numbers.count > 3 else { throw Failure("no state of the faults") }
    guard numbers[2] <= 1000 else {
      throw Failure("too many processes for the state of the faults")
    }
    for process in numbers[3..<(3 + Int(numbers[2]))] {
      while Self.isAlive(process) { sched_yield() }
    }
  }

  private static func isAlive(_ process: Int32) -> Bool {
    guard let bytes = Folder.read("/proc/\(process)/stat") else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return false }
    let state = text[text.index(end, offsetBy: 2)...].first
    return state != "Z" && state != "X"
  }
}

/// Numbers that are the same for the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { self.state = seed }

  mutating func next() -> UInt64 {
    self.state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// `CHAOS_SEED`, else a new one.
  static func seed() -> UInt64 {
    ProcessInfo.processInfo.environment["CHAOS_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: 0..<1_000_000)
  }
}
