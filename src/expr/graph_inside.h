/* The graph as graph.c keeps it, for the files that add nodes (build.c, compose.c) or change one
 * (mutant.c). Nobody else includes this. */
#ifndef EXPR_GRAPH_INSIDE_H
#define EXPR_GRAPH_INSIDE_H

#include "expr/graph.h"

enum { ARGS_MOST = 8 };

/* A hash table of numbers from 1 on: open addressing, a power of two, at most half full. */
typedef struct graph_index {
    uint32_t *slot; /* 0: free */
    uint32_t slots;
} graph_index;

struct ex_graph {
    ax_space *space;
    arena memory;
    ex_node *node; /* node[0] is unused */
    uint32_t count, limit;
    uint32_t *arg;
    uint32_t args;
    ex_values *values;
    uint32_t sources;
    graph_index nodes_by_hash, sources_by_hash; /* a source's number here is its index + 1 */
    const char **name;                          /* that scripts call nodes by */
    size_t names, name_cap;
    ex_function *function;
    uint32_t functions;
    ex_matrix_function *matrix;
    uint32_t matrices;
    ex_composed *composed;
    uint32_t composed_count;
    size_t node_cap, arg_cap, values_cap, function_cap, matrix_cap, composed_cap;
    uint32_t file;
    int32_t line;
    uint32_t from_file;
    int32_t from_line, from_column;
};

/* The node, or the equal one that is there already. 0 if an operand is 0, and with the fault filled
 * for too many nodes or elements. */
ex_id graph_add(ex_graph *g, ex_node n, const ex_id *arg, fault *f);

#endif
