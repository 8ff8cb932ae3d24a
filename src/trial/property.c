#include "trial/inside.h"
int property_run(lua_State *L) { (void)L; return 0; }
void property_open(lua_State *L) { (void)L; }
