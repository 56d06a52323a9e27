import Documents
import HTTP
package import KubernetesCore

/// What a watch tells.
package enum WatchUpdate: Sendable, Hashable {
    /// The whole state, read anew: whatever was known before does not count. It comes first where
    /// the watch began without a version, and again whenever events were lost.
    case restarted(ObjectList)
    /// An object appeared, changed or went; or a bookmark. Never an error.
    case event(WatchEvent)
}

extension KubernetesClient {
    /// Watches a collection for as long as it is read.
    ///
    /// It goes on over ended, cut and silent streams without losing an event, and lists anew when
    /// the server has forgotten too much.
    ///
    /// Of the options the selectors count, and `limit` as the page size of lists. The resource
    /// version is that of the list which is known already; without one it lists first.
    package func watch(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        from resourceVersion: String? = nil, form: CollectionForm = .objects
    ) -> WatchStream {
        WatchStream(
            client: self, type: type, namespace: namespace, options: options,
            from: resourceVersion, form: form)
    }
}

/// The updates of one watch; reading drives it.
package struct WatchStream: AsyncSequence, Sendable {
    package typealias Element = WatchUpdate
    package typealias Failure = KubernetesError

    let client: KubernetesClient
    let type: ResourceType
    let namespace: String?
    let options: ListOptions
    let from: String?
    let form: CollectionForm
    /// Lists end when they have so many objects.
    var capacity = Int.max
    /// Told of the error that is being waited out, and of nil when the stream is open again.
    var tellHealth: (@Sendable (KubernetesError?) -> Void)?

    package func makeAsyncIterator() -> Iterator {
        Iterator(driver: WatchDriver(stream: self))
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let driver: WatchDriver

        package mutating func next() async throws(KubernetesError) -> WatchUpdate? {
            try await driver.next()
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KubernetesError) -> WatchUpdate? {
            try await driver.next()
        }
    }
}

/// Carries out what the machine says: lists, opens, reads lines, waits.
private actor WatchDriver {
    private let stream: WatchStream
    private var machine: WatchMachine
    private var effects: [WatchMachine.Effect] = []
    private var lines: WatchLines?
    private var hasStarted = false
    private var openedAt: ContinuousClock.Instant?
    /// What the machine was told last that went wrong.
    private var trouble: KubernetesError?

    /// A stream that ends sooner than this without an event is not worth opening at once.
    private static let shortestStream = Duration.seconds(1)

    init(stream: WatchStream) {
        self.stream = stream
        machine = WatchMachine(maximumFailures: stream.client.policy.watchFailures)
    }

    /// The next update; nil when the task was cancelled.
    func next() async throws(KubernetesError) -> WatchUpdate? {
        if !hasStarted {
            hasStarted = true
            effects = machine.step(.start(from: stream.from))
        }
        while !Task.isCancelled {
            guard !effects.isEmpty else {
                guard lines != nil else { return nil }
                let input = await read()
                note(input)
                effects = machine.step(input)
                continue
            }
            if let update = try await carryOut(effects.removeFirst()) { return update }
        }
        lines = nil
        return nil
    }

    private func carryOut(
        _ effect: WatchMachine.Effect
    ) async throws(KubernetesError) -> WatchUpdate? {
        switch effect {
        case .deliver(let event): return .event(event)
        case .close: lines = nil
        case .fail(let error):
            lines = nil
            throw error
        case .wait(let attempt):
            stream.tellHealth?(trouble ?? Self.silence)
            let policy = stream.client.policy
            await policy.sleep(policy.pause(afterFailure: attempt))
            effects += machine.step(.waited)
        case .list:
            do throws(KubernetesError) {
                let pages = stream.client.pages(
                    stream.type, namespace: stream.namespace, options: stream.options,
                    form: stream.form)
                let list = try await stream.client.list(pages, atMost: stream.capacity)
                effects += machine.step(.listed(resourceVersion: list.resourceVersion))
                return .restarted(list)
            } catch {
                trouble = error
                effects += machine.step(.failed(error))
            }
        case .open(let version):
            await open(from: version)
        }
        return nil
    }

    private func open(from version: String) async {
        let client = stream.client
        let request = KubernetesRequest.watch(
            stream.type, namespace: stream.namespace, options: stream.options, from: version,
            timeoutSeconds: client.policy.watchTimeoutSeconds, form: stream.form)
        do throws(KubernetesError) {
            lines = WatchLines(body: try await client.open(request).body)
            openedAt = client.policy.now()
            trouble = nil
            stream.tellHealth?(nil)
            effects += machine.step(.opened)
        } catch {
            lines = nil
            trouble = error
            effects += machine.step(.failed(error))
        }
    }

    private func note(_ input: WatchMachine.Input) {
        switch input {
        case .failed(let error): trouble = error
        case .event(.error(let status)): trouble = KubernetesError(.status(status))
        default: break
        }
    }

    /// Whether the stream ended in no time.
    private var endedEarly: Bool {
        guard let openedAt else { return true }
        return openedAt.duration(to: stream.client.policy.now()) < Self.shortestStream
    }

    private static let silence = KubernetesError(
        .transport(TransportError(.connectionLost, "the watch ended", sent: true)))

    private func read() async -> WatchMachine.Input {
        guard let lines else { return .streamEnded(early: true) }
        let line: [UInt8]?
        do throws(WatchLines.Failure) {
            line = try await lines.next()
        } catch {
            switch error {
            case .transport(let lost) where lost.kind == .timedOut: return .silent
            case .transport(let lost): return .failed(KubernetesError(.transport(lost)))
            case .line(let fault): return .failed(Self.tooLong(fault))
            }
        }
        guard let line else {
            self.lines = nil
            return .streamEnded(early: endedEarly)
        }
        // An event cut short, or something that is none: the stream cannot be trusted further.
        guard let json = try? JSONValue(parsing: line), let event = WatchEvent(json) else {
            return .failed(KubernetesError(.undecodable("a line of the watch is no event")))
        }
        return .event(event)
    }

    private static func tooLong(_ fault: LineSplitter.LineTooLong) -> KubernetesError {
        KubernetesError(.invalidRequest("an event is larger than \(fault.limit) bytes"))
    }
}

/// The lines of a body.
private final class WatchLines {
    enum Failure: Error {
        case transport(TransportError)
        case line(LineSplitter.LineTooLong)
    }

    private var chunks: HTTPBody.Iterator
    private var splitter = LineSplitter(limit: CallPolicy.largestEvent)
    private var ready: [[UInt8]] = []
    /// How many of those were given.
    private var given = 0

    init(body: HTTPBody) { chunks = body.makeAsyncIterator() }

    func next(isolation: isolated (any Actor)? = #isolation) async throws(Failure) -> [UInt8]? {
        while given == ready.count {
            ready = []
            given = 0
            let chunk: [UInt8]?
            do throws(TransportError) {
                chunk = try await chunks.next(isolation: isolation)
            } catch {
                throw .transport(error)
            }
            guard let chunk else { return splitter.remainder() }
            do throws(LineSplitter.LineTooLong) {
                ready = try splitter.lines(adding: chunk)
            } catch {
                throw .line(error)
            }
        }
        // A chunk may hold thousands of events, and each is let go as soon as it is given.
        let line = ready[given]
        ready[given] = []
        given += 1
        return line
    }
}
