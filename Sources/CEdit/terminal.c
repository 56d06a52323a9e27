#define _GNU_SOURCE  // wcwidth
#include "CEdit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

int32_t cedit_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int32_t cedit_rows(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

int32_t cedit_discard_input(int descriptor) {
    int waiting = 0;
    if (ioctl(descriptor, FIONREAD, &waiting) != 0) waiting = 0;
    tcflush(descriptor, TCIFLUSH);
    return waiting;
}

int32_t cedit_scalar_width(uint32_t scalar) {
    cedit_choose_locale();
    int width = wcwidth((wchar_t)scalar);
    return width < 0 ? 0 : width;
}

// MARK: - Signals

static volatile sig_atomic_t relay = -1;

static void pass_on(int signal) {
    int saved = errno;
    unsigned char byte = (unsigned char)signal;
    ssize_t ignored = write((int)relay, &byte, 1);
    (void)ignored;
    errno = saved;
}

static int install(int signal) {
    struct sigaction action = {0};
    action.sa_handler = pass_on;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    return sigaction(signal, &action, NULL) == 0 ? 0 : errno;
}

int cedit_relay_signals(const int32_t *signals, size_t count, int descriptor) {
    relay = descriptor;
    for (size_t i = 0; i < count; i++) {
        int failed = install(signals[i]);
        if (failed != 0) return failed;
    }
    return 0;
}

void cedit_restore_signals(const int32_t *signals, size_t count) {
    for (size_t i = 0; i < count; i++) signal(signals[i], SIG_DFL);
    relay = -1;
}

void cedit_stop_process(void) {
    struct sigaction before, standard = {0};
    standard.sa_handler = SIG_DFL;
    sigemptyset(&standard.sa_mask);
    sigaction(SIGTSTP, &standard, &before);
    // A thread that was started from a pool has the signals of the pool blocked.
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
}
