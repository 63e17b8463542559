#if canImport(Glibc)
  import Glibc

  /// Processes as /proc shows them.
  enum Processes {
    /// The numbers of those that a sandbox's commands started and that have all of `words` on their
    /// command lines.
    static func all(of sandbox: Sandbox, running words: [Bytes] = []) throws -> [pid_t] {
      try Files.names(in: "/proc").compactMap { name in
        guard let number = pid_t(name.text),
          // One that ended meanwhile, or is not ours to see, is none of the sandbox's.
          let environment = try? Files.read("/proc/\(name)/environ"),
          environment.array.split(separator: 0).contains(where: {
            Bytes($0) == "TMPDIR=" + sandbox.temporaryFolder
          }),
          let line = try? Files.read("/proc/\(name)/cmdline")
        else { return nil }
        let arguments = Set(line.array.split(separator: 0).map { Bytes($0) })
        return arguments.isSuperset(of: words) ? number : nil
      }
    }

    /// How often a process had to wait for something, all threads together.
    static func wakeUps(of number: pid_t) throws -> Int {
      let folder: Bytes = "/proc/\(number)/task"
      return try Files.names(in: folder).reduce(0) { sum, thread in
        let status = try Files.read(folder / thread / "status")
        let line = status.lines.first { $0.starts(with: "voluntary_ctxt_switches:") }
        let count = line.flatMap { Int($0.text.split(separator: "\t").last ?? "") }
        return sum + (count ?? 0)
      }
    }
  }
#endif
