/* type_literal.h - values written into SQL text as their types do. */
#ifndef LA_COMPILE_TYPE_LITERAL_H
#define LA_COMPILE_TYPE_LITERAL_H

#include "compile/type.h"

/* Writes v as a literal of the type. -1: the context has failed ("Could not render literal value …", "No literal value
 * renderer is available …"). */
int la_literal(la_ctx *c, const la_node *type, const la_value *v);

/* The literals of the standard. */
la_lit la_literal_ansi(la_ctx *c, const la_node *type, const la_value *v);

/* For dialects. n bytes between quotes, those within doubled, and, if asked, per cent signs where they must be. */
la_lit la_literal_quoted(la_ctx *c, const char *s, size_t n, bool percents);
/* 'text', its quotes doubled. */
la_lit la_literal_text(la_ctx *c, const la_value *v);
/* isoformat() between quotes; part: 0 all, with a blank instead of T; 'd' the date; 't' the time. */
la_lit la_literal_iso(la_ctx *c, const la_value *v, char part);
/* The same in the storage format of the type. */
la_lit la_literal_stored(la_ctx *c, const la_node *type, const la_value *v);
/* open a, b]; nested if the values are. */
la_lit la_literal_array(la_ctx *c, const la_node *type, const la_value *v, const char *open);
/* '$[1]', '$."key"': the path of JSON functions; v is a key, an index, or an array of them; as list: '{key, 1}'. */
la_lit la_literal_json_path(la_ctx *c, const la_value *v);
la_lit la_literal_list_path(la_ctx *c, const la_value *v);
/* The same without quotes, and as {key, 1}; false: v is none, or the database cannot ask for it. */
bool la_json_path(la_buf *out, const la_value *v, const la_dialect_inst *d);
bool la_list_path(la_buf *out, const la_value *v);
/* total_seconds() of an INTERVAL, as Python writes the number. False: v is none. */
bool la_put_seconds(la_buf *out, const la_value *v);

#endif
