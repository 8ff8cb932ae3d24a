/* assess completion: scripts for shells. A script asks the program itself what may stand in place
 * of a word (complete.c), so that it knows every option, value and name that the program knows. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"

/* Nobody waits longer for a candidate. */
enum { SECONDS = 2 };

typedef struct completion_given {
    arguments_list words;
    int candidates, quoted, help;
} completion_given;

static const option completion_options[] = {
    {"candidates", 0, NULL, TEXT("print what may stand in place of the last WORD; for scripts"),
     OPTION_FLAG, .at = offsetof(completion_given, candidates)},
    {"quoted", 0, NULL, TEXT("the words, and what is printed, are quoted as in bash"), OPTION_FLAG,
     .at = offsetof(completion_given, quoted)},
    {"help", 'h', NULL, TEXT("print help"), OPTION_FLAG, .at = offsetof(completion_given, help)},
    {0},
};

/* = : and @ end words of bash, but not those of assess: what follows without a blank is put
 * together again, and taken off the candidates. A line that begins with a tab asks for files. */
static const char bash_script[] =
    "# assess in bash: source <(assess completion bash)\n"
    "_assess() {\n"
    "    local cur='' left='' folders='' rest=$COMP_LINE line word mark i\n"
    "    local -a words=()\n"
    "    for ((i = 0; i <= COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if ((i > 1)) && [[ -n $COMP_LINE && $rest != [[:blank:]]* ]]; then\n"
    "            words[${#words[@]}-1]+=$word\n"
    "        elif ((i > 0)); then\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "        rest=${rest#\"${rest%%[![:blank:]]*}\"}\n"
    "        rest=${rest#\"$word\"}\n"
    "    done\n"
    "    cur=${words[${#words[@]}-1]}\n"
    "    if [[ $cur != *[\\\"\\']* ]]; then\n"
    "        for mark in = : @; do\n"
    "            [[ $COMP_WORDBREAKS == *$mark* && $cur == *$mark* ]] || continue\n"
    "            line=${cur%\"${cur##*\"$mark\"}\"}\n"
    "            ((${#line} > ${#left})) && left=$line\n"
    "        done\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        $'\\t'*)\n"
    "            word=${cur##*=}\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r rest; do\n"
    "                [[ -n $rest && -z $folders ]] && COMPREPLY+=(\"$rest\")\n"
    "            done <<<\"$(compgen -d -- \"$word\")\"\n"
    "            folders=told\n"
    "            [[ $line == *folders ]] && continue\n"
    "            mark=${line#*files}\n"
    "            mark=${mark# }\n"
    "            while IFS= read -r rest; do\n"
    "                [[ -n $rest && ! -d $rest && $rest == ${mark:-*} ]] && "
    "COMPREPLY+=(\"$rest\")\n"
    "            done <<<\"$(compgen -f -- \"$word\")\"\n"
    "            ;;\n"
    "        ?*)\n"
    "            word=${line%%$'\\t'*}\n"
    "            [[ $word == *= ]] && compopt -o nospace 2>/dev/null\n"
    "            COMPREPLY+=(\"${word#\"$left\"}\")\n"
    "            ;;\n"
    "        esac\n"
    "    done <<<\"$(\"${1/#\\~/$HOME}\" completion --candidates --quoted -- \"${words[@]}\" "
    "2>/dev/null)\"\n"
    "}\n"
    "complete -F _assess assess\n";

static const char zsh_script[] =
    "#compdef assess\n"
    "# assess in zsh: a file _assess in a folder of $fpath, or source <(assess completion zsh)\n"
    "_assess() {\n"
    "    local line word about mark program=${(Q)words[1]}\n"
    "    local -a plain open given\n"
    "    given=(\"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\")\n"
    "    for line in \"${(@f)$(\"${program/#\\~/$HOME}\" completion --candidates -- $given[@] "
    "2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        ($'\\tfolders') compset -P '*='; _files -/ ;;\n"
    "        ($'\\tfiles'*)\n"
    "            mark=${line#$'\\tfiles'}\n"
    "            compset -P '*='\n"
    "            _files ${mark:+-g} ${mark:+\"${mark# }\"}\n"
    "            ;;\n"
    "        (?*)\n"
    "            word=${line%%$'\\t'*}\n"
    "            about=${line#$word}\n"
    "            word=${word//\\\\/\\\\\\\\}\n"
    "            word=${word//:/\\\\:}${about:+:${about#$'\\t'}}\n"
    "            if [[ ${line%%$'\\t'*} == *= ]]; then open+=(\"$word\"); else plain+=(\"$word\"); "
    "fi\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    (($#plain)) && _describe -t values assess plain\n"
    "    (($#open)) && _describe -t values assess open -S ''\n"
    "    return 0\n"
    "}\n"
    "if [[ $funcstack[1] == _assess ]]; then\n"
    "    _assess \"$@\"\n"
    "else\n"
    "    compdef _assess assess\n"
    "fi\n";

static const char fish_script[] =
    "# assess in fish: assess completion fish | source\n"
    "function __assess_files\n"
    "    set -l kept (string match -r '^.*=' -- $argv[1])\n"
    "    set -l rest (string replace -r '^.*=' '' -- $argv[1])\n"
    "    for entry in (complete -C \"'' \"(string escape -- $rest) | string replace -r '\\t.*' "
    "'')\n"
    "        if string match -q -- '*/' $entry; or string match -q -- $argv[2] $entry\n"
    "            printf '%s%s\\n' \"$kept\" $entry\n"
    "        end\n"
    "    end\n"
    "end\n"
    "function __assess_candidates\n"
    "    set -l words (commandline -opc)\n"
    "    set -l program (string replace -r '^~(?=/)' $HOME -- $words[1])\n"
    "    set -e words[1]\n"
    "    set -l typed (commandline -ct)\n"
    "    set -l word (string unescape -- $typed)\n"
    "    or set word (string trim -l -c '\"\\'' -- $typed)\n"
    "    for line in ($program completion --candidates -- $words \"$word\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case \\tfolders\n"
    "                __assess_files \"$word\" '*/'\n"
    "            case \\t'files *'\n"
    "                __assess_files \"$word\" (string replace \\t'files ' '' -- $line)\n"
    "            case \\tfiles\n"
    "                __assess_files \"$word\" '*'\n"
    "            case '*'\n"
    "                printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c assess -f -k -a '(__assess_candidates)'\n";

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const scripts[] = {bash_script, zsh_script, fish_script};

static void add_operand(void *own, const char *text, fault *f) {
    list_add(&((completion_given *)own)->words, text, "", f);
}

/* Nothing that is wrong is told: somebody is in the middle of a line. */
static void be_quiet(void) {
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0 && nowhere != STDERR_FILENO)
        close(nowhere);
}

