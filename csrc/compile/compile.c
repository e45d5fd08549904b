/* compile.c - the entry: a tree goes in, a la_compiled comes out. */
#include "compile/compile.h"

#include "compile/custom.h"
#include "compile/ddl.h"
#include "compile/emit.h"
#include "compile/result.h"

/* ---- printing ---- */

/* What is written out now must be known. */
static void check_values(la_ctx *c) {
  for (uint32_t i = 0; i < c->nbinds; i++) {
    const la_bind *b = LA_AS(bind, c->binds[i].node);
    if (c->binds[i].flags & LA_BF_REQUIRED)
      la_ctx_fail(c, LA_EXC_InvalidRequestError, "A value is required for bind parameter '%s'",
                  b->key ? b->key->s : c->binds[i].name->s);
  }
}

/* CREATE VIEW has no rows, the SELECT in it notwithstanding; those of a user's statement are not known. */
static void print_without_rows(la_ctx *c, la_node *stmt, const la_kw *kw) {
  if (stmt->kind != LA_K_DDL)
    la_emit(c, stmt, kw);
  else if (!la_custom_kind(c, LA_K_DDL) || !la_custom_emit(c, stmt, kw))
    la_emit_ddl(c, stmt, kw);
  la_results_forget(c);
}

static void print(la_ctx *c, la_node *stmt) {
  la_kw kw = la_kw_none;
  if (c->opts->literal_binds) kw.f |= LA_KW_LITERAL_BINDS;
  if (stmt->kind == LA_K_DDL || stmt->kind == LA_K_CUSTOM)
    print_without_rows(c, stmt, &kw);
  else
    la_emit(c, stmt, &kw);
  if (c->late && c->opts->render_postcompile) check_values(c);
  if (c->out->b.failed || c->names.failed || c->work.failed || c->kept.failed) la_ctx_nomem(c);
  if (c->failed && !c->err->set) la_fail_memory(c->err); /* what fails without a word had no memory */
}

int la_compile(la_compiled **out, la_node *stmt, la_dialect_inst *d, const la_compile_opts *opts, la_error *err) {
  static const la_compile_opts none = LA_COMPILE_OPTS_INIT;
  la_ctx c;
  la_arena_unit room[512];
  char text[512];
  la_ctx_init(&c, d, opts ? opts : &none, err);
  la_arena_lend(&c.work, room, sizeof room / sizeof *room);
  c.root.b = (la_buf)LA_BUF_ON(text);
  print(&c, stmt);
  la_compiled *k = c.failed ? NULL : la_compiled_take(&c, stmt, d);
  if (c.failed) {
    la_compiled_release(k);
    k = NULL;
  }
  *out = k;
  la_results_drop(&c);
  la_ctx_free(&c);
  return k ? 0 : -1;
}
