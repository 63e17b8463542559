extension Act {
  /// Whether it is something that goes wrong, and not something a person does.
  var isFault: Bool {
    switch self {
    case .write, .append, .fill, .delete, .move, .link, .executable, .git, .pulsar, .save: false
    case .daemon(let act): act == .kill
    case .suspend, .battery, .mains, .load, .clockStep, .disk, .cut, .on, .onFile, .powerCut, .lock:
      true
    case .down, .refuse, .slow, .loseAnswers, .collectGarbage, .deleteStreams, .rewindStream,
      .pushOver, .recreate:
      true
    }
  }

  /// Whether it makes no sense without this machine.
  func concerns(_ node: String) -> Bool {
    switch self {
    case .deleteStreams(let of), .rewindStream(let of), .pushOver(let of): of == node
    default: false
    }
  }

  /// The same with another span where it has one that is longer.
  func shortened(to span: SimulatedTime) -> Self {
    let shorter = { (old: SimulatedTime) in min(old, span) }
    switch self {
    case .suspend(let old): return .suspend(shorter(old))
    case .disk(let fault, let old): return .disk(fault, for: shorter(old))
    case .save(let path, let text, let old): return .save(path: path, text: text, for: shorter(old))
    case .lock(let lock, let old): return .lock(lock, for: shorter(old))
    case .cut(let old): return .cut(shorter(old))
    case .down(let old): return .down(shorter(old))
    case .refuse(let old): return .refuse(shorter(old))
    case .slow(let by, let old): return .slow(by: shorter(by), for: shorter(old))
    case .loseAnswers(let old): return .loseAnswers(shorter(old))
    case .clockStep(let old) where old < .zero:
      return .clockStep(.zero - shorter(.zero - old))
    case .clockStep(let old): return .clockStep(shorter(old))
    default: return self
    }
  }

  /// The number of the operation on files at which something happens; nil: none is named.
  var operation: Int? {
    if case .onFile(let point, _) = self { point.number } else { nil }
  }

  /// The same at another operation.
  func replacing(operation number: Int) -> Self {
    guard case .onFile(let point, let act) = self else { return self }
    return .onFile(FilePoint(point.effect, number), act)
  }

  /// What a person puts into a file; nil: nothing.
  var textWritten: String? {
    switch self {
    case .write(_, let text), .append(_, let text), .fill(_, _, let text), .save(_, let text, _):
      text
    default: nil
    }
  }

  func replacing(text new: String) -> Self {
    switch self {
    case .write(let path, _): .write(path: path, text: new)
    case .append(let path, _): .append(path: path, text: new)
    case .save(let path, _, let span): .save(path: path, text: new, for: span)
    case .fill(let path, let bytes, _): .fill(path: path, bytes: bytes, text: new)
    default: self
    }
  }

  /// Files it names, in order; not those in the words of programs.
  var paths: [String] {
    switch self {
    case .write(let path, _), .append(let path, _), .fill(let path, _, _), .delete(let path),
      .executable(let path, _), .save(let path, _, _):
      [path]
    case .move(let from, let to): [from, to]
    case .link(let path, let target): [path, target]
    default: []
    }
  }

  /// The same with other names of files, also where a word of a program is one.
  func renaming(_ name: (String) -> String) -> Self {
    switch self {
    case .write(let path, let text): .write(path: name(path), text: text)
    case .append(let path, let text): .append(path: name(path), text: text)
    case .save(let path, let text, let span): .save(path: name(path), text: text, for: span)
    case .fill(let path, let bytes, let text): .fill(path: name(path), bytes: bytes, text: text)
    case .delete(let path): .delete(path: name(path))
    case .move(let from, let to): .move(from: name(from), to: name(to))
    case .link(let path, let target): .link(path: name(path), target: name(target))
    case .executable(let path, let isOn): .executable(path: name(path), isOn)
    case .git(let words): .git(words.map(name))
    case .pulsar(let words): .pulsar(words.map(name))
    case .on(let point, .git(let words)): .on(point, .git(words.map(name)))
    default: self
    }
  }
}
