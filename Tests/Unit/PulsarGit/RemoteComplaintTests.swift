import PulsarCore
import PulsarEngine
import Testing

@testable import PulsarGit

/// What is made of the words of a push that failed; all are of real git, ssh, curl and hosts.
@Suite struct RemoteComplaintTests {
  private static let ref = RefName("refs/heads/wip/pulsar/m--1/main")
  private static let sending =
    "Enumerating objects: 3, done.\nWriting objects:  33% (1/3)\rWriting objects: 100% (3/3), done.\nTotal 3 (delta 0)\n"

  private static func error(
    _ errors: String, _ report: String = "", _ ending: ChildProcess.Result.Ending = .exited(1),
    ref: RefName? = Self.ref, stalled: Int? = nil
  ) -> RemoteError {
    let output = report.isEmpty ? "" : "To x\n!\tabc:\(Self.ref.displayed)\t\(report)\nDone\n"
    let result = ChildProcess.Result(
      ending: ending, output: Array(output.utf8), errors: Array(errors.utf8))
    return RemoteComplaint(result).error(remote: "origin", ref: ref, stalled: stalled)
  }

  private static func cause(_ error: RemoteError) -> String {
    switch error {
    case .unreachable(_, let cause), .interrupted(_, let cause), .authentication(_, let cause),
      .permission(_, let cause), .refused(_, _, let cause, _), .objectFormat(_, let cause),
      .failed(_, let cause):
      cause
    case .notConfigured, .movedByOthers, .notContinued, .hidden: ""
    }
  }

  @Test(arguments: [
    ("remote: no\n", "[remote rejected] (pre-receive hook declined)", PushRefusal.hook, "no"),
    ("", "[remote rejected] (hook declined)", .hook, "(hook declined)"),
    (
      "remote: error: GH006: Protected branch update failed for refs/heads/main.\n",
      "[remote rejected] (protected branch hook declined)", .protectedRef,
      "error: GH006: Protected branch update failed for refs/heads/main."
    ),
    (
      "remote: GitLab: You are not allowed to force push code to a protected branch on this project.\n",
      "[remote rejected] (pre-receive hook declined)", .protectedRef,
      "GitLab: You are not allowed to force push code to a protected branch on this project."
    ),
    (
      "remote: error: denying non-fast-forward refs/heads/x (you should pull first)\n",
      "[remote rejected] (non-fast-forward)", .protectedRef,
      "error: denying non-fast-forward refs/heads/x (you should pull first)"
    ),
    (
      "", "[remote rejected] (deny updating a hidden ref)", .protectedRef,
      "(deny updating a hidden ref)"
    ),
    (
      "remote: error: cannot lock ref 'refs/heads/wip/x': 'refs/heads/wip' exists; cannot create 'refs/heads/wip/x'\n",
      "[remote rejected] (failed to update ref)", .protectedRef,
      "error: cannot lock ref 'refs/heads/wip/x': 'refs/heads/wip' exists; cannot create 'refs/heads/wip/x'"
    ),
    (
      "remote: fatal: pack exceeds maximum allowed size\nerror: remote unpack failed: unpack-objects abnormal exit\n",
      "[remote rejected] (unpacker error)", .size, "fatal: pack exceeds maximum allowed size"
    ),
    (
      "remote: error: File a.iso is 123.00 MB; this exceeds GitHub's file size limit of 100.00 MB\n",
      "[remote rejected] (pre-receive hook declined)", .size,
      "error: File a.iso is 123.00 MB; this exceeds GitHub's file size limit of 100.00 MB"
    ),
    (
      "remote: fatal: write error: No space left on device\nerror: remote unpack failed: index-pack abnormal exit\n",
      "[remote rejected] (unpacker error)", .quota,
      "fatal: write error: No space left on device"
    ),
    (
      "remote: Disk quota exceeded\n", "[remote rejected] (pre-receive hook declined)", .quota,
      "Disk quota exceeded"
    ),
    (
      "", "[remote rejected] (shallow update not allowed)", .other, "(shallow update not allowed)"
    ),
  ])
  func `a remote that refuses is told by what`(
    errors: String, report: String, refusal: PushRefusal, cause: String
  ) {
    let error = Self.error(Self.sending + errors, report)
    guard case .refused("origin", let told, let why, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(told == refusal)
    #expect(why == cause)
  }

  @Test(arguments: [
    ("fatal: Authentication failed for 'http://127.0.0.1:1/r.git/'\n", PushTrouble.authentication),
    (
      "fatal: could not read Username for 'http://127.0.0.1:1': terminal prompts disabled\n",
      .authentication
    ),
    (
      "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure\n",
      .authentication
    ),
    (
      "Host key verification failed.\nfatal: Could not read from remote repository.\n",
      .authentication
    ),
    (
      "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none\n",
      .authentication
    ),
    (
      "fatal: unable to access 'https://x/': CONNECT tunnel failed, response 407\n",
      .authentication
    ),
    (
      "fatal: unable to access 'http://127.0.0.1/r.git/': The requested URL returned error: 403\n",
      .permission
    ),
    ("fatal: remote error: access denied or repository not exported: /r.git\n", .permission),
    (
      "ERROR: Permission to a/b.git denied to c.\nfatal: Could not read from remote repository.\n",
      .permission
    ),
    (
      "remote: Repository not found.\nfatal: repository 'https://h/r.git/' not found\n",
      .permission
    ),
    (
      "fatal: the receiving end does not support this repository's hash algorithm\nfatal: the remote end hung up unexpectedly\n",
      .objectFormat
    ),
    ("fatal: mismatched algorithms: client sha1; server sha256\n", .objectFormat),
    (
      "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\nsend-pack: unexpected disconnect\n",
      .refused(.size)
    ),
    (
      "fatal: '/gone/r.git' does not appear to be a git repository\nfatal: Could not read from remote repository.\n",
      .unreachable
    ),
    (
      "fatal: unable to access 'https://quota.invalid/denied to/403/': Could not resolve host: quota.invalid\n",
      .unreachable
    ),
    ("fatal: unable to access 'http://h/': Couldn't connect to server\n", .unreachable),
    (
      "fatal: unable to connect to 127.0.0.1:\n127.0.0.1[0: 127.0.0.1]: errno=Connection refused\n",
      .unreachable
    ),
    ("fatal: unable to look up h (port 9418) (Name or service not known)\n", .unreachable),
    (
      "fatal: unable to access 'http://h/': The requested URL returned error: 503\n", .unreachable
    ),
    ("error: src refspec x does not match any\n", .other),
    ("", .other),
  ])
  func `a remote that takes nothing is told why`(errors: String, trouble: PushTrouble) {
    let error = Self.error(errors, "", .exited(128))
    #expect(error.trouble == trouble)
    #expect(!error.isOutcomeUnknown || trouble == .other)
    // No more is known of a listing.
    #expect(Self.error(errors, "", .exited(128), ref: nil).trouble == trouble)
  }

  @Test(arguments: [
    "send-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n",
    "client_loop: send disconnect: Broken pipe\nfatal: the remote end hung up unexpectedly\n",
    "error: RPC failed; curl 52 Empty reply from server\nfatal: the remote end hung up unexpectedly\n",
    "error: remote unpack status is unclear\n",
  ])
  func `a line that is cut after we began to send leaves the outcome unknown`(errors: String) {
    let error = Self.error(Self.sending + errors)
    guard case .interrupted = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.isOutcomeUnknown && error.trouble == .unreachable)
  }

