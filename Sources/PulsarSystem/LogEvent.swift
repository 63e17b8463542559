package import PulsarCore

/// One line of the log, as values.
package struct LogEvent: Hashable, Sendable {
  package enum Level: String, CaseIterable, Hashable, Sendable { case debug, info, warning, error }

  package struct Field: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var time: WallTime
  package var level: Level
  /// Stable, lower case, such as `capture.made`.
  package var name: String
  /// In this order.
  ///
  /// Names are stable.
  package var fields: [Field]

  package init(time: WallTime, level: Level = .info, name: String, fields: [Field] = []) {
    self.time = time
    self.level = level
    self.name = name
    self.fields = fields
  }

  package subscript(field: String) -> String? {
    self.fields.first { $0.name == field }?.value
  }
}
