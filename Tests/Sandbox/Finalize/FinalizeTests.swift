import Foundation
import Testing

@Suite struct FinalizeTests {
  @Test func `the work of all machines becomes one commit, what is uncommitted here included`()
    throws
  {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk")), ("new.txt", "n\n")])
    try world.work("lap", [("a.txt", FinalizeWorld.edited(28, "lap"))])
    let here = try world.on("home")
    try here.remove("c.txt")
    try here.write("b.txt", FinalizeWorld.edited(5, "home"), mode: 0o755)
    let old = try here.id("main")
    let outcome = try here.finalize("-m", "all of it")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.parents(of: "main") == [old])
    #expect(try here.git("log", "-1", "--format=%B", "main") == "all of it\n")
    #expect(try here.isClean())
    #expect(try here.git("ls-files", "-s", "b.txt").contains("100755"))
    let text = try here.read("a.txt")
    #expect(text.contains("desk") && text.contains("lap"))
    #expect(try here.read("new.txt") == "n\n")
    #expect(!Files.exists(here.top / "c.txt"))
    #expect(try here.read("kept.log") == "tracked though ignored\n")
    #expect(try here.tryGit("fsck", "--strict", "--no-dangling").status == 0)
  }

  @Test func `the result is what git's own merges give`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    try world.work("lap", [("a.txt", FinalizeWorld.edited(28, "lap")), ("dir/x", "x\n")])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    #expect(try here.finalize("-m", "x").status == 0)
    let scratch = try world.sandbox.scratchFolder()
    try world.sandbox.git(["clone", "-q", world.remote, scratch / "copy"], in: scratch)
    let copy = scratch / "copy"
    for name in ["desk--desk0000", "home--home0000", "lap--lap00000"] {
      try world.sandbox.git(
        ["merge", "-q", "--no-edit", Bytes("origin/wip/pulsar/\(name)/main")], in: copy)
    }
    #expect(
      try world.sandbox.git(["rev-parse", "HEAD^{tree}"], in: copy) == here.id("main^{tree}"))
  }

  @Test func `a feature branch goes onto main, which follows the remote first`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", branch: "feature/x", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work(
      "home", branch: "feature/x", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let other = try world.on("other")
    try other.append("c.txt", "upstream\n")
    try other.commitAll("upstream")
    try other.git("push", "-q", "origin", "main")
    try world.on("home")
    let before = try here.state()
    let outcome = try here.finalize()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.git("symbolic-ref", "--short", "HEAD") == "main")
    #expect(try here.parents(of: "main") == [other.id("main")])
    #expect(try here.git("log", "-1", "--format=%s").contains("feature/x: work of"))
    #expect(try here.isClean())
    let undo = try here.pulsar("undo")
    #expect(undo.status == 0, "\(undo)")
    #expect(try here.state() == before)
    let redo = try here.pulsar("undo")
    #expect(redo.status == 0, "\(redo)")
    #expect(try here.git("symbolic-ref", "--short", "HEAD") == "main")
    #expect(try here.parents(of: "main") == [other.id("main")])
    #expect(try here.isClean())
  }

  @Test func `undo makes the work count again, and refuses when commits were made upon it`() throws
  {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let before = try here.state()
    #expect(try here.finalize("-m", "x").status == 0)
    let first = try here.id("main^{tree}")
    #expect(try here.pulsar("undo").status == 0)
    #expect(try here.state() == before)
    let again = try here.finalize("-m", "x")
    #expect(again.status == 0, "\(again)")
    #expect(try here.id("main^{tree}") == first)
    try here.append("c.txt", "more\n")
    try here.commitAll("more")
    let refused = try here.pulsar("undo")
    #expect(refused.status == 1)
    #expect(refused.shown.contains("1 commit made since would no longer be on main"), "\(refused)")
  }

  @Test func `a commit that git took back counts as not made`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    #expect(try here.finalize("-m", "x").status == 0)
    let tree = try here.id("main^{tree}")
    try here.git("reset", "-q", "--hard", "HEAD~1")
    let outcome = try here.finalize("-m", "x")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.read("a.txt").contains("desk"))
    #expect(!(try here.read("b.txt").contains("home")), "it was thrown away by hand")
    try here.git("reset", "-q", "--soft", "HEAD~1")
    try here.write("b.txt", FinalizeWorld.edited(9, "home"))
    #expect(try here.finalize("-m", "x").status == 0)
    #expect(try here.id("main^{tree}") == tree)
    try here.git("commit", "-q", "--amend", "-m", "another")
    let third = try here.finalize("-m", "x")
    #expect(third.status == 0, "\(third)")
    #expect(try here.id("main^{tree}") == tree)
  }

  @Test func `what was finalized before counts only from there, on every machine`() throws {
    let world = try FinalizeWorld()
    let desk = try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    #expect(try here.finalize("-m", "x").status == 0)
    // The target takes some of it away again.
    try here.write("a.txt", Bytes(FinalizeWorld.lines))
    try here.commitAll("not this one")
    try here.git("push", "-q", "origin", "main")
    let none = try here.finalize("-m", "x")
    #expect(none.status == 0)
    #expect(none.shown.contains("nothing to finalize"), "\(none)")
    #expect(!(try here.read("a.txt").contains("desk")))

    try world.work("desk", [("c.txt", FinalizeWorld.edited(20, "later"))])
    let outcome = try desk.finalize("-m", "y")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(!(try desk.read("a.txt").contains("desk")), "it was brought back")
    #expect(try desk.read("b.txt").contains("home"))
    #expect(try desk.read("c.txt").contains("later"))
    #expect(try desk.isClean())
    try desk.git("push", "-q", "origin", "main")
    try world.on("home")
    let last = try here.finalize("-m", "z")
    #expect(last.shown.contains("nothing to finalize"), "\(last)")
  }

  @Test func `lines that were decided on once may be changed again`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("a.txt", FinalizeWorld.edited(2, "home"))])
    let marked = try here.finalize("--markers")
    #expect(marked.status == 1)
    try here.write("a.txt", FinalizeWorld.edited(2, "both"))
    try here.git("add", "a.txt")
    try here.git("commit", "-q", "--no-edit")
    try here.write("a.txt", FinalizeWorld.edited(2, "both, and more"))
    let outcome = try here.finalize("-m", "y")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.git("show", "main:a.txt").contains("both, and more"))
    #expect(try here.isClean())
  }

  @Test func `a dry run and a no change nothing`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let before = try here.state()
    let dry = try here.finalize("--dry-run")
    #expect(dry.status == 0)
    #expect(dry.shown.contains("desk") && dry.shown.contains("+1 -1"), "\(dry)")
    #expect(try here.pulsar("finalize").status == 2)
    #expect(try here.pulsar("finalize", input: "n\n").status == 2)
    #expect(try here.state() == before)
    #expect(try here.idIfAny("refs/pulsar/undo/1") == nil)
  }

  private struct Report: Decodable {
    struct Machine: Decodable {
      let machine: String
      let files: Int
      let conflicts: Int
    }
    struct Conflict: Decodable {
      struct Path: Decodable { let path: String }
      let path: Path
      let between: [String]
    }
    let state: String
    let machines: [Machine]
    let conflicts: [Conflict]
    let commit: String?
  }

  private static func report(_ outcome: ChildProcess.Outcome) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(outcome.output.array))
  }

  @Test func `conflicts name path and machines, and touch nothing`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    try world.work("lap", [("b.txt", FinalizeWorld.edited(2, "lap"))])
    let here = try world.work("home", [("a.txt", FinalizeWorld.edited(2, "home"))])
    let before = try here.state()
    let outcome = try here.finalize("--json")
    #expect(outcome.status == 1)
    let report = try Self.report(outcome)
    #expect(report.state == "conflict")
    #expect(report.conflicts.map(\.path.path) == ["a.txt"])
    #expect(Set(report.conflicts[0].between) == ["home", "desk"])
    #expect(report.machines.map(\.conflicts) == [1, 1, 0])
    #expect(try here.finalize().shown.contains("conflict in 1 path"))
    #expect(try here.state() == before)
  }

  @Test func `markers leave what git merge leaves, and undo takes it back`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    try world.work("lap", branch: "topic", [("b.txt", FinalizeWorld.edited(2, "lap"))])
    let here = try world.work("home", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "home"))])
    let before = try here.state()
    let outcome = try here.finalize("--markers")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("not merged yet: lap"), "\(outcome)")
    #expect(try here.git("symbolic-ref", "--short", "HEAD") == "main")
    #expect(try here.read("a.txt").contains("<<<<<<< main\nhome\n=======\ndesk\n>>>>>>> desk"))
    #expect(try here.git("ls-files", "-u").lines.count == 3)
    #expect(try here.git("status", "--porcelain") == "UU a.txt")
    let undo = try here.pulsar("undo")
    #expect(undo.status == 0, "\(undo)")
    #expect(try here.state() == before)
    let redo = try here.pulsar("undo")
    #expect(redo.status == 0, "\(redo)")
    #expect(try here.git("status", "--porcelain") == "UU a.txt")
  }

  @Test func `after markers are resolved and committed, the next finalize takes the rest`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    try world.work("lap", branch: "topic", [("b.txt", FinalizeWorld.edited(2, "lap"))])
    let here = try world.work("home", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "home"))])
    #expect(try here.finalize("--markers").status == 1)
    try here.write("a.txt", FinalizeWorld.edited(2, "agreed"))
    try here.git("commit", "-q", "-a", "--no-edit")
    #expect(try here.git("log", "-1", "--format=%s").contains("topic: work of"))
    try here.git("checkout", "-q", "topic")
    let outcome = try here.finalize("-m", "the rest")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.read("a.txt") == FinalizeWorld.edited(2, "agreed"))
    #expect(try here.read("b.txt").contains("lap"))
    #expect(try here.isClean())
  }

  @Test func `what others took over from each other is not finalized while the last is left out`()
    throws
  {
    let world = try FinalizeWorld()
    try world.work("desk", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    try world.work("lap", branch: "topic", [("b.txt", FinalizeWorld.edited(2, "lap"))])
    // Each goes on from the one before.
    let followers: [(name: String, from: Bytes, path: Bytes)] = [
      ("mid", "lap", "c.txt"), ("zed", "mid", "dir/d.txt"),
    ]
    for (name, from, path) in followers {
      let clone = try world.on(name, branch: "topic")
      let taken = try clone.pulsar(arguments: ["sync", "--yes", from])
      #expect(taken.status == 0, "\(taken)")
      try world.work(name, [(path, FinalizeWorld.edited(2, name))])
    }
    let here = try world.work("home", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "home"))])
    let marked = try here.finalize("--markers")
    #expect(marked.status == 1)
    try here.write("a.txt", FinalizeWorld.edited(2, "agreed"))
    try here.git("commit", "-q", "-a", "--no-edit")
    #expect(!(try here.read("b.txt").contains("lap")), "\(marked)")
    try here.git("checkout", "-q", "topic")
    let outcome = try here.finalize("-m", "the rest")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try here.read("a.txt") == FinalizeWorld.edited(2, "agreed"))
    #expect(try here.read("b.txt").contains("lap"))
    #expect(try here.read("c.txt").contains("mid"))
    #expect(try here.read("dir/d.txt").contains("zed"))
  }

  @Test func `a commit by hand later is taken note of, one of something else is not`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let staged = try here.finalize("--no-commit")
    #expect(staged.status == 0, "\(staged)")
    try here.git("reset", "-q", "--hard")
    try here.write("c.txt", "something else\n")
    try here.commitAll("something else")
    #expect(try here.pulsar("now").status == 0)
    let marks: Bytes = "refs/pulsar/streams/home--home0000/finalized--0000000000000000"
    #expect(try here.idIfAny(marks) == nil)

    #expect(try here.finalize("--no-commit").status == 0)
    try here.git("commit", "-q", "--no-edit")
    #expect(try here.pulsar("now").status == 0)
    let mark = try #require(try here.idIfAny(marks))
    #expect(try here.parents(of: mark).last == here.id("main"))
    let remote = try world.sandbox.git(
      ["rev-parse", "refs/heads/wip/pulsar/home--home0000/finalized--0000000000000000"],
      in: world.remote)
    #expect(remote == mark)
    for verb in ["history", "status", "list"] as [Bytes] {
      #expect(!(try here.pulsar(arguments: [verb]).shown.contains("finalized--")))
    }
    #expect(try here.pulsar("undo").status == 0)
    #expect(!(try here.read("a.txt").contains("desk")))
  }

  @Test func `an editor that leaves nothing, and a hook that says no, leave all staged`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let before = try here.state()
    let old = try here.id("main")
    let empty = try here.pulsar(
      "finalize", "--yes", environment: ["GIT_EDITOR": "truncate -s 0"])
    #expect(empty.status == 3, "\(empty)")
    #expect(empty.shown.contains("git commit"), "\(empty)")
    #expect(try here.id("main") == old)
    #expect(try here.git("diff", "--cached", "--name-only").lines == ["a.txt", "b.txt"])
    #expect(try here.pulsar("undo").status == 0)
    #expect(try here.state() == before)
    let hook = here.top / ".git/hooks/commit-msg"
    try Files.write(hook, "#!/bin/sh\necho no >&2\nexit 1\n", mode: 0o755)
    let refused = try here.finalize("-m", "x")
    #expect(refused.status == 3 && refused.shown.contains("no\n"), "\(refused)")
    try Files.remove(hook)
    try here.git("commit", "-q", "--no-edit")
    #expect(try here.git("log", "-1", "--format=%s") == "x", "the message is kept")
  }

  @Test func `without the remote it goes on with what is here`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    #expect(try here.finalize("--dry-run").status == 0)
    try Files.rename(world.remote, world.remote + ".gone")
    let outcome = try here.finalize("-m", "x")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("offline"), "\(outcome)")
    #expect(try here.read("a.txt").contains("desk"))
  }

  @Test func `a target that is not there, or elsewhere, is refused with words`() throws {
    let world = try FinalizeWorld()
    let here = try world.work("home", branch: "topic", [("b.txt", FinalizeWorld.edited(9, "h"))])
    let before = try here.state()
    let unknown = try here.finalize("--into", "nowhere")
    #expect(unknown.status == 1)
    #expect(unknown.shown.contains("no branch 'nowhere'; there are main, topic"), "\(unknown)")
    try here.git("worktree", "add", "-q", here.top + "-two", "main")
    let elsewhere = try here.finalize()
    #expect(elsewhere.status == 1)
    #expect(elsewhere.shown.contains("main is checked out in"), "\(elsewhere)")
    #expect(try here.state() == before)

    let empty = try TestRepository.makeEmpty()
    try empty.write("a", "a\n")
    let unborn = try empty.finalize()
    #expect(unborn.status == 1)
    #expect(unborn.shown.contains("main has no commit yet"), "\(unborn)")
  }

  @Test func `work on a detached HEAD can be finalized and taken back`() throws {
    let world = try FinalizeWorld()
    let here = try world.on("home")
    try here.git("checkout", "-q", "--detach")
    try here.write("b.txt", FinalizeWorld.edited(9, "loose"))
    let old = try here.id("HEAD")
    #expect(try here.finalize("-m", "x").status == 0)
    #expect(try here.git("symbolic-ref", "--short", "HEAD") == "main")
    #expect(try here.git("show", "main:b.txt").contains("loose"))
    #expect(try here.pulsar("undo").status == 0)
    #expect(try here.tryGit("symbolic-ref", "-q", "HEAD").status == 1)
    #expect(try here.id("HEAD") == old && here.id("main") == old)
    #expect(try here.read("b.txt").contains("loose"))
  }

  @Test func `an ignored file in the way leads to a question, and undo brings it back`() throws {
    let world = try FinalizeWorld()
    let desk = try world.on("desk")
    try desk.write("out.log", "of desk\n")
    try desk.git("add", "-f", "out.log")
    #expect(try desk.pulsar("now").status == 0)
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    try here.write("out.log", "precious\n")
    try here.write("other.log", "ignored\n")
    let declined = try here.pulsar("finalize", input: "y\n")
    #expect(declined.status == 2, "\(declined)")
    #expect(try here.read("out.log") == "precious\n")
    #expect(try here.finalize("-m", "x").status == 0)
    #expect(try here.read("out.log") == "of desk\n")
    #expect(try here.read("other.log") == "ignored\n")
    #expect(try here.pulsar("undo").status == 0)
    #expect(try here.read("out.log") == "precious\n")
  }

  @Test func `submodules stay as they are`() throws {
    let world = try FinalizeWorld()
    let other = try world.sandbox.makeRepository(named: "library")
    try other.write("f", "f\n")
    try other.commitAll()
    let desk = try world.on("desk")
    try desk.git("submodule", "add", "-q", other.top, "lib")
    try desk.commitAll("a library")
    try desk.git("push", "-q", "origin", "main")
    try desk.write("a.txt", FinalizeWorld.edited(2, "desk"))
    #expect(try desk.pulsar("now").status == 0)
    let here = try world.on("home")
    try here.git("submodule", "update", "-q", "--init")
    try here.write("lib/f", "changed inside\n")
    try here.write("b.txt", FinalizeWorld.edited(9, "home"))
    #expect(try here.finalize("-m", "x").status == 0)
    #expect(try here.git("ls-tree", "main", "lib").contains("160000"))
    #expect(try here.read("lib/f") == "changed inside\n")
    #expect(try here.git("status", "--porcelain") == " M lib")
  }

  @Test func `the remote says which branch is its default, not what was noted when it was cloned`()
    throws
  {
    let world = try FinalizeWorld()
    let clone = try world.on("laptop")
    try world.sandbox.git(["branch", "trunk", "main"], in: world.remote)
    try world.sandbox.git(["symbolic-ref", "HEAD", "refs/heads/trunk"], in: world.remote)
    try clone.git("checkout", "-q", "-b", "topic")
    try clone.write("a.txt", FinalizeWorld.edited(3, "mine"))
    #expect(try clone.pulsar("now").status == 0)
    let outcome = try clone.finalize()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try clone.git("branch", "--show-current") == "trunk", "\(outcome)")
  }
}
