import Testing

/// The working tree is scanned while the remote is asked.
@Suite struct SyncScanTests {
  @Test func `a change after the scan is neither missed nor overwritten`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    let scanned = try fleet.sandbox.scratchFolder() / "scanned"
    let shim = fleet.sandbox.root / "bin/git"
    // The scan ends, then the file changes, then its new content of theirs comes.
    try Files.write(
      shim,
      """
      #!/bin/sh
      PATH=${PATH#*:}
      case " $* " in
      *" status "*) git "$@"; code=$?; : >'\(scanned)'; exit $code ;;
      *" fetch "*)
        tries=0
        while [ ! -e '\(scanned)' ] && [ $tries -lt 100 ]; do sleep 0.01; tries=$((tries + 1)); done
        [ -e '\(scanned)' ] && echo mine >a.txt ;;
      esac
      exec git "$@"

      """, mode: 0o755)
    let outcome = try fleet.sync("laptop")
    try Files.remove(shim)
    #expect(Files.exists(scanned))
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("conflict"), "\(outcome)")
    #expect(try laptop.read("a.txt") == "mine\n")
    let capture = Bytes("refs/pulsar/streams/\(fleet.slug(of: "laptop"))/main:a.txt")
    #expect(try laptop.git("show", capture) == "mine")
  }
}
