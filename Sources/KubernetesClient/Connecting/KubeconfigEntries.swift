import Documents

/// `clusters[].cluster`: where a server is and whom to trust about it.
struct ClusterEntry: Sendable, Hashable {
    var name: String
    var place: String
    var server: String?
    var tlsServerName: String?
    var skipsVerification = false
    var authorityPath: String?
    var authorityData: [UInt8]?
    var proxyURL: String?
    var disableCompression = false
    /// What the cluster has for credential plugins that ask for it.
    var pluginConfiguration: JSONValue?

    init(name: String, place: String) {
        self.name = name
        self.place = place
    }

    init(name: String, _ node: KubeconfigNode) throws(KubeconfigError) {
        self.init(name: name, place: node.place)
        server = try node.text("server")
        tlsServerName = try node.text("tls-server-name")
        skipsVerification = try node.flag("insecure-skip-tls-verify") ?? false
        authorityPath = try node.filePath("certificate-authority")
        authorityData = try node.bytes("certificate-authority-data")
        proxyURL = try node.text("proxy-url")
        disableCompression = try node.flag("disable-compression") ?? false
        for extensionNode in try node.list("extensions")
        where try extensionNode.text("name") == "client.authentication.k8s.io/exec" {
            pluginConfiguration = extensionNode["extension"]?.value
        }
    }
}

/// `users[].user`: how to say who we are.
struct UserEntry: Sendable, Hashable {
    var name: String
    var place: String
    var certificatePath: String?
    var certificateData: [UInt8]?
    var keyPath: String?
    var keyData: [UInt8]?
    var token: String?
    var tokenPath: String?
    var username: String?
    var password: String?
    var asUser: String?
    var asUID: String?
    var asGroups: [String] = []
    var asExtra: [Credentials.Impersonation.Extra] = []
    var providerPlace: String?
    var plugin: KubeconfigNode?

    init(name: String, place: String) {
        self.name = name
        self.place = place
    }

    init(name: String, _ node: KubeconfigNode) throws(KubeconfigError) {
        self.init(name: name, place: node.place)
        certificatePath = try node.filePath("client-certificate")
        certificateData = try node.bytes("client-certificate-data")
        keyPath = try node.filePath("client-key")
        keyData = try node.bytes("client-key-data")
        token = try node.text("token")
        tokenPath = try node.filePath("tokenFile")
        username = try node.text("username")
        password = try node.text("password")
        asUser = try node.text("as")
        asUID = try node.text("as-uid")
        asGroups = try node.texts("as-groups")
        if let extra = try node.object("as-user-extra"), let members = extra.value.objectValue {
            for member in members {
                asExtra.append(.init(name: member.name, values: try extra.texts(member.name)))
            }
        }
        providerPlace = try node.object("auth-provider")?.place
        plugin = try node.object("exec")
    }
}

/// `contexts[].context`: a cluster, a user there, and a namespace.
struct ContextEntry: Sendable, Hashable {
    var name: String
    var place: String
    var cluster: String
    var user: String
    var namespace: String?

    init(name: String, _ node: KubeconfigNode) throws(KubeconfigError) {
        self.name = name
        place = node.place
        cluster = try node.text("cluster") ?? ""
        user = try node.text("user") ?? ""
        namespace = try node.text("namespace")
    }
}
