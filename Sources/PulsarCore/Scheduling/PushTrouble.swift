/// Why a push failed; one case for all that a person mends, and that is retried, in the same way.
package enum PushTrouble: Hashable, Sendable, CaseIterable {
  /// No network, no such host or folder, or the line was cut.
  case unreachable
  /// The remote does not know who we are, or we cannot be sure that it is the one that is meant.
  case authentication
  /// It does not let us write there.
  case permission
  case refused(PushRefusal)
  /// Somebody else wrote to the stream there.
  case movedByOthers
  /// It names objects by another hash than this repository.
  case objectFormat
  case other

  package static let allCases: [PushTrouble] =
    [.unreachable, .authentication, .permission] + PushRefusal.allCases.map(Self.refused)
    + [.movedByOthers, .objectFormat, .other]

  /// Goes away when a person acts.
  package var isLasting: Bool {
    switch self {
    case .unreachable, .other: false
    case .authentication, .permission, .refused, .movedByOthers, .objectFormat: true
    }
  }

  /// Whether every stream of the repository would fail in the same way.
  package var concernsAllStreams: Bool {
    switch self {
    case .unreachable, .authentication, .permission, .objectFormat: true
    case .refused, .movedByOthers, .other: false
    }
  }

  /// The wait after a first failure, which doubles with each further one up to a cap.
  ///
  /// Wrong passwords in a row have accounts locked; what is too large stays too large.
  package var retry: (first: Duration, cap: Duration) {
    switch self {
    case .unreachable: (.seconds(60), .seconds(1800))
    case .other: (.seconds(120), .seconds(3600))
    case .authentication: (.seconds(600), .seconds(6 * 3600))
    case .permission: (.seconds(900), .seconds(6 * 3600))
    case .refused(.hook), .refused(.contents), .refused(.other): (.seconds(300), .seconds(6 * 3600))
    case .refused(.protectedRef): (.seconds(900), .seconds(12 * 3600))
    case .refused(.quota): (.seconds(1800), .seconds(6 * 3600))
    case .refused(.size), .objectFormat: (.seconds(3600), .seconds(24 * 3600))
    case .movedByOthers: (.seconds(300), .seconds(6 * 3600))
    }
  }

  /// One word in files and between processes; stable.
  package var keyword: String {
    switch self {
    case .unreachable: "unreachable"
    case .authentication: "authentication"
    case .permission: "permission"
    case .refused(let refusal): "refused-\(refusal.rawValue)"
    case .movedByOthers: "moved"
    case .objectFormat: "object-format"
    case .other: "other"
    }
  }

  package init?(keyword: String) {
    guard let found = Self.allCases.first(where: { $0.keyword == keyword }) else { return nil }
    self = found
  }
}

extension PushRefusal {
  /// Whether it may go away when some content is left out; what a hook refuses may be that or a name.
  package var mayConcernContents: Bool {
    switch self {
    case .hook, .size, .contents: true
    case .protectedRef, .quota, .other: false
    }
  }
}

/// By what a remote refuses a ref or the objects for it.
package enum PushRefusal: String, Hashable, Sendable, CaseIterable {
  case hook
  /// A rule about this ref: protected, hidden, not to be forced, or its name is taken by another.
  case protectedRef = "ref"
  /// There is no more room.
  case quota
  /// A file, or the push as a whole, is too large.
  case size
  /// Something in the files: a secret, a forbidden name, what git itself finds wrong.
  case contents
  case other
}

extension PushTrouble: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    guard let trouble = Self(keyword: try reader.read()) else { throw .damaged }
    self = trouble
  }
  package func write(to writer: inout RecordWriter) { writer.write(self.keyword) }
}
