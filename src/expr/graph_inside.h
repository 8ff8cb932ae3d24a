/* What graph.c, which keeps the nodes, shares with build.c, which makes them. Nobody else includes
 * this. */
#ifndef EXPR_GRAPH_INSIDE_H
#define EXPR_GRAPH_INSIDE_H

#include "expr/graph.h"

enum { ARGS_MOST = 8 };

struct ex_graph {
    ax_space *space;
    arena memory;
    ex_node *node; /* node[0] is unused */
    uint32_t count, room, limit;
    uint32_t *arg;
    uint32_t args, arg_room;
    ex_values *values;
    uint32_t sources, source_room;
    uint32_t *source_slot; /* number of a source + 1 by what it is, open addressing */
    uint32_t source_slots;
    ex_function *function;
    uint32_t functions, function_room;
    ex_matrix_function *matrix;
    uint32_t matrices, matrix_room;
    ex_composed *composed;
    size_t composed_count, composed_cap;
    uint32_t *slot; /* node numbers by hash; a power of two, at most half full */
    uint32_t slots;
    uint32_t file;
    int32_t line;
    uint32_t from_file;
    int32_t from_line, from_column;
};

/* The node, or the equal one that is there already; 0 if an operand is 0 or there are too many
 * nodes. */
ex_id graph_add(ex_graph *g, ex_node n, const ex_id *arg, fault *f);
/* Room for `want` elements of an array of the graph. */
int graph_grow(void **array, uint32_t *room, uint32_t want, size_t size);

#endif
