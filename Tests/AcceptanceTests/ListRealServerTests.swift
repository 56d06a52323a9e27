import Foundation
import TestCluster
import TestSupport
import Testing

/// Lists on a real kube-apiserver.
///
/// Set KUBEBUILDER_ASSETS to the folder that holds kube-apiserver and etcd.
@Suite(
    "Lists on a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(
        if: RealAPIServer.isAvailable && Machine.has("kubectl"),
        "KUBEBUILDER_ASSETS is not set, or kubectl is not on PATH"))
struct ListRealServerTests {
    /// The server answers from its memory in no order; the lists are longer than a first page.
    @Test("rows that come from the server's memory stand as kubectl's do")
    func order() async throws {
        let cast = try await RealCast()
        defer { cast.stop() }
        _ = try await cast.kubectl("create", "namespace", "herd")
        let pets = (0..<130).map { number in
            """
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata: {name: pet-\(number * 7 % 130), namespace: herd, labels: {set: "\(number)"}}
            spec: {name: X, photoUrls: []}

            """
        }
        let made = try await cast.kubectl("create", "-f", "-", input: pets.joined())
        #expect(made.status == 0, "\(made.errors)")
        for words in [["--namespace=herd"], ["-A"], ["--namespace=herd", "--label-columns=set"]] {
            let ours = try await cast.user.run(["get", "pets", "-v", "6"] + words)
            #expect(ours.errors.contains("resourceVersion=0"), "\(ours.errors)")
            let theirs = try await cast.kubectl("get", "pets", words[0])
            let names = [ours, theirs].map { result in
                result.output.split(separator: "\n").map { line in
                    line.split(separator: " ").prefix(words == ["-A"] ? 2 : 1).joined(
                        separator: " ")
                }
            }
            #expect(names[0].count > 130 && names[0] == names[1], "\(words)")
        }
    }
}
