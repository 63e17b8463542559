/// What makes a machine, or the repository, unlike others: a line `trait ACTOR TRAIT WORD…`.
package struct ScenarioTrait: Hashable, Sendable {
  /// A node; `origin` for the repository itself.
  package var actor: String
  package var kind: TraitKind
  /// As many as its form has.
  package var words: [String]

  package init(_ actor: String, _ kind: TraitKind, _ words: [String] = []) {
    self.actor = actor
    self.kind = kind
    self.words = words
  }

  /// As reports name it, whoever has it: `ignores global`.
  package var name: String {
    self.kind.names.isEmpty ? self.kind.rawValue : "\(self.kind.rawValue) \(self.words[0])"
  }

  /// The line, without its end.
  package var text: String {
    let words = self.words.map(ScenarioWord.written).joined(separator: " ")
    let head = "trait \(self.actor) \(self.kind.rawValue)"
    return words.isEmpty ? head : "\(head) \(words)"
  }
}

package enum TraitKind: String, CaseIterable, Hashable, Sendable {
  // A machine.
  /// Rules of its own for files to ignore: in git's global file, in the clone, in our settings.
  case ignores
  /// `core.fileMode=false`: no file is a program there, nor stops to be one.
  case noFileMode = "no-file-mode"
  /// `core.autocrlf`
  case autoCRLF = "autocrlf"
  /// `core.eol=crlf`: text files have CRLF there, where attributes tell that they are text.
  case crlf = "eol-crlf"
  /// `core.symlinks=false`: a link is a file that holds where it leads.
  case noLinks = "no-links"
  /// `core.ignoreCase=true`, on a disk where case counts.
  case ignoreCase = "ignore-case"
  /// A sparse check-out of one folder, and of the files beside it.
  case sparse
  /// Has the submodules of the repository checked out; others have not.
  case submodules
  /// A tracked file has an edit that git is told not to see.
  case hiddenEdit = "hidden-edit"
  /// A file over a limit is left out of captures, and named.
  case limit
  /// Nothing of the history but a few commits.
  case shallow
  /// Only the objects that were needed so far.
  case partial
  /// HEAD is at a commit of its own.
  case detached
  case splitIndex = "split-index"
  /// Another repository lies in the working tree.
  case nested
  /// The first commit is replaced by one with the same files and another message.
  case replace
  /// Its own captures go by the git program: objects lie in an alternate store that libgit2 is not
  /// asked about.
  case adapter

  // The repository.
  /// A line of `.gitattributes` in the first commit.
  case attributes
  /// A filter for the files that a pattern matches: what is in the repository is other than what is on
  /// disk.
  case filter
  /// A submodule, in the first commit.
  case submodule

  /// Whether `origin` has it.
  package var isOfRemote: Bool {
    switch self {
    case .attributes, .filter, .submodule: true
    case .ignores, .noFileMode, .autoCRLF, .crlf, .noLinks, .ignoreCase, .sparse, .submodules,
      .hiddenEdit, .limit, .shallow, .partial, .detached, .splitIndex, .nested, .replace, .adapter:
      false
    }
  }

  /// What the first word may be; empty: anything, or there is none.
  var names: [String] {
    switch self {
    case .ignores: ["global", "exclude", "settings"]
    case .autoCRLF: ["true", "input"]
    case .sparse: ["cone", "no-cone"]
    case .hiddenEdit: ["skip-worktree", "assume-unchanged"]
    case .filter: ["reversible", "pointer", "encoding"]
    case .noFileMode, .crlf, .noLinks, .ignoreCase, .submodules, .limit, .shallow, .partial,
      .detached, .splitIndex, .nested, .replace, .adapter, .attributes, .submodule:
      []
    }
  }

  /// What stands behind those.
  var rest: [String] {
    switch self {
    case .ignores, .filter: ["PATTERN"]
    case .sparse: ["FOLDER"]
    case .hiddenEdit, .nested: ["PATH"]
    case .limit: ["BYTES"]
    case .attributes: ["LINE"]
    case .noFileMode, .autoCRLF, .crlf, .noLinks, .ignoreCase, .submodules, .shallow, .partial,
      .detached, .splitIndex, .replace, .adapter, .submodule:
      []
    }
  }

  /// How the trait is written, for whom it was written wrongly.
  package var form: String {
    let actor = self.isOfRemote ? ScenarioParser.remote : "NODE"
    let names = self.names.isEmpty ? [] : [self.names.joined(separator: "|")]
    return (["trait", actor, self.rawValue] + names + self.rest).joined(separator: " ")
  }
}

extension ScenarioLine {
  /// What stands behind `trait`, up to the end of the line.
  mutating func trait(nodes: [String]) throws(ScenarioError) -> ScenarioTrait {
    let form = "trait ACTOR TRAIT"
    let actor = try self.word("the actor", form: form)
    guard actor == ScenarioParser.remote || nodes.contains(actor) else {
      throw self.unknownNode(actor, known: nodes + [ScenarioParser.remote])
    }
    let isRemote = actor == ScenarioParser.remote
    let word = try self.word("the trait", form: form)
    let known = TraitKind.allCases.filter { $0.isOfRemote == isRemote }.map(\.rawValue)
    guard let kind = TraitKind(rawValue: word), kind.isOfRemote == isRemote else {
      throw self.unknown(
        word, "the trait of '\(actor)'", known: known,
        otherwise: "write one of \(known.joined(separator: ", "))")
    }
    var words: [String] = []
    if !kind.names.isEmpty {
      words.append(try self.choice("what it is", of: kind.names, form: kind.form))
    }
    for meaning in kind.rest {
      switch meaning {
      case "PATH", "FOLDER": words.append(try self.path(form: kind.form))
      case "BYTES":
        words.append("\(try self.number("the limit", in: 1...1_000_000_000, form: kind.form))")
      default: words.append(try self.argument("the \(meaning.lowercased())", form: kind.form))
      }
    }
    try self.end(form: kind.form)
    return ScenarioTrait(actor, kind, words)
  }
}
