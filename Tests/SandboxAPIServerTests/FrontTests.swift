import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct FrontTests {
    @Test func aPortIsHadOnceAndFreedByStop() async throws {
        let first = HummingbirdFront(APIServer())
        let port = try await first.start()
        let second = HummingbirdFront(APIServer())
        await #expect(throws: TransportError.self) { try await second.start(port: port) }
        await first.stop()
        let third = HummingbirdFront(APIServer())
        #expect(try await third.start(port: port) == port)
        await third.stop()
    }
}
