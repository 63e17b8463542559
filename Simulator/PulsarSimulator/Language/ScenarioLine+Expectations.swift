extension ScenarioLine {
  /// What stands behind `expect`, up to the end of the line.
  mutating func expectation(nodes: [String]) throws(ScenarioError) -> Expectation {
    let kind = try self.choice(
      "what is expected", of: ["converged", "sometimes", "file", "no"],
      form: "expect converged within SPAN")
    switch kind {
    case "converged": return try self.convergence()
    case "sometimes": return try self.mark()
    case "file": return try self.file(nodes: nodes)
    default: return try self.absence(nodes: nodes)
    }
  }

  private mutating func convergence() throws(ScenarioError) -> Expectation {
    let form = "expect converged within SPAN"
    try self.keyword("within", form: form)
    let span = try self.span(form: form)
    try self.end(form: form)
    return .converged(within: span)
  }

  private mutating func mark() throws(ScenarioError) -> Expectation {
    let form = #"expect sometimes "mark""#
    let mark = try self.word("the mark", form: form)
    try self.end(form: form)
    return .sometimes(mark)
  }

  private mutating func file(nodes: [String]) throws(ScenarioError) -> Expectation {
    let form = #"expect file NODE PATH "text""#
    let node = try self.node(nodes, form: form)
    let path = try self.path(form: form)
    let text = try self.word("the text", form: form)
    try self.end(form: form)
    return .file(node: node, path: path, text: text)
  }

  private mutating func absence(nodes: [String]) throws(ScenarioError) -> Expectation {
    let form = "expect no file NODE PATH"
    try self.keyword("file", form: form)
    let node = try self.node(nodes, form: form)
    let path = try self.path(form: form)
    try self.end(form: form)
    return .file(node: node, path: path, text: nil)
  }
}
