#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

// The names that are looked up in the library, each with the type that its header gives it.
#define CCURL_FUNCTIONS(each)                                                                      \
    each(global_init) each(easy_init) each(easy_reset) each(easy_cleanup) each(easy_pause)         \
    each(easy_setopt) each(easy_getinfo) each(easy_strerror) each(slist_append)                    \
    each(slist_free_all) each(multi_init) each(multi_cleanup) each(multi_setopt)                   \
    each(multi_add_handle) each(multi_remove_handle) each(multi_perform) each(multi_poll)          \
    each(multi_wakeup) each(multi_info_read) each(version_info)

static struct {
#define CCURL_MEMBER(name) __typeof__(curl_##name) *name;
    CCURL_FUNCTIONS(CCURL_MEMBER)
#undef CCURL_MEMBER
} api;

#if defined(__APPLE__)
static const char library[] = "libcurl.4.dylib";
#else
static const char library[] = "libcurl.so.4";
#endif

// The oldest version that knows every option that is set here: CURLOPT_PREREQFUNCTION. What is newer
// has another way beside it.
enum { oldest_version = 0x075000 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void fail(const char *first, const char *second) {
    strncat(failure, first, sizeof failure - strlen(failure) - 1);
    strncat(failure, second, sizeof failure - strlen(failure) - 1);
}

// Answers of megabytes come and go on several threads. Left alone, glibc gives each thread an arena
// that grows to the largest of them and stays: 93 MB instead of 57 MB for 10,000 objects as JSON.
static void keep_memory_small(void) {
#if defined(__GLIBC__)
    // The threads rarely wait for each other here: most of the time goes to the server.
    mallopt(M_ARENA_MAX, 2);
    // Larger blocks are given back to the system as soon as they are free.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
}

static void load(void) {
    keep_memory_small();
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *reason = dlerror();
        fail("libcurl cannot be loaded (apt-get install libcurl4): ", reason ? reason : library);
        return;
    }
#define CCURL_LOOK_UP(name)                                                                        \
    if ((api.name = (__typeof__(curl_##name) *)dlsym(handle, "curl_" #name)) == NULL) {            \
        fail("libcurl is too old, it lacks curl_" #name, "");                                      \
        return;                                                                                    \
    }
    CCURL_FUNCTIONS(CCURL_LOOK_UP)
#undef CCURL_LOOK_UP
    const curl_version_info_data *info = api.version_info(CURLVERSION_NOW);
    if (info->version_num < oldest_version) {
        fail("libcurl is too old, 7.80 is needed and this is ", info->version);
        return;
    }
    CURLcode result = api.global_init(CURL_GLOBAL_DEFAULT);
    if (result != CURLE_OK) fail("libcurl cannot be initialised: ", api.easy_strerror(result));
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failure[0] == 0 ? NULL : failure;
}

const char *ccurl_version(void) { return api.version_info(CURLVERSION_NOW)->version; }

CURL *ccurl_easy_new(void) { return api.easy_init(); }
void ccurl_easy_reset(CURL *easy) { api.easy_reset(easy); }
void ccurl_easy_free(CURL *easy) { api.easy_cleanup(easy); }
CURLcode ccurl_easy_pause(CURL *easy, int mask) { return api.easy_pause(easy, mask); }

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return api.easy_setopt(easy, option, value);
}

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
    return api.easy_setopt(easy, option, value);
}

CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_NOCOPY};
    return api.easy_setopt(easy, option, &blob);
}

CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) {
    return api.easy_setopt(easy, option, list);
}

CURLcode ccurl_set_request_body(CURL *easy, const void *bytes, size_t count) {
    CURLcode result =
        api.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (result != CURLE_OK) return result;
    return api.easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count == 0 ? "" : bytes);
}

CURLcode ccurl_set_error_buffer(CURL *easy, char *buffer) {
    return api.easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

CURLcode ccurl_set_callbacks(
    CURL *easy, void *context, ccurl_bytes_function header, ccurl_bytes_function body,
    ccurl_before_request_function before_request) {
    CURLcode results[] = {
        api.easy_setopt(easy, CURLOPT_HEADERFUNCTION, header),
        api.easy_setopt(easy, CURLOPT_HEADERDATA, context),
        api.easy_setopt(easy, CURLOPT_WRITEFUNCTION, body),
        api.easy_setopt(easy, CURLOPT_WRITEDATA, context),
        api.easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request),
        api.easy_setopt(easy, CURLOPT_PREREQDATA, context),
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i] != CURLE_OK) return results[i];
    return CURLE_OK;
}

static int close_on_exec(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context;
    (void)purpose;
    int flags = fcntl(socket, F_GETFD);
    if (flags >= 0) (void)fcntl(socket, F_SETFD, flags | FD_CLOEXEC);
    return CURL_SOCKOPT_OK;
}

CURLcode ccurl_set_close_on_exec(CURL *easy) {
    return api.easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
}

CURLcode ccurl_set_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode result = api.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (result != CURLE_UNKNOWN_OPTION) return result;
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return api.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#pragma GCC diagnostic pop
}

long ccurl_get_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return api.easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

void ccurl_wipe(void *bytes, size_t count) {
    volatile unsigned char *byte = bytes;
    while (count-- > 0) *byte++ = 0;
}

const char *ccurl_describe(CURLcode code) { return api.easy_strerror(code); }

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) {
    return api.slist_append(list, text);
}

void ccurl_list_free(struct curl_slist *list) { api.slist_free_all(list); }

CURLM *ccurl_multi_new(void) { return api.multi_init(); }
void ccurl_multi_free(CURLM *multi) { (void)api.multi_cleanup(multi); }

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return api.multi_setopt(multi, option, value);
}

CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return api.multi_add_handle(multi, easy); }

CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) {
    return api.multi_remove_handle(multi, easy);
}

CURLMcode ccurl_multi_perform(CURLM *multi, int *running) {
    return api.multi_perform(multi, running);
}

int ccurl_multi_poll(CURLM *multi, int timeout_milliseconds) {
    int ready = 0;
    return api.multi_poll(multi, NULL, 0, timeout_milliseconds, &ready) == CURLM_OK ? ready : 0;
}

CURLMcode ccurl_multi_wakeup(CURLM *multi) { return api.multi_wakeup(multi); }

CURL *ccurl_multi_next_ended(CURLM *multi, CURLcode *result) {
    int waiting = 0;
    for (CURLMsg *message; (message = api.multi_info_read(multi, &waiting)) != NULL;) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

struct start {
    void (*body)(void *context);
    void *context;
    char name[16];
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
#if defined(__APPLE__)
    pthread_setname_np(start.name);
#else
    pthread_setname_np(pthread_self(), start.name);
#endif
    start.body(start.context);
    return NULL;
}

int ccurl_start_thread(const char *name, void (*body)(void *context), void *context) {
    struct start *start = calloc(1, sizeof *start);
    if (start == NULL) return ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);

    // A new thread inherits the mask of the one that makes it.
    sigset_t all, before;
    sigfillset(&all);
    // Faults of the thread itself stay visible to whoever reports crashes.
    int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int result = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) free(start);
    return result;
}
