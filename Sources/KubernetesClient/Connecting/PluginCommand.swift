import Documents
import HTTP
import KubernetesCore

/// `users[].user.exec`: a program that prints credentials (client.authentication.k8s.io, v1 and
/// v1beta1).
package struct PluginCommand: Sendable, Hashable {
    enum InteractiveMode: String, Sendable {
        case never = "Never", ifAvailable = "IfAvailable", always = "Always"
    }

    static let group = "client.authentication.k8s.io"

    package let command: String
    package let arguments: [String]
    /// What the program finds in its environment besides ours.
    package let environment: [String: String]
    package let installHint: String?
    let apiVersion: String
    let interactiveMode: InteractiveMode
    let cluster: PluginCluster?
    let place: String

    init(_ node: KubeconfigNode, cluster: PluginCluster) throws(KubeconfigError) {
        place = node.place
        guard let command = try node.text("command") else {
            throw node.wrong("command is missing")
        }
        // A name alone is looked up in PATH; a relative path begins at the file's folder.
        self.command = command.contains("/") ? node.resolved(command) : command
        arguments = try node.texts("args")
        var variables: [String: String] = [:]
        for variable in try node.list("env") {
            guard let name = try variable.text("name") else {
                throw variable.wrong("name is missing")
            }
            variables[name] = try variable.text("value") ?? ""
        }
        environment = variables
        installHint = try node.text("installHint")
        guard let apiVersion = try node.text("apiVersion") else {
            throw node.wrong("apiVersion is missing")
        }
        let versions = ["v1", "v1beta1"].map { "\(Self.group)/\($0)" }
        guard versions.contains(apiVersion) else {
            throw node.wrong("apiVersion must be \(versions.joined(separator: " or "))")
        }
        self.apiVersion = apiVersion
        if let mode = try node.text("interactiveMode") {
            guard let known = InteractiveMode(rawValue: mode) else {
                throw node.wrong("interactiveMode must be Never, IfAvailable or Always")
            }
            interactiveMode = known
        } else if apiVersion == versions[1] {
            interactiveMode = .ifAvailable
        } else {
            throw node.wrong("interactiveMode is missing, which v1 demands")
        }
        self.cluster = try node.flag("provideClusterInfo") == true ? cluster : nil
    }

    /// What goes into `KUBERNETES_EXEC_INFO`.
    func information(isInteractive: Bool) -> String {
        var spec: JSONValue = ["interactive": .bool(isInteractive)]
        if let cluster { spec["cluster"] = cluster.json }
        let value: JSONValue = [
            "kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": spec,
        ]
        return value.text()
    }

    /// Whether the program gets the terminal.
    func isInteractive(canInteract: Bool) throws(CredentialsError) -> Bool {
        switch interactiveMode {
        case .never: false
        case .ifAvailable: canInteract
        case .always where !canInteract:
            throw CredentialsError(
                "the credential plugin \(command) (\(place)) needs a terminal, and there is none")
        case .always: true
        }
    }

    /// Reads what the program printed.
    func read(_ output: [UInt8]) throws(CredentialsError) -> CredentialPlugin.Grant {
        func wrong(_ why: String) -> CredentialsError {
            CredentialsError("the credential plugin \(command) (\(place)) printed \(why)")
        }
        // What the reader says could quote the credentials.
        guard let value = try? JSONValue(parsing: output) else { throw wrong("no JSON") }
        guard value["kind"]?.stringValue == "ExecCredential" else {
            throw wrong("no ExecCredential")
        }
        guard value["apiVersion"]?.stringValue == apiVersion else {
            throw wrong("an ExecCredential of another version than \(apiVersion)")
        }
        guard let status = value["status"], status.objectValue != nil else {
            throw wrong("an ExecCredential without status")
        }
        let texts = try ["token", "clientCertificateData", "clientKeyData", "expirationTimestamp"]
            .map { name throws(CredentialsError) -> String? in
                guard let member = status[name], !member.isNull else { return nil }
                guard let text = member.stringValue else {
                    throw wrong("a status.\(name) that is no string")
                }
                return text.isEmpty ? nil : text
            }
        var grant = CredentialPlugin.Grant(token: texts[0])
        switch (texts[1], texts[2]) {
        case (let certificate?, let key?):
            let identity = TransportConfiguration.Identity(
                certificate: Array(certificate.utf8), key: Array(key.utf8))
            guard PEM.holds("CERTIFICATE", identity.certificate) else {
                throw wrong("a clientCertificateData that is no certificate in PEM form")
            }
            guard PEM.holds("PRIVATE KEY", identity.key) else {
                throw wrong("a clientKeyData that is no private key in PEM form")
            }
            grant.identity = identity
        case (nil, nil): break
        default: throw wrong("a client certificate without key, or a key without certificate")
        }
        guard grant.token != nil || grant.identity != nil else {
            throw wrong("neither a token nor a client certificate")
        }
        if let text = texts[3] {
            guard let time = Timestamp(rfc3339: text) else {
                throw wrong("an expirationTimestamp that is no time")
            }
            grant.expires = time
        }
        return grant
    }
}

/// What a plugin with `provideClusterInfo` is told about the cluster.
struct PluginCluster: Sendable, Hashable {
    let json: JSONValue

    init(server: String, entry: ClusterEntry, configuration: TransportConfiguration) {
        var json: JSONValue = ["server": .string(server)]
        if let name = configuration.serverName { json["tls-server-name"] = .string(name) }
        switch configuration.trust {
        case .anything: json["insecure-skip-tls-verify"] = true
        case .only(let authorities):
            json["certificate-authority-data"] = .string(Base64.encode(authorities))
        case .system: break
        }
        if let proxy = entry.proxyURL { json["proxy-url"] = .string(proxy) }
        if !configuration.compression { json["disable-compression"] = true }
        json["config"] = entry.pluginConfiguration ?? .null
        self.json = json
    }
}
