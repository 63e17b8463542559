import PulsarCore
import Testing

@testable import PulsarEngine

@Suite struct ChangedPathsTests {
  private let number = RepositoryNumber(1)
  private let other = RepositoryNumber(2)

  private func names(_ count: Int, from first: Int = 0) -> Set<GitPath> {
    Set((first..<(first + count)).map { GitPath("\($0)") })
  }

  @Test func `what changed is handed out once, ascending, to the capture of its repository`() {
    let paths = Notebook()
    #expect(paths.add(["b", "a"], of: self.number))
    #expect(paths.add(["c", "a"], of: self.number))
    #expect(paths.add(["elsewhere"], of: self.other))
    #expect(paths.take(of: self.number) == ["a", "b", "c"])
    #expect(paths.finish(CaptureEnd(.captured(isNew: true)), of: self.number))
    #expect(paths.take(of: self.number) == [])
    #expect(paths.take(of: self.other) == ["elsewhere"])
  }

  @Test(arguments: [
    CaptureOutcome.failed(.passing), .failed(.lasting), .busy,
  ])
  func `after a failure they wait again, with what came meanwhile`(outcome: CaptureOutcome) {
    let paths = Notebook()
    _ = paths.add(["a"], of: self.number)
    #expect(paths.take(of: self.number) == ["a"])
    _ = paths.add(["b"], of: self.number)
    #expect(paths.finish(CaptureEnd(outcome), of: self.number))
    #expect(paths.take(of: self.number) == ["a", "b"])
  }

  @Test func `what a capture left out is looked at again`() {
    let paths = Notebook()
    _ = paths.add(["a", "b"], of: self.number)
    _ = paths.take(of: self.number)
    _ = paths.add(["c"], of: self.number)
    #expect(paths.finish(CaptureEnd(.captured(isNew: false), leftOut: ["a"]), of: self.number))
    #expect(paths.take(of: self.number) == ["a", "c"])
  }

  @Test func `more than the most are forgotten, and that is told`() {
    let paths = Notebook()
    #expect(paths.add(self.names(ChangedPaths.most), of: self.number))
    #expect(!paths.add(["one more"], of: self.number))
    #expect(paths.take(of: self.number) == [])
    #expect(paths.add(["later"], of: self.number))
    #expect(paths.take(of: self.number) == ["later"])
  }

  @Test func `too many after a failure are left to a full scan`() {
    let paths = Notebook()
    _ = paths.add(self.names(ChangedPaths.most), of: self.number)
    _ = paths.take(of: self.number)
    #expect(paths.add(["one more"], of: self.number))
    #expect(!paths.finish(CaptureEnd(.failed(.passing)), of: self.number))
    #expect(paths.take(of: self.number) == [])
  }

  @Test func `too many that were left out make no scan of themselves`() {
    let paths = Notebook()
    let leftOut = self.names(ChangedPaths.most + 1).sorted()
    let end = CaptureEnd(.captured(isNew: true), leftOut: leftOut)
    _ = paths.take(of: self.number)
    #expect(paths.finish(end, of: self.number), "or scans would never end")
    #expect(paths.take(of: self.number) == [])
    _ = paths.add(["new"], of: self.number)
    #expect(!paths.finish(end, of: self.number), "what came meanwhile is not lost")
  }

  @Test func `a repository that is gone is forgotten`() {
    let paths = Notebook()
    _ = paths.add(["a"], of: self.number)
    paths.forget(self.number)
    #expect(paths.take(of: self.number) == [])
    paths.forget(self.other)
    #expect(paths.finish(CaptureEnd(.busy), of: self.other))
    #expect(paths.take(of: self.other) == [])
  }
}

/// So that an expectation may change it.
private final class Notebook {
  private var paths = ChangedPaths()

  func add(_ paths: Set<GitPath>, of number: RepositoryNumber) -> Bool {
    self.paths.add(paths, of: number)
  }

  func take(of number: RepositoryNumber) -> [GitPath] { self.paths.take(of: number) }

  func finish(_ end: CaptureEnd, of number: RepositoryNumber) -> Bool {
    self.paths.finish(end, of: number)
  }

  func forget(_ number: RepositoryNumber) { self.paths.forget(number) }
}
