import Testing

@testable import Verbs

@Suite("One binary, three faces")
struct FaceTests {
    @Test(
        "the file's name decides",
        arguments: [
            ("petstore-cli", "petstore-cli", Face.Form.conversation, false),
            ("/usr/bin/petstore-cli", "petstore-cli", .conversation, false),
            ("./anything", "petstore-cli", .conversation, false),
            ("", "petstore-cli", .conversation, false),
            ("kubectl-petstore", "kubectl petstore", .tables, false),
            ("/opt/bin/kubectl-api_diag", "kubectl api-diag", .tables, false),
            ("kubectl_complete-petstore", "kubectl petstore", .tables, true),
            ("kubectl_complete-api_diag", "kubectl api-diag", .tables, true),
            ("kubectl-", "petstore-cli", .conversation, false),
        ])
    func names(file: String, program: String, form: Face.Form, completes: Bool) {
        let face = Face(executable: file)
        #expect(face.programName == program)
        #expect(face.form == form)
        #expect(face.completes == completes)
    }

    @Test("commands in texts are as they are typed; files and objects keep their names")
    func naming() {
        let face = Face(executable: "kubectl-petstore")
        #expect(face.naming("petstore-cli get pets") == "kubectl petstore get pets")
        #expect(face.naming("USAGE: petstore-cli\n") == "USAGE: kubectl petstore\n")
        #expect(face.naming("run petstore-cli") == "run kubectl petstore")
        for kept in [
            "/home/me/.config/petstore-cli/config.yaml", "petstore-cli-0.1.0-linux-amd64.tar.gz",
            "petstore-cli.bash", "the Lease petstore-cli-cleanup", "bin/petstore-cli",
        ] {
            #expect(face.naming(kept) == kept)
        }
        #expect(Face.command.naming("petstore-cli get") == "petstore-cli get")
    }

    @Test("help and usage errors speak as the plugin that was called")
    func speaks() async throws {
        let setup = try SetupFixture()
        var world = setup.world
        world.face = Face(executable: "/usr/local/bin/kubectl-api_diag")
        let help = await Dispatcher(world: world).run(["get", "--help"])
        #expect(help == .done)
        #expect(setup.output.text.contains("USAGE: kubectl api-diag get"))
        #expect(!setup.output.text.contains("petstore-cli get"))
        let wrong = await Dispatcher(world: world).run(["get", "--nope"])
        #expect(wrong == .mistaken)
        #expect(setup.errors.text.contains("kubectl api-diag get --help"))
    }
}
