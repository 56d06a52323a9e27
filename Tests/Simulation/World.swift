import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization

/// The cluster, its shadow in which our changes never happen, and everybody who acts on them.
///
/// Others act on both clusters, sessions on the real one only. When all is over the two must hold
/// the same objects.
final class World: Sendable {
    let scenario: Scenario
    let saboteur: Saboteur?
    let machines: [Machine]
    /// Copies of journals on other machines.
    let copies = Mutex<[Machine]>([])
    let real: APIServer
    let shadow: APIServer
    let judge: Mutex<Judge>
    private let log = Mutex(Log())
    private let flags = Mutex(Flags())

    private struct Log {
        var lines: [String] = []
        var fingerprint = Fingerprint()
    }

    private struct Flags {
        var isHealed = false
        var doneDeeds: Set<Int> = []
    }

    init(_ scenario: Scenario, saboteur: Saboteur?) {
        self.scenario = scenario
        self.saboteur = saboteur
        machines = scenario.skews.map { skew in
            let disk = FaultyDiskMaker.make(saboteur)
            return Machine(disk, skew: skew)
        }
        real = Self.server(scenario.seed)
        shadow = Self.server(~scenario.seed)
        judge = Mutex(Judge(scenario))
    }

    private static func server(_ seed: UInt64) -> APIServer {
        var settings = APIServer.Settings(clock: { EventLoop.shared.now }, seed: seed)
        settings.bookmarkInterval = .seconds(1_000_000)
        return APIServer(settings)
    }

    // MARK: What is written down

    var lines: [String] { log.withLock { $0.lines } }
    var fingerprint: Fingerprint { log.withLock { $0.fingerprint } }

    func trace(_ text: String) {
        let time = EventLoop.shared.elapsed.components
        let milliseconds = time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000
        let line = "\(milliseconds) \(text)"
        log.withLock { log in
            log.fingerprint.add(line)
            log.lines.append(line)
        }
    }

    func count(_ kind: Tally.Kind, _ name: String) {
        judge.withLock { $0.tally.count(kind, name) }
    }

    func violation(_ promise: String, _ text: String) {
        trace("VIOLATION \(promise): \(text)")
        judge.withLock { $0.violations.append("\(promise): \(text)") }
    }

    // MARK: Requests

    /// What goes wrong with that request, if anything.
    func mishap(of life: Life, _ number: Int, _ call: Call) async -> Mishap? {
        guard !flags.withLock({ $0.isHealed }) else { return nil }
        let now = EventLoop.shared.elapsed
        let window = scenario.windows.first {
            .milliseconds($0.from) <= now && now < .milliseconds($0.to)
        }
        var mishap: Mishap?
        switch window?.kind {
        case .forbidden? where call.isPetWrite:
            mishap = .refused(403)
            count(.fault, "permission taken away for a while")
            noteRefusal(.refused(403), of: call)
        case .blackHole?:
            mishap = .silence
            count(.fault, "network gone for a while")
        default:
            let writes = life.writes
            let planned = scenario.faults.first { fault in
                guard fault.process == life.name else { return false }
                return fault.isWrite
                    ? call.isPetWrite && fault.request == writes : fault.request == number
            }
            guard let planned else { return nil }
            mishap = planned.mishap
            // What is meant for writes becomes something fitting for the others.
            switch planned.mishap {
            case .late where !call.isWrite, .doneButAnswered where !call.isWrite:
                mishap = .lostAnswer
            case .lie where !(call.isPetWrite && call.isUndo): return nil
            case .invalid where !call.isPetWrite, .admission where !call.isPetWrite,
                // A refused dry run tells the engine that the record is not wanted, and the
                // change goes without it: level G1, which is not looked at here.
                .refused(403) where !call.isPetWrite, .refused(422) where !call.isPetWrite:
                mishap = .refused(500)
            default: break
            }
            if let mishap {
                count(.fault, mishap.name)
                noteRefusal(mishap, of: call)
            }
        }
        return mishap
    }

    /// Who owns what is not looked at any more where the server refuses to have it put right.
    private func noteRefusal(_ mishap: Mishap, of call: Call) {
        let isRefusal = [.refused(403), .refused(422), .invalid, .admission].contains(mishap)
        guard isRefusal, let object = call.object,
            call.operations.contains(where: { $0["path"] == "/metadata/managedFields" })
        else { return }
        judge.withLock { $0.leaveOwners(of: object) }
    }

