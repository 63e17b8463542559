#if canImport(Darwin)
  import Darwin
#else
  @preconcurrency import Glibc
#endif

/// The variables of a process, as bytes and in their order.
package struct ProcessEnvironment: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  package var variables: [Variable]

  package init(variables: [Variable]) { self.variables = variables }

  /// From `name=value`; entries without a name or without `=` are left out, as nobody can ask for
  /// them.
  package init(entries: [[UInt8]]) {
    self.variables = entries.compactMap { entry in
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return nil }
      return Variable(name: Array(entry[..<equals]), value: Array(entry[(equals + 1)...]))
    }
  }

  /// Those of this process.
  ///
  /// Not to be called while another thread sets one.
  package static func current() -> ProcessEnvironment {
    #if canImport(Darwin)
      let start = _NSGetEnviron().pointee
    #else
      let start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    #endif
    var entries: [[UInt8]] = []
    guard var next = start else { return ProcessEnvironment(variables: []) }
    while let entry = next.pointee {
      entries.append(bytes(ofCString: entry))
      next += 1
    }
    return ProcessEnvironment(entries: entries)
  }

  /// The value of `name`, of the first where there are several, as getenv(3) has it.
  package subscript(name: String) -> [UInt8]? {
    self.variables.first { $0.name.elementsEqual(name.utf8) }?.value
  }
}

/// The bytes before the closing NUL.
func bytes(ofCString start: UnsafePointer<CChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
}
