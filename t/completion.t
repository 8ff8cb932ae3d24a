#!/bin/sh
# Completion in the shells: what the Tab key offers, through the scripts that the program prints.
. "$(dirname "$0")/tap.sh"
mkdir "$tmp/bin" "$tmp/work" "$tmp/fish" "$tmp/zsh"
ln -s "$ASSESS" "$tmp/bin/assess"
PATH=$tmp/bin:$PATH
export PATH
cp -R rules samples "$tmp/work/"
cd "$tmp/work" || exit 1
cat >names.lua <<'END'
return assessment {
  id = "names", title = "Names",
  params = { ["half"] = 0.5 },
  compute = function(a)
    local x = array("unit", { ["New York"] = 1, ["King's Lynn"] = 2, ["深圳 南山"] = 3, ["50% $HOME"] = 4, ["a:b=c@d"] = 5 })
    return { total = x * a.params.half }
  end,
}
END
printf 'while true do end\n' >loop.lua
printf 'return assessment {\n' >broken.lua

# ---- the program itself: offered WORD... prints the candidates, without what they are, on one line

cat >nodata.lua <<'END'
return assessment { id = "n", title = "n", data = { first = csv("not-there.csv", { unit = "unit" }), second = csv("nor-this.csv", { rows = "r" }) },
  compute = function(a) return { total = sum(a.data.first, "indicator") } end }
END
offered() { assess completion --candidates -- "$@" 2>&1 | sed 's/	[^	]*$//' | tr '\n' '|'; }

