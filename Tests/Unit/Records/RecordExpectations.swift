import PulsarCore
import Testing

/// Checks that a record comes back from its file, and that nothing else is taken for one.
func expectRecord<Content: Record>(
  _ record: Content, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = record.file
  #expect(try Content(file: file).file == file, sourceLocation: sourceLocation)
  for count in 0..<file.count {
    #expect(
      throws: RecordError.self, "cut at \(count)", sourceLocation: sourceLocation
    ) { try Content(file: Array(file.prefix(count))) }
  }
  for place in file.indices {
    var changed = file
    changed[place] ^= 0x10
    #expect(throws: RecordError.self, "byte \(place)", sourceLocation: sourceLocation) {
      try Content(file: changed)
    }
  }
  #expect(throws: RecordError.damaged, sourceLocation: sourceLocation) {
    try Content(file: file + [0])
  }
  let newer = Array("git-pulsar \(Content.kind) 999\nwhatever".utf8)
  #expect(throws: RecordError.unknownVersion(999), sourceLocation: sourceLocation) {
    try Content(file: newer)
  }
}
