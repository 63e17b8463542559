extension ObjectID: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    let bytes = try reader.bytes()
    guard bytes.count == 20 || bytes.count == 32 else { throw .damaged }
    self.init(bytes: Array(bytes))
  }
  package func write(to writer: inout RecordWriter) { writer.write(bytes: self.bytes) }
}

extension GitPath: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(bytes: try reader.bytes())
  }
  package func write(to writer: inout RecordWriter) { writer.write(bytes: self.bytes) }
}

extension RefName: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(bytes: Array(try reader.bytes()))
  }
  package func write(to writer: inout RecordWriter) { writer.write(bytes: self.bytes) }
}

extension Branch: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(name: Array(try reader.bytes()))
  }
  package func write(to writer: inout RecordWriter) { writer.write(bytes: self.name) }
}

extension TreeEntry: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    guard let mode = UInt32(exactly: try reader.number()).flatMap(FileMode.init(rawValue:)) else {
      throw .damaged
    }
    self.init(mode: mode, id: try reader.read())
  }
  package func write(to writer: inout RecordWriter) {
    writer.write(number: Int64(self.mode.rawValue))
    writer.write(self.id)
  }
}

extension WallTime: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    let seconds = try reader.number()
    guard let offset = Int32(exactly: try reader.number()) else { throw .damaged }
    self.init(seconds: seconds, utcOffsetMinutes: offset)
  }
  package func write(to writer: inout RecordWriter) {
    writer.write(self.seconds, Int64(self.utcOffsetMinutes))
  }
}

extension MonotonicTime: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(nanoseconds: try reader.number())
  }
  package func write(to writer: inout RecordWriter) { writer.write(number: self.nanoseconds) }
}
