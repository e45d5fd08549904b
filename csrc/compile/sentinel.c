/* sentinel.c - which columns tell rows of INSERT … RETURNING apart.
 *
 * Asked for the rows in the order of the parameters, the engine needs columns
 * that come back and whose values it can order by: values that were sent (the
 * primary key, a column marked as sentinel), or numbers that the database makes
 * in rising order, where the dialect promises that they rise with the rows.
 */
#include "compile/crud.h"
#include "sql/schema.h"

/* What makes the values of a sentinel; the bits are those of insertmanyvalues_implicit_sentinel. Functions whose values
 * rise are called for each row in turn where sequences are. */
enum { NOT_SUPPORTED = 1, AUTOINCREMENT = 2, IDENTITY = 4, SEQUENCE = 8, ANY = 15 };

typedef struct sentinel {
  la_list *columns; /* owned */
  bool explicit_, autoincrement;
  int sorts; /* dialects with one of these can use it */
} sentinel;

static bool rises(const la_list *options) {
  la_value v = la_schema_option_value(la_schema_option_named(options, "increment"));
  return v.tag != LA_V_INT || v.u.i >= 0;
}

/* Is it a default that calls a function whose values rise? */
static bool is_monotonic(const la_node *dflt) {
  const la_node *arg = la_is(dflt, LA_K_COLUMN_DEFAULT)   ? LA_AS(column_default, dflt)->arg
                       : la_is(dflt, LA_K_SERVER_DEFAULT) ? LA_AS(server_default, dflt)->arg
                                                          : NULL;
  return la_is(arg, LA_K_FUNCTION) && LA_AS(function, arg)->monotonic;
}

static void keep(la_ctx *c, sentinel *t, la_node *column) {
  t->columns = column ? la_list_new(&column, 1) : NULL;
  if (column && !t->columns) la_ctx_nomem(c);
}

static void refuse(la_ctx *c, const char *what) {
  la_ctx_fail(c, LA_EXC_InvalidRequestError,
              "Can't use %s default with negative increment as an explicit sentinel column", what);
}

/* Falling numbers are of no use. */
static void drop(la_ctx *c, sentinel *t, const char *what) {
  if (t->explicit_) refuse(c, what);
  la_list_release(t->columns);
  t->columns = NULL;
  t->autoincrement = false;
}

static void characterize(la_ctx *c, sentinel *t, la_node *column) {
  const la_column_spec *spec = la_column_spec_of(column);
  la_node *dflt = spec->default_;
  if (spec->identity) {
    t->sorts = IDENTITY;
    if (!rises(LA_AS(identity, spec->identity)->options)) drop(c, t, "IDENTITY");
  } else if (!dflt && !spec->server_default) {
    t->sorts = t->autoincrement ? AUTOINCREMENT : ANY;
    if (spec->nullable)
      la_ctx_fail(
          c, LA_EXC_InvalidRequestError,
          "Column %s has been marked as a sentinel column with no default generation function; it at least needs "
          "to be marked nullable=False assuming user-populated sentinel values will be used.",
          LA_AS(column, column)->name->s);
  } else if (la_is(dflt, LA_K_SEQUENCE)) {
    t->sorts = SEQUENCE;
    if (!rises(LA_AS(sequence, dflt)->options)) drop(c, t, "SEQUENCE");
  } else if (dflt) {
    la_column_default *d = LA_AS(column_default, dflt);
    t->sorts = d->is_sentinel || d->callable ? ANY : is_monotonic(dflt) ? SEQUENCE : 0;
  } else if (is_monotonic(spec->server_default)) {
    t->sorts = SEQUENCE;
  } else if (t->explicit_) {
    la_ctx_fail(c, LA_EXC_InvalidRequestError,
                "Column %s can't be a sentinel column because it uses an explicit server side default that's not the "
                "Identity() default.",
                LA_AS(column, column)->name->s);
  }
}

/* A primary key whose values all come from the program; of one that has values of a function that rise, that column. */
static void find_key(la_ctx *c, sentinel *t, const la_node *table) {
  la_list *pk = la_table_primary_key(table);
  la_node *rising = NULL;
  for (uint32_t i = 0; i < la_list_len(pk); i++) {
    const la_column_spec *spec = la_column_spec_of(pk->v[i]);
    la_node *dflt = spec->default_;
    bool callable = la_is(dflt, LA_K_COLUMN_DEFAULT) && LA_AS(column_default, dflt)->callable;
    if (is_monotonic(dflt) || is_monotonic(spec->server_default))
      rising = pk->v[i];
    else if (spec->server_default || (dflt && !callable))
      return;
  }
  t->sorts = rising ? SEQUENCE : ANY;
  if (rising)
    keep(c, t, rising);
  else if (pk)
    t->columns = la_list_retain(pk);
}

void la_crud_find_sentinel(la_crud_state *s) {
  la_ctx *c = s->c;
  if (!la_is_schema_table(s->table)) return;
  sentinel t = {NULL, false, false, 0};
  la_node *marked = LA_AS(table_spec, LA_AS(table, s->table)->spec)->sentinel;
  t.explicit_ = marked != NULL;
  t.autoincrement = s->autoincrement && (!marked || marked == s->autoincrement);
  keep(c, &t, marked ? marked : s->autoincrement);
  if (t.columns) characterize(c, &t, t.columns->v[0]);
  if (!t.columns && !c->failed) find_key(c, &t, s->table);
  if (t.columns && !(LA_DATTR(c->d, insertmanyvalues_implicit_sentinel) & t.sorts)) {
    if (t.explicit_)
      la_ctx_fail(
          c, LA_EXC_InvalidRequestError,
          "Column %s can't be explicitly marked as a sentinel column when using the %s dialect, as the particular "
          "type of default generation on this column is not currently compatible with this dialect's specific "
          "INSERT..RETURNING syntax which can receive the server-generated value in a deterministic way.  To "
          "remove this error, remove insert_sentinel=True from primary key autoincrement columns; these columns "
          "are automatically used as sentinels for supported dialects in any case.",
          LA_AS(column, t.columns->v[0])->name->s, c->d->name);
    la_list_release(t.columns);
    t.columns = NULL;
  }
  s->sentinel = t.columns;
}
