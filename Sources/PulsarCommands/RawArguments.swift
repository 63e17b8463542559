internal import Foundation
internal import PulsarCore

/// The arguments as the system gave them: names of files need not be UTF-8, and Swift's strings are
/// always.
enum RawArguments {
  /// The name this program was called by.
  static var program: [UInt8] {
    guard CommandLine.argc > 0, let start = CommandLine.unsafeArgv[0] else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
  }

  /// The bytes of an argument that came as `text`, repaired where it was not UTF-8.
  static func bytes(of text: String) -> GitPath {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let start = CommandLine.unsafeArgv[index] else { break }
      let bytes = Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
      if String(decoding: bytes, as: UTF8.self) == text { return GitPath(bytes: bytes) }
      // `--option=value`
      let value = bytes.drop { $0 != UInt8(ascii: "=") }.dropFirst()
      if bytes.first == UInt8(ascii: "-"), String(decoding: value, as: UTF8.self) == text {
        return GitPath(bytes: value)
      }
    }
    return GitPath(text)
  }
}
