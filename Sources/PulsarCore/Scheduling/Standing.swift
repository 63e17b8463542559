/// What waits in a repository, and for what.
package struct Standing: Hashable, Sendable {
  package var captures: Captures
  package var pushes: Pushes
  package var isWatched: Bool

  package init(captures: Captures, pushes: Pushes, isWatched: Bool) {
    self.captures = captures
    self.pushes = pushes
    self.isWatched = isWatched
  }

  package enum Captures: Hashable, Sendable {
    /// Nothing waits.
    case captured
    /// Goes when the files are quiet, from `until` on.
    case waiting(since: MonotonicTime, until: MonotonicTime)
    /// Other repositories are before it.
    case inLine
    case underWay(since: MonotonicTime)
    case paused
    case missing
    /// A rebase, merge or the like has stopped half-way.
    case busy
    case suspended(batteryPercent: Int)
    /// Goes at `until` at the latest.
    case delayedByLoad(until: MonotonicTime)
    case backingOff(until: MonotonicTime, CaptureTrouble)
  }

  package enum Pushes: Hashable, Sendable {
    /// There is no remote.
    case off
    case pushed
    case waiting(until: MonotonicTime)
    case underWay(since: MonotonicTime)
    /// Paused, missing, or amid a rebase.
    case held
    case suspended(batteryPercent: Int)
    /// The battery is low; goes at `until` at the latest.
    case deferred(until: MonotonicTime)
    case backingOff(until: MonotonicTime, PushTrouble)
  }
}

extension Standing: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.captures, self.pushes, self.isWatched)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      captures: try reader.read(), pushes: try reader.read(), isWatched: try reader.read())
  }
}

extension Standing.Captures: RecordValue {
  package func write(to writer: inout RecordWriter) {
    switch self {
    case .captured: writer.write("captured")
    case .waiting(let since, let until): writer.write("waiting", since, until)
    case .inLine: writer.write("in-line")
    case .underWay(let since): writer.write("under-way", since)
    case .paused: writer.write("paused")
    case .missing: writer.write("missing")
    case .busy: writer.write("busy")
    case .suspended(let percent): writer.write("suspended", percent)
    case .delayedByLoad(let until): writer.write("delayed-by-load", until)
    case .backingOff(let until, let trouble): writer.write("backing-off", until, trouble)
    }
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "captured": self = .captured
    case "waiting": self = .waiting(since: try reader.read(), until: try reader.read())
    case "in-line": self = .inLine
    case "under-way": self = .underWay(since: try reader.read())
    case "paused": self = .paused
    case "missing": self = .missing
    case "busy": self = .busy
    case "suspended": self = .suspended(batteryPercent: try reader.read())
    case "delayed-by-load": self = .delayedByLoad(until: try reader.read())
    case "backing-off": self = .backingOff(until: try reader.read(), try reader.read())
    default: throw .damaged
    }
  }
}

extension Standing.Pushes: RecordValue {
  package func write(to writer: inout RecordWriter) {
    switch self {
    case .off: writer.write("off")
    case .pushed: writer.write("pushed")
    case .waiting(let until): writer.write("waiting", until)
    case .underWay(let since): writer.write("under-way", since)
    case .held: writer.write("held")
    case .suspended(let percent): writer.write("suspended", percent)
    case .deferred(let until): writer.write("deferred", until)
    case .backingOff(let until, let trouble): writer.write("backing-off", until, trouble)
    }
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "off": self = .off
    case "pushed": self = .pushed
    case "waiting": self = .waiting(until: try reader.read())
    case "under-way": self = .underWay(since: try reader.read())
    case "held": self = .held
    case "suspended": self = .suspended(batteryPercent: try reader.read())
    case "deferred": self = .deferred(until: try reader.read())
    case "backing-off": self = .backingOff(until: try reader.read(), try reader.read())
    default: throw .damaged
    }
  }
}