/* The words are where the arguments end: behind "--". */
static int find_candidates(const completion_given *g, int count, char *const *argument,
                           const volatile sig_atomic_t *stop, buf *out) {
    int words = (int)g->words.count;
    be_quiet();
    limits_set(SECONDS, (size_t)COMMAND_MEMORY << 20);
    return complete_words(words, argument + count - words, g->quoted, stop, out);
}

static int find_script(const completion_given *g, buf *out, fault *f) {
    const char *name = g->words.count ? g->words.item[0].name : NULL;
    if (!name || g->words.count > 1)
        return fault_at(f, FAULT_USAGE, NULL, "assess completion bash|zsh|fish",
                        name ? "one shell at a time" : "for which shell?");
    for (int i = 0; shells[i]; i++)
        if (!strcmp(name, shells[i])) buf_text(out, scripts[i]);
    return out->length ? 1
                       : fault_at(f, FAULT_USAGE, NULL, "assess completion bash|zsh|fish",
                                  "no script for '%s'", name);
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    completion_given g = {.candidates = 0};
    fault f = FAULT_INIT;
    buf text = BUF_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    options o = options_of((option_set){completion_options, &g}, (option_set){0}, count, argument);
    int fine = options_read(&o, add_operand, &g, &f);
    int asked = fine && g.help;
    if (fine && !asked && g.candidates)
        find_candidates(&g, count, argument, stop, &text);
    else if (fine && !asked)
        fine = find_script(&g, &text, &f);
    if (fine && !asked) {
        output_put(&out, buf_string(&text), text.length);
        fine = deliver_finish(&out, &f);
    }
    list_release(&g.words);
    buf_release(&text);
    output_release(&out);
    return asked ? ASKED_HELP : fine ? 0 : deliver_fail(&f, "auto");
}

const command completion_command = {
    .name = "completion",
    .usage = "assess completion bash|zsh|fish\nassess completion --candidates [--quoted] -- WORD…",
    .help = TEXT("prints the script by which a shell completes commands, options and names"),
    .about =
        TEXT("With the script the Tab key completes commands, options and their values, files, "
             "and what the rules on the line have: units, results, stages, addresses. 'make "
             "install' puts the scripts where the shells look for them; else one line in the "
             "shell's own start-up file loads them."),
    .operands = (const help_operand[]){{"bash|zsh|fish", TEXT("the shell"), VALUE_WORD, shells, 0},
                                       {"WORD",
                                        TEXT("a line that is being typed, word by word, "
                                             "without 'assess'; the last may be empty"),
                                        VALUE_FREE, NULL, 1},
                                       {0}},
    .examples =
        (const help_example[]){{"assess completion bash",
                                TEXT("the script; in ~/.bashrc: source <(assess completion bash)"),
                                0},
                               {"assess completion --candidates -- explain rules/2011.lua Se",
                                TEXT("which units begin with Se"), 0},
                               {0}},
    .related = "help",
    .takes = TAKES_NONE,
    .options = completion_options,
    .run = run,
};
