import Foundation
import TestCluster
import Testing

// One contract, two servers: what the sandbox answers is worth something only where a real
// kube-apiserver answers the same. Cases are in `Cases`; what still differs is listed in the
// documentation, `ServerDifferences`.

/// All cases, in the order of their numbers.
enum Contract {
    static let all: [ContractCase] =
        PatchCases.all + ObjectCases.all + SchemaCases.all + ApplyCases.all + ListCases.all
        + WatchCases.all + DeletionCases.all + ServerCases.all
    static let numbered = all.enumerated().map { NumberedCase(number: $0, contract: $1) }
    static let common = numbered.filter { $0.contract.newerThanReal == nil }
    static let newer = numbered.filter { $0.contract.newerThanReal != nil }
}

struct NumberedCase: Sendable, CustomTestStringConvertible {
    let number: Int
    let contract: ContractCase

    var testDescription: String { contract.testDescription }
}

/// A server that is made and prepared once, by whoever needs it first.
enum PreparedServer {
    static let sandbox = Task { () async throws -> CaseRunner in
        let runner = CaseRunner(server: .sandbox(), transcript: Transcript("sandbox"))
        try await runner.prepare()
        return runner
    }

    static let sandboxOnPort = Task { () async throws -> CaseRunner in
        let runner = CaseRunner(server: try await .sandboxOnPort(), transcript: nil)
        try await runner.prepare()
        return runner
    }

    static let real = Task { () async throws -> CaseRunner in
        let runner = CaseRunner(
            server: try await .real(), transcript: Transcript("kube-apiserver"))
        try await runner.prepare()
        return runner
    }
}

@Suite("The contract on the sandbox", .serialized)
struct SandboxContractTests {
    @Test("holds", arguments: Contract.common)
    func holds(_ numbered: NumberedCase) async throws {
        try await PreparedServer.sandbox.value.run(numbered.contract, number: numbered.number)
    }

    @Test("holds where it follows newer servers than 1.20", arguments: Contract.newer)
    func followsNewer(_ numbered: NumberedCase) async throws {
        try await PreparedServer.sandbox.value.run(numbered.contract, number: numbered.number)
    }
}

@Suite("The contract on the sandbox, over a socket", .serialized)
struct SocketContractTests {
    @Test("holds", arguments: Contract.numbered)
    func holds(_ numbered: NumberedCase) async throws {
        try await PreparedServer.sandboxOnPort.value.run(
            numbered.contract, number: numbered.number)
    }
}

@Suite(
    "The contract on a real kube-apiserver",
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS names no kube-apiserver"),
    .serialized)
struct RealContractTests {
    @Test("holds", arguments: Contract.common)
    func holds(_ numbered: NumberedCase) async throws {
        try await PreparedServer.real.value.run(numbered.contract, number: numbered.number)
    }
}

@Suite("The contract itself")
struct ContractCountTests {
    @Test("has at least 120 cases for both servers, and says which are for one only")
    func counts() {
        #expect(Contract.common.count >= 120)
        #expect(Contract.common.count + Contract.newer.count == Contract.all.count)
        #expect(Set(Contract.all.map(\.name)).count == Contract.all.count)
        #expect(Contract.newer.allSatisfy { $0.contract.newerThanReal?.isEmpty == false })
        print(
            "contract: \(Contract.common.count) cases for both servers,",
            "\(Contract.newer.count) for the sandbox only")
    }

    @Test("the documentation lists what is for the sandbox only")
    func documentation() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Verbs/Documentation.docc/ServerDifferences.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let listed = text.split(separator: "\n").filter { $0.hasPrefix("- ") && $0.contains(": ") }
        for numbered in Contract.newer {
            let line = "- \(numbered.contract.name): \(numbered.contract.newerThanReal ?? "")"
            #expect(listed.contains { $0 == line }, "the page lacks: \(line)")
        }
        let section = text.split(separator: "\n## ").first { $0.hasPrefix("The sandbox follows") }
        let lines = section?.split(separator: "\n").count { $0.hasPrefix("- ") }
        #expect(lines == Contract.newer.count, "the page lists cases that are no more")
    }
}