contains "|$(offered '')" "|run|statement|notice|explain|test|" "the first word: commands"
contains "$(assess completion --candidates -- dif)" "diff	who moves between two editions" "with what they do"
contains "|$(assess completion --candidates -- '' | tr '\n' '|')" "|	files *.lua|" "or rules"
is "$(offered --fo)" "--formulas|--format|--focus|" "options of run"
is "$(offered explain rules/2011.lua --wh)" "--why-rank|--where|" "options of a command, its own and others"
is "$(offered diff --data-)" "--data-a|--data-b|" "before its operands, too"
contains "$(offered test --)" "--run|--seed|" "all of them"
lacks "$(offered test --)" "--where" "and none that it has not"
is "$(offered export -)" "--output-dir|--help|" "behind one dash, too"
is "$(offered rules/2011.lua -f '')" "text|csv|json|md|html|docx|" "formats"
is "$(offered check --format=)" "--format=text|--format=csv|--format=json|--format=md|--format=html|--format=docx|--format=sarif|" "those of check, behind ="
is "$(offered test --format '')" "tap|junit|json|md|html|" "and of test"
is "$(offered rules/2011.lua --color a)" "auto|always|" "words"
is "$(offered rules/2011.lua --top '')" "" "of numbers there is nothing to offer"
is "$(offered import '')" "coinr|" "kinds of import"
is "$(offered completion '')" "bash|zsh|fish|" "shells"
is "$(offered help le)" "levers|leaves|" "commands to explain"
is "$(offered check --only W01,W02,W0 | cut -d'|' -f 1-2)" "W01,W02,W01|W01,W02,W02" "codes, one after the other"
is "$(assess completion --candidates -- rules/2011.lua -o '')" "	files" "files"
is "$(assess completion --candidates -- import coinr a b -o '')" "	folders" "folders"
is "$(assess completion --candidates -- new '' | tr '\n' '|')" "	files *.csv|	files *.xlsx|" "data"
is "$(assess completion --candidates -- test '')" "	files *_test.lua" "tests"
is "$(offered explain rules/2011.lua S)" "Seoul|Shanghai|Shenzhen|Singapore|" "units"
is "$(offered rules/2011.lua --focus=S)" "--focus=Seoul|--focus=Shanghai|--focus=Shenzhen|--focus=Singapore|" "behind ="
is "$(offered statement rules/2011-units.lua 市外)" "市外办|" "in Chinese"
is "$(offered levers rules/2011.lua Seoul tot)" "total|" "results"
is "$(offered explain rules/2011.lua Seoul total sco)" "scores|" "one after the other"
is "$(offered rules/2011.lua --output=tot)" "--output=total|" "for --output"
is "$(offered rules/2011.lua --at sta)" "stage=|status=|" "axes"
is "$(offered rules/2011.lua --at stage=)" "stage=stage1|stage=stage2|" "and their labels"
is "$(offered rules/2011.lua --stage '')" "stage1|stage2|" "stages"
is "$(offered rules/2011.lua -s params.c)" "params.cap=|params.coverage=|" "addresses"
is "$(offered rules/2011.lua --set params.cap=)" "params.cap=100|" "and the value as it is"
is "$(offered mutate --rules rules/2011.lua --only params.c)" "params.cap|params.coverage|" "addresses to choose mutants by"
is "$(offered rules/2011.lua --data ob)" "observed=|" "data by name"
is "$(offered run rules/2011.lua --data '')" "observed=|" "all of them"
is "$(offered rules/2011.lua --data=)" "--data=observed=|" "behind ="
is "$(offered diff rules/2011.lua rules/2012.lua --data-b '')" "observed=|" "of an edition"
is "$(offered nodata.lua --data '')" "first=|second=|" "although the files are not there: others may be given"
is "$(offered nodata.lua --data first=samples/2011/cities.csv --data s)" "second=|" "one after the other"
is "$(assess completion --candidates -- rules/2011.lua --data observed=sa | tr '\n' '|')" "	files *.csv|	files *.xlsx|" "and their files"
rm nodata.lua
is "$(offered whatif rules/2011.lua Seoul C7)" "C7=|" "figures of a unit"
is "$(offered whatif rules/2011.lua Seoul params.p)" "params.pass=|" "and leaves"
is "$(offered goal rules/2011.lua Seoul --within D1)" "D1=|D10=|D13=|D14=|D16=|D17=|" "figures with limits"
is "$(offered goal rules/2011.lua Seoul --fix C7)" "C7|" "figures that stay"
is "$(offered goal rules/2011-units.lua 市外办 --grade '')" "优秀|良好|合格|不合格|" "grades"
is "$(offered explain names.lua '' | tr '|' '\n' | LC_ALL=C sort | tr '\n' '|')" "50% \$HOME|King's Lynn|New York|a:b=c@d|深圳 南山|" "names of any kind"
is "$(offered names.lua --at unit=N)" "unit=New York|" "also behind ="
is "$(offered names.lua -- --fo)" "" "behind -- there are no options"

# What is wrong is not told, and does not keep anybody waiting.
quiet() { # NAME WORD...
    name=$1
    shift
    run assess completion --candidates -- "$@"
    is "$out$err" "" "$name: nothing, without a word"
}
quiet "rules that are not there" no-such.lua --focus S
quiet "rules that are broken" broken.lua --focus S
quiet "data that are not there" rules/2011.lua --data observed=no-such.csv --focus S
quiet "a unit that there is not" whatif rules/2011.lua Atlantis C7
quiet "an address that there is not" rules/2011.lua --set params.nothing=
quiet "an option that there is not" rules/2011.lua --no-such --focus Q
quiet "standard input, which is not read" rules/2011.lua --data observed=- --focus S
began=$(date +%s)
quiet "rules without end" loop.lua --focus S
ok "for two seconds at most" test $(($(date +%s) - began)) -le 4
run assess completion
is "$status/$err" "2/assess: for which shell? — assess completion bash|zsh|fish" "a shell must be named"
run assess completion csh
is "$status" 2 "one that there is a script for"

# ---- bash: COMP_WORDS as it splits them, by its own COMP_WORDBREAKS

if command -v bash >/dev/null 2>&1; then
    cat >bash.sh <<'END'
