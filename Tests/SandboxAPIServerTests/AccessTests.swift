import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct AccessTests {
    @Test func whatIsForbiddenIsRefusedAndSaidBeforehand() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        cluster.server.policy = .forbidding(verbs: ["patch"], resource: "gizmos")
        let reply = try await cluster.merge(Cluster.gizmos + "/a", ["spec": ["colour": "blue"]])
        #expect(reply.status == 403 && reply.reason == "Forbidden")
        #expect(
            reply.message
                == #"gizmos.shop.example.com "a" is forbidden: User "sandbox-user" cannot patch resource "gizmos" in API group "shop.example.com" in the namespace "default""#
        )
        func canI(_ verb: String) async throws -> JSONValue? {
            let review: JSONValue = [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": [
                    "resourceAttributes": [
                        "namespace": "default", "verb": .string(verb),
                        "group": "shop.example.com", "resource": "gizmos",
                    ]
                ],
            ]
            let reply = try await cluster.send(
                .post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
            #expect(reply.status == 201)
            return reply.json["status", "allowed"]
        }
        #expect(try await canI("patch") == false)
        #expect(try await canI("get") == true)
        cluster.server.policy = .open
        #expect(try await canI("patch") == true)
    }

    @Test func impersonationNamesTheUser() async throws {
        let cluster = try await Cluster()
        cluster.server.policy = AccessPolicy { $0.requester.name == "jane" ? "not today" : nil }
        let reply = try await cluster.send(
            .get, Cluster.gizmos, headers: ["Impersonate-User": "jane"])
        #expect(
            reply.message
                == #"gizmos.shop.example.com is forbidden: User "jane" cannot list resource "gizmos" in API group "shop.example.com" in the namespace "default": not today"#
        )
        #expect(try await cluster.send(.get, Cluster.gizmos).status == 200)
    }

    @Test func whoIsNobodyIsRefused() async throws {
        var settings = APIServer.Settings()
        settings.authenticate = { headers in
            headers["Authorization"] == "Bearer good" ? Requester(name: "x") : nil
        }
        let transport = InProcessTransport(APIServer(settings))
        let url = "http://sandbox.invalid/api/v1/pods"
        let refused = try await transport.send(HTTPRequest(.get, url))
        #expect(refused.status == 401)
        let served = try await transport.send(
            HTTPRequest(.get, url, headers: ["Authorization": "Bearer good"]))
        #expect(served.status == 200)
    }
}
