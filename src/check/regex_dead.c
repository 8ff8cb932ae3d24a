/* Can a pattern match at all? Anchors against what stands around them, and classes with nothing in
 * them. */
#include "check/regex_inside.h"

/* Nothing is in it: every character is in what a negated set names. */
static int is_empty_set(const regex *r, const regex_node *n) {
    if (!n->negated) return n->ranges == 0;
    int32_t reach = 0;
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < n->ranges; i++)
            if (r->range[n->range + i][0] <= reach && r->range[n->range + i][1] >= reach) {
                reach = r->range[n->range + i][1] + 1;
                moved = 1;
            }
    }
    return reach > 0x10FFFF;
}

/* What holds of all matches of a node: how many characters at least; that it begins where the text
 * begins, before any character; that it ends where the text ends. */
typedef struct sum {
    int dead, starts, ends;
    long least;
    int line_feed;   /* it may be a line feed alone, which $ lets follow */
    size_t from, to; /* of what is dead */
} sum;

static sum sum_of(const regex *r, int which, int *part_dead, size_t *from, size_t *to) {
    const regex_node *n = &r->node[which];
    sum out = {.from = n->from, .to = n->to};
    switch (n->kind) {
    case SET:
        out.dead = is_empty_set(r, n);
        out.least = 1;
        out.line_feed = regex_in_set(r, n, '\n');
        break;
    case START:
        out.starts = out.line_feed = 1;
        break;
    case END:
        out.ends = out.line_feed = 1;
        break;
    case NEVER:
        out.dead = 1;
        break;
    case REP:
        if (n->least > 0) {
            out = sum_of(r, n->first, part_dead, from, to);
            int may_end = out.line_feed && out.least == 1 && n->least == 2;
            out.dead |= n->least > 1 && out.least > 0 && (out.starts || (out.ends && !may_end));
            /* One round may be a line feed where the others may be empty. */
            out.line_feed &= n->least == 1 || out.least == 0;
            out.least *= n->least;
        } else {
            sum_of(r, n->first, part_dead, from, to);
            out.line_feed = 1;
        }
        break;
    case ALT: {
        int alive = 0;
        out.dead = out.starts = out.ends = 1;
        for (int k = n->first; k >= 0; k = r->node[k].next) {
            sum own = sum_of(r, k, part_dead, from, to);
            if (own.dead) {
                if (!*part_dead) {
                    *from = r->node[k].from;
                    *to = r->node[k].to;
                }
                *part_dead = 1;
                continue;
            }
            out.least = alive++ && out.least < own.least ? out.least : own.least;
            out.starts &= own.starts;
            out.ends &= own.ends;
            out.line_feed |= own.line_feed;
            out.dead = 0;
        }
        break;
    }
    case CAT: {
        int ended = 0;
        long behind = 0; /* characters behind the end: one line feed may be */
        out.line_feed = 1;
        for (int k = n->first; k >= 0; k = r->node[k].next) {
            sum own = sum_of(r, k, part_dead, from, to);
            int wrong = own.dead || (own.starts && out.least > 0) ||
                        (ended && (behind + own.least > 1 || (own.least == 1 && !own.line_feed)));
            if (wrong && !out.dead) {
                out.dead = 1;
                out.from = own.dead ? own.from : r->node[k].from;
                out.to = own.dead ? own.to : r->node[k].to;
            }
            out.starts |= own.starts;
            behind += ended ? own.least : 0;
            ended |= own.ends;
            out.least += own.least;
            out.line_feed &= own.line_feed;
        }
        out.ends = ended;
        break;
    }
    default:
        out.line_feed = 1;
        break;
    }
    return out;
}

int regex_dead(const regex *r, size_t *from, size_t *to) {
    int part = 0;
    sum s = sum_of(r, r->root, &part, from, to);
    if (r->strange) return 0;
    if (s.dead) {
        *from = s.from;
        *to = s.to;
        return 1;
    }
    return part ? 2 : 0;
}
