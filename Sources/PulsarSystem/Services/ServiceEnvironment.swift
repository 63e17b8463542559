import PulsarCore

extension ProcessEnvironment {
  /// What of the person's environment a service needs that the service manager does not know.
  ///
  /// `PATH`, so that git, ssh, LFS, filters and credential helpers are found, and the XDG folders where
  /// they were set. In `PATH` only absolute folders stay, each once: an empty or relative one means the
  /// repository that a command runs in, and what git put there for its own children is not the person's.
  package var forService: [Variable] {
    var kept: [Variable] = []
    if let path = self["PATH"] {
      var folders: [ArraySlice<UInt8>] = []
      for folder in path.split(separator: UInt8(ascii: ":"))
      where folder.first == UInt8(ascii: "/") && !folders.contains(folder)
        && !GitPath(bytes: folder).name.elementsEqual("git-core".utf8)
      {
        folders.append(folder)
      }
      let joined = folders.joined(separator: [UInt8(ascii: ":")])
      if !folders.isEmpty { kept.append(Variable(name: Array("PATH".utf8), value: Array(joined))) }
    }
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
      guard let value = self[name], value.first == UInt8(ascii: "/") else { continue }
      kept.append(Variable(name: Array(name.utf8), value: value))
    }
    return kept
  }
}
