#include "CEdit.h"

#include <dlfcn.h>
#if __has_include(<histedit.h>)
#include <histedit.h>
#else
#error "histedit.h is missing: install libedit-dev (Debian, Ubuntu) or libedit (Homebrew)"
#endif
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// MARK: - The library, opened late

#define FUNCTIONS(X)                                                                              \
    X(el_init_fd) X(el_end) X(el_set) X(el_get) X(el_gets) X(el_source) X(el_resize) X(el_line)   \
    X(el_insertstr) X(el_deletestr) X(el_replacestr) X(el_cursor) X(history_init) X(history_end)  \
    X(history)

static struct {
#define X(name) __typeof__(name) *name;
    FUNCTIONS(X)
#undef X
} lib;

static char failure[256];

const char *cedit_failure(void) { return failure; }

static bool open_library(void) {
    static void *handle;
    if (handle != NULL) return true;
#ifdef __APPLE__
    const char *names[] = {"libedit.3.dylib", "libedit.dylib"};
#else
    const char *names[] = {"libedit.so.2", "libedit.so.0", "libedit.so"};
#endif
    void *opened = NULL;
    for (size_t i = 0; opened == NULL && i < sizeof names / sizeof *names; i++)
        opened = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (opened == NULL) {
        const char *why = dlerror();
        snprintf(failure, sizeof failure, "libedit cannot be loaded (%s)", why ? why : "?");
        return false;
    }
#define X(name)                                                                                   \
    lib.name = (__typeof__(name) *)dlsym(opened, #name);                                          \
    if (lib.name == NULL) {                                                                       \
        snprintf(failure, sizeof failure, "libedit lacks the function %s", #name);                \
        dlclose(opened);                                                                          \
        return false;                                                                             \
    }
    FUNCTIONS(X)
#undef X
    handle = opened;
    return true;
}

/// libedit decodes what is typed by LC_CTYPE; in a locale that is not UTF-8 it drops the rest.
static void set_locale(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) setlocale(LC_CTYPE, "en_US.UTF-8");
}

void cedit_choose_locale(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_locale);
}

// MARK: - One editor

struct cedit {
    EditLine *line;
    History *past;
    FILE *input, *output;
    char *prompt;
    cedit_callbacks callbacks;
};

static cedit *owner(EditLine *line) {
    void *client = NULL;
    lib.el_get(line, EL_CLIENTDATA, &client);
    return client;
}

static char *prompt_of(EditLine *line) { return owner(line)->prompt; }

static int read_wide(EditLine *line, wchar_t *into) {
    cedit *editor = owner(line);
    int32_t scalar = editor->callbacks.read_scalar(editor->callbacks.client);
    if (scalar < 0) return -1;
    *into = (wchar_t)scalar;
    return 1;
}

#define KEY(function, which)                                                                      \
    static unsigned char function(EditLine *line, int character) {                                \
        (void)character;                                                                          \
        cedit *editor = owner(line);                                                              \
        return (unsigned char)editor->callbacks.key(editor->callbacks.client, which);             \
    }
KEY(key_complete, CEDIT_KEY_COMPLETE)
KEY(key_paste, CEDIT_KEY_PASTE)
KEY(key_older, CEDIT_KEY_OLDER)
KEY(key_newer, CEDIT_KEY_NEWER)
KEY(key_newline, CEDIT_KEY_NEWLINE)
KEY(key_pasted, CEDIT_KEY_PASTED)
#undef KEY

static FILE *stream(int descriptor, const char *mode) {
    int copy = dup(descriptor);
    if (copy < 0) return NULL;
    FILE *file = fdopen(copy, mode);
    if (file == NULL) close(copy);
    return file;
}

