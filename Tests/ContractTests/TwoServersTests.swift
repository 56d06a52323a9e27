import TestCluster
import Testing

// One contract, two servers: what the sandbox answers is worth something only where a real
// kube-apiserver answers the same. Cases are in `Cases`; what still differs is listed in the
// documentation, `ServerDifferences`.

/// All cases, in the order of their numbers.
enum Contract {
    static let all: [ContractCase] =
        PatchCases.all + ObjectCases.all + SchemaCases.all + ApplyCases.all + ListCases.all
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
