#!/bin/sh
# Draws in parts with the programs of samples/scale: GNU parallel and Slurm. A part is killed in the middle, made again,
# and the merged report is that of one run.
. "$(dirname "$0")/tap.sh"

cp "$root"/t/vary/three.* "$tmp"
cp -r "$root/rules/methods" "$tmp/methods"
cp "$root/samples/scale/draws.sbatch" "$tmp"
mkdir "$tmp/bin"
cd "$tmp" || exit 1
# Says which process makes which part, and when it began.
cat >bin/assess <<END
#!/bin/sh
for word; do case \$word in */[0-9]*) echo \$\$ >"$tmp/begun.\${word%/*}"; echo "\$word" >>"$tmp/begun" ;; esac; done
exec "$ASSESS" "\$@"
END
chmod +x bin/assess
PATH=$tmp/bin:$PATH
export PATH
draws=8000000
[ -z "$ASSESS_SAN" ] || draws=1000000
"$ASSESS" vary three.lua --draws $draws --seconds 0 --format json >whole.json

# wait_for FILE SECONDS
wait_for() {
    left=$(($2 * 20))
    while [ ! -s "$1" ] && [ $left -gt 0 ]; do
        sleep 0.05
        left=$((left - 1))
    done
    [ -s "$1" ]
}
begun() { grep -c "^$1/" begun; }
tried() { # the parts of three.lua give the report of one run
    run "$ASSESS" merge part.* --format json -o merged.json
    is "$status/$err" 0/ "$1: merged" || diag "$err"
    ok "$1: the same bytes as one run" cmp whole.json merged.json
}
clean() { rm -f part.* begun* draws.log merged.json; }

# ---- GNU parallel ----
line=$(sed -n 's/^    \(seq 16 | parallel .*\)/\1/p' "$root/samples/scale/README.md" |
    sed "s|rules/2011.lua|three.lua|; s| --vary \"[^\"]*\"||; s|1e8|$draws|; s|seq 16|seq 4|; s|{}/16|{}/4|")
ok 'the README has a line for GNU parallel' test -n "$line"
if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    printf 'will cite' | parallel --citation >/dev/null 2>&1
    # One part is killed; the others are made.
    sh -c "$line" >parallel.log 2>&1 &
    runner=$!
    wait_for begun.3 60
    kill -KILL "$(cat begun.3)"
    wait $runner
    is $? 1 'parallel: a part that was killed is told' || cat parallel.log
    ok 'parallel: it is not there' test ! -e part.3
    ok 'parallel: another is' test -s part.4
    run sh -c "$line"
    is "$status" 0 'parallel: the same line makes it' || diag "$err"
    is "$(begun 3)/$(begun 1)" 2/1 'parallel: it alone is made again'
    tried parallel
    # All is interrupted; --resume goes on with what had not ended.
    clean
    line=$(printf '%s' "$line" | sed 's/--resume-failed/--resume -j 1/')
    seq 4 >four
    sh -c "$(printf '%s' "$line" | sed 's/^seq 4 | parallel/exec parallel -a four/')" >parallel.log 2>&1 &
    runner=$!
    wait_for begun.2 60
    kill -TERM $runner
    kill -TERM $runner
    wait $runner
    ok 'parallel: interrupted, parts are missing' test ! -e part.4
    # What it had begun may still be ending.
    while kill -0 "$(cat begun.2)" 2>/dev/null; do sleep 0.05; done
    run sh -c "$line"
    is "$status" 0 'parallel --resume makes them' || diag "$err"
    is "$(begun 1)/$(begun 4)" 1/1 'parallel: what was there is kept'
    tried 'parallel --resume'
    clean
else
    skip 12 'GNU parallel is not here'
fi

# ---- Slurm: its daemons for this machine alone ----
host=$(hostname -s 2>/dev/null)
if ! command -v slurmctld >/dev/null || ! command -v slurmd >/dev/null || ! command -v sbatch >/dev/null; then
    skip 6 'slurmctld, slurmd and sbatch are not here'
    done_testing
elif [ "$(id -u)" != 0 ]; then
    skip 6 'slurmd has to be run by root'
    done_testing
fi
port=$((20000 + $$ % 20000))
mkdir state spool
cat >slurm.conf <<END
ClusterName=scale
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/slurmd.log
ReturnToService=2
KillWait=1
SchedulerParameters=sched_interval=1
MailProg=/bin/true
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$tmp/slurm.conf"
slurmctld -D >slurmctld.out 2>&1 &
controller=$!
sleep 1
slurmd -D -N "$host" >slurmd.out 2>&1 &
daemon=$!
trap 'kill $daemon $controller 2>/dev/null; wait $daemon $controller 2>/dev/null; rm -rf "$tmp"' EXIT
left=100
while [ $left -gt 0 ] && [ "$(sinfo -h -o %t 2>/dev/null)" != idle ]; do
    sleep 0.2
    left=$((left - 1))
done
if [ "$(sinfo -h -o %t 2>/dev/null)" != idle ]; then
    diag "$(cat slurmctld.out slurmd.out slurmctld.log slurmd.log 2>/dev/null | grep -i error | head -5)"
    skip 6 'Slurm does not start on this machine'
    done_testing
fi
# A controller that is too busy to answer has not said that nothing is left.
queue_is_empty() {
    squeue -h >queue 2>/dev/null && [ ! -s queue ]
}
all_ended() {
    left=600
    while [ $left -gt 0 ] && ! queue_is_empty; do
        # Slurm lets a job wait two minutes before it begins again; here nobody waits.
        scontrol update JobId="$(echo "$job" | cut -d_ -f1)" StartTime=now 2>/dev/null
        sleep 0.2
        left=$((left - 1))
    done
    [ $left -gt 0 ]
}
job=$(sbatch --parsable --array=1-4 draws.sbatch three.lua --draws $draws)
wait_for begun.2 60
scontrol requeue "${job}_2"
# Slurm counts in whole seconds: what begins again within the second of its end is "revoked".
sleep 2
ok 'Slurm: a task that was requeued in the middle has no part yet' test ! -e part.2
ok 'Slurm: all tasks end' all_ended || diag "$(squeue; cat part-*.log)"
is "$(begun 2)/$(begun 1)" 2/1 'Slurm: the task was begun again'
tried Slurm
rm part.3
job=$(sbatch --parsable --array=1-4 draws.sbatch three.lua --draws $draws)
all_ended
is "$(begun 3)/$(begun 4)/$(ls part.3)" 2/1/part.3 'Slurm: sent once more, only what is missing is made'
done_testing
