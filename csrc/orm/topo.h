/* topo.h - topological sorting: what must come before what.
 *
 * Items are numbers from 0; an edge (a, b) says that a comes before b. The order
 * goes by rounds: all items whose predecessors are done, by number, then the
 * next round. Linear in items and edges.
 */
#ifndef LA_ORM_TOPO_H
#define LA_ORM_TOPO_H

#include <stdint.h>

#include "base/error.h"

/* order: room for n items. edges: 2 * nedges numbers. *sorted is how many items could be put in order; if it is
 * less than n, the others stand in or behind circles and fill the rest of order by number. Edges from an item to
 * itself count for nothing. -1 when memory is out. */
int la_topo_sort(uint32_t *order, uint32_t *sorted, uint32_t n, const uint32_t *edges, uint32_t nedges, la_error *err);

/* The items that stand in circles: in_cycle[i] is set to 1 for each, else 0. */
int la_topo_cycles(unsigned char *in_cycle, uint32_t n, const uint32_t *edges, uint32_t nedges, la_error *err);

#endif
