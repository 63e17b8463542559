import Testing

/// Pushes whose end is not heard of, and what `status` says of those that failed.
@Suite struct UnknownOutcomeTests {
  private func make() throws -> (TestRepository, remote: Bytes, ref: Bytes) {
    let repository = try TestRepository.makeChanged()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    return (repository, remote, Bytes("refs/heads/wip/pulsar/\(repository.sandbox.slug)/main"))
  }

  /// Has the remote's side of a push done by a script that may apply it, and then says nothing more.
  private func cut(_ repository: TestRepository, applies: Bool) throws {
    let script = repository.sandbox.root / "bin/cut-receive-pack"
    try Files.write(
      script,
      """
      #!/usr/bin/env python3
      import os, subprocess, sys, threading
      git = subprocess.Popen(
          ["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
      while True:
          head = git.stdout.read(4)
          body = git.stdout.read(int(head, 16) - 4) if int(head, 16) else b""
          sys.stdout.buffer.write(head + body)
          sys.stdout.buffer.flush()
          if not int(head, 16):
              break
      if not \(applies ? "True" : "False"):
          # To its end: git says that it has sent something only once it has.
          sys.stdin.buffer.read()
          os._exit(1)

      def take():
          while piece := sys.stdin.buffer.read1(65536):
              git.stdin.write(piece)
              git.stdin.flush()
          git.stdin.close()

      threading.Thread(target=take, daemon=True).start()
      # The report goes nowhere.
      git.stdout.read()
      git.wait()
      os._exit(1)

      """, mode: 0o755)
    try repository.configure("remote.origin.receivepack", script)
  }

  @Test func `a push that the remote took before the line was cut is pushed`() throws {
    let (repository, remote, ref) = try self.make()
    try self.cut(repository, applies: true)
    let outcome = try repository.pulsar("now", "--json")
    #expect(outcome.status == 0, "\(outcome)")
    let tip = try #require(try repository.tip())
    #expect(try repository.sandbox.git(["rev-parse", ref], in: remote) == tip)
    try repository.pulsar("status").expectEnd(status: 0, ["pushed to origin"])
  }

  @Test func `a push that was cut before the remote took it is not, and goes the next time`() throws
  {
    let (repository, remote, ref) = try self.make()
    try self.cut(repository, applies: false)
    try repository.pulsar("now").expectEnd(status: 3, ["the line to 'origin' was cut"])
    #expect(
      try repository.sandbox.tryGit(["rev-parse", "-q", "--verify", ref], in: remote).status != 0)
    try repository.pulsar("status").expectEnd(
      status: 0, ["not pushed yet: 1 capture", "what to do: nothing"])
    try repository.git("config", "--unset", "remote.origin.receivepack")
    try repository.pulsar("now").expectEnd(status: 0, ["pushed"])
  }

  @Test func `why a push failed is told with its kind and what to do, until it goes`() throws {
    let (repository, remote, _) = try self.make()
    try Files.write(
      remote / "hooks/pre-receive", "#!/bin/sh\necho 'not on fridays' >&2\nexit 1\n", mode: 0o755)
    try repository.pulsar("now").expectEnd(status: 3)
    for _ in 0..<2 {
      let json = try repository.pulsar("status", "--json")
      #expect(json.shown.contains(#""kind" : "refused-hook""#), "\(json)")
      #expect(json.shown.contains("not on fridays"), "\(json)")
      #expect(json.shown.contains(#""what_to_do" : "see the rules of the remote"#), "\(json)")
      try repository.pulsar("status").expectEnd(
        status: 0, ["a hook of 'origin' refused it (not on fridays)", "what to do: see the rules"])
    }
    try Files.remove(remote / "hooks/pre-receive")
    try repository.pulsar("now").expectEnd(status: 0)
    let json = try repository.pulsar("status", "--json")
    #expect(!json.shown.contains("refused-hook"), "\(json)")
  }

  @Test func `the failure of one branch is not forgotten when another is pushed`() throws {
    let (repository, remote, _) = try self.make()
    try Files.write(
      remote / "hooks/update", "#!/bin/sh\ncase $1 in */main) exit 1;; esac\n", mode: 0o755)
    try repository.pulsar("now").expectEnd(status: 3)
    try repository.git("switch", "-q", "-c", "other")
    try repository.pulsar("now", "--here").expectEnd(status: 0, ["pushed"])
    try repository.pulsar("status").expectEnd(status: 0, ["pushed to origin"])
    try repository.git("switch", "-q", "main")
    try repository.pulsar("status").expectEnd(status: 0, ["a hook of 'origin' refused it"])
  }
}
