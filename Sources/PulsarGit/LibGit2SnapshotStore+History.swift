internal import Clibgit2
package import PulsarCore
package import PulsarEngine

/// What there is to ask about histories.
extension LibGit2SnapshotStore {
  package func contains(
    _ ancestor: ObjectID, in descendant: ObjectID
  ) throws(StoreError) -> Bool {
    if ancestor == descendant { return true }
    var old = ancestor.raw
    var new = descendant.raw
    let code = git_graph_descendant_of(self.handle.repository, &new, &old)
    try LibGit2.check("walking the history", code)
    return code == 1
  }

  package func mergeBases(
    _ one: ObjectID, _ other: ObjectID
  ) throws(StoreError) -> [ObjectID] {
    var (one, other) = (one.raw, other.raw)
    var found = git_oidarray()
    let code = git_merge_bases(&found, self.handle.repository, &one, &other)
    // Not to be taken for histories that have nothing in common: a commit that is missing.
    if code == GIT_ENOTFOUND.rawValue,
      git_error_last()?.pointee.klass == Int32(GIT_ERROR_MERGE.rawValue)
    {
      return []
    }
    try LibGit2.check("walking the history", code)
    defer { git_oidarray_dispose(&found) }
    return UnsafeBufferPointer(start: found.ids, count: found.count).map { ObjectID($0) }
  }

  package func present(_ ids: [ObjectID]) throws(StoreError) -> Set<ObjectID> {
    Set(
      ids.filter { id in
        var (raw, size, type) = (id.raw, 0, GIT_OBJECT_ANY)
        return git_odb_read_header(&size, &type, self.handle.odb, &raw) == 0
          && type == GIT_OBJECT_COMMIT
      })
  }

  package func commits(
    in tip: ObjectID, notIn others: [ObjectID]
  ) throws(StoreError) -> [ObjectID] {
    var walk: OpaquePointer?
    try LibGit2.check("walking the history", git_revwalk_new(&walk, self.handle.repository))
    defer { git_revwalk_free(walk) }
    var raw = tip.raw
    try LibGit2.check("walking the history", git_revwalk_push(walk, &raw))
    for other in others {
      raw = other.raw
      try LibGit2.check("walking the history", git_revwalk_hide(walk, &raw))
    }
    var found: [ObjectID] = []
    while true {
      let code = git_revwalk_next(&raw, walk)
      if code == GIT_ITEROVER.rawValue { return found }
      try LibGit2.check("walking the history", code)
      found.append(ObjectID(raw))
    }
  }
}
