package import HTTP
import Synchronization

/// Who we are to an API server: gives the header fields that say so.
///
/// Client certificates are not here but in `TransportConfiguration.identity`, except those that a
/// credential plugin makes.
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
    private let now: @Sendable () -> ContinuousClock.Instant
    private let lastRead = Mutex<(token: String, at: ContinuousClock.Instant)?>(nil)

    /// How long a token from a file serves before the file is read again (kubectl's period).
    package static let tokenFilePeriod: Duration = .seconds(60)

    package init(
        _ proof: Proof = .none, impersonation: Impersonation? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.proof = proof
        self.impersonation = impersonation
        self.now = now
    }

    /// The fields for the next request: `Authorization` and `Impersonate-…`, where they apply.
    ///
    /// - Returns: the fields, perhaps none.
    /// - Throws: `CredentialsError` where a token file or a plugin gives nothing usable.
    package func headers() async throws(CredentialsError) -> HTTPHeaders {
        var headers = HTTPHeaders()
        switch proof {
        case .none: break
        case .token(let token): headers.add("Authorization", "Bearer \(token)")
        case .tokenFile(let path, let fallback):
            headers.add("Authorization", "Bearer \(try token(in: path, fallback: fallback))")
        case .basic(let user, let password):
            headers.add("Authorization", "Basic \(Base64.encode("\(user):\(password)".utf8))")
        case .plugin(let plugin):
            if let token = try await plugin.grant().token {
                headers.add("Authorization", "Bearer \(token)")
            }
        }
        addImpersonation(to: &headers)
        return headers
    }

    /// The certificate that a credential plugin gives, nil where there is none.
    package func identity() async throws(CredentialsError) -> TransportConfiguration.Identity? {
        guard case .plugin(let plugin) = proof else { return nil }
        return try await plugin.grant().identity
    }

    /// To be called when the server answered 401: whatever was kept is fetched anew.
    ///
    /// - Returns: whether another attempt may fare better.
    package func invalidate() async -> Bool {
        switch proof {
        case .tokenFile:
            lastRead.withLock { $0 = nil }
            return true
        case .plugin(let plugin):
            await plugin.forget()
            return true
        case .none, .token, .basic: return false
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
            if !token.isEmpty {
                lastRead.withLock { $0 = (token, instant) }
                return token
            }
            why = "it is empty"
        case .failure(let failure): why = failure.reason
        }
        // A renewal that fails does not take away what still serves.
        if let serving = kept?.token ?? fallback { return serving }
        throw CredentialsError("cannot read the token file \(path): \(why)")
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

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
