/// Draws what makes the machines of one run unlike, and its repository.
///
/// Each trait is drawn for itself: one less leaves all others as they were.
struct TraitPlan {
  let nodes: [String]
  let chance: Chance
  /// Those that may come.
  let kinds: [TraitKind]

  /// Machine after machine, then the repository.
  var traits: [ScenarioTrait] {
    let machines = self.nodes.flatMap { node in
      self.kinds.filter { !$0.isOfRemote }.flatMap { self.drawn($0, of: node) }
    }
    let repository = self.kinds.filter(\.isOfRemote).flatMap {
      self.drawn($0, of: Universe.remote)
    }
    return machines + repository
  }

  private func drawn(_ kind: TraitKind, of actor: String) -> [ScenarioTrait] {
    let chance = self.chance.of(actor).of(kind.rawValue)
    guard chance.isTrue(percent: kind.odds, "has it") else { return [] }
    let name = kind.names.isEmpty ? [] : [chance.pick(kind.names, "name")]
    return [ScenarioTrait(actor, kind, name + Self.rest(of: kind, name.first, chance))]
  }

  private static func rest(of kind: TraitKind, _ name: String?, _ chance: Chance) -> [String] {
    switch kind {
    case .ignores: [chance.pick(["b", "*.sh", "dir/", "bin", "/crlf"], "pattern")]
    case .sparse: [chance.pick(["dir", "far"], "folder")]
    case .hiddenEdit: [chance.pick(["README", "a"], "path")]
    case .nested: ["own"]
    case .limit: ["1000000"]
    case .attributes:
      [chance.pick(["* text=auto", "crlf text", "*.sh text eol=lf", "crlf -text"], "line")]
    case .filter:
      switch name {
      case "pointer": ["bin"]
      case "encoding": ["ü"]
      default: [chance.pick(["b", "dir/b"], "pattern")]
      }
    case .noFileMode, .autoCRLF, .crlf, .noLinks, .ignoreCase, .submodules, .shallow, .partial,
      .detached, .splitIndex, .replace, .adapter, .submodule:
      []
    }
  }
}

extension TraitKind {
  /// In how many of a hundred cases a machine has it, or the repository.
  var odds: Int {
    switch self {
    case .ignores, .noFileMode, .autoCRLF, .noLinks: 25
    case .attributes, .filter, .submodule: 30
    case .submodules: 50
    case .crlf, .ignoreCase, .sparse, .hiddenEdit, .limit, .shallow, .partial, .detached,
      .splitIndex, .nested, .replace, .adapter:
      12
    }
  }
}
