/// What every run is judged by; told by `Simulator invariants`, and named in the text of a failure.
///
/// S20 to S23 are kept for what the world has not yet: secrets, the mirror, folder mode, the fleet.
package enum Invariant: String, CaseIterable, Hashable, Sendable {
  case S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15, S16
  case S17, S18, S19, S24, S25, S26, S27, S28, S29, S30
  case V1, V2, V3, V4, V5, V6, V7
  case E1, E2

  /// Those whose judges count what they judge: they have something to judge in some runs only.
  package static let counted: [Invariant] = [
    .S3, .S17, .S18, .S19, .S24, .S25, .S26, .S27, .S28, .S29, .S30, .V3, .V5, .V6, .V7,
  ]

  /// In a word or two, for the head of a failure.
  package var name: String {
    switch self {
    case .S1: "user's state touched"
    case .S2: "foreign ref moved"
    case .S3: "capture is not the files"
    case .S4: "pushed ack lost"
    case .S5: "stream rewound"
    case .S6: "other's ref overwritten"
    case .S7: "pruned too much"
    case .S8: "ack before effect"
    case .S9: "content lost"
    case .S10: "repository unsound"
    case .S11: "stuck after a crash"
    case .S12: "durable ack lost"
    case .S13: "two writers"
    case .S14: "no bound kept"
    case .S15: "report untrue"
    case .S16: "secret captured"
    case .S17: "another's work undone"
    case .S18: "known paths not enough"
    case .S19: "silently left out"
    case .S24: "undo incomplete"
    case .S25: "finalized wrongly"
    case .S26: "restored wrongly"
    case .S27: "text of nobody's"
    case .S28: "worked on a low battery"
    case .S29: "dated before its parent"
    case .S30: "told twice or never"
    case .V1: "not captured"
    case .V2: "not pushed"
    case .V3: "drift told wrongly"
    case .V4: "never quiet"
    case .V5: "sync incomplete"
    case .V6: "captured late"
    case .V7: "pushed late"
    case .E1: "situation not met"
    case .E2: "file not as expected"
    }
  }

  /// What must be so, or in time come to be so.
  package var sentence: String {
    switch self {
    case .S1: "no effect of ours changes the index, HEAD, config, stash, logs or files of the user"
    case .S2: "no effect of ours moves a ref outside of our namespace, here or on the remote"
    case .S3: "what was captured can be read, and is the tree that git makes of the same files"
    case .S4: "what was told as pushed is held by a ref of that machine on the remote"
    case .S5: "a stream only grows: its new tip goes on from the old one"
    case .S6: "a push moves no ref of another machine, and takes nothing off its own"
    case .S7: "retention never takes the last capture, nor one that is not pushed yet"
    case .S8: "nothing is acknowledged before its effect is there"
    case .S9: "content that was captured once stays reachable from some ref"
    case .S10: "git finds every repository sound, and no lock or temporary file of ours is left"
    case .S11: "after a crash and a restart the next capture succeeds without help"
    case .S12: "what is told as durable outlives a loss of power"
    case .S13: "a stream has one writer at a time"
    case .S14: "captures, pushes, files of ours and turns without time passing are bounded"
    case .S15: "what status, doctor and the radar tell is true"
    case .S16: "no ignored file is captured, and captures go to the configured remote only"
    case .S17:
      "no capture, sync or finalize deletes, reverts or rewrites what no act of a person explains"
    case .S18: "a capture of known paths has all that one of everything has"
    case .S19: "whatever is on disk and in no capture is ignored, or was named"
    case .S24: "after an undo, files, what is staged, HEAD and branches are as before the verb"
    case .S25: "finalize commits what git's own merges of the sessions give"
    case .S26: "a restored file is as the capture has it, and no other is touched"
    case .S27: "no marks of conflicts, pointers or turned text lie in a file that nobody asked for"
    case .S28: "on battery, nothing is captured, pushed or asked that the settings forbid"
    case .S29: "no capture is dated before what it goes on from"
    case .S30: "the person is told of each new fact, and once"
    case .V1:
      "soon after the last fault (as a scenario expects), the newest capture is what the files are"
    case .V2:
      "soon after the last fault (as a scenario expects), the newest capture is on the remote"
    case .V3: "at the end of the quiet phase, drift is told where there is drift, and only there"
    case .V4: "when nobody edits, captures come to an end"
    case .V5: "after a sync, the files are what git merges of both machines' captures"
    case .V6: "what has settled is captured within a bound that follows from the schedule"
    case .V7: "what is captured is on the remote within a bound that follows from the schedule"
    case .E1: "a situation that the scenario expects was met"
    case .E2: "a file that the scenario expects holds what it says"
    }
  }
}
