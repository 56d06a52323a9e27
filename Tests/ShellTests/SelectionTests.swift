import Testing
import Verbs

@testable import Shell

struct SelectionTests {
    private static let tree = CommandTree(Root.self)

    private static func memory(_ count: Int, namespace: String? = nil) -> ShellMemory {
        let memory = ShellMemory()
        memory.note(
            shown: (1...count).map {
                ListedObject(kind: "pet.example.com", namespace: namespace, name: "p\($0)")
            })
        return memory
    }

    private func resolved(_ line: String, _ memory: ShellMemory) throws -> String {
        try Selection.resolved(
            line.split(separator: " ").map(String.init), in: Self.tree, memory: memory
        ).joined(separator: " ")
    }

    @Test func numbersRangesAndTheCurrentOne() {
        #expect(Selection("3") == .numbers([3]))
        #expect(Selection("2,5") == .numbers([2, 5]))
        #expect(Selection("1..3,7") == .numbers([1, 2, 3, 7]))
        #expect(Selection(".") == .current)
        for word in ["", "0", "-1", "1.2", "3..1", "1...3", "a", "1,", "..", "1..9999999", "٣"] {
            #expect(Selection(word) == nil, "\(word)")
        }
    }

    @Test func theyStandInPlaceOfKindAndName() throws {
        let memory = Self.memory(3)
        #expect(try resolved("describe 2", memory) == "describe pet.example.com/p2")
        #expect(
            try resolved("get -o yaml 1..2", memory)
                == "get -o yaml pet.example.com/p1 pet.example.com/p2")
        // What was chosen is the current one from then on.
        #expect(
            try resolved("patch . status=sold", Self.memory(2).choosing(2))
                == "patch pet.example.com/p2 status=sold")
        // Numbers of other verbs are theirs.
        #expect(try resolved("undo 2", memory) == "undo 2")
        #expect(try resolved("get pets 2", memory) == "get pets 2")
    }

    @Test func anObjectOfAnotherNamespaceTakesItsNamespaceWithIt() throws {
        let memory = Self.memory(2, namespace: "prod")
        #expect(
            try resolved("describe 1", memory)
                == "describe pet.example.com/p1 --namespace prod")
        #expect(try resolved("describe 1 -n x", memory) == "describe pet.example.com/p1 -n x")
    }

    @Test func aListOfOneRowIsTheLastListToo() throws {
        let memory = Self.memory(3)
        memory.note(shown: [ListedObject(kind: "order.example.com", name: "o")])
        #expect(try resolved("describe 2", memory) == "describe pet.example.com/p2")
        memory.note(shown: [ListedObject(kind: "order.example.com", name: "o")], isList: true)
        #expect(try resolved("describe 1", memory) == "describe order.example.com/o")
        #expect(throws: Selection.Mistake.self) { try resolved("describe 2", memory) }
        // Where nothing was found the last one stays.
        memory.note(shown: [], isList: true)
        #expect(try resolved("describe 1", memory) == "describe order.example.com/o")
    }

    @Test func whatCannotBeMeantIsToldWithAHint() {
        #expect(throws: Selection.Mistake.self) { try resolved("describe 4", Self.memory(3)) }
        #expect(throws: Selection.Mistake.self) { try resolved("describe 1", ShellMemory()) }
        #expect(throws: Selection.Mistake.self) { try resolved("describe .", Self.memory(3)) }
        let mixed = ShellMemory()
        mixed.note(
            shown: ["a", "b"].map { ListedObject(kind: "pet", namespace: $0, name: "x") })
        #expect(throws: Selection.Mistake.self) { try resolved("describe 1..2", mixed) }
    }

    @Test func oneObjectIsTheCurrentOneAndLeavesTheListAlone() {
        let memory = Self.memory(3)
        memory.note(shown: [ListedObject(kind: "order", name: "o")])
        #expect(memory.list.count == 3)
        #expect(memory.current.map(\.name) == ["o"])
    }
}

extension ShellMemory {
    fileprivate func choosing(_ number: Int) -> ShellMemory {
        current = [list[number - 1]]
        return self
    }
}
