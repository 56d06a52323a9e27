import Documents
package import KubernetesCore

/// The Lease that a generated operator holds while it works.
package struct FoundLease: Sendable, Hashable {
    /// Where a Lease does not say how long it holds.
    private static let usualDuration = Int64(15)

    package var namespace: String
    package var name: String
    package var holder: String
    /// When the present holder got it.
    package var acquired: Timestamp?
    package var renewed: Timestamp?
    package var duration: Duration
    /// Whether it is known that no other namespace has one of that name.
    package var isOnly = false

    package init(_ object: KubernetesObject) {
        namespace = object.namespace ?? ""
        name = object.name
        holder = object.spec["holderIdentity"]?.stringValue ?? ""
        acquired = object.spec["acquireTime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        renewed = object.spec["renewTime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        duration = .seconds(
            object.spec["leaseDurationSeconds"]?.integerValue ?? Self.usualDuration)
    }

    /// Whether somebody holds it now, give or take one renewal.
    package func isHeld(at now: Timestamp) -> Bool {
        guard !holder.isEmpty, let renewed else { return false }
        return now - renewed <= duration * 2
    }

    package func text(at now: Timestamp) -> String {
        let place = "Lease \(namespace)/\(name)"
        guard !holder.isEmpty else { return "\(place), held by nobody" }
        let age = renewed.map { ", renewed \($0.age(until: now)) ago" } ?? ""
        return "\(place), held by \(holder)\(age)"
    }
}
