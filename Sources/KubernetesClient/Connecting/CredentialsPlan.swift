import HTTP

/// From what a user's entry says to credentials; what contradicts itself is an error.
struct CredentialsPlan {
    var user: UserEntry

    /// The client certificate as it is now.
    func identity() throws(KubeconfigError) -> TransportConfiguration.Identity? {
        let certificate = try part(
            data: user.certificateData, path: user.certificatePath, key: "client-certificate",
            holds: "CERTIFICATE")
        let key = try part(
            data: user.keyData, path: user.keyPath, key: "client-key", holds: "PRIVATE KEY")
        switch (certificate, key) {
        case (let certificate?, let key?): return .init(certificate: certificate, key: key)
        case (nil, nil): return nil
        case (.some, nil):
            throw KubeconfigError(
                .invalid, "\(user.place): client-certificate is given without client-key")
        case (nil, .some):
            throw KubeconfigError(
                .invalid, "\(user.place): client-key is given without client-certificate")
        }
    }

    private func part(
        data: [UInt8]?, path: String?, key: String, holds label: String
    ) throws(KubeconfigError) -> [UInt8]? {
        switch (data, path) {
        case (.some, .some):
            throw KubeconfigError(
                .invalid, "\(user.place): \(key) and \(key)-data are both given")
        case (let data?, nil):
            return try PEM.checked(data, holds: label, "\(user.place).\(key)-data")
        case (nil, let path?): return try PEM.read(path, holds: label, "\(user.place).\(key)")
        case (nil, nil): return nil
        }
    }

    /// The files to read that certificate from again, nil where it came in no file.
    private func identityFiles() throws(KubeconfigError) -> IdentityFiles? {
        guard user.certificatePath != nil || user.keyPath != nil, let identity = try identity()
        else { return nil }
        return IdentityFiles(
            identity,
            certificate: user.certificatePath.map { .file(path: $0) }
                ?? .bytes(identity.certificate),
            key: user.keyPath.map { .file(path: $0) } ?? .bytes(identity.key))
    }

    /// What proves who we are.
    ///
    /// - Parameters:
    ///   - pluginRunner: runs credential plugins; nil: a user who needs one is refused.
    ///   - cluster: what a plugin is told.
    ///   - isSecure: over plain HTTP nothing secret is sent, and no plugin is run, as in kubectl.
    /// - Returns: the credentials; no plugin has run yet.
    /// - Throws: `KubeconfigError`, naming file and key.
    func credentials(
        pluginRunner: (any PluginRunner)?, cluster: PluginCluster, isSecure: Bool
    ) throws(KubeconfigError) -> Credentials {
        if let place = user.providerPlace {
            throw KubeconfigError(
                .invalid, "\(place): auth providers are no longer supported by Kubernetes",
                hint: "replace it with an exec credential plugin")
        }
        let proof = try proof(pluginRunner: pluginRunner, cluster: cluster)
        let impersonation = try impersonation()
        guard isSecure else { return Credentials(.none, impersonation: impersonation) }
        return Credentials(
            proof, impersonation: impersonation, identityFiles: try identityFiles())
    }

    private func proof(
        pluginRunner: (any PluginRunner)?, cluster: PluginCluster
    ) throws(KubeconfigError) -> Credentials.Proof {
        let hasToken = user.token != nil || user.tokenPath != nil
        let hasPassword = user.username != nil || user.password != nil
        guard !(hasToken && hasPassword) else {
            throw KubeconfigError(
                .invalid, "\(user.place): a token and a user name are both given")
        }
        if let token = user.token {
            try check(token, key: "token")
            if user.tokenPath == nil { return .token(token) }
        }
        if let path = user.tokenPath { return .tokenFile(path: path, fallback: user.token) }
        if hasPassword {
            return .basic(user: user.username ?? "", password: user.password ?? "")
        }
        // What is said outright wins over a plugin.
        guard let node = user.plugin, user.certificateData == nil, user.certificatePath == nil
        else { return .none }
        let command = try PluginCommand(node, cluster: cluster)
        guard let pluginRunner else {
            throw KubeconfigError(
                .invalid, "\(node.place): credential plugins cannot be run here")
        }
        return .plugin(CredentialPlugin(command, runner: pluginRunner))
    }

    private func check(_ token: String, key: String) throws(KubeconfigError) {
        guard Credentials.isSound(token) else {
            throw KubeconfigError(
                .invalid, "\(user.place).\(key): holds a blank or a control character")
        }
    }

    private func impersonation() throws(KubeconfigError) -> Credentials.Impersonation? {
        guard let asUser = user.asUser else {
            guard user.asUID == nil, user.asGroups.isEmpty, user.asExtra.isEmpty else {
                throw KubeconfigError(
                    .invalid, "\(user.place): a group or UID to act as needs a user to act as")
            }
            return nil
        }
        return .init(
            user: asUser, uid: user.asUID, groups: user.asGroups, extra: user.asExtra)
    }
}

/// Certificates and keys in text form (RFC 7468); looked at just enough to name the file that is
/// wrong.
enum PEM {
    static func read(
        _ path: String, holds label: String, _ place: String
    ) throws(KubeconfigError) -> [UInt8] {
        switch ConfigurationFile.content(of: path) {
        case .success(let bytes): return try checked(bytes, holds: label, "\(place) \(path)")
        case .failure(let failure):
            throw KubeconfigError(
                .unreadable, "\(place): cannot read \(path): \(failure.reason)")
        }
    }

    static func checked(
        _ bytes: [UInt8], holds label: String, _ place: String
    ) throws(KubeconfigError) -> [UInt8] {
        guard holds(label, bytes) else {
            throw KubeconfigError(
                .malformed, "\(place): holds no \(label.lowercased()) in PEM form")
        }
        return bytes
    }

    /// Whether a whole block of that sort begins and ends in these bytes.
    static func holds(_ label: String, _ bytes: [UInt8]) -> Bool {
        var isInside = false
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("-----"), line.contains("\(label)-----") else { continue }
            if line.hasPrefix("-----BEGIN ") { isInside = true }
            if line.hasPrefix("-----END "), isInside { return true }
        }
        return false
    }
}
