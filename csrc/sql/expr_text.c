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

/* So few are compared one by one. */
enum { FEW = 16 };

static bool is_indexed(la_map *names, la_node *const *binds, uint32_t n) {
  for (uint32_t i = (uint32_t)names->n; i < n; i++)
    if (la_map_puts(names, LA_AS(bind, binds[i])->key, (void *)(uintptr_t)(i + 1))) return false;
  return names->n == n;
}

uint32_t la_text_find(la_map *names, la_node *const *binds, uint32_t n, const char *key, size_t len) {
  if (n > FEW && is_indexed(names, binds, n)) {
    uintptr_t place = (uintptr_t)la_map_getb(names, key, len);
    return place ? (uint32_t)place - 1 : n;
  }
  for (uint32_t i = 0; i < n; i++) {
    const la_str *own = LA_AS(bind, binds[i])->key;
    if (own->len == len && !memcmp(own->s, key, len)) return i;
  }
  return n;
}

static int add_bind(la_vec *v, la_map *names, const char *s, size_t len, la_error *err) {
  if (la_text_find(names, v->v, v->n, s, len) < v->n) return 0;
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

static int find_binds(la_vec *v, la_map *names, const char *s, size_t len, la_error *err) {
  for (size_t i = 0; i < len; i++) {
    if (s[i] != ':' || (i && (s[i - 1] == ':' || s[i - 1] == '\\' || is_word(s[i - 1])))) continue;
    size_t end = i + 1;
    while (end < len && is_word(s[end])) end++;
    if (end > i + 1 && (end == len || s[end] != ':') && add_bind(v, names, s + i + 1, end - i - 1, err)) return -1;
    i = end - 1;
  }
  return v->failed ? la_fail_memory(err) : 0;
}

int la_expr_text(la_node **out, const char *text, size_t len, la_error *err) {
  la_vec v = LA_VEC_INIT;
  la_map names = LA_MAP_INIT;
  la_list *binds = NULL;
  *out = NULL;
  int rc = find_binds(&v, &names, text, len, err);
  la_map_free(&names);
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

int la_expr_text_with(la_node **out, la_node *text, la_node *const *binds, la_error *err) {
  uint32_t n = la_list_len(LA_AS(text, text)->binds);
  la_node *copy = la_node_copy(text);
  la_list *l = copy && n ? la_list_new(binds, n) : NULL;
  *out = NULL;
  if (l) {
    la_give_list(&LA_AS(text, copy)->binds, l);
  } else if (n) {
    la_node_release(copy);
    copy = NULL;
  }
  return la_expr_done(out, copy, NULL, err);
}
