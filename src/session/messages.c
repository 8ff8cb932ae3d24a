#include "session/inside.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

const char *session_keep(assess *a, const char *text) {
    const char *own = text && *text ? arena_text(&a->memory, text, strlen(text)) : "";
    return own ? own : "";
}

/* Moves what a fault holds to the messages. */
void session_tell(assess *a, fault *f, assess_status status) {
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        if (a->messages == a->message_room) {
            size_t room = a->message_room ? 2 * a->message_room : 16;
            assess_message *grown = mem_grow(a->message, room * sizeof *grown);
            if (!grown)
                break;
            a->message = grown;
            a->message_room = room;
        }
        a->message[a->messages++] = (assess_message){
            .status = status, .file = session_keep(a, it->file), .line = it->line, .column = it->column,
            .field = session_keep(a, it->field), .excerpt = session_keep(a, it->excerpt), .text = session_keep(a, it->text),
            .hint = session_keep(a, it->hint),
        };
    }
    a->hidden += status != ASSESS_OK ? f->count - f->listed : 0;
    fault_release(f);
}

/* The end of a step: warnings first, then what ended it. */
assess_status session_finish(assess *a, fault *f, session_step next) {
    /* What a missing piece of memory may have changed is no result. */
    if (limits_lacks() != a->lacks && !f->count)
        fault_memory(f);
    a->lacks = limits_lacks();
    assess_status status = (assess_status)f->kind;
    session_tell(a, &a->notes, ASSESS_OK);
    a->notes = FAULT_INIT;
    fault_sort(f);
    session_tell(a, f, status);
    a->step = status == ASSESS_OK ? next : FAILED;
    return status;
}

assess_status session_refuse(assess *a, const char *format, const char *what, const char *value) {
    fault f = FAULT_INIT;
    fault_at(&f, FAULT_USAGE, NULL, NULL, format, what, value);
    session_tell(a, &f, ASSESS_USAGE);
    return ASSESS_USAGE;
}

size_t assess_message_count(const assess *a) {
    return a->messages;
}

assess_message assess_message_at(const assess *a, size_t i) {
    return a->message[i];
}

size_t assess_message_hidden(const assess *a) {
    return a->hidden;
}
