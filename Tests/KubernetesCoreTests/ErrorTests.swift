import Documents
import HTTP
import KubernetesCore
import Testing

@Suite("Errors answer questions and speak kubectl's words")
struct ErrorTests {
    private func error(_ code: Int, _ reason: String, _ message: String = "m") -> KubernetesError {
        KubernetesError(.status(Status(code: code, reason: reason, message: message)))
    }

    @Test("The reason decides, and the code where there is none")
    func questions() {
        #expect(error(404, "NotFound").isNotFound)
        #expect(error(404, "").isNotFound)
        #expect(!error(404, "Expired").isNotFound)
        #expect(error(409, "Conflict").isConflict)
        #expect(!error(409, "AlreadyExists").isConflict)
        #expect(error(409, "AlreadyExists").isAlreadyExists)
        #expect(error(410, "Expired").isGone)
        #expect(error(410, "Gone").isGone)
        #expect(error(410, "").isGone)
        #expect(error(422, "Invalid").isInvalid)
        #expect(error(401, "Unauthorized").isUnauthorized)
        #expect(error(403, "Forbidden").isForbidden)
        #expect(error(504, "Timeout").isTimeout)
        #expect(error(500, "ServerTimeout").isTimeout)
        #expect(error(503, "ServiceUnavailable").isUnreachable)
        let lost = KubernetesError(.transport(TransportError(.timedOut, "slow", sent: true)))
        #expect(lost.isTimeout && !lost.isUnreachable)
    }

    @Test("An open outcome is no verdict, but keeps what was said")
    func openOutcome() {
        let cause = TransportError(.timedOut, "slow", sent: true)
        let status = Status(code: 504, reason: "Timeout", message: "took too long")
        let error = KubernetesError(.outcomeUnknown(cause, until: nil), answer: status)
        #expect(error.isOutcomeUnknown && error.isTimeout)
        #expect(error.status == status)
        #expect(
            error.message
                == "error: it is not known whether the server carried out the request:"
                + " took too long")
        #expect(
            !KubernetesError(
                .outcomeUnknown(cause, until: nil), answer: self.error(404, "NotFound").status
            ).isNotFound)
    }

    @Test("Words for what the server answers")
    func answers() {
        #expect(
            error(404, "NotFound", #"parcels.post.example.org "x" not found"#).message
                == #"Error from server (NotFound): parcels.post.example.org "x" not found"#)
        #expect(error(500, "", "boom").message == "Error from server: boom")
        #expect(
            error(401, "Unauthorized", "Unauthorized").message
                == "error: You must be logged in to the server (Unauthorized)")
        func invalid(_ causes: [(String, String)]) -> String {
            KubernetesError(
                .status(
                    Status(
                        code: 422, reason: "Invalid", message: "Parcel \"p\" is invalid",
                        details: StatusDetails(
                            name: "p", kind: "Parcel",
                            causes: causes.map {
                                .init(reason: "FieldValueInvalid", message: $0.1, field: $0.0)
                            })))
            ).message
        }
        #expect(invalid([]) == #"The Parcel "p" is invalid"#)
        #expect(
            invalid([("spec.weight", "too heavy")])
                == #"The Parcel "p" is invalid: spec.weight: too heavy"#)
        #expect(
            invalid([("a", "x"), ("b", "y"), ("a", "x")])
                == "The Parcel \"p\" is invalid: \n* a: x\n* b: y")
        #expect(
            error(422, "Invalid", "in error").message == "The request is invalid: in error")
    }

    @Test("Words for connections that fail")
    func connections() {
        func words(_ kind: TransportError.Kind, _ text: String) -> String {
            KubernetesError(
                .transport(TransportError(kind, text, sent: false)), server: "host:6443"
            ).message
        }
        #expect(
            words(.cannotConnect, "Failed to connect: Connection refused")
                == "The connection to the server host:6443 was refused"
                + " - did you specify the right host or port?")
        #expect(
            words(.cannotResolve, "Could not resolve host")
                == "Unable to connect to the server: dial tcp: lookup host: no such host")
        #expect(
            words(.tls, "SSL certificate problem: unable to get local issuer certificate")
                == "Unable to connect to the server: tls: failed to verify certificate:"
                + " x509: certificate signed by unknown authority")
        #expect(
            words(.tls, "SSL certificate problem: certificate has expired")
                == "Unable to connect to the server: tls: failed to verify certificate:"
                + " x509: certificate has expired or is not yet valid")
        #expect(
            words(.tls, "handshake failure") == "Unable to connect to the server: handshake failure"
        )
        #expect(
            words(.timedOut, "no answer in 35 s")
                == "Unable to connect to the server: no answer in 35 s")
    }

    @Test("A Status is kept whole")
    func wholeStatus() throws {
        let json = try JSONValue(
            parsing: """
                {"kind":"Status","apiVersion":"v1","metadata":{"continue":"tok"},
                "status":"Failure","message":"m","reason":"Expired","code":410,"extra":[1],
                "details":{"name":"n","kind":"k","retryAfterSeconds":3,
                "causes":[{"reason":"r","message":"cm","field":"f"}]}}
                """)
        let status = Status(json)
        #expect(status.json == json)
        #expect(status.continueToken == "tok")
        #expect(status.details?.retryAfterSeconds == 3)
        #expect(status.details?.causes == [.init(reason: "r", message: "cm", field: "f")])
        #expect(status.details?.json["causes"] == json["details"]?["causes"])
        #expect(Status.isStatus(json) && !Status.isStatus(["kind": "Parcel"]))
    }

    @Test("Answers without a Status get the words that kubectl has for their code")
    func wordless() {
        func status(_ code: Int, _ method: String = "GET", body: String = "") -> Status {
            Status(code: code, method: method, subject: "parcels.post.example.org p", body: body)
        }
        #expect(
            status(404).message
                == "the server could not find the requested resource"
                + " (get parcels.post.example.org p)")
        #expect(status(409, "POST").reason == "AlreadyExists")
        #expect(status(409, "PUT").reason == "Conflict")
        #expect(status(403, body: " go away \nnow").message.hasPrefix("go away (get"))
        #expect(
            status(500, body: "oops").message
                == "an error on the server (\"oops\") has prevented the request from succeeding"
                + " (get parcels.post.example.org p)")
        #expect(status(502).code == 502)
        #expect(status(418).reason == "Unknown")
    }
}
