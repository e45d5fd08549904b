/* name.c - names in a compilation: numbering, cutting, schemas, quoting. */
#include <string.h>

#include "compile/context.h"
#include "compile/quote.h"
#include "sql/schema.h"

/* ---- generated names ---- */

static size_t count_chars(const la_str *s) {
  size_t n = 0;
  for (uint32_t i = 0; i < s->len; i++) n += (s->s[i] & 0xc0) != 0x80;
  return n;
}

/* The bytes of the first n characters. */
static size_t bytes_of(const la_str *s, size_t n) {
  size_t i = 0;
  for (; i < s->len; i++) {
    if ((s->s[i] & 0xc0) == 0x80) continue;
    if (!n--) break;
  }
  return i;
}

/* "<beginning>_<hexadecimal counter>" */
static la_str *cut(la_ctx *c, la_ident id, la_str *name) {
  la_str *known = la_map_gets(&c->cut[id], name);
  if (known) return known;
  size_t keep = c->label_length > 6 ? (size_t)c->label_length - 6 : 0;
  la_str *now = la_str_format("%.*s_%zx", (int)bytes_of(name, keep), name->s, c->cut[id].n + 1);
  if (now) now->quote = name->quote;
  if (!now || la_map_puts(&c->cut[id], name, now)) {
    la_str_release(now);
    la_ctx_nomem(c);
    return name;
  }
  return now;
}

la_str *la_ctx_cut(la_ctx *c, la_ident id, la_str *name) {
  if (name->len + 6 <= (uint32_t)c->label_length) return name;
  return (long)count_chars(name) > (long)c->label_length - 6 ? cut(c, id, name) : name;
}

la_str *la_ctx_name(la_ctx *c, la_ident id, la_str *name) {
  if (!name || !(name->flags & (LA_STR_CUT | LA_STR_ANON))) return name;
  la_str *now = la_anon_resolve(&c->anon, name);
  if (!now) {
    la_ctx_nomem(c);
    return name;
  }
  return la_ctx_cut(c, id, now);
}

/* Without a name of its own: the template is spared where it would say nothing but this. */
static la_str *number_from(la_ctx *c, la_ident id, const la_node *from, const la_str *anon) {
  la_str *name = la_anon_number(&c->anon, from, 0, anon, "anon", false);
  if (!name) la_ctx_nomem(c);
  return name ? la_ctx_cut(c, id, name) : NULL;
}

la_str *la_ctx_from_name(la_ctx *c, const la_node *from) {
  la_ident id = from->kind == LA_K_VALUES ? LA_ID_VALUES : LA_ID_ALIAS;
  const la_node *identity = from;
  la_str *anon, *name = la_name_given(&identity, &anon);
  if (name || !identity) return la_ctx_name(c, id, name);
  return la_is_anon(anon) ? la_ctx_name(c, id, la_name_from(&c->names, from)) : number_from(c, id, identity, anon);
}

/* ---- schemas ---- */

/* Where in the translation map `schema` stands; -1: nowhere. */
static int translation(const la_schema_map *m, const la_str *schema) {
  for (uint32_t i = 0; i < m->n; i++) {
    const la_str *from = m->from[i];
    if (!from || !schema) {
      if (from == schema) return (int)i;
    } else if (from->len == schema->len && !memcmp(from->s, schema->s, schema->len)) {
      return (int)i;
    }
  }
  return -1;
}

#define MARK "__[SCHEMA_"

/* "__[SCHEMA_name]", which stands for the schema until the statement is executed. */
static const la_str *schema_mark(la_ctx *c, const la_str *schema) {
  la_str *mark = la_names_keep(&c->names, la_str_format(MARK "%s]", schema ? schema->s : "_none"));
  if (!mark) {
    la_ctx_nomem(c);
    return NULL;
  }
  mark->quote = LA_QUOTE_NEVER;
  return mark;
}

