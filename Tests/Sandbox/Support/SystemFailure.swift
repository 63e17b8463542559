#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A system call of a test's own that did not work: the set-up is wrong, not the program.
struct SystemFailure: Error, CustomStringConvertible {
  let call: String
  let path: Bytes
  let words: String

  init(_ call: String, _ path: Bytes, code: Int32 = errno) {
    self.call = call
    self.path = path
    self.words = String(cString: strerror(code))
  }

  var description: String { "\(self.call) '\(self.path)': \(self.words)" }

  @discardableResult
  static func check(_ call: String, _ path: Bytes, _ result: Int32) throws -> Int32 {
    guard result >= 0 else { throw SystemFailure(call, path) }
    return result
  }
}
