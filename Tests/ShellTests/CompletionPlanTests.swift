import Catalog
import Testing
import Verbs

@testable import Shell

/// What is wanted at the cursor, by the real command definitions.
struct CompletionPlanTests {
    private static let tree = CommandTree(Root.self)

    private func plan(_ text: String) -> CompletionPlan {
        LinePlan(beforeCursor: text, tree: Self.tree, aliases: ["gp": ["get", "pets"]]).words
    }

    private func commands(_ text: String) -> [String] {
        guard case .commands(let commands, _) = plan(text).wanted else { return [] }
        return commands.map(\.name)
    }

    private func flags(_ text: String) -> [String] {
        guard case .flags(let flags) = plan(text).wanted else { return [] }
        return flags.compactMap(\.longName)
    }

    @Test func theFirstWordIsACommand() {
        #expect(commands("").contains("get"))
        #expect(commands("status; ").contains("describe"))
        #expect(plan("ge").partial == "ge")
        #expect(plan("status;ge").replaced == 2)
        #expect(commands("sandbox ").contains("start"))
        #expect(commands("help ").contains("get"))
    }

    @Test func thenComeKindsAndNames() {
        #expect(plan("get ").wanted == .kinds)
        #expect(plan("get pe").wanted == .kinds)
        #expect(plan("get pets,or").prefix == "pets,")
        #expect(plan("get pet ").wanted == .names(kind: "pet", namespace: nil))
        #expect(plan("get pet fluffy bu").wanted == .names(kind: "pet", namespace: nil))
        #expect(plan("get pet/fl").wanted == .names(kind: "pet", namespace: nil))
        #expect(plan("get pet/fl").prefix == "pet/")
        #expect(plan("get -n prod pet ").wanted == .names(kind: "pet", namespace: "prod"))
        #expect(plan("describe order ord").wanted == .names(kind: "order", namespace: nil))
    }

    @Test func flagsAndTheirValuesFollowTheDefinitions() {
        #expect(flags("get pets --").contains("--selector"))
        #expect(flags("get pets --").contains("--kubeconfig"))
        let formats = [
            "table", "wide", "json", "yaml", "name", "csv", "jsonpath=", "custom-columns=",
        ]
        #expect(plan("get pets -o ").wanted == .values(formats))
        #expect(plan("get pets --output=js").prefix == "--output=")
        #expect(plan("get pets --output=js").partial == "js")
        #expect(plan("get pets -n ").wanted == .namespaces)
        #expect(plan("get pets --context ").wanted == .contexts)
        #expect(plan("get pets -l a=b,te").wanted == .labels(kind: "pets", namespace: nil))
        #expect(plan("get pets -l a=b,te").prefix == "a=b,")
        #expect(plan("create -f pe").wanted == .files)
    }

    @Test func aPatchTakesFields() {
        #expect(plan("patch pet fluffy ").wanted == .fields(kind: "pet"))
        #expect(plan("patch pet/fluffy st").wanted == .fields(kind: "pet"))
        #expect(plan("patch pet fluffy status=pe").prefix == "status=")
        #expect(plan("patch pet fl").wanted == .names(kind: "pet", namespace: nil))
    }

    @Test func queriesAndActionsTakeNamesParametersAndValues() {
        #expect(plan("query ").wanted == .operations(.query))
        #expect(plan("action up").wanted == .operations(.action))
        #expect(plan("query -n prod ").wanted == .operations(.query))
        #expect(flags("query --").contains("--across-pods"))
        #expect(
            plan("query stock ").wanted == .parameters(.query, operation: "stock", besides: []))
        guard case .parameters(.action, "photo", let besides) = plan("action photo --pe").wanted
        else {
            Issue.record("parameters and flags are wanted")
            return
        }
        #expect(besides.contains { $0.longName == "--once" })
        let values = CompletionPlan.Wanted.parameterValues(
            .query, operation: "search", parameter: "status")
        #expect(plan("query search --status=a,s").wanted == values)
        #expect(plan("query search --status=a,s").prefix == "--status=a,")
        #expect(plan("query search --status s").wanted == values)
        #expect(plan("query search --status s").prefix == "")
        #expect(plan("query search --every 5m --target-pod=").wanted == .pods(namespace: nil))
        #expect(plan("action photo --file ").wanted == .files)
    }

    @Test func flagsAreOfferedWithoutAnAnswerAndWinOverParametersOfTheirName() {
        let begun = plan("query search --t")
        #expect(begun.narrowed([]).contains { $0.text == "--timeout" })
        let names = begun.narrowed([.init("--timeout="), .init("--tags=")]).map(\.text)
        #expect(names.contains("--tags=") && !names.contains("--timeout="))
    }

    @Test func aWaitKnowsWhatItCanWaitFor() {
        #expect(
            plan("wait pet/max --for=").wanted
                == .values(["delete", "create", "state=", "condition=", "jsonpath="]))
    }

    @Test func wordsOfTheShellHaveTheirOwn() {
        #expect(plan("use ").wanted == .contexts)
        #expect(plan("ns te").wanted == .namespaces)
        #expect(plan("source scr").wanted == .files)
        #expect(
            plan("set ti").wanted
                == .values(["numbers", "output", "pager", "read-only", "timing"]))
        #expect(plan("tour ").wanted == .values(["skip", "stop"]))
        #expect(plan("set timing ").wanted == .values(["on", "off"]))
        #expect(plan("watch 2s get pet ").wanted == .names(kind: "pet", namespace: nil))
        #expect(plan("gp bu").wanted == .names(kind: "pets", namespace: nil))
        #expect(plan("get pets > pe").wanted == .files)
        #expect(plan("get pets | gr").wanted == .nothing)
        #expect(plan("!ls get ").wanted == .nothing)
        #expect(plan("watch status & get ").wanted == .kinds)
    }

    @Test func commentsAndCommandsOfTheUserAreLeftAlone() {
        #expect(plan("get # pe").wanted == .nothing)
        #expect(plan("patch pet fluffy status=x -- ls ").wanted == .nothing)
        #expect(plan("nonsense x").wanted == .nothing)
    }
}
