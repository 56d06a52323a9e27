/// What the lines of one shell share: the connection with everything learned over it, and the
/// session that holds their changes.
package final class ShellState: Sendable {
    package let access: ClusterAccess

    package init(access: ClusterAccess) { self.access = access }
}
