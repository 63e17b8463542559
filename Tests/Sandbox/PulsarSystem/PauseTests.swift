import PulsarCore
import PulsarSystem
import Testing

@Suite struct PauseTests {
  @Test func `lasts from pause to resume`() throws {
    let folder = TemporaryFolder()
    let pause = Pause(gitDirectory: folder(".git"))
    #expect(try !pause.isPaused)
    #expect(try pause.pause(at: WallTime(seconds: 0)))
    #expect(try pause.isPaused)
    #expect(try !pause.pause(at: WallTime(seconds: 9)))
    #expect(try content(of: folder(".git/pulsar/paused")) == "paused 1970-01-01T00:00:00Z\n")
    #expect(try pause.resume())
    #expect(try !pause.isPaused)
    #expect(try !pause.resume())
  }

  @Test func `is an error, not a guess, where it cannot look`() throws {
    let folder = TemporaryFolder()
    try put("", at: folder(".git"))
    #expect(throws: SystemError.self) { try Pause(gitDirectory: folder(".git")).isPaused }
  }
}
