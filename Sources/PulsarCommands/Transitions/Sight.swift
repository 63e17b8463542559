internal import PulsarCore
internal import PulsarGit

/// What was at the paths before the capture, so that a change since shows.
struct Sight {
  var occupants: [GitPath: WorktreeWriter.Occupant] = [:]
  /// Also of what lies in folders that are in the way, and of what is in the way of a folder.
  var marks: [GitPath: WorktreeWriter.Mark] = [:]
  var below: [GitPath: [GitPath]] = [:]
  var blockers: Set<GitPath> = []

  init(_ paths: Set<GitPath>, _ writer: WorktreeWriter) {
    for path in paths {
      let occupant = writer.occupant(path)
      self.occupants[path] = occupant
      switch occupant {
      case .nothing: break
      case .thing(let mark): self.marks[path] = mark
      case .blocked(let blocker, let mark):
        self.marks[blocker] = mark
        self.blockers.insert(blocker)
      case .folder:
        let things = writer.things(below: path)
        self.below[path] = things.map(\.path)
        for thing in things { self.marks[thing.path] = thing.mark }
      }
    }
  }
}
