import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Diagnostics

@Suite("A check that could not run says so")
struct EvidenceTests {
    private func diagnosis(
        _ object: KubernetesObject, _ change: (inout Evidence) -> Void = { _ in }
    ) -> Diagnosis {
        var evidence = Evidence(object, kind: Things.kind(.resource), now: Things.now)
        change(&evidence)
        return Diagnosis(evidence)
    }

    /// So many pods that run.
    private static func pods(_ count: Int) -> [FoundWorkload.Pod] {
        (0..<count).map { number in
            FoundWorkload.Pod(
                KubernetesObject([
                    "metadata": ["name": .string("p-\(number)")],
                    "status": ["phase": "Running", "podIP": "10.0.0.1"],
                ]))
        }
    }

    private let healthy = Things.synced(["a": 1], ["a": 1])

    @Test("nothing that was not looked at passes")
    func nothingKnown() {
        let diagnosis = diagnosis(healthy)
        for check in [CheckID.responseTime, .access, .target, .pods, .rivals] {
            #expect(diagnosis.finding(check)?.severity == .skip, "\(check)")
        }
        #expect(diagnosis.finding(.state)?.severity == .ok)
        #expect(diagnosis.finding(.operatorAlive)?.severity == .fail)
    }

    @Test("who writes statuses is alive, Lease or not; a Lease that ran out is no life")
    func operatorAlive() throws {
        func severity(_ lease: JSONValue?, written: Duration) -> Severity? {
            diagnosis(healthy) { evidence in
                evidence.operators.lastStatusWrite = Things.now - written
                evidence.operators.lease = lease.map {
                    FoundLease(KubernetesObject(["metadata": ["name": "l"], "spec": $0]))
                }
            }.finding(.operatorAlive)?.severity
        }
        #expect(severity(nil, written: .seconds(20)) == .ok)
        #expect(severity(nil, written: .seconds(2000)) == .fail)
        let fresh: JSONValue = ["holderIdentity": "x", "renewTime": "2026-01-31T11:59:55Z"]
        let old: JSONValue = ["holderIdentity": "x", "renewTime": "2026-01-31T10:00:00Z"]
        let released: JSONValue = ["holderIdentity": "", "renewTime": "2026-01-31T11:59:30Z"]
        #expect(severity(fresh, written: .seconds(2000)) == .ok)
        #expect(severity(old, written: .seconds(2000)) == .fail)
        #expect(severity(old, written: .seconds(20)) == .ok)
        #expect(severity(released, written: .seconds(40)) == .fail)
    }