    /// Brings a request to the real server, and judges what it did there.
    func deliver(
        _ call: Call, _ life: Life, _ intent: Intent, _ label: String
    ) async -> HTTPResponse {
        await doDeeds(before: call, life, label)
        guard call.isPetWrite, let name = call.object else {
            let response = await answer(of: real, to: call.request, label)
            if response.status < 300 { await noteLease(call, life, label) }
            return response
        }
        let before = await object(name)
        let response = await answer(of: real, to: call.request, label)
        guard response.status < 300 else { return response }
        let after = await object(name)
        let durable = life.machine.disk.durableText(of: life.session + ".jsonl") ?? ""
        let permanent = judge.withLock { judge in
            judge.committed(
                Write(
                    life: life.name, session: life.session, isForgetful: life.isForgetful,
                    intent: intent, call: call, object: name, before: before ?? .null,
                    after: after ?? .null, durable: durable, now: EventLoop.shared.now,
                    label: label))
        }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
        if let permanent { await makePermanent(permanent) }
        return response
    }

    /// Notes what a write of a Lease says about who lives.
    private func noteLease(_ call: Call, _ life: Life, _ label: String) async {
        guard let session = call.leasedSession else { return }
        let lease = await lease(of: session)
        // Who has its journal knows that it is dead.
        let isOwn =
            life.session == session
            || scenario.scripts.contains {
                $0.id == session && machines[$0.machine] === life.machine
            }
        judge.withLock {
            $0.noteLease(
                lease, of: session, isOwn: isOwn, now: EventLoop.shared.now, label: label)
        }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
    }

    /// Lets a request reach the server when its sender has given up.
    func deliverLater(
        _ call: Call, _ life: Life, _ intent: Intent, _ label: String, _ span: Duration
    ) {
        Task.detached {
            await EventLoop.shared.wait(span)
            self.trace("\(label) arrives late")
            _ = await self.deliver(call, life, intent, label + "'")
        }
    }

    private func answer(
        of server: APIServer, to request: HTTPRequest, _ label: String
    ) async -> HTTPResponse {
        var response = await server.handle(request)
        let bytes = await Self.bytes(of: response)
        response.body = HTTPBody(bytes)
        if response.headers["Date"] == nil {
            response.headers.add("Date", EventLoop.shared.now.httpDate)
        }
        var digest = Fingerprint()
        digest.add(bytes)
        trace("\(label) ← \(response.status) \(String(digest.value, radix: 16))")
        return response
    }

    static func bytes(of response: HTTPResponse) async -> [UInt8] {
        do {
            return try await response.body.collect()
        } catch {
            return []
        }
    }

    enum Scripted { case refused(Int), invalid, admission }

    func answer(_ scripted: Scripted) -> HTTPResponse {
        let status: JSONValue
        switch scripted {
        case .refused(let code):
            status = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure",
                "message": .string("scripted \(code)"),
                "reason": .string(
                    [409: "Conflict", 403: "Forbidden", 422: "Invalid"][code] ?? "Scripted"),
                "code": .integer(Int64(code)),
            ]
        case .invalid:
            status = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure",
                "message": "Pet is invalid: spec.status: scripted", "reason": "Invalid",
                "details": ["causes": [["field": "spec.status", "message": "scripted"]]],
                "code": 422,
            ]
        case .admission:
            status = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure",
                "message": "admission webhook \"no.example.com\" denied the request: scripted",
                "reason": "BadRequest", "code": 400,
            ]
        }
        return HTTPResponse(
            status: Int(status["code"]?.integerValue ?? 500),
            headers: ["Date": EventLoop.shared.now.httpDate, "Content-Type": "application/json"],
            body: HTTPBody(status.bytes(.compact)))
    }

    /// From now on nothing goes wrong any more.
    func heal() {
        flags.withLock { $0.isHealed = true }
        trace("all is well again")
    }

    // MARK: What others do

    /// Does what is to happen just before that request, once.
    private func doDeeds(before call: Call, _ life: Life, _ label: String) async {
        for deed in scenario.deeds {
            switch deed.trigger {
            case .before(life.name, let number) where label == "\(life.name)#\(number)": break
            case .beforeWrite(life.name, life.writes) where call.isPetWrite: break
            default: continue
            }
            guard flags.withLock({ $0.doneDeeds.insert(deed.number).inserted }) else { continue }
            await carryOut(deed)
        }
    }
}
