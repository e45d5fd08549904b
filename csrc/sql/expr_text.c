/* expr_text.c - text(): which parameters it names.
 *
 * `:name` is a parameter unless a colon, a word or a backslash stands before it
 * or a colon behind it. The text itself stays as it is: what is rendered for a
 * parameter, and what `\:` becomes, is the compiler's.
 */
#include <string.h>

#include "sql/expr_impl.h"
#include "sql/vec.h"

static bool is_word(char c) {
  unsigned char u = (unsigned char)c;
  return u == '_' || u > 127 || (u >= '0' && u <= '9') || ((u | 32) >= 'a' && (u | 32) <= 'z');
}

static la_node *bind_named(const la_vec *v, const char *s, size_t len) {
  for (uint32_t i = 0; i < v->n; i++) {
    const la_str *key = LA_AS(bind, v->v[i])->key;
    if (key->len == len && !memcmp(key->s, s, len)) return v->v[i];
  }
  return NULL;
}

static int add_bind(la_vec *v, const char *s, size_t len, la_error *err) {
  if (bind_named(v, s, len)) return 0;
  la_str *key = la_str_new(s, len);
  if (!key) return la_fail_memory(err);
  la_bind_opts o = {0};
  o.key = key;
  o.required = true;
  la_node *bind;
  int rc = la_bind_new(&bind, &o, NULL, err);
  la_str_release(key);
  if (rc) return -1;
  la_vec_give(v, bind);
  return 0;
}

static int find_binds(la_vec *v, const char *s, size_t len, la_error *err) {
  for (size_t i = 0; i < len; i++) {
    if (s[i] != ':' || (i && (s[i - 1] == ':' || s[i - 1] == '\\' || is_word(s[i - 1])))) continue;
    size_t end = i + 1;
    while (end < len && is_word(s[end])) end++;
    if (end > i + 1 && (end == len || s[end] != ':') && add_bind(v, s + i + 1, end - i - 1, err)) return -1;
    i = end - 1;
  }
  return v->failed ? la_fail_memory(err) : 0;
}

int la_expr_text(la_node **out, const char *text, size_t len, la_error *err) {
  la_vec v = LA_VEC_INIT;
  la_list *binds = NULL;
  *out = NULL;
  int rc = find_binds(&v, text, len, err);
  if (!rc && la_vec_to_list(&v, &binds)) rc = la_fail_memory(err);
  la_vec_free(&v);
  if (rc) return rc;
  la_node *n = la_node_new(LA_K_TEXT);
  la_str *s = n ? la_str_new(text, len) : NULL;
  if (s) {
    LA_AS(text, n)->text = s;
    LA_AS(text, n)->binds = binds;
  } else {
    la_list_release(binds);
    la_node_release(n);
    n = NULL;
  }
  return la_expr_done(out, n, NULL, err);
}

int la_expr_text_bind(la_node **out, la_node *text, la_node *bind, la_error *err) {
  const la_list *binds = LA_AS(text, text)->binds;
  const la_str *key = LA_AS(bind, bind)->key;
  *out = NULL;
  for (uint32_t i = 0; i < la_list_len(binds); i++) {
    if (!la_str_eq(LA_AS(bind, binds->v[i])->key, key)) continue;
    la_node *n = la_node_copy(text);
    la_list *l = n ? la_list_new(binds->v, binds->n) : NULL;
    if (l) {
      la_set_node(&l->v[i], bind);
      la_give_list(&LA_AS(text, n)->binds, l);
    } else {
      la_node_release(n);
      n = NULL;
    }
    return la_expr_done(out, n, NULL, err);
  }
  return la_fail_with(err, LA_EXC_ArgumentError, "This text() construct doesn't define a bound parameter named '%s'",
                      key->s);
}
