/// Which key does what: emacs keys as libedit has them, and these.
///
/// A user's `~/.editrc` is read after them and wins.
enum KeyBindings {
    /// What libedit is given in place of the mark of a paste: Ctrl-_, which nothing else has.
    static let pasted = "^_"
    static let pastedCode: UInt8 = 0x1F

    /// What vi's insert mode has as well.
    ///
    /// Keys that begin with Escape are not among them: they would keep Escape itself waiting.
    static let vi = [
        ("^I", "petstore-complete"), ("^P", "petstore-older"), ("^N", "petstore-newer"),
        ("^R", "em-inc-search-prev"), ("^S", "em-inc-search-next"),
    ]

    static let table: [(keys: [String], function: String)] = [
        (["^I", "^[[Z"], "petstore-complete"),
        (["^[[200~"], "petstore-paste"),
        // Up and Down, ESC p and ESC n, Page Up and Page Down: lines that start as typed.
        (["^[[A", "^[OA", "^P", "^[p", "^[[5~"], "petstore-older"),
        (["^[[B", "^[OB", "^N", "^[n", "^[[6~"], "petstore-newer"),
        (["^R"], "em-inc-search-prev"),
        (["^S"], "em-inc-search-next"),
        // Alt-Enter
        (["^[^M", "^[^J"], "petstore-newline"),
        // To the start of the line, as in bash; libedit alone would kill the whole line.
        (["^U"], "vi-kill-line-prev"),
        (["^W"], "ed-delete-prev-word"),
        // Ctrl-, Alt- and Shift-arrows of xterm, rxvt and the Linux console
        (["^[[1;5C", "^[[1;3C", "^[[5C", "^[Oc", "^[f"], "em-next-word"),
        (["^[[1;5D", "^[[1;3D", "^[[5D", "^[Od", "^[b"], "ed-prev-word"),
        (["^[[1;5A", "^[[1;5B", "^[[1;2A", "^[[1;2B", "^[[1;3A", "^[[1;3B"], "ed-ignore"),
        (["^[[1;2C"], "ed-next-char"),
        (["^[[1;2D"], "ed-prev-char"),
        // Home, End, Delete, Insert
        (["^[[H", "^[OH", "^[[1~", "^[[7~"], "ed-move-to-beg"),
        (["^[[F", "^[OF", "^[[4~", "^[[8~"], "ed-move-to-end"),
        (["^[[3~"], "ed-delete-next-char"),
        (["^[[3;5~", "^[d"], "em-delete-next-word"),
        (["^[[2~", "^[[I", "^[[O", "^[[201~"], "ed-ignore"),
        // Function keys would leave their letters in the line.
        (["^[OP", "^[OQ", "^[OR", "^[OS", "^[[15~", "^[[17~", "^[[18~"], "ed-ignore"),
        (["^[[19~", "^[[20~", "^[[21~", "^[[23~", "^[[24~"], "ed-ignore"),
        (["^[[[A", "^[[[B", "^[[[C", "^[[[D", "^[[[E"], "ed-ignore"),
    ]
}
