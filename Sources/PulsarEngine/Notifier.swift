/// Shows a person something on the desktop; never waits for it.
package protocol Notifier: AnyObject {
  func notify(_ notification: DesktopNotification) -> NotificationOutcome
}

/// What a person is to see.
package struct DesktopNotification: Hashable, Sendable {
  package let title: String
  package let body: String
  package let urgency: Urgency
  /// A newer notification of the same key takes the place of the older one.
  package let key: String

  package enum Urgency: String, CaseIterable, Hashable, Sendable {
    case low, normal, critical
  }

  package init(title: String, body: String, urgency: Urgency, key: String) {
    self.title = title
    self.body = body
    self.urgency = urgency
    self.key = key
  }
}

/// What became of a notification.
package enum NotificationOutcome: Hashable, Sendable {
  /// Handed over; whether it was shown is not known.
  case started
  /// Nothing was shown, for the reason that the log is to hold.
  case skipped(why: String)
}
