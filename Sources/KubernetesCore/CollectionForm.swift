/// In which form the objects of a collection are wanted.
package enum CollectionForm: Sendable, Hashable {
    /// As they are.
    case objects
    /// Name, labels and the like alone (`PartialObjectMetadata`).
    case metadata
    /// Rows made by the server; each object is a Table of one row.
    case table(IncludeObject)

    /// What a list asks for.
    var listMediaType: String {
        switch self {
        case .objects: MediaType.json
        case .metadata: MediaType.partialMetadataList
        case .table: MediaType.table
        }
    }

    /// What a watch asks for.
    var watchMediaType: String {
        switch self {
        case .objects: MediaType.json
        case .metadata: MediaType.partialMetadata
        case .table: MediaType.table
        }
    }

    /// Metadata is what a server brings along with rows when nothing is said.
    var query: [QueryItem] {
        guard case .table(let include) = self, include != .metadata else { return [] }
        return [QueryItem("includeObject", include.rawValue)]
    }
}
