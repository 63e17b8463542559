/// Spells out what goes wrong in one run; all of it is over at the end.
struct FaultPlan {
  let nodes: [String]
  let swarm: Swarm
  let chance: Chance
  /// When every fault is over.
  let end: SimulatedTime

  /// How far a clock is set: a second, less than an interval, an hour, past a day; twice as often past
  /// what is kept, and into another year.
  private static let steps: [SimulatedTime] = [
    .seconds(1), .minutes(5), .hours(1), .hours(26), .hours(960), .hours(960), .hours(9600),
    .hours(9600),
  ]

  /// How often an operation on files that goes wrong is one of each.
  private static let operationOdds: [(element: FileEffect, weight: Int)] = [
    (.capture, 9), (.push, 4), (.radar, 2), (.now, 1), (.sync, 4), (.undo, 3), (.finalize, 3),
    (.restore, 4),
  ]

  /// Kind after kind, each by time.
  var events: [ScenarioEvent] {
    self.swarm.faults.filter { $0.weight > 0 }.flatMap { kind, weight in
      if kind == .cut, self.swarm.isSwizzled { return self.swizzled(weight: weight) }
      if kind == .skew { return self.skews }
      let subjects = kind.isOfRemote ? [Universe.remote] : self.nodes
      return subjects.flatMap { self.events(kind, of: $0, weight: weight) }
    }
  }

  /// The clocks of most nodes are off by minutes, hours or days.
  private var skews: [ScenarioEvent] {
    self.nodes.compactMap { node in
      let chance = self.chance.of(node).of("skew")
      guard chance.isTrue(percent: 70, "is off") else { return nil }
      let far = chance.pick([SimulatedTime.minutes(20), .hours(3), .hours(26)], "far")
      let step = chance.isTrue(percent: 50, "back") ? .zero - far : far
      return ScenarioEvent(at: .zero, actor: node, act: .clockStep(step))
    }
  }

  private func events(_ kind: FaultKind, of subject: String, weight: Int) -> [ScenarioEvent] {
    let chance = self.chance.of(subject).of(kind.rawValue)
    return self.begins(kind, chance, weight: weight).flatMap { begin in
      self.acts(kind, chance.of("\(begin.number)"), from: begin.from, for: begin.span).map {
        ScenarioEvent(at: $0.at, actor: subject, act: $0.act)
      }
    }
  }

  private struct Begin {
    let number: Int
    let from: SimulatedTime
    let span: SimulatedTime
  }

  /// When a fault comes to one subject, and for how long: never two of a kind at once.
  private func begins(_ kind: FaultKind, _ chance: Chance, weight: Int) -> [Begin] {
    var begins: [Begin] = []
    let mean = self.gap(weight: weight, rate: kind.rate)
    // Short runs have the first one too.
    let half = SimulatedTime(milliseconds: self.end.milliseconds / 2)
    var now = chance.span(from: .seconds(1), to: max(.seconds(1), min(mean, half)), "first")
    while now + kind.shortest <= self.end {
      let number = begins.count
      // One in four may take as long as it can; most are over soon.
      let isLong = chance.isTrue(percent: 25, "long", number)
      let longest = isLong ? kind.longest : min(kind.longest, .minutes(60))
      let drawn = chance.span(from: kind.shortest, to: longest, "span", number)
      let span = min(drawn, self.end - now)
      begins.append(Begin(number: number, from: now, span: span))
      let least = SimulatedTime(milliseconds: mean.milliseconds / 2)
      now = now + span + chance.span(from: least, to: mean + least, "gap", number)
    }
    return begins
  }

  /// From a day for what is rare to two hours for what is frequent.
  private func gap(weight: Int, rate: Int64) -> SimulatedTime {
    .seconds((24 * 3600 - Int64(weight) * 792) / rate)
  }

  private func acts(
    _ kind: FaultKind, _ chance: Chance, from: SimulatedTime, for span: SimulatedTime
  ) -> [(at: SimulatedTime, act: Act)] {
    let to = from + span
    switch kind {
    case .down: return [(from, .down(span))]
    case .refuse: return [(from, .refuse(span))]
    case .slow:
      return [(from, .slow(by: .seconds(chance.pick([1, 5, 20, 60, 300], "by")), for: span))]
    case .loseAnswers: return [(from, .loseAnswers(span))]
    case .collectGarbage: return [(from, .collectGarbage)]
    case .deleteStreams: return [(from, .deleteStreams(of: chance.pick(self.nodes, "whose")))]
    case .rewindStream: return [(from, .rewindStream(of: chance.pick(self.nodes, "whose")))]
    case .pushOver: return [(from, .pushOver(of: chance.pick(self.nodes, "whose")))]
    case .recreate: return [(from, .recreate)]
    case .cut: return [(from, .cut(span))]
    case .suspend: return [(from, .suspend(span))]
    case .battery: return self.battery(chance, from: from, to: to)
    case .load:
      return [
        (from, .load(hundredths: 250 + chance.below(600, "load"))), (to, .load(hundredths: 20)),
      ]
    case .clock: return self.clock(chance, at: from)
    case .skew: return []
    case .diskFull: return [(from, .disk(.full, for: span))]
    case .diskFailing: return [(from, .disk(.failing, for: span))]
    case .diskReadOnly: return [(from, .disk(.readOnly, for: span))]
    case .diskDenied: return [(from, .disk(.denied, for: span))]
    case .stop: return [(from, .daemon(.stop)), (to, .daemon(.start))]
    case .death: return self.death(chance, at: from)
    case .cutInside: return [(from, self.barrier(chance, .cut))]
    case .gitInside: return [(from, self.barrier(chance, .git(self.beside(chance))))]
    case .fileError:
      return [(from, self.atOperation(chance, .error(chance.pick(FileError.allCases, "error"))))]
    case .captureInside: return [(from, self.barrier(chance, .capture))]
    case .naps: return self.naps(from: from, to: to)
    case .lockHeld: return [(from, .lock(chance.pick(HeldLock.allCases, "lock"), for: span))]
    case .powerCut:
      let loss = chance.pick(PowerLoss.allCases, "loss")
      let isBetween = chance.isTrue(percent: 30, "between two effects")
      return [(from, isBetween ? .powerCut(loss) : self.atOperation(chance, .powerCut(loss)))]
    }
  }

