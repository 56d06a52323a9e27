import Documents

/// Names that the user gave to commands of the shell: `aliases` in `config.yaml`.
package enum UserAliases {
    /// Name and meaning, in the order of the file.
    ///
    /// - Throws: `Failure` when the file cannot be read.
    package static func read(in world: World) throws -> [(name: String, text: String)] {
        let settings = try OwnConfiguration(folder: world.directories.configuration).settings()
        return (settings["aliases"]?.objectValue ?? [:]).compactMap { member in
            member.value.stringValue.map { (member.name, $0) }
        }
    }
}
