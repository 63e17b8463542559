internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

extension OpenRepository {
  /// Removes what a loss of power may have left, once after each start of the system.
  ///
  /// Called under the lock. Where nothing was noted before, nothing of ours can have been left.
  func clearAfterStart() {
    guard let boot = self.session.boot else { return }
    let path = self.location.commonDir.appending("pulsar").appending("boot")
    let content = Array("1 ".utf8) + boot + Array("\n".utf8)
    let known = try? AtomicFile.read(path, limit: 1024)
    if known == content { return }
    // What cannot be removed now is looked for again.
    if known != nil, !EmptyObjects.remove(from: self.location) { return }
    try? AtomicFile.replace(path, with: content)
  }
}
