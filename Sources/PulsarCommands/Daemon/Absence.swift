internal import PulsarCore

/// Why the daemon has no repository at a registered path.
enum Absence: Hashable {
  case missing
  /// Another repository lies there.
  case foreign
  /// The folder may not be entered.
  case barred
  /// The repository cannot be opened, in the words of that error.
  case refused(why: String)
  /// The look itself came to nothing.
  case unknown

  /// For people.
  var words: String {
    switch self {
    case .missing: "missing; it is captured again when it is back"
    case .foreign: "another repository lies there; run 'git pulsar' in it to register that one"
    case .barred: "you may not enter it; check whose it is"
    case .refused(let why): why
    case .unknown: "it could not be looked at"
    }
  }
}

extension Absence: RecordValue {
  func write(to writer: inout RecordWriter) {
    switch self {
    case .missing: writer.write("missing")
    case .foreign: writer.write("foreign")
    case .barred: writer.write("barred")
    case .refused(let why): writer.write("refused", why)
    case .unknown: writer.write("unknown")
    }
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "missing": self = .missing
    case "foreign": self = .foreign
    case "barred": self = .barred
    case "refused": self = .refused(why: try reader.read())
    case "unknown": self = .unknown
    default: throw .damaged
    }
  }
}
