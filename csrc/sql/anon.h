/* anon.h - anonymous names.
 *
 * A name that is to be numbered when it is first used ("anon_1", "param_2") is a
 * template: a la_str with the flag LA_STR_ANON whose text holds `%(IDENTITY BASE)s`
 * for each number and `%%` for a percent sign. "%(5f3a anon)s_name" becomes
 * "anon_1_name". The identity is the address of a node and an index, for nodes
 * that need several names; the same identity and base have the same number in
 * one map. Numbers are counted by base.
 */
#ifndef LA_SQL_ANON_H
#define LA_SQL_ANON_H

#include "base/map.h"
#include "base/str.h"

typedef struct la_anon_map {
  la_arena *arena;              /* where names are made, which live as long as it; NULL: as long as the map */
  struct la_anon_entry *newest; /* all names that were given */
  size_t n;
  /* indexes of them, once they are many */
  la_map names;  /* identity and base -> entry */
  la_map counts; /* base -> how many */
  la_map whole;  /* template of several parts -> its name */
} la_anon_map;

#define LA_ANON_MAP_INIT \
  { NULL, NULL, 0, LA_MAP_INIT, LA_MAP_INIT, LA_MAP_INIT }

static inline bool la_is_anon(const la_str *s) { return s && s->flags & LA_STR_ANON; }

/* The template that base gives for this identity; base NULL or empty: "anon". A
 * base that is a template itself is kept, with a number of its own behind it.
 * index 0: none. A new reference, NULL when memory is out; of a string in that arena, if it is not NULL. */
la_str *la_anon_name(la_arena *arena, const void *identity, unsigned index, const la_str *base);
/* a, glue and b as one generated name: a template if one of them is. The quoting
 * preference is b's, else a's. As from la_anon_name. */
la_str *la_name_join(la_arena *arena, const la_str *a, const char *glue, const la_str *b);

/* The name that the map has for a template, or name itself if it is none.
 * Borrowed from the map or the caller; NULL when memory is out. */
la_str *la_anon_resolve(la_anon_map *m, la_str *name);
/* The same without a template: "<base>_<number>"; of dflt, a word, if base is NULL or empty. strip: without underscores
 * at the ends of base, as in names of binds. */
la_str *la_anon_number(la_anon_map *m, const void *identity, unsigned index, const la_str *base, const char *dflt,
                       bool strip);
void la_anon_map_free(la_anon_map *m);

#endif
