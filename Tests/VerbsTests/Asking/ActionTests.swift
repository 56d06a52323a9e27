import Catalog
import Documents
import Foundation
import HTTP
import KubernetesCore
import Render
import Sandbox
import SandboxOperator
import SandboxPetstoreService
import Session
import Testing

@testable import Verbs

extension OnStage {
    @Suite("action on the sandbox")
    struct ActionTests {
        private static let upload = "action upload-image --pet-id=123 --data=aGVsbG8="

        @Test("once: state, status code and result; the object goes")
        func once() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("\(Self.upload) --once --yes")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines[0] == "Action:       upload-image")
            #expect(lines[1] == "State:        Completed")
            #expect(lines[2] == "Status Code:  200")
            #expect(lines.contains("Result:") && lines.contains("  code: 200"))
            let made = try QueryTests.created(stage, "petuploadimageactions")
            #expect(made.count == 1 && made[0]["spec"] == ["petId": 123, "data": "aGVsbG8="])
            #expect(made[0]["metadata", "labels", "temporary"] == "true")
            // Nothing touched it between its creation and its end (operator-contract.md, 3.7).
            let touched = stage.writes.requests.filter {
                $0.method == .patch && $0.url.contains("petuploadimageactions")
            }
            #expect(touched.isEmpty)
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("without anybody to ask, nothing is done")
        func consent() async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("\(Self.upload) --once")
            #expect(outcome.status == .mistaken && outcome.errors.contains("hint: add --yes"))
            #expect(outcome.errors.contains("run upload-image (petId 123)"))
            #expect(stage.writes.requests.isEmpty)
        }

        @Test(
            "the lines of the specification: nothing to upload is told before anything is sent",
            arguments: ["--once", "--every=5m"])
        func nothingToUpload(rhythm: String) async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("action upload-image --pet-id=123 \(rhythm)")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.errors.contains("it has nothing to upload"))
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("a file goes along in base64, with its type; one that is too large is refused")
        func file() async throws {
            let stage = try await Stage()
            let small = stage.setup.folder + "/fluffy.png"
            try Data([1, 2, 3, 255]).write(to: URL(filePath: small))
            let outcome = await stage.run(
                "action upload-image --pet-id=123 --file \(small) --once --yes -o json")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let json = try JSONValue(parsing: outcome.output)
            #expect(json["success"] == true && json["statusCode"] == 200)
            #expect(json["result"]?["code"] == 200)
            let made = try QueryTests.created(stage, "petuploadimageactions")
            #expect(
                made.first?["spec"]
                    == ["petId": 123, "data": "AQID/w==", "contentType": "image/png"])
            let large = stage.setup.folder + "/large.png"
            try Data(count: Upload.largestFile + 1).write(to: URL(filePath: large))
            stage.writes.clear()
            let refused = await stage.run(
                "action upload-image --pet-id=123 --file \(large) --once --yes")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("large.png holds 1.1 MiB, and an object takes at most"))
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("a failure of the API is status 1, with its words")
        func failure() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances { await instance.suffer(.fail()) }
            let outcome = await stage.run("\(Self.upload) --yes")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.output.contains("State:        Failed"))
            #expect(outcome.errors.contains("error: upload-image failed: API returned 500"))
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("every endpoint's outcome is shown; one that fails is status 1")
        func partial() async throws {
            let stage = try await Stage { options in
                options.configureOperator = { $0.strategy = .allHealthy }
            }
            await stage.cluster.fleet.instances[2].suffer(.down)
            let outcome = await stage.run("\(Self.upload) --yes")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.output.contains("Endpoints:    2 of 3 endpoints answered"))
            #expect(outcome.output.contains("http://127.0.1.12:8080/api/v3"))
            #expect(outcome.errors.contains("error: only 2 of 3 endpoints answered"))
        }

        @Test("completed with a result that is none is a failure")
        func completedWithoutSuccess() async throws {
            let kind = CatalogKind(
                type: ResourceType(
                    group: "x.example.com", version: "v1", plural: "xactions", kind: "XAction"),
                schema: nil)
            let object = KubernetesObject([
                "status": [
                    "state": "Completed", "httpStatusCode": 200,
                    "result": ["success": false, "error": "the response is no JSON object"],
                ]
            ])
            let finding = AnswerFinding(object, of: kind)
            #expect(finding.fault == "the response is no JSON object")
            #expect(
                ActionReport(finding: finding, kind: kind, showsSecrets: false).report.payload[
                    "success"] == false)
        }

        @Test("--every runs until the end of input, and the object goes")
        func every() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("\(Self.upload) --every=5m --yes")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(outcome.output.contains("State:        Completed"))
            #expect(outcome.errors.contains("runs every 5m; it is deleted at Ctrl-C"))
            let made = try QueryTests.created(stage, "petuploadimageactions")
            #expect(made.first?["spec"]?["executionInterval"] == "5m")
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("in a shell it runs until the shell is left; detached it stays for its time")
        func everyInShell() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let outcome = await stage.run("\(Self.upload) --every=5m --yes", shell: shell)
            #expect(outcome.errors.contains("runs every 5m until you leave the shell"))
            #expect(await stage.run("changes", shell: shell).output.contains("upload-image-"))
            let detached = await stage.run("\(Self.upload) --every=5m --detach --yes", shell: shell)
            #expect(detached.errors.contains("to delete it earlier:"))
            #expect(await shell.access.close()?.summary == "undone 1, kept 0, failed 0")
            let left = await stage.run("get petuploadimageactions -o name").output
            #expect(left.split(separator: "\n").count == 1)
            #expect(await stage.run("undo all").status == .done)
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("help tells what must be given first, and the flag that uploads a file")
        func help() async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("action upload-image --help").output == """
                    OVERVIEW: PetUploadimageAction uploads a picture (Action Operation).

                    USAGE: petstore-cli action upload-image --pet-id=<int64> [parameters] [options]

                    PARAMETERS:
                      --pet-id=<int64>                The pet's id (required)
                      --additional-metadata=<string>
                      --content-type=<string>
                      --data=<string>                 The picture itself, in base64.
                      --data-from=<object>            JSON with configMapRef, secretRef
                      --data-from-file=<object>       JSON with path
                      --data-url=<string>             Where the picture is fetched from.
                      --file=<path>                   A file to upload, in place of --data.

                    EXAMPLE:
                      petstore-cli action upload-image --pet-id=1 --file=FILE

                    petstore-cli action --help explains the options.

                    """)
        }

        @Test("a name that is taken is a conflict: what has it is not touched")
        func nameTaken() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let line = "\(Self.upload) --every=5m --yes --name probe"
            #expect(await stage.run(line, shell: shell).status == .done)
            let uid = try JSONValue(
                parsing: await stage.run("get petuploadimageaction probe -o json").output)[
                    "metadata", "uid"]
            let second = await stage.run("\(Self.upload) --once --yes --name probe")
            #expect(second.status == .conflict, "\(second.errors)")
            let now = try JSONValue(
                parsing: await stage.run("get petuploadimageaction probe -o json").output)
            #expect(now["metadata", "uid"] == uid && now["status", "executionCount"] == 1)
            _ = await shell.access.close()
        }
    }
}
