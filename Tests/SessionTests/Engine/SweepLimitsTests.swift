import Catalog
import KubernetesCore
import Testing

@testable import Session

@Suite("How far a clean-up goes")
struct SweepLimitsTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let day = Duration.seconds(86_400)

    private func record(
        _ kind: FoundRecord.Kind, labels: [String: String] = ["temporary": "true"],
        age: Duration = .seconds(2 * 86_400), liveness: Liveness = .unknowable,
        effect: DeletionEffect = .none
    ) -> FoundRecord {
        FoundRecord(
            object: ObjectKey(
                group: "g.example.org", version: "v1", plural: "xs", kind: "X", namespace: "n",
                name: "x", uid: "u"),
            category: .query, key: "k", session: "s", kind: kind, liveness: liveness, user: nil,
            effect: effect, labels: labels, created: Self.now - age)
    }

    private func action(
        _ record: FoundRecord, _ limits: SweepLimits = SweepLimits(maxAge: Self.day),
        by rule: SweepRule = .expired
    ) -> SweepItem.Action {
        Sweep.item(for: record, by: rule, within: limits, now: Self.now).action
    }

    private func creation() -> FoundRecord.Kind {
        .creation(
            CreationRecord(
                session: "s", sequence: 1, name: "x", created: Self.now, window: .seconds(10)))
    }

    @Test("age counts for what is labelled temporary, made or labelled, but never for what lives")
    func age() {
        #expect(action(record(.labelled(deadline: nil))) == .delete)
        #expect(action(record(.labelled(deadline: nil), age: .seconds(60))) == .keep)
        #expect(action(record(.labelled(deadline: nil)), SweepLimits()) == .keep)
        #expect(action(record(.labelled(deadline: nil), labels: [:])) == .keep)
        #expect(action(record(creation())) == .delete)
        let alive = Liveness.alive(holder: "h", until: Self.now)
        #expect(action(record(creation(), liveness: alive)) == .keep)
        #expect(action(record(creation(), labels: [:])) == .keep)
        let change = ChangeRecord(session: "s", sequence: 1, uid: "u", created: "")
        #expect(action(record(.change(change))) == .keep)
    }

    @Test("labels protect, whatever else is true")
    func protection() {
        let labels = ["temporary": "true", "keep": "true"]
        let over = Liveness.expired(Self.now)
        #expect(action(record(.labelled(deadline: Self.now), labels: labels)) == .keep)
        #expect(action(record(creation(), labels: labels, liveness: over)) == .keep)
        let change = ChangeRecord(session: "s", sequence: 1, uid: "u", created: "")
        #expect(action(record(.change(change), labels: labels, liveness: over)) == .keep)
        #expect(action(record(.change(change), liveness: over)) == .restore)
        #expect(
            action(
                record(.labelled(deadline: Self.now), labels: labels),
                SweepLimits(protected: [:])) == .delete)
    }

    @Test("a selector narrows the age, and time can be left out of it")
    func selectors() throws {
        let limits = SweepLimits(
            takesExpired: false, maxAge: Self.day, aged: try LabelSelector.parse("team=a"))
        #expect(action(record(.labelled(deadline: Self.now)), limits) == .keep)
        let labels = ["temporary": "true", "team": "a"]
        #expect(action(record(.labelled(deadline: nil), labels: labels), limits) == .delete)
    }

    @Test("an effect outside is not caused by itself, and told as the only reason")
    func effects() {
        let outside = record(.labelled(deadline: nil), effect: .external("it goes"))
        let item = Sweep.item(
            for: outside, by: .expired, within: SweepLimits(maxAge: Self.day), now: Self.now)
        #expect(item.action == .keep)
        #expect(item.isHeldByEffect)
        #expect(item.reason.hasSuffix("but it goes"))
        #expect(
            action(outside, SweepLimits(maxAge: Self.day, acceptsEffects: true)) == .delete)
    }
}
