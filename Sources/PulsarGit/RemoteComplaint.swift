internal import PulsarCore
internal import PulsarEngine

/// What git and the remote said when a command that talks to a remote failed.
///
/// There is nothing better to go by: git ends with 128 or 1 whatever went wrong. The phrases are those
/// of git (`transport.c`, `remote-curl.c`, `send-pack.c`, `builtin/receive-pack.c`, `connect.c`,
/// `daemon.c`), OpenSSH and libcurl, in the language that we ask them for; those of hosts as they
/// document them.
struct RemoteComplaint {
  /// For people, on one line, without credentials.
  let cause: String
  /// How git reports the ref, as `[remote rejected] (hook declined)`; empty when it came to none.
  private let report: String
  /// What the remote said, line by line.
  private let remote: [String]
  /// What git, ssh or the transport said.
  private let local: String
  private let hasSent: Bool

  init(_ result: ChildProcess.Result) {
    let lines = result.errors.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == 13 })
      .map { readable($0) }
    let prefix = "remote: "
    self.remote = lines.filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)).trimmingSpaces() }
      .filter { !$0.isEmpty && !Self.isProgress($0) }
    self.local = lines.filter { !$0.hasPrefix(prefix) }.map(Self.withoutQuotes)
      .joined(separator: "\n")
    self.hasSent = lines.contains { $0.hasPrefix("Writing objects:") || $0.hasPrefix("Total ") }
    // Source: git-push(1), OUTPUT: `<flag> \t <from>:<to> \t <summary> (<reason>)`.
    self.report =
      result.output.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "!".utf8) }
      .flatMap { $0.split(separator: 9).last.map(readable) } ?? ""
    self.cause = withoutCredentials(
      Self.words(result, lines, remote: self.remote, report: self.report))
  }

  /// The remote's own words where it said any, else git's.
  private static func words(
    _ result: ChildProcess.Result, _ lines: [String], remote: [String], report: String
  ) -> String {
    if !remote.isEmpty { return remote.prefix(3).joined(separator: "; ") }
    // As git says why the objects for the ref were not taken.
    if let unpack = lines.first(where: { $0.hasPrefix("error: remote unpack failed: ") }) {
      return String(unpack.dropFirst("error: ".count))
    }
    if let reason = report.lastIndex(of: "(") { return String(report[reason...]) }
    // Where ssh failed, git only says that it could not read; ssh said why, before it.
    let noise = [
      "fatal:", "hint:", "warning:", "Warning:", "Please make sure", "and the repository exists",
    ]
    if result.complaint.hasPrefix("Could not read from remote repository"),
      let transport = lines.first(where: { line in
        !line.isEmpty && !noise.contains { line.hasPrefix($0) }
      })
    {
      return transport
    }
    for line in lines where !line.hasPrefix("error: failed to push some refs") {
      for prefix in ["fatal: ", "error: "] where line.hasPrefix(prefix) {
        return String(line.dropFirst(prefix.count))
      }
    }
    return result.complaint
  }

  /// Without the paths and addresses that git quotes, whose words mean nothing.
  static func withoutQuotes(_ line: String) -> String {
    var kept = ""
    var quoted: String?
    var last: Character = " "
    var rest = Substring(line)
    while let character = rest.popFirst() {
      if quoted != nil {
        quoted?.append(character)
        // An apostrophe in a word ends nothing.
        if character == "'", !(rest.first?.isLetter ?? false) { quoted = nil }
      } else if character == "'", !last.isLetter {
        quoted = "'"
      } else {
        kept.append(character)
      }
      last = character
    }
    return kept + (quoted ?? "")
  }

  private static func isProgress(_ line: String) -> Bool {
    [
      "Counting objects", "Compressing objects", "Resolving deltas", "Enumerating objects",
      "Unpacking objects", "Receiving objects", "Checking connectivity", "Total ",
    ]
    .contains { line.hasPrefix($0) }
  }

  /// - Parameters:
  ///   - name: the remote's.
  ///   - ref: that was pushed; nil when nothing was.
  ///   - stalled: after so many seconds the command was ended; nil when it ended by itself.
  /// - Returns: the kind of failure, with the words for people.
  func error(remote name: String, ref: RefName?, stalled: Int? = nil) -> RemoteError {
    if let stalled {
      let cause = "nothing moved for \(stalled) s"
      return self.hasSent && ref != nil
        ? .interrupted(remote: name, cause: cause) : .unreachable(remote: name, cause: cause)
    }
    if let ref, self.report.hasPrefix("[rejected]") { return .movedByOthers(ref: ref, found: nil) }
    if self.report.hasPrefix("[remote rejected]") { return self.rejection(name, ref) }
    if self.report.hasPrefix("[remote failure]") {
      return .interrupted(remote: name, cause: self.cause)
    }
    return self.failure(name, ref)
  }

  /// The remote got what was sent, and says why it did not take it.
  private func rejection(_ name: String, _ ref: RefName?) -> RemoteError {
    let said = ([self.report, self.local] + self.remote).joined(separator: "\n")
    func says(_ words: [String]) -> Bool { Self.find(words, in: said) }
    if let ref,
      says(["reference already exists"]) || (says(["but expected "]) && says(["is at "]))
        || (says(["exists; cannot create"]) && self.names(streamBeside: ref))
    {
      return .movedByOthers(ref: ref, found: nil)
    }
    if says(Self.quotaWords) { return self.refused(name, by: .quota) }
    if says(Self.sizeWords) { return self.refused(name, by: .size) }
    if self.isAboutContents(said) { return self.refused(name, by: .contents) }
    if says([
      "unable to create temporary object directory", "insufficient permission",
      "permission to write", "permission denied", "read-only file system",
    ]) {
      return .permission(remote: name, cause: self.cause)
    }
    if says([
      "protected branch", "protected ref", "(non-fast-forward)", "denying non-fast-forward",
      "hidden ref", "rule violations", "exists; cannot create", "deletion prohibited",
      "branch is currently checked out",
    ]) {
      return self.refused(name, by: .protectedRef)
    }
    if says(["hook declined"]) { return self.refused(name, by: .hook) }
    // The remote's trouble, not a rule of its: a lock that is held, an unpacker that died.
    if says(["failed to update ref", "unpacker error", "cannot lock ref"]) {
      return .failed(remote: name, cause: self.cause)
    }
    return self.refused(name, by: .other)
  }

  private func refused(_ name: String, by refusal: PushRefusal) -> RemoteError {
    .refused(
      remote: name, by: refusal, cause: self.cause,
      words: withoutCredentials(([self.local] + self.remote).joined(separator: "\n")))
  }

  /// Whether what is refused is something in the files: what `receive.fsckObjects` finds wrong in an
  /// object, or what a host says of secrets and of names that it does not take.
  ///
  /// Source: git's `fsck.c` (`error: object <id>: <message id>: …`); GitHub, "Troubleshooting the
  /// blocking of pushes"; GitLab, "Push rules".
  private func isAboutContents(_ said: String) -> Bool {
    if Self.find(Self.contentWords, in: said) { return true }
    return (self.remote + self.local.split(separator: "\n").map(String.init)).contains { line in
      let words = line.split(separator: " ")
      return words.count > 3 && words[0] == "error:" && words[1] == "object"
        && words[2].hasSuffix(":") && ObjectID(hex: Array(words[2].dropLast().utf8)) != nil
    }
  }

  /// Whether what is in the way is a stream of the same slug: a folder of the ref's name, or that of
  /// one.
  ///
  /// Anything else is a branch that has the place of all our refs.
  private func names(streamBeside ref: RefName) -> Bool {
    let parts = String(decoding: ref.bytes, as: UTF8.self).split(separator: "/")
    guard let slug = parts.firstIndex(where: { $0.contains("--") }) else { return false }
    let folder = parts[...slug].joined(separator: "/")
    let said = ([self.report, self.local] + self.remote).joined(separator: "\n")
    return said.contains("'\(folder)/") && said.contains("': '\(folder)/")
  }

  private func failure(_ name: String, _ ref: RefName?) -> RemoteError {
    let said = ([self.local] + self.remote).joined(separator: "\n")
    func says(_ words: [String]) -> Bool { Self.find(words, in: said) }
    // The last is how a longer hash meets the list of an empty repository (`connect.c`).
    if says([
      "hash algorithm", "mismatched algorithms", "unknown object format",
      "unexpected capabilities^{}",
    ]) {
      return .objectFormat(remote: name, cause: self.cause)
    }
    // Names the host, whose name means nothing.
    if says(["could not resolve", "unable to look up"]) {
      return .unreachable(remote: name, cause: self.cause)
    }
    if says(Self.authenticationWords) {
      return .authentication(remote: name, cause: self.cause)
    }
    if says(["returned error: 413", "http 413"]) || says(Self.sizeWords) {
      return self.refused(name, by: .size)
    }
    // Where nothing was pushed, the room that is wanting is here.
    if says(["returned error: 507", "http 507"]) || (ref != nil && says(Self.quotaWords)) {
      return self.refused(name, by: .quota)
    }
    if says(Self.permissionWords) {
      return .permission(remote: name, cause: self.cause)
    }
    if self.hasSent, ref != nil {
      return .interrupted(remote: name, cause: self.cause)
    }
    if says(Self.unreachableWords) {
      return .unreachable(remote: name, cause: self.cause)
    }
    return .failed(remote: name, cause: self.cause)
  }

  private static let authenticationWords = [
    "authentication failed", "could not read username", "could not read password",
    "returned error: 401", "returned error: 407", "response 407", "http code 407",
    "permission denied (", "permission denied, please", "too many authentication failures",
    "host key verification failed",
    "no matching host key", "certificate verification failed", "ssl certificate problem",
    "http basic: access denied", "invalid username or password", "invalid credentials",
    "terminal prompts disabled", "authentication is required",
  ]

  private static let permissionWords = [
    "returned error: 403", "http 403", "access denied or repository not exported",
    "service not enabled", "denied to", "denied by", "insufficient permission", "access denied",
    "you are not allowed to", "not authorized", "permission denied", "is not permitted",
    // Hosts say so of what one may not see, too.
    "repository not found", "project you were looking for could not be found",
  ]

  private static let quotaWords = [
    "quota", "no space left on device", "out of disk space", "disk full", "storage limit",
    "repository size limit", "exceeded its size limit", "storage is full",
  ]

  private static let contentWords = [
    "fsck error in pack", "push protection", "secret", "cannot contain", "must not contain",
    "contains a forbidden", "was prohibited by", "is prohibited by", "file name is not allowed",
    "disallowed file", "forbidden file", "blocked file", "lfs objects are missing", "private key",
    "credentials", "malware", "virus",
  ]

  private static let sizeWords = [
    "pack exceeds maximum allowed size", "exceeds maximum allowed size", "file size limit",
    "large files detected", "maximum file size", "too large", "exceeds the maximum",
  ]

  private static let unreachableWords = [
    "could not resolve", "unable to look up", "could not read from remote repository",
    "unable to access", "connection refused", "connection timed out", "connection reset",
    "connection closed", "network is unreachable", "no route to host", "broken pipe",
    "does not appear to be a git repository", "unable to connect", "couldn't connect",
    "failed to connect", "hung up", "early eof", "not found", "timed out", "disconnect",
    "rpc failed", "returned error: 5", "returned error: 429",
  ]

  /// The hosts are not of one mind about capital letters.
  private static func find(_ words: [String], in said: String) -> Bool {
    let said = said.lowercased()
    return words.contains { said.contains($0) }
  }
}
