// CEdit: the C side of the line editor, and of nothing else.
//
// libedit's el_set, el_get and history are variadic, so Swift cannot call them; here each call that
// petstore-cli makes has a name, types and nullability. The library is opened with dlopen when an
// editor is made, so that a one-shot command does not pay for loading libedit and ncurses, and
// a machine without them still runs every one-shot command and every script.
// Nothing here decides anything: which key does what is written in Terminal.
#ifndef CEDIT_H
#define CEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: - The editor

typedef struct cedit cedit;

/// What `cedit_callbacks.read_scalar` answers instead of a character.
enum { CEDIT_ABANDON = -1 };

/// What a key's function answers: libedit's CC_ codes that Terminal uses.
enum { CEDIT_NORMAL = 0, CEDIT_REFRESH = 4, CEDIT_BEEP = 6, CEDIT_REDISPLAY = 8 };

/// The functions that an editor can bind to keys; the names are those for `cedit_bind`.
enum {
    CEDIT_KEY_COMPLETE = 0,  // petstore-complete
    CEDIT_KEY_PASTE = 1,     // petstore-paste
    CEDIT_KEY_OLDER = 2,     // petstore-older
    CEDIT_KEY_NEWER = 3,     // petstore-newer
    CEDIT_KEY_NEWLINE = 4,   // petstore-newline
    CEDIT_KEY_PASTED = 5,    // petstore-pasted
};

typedef struct {
    void *client;
    /// The next character typed, or CEDIT_ABANDON to leave `cedit_read_line` without a line.
    int32_t (*read_scalar)(void *client);
    /// One of the CEDIT_KEY_ functions was typed; answers one of the codes above.
    int32_t (*key)(void *client, int32_t which);
} cedit_callbacks;

/// Opens libedit, on the two descriptors; NULL when that is impossible (`cedit_failure` says why).
cedit *_Nullable cedit_open(const char *program, int input, int output, cedit_callbacks callbacks);
/// Sets LC_CTYPE, once, from the environment, or to C.UTF-8 when that is not UTF-8: libedit
/// decodes by it, and the width of a character depends on it. Opening an editor does it, too.
void cedit_choose_locale(void);
void cedit_close(cedit *editor);
const char *cedit_failure(void);

/// Reads one line; NULL at the end of input or when `read_scalar` abandoned it.
const char *_Nullable cedit_read_line(cedit *editor, int32_t *byte_count);
/// The prompt of the next line; escape sequences stand between \001 marks.
void cedit_set_prompt(cedit *editor, const char *prompt);
int cedit_bind(cedit *editor, const char *key, const char *function);
/// In the other map: that of vi's command mode.
int cedit_bind_alternate(cedit *editor, const char *key, const char *function);
/// Whether the user has chosen vi's keys.
bool cedit_is_vi(cedit *editor);
/// Lets the user's own ~/.editrc have the last word.
void cedit_source_user_file(cedit *editor);

/// The text typed so far (UTF-8, not terminated), its length and the cursor, in bytes.
const char *_Nullable cedit_text(cedit *editor, size_t *byte_count, size_t *cursor);
int cedit_insert(cedit *editor, const char *text);
/// Deletes so many characters (not bytes) before the cursor.
void cedit_delete_before(cedit *editor, int32_t characters);
/// Replaces the whole line and puts the cursor at its end.
int cedit_replace(cedit *editor, const char *text);

void cedit_refresh(cedit *editor);
void cedit_resize(cedit *editor);
/// True: the terminal in editing mode; false: as it was before.
void cedit_prepare_terminal(cedit *editor, bool editing);

void cedit_history_enter(cedit *editor, const char *line);
void cedit_history_clear(cedit *editor);

// MARK: - The terminal

/// Columns of the terminal behind the descriptor; 0 when there is none or it does not know.
int32_t cedit_columns(int descriptor);
int32_t cedit_rows(int descriptor);
/// Drops what was typed and not read; answers how many bytes that were, as far as known.
int32_t cedit_discard_input(int descriptor);
/// Columns that a character takes on a terminal (0 for combining marks, 2 for wide ones).
int32_t cedit_scalar_width(uint32_t scalar);

// MARK: - Signals

/// Signals of the list are from now on written, one byte each, into the descriptor
/// (non-blocking), with SA_RESTART. 0 or an errno.
int cedit_relay_signals(const int32_t *signals, size_t count, int descriptor);
/// Back to the default action for the signals of the list.
void cedit_restore_signals(const int32_t *signals, size_t count);
/// Stops the process as Ctrl-Z would; returns when it is continued. The relay stays in place.
void cedit_stop_process(void);

#pragma clang assume_nonnull end
#endif
