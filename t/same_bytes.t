#!/usr/bin/perl
# The same rules and data give the same bytes: wherever the program lies in memory, whatever the locale, the time zone,
# the width of the machine's vectors and the number of threads, and however the environment is ordered.
use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my @simd = grep { run_with({ ASSESS_SIMD => $_ }, 'rules/hdi.lua')->[0] eq 0 } qw(baseline v3 v4);
# Locales with a decimal comma, dots between thousands and letters that change case otherwise are made here, where the
# system can; what is said stays English in all of them.
my @made = map { system("localedef -i $_ -f UTF-8 $folder/$_.UTF-8 >/dev/null 2>&1") >> 8 < 4 && -d "$folder/$_.UTF-8" ? "$_.UTF-8" : () } qw(de_DE tr_TR);
note('no locales could be made') if !@made;
my @locales = (split(/\n/, `locale -a 2>/dev/null`), @made, 'not_there');
my @zones = ('UTC', 'Asia/Shanghai', 'America/St_Johns', 'Pacific/Apia', 'nonsense/+99');
# setarch switches off the random layout, which is on elsewhere, so that each run has another.
my $fixed = system('setarch -R true >/dev/null 2>&1') == 0;

sub run_with { # {VARIABLE => value}, ARGUMENT...: [status, output]
    my ($environment, @command) = @_;
    local %ENV = (%ENV, %$environment);
    my $still = delete $ENV{STILL};
    my $to = "$folder/to";
    my $pid = open(my $from, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        exec(($still ? ('setarch', '-R') : ()), $assess, map { s/^TO\b/$to/r } @command) or exit 127;
    }
    local $/;
    my $text = <$from>;
    close $from;
    my $status = $? >> 8;
    for my $file (glob "$to.*") {
        $text .= slurp($file);
        unlink $file;
    }
    return [ $status, $text ];
}

cmp_ok(scalar @simd, '>', 0, "levels of vectors: @simd");
for my $command ([ 'rules/hdi.lua', '-f', 'json' ], [ 'samples/cookbook/topsis.lua' ], [ 'vary', 't/vary/three.lua', '--draws', 300, '-f', 'csv' ],
    map { [ 'report', 'samples/cookbook/first.lua', '-q', '-o', "TO.$_" ] } qw(html docx xlsx))
{
    my %seen;
    for my $i (0 .. 19) {
        my %with = (
            ASSESS_SIMD => $simd[$i % @simd],
            @made ? (LOCPATH => $folder) : (),
            LC_ALL => $locales[$i % @locales],
            MALLOC_PERTURB_ => $i * 13, # what memory holds before it is written
            TZ => $zones[$i % @zones],
            "FILLER_$i" => 'x' x ($i * 97),
            $fixed && $i % 4 == 0 ? (STILL => 1) : (),
        );
        my $end = run_with(\%with, @$command, '--threads', 1 + int($i / 3) % 4);
        $seen{"$end->[0]\n$end->[1]"}++;
    }
    is(scalar keys %seen, 1, "assess @$command: 20 runs, the same bytes");
    like((keys %seen)[0], qr/^0\n./, 'and they are a result');
}

# Long lines, of which several threads take a part each: tasks of units, their ranks, and what is written in pieces; and
# what compares, moves figures, and computes again after it moved them. Blocks are cut otherwise where more threads are.
{
    my $state = $ENV{ASSESS_SEED} // 20;
    note("ASSESS_SEED=$state");
    my $next = sub { $state = ($state * 1103515245 + 12345) % 2**31; return int($state / 1024) % $_[0] };
    my $rows = $ENV{ASSESS_SAN} ? 3_000 : 70_000;
    open my $to, '>', "$folder/tasks.csv" or die;
    print $to "unit,weight,mark\n";
    print $to sprintf("U%03d,%s,%s\n", $next->(700), $next->(9) || '', $next->(5) ? $next->(1000) / 8 : '')
        for 1 .. $rows;
    close $to;
    open $to, '>', "$folder/units.csv" or die;
    print $to "unit\n", map { sprintf "U%03d\n", $_ } 0 .. 699;
    close $to;
    open $to, '>', "$folder/tasks.lua" or die;
    print $to <<'LUA';
return assessment { id = "tasks", title = "Tasks", params = { share = 0.5 },
  data = { units = csv("units.csv", { rows = "unit", label = "unit" }),
           tasks = csv("tasks.csv", { rows = "task", labels = { unit = "unit" } }) },
  compute = function(a)
    local t = a.data.tasks
    local points = sum(t.weight * t.mark, "task", { by = t.unit, axis = "unit" })
    local weight = sum(where(present(t.mark), t.weight, missing), "task", { by = t.unit, axis = "unit" })
    local total = a.params.share * points / weight + 50
    return { total = total, place = rank(t.mark, "task"), rank = rank(total, "unit") }
  end }
LUA
    close $to;
    open $to, '>', "$folder/next.lua" or die;
    print $to qq(return extend("tasks.lua", { id = "next", set { "params.share", 0.75, was = 0.5 } })\n);
    close $to;
}
my ($tasks, $next) = ("$folder/tasks.lua", "$folder/next.lua");
for my $command (
    [ $tasks, '-f', 'csv', '--output', 'place' ], [ $tasks, '-f', 'csv' ], [ 'diff', $tasks, $next, '-f', 'csv' ],
    [ 'diff', 'rules/2011.lua', 'rules/2012.lua', '-f', 'csv' ], [ 'whatif', 'rules/2011.lua', 'Shenzhen', 'C7=30' ],
    [ 'goal', 'rules/2011-units.lua', '市外办', '--rank', 1 ], [ 'levers', 'rules/hdi.lua', 'CHN' ],
    [ 'rules/2011-units.lua' ], [ 'explain', 'rules/2011.lua', 'Shenzhen' ])
{
    my (%seen, $i);
    for my $threads ($ENV{ASSESS_SAN} ? (1, 4) : (1, 2, 4, 7)) {
        my $end = run_with({ ASSESS_SIMD => $simd[$i++ % @simd] }, @$command, '--threads', $threads);
        $end->[1] =~ s/ --threads \d//g;    # of the command that shows more
        $seen{"$end->[0]\n$end->[1]"}++;
    }
    my ($same) = keys %seen;
    s/\Q$folder\E\///g for my @named = @$command;
    is(scalar keys %seen, 1, "assess @named: with 1, 2, 4 and 7 threads, the same bytes");
    like($same, qr/^0\n./, 'and they are a result');
}
done_testing();
