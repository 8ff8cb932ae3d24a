/* units_data UNITS TASKS FOLDER: writes FOLDER/units.csv and FOLDER/tasks.csv, always the same for
 * the same numbers. Each unit leads or takes part in TASKS / UNITS tasks on average; a tenth of the
 * tasks is late, two in a hundred are exempt, one in a hundred was never finished. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x9E3779B97F4A7C15u;

static unsigned below(unsigned n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 33) % n);
}

static FILE *make(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

/* A day of 2011 or, from 365 on, of the first months of 2012. */
static void day(char out[32], unsigned n) {
    static const unsigned length[] = {31, 28, 31, 30, 31, 30, 31, 31,
                                      30, 31, 30, 31, 31, 29, 31, 30};
    unsigned month = 0;
    while (n >= length[month]) n -= length[month++];
    snprintf(out, 32, "%u-%02u-%02u", 2011 + month / 12, month % 12 + 1, n + 1);
}

int main(int count, char **argument) {
    if (count != 4) return 2;
    unsigned units = (unsigned)atol(argument[1]), tasks = (unsigned)atol(argument[2]);
    FILE *f = make(argument[3], "units.csv");
    fputs("unit,plan,panel,bonus,veto\n", f);
    for (unsigned i = 0; i < units; i++)
        fprintf(f, "U%06u,%u,%u.%u,%u,%u\n", i, 60 + below(41), 60 + below(40), below(10),
                below(4) ? 0 : below(4), below(200) == 0);
    if (fclose(f)) return 1;
    f = make(argument[3], "tasks.csv");
    fputs("unit,lead,weight,due,finished,target,done,exempt\n", f);
    for (unsigned i = 0; i < tasks; i++) {
        char due[32], finished[32] = "";
        unsigned last = 90 + below(275), late = below(10) == 0 ? 1 + below(90) : 0,
                 target = 10 + below(990);
        day(due, last);
        if (below(100)) day(finished, late ? last + late : last - below(60));
        fprintf(f, "U%06u,%u,%u,%s,%s,%u,%u,%u\n", below(units), below(2), 1 + below(15), due,
                finished, target, target * (70 + below(36)) / 100, below(50) == 0);
    }
    return fclose(f) != 0;
}
