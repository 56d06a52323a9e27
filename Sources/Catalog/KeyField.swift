package import Documents
package import KubernetesCore

extension CatalogKind {
    /// The member of a resource's spec by which its object in the API is found.
    ///
    /// No schema says it. Objects that are there do: their `status.externalID` is the value of that
    /// member. Else it is guessed by names: `externalIDRef`, what is called after the kind
    /// (`username` of a user), `id`, and the like.
    ///
    /// - Parameter samples: objects of the kind, as many as are at hand.
    /// - Returns: the member's name; nil where nothing looks like it.
    package func keyField(among samples: [KubernetesObject] = []) -> String? {
        for object in samples {
            if let found = keyField(shownBy: object) { return found }
        }
        let names = schema?.node(at: ["spec"])?.properties.map(\.name) ?? []
        if names.contains("externalIDRef") { return "externalIDRef" }
        let own = FriendlyNames.normalized(type.singular)
        let wanted = ["\(own)name", "\(own)id", "\(own)key", "id", "uuid", "key", "name"]
        for word in wanted {
            if let name = names.first(where: { FriendlyNames.normalized($0) == word }) {
                return name
            }
        }
        return nil
    }

    private func keyField(shownBy object: KubernetesObject) -> String? {
        guard let id = object.status["externalID"]?.stringValue, !id.isEmpty else { return nil }
        let spec = object.spec
        if spec["externalIDRef"]?.plainText == id { return "externalIDRef" }
        let fitting = parameters.filter { spec[$0.name]?.plainText == id }
        // Two that happen to be alike tell nothing.
        return fitting.count == 1 ? fitting[0].name : nil
    }

    /// The part of a spec that means one object of the API.
    ///
    /// - Throws: `CatalogError` for an id of another type than the schema wants.
    package func keySpec(
        _ id: String, in field: String
    ) throws(CatalogError) -> JSONValue {
        let value = try assignment("\(field)=\(id)").value ?? .string(id)
        return [field: value]
    }
}
