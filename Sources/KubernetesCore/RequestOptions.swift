/// Which part of a collection is wanted, and how fresh it must be.
package struct ListOptions: Sendable, Hashable {
    package var labelSelector: String?
    package var fieldSelector: String?
    /// Objects per answer; nil: the client's own page size, 0: all in one answer.
    package var limit: Int?
    package var continueToken: String?
    package var resourceVersion: String?
    /// `Exact` or `NotOlderThan`; needs a resource version.
    package var resourceVersionMatch: String?

    package init(
        labelSelector: String? = nil, fieldSelector: String? = nil, limit: Int? = nil,
        continueToken: String? = nil, resourceVersion: String? = nil,
        resourceVersionMatch: String? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.continueToken = continueToken
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
    }

    var selectorQuery: [QueryItem] {
        var query: [QueryItem] = []
        if let labelSelector, !labelSelector.isEmpty {
            query.append(QueryItem("labelSelector", labelSelector))
        }
        if let fieldSelector, !fieldSelector.isEmpty {
            query.append(QueryItem("fieldSelector", fieldSelector))
        }
        return query
    }

    var query: [QueryItem] {
        var query = selectorQuery
        if let limit, limit > 0 { query.append(QueryItem("limit", String(limit))) }
        if let continueToken, !continueToken.isEmpty {
            // The token holds the resource version; a server refuses both together.
            return query + [QueryItem("continue", continueToken)]
        }
        if let resourceVersion {
            query.append(QueryItem("resourceVersion", resourceVersion))
            if let resourceVersionMatch {
                query.append(QueryItem("resourceVersionMatch", resourceVersionMatch))
            }
        }
        return query
    }
}

/// What a server does with members that the schema does not have (from 1.25 on).
package enum FieldValidation: String, Sendable, Hashable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"
}

/// How a write is carried out.
package struct WriteOptions: Sendable, Hashable {
    /// Everything but the storing: defaulting, validation and admission run.
    package var dryRun: Bool
    /// Who owns the fields that the write sets.
    package var fieldManager: String
    package var fieldValidation: FieldValidation?
    /// How long the server may take, after which it cannot commit; nil: the client's own limit.
    package var timeout: Duration?

    package init(
        dryRun: Bool = false, fieldManager: String = "petstore-cli",
        fieldValidation: FieldValidation? = nil, timeout: Duration? = nil
    ) {
        self.dryRun = dryRun
        self.fieldManager = fieldManager
        self.fieldValidation = fieldValidation
        self.timeout = timeout
    }

    var call: CallType { .ofWrite(dryRun: dryRun) }

    var query: [QueryItem] {
        var query: [QueryItem] = []
        if dryRun { query.append(QueryItem("dryRun", "All")) }
        if !fieldManager.isEmpty { query.append(QueryItem("fieldManager", fieldManager)) }
        if let fieldValidation {
            query.append(QueryItem("fieldValidation", fieldValidation.rawValue))
        }
        if let timeout { query.append(.timeout(timeout)) }
        return query
    }
}

/// What becomes of the objects that belong to a deleted one.
package enum DeletionPropagation: String, Sendable, Hashable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
}

/// How an object is deleted, and under which conditions.
package struct DeleteOptions: Sendable, Hashable {
    /// Only the object of that uid; another one is a conflict.
    package var uid: String?
    /// Only the object in that version; a newer one is a conflict.
    package var resourceVersion: String?
    package var propagation: DeletionPropagation?
    package var gracePeriodSeconds: Int?
    package var dryRun: Bool
    package var timeout: Duration?

    var call: CallType { .ofWrite(dryRun: dryRun) }

    package init(
        uid: String? = nil, resourceVersion: String? = nil,
        propagation: DeletionPropagation? = nil, gracePeriodSeconds: Int? = nil,
        dryRun: Bool = false, timeout: Duration? = nil
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.gracePeriodSeconds = gracePeriodSeconds
        self.dryRun = dryRun
        self.timeout = timeout
    }
}
