#!/bin/sh
# A standard output that is full, or closed: every command that prints says so, with status 5 or 2.
. "$(dirname "$0")/tap.sh"
[ -c /dev/full ] || { echo '1..0 # SKIP no /dev/full'; exit 0; }
"$ASSESS" record rules/hdi.lua -o "$tmp/runs/1" -q >/dev/null
for part in 1 2; do
    "$ASSESS" vary rules/2011.lua --vary '*.weight=noise(0.1)' --draws 20 --shard $part/2 -o "$tmp/part.$part"
done
cat >"$tmp/list" <<'END'
run rules/hdi.lua
statement rules/2011-units.lua 市外办
notice rules/2011-units.lua
explain rules/hdi.lua CHN
test samples/cookbook/first_test.lua
whatif rules/2011.lua Shenzhen C7=30
goal rules/2011.lua Shenzhen --rank 6
diff rules/2011.lua rules/2012.lua
levers rules/2011.lua Shenzhen
leaves rules/hdi.lua
vary rules/2011.lua --draws 20
certain rules/2011.lua
sensitivity rules/2011.lua --draws 20
merge part.1 part.2
plot rules/hdi.lua ranking
report rules/hdi.lua --draws 0
record rules/hdi.lua -o runs/%
verify runs/1
history runs
check rules/hdi.lua
profile rules/hdi.lua
new samples/hdi/hdi.csv -o new%
completion bash
help diff
END
# These write files alone, and mutate takes long.
apart='template import export mutate'
cp -R rules samples "$tmp/"
cd "$tmp" || exit 1
[ -f samples/cookbook/first_test.lua ] || sed -i 's,test samples/cookbook/first_test.lua,test rules/hdi_test.lua,' list
turn=0
while read -r line; do
    turn=$((turn + 1))
    [ -n "$ASSESS_SAN" ] && [ $((turn % 3)) != 0 ] && continue
    command=$(printf '%s' "$line" | sed "s/%/full$turn/")
    status=0
    eval "\"\$ASSESS\" $command" >/dev/full 2>said </dev/null || status=$?
    is "$status" 5 "${line%% *}: a full disk" || diag "$(cat said)"
    contains "$(cat said)" "standard output cannot be written" "${line%% *}: is told"
    [ $((turn % 6)) = 0 ] || continue
    command=$(printf '%s' "$line" | sed "s/%/closed$turn/")
    status=0
    eval "\"\$ASSESS\" $command" >&- 2>said </dev/null || status=$?
    is "$status" 2 "${line%% *}: a closed output" || diag "$(cat said)"
done <list
listed=$("$ASSESS" help | grep -v '^  assess rules' | sed -n 's/^  assess \[\{0,1\}\([a-z]*\).*/\1/p' | sort -u | tr '\n' ' ')
have=$({ sed 's/ .*//' list; printf '%s\n' $apart; } | sort -u | tr '\n' ' ')
is "$have" "$listed" "every command is tried"
done_testing
