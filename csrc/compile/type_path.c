/* type_path.c - keys and paths of JSON: '$."key"[1]' for the functions of most databases, '{key, 1}' for PostgreSQL's
 * operators. */
#include <inttypes.h>
#include <string.h>

#include "base/json_text.h"
#include "compile/type_literal.h"

/* For databases (SQLite before 3.45) that compare a key with what stands between the quotes in the stored text, escapes
 * and all, and end a quoted key at the next quote: one with a quote must stand without any around it. */
static bool put_stored_key(la_buf *out, const la_str *key) {
  la_buf text = LA_BUF_INIT;
  bool good = la_json_escape(&text, key->s, key->len) == key->len;
  const char *s = la_buf_cstr(&text);
  if (!s) out->failed = true;
  bool bare = s && strchr(s, '"');
  if (bare && strpbrk(s, ".[")) good = false;
  la_buf_puts(out, bare ? "." : ".\"");
  if (s) la_buf_add(out, s, text.len);
  if (!bare) la_buf_putc(out, '"');
  la_buf_free(&text);
  return good;
}

/* [1], ."key"; what ends a key within the path is escaped as in JSON. */
static bool put_step(la_buf *out, const la_value *v, bool stored) {
  if (v->tag == LA_V_INT) {
    la_buf_printf(out, "[%" PRId64 "]", v->u.i);
    return true;
  }
  if (v->tag != LA_V_TEXT) return false;
  if (stored) return put_stored_key(out, v->u.s);
  la_buf_puts(out, ".\"");
  for (uint32_t i = 0; i < v->u.s->len; i++) {
    if (v->u.s->s[i] == '"' || v->u.s->s[i] == '\\') la_buf_putc(out, '\\');
    la_buf_putc(out, v->u.s->s[i]);
  }
  la_buf_putc(out, '"');
  return true;
}

static bool is_blank(char ch) { return ch == ' ' || (ch >= '\t' && ch <= '\r'); }

/* Would the array literal of the database read an element otherwise without quotes? */
static bool needs_quotes(const la_str *s) {
  return !s->len || memchr(s->s, '\0', s->len) || strpbrk(s->s, "{},\"\\") || is_blank(s->s[0]) ||
         is_blank(s->s[s->len - 1]) || la_str_is(s, "NULL");
}

/* a, 1; a key with a character of the array's syntax stands in quotes. */
static void put_list_step(la_buf *out, const la_value *v) {
  if (v->tag == LA_V_INT) {
    la_buf_printf(out, "%" PRId64, v->u.i);
    return;
  }
  bool quoted = needs_quotes(v->u.s);
  if (quoted) la_buf_putc(out, '"');
  for (uint32_t i = 0; i < v->u.s->len; i++) {
    if (quoted && (v->u.s->s[i] == '"' || v->u.s->s[i] == '\\')) la_buf_putc(out, '\\');
    la_buf_putc(out, v->u.s->s[i]);
  }
  if (quoted) la_buf_putc(out, '"');
}

static bool is_step(const la_value *v) { return v->tag == LA_V_INT || v->tag == LA_V_TEXT; }

bool la_json_path(la_buf *out, const la_value *v, const la_dialect_inst *d) {
  bool stored = LA_DATTR(d, _compares_stored_json_keys);
  uint32_t n = v->tag == LA_V_ARRAY ? v->u.a->n : 1;
  const la_value *steps = v->tag == LA_V_ARRAY ? v->u.a->v : v;
  la_buf_putc(out, '$');
  for (uint32_t i = 0; i < n; i++)
    if (!put_step(out, &steps[i], stored)) return false;
  return true;
}

bool la_list_path(la_buf *out, const la_value *v) {
  uint32_t n = v->tag == LA_V_ARRAY ? v->u.a->n : 1;
  const la_value *steps = v->tag == LA_V_ARRAY ? v->u.a->v : v;
  la_buf_putc(out, '{');
  for (uint32_t i = 0; i < n; i++) {
    if (!is_step(&steps[i])) return false;
    if (i) la_buf_puts(out, ", ");
    put_list_step(out, &steps[i]);
  }
  la_buf_putc(out, '}');
  return true;
}

la_lit la_literal_list_path(la_ctx *c, const la_value *v) {
  la_buf b = LA_BUF_INIT;
  if (v->tag == LA_V_TEXT) return la_literal_text(c, v);
  la_lit r = la_list_path(&b, v) ? LA_LIT_DONE : LA_LIT_BAD;
  const char *s = la_buf_cstr(&b);
  if (s && r == LA_LIT_DONE) la_literal_quoted(c, s, b.len, true);
  la_buf_free(&b);
  return r;
}

la_lit la_literal_json_path(la_ctx *c, const la_value *v) {
  la_buf b = LA_BUF_INIT;
  la_lit r = la_json_path(&b, v, c->d) ? LA_LIT_DONE : LA_LIT_BAD;
  const char *s = la_buf_cstr(&b);
  if (s && r == LA_LIT_DONE) la_literal_quoted(c, s, b.len, true);
  la_buf_free(&b);
  return r;
}
