/// Waits longer after each failure of one kind in a row.
struct Backoff<Trouble: Sendable & Equatable>: Sendable {
  /// Of the last kind, in a row.
  private(set) var failures = 0
  /// Nothing is tried before; nil after a success.
  private(set) var retryAt: MonotonicTime?
  /// That of the last failure.
  private(set) var trouble: Trouble?
  /// The first failure of the row, of whatever kind.
  private(set) var since: MonotonicTime?

  /// What a delay is multiplied by, so that machines that failed together do not retry together.
  static var spread: ClosedRange<Int> { 800...1200 }

  /// Doubles `first` for each failure of the kind before this one, up to `cap`; then spreads it.
  ///
  /// After a long outage, a first refusal is not waited for as if it were the tenth.
  mutating func fail(
    _ trouble: Trouble, at now: MonotonicTime, first: Duration, cap: Duration,
    random: inout KeyedRandomness, kind: KeyedRandomness.Kind
  ) {
    if self.trouble != trouble { self.failures = 0 }
    var delay = first
    for _ in 0..<self.failures {
      if delay >= cap { break }
      delay *= 2
    }
    let spread = random.part(of: min(delay, cap), thousandths: Self.spread, for: kind)
    self.failures += 1
    self.retryAt = now + spread
    self.trouble = trouble
    self.since = self.since ?? now
  }

  mutating func clear() { self = Backoff() }
}
