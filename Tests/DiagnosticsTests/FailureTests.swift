import Documents
import KubernetesCore
import Testing

@testable import Diagnostics

@Suite("What an operator's message says is read from its text")
struct FailureTests {
    @Test(
        "the sort of failure",
        arguments: [
            (
                "API returned 500: Database connection failed (GET http://h/api/v3/order/456)",
                .answered(500)
            ),
            ("failed to get pet: unexpected status code 404: not found", .answered(404)),
            (
                "GET http://10.0.0.1:8080/pet/1: dial tcp 10.0.0.1:8080: connect: connection refused",
                .unreachable
            ),
            (
                "Get \"http://x/pet/1\": context deadline exceeded (Client.Timeout exceeded)",
                .timedOut
            ),
            ("pod with ordinal 7 not found (petstore-api-7)", .noEndpoint),
            ("no healthy endpoints available for petstore-api", .noEndpoint),
            ("time: unknown unit \" minutes\" in duration \"5 minutes\"", .badInterval),
            ("something went wrong", .other),
        ] as [(String, ReportedFailure.Sort)])
    func sort(text: String, sort: ReportedFailure.Sort) {
        #expect(ReportedFailure(text).sort == sort)
    }

    @Test("the URL is found, and whether the key was missing in it")
    func url() {
        let failure = ReportedFailure(
            "API returned 400: bad id (GET http://h:8080/api/v3/pet/%7BpetId%7D)")
        #expect(failure.url == "http://h:8080/api/v3/pet/%7BpetId%7D")
        #expect(failure.lacksKey)
        #expect(!ReportedFailure("API returned 400 (GET http://h/pet/1)").lacksKey)
        #expect(ReportedFailure("GET http://h/pet/1: refused").url == "http://h/pet/1")
        #expect(ReportedFailure("nothing called").url == nil)
    }

    @Test("severities are ordered by what they are worth")
    func severities() {
        #expect(Severity.allCases.sorted() == [.skip, .ok, .warn, .fail])
        #expect(Set(CheckID.allCases.map(\.rawValue)).count == CheckID.allCases.count)
    }
}
