/// The message of a finalization mark: a commit that says which captures a commit on the target holds
/// the work of (`DESIGN.md` §5).
///
/// Its parents are the mark before it, where there is one; the captures; and the commit on the target,
/// the last.
package struct FinalizationMark: Hashable, Sendable {
  package static let formatVersion = 1
  /// The name in refs of a machine's marks, oldest to newest; a name no branch can get.
  package static let leaf = Array("finalized--0000000000000000".utf8)

  /// The branch whose streams were finalized.
  package let branch: Branch
  /// The branch they went into.
  package let target: Branch
  /// The commit on the target.
  package let result: ObjectID
  package let machineSlug: String

  package init(branch: Branch, target: Branch, result: ObjectID, machineSlug: String) {
    self.branch = branch
    self.target = target
    self.result = result
    self.machineSlug = machineSlug
  }

  /// The whole message, ending in a newline.
  package var bytes: [UInt8] {
    var bytes = Array("git-pulsar: finalized\n\nPulsar-Machine: \(self.machineSlug)\n".utf8)
    bytes += Array("Pulsar-Finalized: ".utf8) + self.branch.name
    bytes += Array("\nPulsar-Into: ".utf8) + self.target.name
    bytes += Array("\nPulsar-Result: \(self.result.hex)\n".utf8)
    return bytes + Array("Pulsar-Mark: \(Self.formatVersion)\n[skip ci]\n".utf8)
  }

  /// Reads a message; nil when it is not that of a mark of this format.
  package init?(message: [UInt8]) {
    let fields = messageTrailers(message)
    guard let version = fields["Pulsar-Mark"], version.elementsEqual("\(Self.formatVersion)".utf8),
      let branch = fields["Pulsar-Finalized"], let target = fields["Pulsar-Into"],
      let result = fields["Pulsar-Result"].flatMap({ ObjectID(hex: $0) })
    else { return nil }
    self.branch = Branch(name: branch)
    self.target = Branch(name: target)
    self.result = result
    self.machineSlug = String(decoding: fields["Pulsar-Machine"] ?? [], as: UTF8.self)
  }
}
