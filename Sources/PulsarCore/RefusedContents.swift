/// What the remote refused to take: contents of files, each at its path.
///
/// Such a path stays at its last captured state while it holds what was refused. Where the remote did not
/// say which path it meant, all that were new form a group: as soon as one of them holds something else,
/// all of them are tried again.
package struct RefusedContents: Hashable, Sendable {
  package struct Group: Hashable, Sendable {
    /// The name in refs of the stream that was pushed: each finds out for itself.
    package let leaf: [UInt8]
    /// When it was refused.
    package let time: WallTime
    /// The remote's words, on one line.
    package let words: String
    /// What was refused, at each path; never empty.
    package var contents: [GitPath: Set<ObjectID>]

    package init(
      leaf: [UInt8], time: WallTime, words: String, contents: [GitPath: Set<ObjectID>]
    ) {
      self.leaf = leaf
      self.time = time
      self.words = words
      self.contents = contents
    }
  }

  /// Oldest first.
  package var groups: [Group]

  package init(groups: [Group] = []) { self.groups = groups }

  package var isEmpty: Bool { self.groups.isEmpty }

  /// After so long it is tried again: rules change, and exceptions are made.
  package static let retryAfter = Duration.seconds(24 * 3600)

  /// Those that are not to be tried again yet.
  package func inForce(at now: WallTime) -> RefusedContents {
    RefusedContents(
      groups: self.groups.filter {
        now.seconds - $0.time.seconds < Self.retryAfter.components.seconds
      })
  }

  /// Those of one stream.
  package func of(_ refs: StreamRefs) -> RefusedContents {
    let leaf = StreamRefs.parts(ofStream: refs.stream)?.leaf
    return RefusedContents(groups: self.groups.filter { $0.leaf == leaf })
  }

  /// Drops those of a stream of which no path is held any more.
  package mutating func release(_ refs: StreamRefs, besides held: Set<GitPath>) {
    let leaf = StreamRefs.parts(ofStream: refs.stream)?.leaf
    self.groups.removeAll { $0.leaf == leaf && held.isDisjoint(with: $0.contents.keys) }
  }

  /// What the remote said of this very content at `path`; nil when it took it.
  package func words(of id: ObjectID, at path: GitPath) -> String? {
    self.groups.last { $0.contents[path]?.contains(id) == true }?.words
  }

  /// Whether what became of one of `paths` says something about other paths.
  package func concernOthers(than paths: some Sequence<GitPath>) -> Bool {
    paths.contains { path in
      self.groups.contains { $0.contents.count > 1 && $0.contents[path] != nil }
    }
  }

  /// The paths that stay as they were captured last, with the words of the remote.
  ///
  /// - Parameters:
  ///   - seen: what a scan found at its paths; nil for what is gone or could not be read.
  ///   - isWhole: whether paths that it does not name hold what HEAD holds, or nothing; otherwise nothing
  ///     is known of them.
  /// - Returns: the remote's words, by path.
  package func held(seen: [GitPath: ObjectID?], isWhole: Bool) -> [GitPath: String] {
    var held: [GitPath: String] = [:]
    for group in self.groups {
      let isHeld = group.contents.allSatisfy { path, ids in
        guard let found = seen[path] else { return !isWhole }
        return found.map { ids.contains($0) } ?? false
      }
      guard isHeld else { continue }
      for path in group.contents.keys { held[path] = group.words }
    }
    return held
  }

  /// Forgets what the remote has taken after all.
  package mutating func forget(where isTaken: (GitPath, ObjectID) -> Bool) {
    for index in self.groups.indices {
      for (path, ids) in self.groups[index].contents {
        let left = ids.filter { !isTaken(path, $0) }
        self.groups[index].contents[path] = left.isEmpty ? nil : left
      }
    }
    self.groups.removeAll { $0.contents.isEmpty }
  }
}

extension RefusedContents.Group: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.leaf, self.time.seconds, self.words, self.contents)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      leaf: try reader.read(), time: WallTime(seconds: try reader.read()),
      words: try reader.read(), contents: try reader.read())
  }
}
