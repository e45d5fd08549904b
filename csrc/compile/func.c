/* func.c - function calls. */
#include "sql/func.h"

#include <string.h>

#include "compile/emit.h"
#include "compile/quote.h"
#include "compile/result.h"

/* Functions of the standard that are not written as they are called. */
typedef struct standard_name {
  la_func func;
  const char *text;
} standard_name;

static const standard_name standard_names[] = {{LA_FUNC_current_date, "CURRENT_DATE"},
                                               {LA_FUNC_current_time, "CURRENT_TIME"},
                                               {LA_FUNC_current_timestamp, "CURRENT_TIMESTAMP"},
                                               {LA_FUNC_current_user, "CURRENT_USER"},
                                               {LA_FUNC_localtime, "LOCALTIME"},
                                               {LA_FUNC_localtimestamp, "LOCALTIMESTAMP"},
                                               {LA_FUNC_session_user, "SESSION_USER"},
                                               {LA_FUNC_user, "USER"},
                                               {LA_FUNC_coalesce, "coalesce"},
                                               {LA_FUNC_random, "random"},
                                               {LA_FUNC_sysdate, "sysdate"},
                                               {LA_FUNC_cube, "CUBE"},
                                               {LA_FUNC_rollup, "ROLLUP"},
                                               {LA_FUNC_grouping_sets, "GROUPING SETS"}};

static const char *standard_name_of(const la_function *f) {
  for (size_t i = 0; i < sizeof standard_names / sizeof standard_names[0]; i++)
    if ((int)standard_names[i].func == f->generic) return standard_names[i].text;
  return NULL;
}

/* A name is quoted for its characters, not for its case. */
static void put_function_name(la_ctx *c, const la_str *s, bool quoted) {
  if (quoted || la_has_illegal_chars(s->s, s->len))
    la_put_name(c, s);
  else
    la_buf_str(&c->out->b, s);
}

static void put_packages(la_ctx *c, const la_function *f) {
  for (uint32_t i = 0; i < la_list_len(f->packages); i++) {
    put_function_name(c, LA_AS(strnode, f->packages->v[i])->s, f->name->quote != LA_QUOTE_AUTO);
    la_putc(c, '.');
  }
}

void la_emit_argspec(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_emit_parens(c, LA_AS(function, n)->args, &k);
}

static void put_call(la_ctx *c, la_node *n, const la_kw *kw) {
  la_function *f = LA_AS(function, n);
  const char *name = f->generic ? standard_name_of(f) : NULL;
  put_packages(c, f);
  if (name)
    la_puts(c, name);
  else
    put_function_name(c, f->name, f->name->quote != LA_QUOTE_AUTO);
  if (!name || la_list_len(f->args) || !la_func_get((la_func)f->generic)->bare) c->d->hooks.argspec(c, n, kw);
}

static const la_func_rule *rule_of(la_ctx *c, const la_function *f) {
  char lower[64];
  if (f->name->len >= sizeof lower) return NULL;
  for (uint32_t i = 0; i <= f->name->len; i++) {
    char ch = f->name->s[i];
    lower[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
  }
  return la_dialect_func(c->d, lower, f->name->len);
}

void la_emit_function(la_ctx *c, la_node *n, const la_kw *kw) {
  la_function *f = LA_AS(function, n);
  if (kw->f & LA_KW_RESULT) la_result_add(c, f->name, n, kw);
  la_kw k = la_kw_with(kw, 0, LA_KW_RESULT);
  const la_func_rule *rule = rule_of(c, f);
  if (!rule) {
    put_call(c, n, &k);
  } else if (rule->emit) {
    rule->emit(c, n, &k);
  } else {
    la_puts(c, rule->text);
    if (rule->form == LA_FUNC_APART) k.f &= ~(unsigned)LA_KW_IN_OP;
    if (rule->form != LA_FUNC_BARE) c->d->hooks.argspec(c, n, &k);
  }
  if (f->with_ordinality) la_puts(c, " WITH ORDINALITY");
}