  @Test func `a remote that said nothing of the ref leaves the outcome unknown`() {
    let error = Self.error(Self.sending, "[remote failure] (remote failed to report status)")
    #expect(error == .interrupted(remote: "origin", cause: "(remote failed to report status)"))
  }

  @Test func `a stalled push is unknown once something was sent, and else did not arrive`() {
    #expect(
      Self.error(Self.sending, "", .stalled, stalled: 7)
        == .interrupted(remote: "origin", cause: "nothing moved for 7 s"))
    #expect(
      Self.error("", "", .stalled, stalled: 7)
        == .unreachable(remote: "origin", cause: "nothing moved for 7 s"))
  }

  @Test(arguments: [
    ("", "[rejected] (stale info)"), ("", "[rejected] (fetch first)"),
    (
      "remote: error: cannot lock ref 'refs/heads/x': is at 1234 but expected 5678\n",
      "[remote rejected] (failed to update ref)"
    ),
    ("", "[remote rejected] (reference already exists)"),
    (
      "remote: error: cannot lock ref 'refs/heads/wip/pulsar/m--1/main': 'refs/heads/wip/pulsar/m--1/main/x' exists; cannot create 'refs/heads/wip/pulsar/m--1/main'\n",
      "[remote rejected] (failed to update ref)"
    ),
  ])
  func `a ref that is not where we left it was moved`(errors: String, report: String) {
    #expect(Self.error(errors, report) == .movedByOthers(ref: Self.ref, found: nil))
  }

  @Test func `what a hook says is not taken for what the line says`() {
    let error = Self.error(
      Self.sending + "remote: Connection refused by policy, error: 401\n",
      "[remote rejected] (pre-receive hook declined)")
    #expect(error.trouble == .refused(.hook))
  }

  @Test func `ssh is asked before git what went wrong`() {
    let error = Self.error(
      "Warning: Permanently added 'h'.\ngit@h: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n"
    )
    #expect(Self.cause(error) == "git@h: Permission denied (publickey).")
  }

  @Test func `credentials are not repeated`() {
    let error = Self.error(
      "fatal: unable to access 'https://me:pw@h/': Could not resolve host: h\n")
    #expect(Self.cause(error).contains("***@h") && !Self.cause(error).contains("pw"))
  }

  @Test(arguments: [
    ("fatal: unable to access 'x y': no", "fatal: unable to access : no"),
    ("Couldn't connect", "Couldn't connect"), ("'a' and 'b'", " and "), ("'open", "'open"),
    ("could not read 'it's here': no", "could not read : no"), ("", ""),
  ])
  func `what git quotes is left out of the search`(line: String, rest: String) {
    #expect(RemoteComplaint.withoutQuotes(line) == rest)
  }
}
