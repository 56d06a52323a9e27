import Catalog
import Documents
import KubernetesCore
import Session
import Testing

@testable import Controller

@Suite("What the cleanup controller does with an object now")
struct CleanupPlanTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let past = now - .seconds(60)
    private static let future = now + .seconds(60)
    private static let everything = CleanupPolicy(
        namespace: "n", name: "all", limits: SweepLimits(maxAge: .seconds(3_600)))

    private static let query = ChangeTarget(
        type: ResourceType(
            group: "shop.example.org", version: "v1", plural: "stockqueries", kind: "StockQuery"),
        category: .query)

    /// An object of the past hour, unless it is told otherwise.
    private func object(
        _ labels: [String: String], annotations: [String: String] = [:],
        made: Timestamp = now - .seconds(600)
    ) -> KubernetesObject {
        var object = KubernetesObject(Self.query.type, namespace: "n", name: "x", spec: [:])
        object.metadata["uid"] = "u"
        object.metadata["creationTimestamp"] = .string(made.rfc3339)
        object.labels = labels
        for (name, value) in annotations {
            object.annotations["diagnostics.example.org/\(name)"] = value
        }
        return object
    }

    private func changed(
        until deadline: Timestamp, labels: [String: String] = [:]
    ) -> KubernetesObject {
        let record = ChangeRecord(
            session: "s", sequence: 1, uid: "u", created: Self.past.rfc3339, deadline: deadline)
        return object(
            labels.merging(["diagnostic-session": "s", "temporary-change": "true"]) { $1 },
            annotations: [
                "original-state.s-1": record.text, "ttl": deadline.rfc3339,
            ])
    }

    private func made(
        until deadline: Timestamp?, labels: [String: String] = [:],
        at made: Timestamp = now - .seconds(600)
    ) -> KubernetesObject {
        let record = CreationRecord(
            session: "s", sequence: 1, name: "x", created: made, window: .seconds(10),
            deadline: deadline, hasLease: true)
        return object(
            labels.merging(["diagnostic-session": "s", "temporary": "true"]) { $1 },
            annotations: ["creation.s-1": record.text], made: made)
    }

    private func found(
        _ object: KubernetesObject, leases: [SessionLease]? = []
    ) -> SearchResult {
        SessionSearch.result(of: [(Self.query, object)], leases: leases, now: Self.now)
    }

    private func actions(
        _ object: KubernetesObject, _ policies: [CleanupPolicy]?, leases: [SessionLease]? = []
    ) -> [SweepItem.Action] {
        CleanupPlan.items(of: found(object, leases: leases), by: policies).map(\.action)
    }

    @Test("what sessions recorded ends at its time, without any policy")
    func promises() {
        #expect(actions(changed(until: Self.past), []) == [.restore])
        #expect(actions(changed(until: Self.future), []) == [.keep])
        #expect(actions(made(until: Self.past), []) == [.delete])
        #expect(actions(made(until: Self.future), []) == [.keep])
    }

    @Test("a change is restored and never deleted, whatever labels, age and policy say")
    func neverDeleted() {
        let old = changed(until: Self.past, labels: ["temporary": "true"])
        #expect(actions(old, [Self.everything]) == [.restore])
        let pending = changed(until: Self.future, labels: ["temporary": "true"])
        #expect(actions(pending, [Self.everything]) == [.keep])
        let bare = object(
            ["temporary": "true", "temporary-change": "true"],
            annotations: ["ttl": Self.past.rfc3339], made: Self.now - .seconds(86_400))
        #expect(actions(bare, [Self.everything]).allSatisfy { $0 == .keep })
    }

    @Test("what was only labelled goes where a policy of its own namespace says so")
    func labelled() {
        let over = object(["temporary": "true"], annotations: ["ttl": Self.past.rfc3339])
        #expect(actions(over, []) == [.keep])
        #expect(actions(over, [Self.everything]) == [.delete])
        var elsewhere = Self.everything
        elsewhere.namespace = "m"
        #expect(actions(over, [elsewhere]) == [.keep])
        let silent = CleanupPolicy(
            namespace: "n", name: "silent", limits: SweepLimits(takesExpired: false))
        #expect(actions(over, [silent]) == [.keep])
        let old = object(["temporary": "true"], made: Self.now - .seconds(7_200))
        #expect(actions(old, [Self.everything]) == [.delete])
        #expect(actions(object(["temporary": "true"]), [Self.everything]) == [.keep])
        #expect(actions(object(["purpose": "diagnostics"]), [Self.everything]).isEmpty)
    }

    @Test("keep=true and what any policy of the namespace excludes are left alone")
    func exclusions() {
        let excluding = CleanupPolicy(
            namespace: "n", name: "b", limits: SweepLimits(takesExpired: false),
            excluded: ["team": "a"], problem: "broken")
        for labels in [["keep": "true"], ["team": "a"]] {
            let policies = [Self.everything, excluding]
            #expect(actions(changed(until: Self.past, labels: labels), policies) == [.keep])
            #expect(actions(made(until: Self.past, labels: labels), policies) == [.keep])
            let over = object(
                labels.merging(["temporary": "true"]) { $1 },
                annotations: ["ttl": Self.past.rfc3339])
            #expect(actions(over, policies) == [.keep])
        }
    }

    @Test("age is no reason against a session that lives, or may live")
    func living() {
        let old = made(until: nil, at: Self.now - .seconds(7_200))
        let lease = SessionLease(
            name: "petstore-cli-s", namespace: "n", holder: "h", renewed: Self.past,
            duration: .seconds(120))
        #expect(actions(old, [Self.everything], leases: [lease]) == [.keep])
        #expect(actions(old, [Self.everything], leases: []) == [.delete])
        #expect(actions(old, [Self.everything], leases: nil) == [.keep])
    }

    @Test("while the policies are not known, everything is kept")
    func unknownPolicies() {
        #expect(actions(changed(until: Self.past), nil) == [.keep])
        #expect(actions(made(until: Self.past), nil) == [.keep])
    }

    @Test("the next time is the earliest deadline or age that is to come")
    func nextTime() {
        let pending = found(changed(until: Self.future))
        #expect(CleanupPlan.nextTime(of: pending, by: []) == Self.future)
        let young = found(object(["temporary": "true"]))
        #expect(CleanupPlan.nextTime(of: young, by: []) == nil)
        #expect(
            CleanupPlan.nextTime(of: young, by: [Self.everything])
                == Self.now + .seconds(3_600 - 600))
        #expect(CleanupPlan.nextTime(of: found(changed(until: Self.past)), by: []) == nil)
    }

    @Test("what was done is not done again while the watches lag; failures wait ever longer")
    func attempts() throws {
        let items = CleanupPlan.items(of: found(changed(until: Self.past)), by: [])
        let item = try #require(items.first)
        var book = AttemptBook()
        #expect(book.due(items, at: Self.now) == items)
        book.note(item, isDone: true, at: Self.now)
        #expect(book.due(items, at: Self.now + .seconds(59)).isEmpty)
        #expect(book.due(items, at: Self.now + .seconds(60)) == items)
        var pauses: [Duration] = []
        for _ in 1...10 {
            book.note(item, isDone: false, at: Self.now)
            pauses.append(try #require(book.nextTime(after: Self.now)) - Self.now)
        }
        #expect(pauses.first == .seconds(2))
        #expect(pauses == pauses.sorted())
        #expect(pauses.last == .seconds(300))
        // Out of sight, out of the book.
        #expect(book.due([], at: Self.now).isEmpty)
        #expect(book.nextTime(after: Self.now) == nil)
        #expect(book.due(items, at: Self.now) == items)
    }

    @Test("the Lease is free when nobody, the dead or we ourselves hold it")
    func lease() {
        func holder(_ name: String, _ renewed: Timestamp) -> String? {
            LeaderLease.holder(
                of: SessionLease(
                    name: "l", namespace: "n", holder: name, renewed: renewed,
                    duration: .seconds(30)),
                besides: "me", at: Self.now)
        }
        #expect(LeaderLease.holder(of: nil, besides: "me", at: Self.now) == nil)
        #expect(holder("other", Self.now - .seconds(29)) == "other")
        #expect(holder("other", Self.now - .seconds(31)) == nil)
        #expect(holder("me", Self.now) == nil)
        #expect(holder("", Self.now) == nil)
    }
}
