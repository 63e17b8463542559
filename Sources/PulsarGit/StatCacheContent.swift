internal import PulsarCore

/// What the file of a `StatCache` holds.
struct StatCacheContent: Record {
  static let kind = "stat cache"
  static let version = 4

  var flags: StatCache.IndexFlags?
  var records: [GitPath: StatCache.Record]

  /// In any order, as sorting many paths takes longer than all else.
  func write(to writer: inout RecordWriter) {
    writer.write(self.flags)
    writer.write(count: UInt64(self.records.count))
    for (path, record) in self.records {
      writer.write(bytes: path.bytes)
      record.write(to: &writer)
    }
  }
}

extension StatCacheContent {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.flags = try reader.read()
    let count = try reader.elements()
    self.records = Dictionary(minimumCapacity: count)
    for _ in 0..<count {
      let path = GitPath(bytes: try reader.bytes())
      let record = try StatCache.Record(from: &reader)
      guard self.records.updateValue(record, forKey: path) == nil else { throw .damaged }
    }
  }
}

extension StatCache.Record: RecordValue {
  func write(to writer: inout RecordWriter) {
    self.stamp.write(to: &writer)
    self.entry.write(to: &writer)
    writer.write(number: Int64(bitPattern: self.conversion))
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      stamp: try FileStamp(from: &reader), entry: try TreeEntry(from: &reader),
      conversion: UInt64(bitPattern: try reader.number()))
  }
}

extension StatCache.IndexFlags: RecordValue {
  func write(to writer: inout RecordWriter) {
    writer.write(self.stamp, self.entries, self.attributeFiles)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      stamp: try reader.read(), entries: try reader.read(), attributeFiles: try reader.read())
  }
}

extension StatCache.IndexFlags.Entry: RecordValue {
  func write(to writer: inout RecordWriter) { writer.write(self.path, self.entry) }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(path: try reader.read(), entry: try reader.read())
  }
}

extension FileStamp: RecordValue {
  func write(to writer: inout RecordWriter) {
    for number in self.numbers { writer.write(number: number) }
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    var numbers: [Int64] = []
    numbers.reserveCapacity(8)
    for _ in 0..<8 { numbers.append(try reader.number()) }
    guard UInt32(exactly: numbers[2]) != nil, let stamp = Self(numbers: numbers) else {
      throw .damaged
    }
    self = stamp
  }
}
