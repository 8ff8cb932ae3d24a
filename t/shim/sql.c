/* sql FILE STATEMENTS: what somebody with SQLite does to a ledger. */
#include <sqlite3.h>
#include <stdio.h>

int main(int count, char **argument) {
    sqlite3 *db = NULL;
    char *why = NULL;
    if (count != 3 || sqlite3_open(argument[1], &db) != SQLITE_OK) return 2;
    if (sqlite3_exec(db, argument[2], NULL, NULL, &why) == SQLITE_OK) return 0;
    fprintf(stderr, "%s\n", why);
    return 1;
}
