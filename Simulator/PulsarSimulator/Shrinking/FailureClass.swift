/// What makes two failures the same one.
package struct FailureClass: Hashable, Sendable {
  /// `S4`.
  package let invariant: String
  /// The effect at which it broke: `push.reply`; empty when it is none of ours.
  package let site: String

  package init(invariant: String, site: String) {
    self.invariant = invariant
    self.site = site
  }
}