cedit *cedit_open(const char *program, int input, int output, cedit_callbacks callbacks) {
    if (!open_library()) return NULL;
    cedit_choose_locale();
    cedit *editor = calloc(1, sizeof *editor);
    if (editor == NULL) return NULL;
    editor->callbacks = callbacks;
    editor->prompt = strdup("> ");
    editor->input = stream(input, "r");
    editor->output = stream(output, "w");
    editor->past = lib.history_init();
    if (editor->input != NULL && editor->output != NULL)
        editor->line = lib.el_init_fd(
            program, editor->input, editor->output, editor->output, input, output, output);
    if (editor->line == NULL || editor->past == NULL || editor->prompt == NULL) {
        snprintf(failure, sizeof failure, "libedit cannot edit on this terminal");
        cedit_close(editor);
        return NULL;
    }
    HistEvent event;
    lib.history(editor->past, &event, H_SETSIZE, 1 << 20);
    lib.el_set(editor->line, EL_CLIENTDATA, (void *)editor);
    lib.el_set(editor->line, EL_EDITOR, "emacs");
    // Else the terminal keeps Ctrl-S to itself and stops, instead of searching forward.
    lib.el_set(editor->line, EL_SETTY, "-d", "-ixon", NULL);
    lib.el_set(editor->line, EL_SIGNAL, 0);
    lib.el_set(editor->line, EL_PROMPT_ESC, prompt_of, '\001');
    lib.el_set(editor->line, EL_HIST, lib.history, editor->past);
    lib.el_set(editor->line, EL_GETCFN, read_wide);
    lib.el_set(editor->line, EL_ADDFN, "petstore-complete", "Complete the word", key_complete);
    lib.el_set(editor->line, EL_ADDFN, "petstore-paste", "Insert a bracketed paste", key_paste);
    lib.el_set(editor->line, EL_ADDFN, "petstore-pasted", "Insert what was pasted", key_pasted);
    lib.el_set(editor->line, EL_ADDFN, "petstore-older", "Older line, same start", key_older);
    lib.el_set(editor->line, EL_ADDFN, "petstore-newer", "Newer line, same start", key_newer);
    lib.el_set(editor->line, EL_ADDFN, "petstore-newline", "Insert a newline", key_newline);
    return editor;
}

void cedit_close(cedit *editor) {
    if (editor->line != NULL) lib.el_end(editor->line);
    if (editor->past != NULL) lib.history_end(editor->past);
    if (editor->input != NULL) fclose(editor->input);
    if (editor->output != NULL) fclose(editor->output);
    free(editor->prompt);
    free(editor);
}

const char *cedit_read_line(cedit *editor, int32_t *byte_count) {
    int count = 0;
    const char *text = lib.el_gets(editor->line, &count);
    *byte_count = count;
    return count > 0 ? text : NULL;
}

void cedit_set_prompt(cedit *editor, const char *prompt) {
    char *copy = strdup(prompt);
    if (copy == NULL) return;
    free(editor->prompt);
    editor->prompt = copy;
}

int cedit_bind(cedit *editor, const char *key, const char *function) {
    return lib.el_set(editor->line, EL_BIND, key, function, NULL);
}

int cedit_bind_alternate(cedit *editor, const char *key, const char *function) {
    return lib.el_set(editor->line, EL_BIND, "-a", key, function, NULL);
}

bool cedit_is_vi(cedit *editor) {
    const char *name = NULL;
    return lib.el_get(editor->line, EL_EDITOR, &name) == 0 && name != NULL
        && strcmp(name, "vi") == 0;
}

void cedit_source_user_file(cedit *editor) { lib.el_source(editor->line, NULL); }

const char *cedit_text(cedit *editor, size_t *byte_count, size_t *cursor) {
    const LineInfo *info = lib.el_line(editor->line);
    *byte_count = (size_t)(info->lastchar - info->buffer);
    *cursor = (size_t)(info->cursor - info->buffer);
    return info->buffer;
}

int cedit_insert(cedit *editor, const char *text) {
    return lib.el_insertstr(editor->line, text);
}

void cedit_delete_before(cedit *editor, int32_t characters) {
    lib.el_deletestr(editor->line, characters);
}

int cedit_replace(cedit *editor, const char *text) {
    int result = lib.el_replacestr(editor->line, text);
    lib.el_cursor(editor->line, 1 << 24);
    return result;
}

void cedit_refresh(cedit *editor) { lib.el_set(editor->line, EL_REFRESH); }

void cedit_resize(cedit *editor) { lib.el_resize(editor->line); }

void cedit_prepare_terminal(cedit *editor, bool editing) {
    lib.el_set(editor->line, EL_PREP_TERM, editing ? 1 : 0);
}

void cedit_history_enter(cedit *editor, const char *line) {
    HistEvent event;
    lib.history(editor->past, &event, H_ENTER, line);
}

void cedit_history_clear(cedit *editor) {
    HistEvent event;
    lib.history(editor->past, &event, H_CLEAR);
}
