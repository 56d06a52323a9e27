import CEdit

/// Holds libedit's handle; after `init` it lives on the editor's thread alone.
@safe final class EditorThread {
    private let input: Int32
    private let output: Int32
    private let wake: WakePipe
    private let completer: LineEditor.Completer
    private var handle: OpaquePointer?
    private weak var editor: LineEditor?
    private var unread: [UInt8] = []
    private var recall = PastRecall()
    private var prompt: Prompt = "> "
    /// Whether the terminal is told where commands begin and end.
    private let marksCommands: Bool
    /// Whether the mark before the line is still to come.
    private var isMarkOpen = false
    /// The text before the cursor when Tab was pressed, while the answer is on its way.
    private var unanswered: String?
    /// Whether the bytes to come are a paste.
    private var isPasting = false
    /// Why the line being read ends without a line.
    private var ending = LineEvent.endOfInput

    init(
        program: String, input: Int32, output: Int32, wake: WakePipe, marksCommands: Bool,
        completer: @escaping LineEditor.Completer
    ) throws(TerminalError) {
        self.input = input
        self.output = output
        self.wake = wake
        self.completer = completer
        self.marksCommands = marksCommands
        let callbacks = unsafe cedit_callbacks(
            client: Unmanaged.passUnretained(self).toOpaque(),
            read_scalar: { client in
                unsafe Unmanaged<EditorThread>.fromOpaque(client).takeUnretainedValue().readScalar()
            },
            key: { client, which in
                unsafe Unmanaged<EditorThread>.fromOpaque(client).takeUnretainedValue().press(which)
            })
        guard let handle = unsafe cedit_open(program, input, output, callbacks) else {
            throw unsafe TerminalError(message: String(cString: cedit_failure()))
        }
        unsafe self.handle = handle
        for (keys, function) in KeyBindings.table {
            for key in keys { _ = unsafe cedit_bind(handle, key, function) }
        }
        unsafe cedit_source_user_file(handle)
        unsafe bindAgain(handle)
    }

    /// What must hold whatever the user's file says: `bind -v` in it has emptied all tables.
    private func bindAgain(_ handle: OpaquePointer) {
        _ = unsafe cedit_bind(handle, KeyBindings.pasted, "petstore-pasted")
        _ = unsafe cedit_bind_alternate(handle, KeyBindings.pasted, "petstore-pasted")
        guard unsafe cedit_is_vi(handle) else { return }
        for (key, function) in KeyBindings.vi { _ = unsafe cedit_bind(handle, key, function) }
    }

    deinit {
        if let handle = unsafe handle { unsafe cedit_close(handle) }
    }

    /// The thread's life: wait for a request, read a line, answer.
    func serve(_ editor: LineEditor) {
        self.editor = editor
        while true {
            let mail = editor.take(request: true)
            learn(mail)
            for message in mail.messages { writeAll(message + "\n", to: output) }
            if let request = mail.request {
                let event = mail.isStopped ? LineEvent.stopped : readLine(request)
                editor.noteEnd()
                request.continuation.resume(returning: event)
            } else if mail.isStopped {
                return
            } else {
                _ = waitUntilReadable(input: nil, wake: wake.readEnd)
                _ = wake.drain()
            }
        }
    }

    private func learn(_ mail: LineEditor.Mail) {
        guard let lines = mail.history, let handle = unsafe handle else { return }
        recall = PastRecall(lines: lines)
        unsafe cedit_history_clear(handle)
        for line in lines { unsafe cedit_history_enter(handle, line) }
    }

    private func readLine(_ request: LineEditor.Request) -> LineEvent {
        guard let handle = unsafe handle else { return .endOfInput }
        if request.discardingTypedAhead {
            unread = []
            // The terminal has echoed it; the prompt goes to a line of its own.
            if cedit_discard_input(input) > 0 { writeAll("\r\n", to: output) }
        }
        prompt = request.prompt
        isMarkOpen = prompt.mark != nil && marksCommands
        if let mark = prompt.mark { tell(mark.status.map { "D;\($0)" }, "A") }
        ending = .endOfInput
        recall.forget()
        unanswered = nil
        unsafe cedit_set_prompt(handle, prompt.marked)
        unsafe cedit_resize(handle)
        // libedit draws the prompt first: a Ctrl-D typed at once would go to the old mode.
        unsafe cedit_prepare_terminal(handle, true)
        writeAll("\u{1B}[?2004h", to: output)
        defer { writeAll("\u{1B}[?2004l", to: output) }
        var count: Int32 = 0
        guard let text = unsafe cedit_read_line(handle, &count) else {
            // Ctrl-D leaves the cursor behind the prompt.
            if ending == .endOfInput { writeAll("\r\n", to: output) }
            return ending
        }
        var line = unsafe String(cString: text)
        if line.hasSuffix("\n") { line.removeLast() }
        if prompt.mark != nil { tell("C") }
        return .line(line)
    }

