import HTTP

// From what files, flags and environment say to one connection, by kubectl's rules: flags win over
// files, and what contradicts itself is an error, never a silent choice.

extension Kubeconfig {
    /// Finds out how to connect, as kubectl would.
    ///
    /// - Parameters:
    ///   - environment: `KUBECONFIG`, `HOME`, the proxy variables, and those of a pod.
    ///   - overrides: the connection flags.
    ///   - pluginRunner: runs credential plugins; nil: a user who needs one is refused.
    /// - Returns: the connection; nothing was sent yet.
    /// - Throws: `KubeconfigError`, naming file and key.
    package static func load(
        environment: [String: String], overrides: ConnectionOverrides = ConnectionOverrides(),
        pluginRunner: (any PluginRunner)? = nil
    ) throws(KubeconfigError) -> ClusterConnection {
        let config = try read(
            environment: environment, explicitPath: overrides.kubeconfig)
        return try config.connection(
            environment: environment, overrides: overrides, pluginRunner: pluginRunner)
    }

    /// The connection that these files and the flags describe together.
    ///
    /// - Parameters:
    ///   - environment: the proxy variables, and those of a pod.
    ///   - overrides: the connection flags.
    ///   - pluginRunner: runs credential plugins; nil: a user who needs one is refused.
    /// - Returns: the connection; nothing was sent yet.
    /// - Throws: `KubeconfigError`, naming file and key.
    package func connection(
        environment: [String: String], overrides: ConnectionOverrides = ConnectionOverrides(),
        pluginRunner: (any PluginRunner)? = nil
    ) throws(KubeconfigError) -> ClusterConnection {
        let plan = ConnectionPlan(
            config: self, overrides: overrides, environment: environment,
            pluginRunner: pluginRunner)
        return try plan.connection()
    }
}

struct ConnectionPlan {
    var config: Kubeconfig
    var overrides: ConnectionOverrides
    var environment: [String: String]
    var pluginRunner: (any PluginRunner)?
    var serviceAccountFolder = InCluster.standardFolder

    func connection() throws(KubeconfigError) -> ClusterConnection {
        let context = try selectedContext()
        var cluster = try selectedCluster(context)
        var user = try selectedUser(context)
        var namespace = overrides.namespace ?? context?.namespace
        if cluster == nil, overrides.server == nil {
            // A context that names no cluster is a mistake, not a reason to go elsewhere.
            guard context == nil, let pod = try InCluster(environment, folder: serviceAccountFolder)
            else {
                throw nothingConfigured(context)
            }
            cluster = pod.cluster
            if user == nil { user = pod.user }
            if namespace == nil { namespace = pod.namespace }
        }
        let merged = merged(cluster ?? ClusterEntry(name: "", place: "--server"))
        let account = self.merged(user ?? UserEntry(name: "", place: "command line"))
        let identity = try CredentialsPlan(user: account).identity()
        let server = try server(of: merged, hasIdentity: identity != nil)
        let isSecure = server.lowercased().hasPrefix("https:")
        let configuration = TransportConfiguration(
            trust: try trust(in: merged), identity: isSecure ? identity : nil,
            serverName: merged.tlsServerName,
            proxy: try proxy(of: merged, for: server),
            compression: !(overrides.disableCompression ?? merged.disableCompression))
        let credentials = try CredentialsPlan(user: account).credentials(
            pluginRunner: pluginRunner,
            cluster: PluginCluster(server: server, entry: merged, configuration: configuration),
            isSecure: isSecure)
        return ClusterConnection(
            server: server, configuration: configuration, credentials: credentials,
            namespace: namespace ?? "default", contextName: context?.name ?? "",
            clusterName: merged.name, userName: account.name,
            requestTimeout: overrides.requestTimeout)
    }

    // MARK: Which

