// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
    import Glibc
#endif

/// The same strict settings for every Swift target: a warning is a mistake, an import is a decision.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // A section for each function: what nobody calls is left out, and `link` can order the rest.
    .unsafeFlags(
        ["-Xfrontend", "-function-sections"],
        .when(platforms: [.linux], configuration: .release)),
]

/// How a release of the program is linked on Linux, so that a run maps few pages of it.
///
/// - The functions that ordinary runs call lie together (`.ci/link-order.txt`, made by
///   `Tests/Benchmarks/link-order`). A function that the list does not know, or knows under an old
///   name, lies where it always did: a stale list costs memory, nothing else.
/// - No function is offered to libraries, since none asks for one.
/// - Addresses to be set at the start are written down as a bitmap (`DT_RELR`), a hundredth of the
///   usual list, where the C library reads that: glibc 2.36 and later.
let link: [LinkerSetting] = {
    var words = ["-Xlinker", "--no-export-dynamic"]
    let order = Context.packageDirectory + "/.ci/link-order.txt"
    #if canImport(Glibc)
        if access(order, R_OK) == 0 {
            words += ["--symbol-ordering-file=\(order)", "--no-warn-symbol-ordering"]
                .flatMap { ["-Xlinker", $0] }
        }
        if (__GLIBC__, __GLIBC_MINOR__) >= (2, 36) {
            words += ["--pack-dyn-relocs=relr", "-z", "pack-relative-relocs"]
                .flatMap { ["-Xlinker", $0] }
        }
    #endif
    return [
        .unsafeFlags(
            ["-use-ld=lld"] + words, .when(platforms: [.linux], configuration: .release))
    ]
}()

let argumentParser: Target.Dependency =
    .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

/// A room of the house.
///
/// `Tests/TidyTests` holds the same table against the imports in the sources.
func room(_ name: String, _ imports: [Target.Dependency], path: String? = nil) -> Target {
    .target(name: name, dependencies: imports, path: path, swiftSettings: strict)
}

