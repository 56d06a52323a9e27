import Foundation
import HTTP
import KubernetesCore
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("What a server said about itself is kept on disk")
struct DiscoveryCacheTests {
    private static let groups =
        #"{"kind":"APIGroupList","groups":[{"name":"post.example.org","versions":[{"version":"v1"}"#
        + "]}]}"
    private static let resources =
        #"{"kind":"APIResourceList","resources":[{"name":"parcels","kind":"Parcel","#
        + #""namespaced":true,"verbs":["get"]}]}"#
    private let version = GroupVersion(group: "post.example.org", version: "v1")

    /// A folder that is thrown away, a clock that is set by hand, and what stands in the folder.
    private final class Place: Sendable {
        let folder = FileManager.default.temporaryDirectory.path + "/cache-\(UUID().uuidString)"
        let time = Mutex(Timestamp(seconds: 1_800_000_000))

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        var cache: DiscoveryCache {
            DiscoveryCache(folder: folder, now: { [self] in time.withLock { $0 } })
        }

        func wait(_ seconds: Int64) { time.withLock { $0.seconds += seconds } }

        var files: [String] {
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/discovery")
            return (names ?? []).map { "\(folder)/discovery/\($0)" }
        }
    }

    private func client(
        _ place: Place, user: String = "anna", server: String = "https://host:6443",
        credentials: Credentials = Credentials(),
        _ answer: @escaping @Sendable (HTTPRequest, Int) -> ScriptedTransport.Answer = {
            request, _ in
            request.url.hasSuffix("/apis") ? .json(groups) : .json(resources)
        }
    ) -> (client: KubernetesClient, scripted: ScriptedTransport) {
        let scripted = ScriptedTransport(answering: answer)
        let connection = ClusterConnection(
            server: server, credentials: credentials, userName: user)
        return (
            KubernetesClient(connection: connection, transport: scripted, cache: place.cache),
            scripted
        )
    }

    @discardableResult
    private func discover(
        _ client: KubernetesClient, _ freshness: Freshness
    ) async throws -> [ResourceType] {
        let groups = try await client.discoverGroups(freshness)
        var types: [ResourceType] = []
        for version in groups.flatMap(\.versions) {
            types += try await client.discoverResources(version, freshness)
        }
        return types
    }