    private func selectedContext() throws(KubeconfigError) -> ContextEntry? {
        if let name = overrides.context {
            if let context = config.context(name) { return context }
            throw unknown("context", name, among: config.contexts.map(\.name), said: "--context")
        }
        guard let name = config.currentContext else { return nil }
        if let context = config.context(name) { return context }
        // Flags that name everything need no context.
        if overrides.server != nil || overrides.cluster != nil { return nil }
        throw unknown(
            "context", name, among: config.contexts.map(\.name),
            said: config.currentContextPlace ?? "current-context")
    }

    private func selectedCluster(_ context: ContextEntry?) throws(KubeconfigError) -> ClusterEntry?
    {
        let names = config.clusters.map(\.name)
        if let name = overrides.cluster {
            if let cluster = config.cluster(name) { return cluster }
            throw unknown("cluster", name, among: names, said: "--cluster")
        }
        guard let context, !context.cluster.isEmpty else { return nil }
        if let cluster = config.cluster(context.cluster) { return cluster }
        throw unknown("cluster", context.cluster, among: names, said: "\(context.place).cluster")
    }

    private func selectedUser(_ context: ContextEntry?) throws(KubeconfigError) -> UserEntry? {
        let names = config.users.map(\.name)
        if let name = overrides.user {
            if let user = config.user(name) { return user }
            throw unknown("user", name, among: names, said: "--user")
        }
        guard let context, !context.user.isEmpty else { return nil }
        if let user = config.user(context.user) { return user }
        throw unknown("user", context.user, among: names, said: "\(context.place).user")
    }

    private func unknown(
        _ what: String, _ name: String, among names: [String], said place: String
    ) -> KubeconfigError {
        let known = names.isEmpty ? nil : "known: " + names.sorted().joined(separator: ", ")
        return KubeconfigError(
            .unknownName, "\(place): the \(what) \"\(name)\" does not exist", hint: known)
    }

    private func nothingConfigured(_ context: ContextEntry?) -> KubeconfigError {
        if let context {
            return KubeconfigError(.invalid, "\(context.place): the context names no cluster")
        }
        guard config.isEmpty else {
            return KubeconfigError(
                .noConfiguration,
                "no context is selected in \(config.files.joined(separator: ", "))",
                hint: "name one with --context, known: "
                    + config.contexts.map(\.name).sorted().joined(separator: ", "))
        }
        return KubeconfigError(
            .noConfiguration, "no cluster is configured: \(lookedFor)",
            hint: "set KUBECONFIG, or name a file with --kubeconfig")
    }

    /// What came of the search for files that say something.
    private var lookedFor: String {
        let missing = config.missingFiles.joined(separator: ", ")
        let empty = config.files.joined(separator: ", ")
        let isOne = config.missingFiles.count == 1
        switch (config.missingFiles.isEmpty, config.files.isEmpty) {
        case (true, true): return "there is no kubeconfig, and no HOME to look for one in"
        case (false, true): return "\(missing) \(isOne ? "does" : "do") not exist"
        case (true, false): return "\(empty) names none"
        case (false, false):
            return "\(empty) names none, and \(missing) \(isOne ? "does" : "do") not exist"
        }
    }

    // MARK: Flags over files

    private func merged(_ cluster: ClusterEntry) -> ClusterEntry {
        var merged = cluster
        let skips = overrides.insecureSkipTLSVerify
        if skips == true || overrides.certificateAuthority != nil {
            merged.skipsVerification = skips ?? false
            merged.authorityPath = overrides.certificateAuthority
            merged.authorityData = nil
        } else if skips == false {
            merged.skipsVerification = false
        }
        if let server = overrides.server {
            merged.server = server
            // A name that was meant for another server is not asked for here.
            merged.tlsServerName = nil
        }
        if let name = overrides.tlsServerName { merged.tlsServerName = name }
        if let proxy = overrides.proxyURL { merged.proxyURL = proxy }
        return merged
    }