    /// Marks of OSC 133: A before the prompt, B before the line, C before what it prints, D with
    /// the status after that.
    private func tell(_ marks: String?...) {
        guard marksCommands else { return }
        writeAll(marks.compactMap { $0.map { "\u{1B}]133;\($0)\u{7}" } }.joined(), to: output)
    }

    // MARK: - Characters

    /// The next character for libedit; between characters, whatever came by mail.
    fileprivate func readScalar() -> Int32 {
        if isMarkOpen {
            isMarkOpen = false
            tell("B")
        }
        while true {
            if takePasteMark() {
                isPasting = true
                return Int32(KeyBindings.pastedCode)
            }
            if !mayBecomePasteMark, let scalar = decodeUnread() {
                return Int32(bitPattern: scalar.value)
            }
            guard heed() else { return Int32(CEDIT_ABANDON) }
            let ready = waitUntilReadable(input: input, wake: wake.readEnd)
            if ready.wake {
                _ = wake.drain()
                continue
            }
            guard ready.input else { continue }
            guard let bytes = readAvailable(input, limit: 4096) else {
                ending = .endOfInput
                return Int32(CEDIT_ABANDON)
            }
            unread += bytes
        }
    }

    /// The mark is found here and not by a key of libedit's: in vi's modes every key that begins
    /// with Escape would keep Escape itself waiting.
    private func takePasteMark() -> Bool {
        guard unread.starts(with: PastedText.begin) else { return false }
        unread.removeFirst(PastedText.begin.count)
        return true
    }

    /// Whether the mark has come in part; Escape alone is a key.
    private var mayBecomePasteMark: Bool {
        unread.count > 1 && unread.count < PastedText.begin.count
            && PastedText.begin.starts(with: unread)
    }

    /// Takes one character off the bytes read; what is not UTF-8 is dropped.
    private func decodeUnread() -> Unicode.Scalar? {
        while let first = unread.first {
            let length =
                first < 0x80
                ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0
            if length > unread.count { return nil }
            let text = length == 0 ? nil : String(validating: unread.prefix(length), as: UTF8.self)
            unread.removeFirst(text == nil ? 1 : length)
            if let scalar = text?.unicodeScalars.first { return scalar }
        }
        return nil
    }

    /// Acts on the mail while a line is being typed; false when the line ends here.
    private func heed() -> Bool {
        guard let editor, let handle = unsafe handle else { return false }
        let mail = editor.take(request: false)
        learn(mail)
        if mail.isStopped {
            belowTheText()
            ending = .stopped
            return false
        }
        if mail.isInterrupted {
            belowTheText(marking: "^C")
            ending = .interrupted
            return false
        }
        if mail.isAnswered { completeLate() }
        if let next = mail.prompt {
            eraseText()
            prompt = next
            unsafe cedit_set_prompt(handle, prompt.marked)
            unsafe cedit_refresh(handle)
        }
        if mail.isResized {
            eraseText()
            unsafe cedit_resize(handle)
            unsafe cedit_refresh(handle)
        }
        if !mail.messages.isEmpty {
            eraseText()
            for message in mail.messages {
                writeAll(
                    message.split(separator: "\n", omittingEmptySubsequences: false)
                        .joined(separator: "\r\n") + "\r\n", to: output)
            }
            unsafe cedit_refresh(handle)
        }
        if let message = mail.suspension { suspend(telling: message) }
        return true
    }

    private func suspend(telling message: String) {
        guard let handle = unsafe handle else { return }
        belowTheText()
        writeAll("\u{1B}[?2004l", to: output)
        unsafe cedit_prepare_terminal(handle, false)
        if !message.isEmpty { writeAll(message + "\n", to: output) }
        SignalRelay.stopProcess()
        unsafe cedit_prepare_terminal(handle, true)
        unsafe cedit_resize(handle)
        writeAll("\u{1B}[?2004h", to: output)
        unsafe cedit_refresh(handle)
    }

    // MARK: - The screen

    private func typed() -> (text: String, beforeCursor: String) {
        var count = 0
        var cursor = 0
        guard let handle = unsafe handle,
            let start = unsafe cedit_text(handle, &count, &cursor)
        else { return ("", "") }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe (
            String(decoding: bytes, as: UTF8.self),
            String(decoding: bytes.prefix(cursor), as: UTF8.self)
        )
    }

    private func screen() -> EditorScreen {
        let line = typed()
        let columns = Int(cedit_columns(output))
        return EditorScreen(
            prompt: prompt.text, text: line.text, beforeCursor: line.beforeCursor,
            columns: columns > 0 ? columns : 80)
    }

