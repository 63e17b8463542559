package import PulsarCore
package import PulsarEngine

/// What there is to ask about histories.
extension GitProgramSnapshotStore {
  package func contains(
    _ ancestor: ObjectID, in descendant: ObjectID
  ) throws(StoreError) -> Bool {
    if ancestor == descendant { return true }
    let result = try self.result(
      self.graphGit,
      ["merge-base", "--is-ancestor", CommandWord(ancestor), CommandWord(descendant)])
    switch result.ending {
    case .exited(0): return true
    case .exited(1): return false
    default: throw .failed(operation: "git merge-base", cause: result.complaint)
    }
  }

  package func mergeBases(
    _ one: ObjectID, _ other: ObjectID
  ) throws(StoreError) -> [ObjectID] {
    let result = try self.result(
      self.graphGit, ["merge-base", "--all", CommandWord(one), CommandWord(other)])
    switch result.ending {
    case .exited(1) where String(decoding: result.errors, as: UTF8.self).contains("error: "):
      // Not to be taken for histories that have nothing in common: a commit that is missing.
      throw .failed(operation: "git merge-base", cause: result.complaint)
    case .exited(0), .exited(1):
      return result.output.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: $0) }
    default: throw .failed(operation: "git merge-base", cause: result.complaint)
    }
  }

  package func commits(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: CommitRecord] {
    if ids.isEmpty { return [:] }
    let records = try Self.asking { () throws(GitError) in try CommitBatch.read(ids, self.graphGit)
    }
    return Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
  }

  package func present(_ ids: [ObjectID]) throws(StoreError) -> Set<ObjectID> {
    ids.isEmpty ? [] : try self.sound(among: ids)
  }

  package func chain(
    from tip: ObjectID, while isWanted: (CommitRecord) -> Bool
  ) throws(StoreError) -> [CommitRecord] {
    guard try !self.present([tip]).isEmpty else { return [] }
    var chain = CommitChain(self.graphGit, from: tip)
    var found: [CommitRecord] = []
    while let record = try Self.asking({ () throws(GitError) in try chain.take() }),
      isWanted(record)
    {
      found.append(record)
    }
    return found
  }

  package func commits(
    in tip: ObjectID, notIn others: [ObjectID]
  ) throws(StoreError) -> [ObjectID] {
    let lines = "\(tip.hex)\n" + others.map { "^\($0.hex)\n" }.joined()
    let result = try self.result(
      self.graphGit, ["rev-list", "--stdin"], input: Array(lines.utf8))
    guard result.succeeded else {
      throw .failed(operation: "git rev-list", cause: result.complaint)
    }
    return result.output.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: $0) }
  }

  private static func asking<Value>(
    _ work: () throws(GitError) -> Value
  ) throws(StoreError) -> Value {
    do throws(GitError) {
      return try work()
    } catch {
      throw .failed(operation: "git", cause: error.why)
    }
  }
}
