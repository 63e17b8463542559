import Foundation
import Testing

/// `git pulsar uninstall-service`: what was installed goes, nothing else does.
@Suite struct UninstallServiceTests {
  @Test(arguments: [[], ["--interval", "1h"]] as [[Bytes]])
  func `what was installed is stopped and removed`(interval: [Bytes]) throws {
    let world = try ServiceWorld()
    let other = world.units / "other.service"
    try Files.write(other, "[Service]\nExecStart=/bin/true\n")
    try world.sandbox.pulsar(["install-service"] + interval, in: world.sandbox.root)
      .expectEnd(status: 0)
    _ = try world.told()
    try world.run("uninstall-service").expectEnd(
      status: 0, ["removed ~/.config/systemd/user/git-pulsar.service"])
    #expect(try world.files().keys.sorted() == ["other.service"])
    let told = try world.told()
    let stopped = told.filter { $0.hasPrefix("disable --now") }
    #expect(stopped.count == (interval.isEmpty ? 1 : 2), "\(told)")
    #expect(told.last == "daemon-reload")
  }

  @Test func `with nothing installed there is nothing to do`() throws {
    let world = try ServiceWorld()
    try world.run("uninstall-service").expectEnd(status: 0, ["no service is installed"])
    #expect(try world.told() == [])
    #expect(!Files.exists(world.units))
  }

  @Test func `drop-ins and units of others stay, and are named`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    try Files.write(world.timer, "[Timer]\nOnCalendar=daily\n")
    try Files.write(world.units / "git-pulsar.service.d/mine.conf", "[Service]\nNice=19\n")
    try world.run("uninstall-service").expectEnd(
      status: 0, ["git-pulsar.service.d with changes of your own", "git-pulsar.timer, which"])
    #expect(try world.files().keys.sorted() == ["git-pulsar.service.d", "git-pulsar.timer"])
    #expect(Files.exists(world.units / "git-pulsar.service.d/mine.conf"))
  }

  @Test func `a unit changed by hand goes only when the person says so`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    try Files.write(world.service, try Files.read(world.service) + "Nice=19\n")
    _ = try world.told()
    try world.run("uninstall-service").expectEnd(status: 2, ["changed by hand"])
    #expect(Files.exists(world.service))
    #expect(try world.told() == [])
    try world.run("uninstall-service", "--yes").expectEnd(status: 0)
    #expect(!Files.exists(world.service))
  }

  @Test func `where systemd does not answer, the files and their links go all the same`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    let link = world.units / "default.target.wants/git-pulsar.service"
    try Files.makeLink(link, to: world.service)
    try world.refuse("show", saying: "Failed to connect to bus: No medium found")
    try world.run("uninstall-service").expectEnd(status: 3, ["No medium found", "removed "])
    #expect(!Files.exists(world.service))
    #expect(!Files.exists(link))
  }

  @Test func `a link whose unit was deleted by hand goes`() throws {
    let world = try ServiceWorld()
    let link = world.units / "default.target.wants/git-pulsar.service"
    try Files.makeLink(link, to: world.service)
    try world.run("uninstall-service").expectEnd(status: 0)
    #expect(!Files.exists(link))
  }

  @Test func `a service that cannot be stopped keeps its files`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    try world.refuse("disable", saying: "Access denied")
    try world.run("uninstall-service").expectSentence("could not stop", "Access denied")
    #expect(Files.exists(world.service))
  }

  @Test func `the report names what was removed`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    let outcome = try world.run("uninstall-service", "--json")
    outcome.expectEnd(status: 0)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.array))
    let files = try #require((object as? [String: Any])?["files"] as? [[String: Any]])
    #expect(files.map { $0["change"] as? String } == ["removed"])
  }
}
