// CCurl: libcurl's variadic calls as typed, prefixed functions that Swift can call.
//
// libcurl is not linked but loaded by ccurl_load(), when the first request is made: the dynamic
// linker needs more than 4 ms for libcurl and the 30 libraries behind it, and a process that only
// prints its version or a help page shall not pay that. No function but ccurl_load() may be called
// before ccurl_load() returned NULL.
//
// The room must never hold a decision: no option is set here that Swift did not ask for, but for
// the two that need C (closing sockets on exec, blocking signals on the thread).

#ifndef CCURL_H
#define CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !__has_include(<curl/curl.h>)
#error "curl/curl.h is missing: apt-get install libcurl4-openssl-dev"
#endif
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

#pragma clang assume_nonnull begin

/// Bytes of an answer; gives the number taken, or CURL_WRITEFUNC_PAUSE.
typedef size_t (*ccurl_bytes_function)(char *bytes, size_t size, size_t count, void *context);

/// Called when the connection stands and before the first byte of a request leaves.
typedef int (*ccurl_before_request_function)(
    void *context, char *_Nullable address, char *_Nullable own_address, int port, int own_port);

/// Loads libcurl and initialises it, once. Thread-safe.
/// Gives NULL, or why it could not be loaded: a text that lives as long as the process.
const char *_Nullable ccurl_load(void);

/// libcurl's own version text, for example "7.88.1".
const char *ccurl_version(void);

// MARK: one transfer

CURL *_Nullable ccurl_easy_new(void);
void ccurl_easy_reset(CURL *easy);
void ccurl_easy_free(CURL *easy);
CURLcode ccurl_easy_pause(CURL *easy, int mask);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *_Nullable value);
/// The bytes are not copied: they must live until the handle is reset or freed.
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count);
/// The list is not copied.
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *_Nullable list);
/// The bytes are copied.
CURLcode ccurl_set_request_body(CURL *easy, const void *_Nullable bytes, size_t count);
/// The buffer holds CURL_ERROR_SIZE bytes and lives until the handle is reset or freed.
CURLcode ccurl_set_error_buffer(CURL *easy, char *buffer);
CURLcode ccurl_set_callbacks(
    CURL *easy, void *context, ccurl_bytes_function header, ccurl_bytes_function body,
    ccurl_before_request_function before_request);
/// Sockets of this transfer are not inherited by programs that this process starts.
CURLcode ccurl_set_close_on_exec(CURL *easy);
/// No other protocol is spoken; by the older option where the library is older than 7.85.
CURLcode ccurl_set_http_only(CURL *easy);

long ccurl_get_long(CURL *easy, CURLINFO info);
const char *ccurl_describe(CURLcode code);

/// Overwrites bytes that were secret; the compiler does not take this away.
void ccurl_wipe(void *bytes, size_t count);

// MARK: lists of text

/// Gives the longer list, or NULL when memory ran out (the old list is then still there).
struct curl_slist *_Nullable ccurl_list_append(
    struct curl_slist *_Nullable list, const char *text);
void ccurl_list_free(struct curl_slist *_Nullable list);

// MARK: many transfers

CURLM *_Nullable ccurl_multi_new(void);
void ccurl_multi_free(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_perform(CURLM *multi, int *running);
/// Gives how many sockets were ready; a wake-up is none of them.
int ccurl_multi_poll(CURLM *multi, int timeout_milliseconds);
/// The only function that may be called while another thread uses the handle.
CURLMcode ccurl_multi_wakeup(CURLM *multi);
/// The next transfer that ended, and how; NULL when there is none.
CURL *_Nullable ccurl_multi_next_ended(CURLM *multi, CURLcode *result);

// MARK: the loop's thread

/// Runs the body on a new detached thread that receives no signals. Gives an errno, 0 for none.
int ccurl_start_thread(const char *name, void (*body)(void *context), void *context);

#pragma clang assume_nonnull end
#endif