    private func merged(_ user: UserEntry) -> UserEntry {
        var merged = user
        if let token = overrides.token {
            (merged.token, merged.tokenPath) = (token, nil)
            (merged.username, merged.password) = (nil, nil)
        }
        if let username = overrides.username {
            (merged.username, merged.password) = (username, overrides.password)
            if overrides.token == nil { (merged.token, merged.tokenPath) = (nil, nil) }
        }
        if let path = overrides.clientCertificate {
            (merged.certificatePath, merged.certificateData) = (path, nil)
        }
        if let path = overrides.clientKey { (merged.keyPath, merged.keyData) = (path, nil) }
        if let asUser = overrides.asUser { merged.asUser = asUser }
        if let asUID = overrides.asUID { merged.asUID = asUID }
        if !overrides.asGroups.isEmpty { merged.asGroups = overrides.asGroups }
        return merged
    }

    // MARK: Server, trust, proxy

    private func server(
        of cluster: ClusterEntry, hasIdentity: Bool
    ) throws(KubeconfigError) -> String {
        guard var server = cluster.server else {
            throw KubeconfigError(.invalid, "\(cluster.place): server is missing")
        }
        if !server.contains("://") {
            let isSecure =
                hasIdentity || cluster.skipsVerification || cluster.authorityPath != nil
                || cluster.authorityData != nil
            server = (isSecure ? "https://" : "http://") + server
        }
        let address = try address(server, said: place(of: cluster, "server"))
        guard !address.target.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw KubeconfigError(
                .invalid, "\(place(of: cluster, "server")): an address takes no query or fragment")
        }
        while server.hasSuffix("/") { server.removeLast() }
        return server
    }

    private func address(
        _ url: String, said place: String
    ) throws(KubeconfigError) -> HTTPAddress {
        do {
            return try HTTPAddress(url)
        } catch {
            throw KubeconfigError(.invalid, "\(place): \(error.message)")
        }
    }

    private func place(of cluster: ClusterEntry, _ key: String) -> String {
        key == "server" && overrides.server != nil ? "--server" : "\(cluster.place).\(key)"
    }

    private func trust(
        in cluster: ClusterEntry
    ) throws(KubeconfigError) -> TransportConfiguration.Trust {
        if cluster.skipsVerification {
            guard cluster.authorityPath == nil, cluster.authorityData == nil else {
                throw KubeconfigError(
                    .invalid,
                    "\(cluster.place): insecure-skip-tls-verify and a certificate authority"
                        + " contradict each other")
            }
            return .anything
        }
        let said =
            overrides.certificateAuthority == nil
            ? "\(cluster.place).certificate-authority" : "--certificate-authority"
        switch (cluster.authorityData, cluster.authorityPath) {
        case (.some, .some):
            throw KubeconfigError(
                .invalid,
                "\(cluster.place): certificate-authority and certificate-authority-data are both"
                    + " given")
        case (let data?, nil):
            return .only(authorities: try PEM.checked(data, holds: "CERTIFICATE", "\(said)-data"))
        case (nil, let path?):
            return .only(authorities: try PEM.read(path, holds: "CERTIFICATE", said))
        case (nil, nil): return .system
        }
    }

    private func proxy(
        of cluster: ClusterEntry, for server: String
    ) throws(KubeconfigError) -> String? {
        let said =
            cluster.proxyURL == nil ? "the environment's proxy" : "\(cluster.place).proxy-url"
        let address = try address(server, said: "\(cluster.place).server")
        guard
            let proxy = cluster.proxyURL ?? ProxyRules(environment: environment).proxy(for: address)
        else { return nil }
        let scheme = proxy.firstRange(of: "://").map { proxy[..<$0.lowerBound].lowercased() }
        guard let scheme, ["http", "https", "socks5", "socks5h"].contains(scheme) else {
            throw KubeconfigError(
                .invalid, "\(said): must begin with http://, https:// or socks5://")
        }
        let rest = proxy.dropFirst(scheme.count + 3)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        // A user name and a password may stand before the last @; neither is ever shown.
        let endpoint = rest[..<end].split(separator: "@", omittingEmptySubsequences: false).last
        guard (try? HTTPAddress("http://" + (endpoint ?? ""))) != nil else {
            throw KubeconfigError(.invalid, "\(said): names no host and port of a proxy")
        }
        return proxy
    }
}
