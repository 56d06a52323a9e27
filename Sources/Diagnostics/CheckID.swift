/// The checks of a diagnosis by names that stay: programs match on them.
///
/// The order is that of the report.
package enum CheckID: String, Sendable, Hashable, CaseIterable {
    /// The object is there.
    case exists
    /// What its own state says.
    case state
    /// The API has what the spec asks for.
    case drift
    /// What the API answered last, as the status keeps it.
    case apiResponse = "api-response"
    /// How long the API takes to answer now.
    case responseTime = "response-time"
    /// When somebody last changed the spec.
    case modified
    /// What we may do with objects of the kind.
    case access
    /// Somebody carries specs to the API.
    case operatorAlive = "operator"
    /// It looks at this namespace and these labels.
    case operatorScope = "operator-scope"
    /// It has seen the latest spec.
    case generation
    /// It has read the API within the interval.
    case freshness
    /// A difference does not come back.
    case flapping
    /// Every endpoint of a fan-out answered.
    case endpoints
    /// The target can be resolved.
    case target
    /// The pods of the target are ready.
    case pods
    /// The interval can be read by the operator, here and in all objects of the kind.
    case interval
    case paused
    /// It does not hang in a state that it cannot leave.
    case stuck
    /// Its deletion gets on.
    case deletion
    /// A temporary change ended in time.
    case timeToLive = "ttl"
    /// Whose child it is.
    case owner
    /// No other object writes to the same object of the API.
    case rivals
    /// What an action sends is there.
    case dataSource = "data-source"
    /// What an aggregate or a bundle looks at.
    case members
    case computedValues = "computed-values"
}
