/* anon.c - templates are written and read here, and nowhere else. */
#include "sql/anon.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* ---- templates ---- */

/* What may not stand in a base; a run of it becomes one underscore. */
static bool is_special(char c) { return !c || c == '%' || c == '(' || c == ')' || c == ' ' || c == '$'; }

static bool is_clean(const char *s, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (is_special(s[i])) return false;
  return true;
}

static void put_clean(la_buf *b, const char *s, size_t len) {
  if (is_clean(s, len)) {
    la_buf_add(b, s, len);
    return;
  }
  for (size_t i = 0; i < len; i++) {
    if (!is_special(s[i]))
      la_buf_putc(b, s[i]);
    else if (!i || !is_special(s[i - 1]))
      la_buf_putc(b, '_');
  }
}

/* s as part of a template. */
static void put_literal(la_buf *b, const la_str *s) {
  if (la_is_anon(s)) {
    la_buf_str(b, s);
    return;
  }
  for (uint32_t i = 0; i < s->len; i++) {
    if (s->s[i] == '%') la_buf_putc(b, '%');
    la_buf_putc(b, s->s[i]);
  }
}

static void put_hex(la_buf *b, uintptr_t n) {
  char digits[2 * sizeof n], *end = digits + sizeof digits, *p = end;
  do *--p = "0123456789abcdef"[n % 16];
  while (n /= 16);
  la_buf_add(b, p, (size_t)(end - p));
}

static void put_number(la_buf *b, const void *identity, unsigned index) {
  la_buf_puts(b, "%(");
  put_hex(b, (uintptr_t)identity);
  if (index) {
    la_buf_putc(b, '.');
    put_hex(b, index);
  }
  la_buf_putc(b, ' ');
}

static la_str *finish(la_arena *arena, la_buf *b, int quote, int flags) {
  la_str *s = b->failed ? NULL : la_str_in(arena, b->s, b->len);
  la_buf_free(b);
  if (!s) return NULL;
  s->quote = (uint8_t)quote;
  s->flags = (uint8_t)flags;
  return s;
}

la_str *la_anon_name(la_arena *arena, const void *identity, unsigned index, const la_str *base) {
  char few[128];
  la_buf b = LA_BUF_ON(few);
  if (la_is_anon(base)) {
    la_buf_str(&b, base);
    if (index) la_buf_putc(&b, '_');
    put_number(&b, identity, index);
  } else {
    put_number(&b, identity, index);
    if (base && base->len)
      put_clean(&b, base->s, base->len);
    else
      la_buf_puts(&b, "anon");
    if (index) la_buf_putc(&b, '_');
  }
  la_buf_puts(&b, ")s");
  return finish(arena, &b, LA_QUOTE_AUTO, LA_STR_CUT | LA_STR_ANON);
}

la_str *la_name_join(la_arena *arena, const la_str *a, const char *glue, const la_str *b) {
  char few[128];
  la_buf t = LA_BUF_ON(few);
  bool anon = la_is_anon(a) || la_is_anon(b);
  if (anon)
    put_literal(&t, a);
  else
    la_buf_str(&t, a);
  la_buf_puts(&t, glue);
  if (anon)
    put_literal(&t, b);
  else
    la_buf_str(&t, b);
  return finish(arena, &t, b->quote ? b->quote : a->quote, LA_STR_CUT | (anon ? LA_STR_ANON : 0));
}

/* ---- numbers ---- */

enum { FEW = 8 }; /* so many are searched one by one */

typedef struct la_anon_entry {
  const void *identity;
  unsigned index;
  uint32_t base_len; /* of name */
  la_str *name;
  struct la_anon_entry *older;
  struct la_anon_entry *next; /* of the same hash */
} entry;

static bool has_base(const entry *e, const char *base, size_t len) {
  return e->base_len == len && !memcmp(e->name->s, base, len);
}

static uint64_t key_of(const void *identity, unsigned index, const char *base, size_t len) {
  return la_hash_bytes(base, len, la_hash_mix(la_key(identity), index));
}

/* The entry, if it is there; else *same is how many have that base. */
static entry *find(const la_anon_map *m, const void *identity, unsigned index, const char *base, size_t len,
                   size_t *same) {
  *same = 0;
  if (m->n <= FEW) {
    for (entry *e = m->newest; e; e = e->older) {
      if (!has_base(e, base, len)) continue;
      if (e->identity == identity && e->index == index) return e;
      ++*same;
    }
    return NULL;
  }
  entry *e = la_map_get(&m->names, key_of(identity, index, base, len));
  while (e && (e->identity != identity || e->index != index || !has_base(e, base, len))) e = e->next;
  if (!e) *same = (size_t)(uintptr_t)la_map_getb(&m->counts, base, len);
  return e;
}

static la_str *numbered(la_arena *arena, const char *base, size_t len, size_t n, bool word) {
  la_str *s = la_str_numbered(arena, base, len, "_", n);
  if (s) s->flags = LA_STR_CUT | (word ? LA_STR_WORD : 0);
  return s;
}

