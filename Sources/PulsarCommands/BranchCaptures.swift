internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// The captures of a branch by all machines, with those of sessions that were taken over, as far as
/// they are here.
struct BranchCaptures {
  struct Item {
    let capture: CaptureWalk.Capture
    /// The slug of the machine that made it.
    let slug: String
    /// What it was made upon; nil is the empty tree.
    let older: ObjectID?
    /// Captures of other machines that it took over, newest first.
    let takenOver: [TakenOver]
  }

  struct TakenOver {
    let id: ObjectID
    let slug: String
  }

  /// Newest first: by ancestry, then by time.
  let items: [Item]
  /// Whether there are more than `ForeignLimits` lets be listed.
  let isCutOff: Bool

  /// - Parameters:
  ///   - branch: captures of others are left out.
  ///   - streams: where to begin.
  ///   - git: running in the repository.
  /// - Throws: an error when a capture cannot be read.
  init(of branch: Branch, _ streams: [KnownStream], _ git: GitProgram) throws {
    var found: [ObjectID: (capture: CaptureWalk.Capture, slug: String)] = [:]
    // Commits beside the captures, by id: what the oldest ones were made upon.
    var bases: [ObjectID: CommitRecord] = [:]
    var order: [ObjectID] = []
    var starts = streams.map { (tip: $0.tip.id, slug: $0.slug) }
    var seen: Set<ObjectID> = []
    var isCutOff = false
    while !starts.isEmpty {
      var side: [ObjectID] = []
      for start in starts {
        var walk = CaptureWalk(git, from: start.tip)
        while let capture = try walk.take(), found[capture.id] == nil {
          guard order.count < ForeignLimits.captures else {
            isCutOff = true
            break
          }
          found[capture.id] = (capture, capture.trailers?.machineSlug ?? start.slug)
          order.append(capture.id)
          isCutOff = isCutOff || capture.record.parents.count > ForeignLimits.parents
          side += capture.record.parents.prefix(ForeignLimits.parents).dropFirst()
        }
        if let base = walk.base { bases[base.id] = base }
      }
      // What was taken over is in some stream, unless that was never fetched or is gone.
      var unknown = side.filter { found[$0] == nil && seen.insert($0).inserted }
      let room = max(0, ForeignLimits.captures - order.count)
      isCutOff = isCutOff || unknown.count > room
      unknown = Array(unknown.prefix(room))
      starts = try CommitBatch.read(unknown, git).compactMap { record in
        guard let trailers = CaptureTrailers(message: record.message), trailers.branch == branch
        else { return nil }
        return (record.id, trailers.machineSlug)
      }
    }
    self.isCutOff = isCutOff
    let captures = order.compactMap { found[$0]?.capture.record }
    self.items = CaptureOrder.newestFirst(captures).compactMap { record in
      guard let (capture, slug) = found[record.id] else { return nil }
      let previous = record.parents.first
      return Item(
        capture: capture, slug: slug,
        older: previous.flatMap { found[$0]?.capture.record ?? bases[$0] }?.tree,
        takenOver: record.parents.prefix(ForeignLimits.parents).dropFirst().compactMap { parent in
          found[parent].map { TakenOver(id: parent, slug: $0.slug) }
        })
    }
  }
}
