package import PulsarCore

/// Why git, or what stands for it, did not do as asked.
package enum GitError: Error, Hashable, Sendable {
  /// The program could not be started at all.
  case notStarted(program: String, cause: String)
  case notARepository(path: GitPath)
  /// There is a `.git`, but git does not take it for one.
  case damagedRepository(path: GitPath)
  /// The folder to work in is not there, or may not be entered.
  case folderUnusable(path: GitPath, cause: String)
  case bareRepository(path: GitPath)
  /// Inside `.git`, where there is no working tree.
  case noWorkingTree(path: GitPath)
  /// git distrusts the folder because it belongs to somebody else.
  case dubiousOwnership(path: GitPath, owner: String)
  case failed(command: String, cause: String)
  /// Ended because the person asked us to stop.
  case cancelled
}

extension GitError: ExplainedError {
  package var whatFailed: String {
    switch self {
    case .notStarted(let program, _): "could not run '\(program)'"
    case .notARepository(let path), .bareRepository(let path), .noWorkingTree(let path),
      .dubiousOwnership(let path, _):
      "nothing done in '\(path.displayed)'"
    case .damagedRepository(let path): "nothing done in '\(path.parent.displayed)'"
    case .folderUnusable(let path, _): "could not go to '\(path.displayed)'"
    case .failed(let command, _): "'\(command)' failed"
    case .cancelled: "stopped"
    }
  }

  package var why: String {
    switch self {
    case .notStarted(_, let cause), .failed(_, let cause), .folderUnusable(_, let cause): cause
    case .damagedRepository(let path):
      "git does not take '\(path.displayed)' for a repository any more, so its HEAD or objects are damaged or missing"
    case .notARepository: "this is not a git repository, nor is any folder above it"
    case .bareRepository: "it is a bare repository and has no working tree to capture"
    case .noWorkingTree: "this is inside a '.git' folder, not in a working tree"
    case .dubiousOwnership(let path, _):
      "git does not trust '\(path.displayed)', which belongs to somebody else"
    case .cancelled: "interrupted"
    }
  }

  package var whatToDo: String {
    switch self {
    case .notStarted: "install git and see that it is on your PATH"
    case .notARepository: "go to a repository, or make one with 'git init'"
    case .damagedRepository:
      "your files are as they were; get what is missing from a backup or another clone"
    case .folderUnusable: "see that it is there and that you may enter it"
    case .bareRepository: "run git-pulsar in a clone of it"
    case .noWorkingTree: "go to the top of the working tree"
    case .dubiousOwnership(let path, _):
      "if you trust it: git config --global --add safe.directory '\(path.displayed)'"
    case .failed: "see what git says when you run it by hand"
    case .cancelled: "run the command again when you like"
    }
  }
}
