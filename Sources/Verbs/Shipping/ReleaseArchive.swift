import ArgumentParser
import FoundationEssentials
import Session

/// An archive of a release as manifests speak of it: platform, address, checksum.
struct ReleaseArchive: Sendable, Hashable {
    /// `linux`, `darwin`.
    var system: String
    /// `amd64`, `arm64`.
    var machine: String
    /// The file's name, which is also the name of the folder inside it, without `.tar.gz`.
    var name: String
    var url: String
    /// SHA-256 of the file, in hexadecimal digits.
    var digest: String

    var folder: String { String(name.dropLast(Self.ending.count)) }

    private static let ending = ".tar.gz"

    /// Reads the archive; its platform is told by its name, `petstore-cli-VERSION-OS-ARCH.tar.gz`.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - base: the address of the folder that it will be downloaded from.
    /// - Throws: `Failure` when it cannot be read or is named otherwise.
    init(path: String, base: String) throws(Failure) {
        name = path.split(separator: "/").last.map(String.init) ?? path
        let begin = "\(Root.programName)-\(Release.version)-"
        let platform =
            name.hasPrefix(begin) && name.hasSuffix(Self.ending)
            ? name.dropFirst(begin.count).dropLast(Self.ending.count).split(separator: "-") : []
        guard platform.count == 2 else {
            throw Failure(
                .mistake, "\(name) does not tell its platform",
                hints: ["archives are named \(begin)OS-ARCH\(Self.ending)"])
        }
        (system, machine) = (String(platform[0]), String(platform[1]))
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.mistake, "\(path) cannot be read", hints: [".ci/release makes it"])
        }
        digest = SHA256.hex(of: Array(data))
        url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/" + name
    }
}

/// The flags of manifests that lead people to a release.
package struct ReleaseOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("archive"),
        help: .init(
            "An archive of the release, named petstore-cli-VERSION-OS-ARCH.tar.gz; repeatable.",
            valueName: "file"))
    var archives: [String] = []

    @Option(help: "The address of the folder that the archives will be downloaded from.")
    var downloadURL: String

    @Option(help: "The address of the project's page.")
    var homepage: String

    package init() {}

    package func validate() throws {
        guard !archives.isEmpty else {
            throw ValidationError("--archive names at least one archive of the release")
        }
        for (flag, text) in [("--download-url", downloadURL), ("--homepage", homepage)] {
            let isPlain = text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && !"\"'\\`#<>{}".unicodeScalars.contains($0)
            }
            guard text.hasPrefix("https://") || text.hasPrefix("http://"), isPlain else {
                throw ValidationError("\(flag) takes an http(s) address, not \"\(text)\"")
            }
        }
    }

    /// The archives, each platform once.
    func read() throws(Failure) -> [ReleaseArchive] {
        var found: [ReleaseArchive] = []
        for path in archives {
            let archive = try ReleaseArchive(path: path, base: downloadURL)
            let isTwice = found.contains {
                $0.system == archive.system && $0.machine == archive.machine
            }
            guard !isTwice else {
                throw Failure(
                    .mistake, "two archives are for \(archive.system)/\(archive.machine)")
            }
            found.append(archive)
        }
        return found
    }
}
