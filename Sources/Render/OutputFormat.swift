/// The formats that `-o` accepts.
package enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    case table
    case wide
    case json
    case yaml
    case name

    /// Whether the result is read by people, so that headings, ages and masks are in place.
    package var isForPeople: Bool {
        switch self {
        case .table, .wide: true
        case .json, .yaml, .name: false
        }
    }
}
