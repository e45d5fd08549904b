/* quote.h - identifiers and string literals as a dialect writes them. */
#ifndef LA_COMPILE_QUOTE_H
#define LA_COMPILE_QUOTE_H

#include "base/buf.h"
#include "compile/dialect.h"

extern const char la_words_ansi[];

/* To be called whenever quoting.reserved was set. */
void la_note_reserved(la_dialect_inst *d);

/* Must this name be quoted to be read back as it is? */
bool la_needs_quotes(const la_dialect_inst *d, const char *s, size_t n);
/* The same for its characters alone (case and reserved words do not matter). */
bool la_has_illegal_chars(const char *s, size_t n);
/* The name, quoted by its own preference or where it must be. percents: % is doubled. */
void la_quote_name(la_buf *out, const la_dialect_inst *d, const char *s, size_t n, la_quote pref, bool percents);
void la_quote_str(la_buf *out, const la_dialect_inst *d, const la_str *s, bool percents);
/* What most names are: words, of which nobody has to look up whether they are reserved. */
static inline bool la_is_plain_name(const la_dialect_inst *d, const la_str *s) {
  return s->flags & LA_STR_WORD && s->quote == LA_QUOTE_AUTO && s->s[0] >= 'a' &&
         !d->reserved[s->hash & (LA_RESERVED - 1)];
}
/* The name in quotes, always. */
void la_quote_always(la_buf *out, const la_dialect_inst *d, const char *s, size_t n, bool percents);
/* A schema, which some dialects split at its dots. */
void la_quote_schema(la_buf *out, const la_dialect_inst *d, const la_str *s, bool percents);

#endif
