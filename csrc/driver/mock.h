/* mock.h - a database that is not there, for specs of pools, transactions and
 * waiting: it writes down what is asked of it and answers as it was told.
 *
 * A la_mock is given to the driver as connect argument "mock", a FOREIGN value
 * whose host is the la_mock, which must outlive the connections. What is asked is
 * SQL, or CONNECT, CLOSE, ABANDON, CANCEL.
 */
#ifndef LA_DRIVER_MOCK_H
#define LA_DRIVER_MOCK_H

#include "base/buf.h"
#include "engine/driver.h"

typedef struct la_mock la_mock;

typedef struct la_mock_answer {
  const char *const *names; /* of ncols columns */
  uint32_t ncols;
  const la_value *rows; /* nrows * ncols values */
  size_t nrows;
  int64_t rowcount;
  unsigned reads, writes; /* how often READ and WRITE come first; the descriptor is ready for them */
  bool hangs;             /* READ for ever, on a descriptor that never is ready; cancelling helps */
  bool dead;              /* it does not even answer being cancelled */
  const char *message;    /* not NULL: it fails */
  la_exc exc;
  la_fail fail;
  bool lost; /* and the connection with it */
} la_mock_answer;

la_mock *la_mock_new(void);
void la_mock_free(la_mock *m);
/* What is asked and begins with `prefix` is answered so from now on, `times` times
 * (0: always); the newest rule goes first. All is copied. 0, or -1 (memory). */
int la_mock_tell(la_mock *m, const char *prefix, const la_mock_answer *answer, unsigned times);
/* What was asked since the last call: "1 CONNECT\n1 BEGIN\n1 INSERT … [1, 'x']\n",
 * each with the number of its connection. */
void la_mock_log(la_buf *out, la_mock *m);
/* How many connections are open. */
int la_mock_open_connections(la_mock *m);
/* All open connections, too, turn out lost when next used or looked at. */
void la_mock_break(la_mock *m);

const la_driver *la_driver_mock(void);

#endif
