// Render: values become text. A verb hands over a `Report`, the user chose a format, and the one
// switch of this room turns the two into bytes. It must never ask a server, read the environment,
// or know which verb is speaking; whether there is a terminal and whether it has colour is told to
// it.

package import Documents

/// What a verb found out, in every form in which it can be shown.
package struct Report: Sendable, Hashable {
    /// What it is: `Status`, `Changes`, `Description`.
    package var kind: String
    /// The form for people.
    package var sections: [Section]
    /// The form for programs: stable names, stable order.
    package var payload: JSONValue
    /// The rows of the csv form, where they are not the only table of the form for people.
    package var rows: TextTable?
    /// The objects that it is about, as `pet.petstore.example.com/fluffy`.
    package var names: [String]
    /// Remarks that are no part of the result; they belong on the error stream.
    package var notices: [String]
    /// What somebody who reads it might want to run next.
    package var nextSteps: [NextStep] = []

    package init(
        kind: String, sections: [Section], payload: JSONValue, rows: TextTable? = nil,
        names: [String] = [], notices: [String] = []
    ) {
        self.kind = kind
        self.sections = sections
        self.payload = payload
        self.rows = rows
        self.names = names
        self.notices = notices
    }
}

/// A part of a report for people; parts are set apart by an empty line.
package struct Section: Sendable, Hashable {
    package enum Body: Sendable, Hashable {
        /// Rows under a heading line.
        case table(TextTable)
        /// Labels and values, the values aligned.
        case fields([Field])
        /// A value of JSON in the indented form of `DataText`.
        case data(JSONValue)
        /// Lines as they are.
        case lines([String])
        /// Lines with a colour each.
        case tinted([TintedLine])
        /// Sentences, wrapped to the terminal.
        case paragraphs([Paragraph])
    }

    package var title: String?
    package var body: Body

    package init(_ title: String? = nil, _ body: Body) {
        self.title = title
        self.body = body
    }
}

/// A line and its colour.
package struct TintedLine: Sendable, Hashable {
    package var text: String
    package var tint: Tint?

    package init(_ text: String, _ tint: Tint? = nil) {
        self.text = text
        self.tint = tint
    }
}

/// A label and its value; a value of several lines goes on under itself.
package struct Field: Sendable, Hashable {
    package var label: String
    package var value: String
    package var tint: Tint?

    package init(_ label: String, _ value: String, tint: Tint? = nil) {
        self.label = label
        self.value = value
        self.tint = tint
    }
}
