import Testing

@testable import Verbs

/// A line of the specification's CLI chapter, and the whole of what it shows on the sandbox.
///
/// What is different each time is masked: `TIME` for a moment, `AGE` for one at the end of a line,
/// also where a column or a parenthesis ends it; `N` for milliseconds, `ID` for a generated name.
struct Golden: Sendable, CustomTestStringConvertible {
    /// Where it stands in the specification, and what is typed there.
    var block: String
    var line: String
    var face: String
    var status: Int32
    var output: String
    /// What is told beside the result.
    var errors: String

    init(
        _ block: String, _ line: String, as face: String = "petstore-cli", exit status: Int32 = 0,
        _ output: String, errors: String = ""
    ) {
        self.block = block
        self.line = line
        self.face = face
        self.status = status
        self.output = output
        self.errors = errors
    }

    var testDescription: String { "\(block): \(line)" }

    /// Runs the line, and holds what it showed against what is written here.
    ///
    /// A machine under load can make the API of the sandbox slow, which a diagnosis tells; then it is
    /// asked again.
    func check(on stage: Stage, shell: ShellState? = nil) async {
        stage.world.face = Face(executable: face)
        var outcome = await stage.run(line, shell: shell)
        for _ in 0..<20 where outcome.output.contains(" is slow\n") {
            outcome = await stage.run(line, shell: shell)
        }
        stage.world.face = .command
        #expect(Self.masked(outcome.output) == output)
        #expect(Self.masked(outcome.errors) == errors)
        #expect(outcome.status.code == status)
    }

    static func masked(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
            .replacing(/(\d{4}-\d\d-\d\d )?\d\d:\d\d(:\d\d)? UTC/, with: "TIME")
            .replacing(/\ (\d+[dhms])+\n/, with: " AGE\n")
            .replacing(/\ (\d+[dhms])+\ {3,}/, with: " AGE   ")
            .replacing(/renewed\ (\d+[dhms])+\ ago/, with: "renewed AGE ago")
            .replacing(/Response time: \d+ms/, with: "Response time: Nms")
            .replacing(/--session [a-z0-9]+/, with: "--session ID")
    }
}
