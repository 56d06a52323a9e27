package import HTTP
import Synchronization

/// Who we are to an API server: gives the header fields that say so.
///
/// Client certificates are not here but in `TransportConfiguration.identity`, except those that
/// may change while we run: a credential plugin's, and those in files.
package final class Credentials: Sendable {
    /// How a request proves its sender.
    package enum Proof: Sendable {
        /// Nothing in the request: a certificate in the connection, or anonymous.
        case none
        case token(String)
        /// A file that holds a token which someone renews; read again once a minute.
        case tokenFile(path: String, fallback: String?)
        case basic(user: String, password: String)
        case plugin(CredentialPlugin)
    }

    /// As whom the request shall act.
    package struct Impersonation: Sendable, Hashable {
        package var user: String
        package var uid: String?
        package var groups: [String]
        package var extra: [Extra]

        /// One `Impersonate-Extra-…` field and its values.
        package struct Extra: Sendable, Hashable {
            package var name: String
            package var values: [String]

            package init(name: String, values: [String]) {
                self.name = name
                self.values = values
            }
        }

        package init(
            user: String, uid: String? = nil, groups: [String] = [], extra: [Extra] = []
        ) {
            self.user = user
            self.uid = uid
            self.groups = groups
            self.extra = extra
        }
    }

    package let proof: Proof
    package let impersonation: Impersonation?
    private let identityFiles: IdentityFiles?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let lastRead = Mutex<(token: String, at: ContinuousClock.Instant)?>(nil)

    /// How long a token from a file serves before the file is read again (kubectl's period).
    package static let tokenFilePeriod: Duration = .seconds(60)

    package convenience init(
        _ proof: Proof = .none, impersonation: Impersonation? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.init(proof, impersonation: impersonation, identityFiles: nil, now: now)
    }

    init(
        _ proof: Proof, impersonation: Impersonation?, identityFiles: IdentityFiles?,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.proof = proof
        self.impersonation = impersonation
        self.identityFiles = identityFiles
        self.now = now
    }

    /// What one request carries, and which run of a plugin it is from.
    package struct Fields: Sendable, Hashable {
        package var headers: HTTPHeaders
        fileprivate var serial: Int?
    }

    /// The fields for the next request: `Authorization` and `Impersonate-…`, where they apply.
    ///
    /// - Returns: the fields, perhaps none.
    /// - Throws: `CredentialsError` where a token file or a plugin gives nothing usable.
    package func headers() async throws(CredentialsError) -> HTTPHeaders {
        try await fields().headers
    }

    /// The same, in a form that `invalidate(_:)` takes back.
    package func fields() async throws(CredentialsError) -> Fields {
        var headers = HTTPHeaders()
        var serial: Int?
        switch proof {
        case .none: break
        case .token(let token): headers.add("Authorization", "Bearer \(token)")
        case .tokenFile(let path, let fallback):
            headers.add("Authorization", "Bearer \(try token(in: path, fallback: fallback))")
        case .basic(let user, let password):
            headers.add("Authorization", "Basic \(Base64.encode("\(user):\(password)".utf8))")
        case .plugin(let plugin):
            let grant = try await plugin.grant()
            serial = grant.serial
            if let token = grant.token { headers.add("Authorization", "Bearer \(token)") }
        }
        addImpersonation(to: &headers)
        return Fields(headers: headers, serial: serial)
    }

    /// The certificate that a credential plugin gives or that its files hold now, nil where there
    /// is neither.
    package func identity() async throws(CredentialsError) -> TransportConfiguration.Identity? {
        guard case .plugin(let plugin) = proof else { return identityFiles?.current() }
        return try await plugin.grant().identity
    }

    /// Whether `identity()` may change.
    var renewsIdentity: Bool {
        if case .plugin = proof { return true }
        return identityFiles != nil
    }

    /// Reads a certificate's files again; says whether they hold another one than before.
    func renewIdentity() -> Bool { identityFiles?.renew() ?? false }

    /// To be called when the server answered 401: whatever was kept is fetched anew.
    ///
    /// - Parameter fields: what the refused request carried; a plugin that has run again since
    ///   then is not run once more.
    /// - Returns: whether another attempt may fare better.
    package func invalidate(_ fields: Fields? = nil) async -> Bool {
        switch proof {
        case .tokenFile:
            lastRead.withLock { $0 = nil }
            return true
        case .plugin(let plugin):
            await plugin.forget(fields?.serial)
            return true
        case .none, .token, .basic: return renewIdentity()
        }
    }

    private func token(
        in path: String, fallback: String?
    ) throws(CredentialsError) -> String {
        let instant = now()
        let kept = lastRead.withLock { $0 }
        if let kept, instant - kept.at < Self.tokenFilePeriod { return kept.token }
        let why: String
        switch ConfigurationFile.content(of: path) {
        case .success(let bytes):
            let token = String(decoding: bytes, as: UTF8.self).trimmed
            if !token.isEmpty, Self.isSound(token) {
                lastRead.withLock { $0 = (token, instant) }
                return token
            }
            why = token.isEmpty ? "it is empty" : "it holds a blank or a control character"
        case .failure(let failure): why = failure.reason
        }
        // A renewal that fails does not take away what still serves.
        if let serving = kept?.token ?? fallback { return serving }
        throw CredentialsError("cannot read the token file \(path): \(why)")
    }

    /// Whether a token may stand in a header field.
    static func isSound(_ token: String) -> Bool {
        token.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private func addImpersonation(to headers: inout HTTPHeaders) {
        guard let impersonation else { return }
        headers.add("Impersonate-User", impersonation.user)
        if let uid = impersonation.uid { headers.add("Impersonate-Uid", uid) }
        for group in impersonation.groups { headers.add("Impersonate-Group", group) }
        for extra in impersonation.extra {
            for value in extra.values {
                headers.add("Impersonate-Extra-\(Self.fieldName(extra.name))", value)
            }
        }
    }

    /// Percent-encodes what may not stand in a field's name, as client-go does.
    static func fieldName(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: name.unicodeScalars.append(.init(byte))
            case _ where "!#$&'*+-.^_`|~".utf8.contains(byte):
                name.unicodeScalars.append(.init(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                name += "%" + (digits.count == 1 ? "0" + digits : digits)
            }
        }
        return name
    }
}

/// Why no credentials could be had; never holds one.
package struct CredentialsError: Error, Sendable, Hashable {
    /// One line for people.
    package var message: String
    /// What to do about it, where that is known (a plugin's install hint).
    package var hint: String?
    /// Whether nothing is wrong but that the task was cancelled.
    package var isCancellation: Bool

    package init(_ message: String, hint: String? = nil, isCancellation: Bool = false) {
        self.message = message
        self.hint = hint
        self.isCancellation = isCancellation
    }
}
