import PulsarCore
import PulsarEngine

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The program that shows notifications, and how it takes them.
package enum NotificationTool: Hashable, Sendable {
  /// Of libnotify, on Linux.
  case notifySend
  /// Of macOS.
  case osascript

  #if canImport(Darwin)
    package static let native = NotificationTool.osascript
  #else
    package static let native = NotificationTool.notifySend
  #endif

  static let titleLengthMax = 100
  static let bodyLengthMax = 400

  /// Where the program is; else why nothing can be shown.
  func find(in environment: ProcessEnvironment) -> Result<GitPath, Missing> {
    switch self {
    case .osascript: return .success(GitPath("/usr/bin/osascript"))
    case .notifySend:
      let desktop = ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"]
      guard desktop.contains(where: { environment[$0]?.isEmpty == false }) else {
        return .failure(Missing(why: "there is no desktop session"))
      }
      guard let program = Self.search("notify-send", in: environment["PATH"] ?? []) else {
        return .failure(Missing(why: "there is no notify-send on the PATH"))
      }
      return .success(program)
    }
  }

  struct Missing: Error, Hashable { let why: String }

  /// What the program is given; texts are never options nor part of a script.
  func arguments(for notification: DesktopNotification) -> [String] {
    let title = plainText(notification.title, lengthMax: Self.titleLengthMax)
    let body = plainText(notification.body, lengthMax: Self.bodyLengthMax)
    switch self {
    case .notifySend:
      let key = plainText(notification.key, lengthMax: Self.titleLengthMax)
      return [
        "--app-name=git-pulsar", "--urgency=\(notification.urgency.rawValue)",
        // Servers replace what has the same; also without the number that newer tools can print.
        "--hint=string:x-canonical-private-synchronous:git-pulsar \(key)",
        "--", title.isEmpty ? "git-pulsar" : title, Self.escaped(body),
      ]
    case .osascript:
      return [
        "-e", "on run argv",
        "-e", "display notification (item 2 of argv) with title (item 1 of argv)",
        "-e", "end run",
        // The first argument that does not begin with a hyphen ends the options.
        title.first == "-" || title.isEmpty ? "git-pulsar: \(title)" : title, body,
      ]
    }
  }

  /// The body as notify-send reads it: C escapes, then markup.
  ///
  /// Source: libnotify `tools/notify-send.c` (g_strcompress); Desktop Notifications
  /// Specification 1.2, "Markup".
  private static func escaped(_ body: String) -> String {
    body.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// The program in the first absolute folder of `path` that has it.
  private static func search(_ name: String, in path: [UInt8]) -> GitPath? {
    path.split(separator: UInt8(ascii: ":"))
      .map { GitPath(bytes: $0) }
      .filter(\.isAbsolute)
      .map { $0.appending(name) }
      .first { candidate in
        guard let status = try? candidate.systemStatus(operation: "find"), status.isRegularFile
        else { return false }
        return candidate.withSystemPath { access($0, X_OK) }.value == 0
      }
  }
}
