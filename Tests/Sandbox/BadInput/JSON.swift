import Foundation

/// Whether a report is what it says it is.
enum JSON {
  static func isValid(_ bytes: Bytes) -> Bool {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes.array), options: [.fragmentsAllowed])
      return true
    } catch {
      return false
    }
  }
}
