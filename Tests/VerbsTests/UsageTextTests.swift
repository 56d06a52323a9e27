import Render
import Testing

@testable import Verbs

@Suite("Help fits the terminal")
struct UsageTextTests {
    @Test("a usage line goes on under its arguments; a flag stays with its value")
    func usage() {
        let text =
            "error: no\n\nusage: petstore-cli wait [<resource> ...] --for <condition> [--all]\n"
        #expect(UsageText.fitted(text, columns: nil) == text)
        #expect(UsageText.fitted(text, columns: 100) == text)
        #expect(
            UsageText.fitted(text, columns: 50) == """
                error: no

                usage: petstore-cli wait [<resource> ...]
                                         --for <condition> [--all]

                """)
    }

    @Test("an error is broken between words; a hint holds a command that is copied whole")
    func errors() {
        let text = "error: its state is Synced with the API\nhint: petstore-cli describe pet/max\n"
        #expect(
            UsageText.fitted(text, columns: 30) == """
                error: its state is Synced
                       with the API
                hint: petstore-cli describe pet/max

                """)
    }

    @Test("what a server says in its own words is broken like that, too")
    func servers() {
        let text = "The connection to the server a:1 was refused - did you specify it?\n"
        #expect(
            UsageText.fitted(text, columns: 40) == """
                The connection to the server a:1 was
                refused - did you specify it?

                """)
    }

    @Test("an example that is too long goes on behind a backslash, with its quotes whole")
    func examples() {
        #expect(Example("get pets", "").typed == "petstore-cli get pets")
        #expect(
            Example("shell -c 'patch pet fluffy status=pending --rollback-on-exit; status'", "")
                .typed == """
                    petstore-cli shell -c \\
                          'patch pet fluffy status=pending --rollback-on-exit; status'
                    """)
    }

    @Test("no line of any verb's examples and usage is wider than 80 columns")
    func everyVerb() async throws {
        let setup = try SetupFixture()
        var world = setup.world
        world.terminal.columns = 80
        for verb in Roster.verbs {
            let path = try #require(OnStage.ExampleTests.path(to: verb))
            setup.output.clear()
            _ = await Dispatcher(world: world).run(path + ["--help"])
            for line in setup.output.text.split(separator: "\n") {
                #expect(String(line).displayWidth <= 80, "\(path): \(line)")
            }
        }
    }
}