    @Test("A second command asks nothing, unless it must be sure; other users and servers ask")
    func warm() async throws {
        let place = Place()
        let cold = client(place)
        let types = try await discover(cold.client, .cached)
        #expect(cold.scripted.requests.count == 2)
        let warm = client(place)
        #expect(try await discover(warm.client, .cached) == types)
        #expect(warm.scripted.requests.isEmpty)
        #expect(try await discover(warm.client, .verified) == types)
        #expect(warm.scripted.requests.count == 2)
        let secret = Credentials(
            .token("very-secret"), impersonation: .init(user: "bob", groups: ["g"]))
        for other in [
            client(place, user: "berta"), client(place, server: "https://other:6443"),
            client(place, credentials: secret),
        ] {
            try await discover(other.client, .cached)
            #expect(other.scripted.requests.count == 2)
        }
        #expect(place.files.count == 8)
        for file in place.files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(!text.contains("very-secret"))
        }
    }

    @Test("Only the user may read it")
    func permissions() async throws {
        let place = Place()
        try await discover(client(place).client, .cached)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(place.folder + "/discovery") == 0o700)
        #expect(try place.files.map { try mode($0) } == [0o600, 0o600])
        #expect(place.files.allSatisfy { $0.hasSuffix(".answer") })
    }

    @Test("Old answers, and such from the future, are asked for anew")
    func age() async throws {
        let place = Place()
        try await discover(client(place).client, .cached)
        place.wait(DiscoveryCache.ageOfKinds - 1)
        let young = client(place)
        try await discover(young.client, .cached)
        #expect(young.scripted.requests.isEmpty)
        for seconds in [1, -DiscoveryCache.ageOfKinds - 10] {
            place.wait(seconds)
            let old = client(place)
            try await discover(old.client, .cached)
            #expect(old.scripted.requests.count == 2)
        }
    }

    @Test("Torn, foreign and changed files are passed over and replaced")
    func broken() async throws {
        let place = Place()
        try await discover(client(place).client, .cached)
        let good = try place.files.map { try Data(contentsOf: URL(filePath: $0)) }
        for (number, damage) in Self.damages.enumerated() {
            for (file, data) in zip(place.files, good) {
                try Data(damage([UInt8](data))).write(to: URL(filePath: file))
            }
            let next = client(place)
            #expect(try await discover(next.client, .cached).map(\.plural) == ["parcels"])
            #expect(next.scripted.requests.count == 2, "damage \(number)")
            let after = client(place)
            try await discover(after.client, .cached)
            #expect(after.scripted.requests.isEmpty, "damage \(number) was not repaired")
        }
        for file in place.files {
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        }
        let open = client(place)
        try await discover(open.client, .cached)
        #expect(open.scripted.requests.count == 2, "others could have written it")
        // A link leads out of the folder.
        let file = try #require(place.files.first)
        try FileManager.default.moveItem(atPath: file, toPath: place.folder + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: file, withDestinationPath: place.folder + "/elsewhere")
        let linked = client(place)
        try await discover(linked.client, .cached)
        #expect(linked.scripted.requests.count == 1)
    }

    private static let damages: [@Sendable ([UInt8]) -> [UInt8]] = [
        { _ in [] }, { Array($0.dropLast()) }, { $0 + [32] }, { Array($0.prefix(40)) },
        { _ in Array("#!/bin/sh\n{}".utf8) }, { _ in Array("{}\n{}".utf8) },
        { bytes in
            var bytes = bytes
            bytes[bytes.count - 3] ^= 1
            return bytes
        },
        {
            Array(
                String(decoding: $0, as: UTF8.self).replacing("host:6443", with: "h0st:6443").utf8)
        },
        { [UInt8](repeating: 0xFF, count: 100) + $0 },
    ]

    @Test("A folder that cannot be had changes nothing")
    func noFolder() async throws {
        let place = Place()
        try Data().write(to: URL(filePath: place.folder))
        let first = client(place)
        #expect(try await discover(first.client, .cached).count == 1)
        let second = client(place)
        try await discover(second.client, .cached)
        #expect(second.scripted.requests.count == 2)
    }

    @Test("Answers that make no sense are not kept")
    func nonsense() async throws {
        let place = Place()
        let sick = client(place) { _, _ in .json(#"{"kind":"Captive","portal":true}"#) }
        await #expect(throws: KubernetesError.self) {
            try await sick.client.discoverGroups(.cached)
        }
        #expect(place.files.isEmpty)
    }

    @Test("The server may say that nothing changed, and is asked only for that")
    func tags() async throws {
        let place = Place()
        let schema =
            #"{"components":{"schemas":{"P":{"x-kubernetes-group-version-kind":[{"group":"#
            + #""post.example.org","version":"v1","kind":"Parcel"}],"type":"object"}}}}"#
        func next() -> (client: KubernetesClient, scripted: ScriptedTransport) {
            client(place) { request, _ in
                guard request.headers["If-None-Match"] != "\"one\"" else {
                    return .respond(304, headers: [:], chunks: [], end: nil)
                }
                let text = request.url.hasSuffix("/apis") ? Self.groups : schema
                return .json(text, headers: ["ETag": "\"one\""])
            }
        }
        let first = next()
        let groups = try await first.client.discoverGroups()
        let schemas = try await first.client.schemas(for: version)
        #expect(schemas.source == .openAPIv3 && schemas.kinds.keys.sorted() == ["Parcel"])
        place.wait(DiscoveryCache.ageOfKinds)
        let second = next()
        #expect(try await second.client.discoverGroups(.cached) == groups)
        #expect(try await second.client.schemas(for: version, .cached) == schemas)
        #expect(
            second.scripted.requests.map { $0.headers["If-None-Match"] } == ["\"one\"", "\"one\""])
        // What was confirmed is young again.
        let third = next()
        #expect(try await third.client.discoverGroups(.cached) == groups)
        #expect(try await third.client.schemas(for: version, .cached) == schemas)
        #expect(third.scripted.requests.isEmpty)
        #expect(try await third.client.schemas(for: version) == schemas)
        #expect(third.scripted.requests.count == 1)
    }

    @Test("Schemas out of definitions are kept for a while, too")
    func definitions() async throws {
        let place = Place()
        let definition =
            #"{"items":[{"spec":{"group":"post.example.org","names":{"kind":"Parcel"},"versions":"#
            + #"[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object"}}}]}}]}"#
        func next() -> (client: KubernetesClient, scripted: ScriptedTransport) {
            client(place) { request, _ in
                request.url.contains("/openapi/") ? .status(404, "NotFound") : .json(definition)
            }
        }
        let first = next()
        let schemas = try await first.client.schemas(for: version, .cached)
        #expect(schemas.source == .customResourceDefinitions)
        #expect(first.scripted.requests.count == 2)
        let second = next()
        #expect(try await second.client.schemas(for: version, .cached) == schemas)
        #expect(second.scripted.requests.isEmpty)
        #expect(try await second.client.schemas(for: version) == schemas)
        #expect(second.scripted.requests.count == 2)
        place.wait(DiscoveryCache.ageOfSchemas)
        let third = next()
        _ = try await third.client.schemas(for: version, .cached)
        #expect(third.scripted.requests.count == 2)
    }

    @Test("What an aggregated answer in the cache told is not taken for the server's word")
    func aggregated() async throws {
        let place = Place()
        let text =
            #"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"post.example.org"},"#
            + #""versions":[{"version":"v1","resources":[{"resource":"parcels","responseKind":"#
            + #"{"kind":"Parcel"},"scope":"Namespaced","verbs":["get"]}]}]}]}"#
        let answer: @Sendable (HTTPRequest, Int) -> ScriptedTransport.Answer = { request, _ in
            request.url.hasSuffix("/apis") ? .json(text) : .json(Self.resources)
        }
        let cold = client(place, answer)
        try await discover(cold.client, .cached)
        #expect(cold.scripted.requests.count == 1)
        let warm = client(place, answer)
        try await discover(warm.client, .cached)
        #expect(warm.scripted.requests.isEmpty)
        _ = try await warm.client.discoverResources(version)
        #expect(warm.scripted.requests.count == 1)
        try await discover(warm.client, .verified)
        _ = try await warm.client.discoverResources(version)
        #expect(warm.scripted.requests.count == 2)
    }

    @Test("Old and too many files go; many writers at once leave whole files")
    func bounds() async throws {
        let place = Place()
        var folder = CacheFolder(path: place.folder + "/discovery")
        folder.limits = CacheFolder.Limits(fileBytes: 1000, allBytes: 3000, files: 5, age: 3600)
        folder.write([UInt8](repeating: 1, count: 1001), to: "large")
        #expect(place.files.isEmpty)
        for number in 0..<9 { folder.write([UInt8](repeating: 1, count: 100), to: "f\(number)") }
        #expect(place.files.count == 5)
        for number in 0..<9 { folder.write([UInt8](repeating: 1, count: 1000), to: "g\(number)") }
        #expect(place.files.count == 3)
        for file in place.files {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -4000)], ofItemAtPath: file)
        }
        folder.write([1], to: "new")
        #expect(place.files.map { $0.suffix(4) } == ["/new"])
        let shared = folder
        await withTaskGroup(of: Void.self) { group in
            for writer in 1...8 {
                group.addTask {
                    for _ in 0..<50 {
                        shared.write([UInt8](repeating: UInt8(writer), count: 900), to: "new")
                        if let bytes = shared.read("new") {
                            #expect(bytes.count == 900 && Set(bytes).count == 1)
                        }
                    }
                }
            }
        }
        #expect(shared.read("new")?.count == 900)
    }
}
