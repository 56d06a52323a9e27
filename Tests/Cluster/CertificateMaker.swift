import Foundation

/// A certificate authority of its own folder, made with openssl: signs what tests need.
package struct CertificateMaker: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A certificate and its key, as files and as bytes.
    package struct Pair: Sendable {
        package let certificatePath: String
        package let keyPath: String
        package let certificate: [UInt8]
        package let key: [UInt8]
    }

    /// What a certificate is for.
    package enum Use: Sendable {
        /// Names in openssl's form: `DNS:localhost`, `IP:127.0.0.1`.
        case server(names: [String])
        case client
    }

    package let folder: String
    package let authority: Pair

    /// Makes a new authority in a folder that exists.
    package init(in folder: String, name: String = "test authority") throws {
        self.folder = folder
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "\(folder)/ca.key", "-out", "\(folder)/ca.crt", "-days", "2", "-sha256",
            "-subj", "/CN=\(name)",
        ])
        authority = try Self.pair("ca", in: folder)
    }

    /// Signs a new certificate.
    ///
    /// - Parameters:
    ///   - name: the files' name.
    ///   - subject: in openssl's form: `/O=group/CN=user`.
    ///   - use: server or client.
    /// - Returns: the certificate and its key.
    /// - Throws: `Failure` with openssl's words.
    package func sign(_ name: String, subject: String, for use: Use) throws -> Pair {
        let extensions =
            switch use {
            case .client: "extendedKeyUsage=clientAuth\n"
            case .server(let names):
                "extendedKeyUsage=serverAuth\nsubjectAltName=\(names.joined(separator: ","))\n"
            }
        let base = "\(folder)/\(name)"
        try extensions.write(toFile: base + ".ext", atomically: true, encoding: .utf8)
        try Self.openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", base + ".key", "-out", base + ".csr", "-subj", subject,
        ])
        try Self.openssl([
            "x509", "-req", "-in", base + ".csr", "-CA", authority.certificatePath, "-CAkey",
            authority.keyPath, "-set_serial", "\(UInt32.random(in: 1...UInt32.max))", "-days", "2",
            "-sha256", "-extfile", base + ".ext", "-out", base + ".crt",
        ])
        return try Self.pair(name, in: folder)
    }

    /// Runs openssl to its end.
    @discardableResult
    package static func openssl(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
        }
        return text
    }

    private static func pair(_ name: String, in folder: String) throws -> Pair {
        let (certificate, key) = ("\(folder)/\(name).crt", "\(folder)/\(name).key")
        return Pair(
            certificatePath: certificate, keyPath: key,
            certificate: [UInt8](try Data(contentsOf: URL(filePath: certificate))),
            key: [UInt8](try Data(contentsOf: URL(filePath: key))))
    }
}

/// A folder that goes when the last reference to it goes.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(_ purpose: String = "petstore-cli-test") throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "\(purpose)-\(UUID().uuidString.prefix(8))").path()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below the folder; gives its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path()
    }
}
