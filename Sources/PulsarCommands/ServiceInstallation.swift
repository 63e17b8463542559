internal import PulsarCore
internal import PulsarSystem

/// The files of a service as they are and as they are to be, and the way from here to there.
struct ServiceInstallation {
  let service: BackgroundService
  let manager: any ServiceManager
  let units: [PlacedUnit]

  /// Looks; changes nothing.
  init(_ service: BackgroundService, _ session: Session) throws {
    self.service = service
    let manager = session.serviceManager
    self.manager = manager
    let files = try manager.files(service)
    self.units = try manager.fileNames.map { name in
      try PlacedUnit(name, in: manager.folder, wanting: files.first { $0.name == name })
    }
  }

  /// Writes and removes files, and starts what they say.
  ///
  /// - Throws: with the files in place when the manager does not start them; the error says so.
  func perform() throws {
    let there = self.units.filter { $0.old != nil && $0.change != .left }.map(\.name)
    let wanted = self.units.filter { $0.new != nil }.map(\.name)
    // From service to timer or back: the one file they share means something else then.
    let isOfAnotherKind = !there.isEmpty && there != wanted
    if isOfAnotherKind { for name in there { try self.manager.stop(name) } }
    let isChanged = self.units.contains { $0.change == .written || $0.change == .removed }
    for unit in self.units { try unit.perform() }
    if isChanged { try self.manager.reload() }
    try self.manager.start(wanted, anew: isChanged && !there.isEmpty && !isOfAnotherKind)
  }
}

/// The report of `install-service`.
struct ServiceReport: Encodable {
  let manager: String
  let program: PathReport
  let arguments: [String]
  /// Only with `--interval`.
  let intervalSeconds: Int?
  let dryRun: Bool
  let files: [PlacedUnitReport]
  /// What became of the Python original's service: `none`, `removed`, `left`.
  let original: String?
  /// Left out where nobody knows.
  let lingers: Bool?

  init(
    _ installation: ServiceInstallation, isDryRun: Bool, original: String?, lingers: Bool?
  ) {
    self.manager = installation.manager.name
    self.program = PathReport(installation.service.program)
    self.arguments = installation.service.arguments
    self.intervalSeconds =
      if case .every(let seconds) = installation.service.schedule { seconds } else { nil }
    self.dryRun = isDryRun
    self.files = installation.units.filter { $0.change != nil }
      .map { PlacedUnitReport($0, showsContent: isDryRun) }
    self.original = original
    self.lingers = lingers
  }
}