  /// A minute asleep, a minute awake.
  private func naps(
    from: SimulatedTime, to: SimulatedTime
  ) -> [(at: SimulatedTime, act: Act)] {
    stride(from: from.milliseconds, to: to.milliseconds - 60_000, by: 120_000).map {
      (SimulatedTime(milliseconds: $0), .suspend(.minutes(1)))
    }
  }

  /// Falls to where pushes wait, or captures too, and is charged again.
  private func battery(
    _ chance: Chance, from: SimulatedTime, to: SimulatedTime
  ) -> [(at: SimulatedTime, act: Act)] {
    let half = SimulatedTime.seconds((from + to).milliseconds / 2000)
    return [
      (from, .battery(percent: 15 + chance.below(50, "percent"))),
      (half, .battery(percent: 2 + chance.below(13, "percent left"))),
      (to, .mains),
    ]
  }

  /// One step; half of them are set right later.
  private func clock(_ chance: Chance, at time: SimulatedTime) -> [(at: SimulatedTime, act: Act)] {
    let far = chance.pick(Self.steps, "far")
    let step = chance.isTrue(percent: 50, "back") ? .zero - far : far
    let later = time + chance.span(from: .minutes(10), to: .hours(4), "set right")
    let isSetRight = later <= self.end && chance.isTrue(percent: 50, "is set right")
    return [(time, .clockStep(step))] + (isSetRight ? [(later, .clockStep(.zero - step))] : [])
  }

  private func death(_ chance: Chance, at time: SimulatedTime) -> [(at: SimulatedTime, act: Act)] {
    guard chance.below(11, "inside") == 0 else {
      // There are many more operations on files than named points.
      let isAtOperation = chance.isTrue(percent: 60, "at an operation")
      let act =
        isAtOperation ? self.atOperation(chance, .crash) : self.barrier(chance, .crash)
      return [(time, act)]
    }
    let later = min(self.end, time + chance.span(from: .minutes(1), to: .minutes(30), "start"))
    return [(time, .daemon(.kill)), (later, .daemon(.start))]
  }

  private func barrier(_ chance: Chance, _ act: BarrierAct) -> Act {
    let isPush = act == .cut || chance.isTrue(percent: 25, "push")
    let points = isPush ? BarrierPoints.push : BarrierPoints.capture
    return .on(chance.pick(points, "point"), act)
  }

  /// Mostly at an operation that every effect of the kind gets to.
  private func atOperation(_ chance: Chance, _ act: FileAct) -> Act {
    let effect = chance.pick(weighted: Self.operationOdds, "effect")
    let usual = BarrierPoints.operations(of: effect)
    let most = chance.isTrue(percent: 80, "usual") ? usual : usual * 3
    return .onFile(FilePoint(effect, 1 + chance.below(most, "operation")), act)
  }

  /// Only what git ends by itself: what it left half-way here nobody would take back.
  private func beside(_ chance: Chance) -> [String] {
    chance.pick(
      [
        ["gc", "--prune=now"], ["gc"], ["add", "-A"], ["commit", "-am", "meanwhile"],
        ["commit", "--amend", "--no-edit"], ["stash"], ["reset", "--hard", "HEAD~1"],
        ["clean", "-fd"], ["switch", "main"], ["switch", "-c", "topic"], ["repack", "-ad"],
      ], "git")
  }

  /// Lines are cut one by one and healed in another order.
  private func swizzled(weight: Int) -> [ScenarioEvent] {
    let chance = self.chance.of("swizzle")
    var events: [ScenarioEvent] = []
    for begin in self.begins(.cut, chance, weight: weight) {
      let group = chance.of("\(begin.number)")
      let cut = group.shuffled(self.nodes, "order of cuts")
      let drawn = group.shuffled(self.nodes, "order of healing")
      let healed = drawn == cut ? Array(cut.reversed()) : drawn
      let step = group.span(from: .minutes(1), to: .minutes(10), "step")
      let last = begin.from + step.times(cut.count - 1)
      let first = last + max(begin.span, FaultKind.cut.shortest)
      guard first + step.times(cut.count - 1) <= self.end else { break }
      for (number, node) in cut.enumerated() {
        let from = begin.from + step.times(number)
        let to = first + step.times(healed.firstIndex(of: node) ?? 0)
        events.append(ScenarioEvent(at: from, actor: node, act: .cut(to - from)))
      }
    }
    return events
  }
}

extension SimulatedTime {
  fileprivate func times(_ count: Int) -> Self {
    Self(milliseconds: self.milliseconds * Int64(count))
  }
}
