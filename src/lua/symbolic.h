/* Follows a plain Lua function with symbols in place of numbers, so that it need not be called for
 * every element.
 *
 * The function runs once for each way through it. A symbol stands for the numbers of an argument;
 * arithmetic with it adds a value to a program (number_program.h), and a comparison takes one way
 * now and the other one later. Texts, truths, dates and missing values are no symbols: for each
 * combination of them the function is followed anew. (King, "Symbolic execution and program
 * testing", 1976.)
 *
 * The results have the same bits as those of Lua. What would have others, or an error, is left to
 * Lua: a way on which the function does what a symbol cannot follow (`==` of numbers, a key of a
 * table, a number in a text, an error), and a combination whose ways are too many. */
#ifndef LUA_SYMBOLIC_H
#define LUA_SYMBOLIC_H

#include "lua/each_element.h"

/* An ex_function's `block`. */
int symbolic_block(each_function *c, const double *const *arg, int argc, size_t count, double *out,
                   fault *f);

/* For how many combinations of texts, truths and missing values it is computed without Lua. */
int symbolic_programs(const each_function *c);
/* Why Lua is called for elements: the first reason found, untranslated. */
const char *symbolic_reason(const each_function *c);

/* Says that the function may be called while another one is followed: it has no effect but its
 * results. SYMBOLIC_PLAIN: with numbers, texts and truths; SYMBOLIC_ANY: with symbols, too. */
enum { SYMBOLIC_PLAIN = 1, SYMBOLIC_ANY };
void symbolic_allow(lua_State *L, lua_CFunction function, int what);
/* The same of the functions in the table on top of the stack. */
void symbolic_allow_all(lua_State *L, int what);
/* Wraps the functions of the table `math` on top of the stack that have a form for symbols. */
void symbolic_wrap_math(lua_State *L);

/* The operation of op.h on the first n values of the stack, if they are numbers and symbols: pushes
 * a symbol. 0, and nothing pushed: there is no symbol, or another value. */
int symbolic_elementwise(lua_State *L, ex_op op, int n);

void symbolic_open(lua_State *L);

#endif