    @Test("answers are judged by their time and status, the slowest of all counts")
    func responseTime() {
        func finding(_ outcomes: [MeasuredAnswer.Outcome]) -> Finding? {
            diagnosis(healthy) { evidence in
                evidence.answers = .known(
                    outcomes.enumerated().map {
                        MeasuredAnswer(pod: "p-\($0.offset)", path: "/", outcome: $0.element)
                    })
            }.finding(.responseTime)
        }
        let quick = MeasuredAnswer.Outcome.answered(200, after: .milliseconds(45))
        #expect(finding([quick])?.summary == "Response time: 45ms")
        #expect(finding([quick, .answered(200, after: .milliseconds(2150))])?.severity == .warn)
        #expect(
            finding([quick, .answered(200, after: .milliseconds(2150))])?.summary
                == "Response time: 2.1s (slowest of 2: p-1) is slow")
        let broken = finding([.answered(503, after: .milliseconds(5))])
        #expect(broken?.severity == .warn)
        #expect(broken?.summary == "Response time: 5ms, but p-0 answers 503")
        #expect(broken?.next.map(\.words) == [["logs", "p-0"]])
        let silent = finding([quick, .unreachable("refused")])
        #expect(silent?.cause == "refused" && silent?.next.first?.words.first == "describe")
        #expect(silent?.summary.hasSuffix("p-0), but p-1 cannot be reached") == true)
        let two = finding([quick, .unreachable("refused"), .answered(500, after: .seconds(2))])
        #expect(
            two?.summary == "Response time: 2.0s (slowest of 3: p-2), but 2 of 3 pods fail")
        #expect(two?.cause == "p-1 cannot be reached: refused; p-2 answers 500")
        #expect(finding([.unreachable("refused")])?.severity == .fail)
        #expect(finding([.forbidden])?.severity == .skip)
    }

    @Test("a slow pod is looked into, and what all share where all are slow")
    func slow() {
        func finding(
            _ own: [Int], others: [Int] = [], pods: Int = 3
        ) -> Finding? {
            func answers(_ times: [Int], from first: Int) -> [MeasuredAnswer] {
                times.enumerated().map { index, time in
                    MeasuredAnswer(
                        pod: "p-\(first + index)", path: "/",
                        outcome: .answered(200, after: .milliseconds(time)))
                }
            }
            return diagnosis(Things.synced(["id": 1], ["id": 1])) { evidence in
                evidence.servingPods = Self.pods(pods)
                evidence.answers = .known(answers(own, from: 0))
                evidence.otherAnswers = answers(others, from: own.count)
            }.finding(.responseTime)
        }
        let effect = "from a second on the operator reads every object without a pause"
        let one = finding([1300], others: [4, 7])
        #expect(one?.severity == .warn && one?.summary == "Response time: 1.3s is slow")
        #expect(
            one?.cause == "the other 2 pods answer within 7ms, so it is p-0 alone; \(effect)")
        #expect(
            one?.next.map(\.words) == [
                ["describe", "pod", "p-0"], ["logs", "p-0"],
                ["compare", "thing", "one", "--across-pods"], ["targets"],
            ])
        #expect(one?.next.map(\.program) == ["kubectl", "kubectl", nil, nil])
        let two = finding([1300, 2100, 5])
        #expect(two?.summary == "Response time: 2.1s (slowest of 3: p-1) is slow")
        #expect(two?.cause == "p-2 answers within 5ms, so it is 2 pods alone; \(effect)")
        let all = finding([1300], others: [1200, 1400])
        #expect(all?.cause == "all 3 pods are, so look behind what they share; \(effect)")
        #expect(all?.next.map { $0.words[0] } == ["health-check", "targets", "logs"])
        #expect(finding([1300], pods: 1)?.cause == effect)
    }

    @Test("pods beside those of the target are only asked to compare with")
    func others() {
        var evidence = Evidence(healthy, kind: Things.kind(.resource), now: Things.now)
        let pods = Self.pods(3)
        evidence.stage = .known(Stage(namespace: "default", workloads: [], pods: pods))
        evidence.object.spec["target"] = ["pod": "p-1"]
        evidence.servingPods = pods
        let plan = ProbePlan(evidence)
        #expect(plan.pods.map(\.name) == ["p-1"] && plan.others.map(\.name) == ["p-0", "p-2"])
    }

    @Test("what could not be measured says what was tried, why not, and what helps")
    func unmeasured() {
        func diagnosis(_ outcome: MeasuredAnswer.Outcome, pods: Int) -> Diagnosis {
            self.diagnosis(Things.synced(["id": 1], ["id": 1])) { evidence in
                let pod = FoundWorkload.Pod(
                    KubernetesObject([
                        "metadata": ["name": "p-0"], "status": ["podIP": "127.0.0.1"],
                    ]))
                evidence.stage = .known(Stage(namespace: "default", workloads: [], pods: [pod]))
                evidence.servingPods = Self.pods(pods)
                evidence.operators.lastStatusWrite = Things.now
                evidence.answers = .known([
                    MeasuredAnswer(pod: "p-0", path: "/", outcome: outcome)
                ])
            }
        }
        let refused = diagnosis(.notPassedOn("address not allowed"), pods: 2)
        let finding = refused.finding(.responseTime)
        #expect(finding?.severity == .skip)
        #expect(
            finding?.summary == "Response time not measured: the API server refused to ask p-0 "
                + "for us (address not allowed)")
        #expect(finding?.cause?.hasSuffix("and the pod's is 127.0.0.1") == true)
        #expect(finding?.next.map(\.words) == [["compare", "thing", "one", "--across-pods"]])
        // It is proposed, though a check that was skipped is no trouble.
        #expect(refused.remedies.last?.words.first == "compare")
        #expect(diagnosis(.notPassedOn("no"), pods: 1).finding(.responseTime)?.next.isEmpty == true)
        let forbidden = diagnosis(.forbidden, pods: 2).finding(.responseTime)
        #expect(forbidden?.summary.hasSuffix("pods/proxy in namespace default") == true)
        #expect(forbidden?.next.map(\.words) == [["generate", "rbac"]])
    }

    @Test("a path that a status names is asked for only where it stays below the pod")
    func probePath() {
        func path(_ url: String) -> String? {
            var object = healthy
            object.status["state"] = "Failed"
            object.status["message"] = .string("API returned 500: no (GET \(url))")
            var evidence = Evidence(object, kind: Things.kind(.resource), now: Things.now)
            let pod = KubernetesObject([
                "metadata": ["name": "p-0"],
                "status": ["phase": "Running", "podIP": "10.0.0.1"],
            ])
            evidence.object.spec["target"] = ["pod": "p-0"]
            evidence.stage = .known(
                Stage(namespace: "default", workloads: [], pods: [FoundWorkload.Pod(pod)]))
            return ProbePlan(evidence).pods.first?.path
        }
        #expect(path("http://10.0.0.1:8080/api/v3/pet/123?x=1") == "/api/v3/pet/123")
        for url in [
            "http://h/../../secrets", "http://h/%2e%2e/secrets", "http://h/a\u{1B}b", "http://h",
        ] { #expect(path(url) == "/", "\(url)") }
    }

    @Test("remedies come once, those of the worst findings first")
    func remedies() {
        var object = healthy
        object.status["state"] = "Failed"
        object.status["message"] = "API returned 500: no (GET http://h/1)"
        let words = diagnosis(object) { $0.operators.lastStatusWrite = Things.now }
            .remedies.map { $0.words.joined(separator: " ") }
        #expect(words.first == "refresh thing one")
        #expect(Set(words).count == words.count)
    }

    @Test(
        "the first remedy of a call that failed tells most",
        arguments: [
            ("API returned 500: no (GET http://h/1)", "compare"),
            ("GET http://h/1: connection refused", "compare"),
            ("GET http://h/1: no answer within 30s", "compare"),
            ("API returned 422: no (PUT http://h/1)", "describe"),
            ("pod with ordinal 2 not found", "targets"), ("nobody knows", "refresh"),
        ])
    func firstRemedy(message: String, verb: String) {
        var object = Things.synced(["id": 1], ["id": 1])
        object.status["state"] = "Failed"
        object.status["message"] = .string(message)
        func first(_ pods: Int, _ change: (inout Evidence) -> Void = { _ in }) -> Remedy? {
            diagnosis(object) { evidence in
                evidence.servingPods = Self.pods(pods)
                evidence.operators.lastStatusWrite = Things.now
                change(&evidence)
            }.remedies.first
        }
        #expect(first(3)?.words.first == verb)
        #expect(first(1)?.words.first == (verb == "compare" ? "refresh" : verb))
        // Where no operator runs, nothing that it would have to do is proposed.
        let dead = first(3) { $0.operators.lastStatusWrite = Things.now - .seconds(5000) }
        #expect(dead?.words == ["init"])
        object.spec = [:]
        #expect(first(3)?.words.first == (verb == "compare" ? "refresh" : verb))
    }

    @Test("a secret never stands in a finding")
    func secrets() {
        let object = Things.synced(
            ["pin": "hunter2", "apiToken": "a1"], ["pin": "x9", "apiToken": "b2"])
        let texts = diagnosis(object).findings.map { $0.summary + ($0.cause ?? "") }.joined()
        #expect(texts.contains("********"))
        for secret in ["hunter2", "x9", "a1", "b2"] { #expect(!texts.contains(secret)) }
    }

    @Test("a bundle that syncs is no failure, one whose child is frozen is a warning for the child")
    func owners() {
        var object = healthy
        object.ownerReferences = [
            OwnerReference(
                apiVersion: "g.example.com/v1", kind: "Bundle", name: "b", uid: "u2",
                isController: true)
        ]
        #expect(diagnosis(object).finding(.owner)?.severity == .ok)
        object.spec["paused"] = true
        #expect(diagnosis(object).finding(.owner)?.severity == .warn)
    }
}
