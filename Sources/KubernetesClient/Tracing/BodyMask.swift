/// Hides secrets in JSON that passes by, byte for byte, whole or cut off anywhere.
///
/// It knows no more of the text than the containers it is in and the name of the current member;
/// what is no JSON passes unchanged. Hidden are the strings and numbers of members whose name says
/// so, in lists of theirs, too; all that is below `data` and `stringData` of a Secret; the value of
/// a JSON Patch operation on such a member; and the copy of an object that kubectl keeps in an
/// annotation.
struct BodyMask: Sendable {
    static let text = "<masked>"
    /// Names longer than that are of no interest.
    private static let longestName = 256
    private static let secretData = ["data", "stringData"]
    private static let copies = ["kubectl.kubernetes.io/last-applied-configuration"]

    private struct Container: Sendable {
        var isObject: Bool
        /// Everything in here is hidden.
        var hidesAll: Bool
        /// Its items are those of a secret member.
        var hidesItems: Bool
        var isSecretKind = false
        /// The last `path` of a JSON Patch operation names something secret.
        var hidesValue = false
        var name: [UInt8] = []
        var expectsName: Bool
    }

    private enum Place { case between, inString(isName: Bool, hidden: Bool), inWord(hidden: Bool) }

    private let hidesData: Bool
    private let isSecret: @Sendable (String) -> Bool
    private var containers: [Container] = []
    private var place = Place.between
    private var isEscaped = false
    /// The string that is being read, as far as its text counts.
    private var string: [UInt8] = []

    /// - Parameters:
    ///   - hidesData: whether the objects are known to be Secrets.
    ///   - isSecret: whether a member of that name is secret.
    init(hidesData: Bool, isSecret: @escaping @Sendable (String) -> Bool) {
        self.hidesData = hidesData
        self.isSecret = isSecret
    }

    /// Whether no value is open: a line break here ends a document.
    var isBetweenValues: Bool {
        if case .inString = place { return false }
        return containers.isEmpty
    }

    mutating func reset() {
        containers = []
        place = .between
        isEscaped = false
    }

    /// Takes one byte; gives those that may be shown.
    mutating func take(_ byte: UInt8, show: (UInt8) -> Void) {
        switch place {
        case .inString(let isName, let hidden): string(byte, isName, hidden, show)
        case .inWord(let hidden):
            if Self.isWord(byte) {
                if !hidden { show(byte) }
            } else {
                place = .between
                structure(byte, show)
            }
        case .between: structure(byte, show)
        }
    }

    private mutating func string(
        _ byte: UInt8, _ isName: Bool, _ hidden: Bool, _ show: (UInt8) -> Void
    ) {
        if !isEscaped, byte == UInt8(ascii: "\"") {
            place = .between
            show(byte)
            endString(isName: isName)
            return
        }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        if string.count < Self.longestName { string.append(byte) }
        if !hidden { show(byte) }
    }

    private mutating func structure(_ byte: UInt8, _ show: (UInt8) -> Void) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            open(isObject: byte == UInt8(ascii: "{"))
            show(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if !containers.isEmpty { containers.removeLast() }
            show(byte)
        case UInt8(ascii: ","):
            change { $0.expectsName = $0.isObject }
            show(byte)
        case UInt8(ascii: "\""):
            let isName = containers.last?.expectsName ?? false
            let hidden = !isName && hidesNext
            string = []
            place = .inString(isName: isName, hidden: hidden)
            show(byte)
            if hidden { Self.text.utf8.forEach(show) }
        case _ where Self.isWord(byte):
            // true, false and null tell nothing.
            let isNumber = byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte)
            let hidden = isNumber && hidesNext
            place = .inWord(hidden: hidden)
            if hidden { "\"\(Self.text)\"".utf8.forEach(show) } else { show(byte) }
        default: show(byte)
        }
    }

    private mutating func open(isObject: Bool) {
        let outer = containers.last
        let isData =
            outer.map { outer in
                (hidesData || outer.isSecretKind)
                    && Self.secretData.contains { outer.name.elementsEqual($0.utf8) }
            } ?? false
        containers.append(
            Container(
                isObject: isObject, hidesAll: (outer?.hidesAll ?? false) || isData,
                hidesItems: !isObject && hidesNext, expectsName: isObject))
    }

    /// Whether a string or number that comes next is to be hidden.
    private var hidesNext: Bool {
        guard let inner = containers.last else { return false }
        if inner.hidesAll { return true }
        guard inner.isObject else { return inner.hidesItems }
        if inner.hidesValue, inner.name.elementsEqual("value".utf8) { return true }
        return isSecret(raw: inner.name)
    }

    private func isSecret(raw name: [UInt8]) -> Bool {
        // A name that hides behind escapes is up to no good.
        if name.contains(UInt8(ascii: "\\")) { return true }
        let name = String(decoding: name, as: UTF8.self)
        return Self.copies.contains(name) || isSecret(name)
    }

    private mutating func endString(isName: Bool) {
        let (string, hidesData) = (string, hidesData)
        if isName {
            change {
                $0.name = string
                $0.expectsName = false
            }
            return
        }
        guard let inner = containers.last, inner.isObject else { return }
        if inner.name.elementsEqual("kind".utf8) {
            change { $0.isSecretKind = string.elementsEqual("Secret".utf8) }
        } else if inner.name.elementsEqual("path".utf8) {
            let tokens = string.split(separator: UInt8(ascii: "/"))
            let last = tokens.last.map(Array.init) ?? []
            let isData =
                hidesData
                && tokens.contains { token in
                    Self.secretData.contains { token.elementsEqual($0.utf8) }
                }
            let hides = isData || isSecret(raw: last)
            change { $0.hidesValue = hides }
        }
    }

    private mutating func change(_ body: (inout Container) -> Void) {
        guard !containers.isEmpty else { return }
        body(&containers[containers.count - 1])
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "+-._".utf8.contains(byte)
        }
    }
}
