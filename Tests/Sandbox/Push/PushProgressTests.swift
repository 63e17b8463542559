import PulsarCore
import PulsarEngine
import PulsarGit
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The deadline of a push is by progress: however slow, what moves goes on, and what stands still ends.
///
/// The pace of the remotes is theirs; nothing here waits for anything but a push.
@Suite struct PushProgressTests {
  private static let ref = RefName("refs/heads/wip/pulsar/laptop--01234567/main")
  private static let stallSeconds = 4

  /// A repository whose only commit is large and does not compress, and a bare remote.
  private final class World {
    let plain: PlainRepository
    let remote: Bytes
    let commit: ObjectID

    init(bytes: Int) throws {
      self.plain = try PlainRepository()
      var state: UInt64 = 88_172_645_463_325_252
      let content = (0..<bytes).map { _ -> UInt8 in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
      }
      try Files.write(self.plain.top / "large", Bytes(content))
      try self.plain.git(["add", "-A"])
      try self.plain.git(["commit", "-q", "-m", "large"])
      self.commit = try self.plain.id(["rev-parse", "HEAD"])
      self.remote = self.plain.top.parent / "remote.git"
      try self.plain.git(["init", "-q", "--bare", CommandWord(bytes: self.remote.array)])
      try self.plain.git(["remote", "add", "origin", CommandWord(bytes: self.remote.array)])
    }

    /// Has the remote's side of a push done by `script`, in Python; `sys.argv[1]` is the remote.
    func receive(by script: String) throws {
      let path = self.plain.top.parent / "receive"
      try Files.write(path, Bytes("#!/usr/bin/env python3\n" + script), mode: 0o755)
      try self.plain.git(["config", "remote.origin.receivepack", CommandWord(bytes: path.array)])
    }

    /// - Returns: what the push ended with; nil when it succeeded.
    func push() throws -> RemoteError? {
      // Settings were written since the repository was opened.
      let repository = try Repository(discoveredBy: self.plain.repository.git)
      let remote = try GitRemote(
        repository, name: "origin", stallSeconds: PushProgressTests.stallSeconds)
      do throws(RemoteError) {
        try remote.push(self.commit, to: PushProgressTests.ref, expecting: nil)
        return nil
      } catch {
        return error
      }
    }

    var arrived: Bool {
      get throws {
        let refs = try self.plain.git([
          CommandWord("--git-dir=\(self.remote.text)"), "for-each-ref", "--format=%(objectname)",
        ])
        return String(decoding: refs, as: UTF8.self).contains(self.commit.hex)
      }
    }
  }

  /// The pack at a hundredth of what a pipe holds at a time, for longer than a push may stall.
  @Test func `a push that is slow but moves succeeds however long it takes`() throws {
    let world = try World(bytes: 400_000)
    try world.receive(
      by: """
        import subprocess, sys, time
        git = subprocess.Popen(["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE)
        while True:
            piece = sys.stdin.buffer.read1(8192)
            if not piece:
                break
            git.stdin.write(piece)
            git.stdin.flush()
            time.sleep(0.12)
        git.stdin.close()
        sys.exit(git.wait())

        """)
    let began = ContinuousClock.now
    #expect(try world.push() == nil)
    #expect(ContinuousClock.now - began > .seconds(Self.stallSeconds), "it was slow at all")
    #expect(try world.arrived)
  }

  /// The system has taken all that is to be sent, and nobody who could be watched reads it.
  @Test func `what only leaves the queue of a connection moves too`() throws {
    let world = try World(bytes: 600_000)
    let script = world.plain.top.parent / "server.py"
    try Files.write(
      script,
      """
      import os, socket, subprocess, sys, threading, time
      server = socket.socket()
      server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
      server.bind(("127.0.0.1", 0))
      server.listen(4)
      with open("port.new", "w") as file:
          file.write(str(server.getsockname()[1]))
      os.rename("port.new", "port")

      def serve(line):
          length = int(line.recv(4, socket.MSG_WAITALL), 16)
          line.recv(length - 4, socket.MSG_WAITALL)
          git = subprocess.Popen(
              ["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

          def answer():
              while piece := git.stdout.read1(8192):
                  line.sendall(piece)
              line.close()

          threading.Thread(target=answer, daemon=True).start()
          while piece := line.recv(12000):
              git.stdin.write(piece)
              git.stdin.flush()
              time.sleep(0.1)
          git.stdin.close()
          git.wait()

      while True:
          line, _ = server.accept()
          threading.Thread(target=serve, args=(line,), daemon=True).start()

      """)
    let sandbox = try Sandbox()
    let server = try sandbox.start(
      ["python3", script, world.remote], in: world.plain.top.parent)
    defer { server.signal(9) }
    let port = try Self.content(of: world.plain.top.parent / "port", by: server)
    try world.plain.git(["remote", "set-url", "origin", CommandWord("git://127.0.0.1:\(port)/x")])
    let began = ContinuousClock.now
    #expect(try world.push() == nil)
    #expect(ContinuousClock.now - began > .seconds(Self.stallSeconds), "it was slow at all")
    #expect(try world.arrived)
  }

  /// A file that a process writes once it is ready.
  private static func content(of path: Bytes, by process: RunningProcess) throws -> String {
    while !Files.exists(path) {
      try #require(process.exitStatus == nil, "the server ended")
      sched_yield()
    }
    return try Files.read(path).text
  }

  @Test func `a push in which nothing moves is given up`() throws {
    let world = try World(bytes: 400_000)
    try world.receive(
      by: """
        import subprocess, sys, time
        git = subprocess.Popen(
            ["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # All of what it announces, however many pieces it comes in.
        announced = b""
        while not announced.endswith(b"0000"):
            announced += git.stdout.read1(65536)
        sys.stdout.buffer.write(announced)
        sys.stdout.buffer.flush()
        if sys.stdin.buffer.read1(8192) in (b"", b"0000"):
          sys.exit(1)
        time.sleep(3600)

        """)
    let error = try #require(try world.push())
    #expect(error.trouble == .unreachable)
    #expect(error.why.contains("nothing moved for \(Self.stallSeconds) s"))
    #expect(try !world.arrived)
  }

  /// As of ssh's `ServerAliveInterval`, or of receive-pack while a hook of the remote hangs.
  @Test func `a line that is only kept alive is given up`() throws {
    let world = try World(bytes: 1000)
    try world.receive(
      by: """
        import subprocess, sys, time
        git = subprocess.Popen(
            ["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # All of what it announces, however many pieces it comes in.
        announced = b""
        while not announced.endswith(b"0000"):
            announced += git.stdout.read1(65536)
        sys.stdout.buffer.write(announced)
        sys.stdout.buffer.flush()
        while True:
            sys.stdout.buffer.write(b"0005\\x02")
            sys.stdout.buffer.flush()
            time.sleep(0.4)

        """)
    let error = try #require(try world.push())
    #expect(error.why.contains("nothing moved for \(Self.stallSeconds) s"))
  }
}
