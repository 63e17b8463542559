import Foundation
import PulsarSimulator

/// Scenarios and pictures as files.
enum ScenarioFile {
  /// - Throws: `Complaint` with the file, and the line when it is no scenario.
  static func read(_ path: String) throws -> Scenario {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw Complaint(
        "could not read '\(path)'", why: Self.why(error), whatToDo: "name a scenario file")
    }
    do {
      return try Scenario(text: text)
    } catch {
      throw Complaint(
        "\(path):\(error.line): \(error.whatFailed)", why: error.why, whatToDo: error.whatToDo)
    }
  }

  /// Writes a file, and makes the folders above it.
  static func write(_ text: String, to path: String) throws {
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw Complaint(
        "could not write '\(path)'", why: Self.why(error), whatToDo: "name another place")
    }
  }

  private static func why(_ error: any Error) -> String {
    let error = error as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError,
      cause.domain == NSPOSIXErrorDomain
    {
      return String(cString: strerror(Int32(cause.code))).lowercased()
    }
    switch error.code {
    case CocoaError.fileReadNoSuchFile.rawValue, CocoaError.fileNoSuchFile.rawValue:
      return "there is no such file"
    case CocoaError.fileReadInapplicableStringEncoding.rawValue,
      CocoaError.fileReadCorruptFile.rawValue:
      return "it is no text in UTF-8"
    case let code: return "the system said no (\(error.domain) \(code))"
    }
  }
}
