/// A value that can be a field of a record.
package protocol RecordValue {
  init(from reader: inout RecordReader) throws(RecordError)
  func write(to writer: inout RecordWriter)
}

extension Int64: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) { self = try reader.number() }
  package func write(to writer: inout RecordWriter) { writer.write(number: self) }
}

extension Int: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self = Int(try reader.number())
  }
  package func write(to writer: inout RecordWriter) { writer.write(number: Int64(self)) }
}

extension UInt8: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) { self = try reader.byte() }
  package func write(to writer: inout RecordWriter) { writer.write(byte: self) }
}

extension Bool: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.byte() {
    case 0: self = false
    case 1: self = true
    default: throw .damaged
    }
  }
  package func write(to writer: inout RecordWriter) { writer.write(byte: self ? 1 : 0) }
}

extension String: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    guard let text = String(validating: try reader.bytes(), as: UTF8.self) else { throw .damaged }
    self = text
  }
  package func write(to writer: inout RecordWriter) { writer.write(bytes: self.utf8) }
}

/// An enumeration of names.
extension RecordValue where Self: RawRepresentable<String> {
  package init(from reader: inout RecordReader) throws(RecordError) {
    guard let value = Self(rawValue: try reader.read()) else { throw .damaged }
    self = value
  }
  package func write(to writer: inout RecordWriter) { self.rawValue.write(to: &writer) }
}

extension Optional: RecordValue where Wrapped: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self = try reader.read(Bool.self) ? try reader.read(Wrapped.self) : nil
  }
  package func write(to writer: inout RecordWriter) {
    writer.write(self != nil)
    self?.write(to: &writer)
  }
}

extension Array: RecordValue where Element: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self = []
    for _ in 0..<(try reader.elements()) { self.append(try reader.read()) }
  }
  package func write(to writer: inout RecordWriter) {
    writer.write(count: UInt64(self.count))
    for element in self { element.write(to: &writer) }
  }
}

/// In ascending order.
extension Set: RecordValue where Element: RecordValue & Comparable {
  package init(from reader: inout RecordReader) throws(RecordError) {
    let elements = try reader.read([Element].self)
    for (one, next) in zip(elements, elements.dropFirst()) where one >= next { throw .damaged }
    self.init(elements)
  }
  package func write(to writer: inout RecordWriter) { writer.write(self.sorted()) }
}

/// In ascending order of the keys.
extension Dictionary: RecordValue where Key: RecordValue & Comparable, Value: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self = [:]
    var last: Key?
    for _ in 0..<(try reader.elements()) {
      let key = try reader.read(Key.self)
      if let last, last >= key { throw .damaged }
      self[key] = try reader.read(Value.self)
      last = key
    }
  }
  package func write(to writer: inout RecordWriter) {
    writer.write(count: UInt64(self.count))
    for (key, value) in self.sorted(by: { $0.key < $1.key }) { writer.write(key, value) }
  }
}