source <(assess completion bash) || exit 1
COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
COMP_LINE=$1
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_POINT=${#COMP_LINE}
_assess assess "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s|' "${COMPREPLY[@]}"
END
    # bash_offers WANT NAME LINE WORD...
    bash_offers() {
        want=$1 name=$2
        shift 2
        run bash bash.sh "$@"
        is "$out$err" "$want" "bash: $name" || diag "$*"
    }
    ok "bash takes the script" sh -c 'assess completion bash | bash -n'
    bash_offers "diff|" "a command" "assess di" assess di
    bash_offers "rules|" "a folder on the way to rules" "assess diff ru" assess diff ru
    bash_offers "rules/hdi.lua|rules/hdi_test.lua|" "rules" "assess diff rules/h" assess diff rules/h
    bash_offers "rules/hdi_test.lua|" "tests" "assess test rules/h" assess test rules/h
    bash_offers "--formulas|--format|--focus|" "options" "assess rules/2011.lua --fo" assess rules/2011.lua --fo
    bash_offers "Seoul|Shanghai|Shenzhen|Singapore|" "units" "assess explain rules/2011.lua S" assess explain rules/2011.lua S
    bash_offers "市外办|" "in Chinese" "assess statement rules/2011-units.lua 市外" assess statement rules/2011-units.lua 市外
    bash_offers 'New\ York|' "a blank is escaped" "assess explain names.lua New" assess explain names.lua New
    bash_offers 'New\ York|' "also where one is there" 'assess explain names.lua New\ Y' assess explain names.lua 'New\ Y'
    bash_offers "New York|" "but not in quotes" "assess explain names.lua 'New Y" assess explain names.lua "'New Y"
    bash_offers "New York|" "of either kind" 'assess explain names.lua "New Y' assess explain names.lua '"New Y'
    bash_offers "King\\'s\\ Lynn|" "a quote in a name" "assess explain names.lua K" assess explain names.lua K
    bash_offers "King'\\''s Lynn|" "in quotes" "assess explain names.lua 'K" assess explain names.lua "'K"
    bash_offers '50%\ \$HOME|' "a dollar" "assess explain names.lua 5" assess explain names.lua 5
    bash_offers '50% \$HOME|' "in quotes" 'assess explain names.lua "5' assess explain names.lua '"5'
    bash_offers '深圳\ 南山|' "Chinese with a blank" "assess explain names.lua 深" assess explain names.lua 深
    bash_offers "stage1|stage2|" "what follows a =, which is a word of its own" "assess rules/2011.lua --at stage=" assess rules/2011.lua --at stage =
    bash_offers "stage1|stage2|" "and goes on" "assess rules/2011.lua --at stage=s" assess rules/2011.lua --at stage = s
    bash_offers 'New\ York|' "two of them" "assess names.lua --at=unit=N" assess names.lua --at = unit = N
    bash_offers "b=c@d|" "in a name" "assess explain names.lua a:" assess explain names.lua a :
    bash_offers "--formulas|--format|--focus|" "options behind a =" "assess rules/2011.lua --set params.cap=1 --fo" assess rules/2011.lua --set params.cap = 1 --fo
    bash_offers "|" "but none behind -- and a blank" "assess rules/2011.lua -- --fo" assess rules/2011.lua -- --fo
    bash_offers "params.cap=|" "an address" "assess rules/2011.lua --set params.ca" assess rules/2011.lua --set params.ca
    bash_offers "samples/2011/cities.csv|" "a file behind a =" "assess rules/2011.lua --data observed=samples/2011/ci" assess rules/2011.lua --data observed = samples/2011/ci
    bash_offers "|" "nothing where rules are broken" "assess broken.lua --focus S" assess broken.lua --focus S
else
    skip 27 "there is no bash here"
fi

# ---- fish

if command -v fish >/dev/null 2>&1; then
    HOME=$tmp/fish
    export HOME
    assess completion fish >"$tmp/fish/assess.fish"
    # fish_offers WANT NAME LINE
    fish_offers() {
        run fish --no-config -c "source $tmp/fish/assess.fish; complete -C \$argv[1]" -- "$3"
        is "$(printf '%s\n' "$out" | sed 's/	.*//' | tr '\n' '|')$err" "$1" "fish: $2"
    }
    ok "fish takes the script" fish --no-execute "$tmp/fish/assess.fish"
    fish_offers "diff|" "a command" "assess dif"
    fish_offers "broken.lua|loop.lua|names.lua|rules/|samples/|" "rules, and folders on the way to them" "assess diff "
    fish_offers "--formulas|--format|--focus|" "options" "assess rules/2011.lua --fo"
    fish_offers "Seoul|Shanghai|Shenzhen|Singapore|" "units" "assess explain rules/2011.lua S"
    fish_offers "市外办|" "in Chinese" "assess statement rules/2011-units.lua 市外"
    fish_offers "New York|" "with a blank" "assess explain names.lua New"
    fish_offers "New York|" "in quotes" "assess explain names.lua 'New Y"
    fish_offers "stage=stage1|stage=stage2|" "labels" "assess rules/2011.lua --at stage="
    fish_offers "observed=samples/2011/cities.csv|" "a file behind a =" "assess rules/2011.lua --data observed=samples/2011/ci"
    fish_offers "|" "nothing where rules are broken" "assess broken.lua --focus S"
else
    skip 11 "there is no fish here"
fi

# ---- zsh: a terminal of its own, in which somebody types

if command -v zsh >/dev/null 2>&1 && zsh -fc 'zmodload zsh/zpty' 2>/dev/null; then
    assess completion zsh >"$tmp/zsh/_assess"
    cat >type.zsh <<'END'
# type.zsh LINE...: what stands on the line once Tab was pressed behind it, a line each
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($tmp/zsh \$fpath); autoload -Uz compinit; compinit -u -D
show() { print -r -- \"\$BUFFER\" >$tmp/zsh/shown; BUFFER=; }; zle -N show; bindkey '^I' complete-word
setopt nolistbeep; bindkey '^X' show; touch $tmp/zsh/ready"
repeat 200 { [[ -e $tmp/zsh/ready ]] && break; sleep 0.1 }
for line; do
    rm -f $tmp/zsh/shown
    zpty -w -n shell $line$'\t'
    zpty -w -n shell $'\x18'
    repeat 100 { [[ -s $tmp/zsh/shown ]] && break; sleep 0.1 }
    print -r -- "$(<$tmp/zsh/shown)"
done
zpty -d shell
END
    ok "zsh takes the script" zsh -n "$tmp/zsh/_assess"
    export tmp
    run env LC_ALL=C.UTF-8 zsh -f type.zsh 'assess dif' 'assess rules/2011.lua --focu' 'assess explain rules/2011.lua Seou' \
        'assess explain names.lua New' "assess explain names.lua 'New Y" 'assess statement rules/2011-units.lua 市外' \
        'assess rules/2011.lua --set params.ca' 'assess rules/2011.lua --data observed=samples/2011/ci' \
        'assess names.lua --at unit=Ki' 'assess new samples/hdi/hd'
    # What was typed ends with a blank where the word is complete; a mark shows it.
    is "$(printf '%s\n' "$out" | sed 's/$/|/')" "assess diff |
assess rules/2011.lua --focus |
assess explain rules/2011.lua Seoul |
assess explain names.lua New\\ York |
assess explain names.lua 'New York' |
assess statement rules/2011-units.lua 市外办 |
assess rules/2011.lua --set params.cap=|
assess rules/2011.lua --data observed=samples/2011/cities.csv |
assess names.lua --at unit=King\\'s\\ Lynn |
assess new samples/hdi/hdi.csv |" "zsh completes what is typed"
else
    skip 2 "there is no zsh here, or it has no module zsh/zpty"
fi
done_testing
