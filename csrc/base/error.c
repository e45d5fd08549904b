/* error.c - filling an la_error, and the tables made from the .def files. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

typedef struct exc_row {
  const char *name;
  la_exc parent;
  const char *doc;
} exc_row;

static const exc_row excs[LA_EXC_COUNT] = {
#define EXC(name, parent, code) {#name, LA_EXC_##parent, code},
#include "base/errors.def"
#undef EXC
    {"MemoryError", LA_EXC_MEMORY, ""},
};

static const char *const fails[LA_FAIL_COUNT] = {
#define FAIL(name, text) text,
#include "base/fails.def"
#undef FAIL
};

static char *format(const char *fmt, va_list args) {
  va_list again;
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, args);
  char *s = n < 0 ? NULL : la_alloc((size_t)n + 1);
  if (s) vsnprintf(s, (size_t)n + 1, fmt, again);
  va_end(again);
  return s;
}

int la_fail_with(la_error *e, la_exc exc, const char *fmt, ...) {
  if (!e || e->set) return -1;
  va_list args;
  va_start(args, fmt);
  e->exc = exc;
  e->message = format(fmt, args);
  e->set = true;
  va_end(args);
  return -1;
}

int la_fail_memory(la_error *e) {
  if (!e || e->set) return -1;
  e->exc = LA_EXC_MEMORY;
  e->set = true;
  return -1;
}

void la_error_clear(la_error *e) {
  la_free(e->message);
  la_free(e->constraint);
  la_free(e->table);
  la_free(e->column);
  la_free(e->schema);
  *e = (la_error)LA_ERROR_INIT;
}

void la_error_move(la_error *to, la_error *from) {
  if (to == from) return;
  la_error_clear(to);
  *to = *from;
  *from = (la_error)LA_ERROR_INIT;
}

const char *la_error_message(const la_error *e) {
  if (e->message) return e->message;
  return e->set ? "out of memory" : "";
}

const char *la_exc_name(la_exc exc) { return excs[exc].name; }

la_exc la_exc_parent(la_exc exc) { return excs[exc].parent; }

const char *la_exc_doc(la_exc exc) { return excs[exc].doc; }

const char *la_fail_name(la_fail fail) { return fails[fail]; }
