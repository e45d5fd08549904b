/* schema.h - tables, columns, keys, constraints: what SQL is about.
 *
 * Schema items are mutable and known by identity. A MetaData owns its tables, a
 * table its columns, constraints and indexes, a column its foreign keys and
 * defaults (la_node_adopt): whoever retains one of them retains all. They point
 * at each other by links.
 *
 * A column, constraint or index is made alone and attached later. Attaching
 * brings forth more (a column with unique brings a constraint); what came into
 * being is told in a la_attached, for names by convention and for events.
 *
 * Functions return 0, or -1 with err filled. Nodes given are borrowed, nodes in
 * *out are new references unless told otherwise.
 */
#ifndef LA_SQL_SCHEMA_H
#define LA_SQL_SCHEMA_H

#include "sql/columns.h"
#include "sql/node.h"

/* Not given, yes or no. */
typedef enum la_tri { LA_TRI_NO = -1, LA_TRI_NONE, LA_TRI_YES } la_tri;

typedef enum la_autoincrement { LA_AUTOINC_AUTO, LA_AUTOINC_NO, LA_AUTOINC_YES, LA_AUTOINC_IGNORE_FK } la_autoincrement;

typedef enum la_constraint_kind {
  LA_CK_PRIMARY_KEY,
  LA_CK_FOREIGN_KEY,
  LA_CK_UNIQUE,
  LA_CK_CHECK,
  LA_CK_EXCLUDE
} la_constraint_kind;

/* DDL.action */
typedef enum la_ddl_action {
#define DDL(ID, cls, element) LA_DDL_##ID,
#include "sql/ddl.def"
#undef DDL
  LA_DDL_COUNT
} la_ddl_action;

/* What attaching brought forth, in order: COLUMN, CONSTRAINT, INDEX. Borrowed nodes. */
typedef struct la_attached {
  la_node **v;
  uint32_t n, cap;
  la_str *warning; /* what is odd about it, or NULL */
} la_attached;

#define LA_ATTACHED_INIT \
  { NULL, 0, 0, NULL }

void la_attached_free(la_attached *a);

/* ---- MetaData ---- */

/* The table of that key ("name" or "schema.name"), or NULL. Borrowed. */
la_node *la_metadata_table(const la_node *metadata, const char *key, size_t len);
la_columns *la_metadata_tables(la_node *metadata, la_error *err);
/* Takes the table from the metadata; it lives on as long as the metadata does. */
void la_metadata_remove(la_node *metadata, la_node *table);
void la_metadata_clear(la_node *metadata);
/* Makes the metadata know the sequence, owning it if nobody does. */
int la_metadata_add_sequence(la_node *metadata, la_node *sequence, la_error *err);

/* ---- tables ---- */

/* A new table of the metadata, with an empty primary key. schema NULL: none.
 * InvalidRequestError if there is one of that key. */
int la_schema_table_new(la_node **out, la_node *metadata, la_str *name, la_str *schema, la_error *err);
/* Is n a table made by la_schema_table_new? */
bool la_is_schema_table(const la_node *n);
/* "schema.name" or "name" as a new string; NULL when memory is out. */
la_str *la_schema_key(const la_str *schema, const la_str *name);
/* The columns of the primary key, in order. NULL if there are none; borrowed. */
la_list *la_table_primary_key(const la_node *table);
/* The column whose values the database makes by itself: *out is borrowed, or NULL.
 * ArgumentError if what was declared cannot be one. */
int la_table_autoincrement_column(la_node **out, const la_node *table, la_error *err);

/* ---- columns ---- */

/* A column of no table; name and type may be NULL. */
int la_schema_column_new(la_node **out, la_str *name, la_node *type, la_error *err);
/* The schema column that column is or, in a derived table, stands for; borrowed, NULL if there is none. */
la_node *la_column_origin(const la_node *column);
/* The COLUMN_SPEC of a schema column or of the one a derived column stands for; NULL if there is none. */
const la_column_spec *la_column_spec_of(const la_node *column);
bool la_column_is_pk(const la_node *column);
/* Gives the column a default (COLUMN_DEFAULT, SEQUENCE, SERVER_DEFAULT, COMPUTED, IDENTITY), in the place
 * that the default's for_update says. One that belongs to another column is copied. */
int la_column_set_default(la_node *column, la_node *dflt, la_error *err);
/* Adds the column to the table. replace: it may take the place of one of the same name. */
int la_schema_attach_column(la_node *table, la_node *column, bool replace, la_attached *out, la_error *err);

/* ---- constraints and indexes ----
 * Their names: LA_STR_CUT marks one that is final: made by the naming convention or given with conv(). */

int la_schema_constraint_new(la_node **out, la_constraint_kind kind, la_error *err);
/* Attaches item (CONSTRAINT, INDEX) to the table, resolving what it was given by name. */
int la_schema_attach(la_node *table, la_node *item, la_attached *out, la_error *err);
/* Attaches item to the table of the columns it was given, if that can be told;
 * if some of them have no table yet, as soon as they have. */
int la_schema_auto_attach(la_node *item, la_attached *out, la_error *err);
/* A constraint of this column alone. */
int la_column_add_constraint(la_node *column, la_node *constraint, la_error *err);
/* "PrimaryKeyConstraint" … */
const char *la_constraint_class(const la_node *item);

/* What a schema item keeps, for use outside: columns and tables are counted (*slot is replaced). */
int la_schema_hold(la_node **slot, la_error *err);
/* Replaces a statement by one that does not count what has item's owner, to be kept by item. */
int la_schema_store(la_node **slot, const la_node *item, la_error *err);

/* ---- foreign keys ---- */

/* Adds a FOREIGN_KEY to the column, and its constraint to the table if the column has one. */
int la_column_add_foreign_key(la_node *column, la_node *fk, la_attached *out, la_error *err);
/* The column that fk refers to; borrowed. NoReferencedTableError, NoReferencedColumnError. */
int la_fk_column(la_node **out, la_node *fk, la_error *err);
/* The same, but NULL if it cannot be found. */
la_node *la_fk_column_find(la_node *fk);
/* The table it refers to, or NULL; borrowed. */
la_node *la_fk_table_find(la_node *fk);
/* "schema.table.column" as a new string; NULL when memory is out. */
la_str *la_fk_target_fullname(const la_node *fk);
/* The table that a foreign key constraint refers to; borrowed. */
int la_constraint_referred_table(la_node **out, la_node *constraint, la_error *err);

/* ---- options of one dialect: postgresql_where … ---- */

/* The value given for `dialect`_`name` in a list of PAIR(STR, value): CONST, STR, LIST or an expression. NULL: none. */
la_node *la_schema_option(const la_list *options, const char *dialect, const char *name);
/* A CONST's value; ABSENT for NULL and other nodes. Borrowed. */
la_value la_schema_option_value(const la_node *option);
/* PAIRs by the bare name: options of SEQUENCE and IDENTITY. */
la_node *la_schema_option_named(const la_list *options, const char *name);

#endif
