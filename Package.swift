// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "git-pulsar",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "git-pulsar", targets: ["git-pulsar"]),
    .executable(name: "Simulator", targets: ["Simulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
  ],
  targets: [
    // Decides; imports nothing.
    .target(name: "PulsarCore", swiftSettings: settings),
    // The ports, and the procedures that perform decisions through them.
    .target(name: "PulsarEngine", dependencies: ["PulsarCore"], swiftSettings: settings),
    // Adapters, each to one technology.
    .systemLibrary(
      name: "Clibgit2", pkgConfig: "libgit2",
      providers: [.apt(["libgit2-dev", "pkg-config"]), .brew(["libgit2"])]),
    .target(
      name: "PulsarGit", dependencies: ["CSystem", "Clibgit2", "PulsarCore", "PulsarEngine"],
      swiftSettings: settings),
    .systemLibrary(name: "CSystem"),
    .target(
      name: "PulsarSystem", dependencies: ["CSystem", "PulsarCore", "PulsarEngine"],
      swiftSettings: settings),
    .target(
      name: "PulsarConfig",
      dependencies: ["PulsarCore", .product(name: "TOMLKit", package: "TOMLKit")],
      swiftSettings: settings),
    // The verbs, and the program that is nothing but them.
    .target(
      name: "PulsarCommands",
      dependencies: [
        "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem", "PulsarConfig",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Rainbow", package: "Rainbow"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "git-pulsar", dependencies: ["PulsarCommands"], swiftSettings: settings),
    // Many machines, their clocks and faults, around the verbs and the scheduler.
    .target(name: "CSimulator", path: "Simulator/CSimulator"),
    .target(
      name: "PulsarSimulator",
      dependencies: [
        "CSimulator", "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem", "PulsarCommands",
      ],
      path: "Simulator/PulsarSimulator", swiftSettings: settings),
    .executableTarget(
      name: "Simulator",
      dependencies: [
        "PulsarSimulator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Simulator/Simulator", swiftSettings: settings),
    // What `ci/bench` measures inside one process.
    .executableTarget(
      name: "capture-bench",
      dependencies: ["PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem"],
      path: "ci/capture-bench", swiftSettings: settings),
    .executableTarget(
      name: "scheduler-bench", dependencies: ["PulsarCore"], path: "ci/scheduler-bench",
      swiftSettings: settings),
    // What several tiers of tests share.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: settings),
    // One test target a tier.
    .testTarget(
      name: "Unit",
      dependencies: [
        "CSystem", "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarConfig", "PulsarSystem",
        "PulsarCommands", "PulsarSimulator", "TestSupport",
      ],
      path: "Tests/Unit", exclude: ["PulsarSystem/Services/Golden"], swiftSettings: settings),
    .testTarget(
      name: "Sandbox",
      dependencies: [
        "PulsarCore", "PulsarEngine", "PulsarGit", "PulsarSystem", "PulsarSimulator", "TestSupport",
        "git-pulsar", "Simulator",
      ],
      path: "Tests/Sandbox", swiftSettings: settings),
    .testTarget(
      name: "Chaos",
      dependencies: ["git-pulsar"],
      path: "Tests/Chaos", exclude: ["Support/faults.c", "Support/writer.c"],
      swiftSettings: settings),
  ]
)
