/* label.h - names in ORDER BY, GROUP BY and DISTINCT that may mean a label. */
#ifndef LA_COMPILE_LABEL_H
#define LA_COMPILE_LABEL_H

#include "compile/context.h"

typedef struct la_labels la_labels;

void la_labels_free(la_labels *l);
void la_emit_label(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_label_ref(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_text_ref(la_ctx *c, la_node *n, const la_kw *kw);

#endif
