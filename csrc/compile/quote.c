/* quote.c - which names need quotes, and how they are written. */
#include "compile/quote.h"

#include <string.h>

const char la_words_ansi[] =
    " all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate"
    " column constraint create cross current_date current_role current_time current_timestamp current_user default"
    " deferrable desc distinct do else end except false for foreign freeze from full grant group having ilike in"
    " initially inner intersect into is isnull join leading left like limit localtime localtimestamp natural new not"
    " notnull null off offset old on only or order outer overlaps placing primary references right select session_user"
    " set similar some symmetric table then to trailing true union unique user using verbose when where ";

/* ---- which ---- */

static bool is_lower(char ch) { return ch >= 'a' && ch <= 'z'; }
static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }
static bool is_upper(char ch) { return ch >= 'A' && ch <= 'Z'; }

/* Where the hash of a word is in .reserved, or would be. */
static uint32_t place_of(const la_dialect_inst *d, uint32_t hash) {
  uint32_t i = hash & (LA_RESERVED - 1);
  while (d->reserved[i] && d->reserved[i] != hash) i = (i + 1) & (LA_RESERVED - 1);
  return i;
}

void la_note_reserved(la_dialect_inst *d) {
  memset(d->reserved, 0, sizeof d->reserved);
  for (const char *p = d->quoting.reserved + 1, *end; *p; p = end + 1) {
    end = strchr(p, ' ');
    uint32_t hash = la_str_hash(p, (size_t)(end - p));
    d->reserved[place_of(d, hash)] = hash;
  }
}

/* hash: that of the n bytes at s. */
static bool is_reserved(const la_dialect_inst *d, const char *s, size_t n, uint32_t hash) {
  if (!d->reserved[place_of(d, hash)]) return false;
  for (const char *p = d->quoting.reserved + 1, *end; *p; p = end + 1) {
    end = strchr(p, ' ');
    if ((size_t)(end - p) == n && !memcmp(p, s, n)) return true;
  }
  return false;
}

bool la_has_illegal_chars(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!is_lower(s[i]) && !is_upper(s[i]) && !is_digit(s[i]) && s[i] != '_' && s[i] != '$') return true;
  return !n;
}

static bool is_word(const char *s, size_t n) {
  if (!n || is_digit(s[0])) return false;
  for (size_t i = 0; i < n; i++)
    if (!is_lower(s[i]) && !is_digit(s[i]) && s[i] != '_' && s[i] != '$') return false;
  return true;
}

static bool word_needs_quotes(const la_dialect_inst *d, const char *s, size_t n, uint32_t hash) {
  for (const char *p = d->quoting.illegal_initial; *p; p++)
    if (*p == s[0]) return true;
  return is_reserved(d, s, n, hash);
}

bool la_needs_quotes(const la_dialect_inst *d, const char *s, size_t n) {
  return !is_word(s, n) || word_needs_quotes(d, s, n, la_str_hash(s, n));
}

static bool str_needs_quotes(const la_dialect_inst *d, const la_str *s) {
  return (!la_str_is_word(s) && !is_word(s->s, s->len)) || word_needs_quotes(d, s->s, s->len, s->hash);
}

/* ---- writing ---- */

void la_quote_always(la_buf *out, const la_dialect_inst *d, const char *s, size_t n, bool percents) {
  percents = percents && !d->quoting.keep_percent;
  la_buf_putc(out, d->quoting.open);
  for (size_t i = 0; i < n; i++) {
    if (s[i] == d->quoting.close || (percents && s[i] == '%')) la_buf_putc(out, s[i]);
    la_buf_putc(out, s[i]);
  }
  la_buf_putc(out, d->quoting.close);
}

void la_quote_name(la_buf *out, const la_dialect_inst *d, const char *s, size_t n, la_quote pref, bool percents) {
  if (pref == LA_QUOTE_ALWAYS || (pref == LA_QUOTE_AUTO && la_needs_quotes(d, s, n)))
    la_quote_always(out, d, s, n, percents);
  else
    la_buf_add(out, s, n);
}

void la_quote_str(la_buf *out, const la_dialect_inst *d, const la_str *s, bool percents) {
  if (s->quote == LA_QUOTE_ALWAYS || (s->quote == LA_QUOTE_AUTO && str_needs_quotes(d, s)))
    la_quote_always(out, d, s->s, s->len, percents);
  else
    la_buf_str(out, s);
}

/* Splits "database.owner" at the dots that are outside brackets: owner is what follows the last one, without
 * brackets; what is before keeps them. */
static void split_schema(const la_str *s, la_buf *db, la_buf *owner) {
  bool inside = false, bracketed = false, first = true;
  for (uint32_t i = 0; i < s->len; i++) {
    char ch = s->s[i];
    if (ch == '[') inside = bracketed = true;
    if (ch == ']') inside = false;
    if (ch == '.' && !inside) {
      if (!first) la_buf_putc(db, '.');
      la_buf_printf(db, bracketed ? "[%s]" : "%s", la_buf_ok(owner) ? la_buf_cstr(owner) : "");
      la_buf_clear(owner);
      first = bracketed = false;
    } else if (ch != '[' && ch != ']') {
      la_buf_putc(owner, ch);
    }
  }
}

/* Is there a ']' with a '[' behind it, within? */
static bool has_inner_brackets(const char *s, size_t n) {
  const char *close = n > 2 ? memchr(s + 1, ']', n - 2) : NULL;
  return close && memchr(close, '[', (size_t)(s + n - 1 - close));
}

static void quote_database(la_buf *out, const la_dialect_inst *d, const char *s, size_t n, bool percents) {
  if (has_inner_brackets(s, n)) {
    la_buf_add(out, s, n);
    return;
  }
  for (; n && *s == '['; s++) n--;
  while (n && s[n - 1] == ']') n--;
  la_quote_name(out, d, s, n, LA_QUOTE_AUTO, percents);
}

void la_quote_schema(la_buf *out, const la_dialect_inst *d, const la_str *s, bool percents) {
  if (!d->quoting.schema_splits || s->quote == LA_QUOTE_ALWAYS) {
    la_quote_str(out, d, s, percents);
    return;
  }
  la_buf db = LA_BUF_INIT, owner = LA_BUF_INIT;
  split_schema(s, &db, &owner);
  if (db.len) {
    quote_database(out, d, db.s, db.len, percents);
    la_buf_putc(out, '.');
  }
  la_quote_name(out, d, owner.s, owner.len, LA_QUOTE_AUTO, percents);
  if (db.failed || owner.failed) out->failed = true;
  la_buf_free(&db);
  la_buf_free(&owner);
}