/* Who translates schemas has them quoted as they need it. */
static const la_str *plain(la_ctx *c, la_str *schema) {
  if (schema->quote == LA_QUOTE_AUTO) return schema;
  la_str *s = la_names_keep(&c->names, la_str_new(schema->s, schema->len));
  if (!s) la_ctx_nomem(c);
  return s;
}

static const la_str *translated(la_ctx *c, la_str *schema) {
  const la_schema_map *m = c->opts->schema_translate_map;
  int i = translation(m, schema);
  if (!schema && i < 0) return NULL;
  if (schema && (memchr(schema->s, '[', schema->len) || memchr(schema->s, ']', schema->len)))
    la_ctx_fail(c, LA_EXC_CompileError, "Square bracket characters ([]) not supported in schema translate name '%s'",
                schema->s);
  if (!c->opts->render_schema_translate) return schema_mark(c, schema);
  const la_str *to = i < 0 ? plain(c, schema) : m->to[i];
  if (to && to->len) return to;
  if (!c->d->default_schema)
    la_ctx_fail(c, LA_EXC_CompileError, "Dialect has no default schema name; can't use None as dynamic schema target.");
  return c->d->default_schema;
}

const la_str *la_ctx_schema(la_ctx *c, const la_node *item, la_str *schema) {
  bool translates = c->opts->schema_translate_map && (item->kind != LA_K_TABLE || la_is_schema_table(item));
  const la_str *s = translates ? translated(c, schema) : schema;
  return s && s->len ? s : NULL;
}

/* ---- writing ---- */

/* A name that is split into parts is quoted by its parts. */
void la_put_schema(la_ctx *c, const la_str *schema) {
  bool mark = schema->len > sizeof MARK - 1 && !memcmp(schema->s, MARK, sizeof MARK - 1);
  if (schema->quote == LA_QUOTE_NEVER && (mark || !c->d->quoting.schema_splits))
    la_buf_str(&c->out->b, schema);
  else
    la_quote_schema(&c->out->b, c->d, schema, c->double_percents);
}

void la_put_table(la_ctx *c, const la_node *table, bool schema) {
  const la_table *t = LA_AS(table, table);
  const la_str *s = schema && !LA_DATTR(c->d, omit_schema) ? la_ctx_schema(c, table, t->schema) : NULL;
  if (s) {
    la_put_schema(c, s);
    la_putc(c, '.');
  }
  la_put_name(c, t->name);
}

void la_put_sequence(la_ctx *c, const la_node *sequence) {
  const la_sequence *q = LA_AS(sequence, sequence);
  const la_str *s = LA_DATTR(c->d, omit_schema) ? NULL : la_ctx_schema(c, sequence, q->schema);
  if (s) {
    la_put_schema(c, s);
    la_putc(c, '.');
  }
  la_put_name(c, q->name);
}

void la_put_word(la_ctx *c, const char *what, const la_str *word) {
  if (la_has_illegal_chars(word->s, word->len))
    la_ctx_fail(c, LA_EXC_CompileError, "the %s must be a word of letters, digits and _, not '%s'", what, word->s);
  else
    la_buf_str(&c->out->b, word);
}

bool la_has_continued_line(const char *s, size_t n) {
  for (size_t i = 0; i + 1 < n; i++)
    if (s[i] == '\\' && (s[i + 1] == '\n' || s[i + 1] == '\r')) return true;
  return false;
}

void la_put_string(la_ctx *c, const char *s, size_t n) {
  if (LA_DATTR(c->d, _continues_lines) && la_has_continued_line(s, n))
    la_ctx_fail(c, LA_EXC_CompileError, "%s drops a backslash at the end of a line from strings", c->d->name);
  bool backslashes = LA_DATTR(c->d, _backslash_escapes);
  la_putc(c, '\'');
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '\'' || (s[i] == '%' && c->double_percents) || (s[i] == '\\' && backslashes)) la_putc(c, s[i]);
    la_putc(c, s[i]);
  }
  la_putc(c, '\'');
}
