package import Catalog
import HTTP
package import KubernetesClient
package import KubernetesCore
package import Session

/// One cluster as verbs see it: everything made when first asked for, and then shared.
///
/// A one-shot command has one of its own; the lines of a shell share the shell's. Side by side
/// questions for the same thing cause one request.
package actor ClusterAccess {
    package nonisolated let world: World
    package nonisolated let settings: Settings

    /// What the flags said about the connection.
    package struct Settings: Sendable, Hashable {
        package var overrides: ConnectionOverrides
        package var sandbox: Bool
        package var verbosity: Int

        package init(
            overrides: ConnectionOverrides = ConnectionOverrides(), sandbox: Bool = false,
            verbosity: Int = 0
        ) {
            self.overrides = overrides
            self.sandbox = sandbox
            self.verbosity = verbosity
        }
    }

    /// An open way to a server.
    private struct Line: Sendable {
        var connection: ClusterConnection
        var client: KubernetesClient
    }

    private struct KnownSchemas {
        var task: Task<GroupSchemas, any Error>
        var freshness: Freshness
        var at: ContinuousClock.Instant
    }

    private var line: Task<Line, any Error>?
    private var discoveries = DiscoveryShelf()
    private var schemas: [GroupVersion: KnownSchemas] = [:]
    private var stores: StoreShelf?
    private var ownSession: Task<Session, Never>?
    private var chosenNamespace: String?

    package init(world: World, settings: Settings = Settings()) {
        self.world = world
        self.settings = settings
    }

    /// For a command line; what it does not say is as in the shell around it, if there is one.
    init(world: World, options: ClusterOptions?, outer: ClusterAccess?) {
        var settings = Settings()
        if let options {
            settings = Settings(
                overrides: options.overrides, sandbox: options.sandbox,
                verbosity: options.verbosity)
        }
        if settings.overrides.kubeconfig == nil {
            settings.overrides.kubeconfig = outer?.settings.overrides.kubeconfig
        }
        self.init(world: world, settings: settings)
    }

    // MARK: Connection

    package func connection() async throws -> ClusterConnection {
        var connection = try await open().connection
        if let chosenNamespace { connection.namespace = chosenNamespace }
        return connection
    }

    /// Where the connection works while nobody chooses another namespace.
    package func standardNamespace() async throws -> String {
        try await open().connection.namespace
    }

    /// From now on everything works in that namespace; nil: in the one of the connection.
    package func choose(namespace: String?) { chosenNamespace = namespace }

    package func client() async throws -> KubernetesClient { try await open().client }

    private func open() async throws -> Line {
        if let line { return try await line.joined }
        let (world, settings) = (world, settings)
        let task = Task { try await Self.connect(world, settings) }
        line = task
        do {
            return try await task.joined
        } catch {
            line = nil
            throw error
        }
    }

    private static func connect(_ world: World, _ settings: Settings) async throws -> Line {
        let told = ClientVoice(world: world, verbosity: settings.verbosity)
        if settings.sandbox {
            guard let sandbox = world.sandbox else {
                throw Failure(.mistake, "this petstore-cli has no sandbox inside")
            }
            var (connection, transport) = try await sandbox.inProcess()
            if let namespace = settings.overrides.namespace { connection.namespace = namespace }
            return Line(
                connection: connection,
                client: told.client(connection, transport))
        }
        let connection = try Kubeconfig.load(
            environment: world.environment, overrides: settings.overrides,
            pluginRunner: SubprocessPluginRunner(
                environment: world.environment,
                canInteract: world.terminal.inputIsTerminal && world.terminal.errorsAreTerminal))
        let transport = try await connection.transport(by: world.makeTransport)
        return Line(
            connection: connection,
            client: told.client(connection, transport, cache: cache(world, settings)))
    }

    /// Where this command may keep what the server says about itself; nil where there is no home.
    private static func cache(_ world: World, _ settings: Settings) -> DiscoveryCache? {
        let isHomeless =
            world.environment["HOME", default: ""].isEmpty
            && world.environment["XDG_CACHE_HOME", default: ""].isEmpty
        guard
            let folder = settings.overrides.cacheDir
                ?? (isHomeless ? nil : world.directories.cache)
        else { return nil }
        return DiscoveryCache(folder: folder, now: world.clock.now)
    }

    // MARK: What the cluster offers

    /// Names of kinds; schemas are not asked for.
    package func discovery(
        _ scope: Discovery.Scope = .custom, _ freshness: Freshness = .verified
    ) async throws -> Discovery {
        let client = try await client()
        let task = discoveries.task(scope, freshness) { freshness in
            Task { try await Discovery(client: client, scope: scope, freshness) }
        }
        do {
            return try await task.joined
        } catch {
            discoveries.drop(scope, task)
            throw error
        }
    }

    package func schemas(
        for version: GroupVersion, _ freshness: Freshness = .verified
    ) async throws -> GroupSchemas {
        let client = try await client()
        let now = ContinuousClock.now
        if let known = schemas[version] {
            let isCertain =
                known.freshness == .verified && known.at.duration(to: now) < DiscoveryShelf.certain
            let isBelievable = known.at.duration(to: now) < DiscoveryShelf.believable
            if isCertain || freshness == .cached && isBelievable {
                return try await known.task.joined
            }
        }
        let task = Task { try await client.schemas(for: version, freshness) }
        schemas[version] = KnownSchemas(task: task, freshness: freshness, at: now)
        do {
            return try await task.joined
        } catch {
            if schemas[version]?.task == task { schemas[version] = nil }
            throw error
        }
    }

    /// The kind that a word names: among the custom ones first, then among all.
    ///
    /// A word that means nothing by what was known before is looked up once more at the server: its
    /// kind may be new, or the server was starting up and did not tell of it yet.
    package func kind(
        _ word: String, schemas wanted: Bool, _ freshness: Freshness = .verified
    ) async throws -> CatalogKind {
        let begin = ContinuousClock.now
        let found: CatalogKind
        do {
            found = try await kind(named: word, freshness)
        } catch let error as CatalogError {
            guard discoveries.isOlder(than: begin) else { throw error }
            discoveries.forget()
            found = try await kind(named: word, .verified)
        }
        guard wanted else { return found }
        return try await withSchema(found, freshness)
    }

    private func kind(named word: String, _ freshness: Freshness) async throws -> CatalogKind {
        let custom = try await discovery(.custom, freshness)
        do throws(CatalogError) {
            return try custom.catalog.resolve(word)
        } catch  where error.isUnknown {
            let builtIn = try await discovery(.builtIn, freshness)
            // The custom kinds' error has the better suggestions.
            guard let other = try? builtIn.catalog.resolve(word) else { throw error }
            return other
        }
    }

    /// The same kind with everything that its schema says.
    package func withSchema(
        _ kind: CatalogKind, _ freshness: Freshness = .verified
    ) async throws -> CatalogKind {
        let catalog = try await catalog(of: [kind.type.groupVersion], freshness)
        return catalog.kinds.first { $0.type == kind.type } ?? kind
    }

    /// The custom kinds of those groups, schemas included; all groups when none is named.
    package func catalog(
        of versions: [GroupVersion]? = nil, _ freshness: Freshness = .verified
    ) async throws -> Catalog {
        let resources = try await discovery(.custom, freshness).resources
        let wanted = versions ?? Array(Set(resources.map(\.groupVersion))).sorted()
        var found: [GroupVersion: GroupSchemas] = [:]
        try await withThrowingTaskGroup(of: (GroupVersion, GroupSchemas).self) { group in
            for version in wanted {
                group.addTask {
                    // First the call, then the tuple: see Discovery.
                    let schemas = try await self.schemas(for: version, freshness)
                    return (version, schemas)
                }
            }
            for try await (version, schemas) in group { found[version] = schemas }
        }
        return Catalog(
            resources: resources.filter { wanted.contains($0.groupVersion) }, schemas: found,
            names: KindWords(resources))
    }

    /// What words mean here, as far as it is known already; nothing is asked for it.
    func knownWords() async -> KindWords {
        guard let task = discoveries.known(.custom), case .success(let found) = await task.result
        else { return KindWords() }
        return KindWords(found.resources)
    }

    /// Forgets what a cache told, when the server did not know a kind that it told of.
    ///
    /// - Returns: whether the same command may fare better now.
    func forgetIfMisled() async -> Bool {
        guard let line, case .success(let open) = await line.result,
            open.client.metUnservedKind(), discoveries.restsOnCache
        else { return false }
        discoveries.distrust()
        schemas = [:]
        return true
    }

    /// The objects of a collection, kept up to date by a watch for as long as this access is used.
    package func watched(_ type: ResourceType, namespace: String?) async throws -> ObjectStore {
        let client = try await client()
        let stores = stores ?? StoreShelf(client: client)
        self.stores = stores
        return stores.store(of: type, namespace: namespace)
    }

    // MARK: Session

    /// How commands begin that reach this cluster from any other terminal.
    package nonisolated var typedProgram: String {
        Reach(settings).typed(after: world.programName)
    }

    /// The session of this access; begun when first asked for.
    package func session() async throws -> Session {
        if let ownSession { return await ownSession.value }
        let opening = SessionOpening(
            world: world, client: try await client(),
            program: typedProgram)
        let task = Task { await opening.begin() }
        ownSession = task
        return await task.value
    }

    /// The session, if one was begun.
    package func begunSession() async -> Session? { await ownSession?.value }

    /// Leaves the session as it is: `close` will not touch it any more.
    package func abandonSession() { ownSession = nil }

    /// Goes on with a session that was begun elsewhere, in place of its own.
    package func take(up session: Session) { ownSession = Task { session } }

    /// Undoes what is left in the session, if there is one.
    ///
    /// - Returns: nil when there was nothing to do.
    package func close() async -> UndoReport? {
        guard let session = await begunSession() else { return nil }
        ownSession = nil
        let report = await session.close()
        return report.lines.isEmpty ? nil : report
    }
}
