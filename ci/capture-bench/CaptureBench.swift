// Times captures of one known changed file in a warm process, in turns with git doing the same:
//   capture-bench REPOSITORY FILE ROUNDS
// Prints one line a variant: name, median and minimum in milliseconds.

import Foundation
import PulsarCore
import PulsarEngine
import PulsarGit
import PulsarSystem

/// One way to make a capture, timed over the rounds.
struct Variant {
  let name: String
  let run: () throws -> Void
  var milliseconds: [Double] = []
}

func timed(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let taken = ContinuousClock.now - start
  return Double(taken.components.seconds) * 1e3 + Double(taken.components.attoseconds) / 1e15
}

func shell(_ script: String, in folder: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-ec", script]
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw GitError.failed(command: script, cause: "status \(process.terminationStatus)")
  }
}

@main enum CaptureBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let rounds = Int(arguments[3]) else {
      FileHandle.standardError.write(Data("usage: capture-bench REPOSITORY FILE ROUNDS\n".utf8))
      exit(EX_USAGE)
    }
    let folder = arguments[1]
    let file = GitPath(arguments[2])
    let environment = ProcessEnvironment.current().variables.map {
      CommandWord(bytes: $0.name + [UInt8(ascii: "=")] + $0.value)
    }
    let git = GitProgram(in: GitPath(folder), environment: environment)
    let repository = try Repository(discoveredBy: git)
    let worktree = try GitWorktree(repository, ignorePatterns: [], environment: environment)

    func capture(durable: Bool, known: Bool) throws -> CaptureReport {
      let store = try LibGit2SnapshotStore(repository.location, isDurable: durable)
      var request = CaptureRequest(
        reason: .change, machine: Machine(name: "bench", id: durable ? "durable0" : "volatile"),
        signature: repository.signature, settings: Settings())
      request.knownPaths = known ? [file] : nil
      return try CaptureProcedure(worktree: worktree, store: store, time: LocalClock()).run(request)
    }

    let reference = """
      export GIT_INDEX_FILE="$PWD/.git/bench-index"
      git add -A
      tree=$(git write-tree)
      commit=$(git commit-tree -m capture -p HEAD "$tree")
      git update-ref refs/bench/reference "$commit"
      """
    try shell("cp .git/index .git/bench-index", in: folder)
    try shell(reference, in: folder)
    for durable in [false, true] { _ = try capture(durable: durable, known: false) }

    var variants = [
      Variant(name: "known-file") {
        guard try capture(durable: false, known: true).isNew else { exit(1) }
      },
      Variant(name: "known-file-fsync") {
        guard try capture(durable: true, known: true).isNew else { exit(1) }
      },
      Variant(name: "git-add-write-tree-commit-tree-update-ref") {
        try shell(reference, in: folder)
      },
    ]
    for round in 0..<rounds {
      for index in variants.indices {
        let path = folder + "/" + String(decoding: file.bytes, as: UTF8.self)
        try Data("round \(round) of \(index)\n".utf8).write(to: URL(fileURLWithPath: path))
        variants[index].milliseconds.append(try timed(variants[index].run))
      }
    }
    for variant in variants {
      let sorted = variant.milliseconds.sorted()
      print(variant.name, sorted[sorted.count / 2], sorted[0])
    }
  }
}
