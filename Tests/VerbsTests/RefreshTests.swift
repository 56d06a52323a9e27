import Documents
import HTTP
import KubernetesCore
import Sandbox
import Testing

@testable import Verbs

extension OnStage {
    @Suite("refresh: what comes of a touch")
    struct RefreshTests {
        private static let error = "API returned 500: out of order"

        /// A stage without operator, on which a touch is answered by what the test says.
        private func stage(
            answering answer: @escaping @Sendable (Props) async throws -> Void
        ) async throws -> (Stage, Props) {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.stopOperator()
            let transport = AnsweredTouch(stage.writes) { try await answer(props) }
            stage.world.makeTransport = { _ in transport }
            return (stage, props)
        }

        @Test("a call that fails is told at once, with status 1, and no operator is blamed")
        func fails() async throws {
            let (stage, _) = try await stage { props in
                try await props.setStatus(
                    "pets", "fluffy", ["state": "Failed", "message": .string(Self.error)])
            }
            let failed = await stage.run("refresh pet fluffy --timeout 10m")
            #expect(failed.status == .answeredNo && failed.errors.isEmpty, "\(failed.errors)")
            #expect(
                failed.output == """
                    pet/fluffy: the call to its API failed (Failed: \(Self.error))

                    Next steps:
                      1. petstore-cli diagnose pet/fluffy (finds out why)

                    """)
        }

        @Test("a failure in other words than before is news")
        func failsOtherwise() async throws {
            let (stage, props) = try await stage { props in
                try await props.setStatus("pets", "fluffy", ["message": .string(Self.error)])
            }
            try await props.setStatus(
                "pets", "fluffy", ["state": "Failed", "message": "connection refused"])
            let failed = await stage.run("refresh pet fluffy --timeout 10m")
            #expect(failed.status == .answeredNo && failed.output.contains(Self.error))
        }

        @Test("a failure that stays as it was is told as before, and its operator is not missing")
        func failsAsBefore() async throws {
            let (stage, props) = try await stage { _ in }
            try await props.setStatus(
                "pets", "fluffy", ["state": "Failed", "message": .string(Self.error)])
            let failed = await stage.run("refresh pet fluffy --timeout 1s")
            #expect(failed.status == .timedOut && failed.output.isEmpty)
            #expect(
                failed.errors == """
                    error: pet/fluffy was touched, and nothing new came within 1s; as before: \
                    \(Self.error)
                    hint: petstore-cli diagnose pet/fluffy finds out why

                    """)
        }

        @Test("a resource that was never read is waited for, too")
        func neverRead() async throws {
            let (stage, props) = try await stage { props in
                try await props.setStatus(
                    "pets", "new", ["state": "Synced", "lastGetTime": "2026-01-27T10:00:00Z"])
            }
            try await props.create("pets", "new", ["name": "New", "photoUrls": []])
            let read = await stage.run("refresh pet new --timeout 10m")
            #expect(read.status == .done, "\(read.errors)")
            #expect(read.output == "pet/new: read again at 2026-01-27T10:00:00Z (Synced)\n")
        }

        @Test("nobody who reads it: the operator is what is missing")
        func silence() async throws {
            let (stage, _) = try await stage { _ in }
            let silent = await stage.run("refresh pet fluffy --timeout 1s")
            #expect(silent.status == .timedOut)
            #expect(silent.errors.contains("but its operator has not read it within 1s"))
            #expect(silent.errors.contains("hint: petstore-cli init shows whether"))
        }
    }
}

/// Does something when a patch of an object has come through.
private struct AnsweredTouch: Transport {
    let inner: any Transport
    let answer: @Sendable () async throws -> Void

    init(_ inner: any Transport, _ answer: @escaping @Sendable () async throws -> Void) {
        self.inner = inner
        self.answer = answer
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let response = try await inner.send(request)
        let isTouch = request.method == .patch && !request.url.contains("dryRun=All")
        guard isTouch, request.url.contains("/pets/") else { return response }
        do {
            try await answer()
        } catch {
            Issue.record(error)
        }
        return response
    }
}