    /// Takes prompt and text off the screen; the cursor stands where the prompt began.
    private func eraseText() {
        let rows = screen().rowsAboveCursor
        writeAll((rows > 0 ? "\u{1B}[\(rows)A" : "") + "\r\u{1B}[J", to: output)
    }

    /// Leaves prompt and text on the screen; the cursor goes to the row after them.
    private func belowTheText(marking mark: String = "") {
        let rows = screen().rowsBelowCursor
        writeAll(mark + (rows > 0 ? "\u{1B}[\(rows)B" : "") + "\r\n", to: output)
    }

    // MARK: - Keys

    fileprivate func press(_ which: Int32) -> Int32 {
        switch which {
        case Int32(CEDIT_KEY_COMPLETE): complete()
        case Int32(CEDIT_KEY_PASTE): paste()
        case Int32(CEDIT_KEY_PASTED):
            if isPasting { paste() } else { Int32(CEDIT_BEEP) }
        case Int32(CEDIT_KEY_OLDER):
            step { recall, line in
                recall.older(than: line.text, beforeCursor: line.beforeCursor)
            }
        case Int32(CEDIT_KEY_NEWER): step { recall, line in recall.newer(than: line.text) }
        case Int32(CEDIT_KEY_NEWLINE): insert("\n")
        default: Int32(CEDIT_BEEP)
        }
    }

    private func insert(_ text: String) -> Int32 {
        guard let handle = unsafe handle, unsafe cedit_insert(handle, text) == 0 else {
            return Int32(CEDIT_BEEP)
        }
        return Int32(CEDIT_REFRESH)
    }

    private func step(
        _ find: (inout PastRecall, (text: String, beforeCursor: String)) -> String?
    ) -> Int32 {
        guard let handle = unsafe handle, let found = find(&recall, typed()) else {
            return Int32(CEDIT_BEEP)
        }
        _ = unsafe cedit_replace(handle, found)
        return Int32(CEDIT_REFRESH)
    }

    /// Completes what a press of Tab could not, when nothing was typed since.
    private func completeLate() {
        guard let handle = unsafe handle, let unanswered, unanswered == typed().beforeCursor else {
            return
        }
        if complete(isLate: true) != Int32(CEDIT_BEEP) { unsafe cedit_refresh(handle) }
    }

    private func complete(isLate: Bool = false) -> Int32 {
        guard let handle = unsafe handle else { return Int32(CEDIT_BEEP) }
        let line = typed()
        let completion = completer(line.text, line.beforeCursor)
        unanswered = nil
        let replaced = String(
            String.UnicodeScalarView(line.beforeCursor.unicodeScalars.suffix(completion.replaced)))
        switch completion.step(typed: replaced) {
        case .beep: return Int32(CEDIT_BEEP)
        case .wait:
            unanswered = line.beforeCursor
            return Int32(CEDIT_NORMAL)
        case .insert(let text):
            if isLate { eraseText() }
            unsafe cedit_delete_before(handle, Int32(clamping: completion.replaced))
            return insert(text)
        case .notice(let text):
            belowTheText()
            writeAll(TabAnswer.plain(text) + "\r\n", to: output)
            return Int32(CEDIT_REDISPLAY)
        case .list:
            belowTheText()
            let columns = Int(cedit_columns(output))
            let rows = Int(cedit_rows(output))
            for row in completion.listing(
                columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24)
            {
                writeAll(row + "\r\n", to: output)
            }
            if let notice = completion.notice {
                writeAll(TabAnswer.plain(notice) + "\r\n", to: output)
            }
            return Int32(CEDIT_REDISPLAY)
        }
    }

    /// Inserts what stands between the paste marks; none of it is a key, Enter included.
    private func paste() -> Int32 {
        isPasting = false
        let mark = PastedText.end
        var bytes: [UInt8] = []
        while true {
            bytes += unread
            unread = []
            let tail = bytes.count > 4096 + mark.count ? bytes.count - 4096 - mark.count : 0
            if let end = PastedText.position(of: mark, in: bytes, from: tail) {
                unread = Array(bytes[(end + mark.count)...])
                bytes.removeSubrange(end...)
                break
            }
            if waitUntilReadable(input: input, wake: wake.readEnd).wake {
                _ = wake.drain()
                // Anything else by mail waits: half a paste must not be taken for keys.
                defer { wake.wake() }
                if editor?.isInterrupted ?? true { break }
                _ = waitUntilReadable(input: input, wake: input)
            }
            guard let more = readAvailable(input, limit: 4096) else { break }
            unread = more
        }
        return insert(PastedText.text(of: bytes))
    }
}
