import HTTP
import Synchronization

/// A client certificate whose parts lie in files that someone may renew while we run.
///
/// The files are read again once a minute, and at once when the server does not take what they
/// held. A renewal that is not whole yet does not take away what still serves.
final class IdentityFiles: Sendable {
    /// How a part is known: its bytes, or the file that has them.
    enum Part: Sendable, Hashable {
        case bytes([UInt8])
        case file(path: String)
    }

    typealias Identity = TransportConfiguration.Identity

    static let period: Duration = .seconds(60)

    private let certificate: Part
    private let key: Part
    private let now: @Sendable () -> ContinuousClock.Instant
    private let kept: Mutex<(identity: Identity, at: ContinuousClock.Instant)>

    /// - Parameters:
    ///   - identity: what the parts hold now.
    ///   - certificate: where the certificate is.
    ///   - key: where its key is.
    ///   - now: the clock; tests bring their own.
    init(
        _ identity: Identity, certificate: Part, key: Part,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.certificate = certificate
        self.key = key
        self.now = now
        kept = Mutex((identity, now()))
    }

    /// The certificate that serves now.
    func current() -> Identity {
        let instant = now()
        let (identity, readAt) = kept.withLock { $0 }
        guard instant - readAt >= Self.period else { return identity }
        return read(at: instant)
    }

    /// Reads the files now; says whether they hold another certificate than before.
    func renew() -> Bool {
        let before = kept.withLock { $0.identity }
        return read(at: now()) != before
    }

    private func read(at instant: ContinuousClock.Instant) -> Identity {
        let fresh = Self.bytes(of: certificate, holds: "CERTIFICATE").flatMap { certificate in
            Self.bytes(of: key, holds: "PRIVATE KEY").map {
                Identity(certificate: certificate, key: $0)
            }
        }
        return kept.withLock { kept in
            kept = (fresh ?? kept.identity, instant)
            return kept.identity
        }
    }

    private static func bytes(of part: Part, holds label: String) -> [UInt8]? {
        switch part {
        case .bytes(let bytes): return bytes
        case .file(let path):
            guard case .success(let bytes) = ConfigurationFile.content(of: path),
                PEM.holds(label, bytes)
            else { return nil }
            return bytes
        }
    }
}
