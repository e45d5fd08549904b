/* custom.c - asking the host how a construct compiles. What it prints is, where columns of
 * the result are wanted, one column: the construct itself. */
#include "compile/custom.h"

#include "compile/ddl.h"
#include "compile/result.h"
#include "sql/naming.h"

bool la_custom_emit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_RESULT);
  bool done = false;
  if (c->host->custom(c->host, &done, c, n, &k, c->err)) c->failed = true;
  if (!done || !(kw->f & LA_KW_RESULT) || la_kind_category((la_kind)n->kind) != LA_CAT_EXPR) return done || c->failed;
  la_result_add(c, la_name_of(&c->names, n), n, kw);
  return true;
}

void la_emit_plain(la_ctx *c, la_node *n, const la_kw *kw) {
  if (n->kind == LA_K_DDL)
    la_emit_ddl(c, n, kw);
  else if (c->d->emit[n->kind])
    c->d->emit[n->kind](c, n, kw);
  else
    la_ctx_no_emit(c, n);
}
