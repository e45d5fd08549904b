/* error.h - what failed, for callers to branch on.
 *
 * Public functions of the core return 0 or a negative number and fill the
 * caller's la_error. An la_error is initialised with LA_ERROR_INIT and ended
 * with la_error_clear.
 */
#ifndef LA_BASE_ERROR_H
#define LA_BASE_ERROR_H

#include <stdbool.h>

typedef enum la_exc {
#define EXC(name, parent, code) LA_EXC_##name,
#include "base/errors.def"
#undef EXC
  LA_EXC_MEMORY, /* no SQLAlchemy class: the host's own out-of-memory error */
  LA_EXC_COUNT
} la_exc;

/* What kind of database failure it was, whatever the database. */
typedef enum la_fail {
#define FAIL(name, text) LA_FAIL_##name,
#include "base/fails.def"
#undef FAIL
  LA_FAIL_COUNT
} la_fail;

typedef enum la_outcome {
  LA_OUTCOME_NONE,   /* nothing happened in the database */
  LA_OUTCOME_UNKNOWN /* a commit was sent and its answer lost */
} la_outcome;

typedef struct la_error {
  la_exc exc;
  la_fail fail;
  char *message; /* owned; NULL when memory was out while it was written */
  int native;    /* the client library's own code, extended; 0 if none */
  char sqlstate[6];
  char *constraint, *table, *column, *schema; /* owned or NULL, as the database names them */
  bool set, retryable, invalidated;
  unsigned char notice; /* what is odd about a success, 0: nothing. Whose number it is, and what `native` means then,
                           says the room that sets it (sql/coerce.h) */
  la_outcome outcome;
} la_error;

#define LA_ERROR_INIT \
  { 0 }

/* Fills e (if not NULL and not yet set: the first failure wins) and returns -1. */
int la_fail_with(la_error *e, la_exc exc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same for memory. */
int la_fail_memory(la_error *e);
void la_error_clear(la_error *e);
/* Moves from into to (cleared first); from is empty afterwards. */
void la_error_move(la_error *to, la_error *from);
/* The message, never NULL. */
const char *la_error_message(const la_error *e);

const char *la_exc_name(la_exc exc);
la_exc la_exc_parent(la_exc exc);   /* the root is its own parent */
const char *la_exc_doc(la_exc exc); /* code of the documentation page, or "" */
const char *la_fail_name(la_fail fail);

#endif
