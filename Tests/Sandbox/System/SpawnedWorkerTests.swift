import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// Source: posix_spawn(3), waitid(2), pipe(7).
@Suite(.timeLimit(.minutes(2))) struct SpawnedWorkerTests {
  @Test func `gives the output, the end and the exit status`() throws {
    let worker = try SpawnedWorker(Script.command("echo one; echo two; exit 7"))
    #expect(try Script.output(of: worker) == "one\ntwo\n")
    #expect(worker.descriptor == nil && worker.read() == .ended)
    #expect(Script.end(of: worker) == .exited(7))
    #expect(worker.reap() == .exited(7), "told again")
    #expect(!Script.exists(worker.process), "no zombie")
  }

  @Test func `passes arguments, variables and the folder on as they are`() throws {
    let folder = TemporaryFolder()
    let odd: [UInt8] = [0xFF, 0x20, 0x27, 0x0A]
    let lines = "pwd; printf %s \"$1\" | od -An -tx1; printf '%s' \"$ODD\" | od -An -tx1; env"
    let worker = try SpawnedWorker(
      WorkerCommand(
        Script.shell, arguments: [Array("-c".utf8), Array(lines.utf8), [0x78], odd],
        folder: folder.path,
        environment: ProcessEnvironment(entries: [
          Array("PATH=/usr/bin:/bin".utf8), Array("ODD=".utf8) + odd,
        ])))
    let output = try Script.output(of: worker)
    let real = try #require(realpath(text(folder.path), nil))
    defer { free(real) }
    #expect(output.hasPrefix(String(cString: real) + "\n ff 20 27 0a\n ff 20 27 0a\n"))
    #expect(!output.contains("HOME="))
  }

  @Test func `inherits the variables of this process unless told`() throws {
    let worker = try SpawnedWorker(Script.command("printf %s \"$PATH\""))
    #expect(try Script.output(of: worker) == ProcessInfo.processInfo.environment["PATH"])
  }

  @Test func `reads nothing, and is its own process group`() throws {
    let worker = try SpawnedWorker(Script.command("cat; ps -o pgid= -p $$ | tr -d ' '; echo $$"))
    let lines = try Script.output(of: worker).split(separator: "\n")
    #expect(lines == ["\(worker.process)", "\(worker.process)"])
  }

  @Test func `starts with every signal as it is by default`() throws {
    signal(SIGUSR1, SIG_IGN)
    defer { signal(SIGUSR1, SIG_DFL) }
    let worker = try SpawnedWorker(Script.command("grep -E 'Sig(Blk|Ign)' /proc/self/status"))
    let lines = try Script.output(of: worker).split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let set = try #require(line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
      // Above are those that the C library keeps for itself, and real-time ones.
      #expect(set & 0x7FFF_FFFF == 0, "\(line)")
    }
  }

  @Test func `its errors go where it is told`() throws {
    let folder = TemporaryFolder()
    let file = open(text(folder("errors")), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(file) }
    var command = Script.command("echo err >&2; exec ls -l /proc/self/fd")
    command.errors = file
    let worker = try SpawnedWorker(command)
    var status = stat()
    fstat(try #require(worker.descriptor), &status)
    let listing = try Script.output(of: worker)
    #expect(try content(of: folder("errors")) == "err\n")
    // What the test's own process leaves open to children is not ours to judge.
    func count(_ file: String) -> Int { listing.components(separatedBy: "-> \(file)\n").count - 1 }
    #expect(count("pipe:[\(status.st_ino)]") == 1)
    #expect(count(text(folder("errors"))) == 1)
  }

  @Test func `hands on a megabyte and lets the rest pass`() throws {
    let worker = try SpawnedWorker(Script.command("head -c 5000000 /dev/zero; exit 3"))
    let output = try Script.output(of: worker)
    #expect(output.utf8.count == SpawnedWorker.outputMax)
    #expect(worker.isOutputCut)
    #expect(Script.end(of: worker) == .exited(3), "it was not kept waiting")
  }

  @Test func `never waits for output or the end`() throws {
    let worker = try SpawnedWorker(Script.command("exec sleep 1000"))
    #expect(worker.read() == .output([]))
    #expect(worker.reap() == nil)
    worker.terminate()
    #expect(Script.end(of: worker) == .signalled(SIGTERM))
  }

  @Test func `one that does not listen to the first signal is ended by the second`() throws {
    let worker = try SpawnedWorker(
      Script.command(
        "trap 'echo refused' TERM; echo ready; while :; do sleep 1000 & wait; done"))
    _ = try Script.output(of: worker, until: "ready\n")
    worker.terminate()
    _ = try Script.output(of: worker, until: "refused\n")
    #expect(worker.reap() == nil)
    worker.kill()
    #expect(Script.end(of: worker) == .signalled(SIGKILL))
    // The pipe ends when nobody has it any more.
    _ = try Script.output(of: worker)
    #expect(worker.descriptor == nil)
  }

  @Test func `what it started ends with it`() throws {
    let worker = try SpawnedWorker(Script.command("sleep 1000 & echo started; wait"))
    _ = try Script.output(of: worker, until: "started\n")
    worker.kill()
    #expect(Script.end(of: worker) == .signalled(SIGKILL))
    _ = try Script.output(of: worker)
    #expect(worker.descriptor == nil, "the child of the child holds it while it lives")
  }

  @Test func `a child of it that does not listen ends when it is collected`() throws {
    let worker = try SpawnedWorker(
      Script.command("(trap '' TERM; echo started; exec sleep 1000) & wait"))
    _ = try Script.output(of: worker, until: "started\n")
    worker.terminate()
    #expect(Script.end(of: worker) == .signalled(SIGTERM))
    _ = try Script.output(of: worker)
    #expect(worker.descriptor == nil)
  }

  @Test func `what it left running goes on when nobody asked for its end`() throws {
    let worker = try SpawnedWorker(
      Script.command("(read line < /dev/null; exec sleep 1000) & echo $!; exit 0"))
    let output = try Script.output(of: worker, until: "\n")
    let left = try #require(Int32(output.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(Script.end(of: worker) == .exited(0))
    #expect(Script.exists(left))
    kill(left, SIGKILL)
  }

  @Test func `ends with its value`() throws {
    var worker: SpawnedWorker? = try SpawnedWorker(Script.command("sleep 1000 & echo $!; wait"))
    let process = try #require(worker?.process)
    let output = try worker.map { try Script.output(of: $0, until: "\n") }
    #expect(output?.isEmpty == false)
    worker = nil
    #expect(!Script.exists(process))
  }

  @Test func `signals are not sent to a number that was given back`() throws {
    let worker = try SpawnedWorker(Script.command("exit 0"))
    #expect(Script.end(of: worker) == .exited(0))
    worker.terminate()
    worker.kill()
    #expect(worker.reap() == .exited(0))
  }

  @Test func `says when somebody else collected it`() throws {
    let worker = try SpawnedWorker(Script.command("exit 0"))
    var status: Int32 = 0
    #expect(waitpid(worker.process, &status, 0) == worker.process)
    #expect(worker.reap() == .unknown)
  }

  @Test func `a program that cannot be run is an error with all three sentences`() throws {
    let folder = TemporaryFolder()
    try put("", at: folder("plain"))
    for (program, number) in [("none", ENOENT), ("plain", EACCES)] {
      let command = WorkerCommand(folder(program), words: [], folder: GitPath("/"))
      let error = #expect(throws: SystemError.self) { try SpawnedWorker(command) }
      #expect(error?.errno == number)
      #expect(error?.whatFailed == "could not start '\(text(folder(program)))'")
      #expect(error?.why.isEmpty == false && error?.whatToDo.isEmpty == false)
    }
  }

  @Test func `a folder that is gone is named, not the program`() throws {
    let folder = TemporaryFolder()
    let command = WorkerCommand(Script.shell, words: ["-c", ":"], folder: folder("gone"))
    let error = #expect(throws: SystemError.self) { try SpawnedWorker(command) }
    #expect(error?.path == folder("gone") && error?.errno == ENOENT)
  }

  @Test func `a NUL is refused, not cut off`() {
    let command = WorkerCommand(Script.shell, words: ["-c", "echo \0"], folder: GitPath("/"))
    #expect(throws: SystemError.self) { try SpawnedWorker(command) }
  }

  @Test func `keeps no descriptor, whether it ran or could not be started`() throws {
    // Other tests open files meanwhile; 300 times one descriptor stands out.
    let before = try Self.descriptorCount()
    for _ in 0..<300 {
      let missing = WorkerCommand(GitPath("/nonexistent"), words: [], folder: GitPath("/"))
      #expect(throws: SystemError.self) { try SpawnedWorker(missing) }
    }
    for round in 0..<300 {
      let worker = try SpawnedWorker(Script.command("exec true"))
      if round % 2 == 0 { _ = try Script.output(of: worker) }
    }
    #expect(try Self.descriptorCount() < before + 100)
  }

  private static func descriptorCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