func tests(
    _ name: String, _ imports: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: imports, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "petstore-cli",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // C rooms
        .target(name: "CCurl"),
        .target(name: "CEdit"),

        // From the wire up
        room("HTTP", []),
        room("CurlTransport", ["HTTP", "CCurl"]),
        room("Documents", [yams]),
        room("CEL", ["Documents"]),
        room("KubernetesCore", ["HTTP", "Documents"]),
        room("KubernetesClient", ["KubernetesCore", "HTTP", "Documents"]),
        room("Catalog", ["KubernetesCore", "Documents"]),
        room("Diagnostics", ["Catalog", "KubernetesCore", "Documents"]),
        room(
            "Session",
            ["CEL", "Catalog", "KubernetesClient", "KubernetesCore", "HTTP", "Documents"]),

        room(
            "Controller",
            ["Session", "Catalog", "KubernetesClient", "KubernetesCore", "Documents", hummingbird]),
        room("StateFiles", ["Catalog", "KubernetesCore", "Documents"]),

        // From the words down
        room("Render", ["Catalog", "KubernetesCore", "Documents"]),
        room(
            "Verbs",
            [
                "Session", "Diagnostics", "StateFiles", "Catalog", "Render", "CEL",
                "KubernetesClient",
                "KubernetesCore", "HTTP", "Documents", argumentParser, subprocess,
            ]),
        room("Terminal", ["CEdit"]),
        room(
            "Shell",
            [
                "Verbs", "Render", "Terminal", "Session", "Catalog", "KubernetesClient",
                "KubernetesCore", "Documents",
            ]),

        // The embedded cluster
        room(
            "SandboxAPIServer", ["CEL", "Documents", "KubernetesCore", "HTTP", hummingbird],
            path: "Sources/Sandbox/APIServer"),
        room(
            "SandboxOperator",
            ["CEL", "Documents", "KubernetesCore", "KubernetesClient", "Catalog", "HTTP"],
            path: "Sources/Sandbox/Operator"),
        room(
            "SandboxPetstoreService", ["Documents", "HTTP", hummingbird],
            path: "Sources/Sandbox/PetstoreService"),
        room(
            "Sandbox",
            [
                "SandboxAPIServer", "SandboxOperator", "SandboxPetstoreService", "CurlTransport",
                "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
            ], path: "Sources/Sandbox/Cluster"),

        // The faces
        room("Manual", ["Verbs", argumentParser]),
        .executableTarget(
            name: "generate-docs", dependencies: ["Manual", "Verbs"], swiftSettings: strict),
        .executableTarget(
            name: "petstore-cli",
            dependencies: [
                "Shell", "Manual", "Verbs", "Render", "Session", "Catalog", "KubernetesClient",
                "KubernetesCore", "HTTP", "Documents", "Terminal", "CurlTransport", "Sandbox",
                "Controller",
            ], swiftSettings: strict, linkerSettings: link),

        // Measures the JSON and YAML rooms: `swift run -c release json-benchmark`.
        .executableTarget(
            name: "json-benchmark", dependencies: ["Documents"],
            path: "Tests/Benchmarks/JSONBenchmark", swiftSettings: strict),

        // Tries all readers with hostile bytes: `swift run -c release fuzz --inputs 5000000`.
        room(
            "Fuzzing", ["CEL", "KubernetesClient", "KubernetesCore", "Documents", "TestSupport"],
            path: "Tests/Fuzzing/Engine"),
        .executableTarget(
            name: "fuzz", dependencies: ["Fuzzing", argumentParser],
            path: "Tests/Fuzzing/Program", swiftSettings: strict),

        // The session engine on a simulated clock, disk, network and cluster:
        // `swift run -c release session-simulation --seeds 10000 --jobs 2`.
        .target(name: "CExecutor", path: "Tests/CExecutor"),
        .executableTarget(
            name: "session-simulation",
            dependencies: [
                "CExecutor", "Session", "SessionKit", "SandboxAPIServer", "Catalog",
                "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
            ], path: "Tests/Simulation", swiftSettings: strict),

        // Tests: one target per room
        room("TestSupport", ["HTTP"], path: "Tests/Support"),
        room("TestCluster", ["CurlTransport", "HTTP", "Documents"], path: "Tests/Cluster"),
        room("SessionKit", ["Session"], path: "Tests/SessionKit"),
        tests("DocumentsTests", ["Documents"]),
        tests("FuzzingTests", ["Fuzzing"]),
        tests("CELTests", ["CEL", "Documents"]),
        tests("TidyTests", []),
        tests("TerminalTests", ["Terminal", "TestSupport"]),
        tests("DocsTests", ["Manual"]),
        tests(
            "AcceptanceTests",
            [
                "petstore-cli", "TestSupport", "TestCluster", "CurlTransport", "KubernetesClient",
                "KubernetesCore", "HTTP", "Documents",
            ]),
        tests("SimulationTests", ["session-simulation", "TestSupport"]),
        tests(
            "ShellTests",
            [
                "Shell", "Verbs", "Terminal", "Catalog", "KubernetesClient", "KubernetesCore",
                "HTTP", "Documents", "CurlTransport", "TestCluster",
            ]),
        tests("RenderTests", ["Render", "KubernetesCore", "Documents"]),
        tests(
            "VerbsTests",
            [
                "Verbs", "Session", "Diagnostics", "Catalog", "Render", "KubernetesClient",
                "KubernetesCore", "HTTP", "Documents", "Sandbox", "SandboxAPIServer",
                "SandboxOperator", "SandboxPetstoreService", "CurlTransport", "TestCluster",
                argumentParser,
            ]),
        tests("HTTPTests", ["HTTP"]),
        tests("KubernetesCoreTests", ["KubernetesCore", "HTTP", "Documents"]),
        tests(
            "KubernetesClientTests",
            ["KubernetesClient", "KubernetesCore", "HTTP", "Documents", "TestSupport"]),
        tests("CatalogTests", ["Catalog", "KubernetesCore", "Documents"]),
        tests("DiagnosticsTests", ["Diagnostics", "Catalog", "KubernetesCore", "Documents"]),
        tests(
            "ControllerTests",
            [
                "Controller", "Session", "Catalog", "KubernetesClient", "KubernetesCore",
                "SandboxAPIServer", "HTTP", "Documents",
            ]),
        tests("StateFilesTests", ["StateFiles", "Catalog", "KubernetesCore", "Documents"]),
        tests(
            "ContractTests",
            [
                "SandboxAPIServer", "KubernetesClient", "KubernetesCore", "Catalog", "HTTP",
                "Documents", "CurlTransport", "TestCluster",
            ]),
        tests(
            "SandboxAPIServerTests",
            ["SandboxAPIServer", "KubernetesCore", "HTTP", "Documents", "CurlTransport"]),
        tests(
            "FieldManagementTests", ["SandboxAPIServer", "KubernetesCore", "Documents"],
            resources: [.copy("Recordings")]),
        tests("CurlTransportTests", ["CurlTransport", "HTTP", "TestCluster"]),
        tests(
            "ConnectingTests",
            [
                "KubernetesClient", "KubernetesCore", "CurlTransport", "HTTP", "Documents",
                "TestCluster",
            ]),
        tests(
            "SessionTests",
            [
                "Session", "Catalog", "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
                "SandboxAPIServer", "SessionKit", "CurlTransport", "TestCluster",
            ]),
        tests(
            "PetstoreServiceTests", ["SandboxPetstoreService", "HTTP", "Documents"]),
        tests(
            "SandboxOperatorTests",
            [
                "SandboxOperator", "SandboxPetstoreService", "SandboxAPIServer", "Sandbox",
                "KubernetesClient", "KubernetesCore", "HTTP", "Documents", "CurlTransport",
                "TestCluster",
            ]),
        tests(
            "SandboxTests",
            [
                "Sandbox", "SandboxOperator", "SandboxPetstoreService", "KubernetesClient",
                "KubernetesCore", "CurlTransport", "HTTP", "Documents",
            ]),
    ]
)
