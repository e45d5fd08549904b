/* hand.h - what a C program can do with a database by hand: the jobs of the benchmark without any layer.
 *
 * Every function ends the program with a message where the database fails. */
#ifndef BENCH_HAND_H
#define BENCH_HAND_H

#include <stdio.h>

typedef struct customer {
  long id;
  char name[64], description[64];
} customer;

typedef struct hand {
  /* where: a file, or a URL of libpq */
  void *(*open)(const char *where);
  void (*close)(void *db);
  void (*exec)(void *db, const char *sql);
  /* n customers, prepared and in one transaction */
  void (*insert_all)(void *db, long n);
  void (*update_all)(void *db, long n);
  /* Reads all columns of all rows; with `objects` copies each row to memory of its own. Returns the count. */
  long (*fetch_all)(void *db, long n, int objects, customer *last);
  /* Prepares once; returns the sum of the keys of n rows that are asked for one by one. */
  long (*fetch_keys)(void *db, long n);
  /* One row in a transaction of its own, by a statement that stays prepared while the connection is open. */
  void (*insert_one)(void *db, long i);
  /* count, sum(id), sum(length(name)), sum(length(description)) */
  void (*stored)(void *db, long out[4]);
} hand;

extern const hand hand_sqlite3, hand_libpq;

_Noreturn void hand_fail(const char *message);
void *hand_memory(size_t size); /* zeroed; never NULL */
void hand_name(char out[64], long i);
void hand_description(char out[64], long i);
long hand_key(long i);

#endif
