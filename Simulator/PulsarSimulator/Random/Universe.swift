/// The few names that random runs use, so that the same ones meet often.
package enum Universe {
  package static let nodes = ["desk", "laptop", "studio", "attic"]
  package static let remote = "origin"
  package static let branches = [Self.firstBranch, "topic", "a/b"]
  /// The one that is there from the start.
  package static let firstBranch = "main"
  /// Apart in case only, folders, other scripts, spaces, rules, a link and a program.
  package static let files = [
    "README", "a", "b", "A", "dir/a", "dir/b", "ü", "sp ace", Self.rules, Self.link, Self.program,
  ]
  package static let rules = ".gitignore"
  package static let link = "link"
  package static let program = "x.sh"

  /// Where the repository has a submodule, in runs that have one.
  package static let submodule = "lib"

  /// Where links lead: to files, a folder, and nowhere.
  static let targets = ["README", "a", "dir", "nowhere"]
  /// Besides those, where machines are unlike: line ends, bytes that are no text, nothing, much, and a
  /// folder whose place a file may take.
  static let unlike = [Self.crlf, Self.binary, Self.empty, Self.big, "far/a", "dir"]
  static let crlf = "crlf"
  static let binary = "bin"
  static let empty = "empty"
  static let big = "big"
  /// A folder with files by the hundred.
  static let many = "many"

  /// Files that are written through their name; a link would be written through to its target.
  static let written = Self.files.filter { $0 != Self.link }
  /// Lines of rules that hide something, or nothing.
  static let hidden = ["", "", "b\n", "*.sh\n", "dir/\n"]
}
