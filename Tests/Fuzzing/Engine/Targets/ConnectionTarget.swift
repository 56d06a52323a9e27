import FoundationEssentials
import KubernetesClient

/// The kubeconfig loader, from the file to the connection.
enum ConnectionTarget {
    static let kubeconfig = FuzzTarget(
        "kubeconfig",
        words: [
            "apiVersion: v1\n", "kind: Config\n", "clusters:\n- name: a\n  cluster:\n",
            "users:\n- name: u\n  user:\n", "contexts:\n- name: c\n  context:\n",
            "current-context: c\n", "    server: https://h:1\n", "    token: t\n",
            "    exec:\n      command: x\n", "client.authentication.k8s.io/v1", "interactiveMode: ",
            "certificate-authority-data: ", "proxy-url: socks5://p:1", "tls-server-name: ", "null",
            "insecure-skip-tls-verify: true", "extensions: []", "as-groups: [a]", "{}", "[]", "- ",
            "auth-provider:\n", "tokenFile: /nowhere", "\n", ": ", "  ",
        ]
    ) { input throws(FuzzFinding) in
        let path = file
        do {
            try Data(input).write(to: URL(filePath: path))
        } catch {
            throw FuzzFinding("the input cannot be written to \(path): \(error)")
        }
        var refusal: KubeconfigError?
        var taken = false
        do throws(KubeconfigError) {
            let config = try Kubeconfig.read(environment: [:], explicitPath: path)
            for context in config.contexts {
                var overrides = ConnectionOverrides()
                overrides.context = context.name
                do throws(KubeconfigError) {
                    _ = try config.connection(environment: [:], overrides: overrides)
                } catch { refusal = error }
            }
            taken = true
            _ = try config.connection(environment: [:])
        } catch { refusal = error }
        try demand(refusal?.message.isEmpty != true, "refused without a reason")
        return taken
    }

    /// One file for all inputs of this process.
    private static let file = FileManager.default.temporaryDirectory
        .appendingPathComponent("petstore-cli-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        .path
}
