internal import PulsarCore

/// What a scenario itself expects.
extension World {
  func judgeExpectations() throws {
    for expectation in self.scenario.expectations {
      switch expectation {
      case .converged: break
      case .sometimes(let sentence):
        if Mark(rawValue: sentence).map({ self.marks.count($0) == 0 }) ?? true {
          self.fail("E1", "origin", "never met: \(sentence)")
        }
      case .file(let name, let path, let text):
        guard let node = self.nodes.first(where: { $0.name == name }) else { continue }
        let bytes = Files.read(node.work.appending(path))
        if bytes != text.map({ Array($0.utf8) }) {
          let found = bytes.map { String(decoding: $0, as: UTF8.self).debugDescription }
          self.fail("E2", name, "'\(path)' holds \(found ?? "nothing: it is not there")")
        }
      }
    }
  }
}
