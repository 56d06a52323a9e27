package import KubernetesCore

extension KubernetesObject {
    /// Why somebody paused it: what a lasting pause left, of whichever program, or what stands
    /// beside the record of one that will be undone.
    package var pauseReason: String? {
        let found = annotations.sorted { $0.key < $1.key }
        let lasting = found.first { $0.key.hasSuffix("/paused-reason") }
        let passing = found.first {
            $0.key.hasPrefix("diagnostics.") && $0.key.hasSuffix("/reason")
        }
        return (lasting ?? passing)?.value
    }
}
