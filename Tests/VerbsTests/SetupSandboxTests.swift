import Documents
import Testing
import Verbs

@Suite("sandbox, version and completion")
struct SetupSandboxTests {
    @Test("start shows where it serves, and what to type next")
    func start() async throws {
        let fixture = try SetupFixture()
        let outcome = await fixture.run("sandbox", "start", "--port", "16443")
        #expect(outcome.status == .done)
        #expect(
            outcome.output == """
                Sandbox:      running
                Server:       http://127.0.0.1:16443
                Process:      4711
                Kubeconfig:   /run/kube/config
                Services:     http://127.0.1.10:8080

                To use it: export KUBECONFIG="$(petstore-cli sandbox kubeconfig)"

                """)
        #expect(fixture.control.calls == ["start 16443 false"])
    }

    @Test("in the foreground it serves until a signal, and ends with that signal's status")
    func foreground() async throws {
        let fixture = try SetupFixture()
        var world = fixture.world
        world.interrupts = {
            AsyncStream { sink in
                sink.yield(.terminate)
            }
        }
        let status = await Dispatcher(world: world).run(["sandbox", "start", "--foreground"])
        #expect(status == .ended(by: 15))
        #expect(fixture.control.calls == ["start - true"])
    }

    @Test("starting one that runs shows it; another port is refused")
    func startTwice() async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        let same = await fixture.run("sandbox", "start")
        #expect(same.status == .done)
        #expect(same.errors == "the sandbox runs already\n")
        #expect(same.output.hasPrefix("Sandbox:      running\n"))
        let other = await fixture.run("sandbox", "start", "--port", "9")
        #expect(other.status == .conflict)
        #expect(
            other.errors == """
                error: a sandbox runs already, on http://127.0.0.1:16443
                hint: petstore-cli sandbox stop ends it

                """)
        #expect(fixture.control.calls.isEmpty)
    }

    @Test(
        "without one that runs, all say so and how to start it",
        arguments: [
            ["status"], ["stop"], ["reset"], ["kubeconfig"], ["fault", "--clear"],
        ])
    func noneRuns(words: [String]) async throws {
        let fixture = try SetupFixture()
        let status = await Dispatcher(world: fixture.world).run(["sandbox"] + words)
        #expect(status == .notFound)
        #expect(fixture.output.text.isEmpty)
        #expect(
            fixture.errors.text == """
                error: no sandbox is running
                hint: petstore-cli sandbox start starts one

                """)
    }

    @Test("kubeconfig prints the path alone; stop and reset say what they did")
    func running() async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        let path = await fixture.run("sandbox", "kubeconfig")
        #expect((path.output, path.errors) == ("/run/kube/config\n", ""))
        let json = await fixture.run("sandbox", "status", "-o", "json")
        #expect(try JSONValue(parsing: json.output)["processID"] == 4711)
        let reset = await fixture.run("sandbox", "reset")
        #expect(reset.status == .done && reset.output.isEmpty && !reset.errors.isEmpty)
        #expect(await fixture.run("sandbox", "stop").status == .done)
        #expect(fixture.control.calls == ["reset", "stop"])
        #expect(await fixture.run("sandbox", "status").status == .notFound)
    }

    @Test("faults are read from their flags")
    func faults() async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        await fixture.run("sandbox", "fault", "--instance", "1", "--fail")
        await fixture.run("sandbox", "fault", "--latency", "300ms")
        await fixture.run(
            "sandbox", "fault", "--instance", "0", "--drift", "pet/123:name=a:b=c")
        let last = await fixture.run("sandbox", "fault", "--clear")
        #expect(last.errors == "API server and all instances: no faults\n")
        #expect(
            fixture.control.faults == [
                SandboxFault(instance: 1, kind: .fail),
                SandboxFault(instance: nil, kind: .latency(.milliseconds(300))),
                SandboxFault(
                    instance: 0, kind: .drift(object: "pet/123", member: "name", value: "a:b=c")),
                SandboxFault(instance: nil, kind: .clear),
            ])
    }

    @Test(
        "--api is turned into the server's script",
        arguments: [
            ("503", #"{"effect":"refuse","code":503}"#),
            ("429", #"{"effect":"refuse","code":429,"retryAfter":1}"#),
            ("error=409 --retry-after 3s", #"{"effect":"refuse","code":409,"retryAfter":3}"#),
            (
                "error-after=504 --verb patch",
                #"{"effect":"refuse-after","code":504,"verb":"patch"}"#
            ),
            ("drop --method post", #"{"effect":"drop-before","method":"POST"}"#),
            ("drop-after --count all", #"{"effect":"drop-after","count":"all"}"#),
            ("delay=1.5s --count 2", #"{"effect":"delay","milliseconds":1500,"count":2}"#),
            ("delay-after=20ms --nth 3", #"{"effect":"delay-answer","milliseconds":20,"skip":2}"#),
            ("commit-late=1m", #"{"effect":"commit-late","milliseconds":60000}"#),
            ("truncate=100 -n zoo", #"{"effect":"truncate","bytes":100,"namespace":"zoo"}"#),
            (
                "drip=16/5ms --path /apis",
                #"{"effect":"drip","bytes":16,"milliseconds":5,"path":"/apis"}"#
            ),
            ("cut-watch", #"{"effect":"cut-watch","events":0}"#),
            (
                "end-watch=2 --resource pets",
                #"{"effect":"end-watch","events":2,"resource":"pets"}"#
            ),
            (
                "expire-watch=1 --verb watch --name a --client kubectl",
                #"{"effect":"expire-watch","events":1,"verb":"watch","name":"a","client":"kubectl"}"#
            ),
        ])
    func scripts(line: String, wire: String) async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        let words = ["sandbox", "fault", "--api"] + line.split(separator: " ").map(String.init)
        let status = await Dispatcher(world: fixture.world).run(words)
        #expect(status == .done, "\(fixture.errors.text)")
        let sent = try #require(try await fixture.control.apiFaults().first)
        let expected = try JSONValue(parsing: wire)
        #expect(sent.objectValue?.names.sorted() == expected.objectValue?.names.sorted())
        for name in expected.objectValue?.names ?? [] { #expect(sent[name] == expected[name]) }
        #expect(fixture.errors.text.hasPrefix("API server: "))
    }

    @Test("faults are listed, and cleared together or for one instance")
    func listing() async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        let none = await fixture.run("sandbox", "fault", "--list")
        #expect((none.output, none.errors) == ("", "no faults\n"))
        let said = await fixture.run(
            "sandbox", "fault", "--api", "503", "--resource", "pets", "--verb", "list", "--count",
            "2", "--nth", "2")
        #expect(
            said.errors
                == "API server: answers 503, nothing done; meets list pets, 2 times, after 1 unharmed\n"
        )
        await fixture.run("sandbox", "fault", "--instance", "1", "--down")
        let list = await fixture.run("sandbox", "fault", "--list")
        #expect(
            list.output == """
                WHO          DOES                        MEETS        HOW OFTEN
                instance 1   every connection is reset   every call   until cleared
                API server   answers 503, nothing done   list pets    2 times, after 1 unharmed

                """)
        let json = try JSONValue(
            parsing: await fixture.run("sandbox", "fault", "--list", "-o", "json").output)
        #expect(json["api"]?.arrayValue?.map { $0["code"] } == [503])
        #expect(json["services"]?.arrayValue?.map { $0["instance"] } == [1])
        await fixture.run("sandbox", "fault", "--clear", "--instance", "1")
        #expect(try await fixture.control.apiFaults().count == 1)
        await fixture.run("sandbox", "fault", "--clear")
        #expect(try await fixture.control.apiFaults().isEmpty)
    }

    @Test(
        "what makes no sense is a usage error and reaches nobody",
        arguments: [
            ["fault"], ["fault", "--fail", "--clear"], ["fault", "--latency", "soon"],
            ["fault", "--latency", "-1s"], ["fault", "--drift", "pet:status=sold"],
            ["fault", "--drift", "pet/123"], ["fault", "--instance", "3", "--fail"],
            ["fault", "--api", "sing"], ["fault", "--api", "200"], ["fault", "--api", "error"],
            ["fault", "--api", "delay"], ["fault", "--api", "delay=soon"],
            ["fault", "--api", "drop=1"], ["fault", "--api", "drip=5"],
            ["fault", "--api", "drip=0/1s"], ["fault", "--api", "truncate=-1"],
            ["fault", "--api", "503", "--clear"], ["fault", "--api", "503", "--instance", "1"],
            ["fault", "--fail", "--count", "2"], ["fault", "--list", "--verb", "get"],
            ["fault", "--api", "503", "--count", "0"], ["fault", "--api", "503", "--nth", "0"],
            ["fault", "--api", "503", "--path", "apis"], ["fault", "--api", "503", "--name", ""],
            ["fault", "--api", "503", "--verb", "look"],
            ["fault", "--api", "503", "--method", "LOOK"],
            ["fault", "--api", "drop", "--retry-after", "1s"],
            ["fault", "--api", "503", "--retry-after", "1ms"],
            ["fault", "--api", "cut-watch", "--verb", "list"],
            ["start", "--port", "0"], ["start", "--port", "70000"], ["begin"],
            ["operate", "--sandbox"],
        ])
    func usage(words: [String]) async throws {
        let fixture = try SetupFixture(running: RecordingSandbox.facts)
        let status = await Dispatcher(world: fixture.world).run(["sandbox"] + words)
        #expect(status == .mistaken)
        #expect(fixture.errors.text.hasPrefix("error: "))
        #expect(fixture.control.calls.isEmpty && fixture.control.faults.isEmpty)
        #expect(try await fixture.control.apiFaults().isEmpty)
    }

    @Test("operate works on the cluster and namespace that the flags say")
    func operate() async throws {
        let fixture = try SetupFixture()
        let outcome = await fixture.run("sandbox", "operate", "-n", "zoo")
        #expect(outcome.status == .done)
        #expect(outcome.errors == "at work\n")
        await fixture.run("sandbox", "operate", "--seed")
        #expect(
            fixture.control.calls == [
                "operate http://cluster.test zoo", "operate http://cluster.test default seeds",
            ])
    }

    @Test(
        "what serves until it is stopped does not keep a shell",
        arguments: [["operate"], ["start", "--foreground"]])
    func inShell(words: [String]) async throws {
        let fixture = try SetupFixture()
        let shell = ShellState(access: ClusterAccess(world: fixture.world))
        let status = await Dispatcher(world: fixture.world).run(
            ["sandbox"] + words, shell: shell)
        #expect(status == .mistaken)
        #expect(fixture.errors.text.contains("hint: run it in a terminal of its own"))
        #expect(fixture.control.calls.isEmpty)
    }

    @Test("version asks nobody; asked for the server's, it says why there is none")
    func version() async throws {
        let fixture = try SetupFixture()
        let own = await fixture.run("version")
        #expect(own.output == Release.line && own.errors.isEmpty)
        let json = try JSONValue(parsing: await fixture.run("version", "-o", "json").output)
        #expect(json == ["kind": "Version", "version": .string(Release.version)])
        let remote = await fixture.run("version", "--remote")
        #expect(remote.status == .unreachable && remote.output.isEmpty)
    }

    @Test(
        "completion asks the program for what it knows", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) async throws {
        let outcome = await (try SetupFixture()).run("completion", shell)
        #expect(outcome.status == .done && outcome.output.contains("__complete"))
    }

    @Test("candidates are the verbs, the flags and the values that are parsed")
    func candidates() async throws {
        let fixture = try SetupFixture()
        func lines(_ words: String...) async -> [Substring] {
            fixture.output.clear()
            _ = await Dispatcher(world: fixture.world).run(["__complete"] + words)
            return fixture.output.text.split(separator: "\n")
                .map { $0.prefix { $0 != "\t" } }
        }
        #expect(await lines("").contains("describe"))
        #expect(await !lines("").contains("__complete"))
        #expect(await lines("sandbox", "kube") == ["kubeconfig", ":4"])
        #expect(await lines("get", "--chunk") == ["--chunk-size", ":4"])
        #expect(await lines("completion", "z") == ["zsh", ":4"])
        // No cluster: nothing is known, and nothing is said.
        #expect(await lines("get", "pe") == [":4"])
    }

    @Test("a shell that cannot be opened, or not so, says why")
    func shell() async throws {
        let fixture = try SetupFixture()
        #expect(await fixture.run("shell", "-c", "status", "-f", "x").status == .mistaken)
        #expect(fixture.errors.text.contains("-c and -f cannot be given together"))
        #expect(await fixture.run("shell").status == .mistaken)
        #expect(fixture.errors.text == "error: a shell cannot be opened here\n")
    }

    @Test("a shell gets what was asked for, and its status is ours")
    func opensShell() async throws {
        let fixture = try SetupFixture()
        var world = fixture.world
        world.openShell = { _, state, request in
            let isAsked = request == ShellRequest(commands: "status; get pets")
            let isSandbox = state.access.settings.sandbox
            return isAsked && isSandbox ? .undoIncomplete : .done
        }
        let status = await Dispatcher(world: world).run(
            ["shell", "--sandbox", "-c", "status; get pets"])
        #expect(status == .undoIncomplete)
        #expect(fixture.errors.text.isEmpty)
    }
}
