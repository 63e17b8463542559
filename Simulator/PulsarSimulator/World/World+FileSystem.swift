internal import CSimulator

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What goes wrong with a machine's files while something of it runs: in this process by how the calls
/// of the system end, in its children by how much they may write.
extension World {
  /// What is wrong with all operations of a machine.
  func diskFault(of node: SimulatedNode) -> DiskFault? {
    DiskFault.allCases.first { fault in
      self.faults.isActive { $0 == .disk(fault, node: node.number) }
    }
  }

  /// Does something of a machine's, with its file system as its faults have it.
  ///
  /// - Parameters:
  ///   - node: whose.
  ///   - effect: what it is; nil: none that has points.
  ///   - body: what to do.
  /// - Returns: what it came to.
  func limited<Value>(
    _ node: SimulatedNode, in effect: String? = nil, _ body: () -> Value
  ) -> Value {
    node.fileTrouble = nil
    self.watchPower(of: node, in: effect)
    defer { csimulator_power_rest() }
    let fault = self.diskFault(of: node)
    let barriers = node.fileBarriers.filter { $0.point.effect.rawValue == effect }
    guard fault != nil || !barriers.isEmpty else { return body() }
    // Which files need not be read again, and synced, depends on how fast the run is.
    Files.remove(node.statCache)
    node.ledger.hadFileTrouble = true
    node.fileTrouble = fault.map { ActKind(.disk($0, for: .zero)).rawValue }
    csimulator_files_begin(fault?.error.number ?? 0)
    let strikes = barriers.map { barrier -> (barrier: FileBarrier, number: Int32) in
      (barrier, csimulator_files_strike(UInt(barrier.point.number), barrier.act.number))
    }
    if fault != nil { _ = csimulator_fill_disk(1) }
    let value = body()
    if fault != nil { _ = csimulator_fill_disk(0) }
    csimulator_files_end()
    for (barrier, number) in strikes {
      guard let operation = csimulator_files_struck(number) else { continue }
      self.struck(barrier, String(cString: operation), node)
    }
    return value
  }

  /// Takes away what has come, and tells of it; of a death, only once the process is dead.
  private func struck(_ barrier: FileBarrier, _ operation: String, _ node: SimulatedNode) {
    if let index = node.fileBarriers.firstIndex(of: barrier) { node.fileBarriers.remove(at: index) }
    let place = "\(barrier.point.text) \(operation)"
    switch barrier.act {
    case .crash: node.deathPlace = place
    case .powerCut(let loss):
      node.deathPlace = "\(place) \(Self.words(loss))"
      node.hasLostPower = true
    case .error(let error):
      node.fileTrouble = node.fileTrouble ?? TraceWords.fileError
      self.record(node.name, .fileError, "\(place) \(error.rawValue)")
    }
  }

  /// Does something of the world's amid something of a machine's.
  func unlimited<Value>(_ body: () -> Value) -> Value {
    csimulator_files_pause()
    defer { csimulator_files_resume() }
    return body()
  }
}

/// What is to happen once at an operation on files of a machine's next effects.
struct FileBarrier: Hashable {
  let point: FilePoint
  let act: FileAct
}

extension FileAct {
  /// As the file system that fails on demand has it.
  var number: Int32 {
    switch self {
    case .crash: Int32(CSIMULATOR_DEATH)
    case .powerCut(.everything): Int32(CSIMULATOR_POWER_CUT_WITH_NAMES)
    case .powerCut(.content): Int32(CSIMULATOR_POWER_CUT_BUT_NAMES)
    case .error(let error): error.number
    }
  }
}

extension FileError {
  /// As errno has it.
  var number: Int32 {
    switch self {
    case .noSpace: ENOSPC
    case .input: EIO
    case .readOnly: EROFS
    case .denied: EACCES
    case .quota: EDQUOT
    case .tooManyOpen: EMFILE
    case .interrupted: EINTR
    }
  }
}
