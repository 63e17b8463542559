internal import PulsarCore
internal import PulsarSystem

/// The service of the Python git-pulsar, which stages files and pushes beside ours while it runs.
struct OriginalService {
  enum Fate: String { case none, removed, left }

  private let session: Session
  /// The original knows no XDG_CONFIG_HOME here.
  private var folder: GitPath { self.session.directories.home.appending(".config/systemd/user") }

  init(_ session: Session) { self.session = session }

  /// Takes its files away when they are its own and the person agrees.
  func replace() throws -> Fate {
    let manager = SystemdManager(self.session)
    guard self.session.serviceManager.name == manager.name else { return .none }
    let units = try [PythonOriginal.timer, PythonOriginal.service].map { name in
      try PlacedUnit(name, in: self.folder, wanting: nil)
    }.filter { $0.old != nil }
    guard !units.isEmpty else { return .none }
    let isItsOwn = units.allSatisfy { PythonOriginal.wrote($0.old ?? [], in: $0.name) }
    let console = self.session.console
    guard isItsOwn,
      console.confirm(
        "The Python git-pulsar has a service here as well, which stages your files. Remove it?")
    else {
      console.remark(
        "the service of the Python git-pulsar was left as it is\(isItsOwn ? "" : ", as it was changed by hand"); to stop it: systemctl --user disable --now \(PythonOriginal.timer)"
      )
      return .left
    }
    for unit in units { try manager.stop(unit.name) }
    for unit in units {
      _ = try AtomicFile.remove(unit.path)
      console.remark("removed \(self.session.displayed(unit.path))")
    }
    try manager.reload()
    return .removed
  }
}
