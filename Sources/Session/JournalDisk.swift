/// Why the disk did not do what a journal needs.
package struct DiskError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Another process holds the file's lock.
        case locked
        case notFound, alreadyExists, noSpace, denied, other
    }

    package var kind: Kind
    package var message: String
    package var description: String { message }

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// What a journal needs of a disk; `DiskJournal` is the live one, tests have a faulty twin.
///
/// Names are file names in the journal's one folder.
package protocol JournalDisk: Sendable {
    /// The names of all files in the folder; empty when there is no folder.
    func names() throws(DiskError) -> [String]
    func read(_ name: String) throws(DiskError) -> [UInt8]
    /// Makes a file that did not exist (0600, folder 0700), locks it, and syncs the folder.
    func create(_ name: String) throws(DiskError) -> any JournalFile
    /// Opens a file for appending and locks it.
    ///
    /// - Throws: `DiskError` of kind `.locked` when somebody alive holds it.
    func open(_ name: String) throws(DiskError) -> any JournalFile
    func isLocked(_ name: String) -> Bool
    func remove(_ name: String) throws(DiskError)
}

/// A locked journal file, open for appending.
package protocol JournalFile: Sendable {
    /// Cuts the file to a length: a torn last line must go before anything is appended.
    func truncate(to length: Int) throws(DiskError)
    func append(_ bytes: [UInt8]) throws(DiskError)
    /// Returns when everything appended is durable.
    func sync() throws(DiskError)
    /// Lets go of the lock and the file.
    func close()
    /// Whether the file that is held still stands under its name.
    var isIntact: Bool { get }
}

extension JournalFile {
    package var isIntact: Bool { true }
}