static int add_to_indexes(la_anon_map *m, entry *e) {
  uint64_t key = key_of(e->identity, e->index, e->name->s, e->base_len);
  la_str *base = la_str_new(e->name->s, e->base_len);
  size_t n = (size_t)(uintptr_t)la_map_getb(&m->counts, e->name->s, e->base_len) + 1;
  e->next = la_map_get(&m->names, key);
  int rc = !base || la_map_puts(&m->counts, base, (void *)(uintptr_t)n) || la_map_put(&m->names, key, e);
  la_str_release(base);
  return rc;
}

static int index_all(la_anon_map *m) {
  for (entry *e = m->newest; e; e = e->older)
    if (add_to_indexes(m, e)) return -1;
  return 0;
}

/* word: base is one (or nobody knows). */
static la_str *number(la_anon_map *m, const void *identity, unsigned index, const char *base, size_t len, bool word) {
  size_t same;
  entry *e = find(m, identity, index, base, len, &same);
  if (e) return e->name;
  la_str *name = numbered(m->arena, base, len, same + 1, word);
  if (name) e = m->arena ? la_arena_room(m->arena, sizeof *e) : la_alloc(sizeof *e);
  if (!e) {
    la_str_release(name);
    return NULL;
  }
  *e = (entry){identity, index, (uint32_t)len, name, m->newest, NULL};
  m->newest = e;
  m->n++;
  if (m->n <= FEW) return name;
  return (m->n == FEW + 1 ? index_all(m) : add_to_indexes(m, e)) ? NULL : name;
}

/* number, without underscores at the ends of s if strip. */
static la_str *number_stripped(la_anon_map *m, const void *identity, unsigned index, const char *s, size_t len,
                               bool strip, bool word) {
  for (; strip && len && *s == '_'; len--) s++;
  while (strip && len && s[len - 1] == '_') len--;
  return number(m, identity, index, s, len, word);
}

la_str *la_anon_number(la_anon_map *m, const void *identity, unsigned index, const la_str *base, const char *dflt,
                       bool strip) {
  if (!base || !base->len) return number(m, identity, index, dflt, strlen(dflt), true);
  bool word = la_str_is_word(base);
  if (word || is_clean(base->s, base->len))
    return number_stripped(m, identity, index, base->s, base->len, strip, word && *base->s != '_');
  la_buf b = LA_BUF_INIT;
  put_clean(&b, base->s, base->len);
  const char *s = la_buf_cstr(&b);
  la_str *name = s ? number_stripped(m, identity, index, s, b.len, strip, false) : NULL;
  la_buf_free(&b);
  return name;
}

/* ---- resolving ---- */

/* The number in hexadecimal digits at *p, which goes on behind them. */
static uintptr_t take_hex(const char **p) {
  uintptr_t n = 0;
  for (;; ++*p) {
    char ch = **p;
    if (ch >= '0' && ch <= '9')
      n = n * 16 + (uintptr_t)(ch - '0');
    else if (ch >= 'a' && ch <= 'f')
      n = n * 16 + (uintptr_t)(ch - 'a' + 10);
    else
      return n;
  }
}

/* The name of the template at p, which begins behind "%("; *end is behind ")s". */
static la_str *resolve_one(la_anon_map *m, const char *p, const char **end) {
  uintptr_t identity = take_hex(&p);
  unsigned index = 0;
  if (*p == '.') {
    p++;
    index = (unsigned)take_hex(&p);
  }
  const char *base = p + 1, *close = strchr(base, ')');
  *end = close + 2;
  return number(m, (const void *)identity, index, base, (size_t)(close - base), false);
}

static la_str *apply(la_anon_map *m, const la_str *template) {
  char few[128];
  la_buf b = LA_BUF_ON(few);
  for (const char *p = template->s, *end = p + template->len; p < end;) {
    if (*p == '%' && p[1] == '(') {
      la_str *name = resolve_one(m, p + 2, &p);
      if (name)
        la_buf_str(&b, name);
      else
        b.failed = true;
    } else {
      p += *p == '%';
      la_buf_putc(&b, *p++);
    }
  }
  return finish(m->arena, &b, template->quote, LA_STR_CUT);
}

/* Is it nothing but one number? Its name is found without the map. */
static bool is_single(const la_str *template) {
  const char *s = template->s;
  return s[0] == '%' && s[1] == '(' && template->quote == LA_QUOTE_AUTO && strchr(s, ')') == s + template->len - 2;
}

la_str *la_anon_resolve(la_anon_map *m, la_str *name) {
  if (!la_is_anon(name)) return name;
  const char *end;
  if (is_single(name)) return resolve_one(m, name->s + 2, &end);
  la_str *known = la_map_gets(&m->whole, name);
  if (known) return known;
  la_str *now = apply(m, name);
  if (!now || !la_map_puts(&m->whole, name, now)) return now;
  la_str_release(now);
  return NULL;
}

void la_anon_map_free(la_anon_map *m) {
  for (entry *e = m->arena ? NULL : m->newest, *older; e; e = older) {
    older = e->older;
    la_str_release(e->name);
    la_free(e);
  }
  for (size_t i = 0; !m->arena && i < m->whole.cap; i++) la_str_release(m->whole.e[i].value);
  la_map_free(&m->names);
  la_map_free(&m->counts);
  la_map_free(&m->whole);
}
