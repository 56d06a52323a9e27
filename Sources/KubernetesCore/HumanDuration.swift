/// Spans of time as kubectl prints them in tables: two units at most, fewer the longer it is.
package enum HumanDuration {
    /// The text of a span; up to a second of negative span counts as clocks that disagree.
    package static func text(_ span: Duration) -> String {
        let seconds = span.components.seconds
        let minutes = seconds / 60
        let hours = seconds / 3600
        let days = hours / 24
        let years = days / 365
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if days < 8 { return pair(days, "d", hours % 24, "h") }
        if days < 2 * 365 { return "\(days)d" }
        if years < 8 { return pair(years, "y", days % 365, "d") }
        return "\(years)y"
    }

    private static func pair(_ first: Int64, _ a: String, _ second: Int64, _ b: String) -> String {
        second == 0 ? "\(first)\(a)" : "\(first)\(a)\(second)\(b)"
    }
}
