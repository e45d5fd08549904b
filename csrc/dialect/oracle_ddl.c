/* oracle_ddl.c - CREATE TABLE and its kin on Oracle Database. */
#include "dialect/ddl_rules.h"

/* ---- constraints ---- */

/* Oracle has no ON UPDATE. */
static void put_cascades(la_ctx *c, la_node *constraint) {
  const la_str *ondelete = LA_AS(constraint, constraint)->ondelete;
  if (LA_AS(constraint, constraint)->onupdate)
    la_ctx_warn(c,
                "Oracle Database does not contain native UPDATE CASCADE functionality - onupdates will not be rendered "
                "for foreign keys.  Consider using deferrable=True, initially='deferred' or triggers.");
  if (!ondelete) return;
  la_puts(c, " ON DELETE ");
  la_buf_str(&c->out->b, ondelete);
}

/* ---- generated columns ---- */

static void put_computed(la_ctx *c, la_node *computed) {
  const la_computed *g = LA_AS(computed, computed);
  if (g->persisted == LA_TRI_YES)
    la_ctx_fail(
        c, LA_EXC_CompileError,
        "Oracle Database computed columns do not support 'stored' persistence; set the 'persisted' flag to None "
        "or False for Oracle Database support.");
  la_puts(c, "GENERATED ALWAYS AS (");
  la_ddl_expression(c, g->sqltext);
  la_puts(c, g->persisted == LA_TRI_NO ? ") VIRTUAL" : ")");
}

static void put_identity(la_ctx *c, la_node *identity) {
  const la_identity *i = LA_AS(identity, identity);
  la_puts(c, "GENERATED ");
  if (i->always) la_puts(c, i->always == LA_TRI_YES ? "ALWAYS" : "BY DEFAULT");
  if (i->on_null == LA_TRI_YES) la_puts(c, " ON NULL");
  la_puts(c, " AS IDENTITY");
  size_t at = la_here(c);
  la_puts(c, " (");
  if (la_ddl_identity_options(c, i->options))
    la_putc(c, ')');
  else
    la_back(c, at);
}

/* ---- indexes ---- */

static const la_node *setting(const la_node *config, const char *name) {
  return la_is(config, LA_K_LIST) ? la_schema_option_named(LA_AS(listnode, config)->items, name) : NULL;
}

/* " WORDS value" for a setting of a vector index. */
static void put_setting(la_ctx *c, const la_node *config, const char *name, const char *words) {
  const la_node *n = setting(config, name);
  if (!n) return;
  la_puts(c, words);
  la_ddl_put_number(c, n);
}

/* ORGANIZATION … PARAMETERS (type HNSW, …) */
static void put_vector(la_ctx *c, const la_node *config) {
  const la_node *type = setting(config, "index_type");
  bool ivf = la_is(type, LA_K_STR) && la_str_is(LA_AS(strnode, type)->s, "IVF");
  la_puts(c, ivf ? " ORGANIZATION NEIGHBOR PARTITIONS" : " ORGANIZATION INMEMORY NEIGHBOR GRAPH");
  put_setting(c, config, "distance", " DISTANCE ");
  put_setting(c, config, "accuracy", " WITH TARGET ACCURACY ");
  la_puts(c, ivf ? " PARAMETERS (type IVF" : " PARAMETERS (type HNSW");
  if (ivf) {
    put_setting(c, config, "ivf_neighbor_partitions", ", neighbor partitions ");
    put_setting(c, config, "ivf_sample_per_partition", ", sample_per_partition ");
    put_setting(c, config, "ivf_min_vectors_per_partition", ", min_vectors_per_partition ");
  } else {
    put_setting(c, config, "hnsw_neighbors", ", neighbors ");
    put_setting(c, config, "hnsw_efconstruction", ", efconstruction ");
  }
  la_putc(c, ')');
  put_setting(c, config, "parallel", " PARALLEL ");
}

static void put_compress(la_ctx *c, const la_node *compress) {
  la_value v = la_schema_option_value(compress);
  if (!compress || (v.tag == LA_V_BOOL && !v.u.i)) return;
  la_puts(c, " COMPRESS");
  if (v.tag == LA_V_BOOL) return;
  la_putc(c, ' ');
  la_ddl_put_number(c, compress);
}

static void put_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  bool vector = la_ddl_option_is(c, x->options, "vector");
  la_puts(c, x->unique ? "CREATE UNIQUE " : "CREATE ");
  if (la_ddl_option_is(c, x->options, "bitmap")) la_puts(c, "BITMAP ");
  la_puts(c, vector ? "VECTOR INDEX " : "INDEX ");
  la_ddl_index_name(c, d->element, true);
  la_puts(c, " ON ");
  la_put_table(c, x->table, true);
  la_puts(c, " (");
  la_ddl_index_expressions(c, d->element);
  la_putc(c, ')');
  put_compress(c, la_ddl_option_of(c, x->options, "compress"));
  if (vector) put_vector(c, la_ddl_option_of(c, x->options, "vector"));
}

/* ---- tables ---- */

static void put_options(la_ctx *c, la_node *table) {
  const la_list *options = LA_AS(table_spec, LA_AS(table, table)->spec)->options;
  const la_str *on_commit = la_ddl_option_str(c, options, "on_commit");
  const la_node *compress = la_ddl_option_of(c, options, "compress");
  const la_str *tablespace = la_ddl_option_str(c, options, "tablespace");
  if (on_commit) la_ddl_on_commit(c, on_commit);
  if (la_ddl_option_is(c, options, "compress")) la_puts(c, "\n COMPRESS");
  if (compress && la_schema_option_value(compress).tag != LA_V_BOOL) {
    la_puts(c, " FOR ");
    la_ddl_put_number(c, compress);
  }
  if (tablespace) {
    la_puts(c, "\n TABLESPACE ");
    la_put_name(c, tablespace);
  }
}

static void drop_table_comment(la_ctx *c, la_node *ddl) {
  la_puts(c, "COMMENT ON TABLE ");
  la_put_table(c, LA_AS(ddl, ddl)->element, true);
  la_puts(c, " IS ''");
}

static const la_ddl_option options[] = {
    {"Table", "resolve_synonyms", LA_OPT_FALSE}, {"Table", "on_commit", LA_OPT_NONE},
    {"Table", "compress", LA_OPT_FALSE},         {"Table", "tablespace", LA_OPT_NONE},
    {"Index", "bitmap", LA_OPT_FALSE},           {"Index", "compress", LA_OPT_FALSE},
    {"Index", "vector", LA_OPT_FALSE},           {NULL, NULL, LA_OPT_NONE},
};

const la_ddl_rules la_oracle_ddl = {
    .base = &la_ansi_ddl,
    .options = options,
    .flags = LA_DDL_SEQUENCE_ORDER,
    .no_min = "NOMINVALUE",
    .no_max = "NOMAXVALUE",
    .no_cycle = "NOCYCLE",
    .table_options = put_options,
    .cascades = put_cascades,
    .computed = put_computed,
    .identity = put_identity,
    .create_index = put_create_index,
    .drop_table_comment = drop_table_comment,
};
