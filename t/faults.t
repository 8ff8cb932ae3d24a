#!/usr/bin/perl
# A system without memory. t/faults/malloc.c, loaded before the C library, fails the n-th allocation of a
# command. Then the command either gives the same output and status as ever, or ends with status 5 and a
# message and writes nothing. It never crashes.
#
# Each command is tried with some of its allocations, from a random one on; ASSESS_FAULTS=all tries
# all, ASSESS_FAULTS=SEED the same ones again.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use File::Path qw(remove_tree);
use Test::More;
use Time::HiRes qw(time);

use constant { TRIES => 25, CREW => 2, LONG => 60 };

plan skip_all => 'sanitizers have a malloc of their own' if $ENV{ASSESS_SAN};
my $shim = "$tmp/malloc.so";
plan skip_all => 'no compiler, or another C library'
    if system "cc -shared -fPIC -O1 -o $shim t/faults/malloc.c >$tmp/cc.out 2>&1";

my $which = $ENV{ASSESS_FAULTS} // '';
my $seed = $which =~ /^\d+$/ ? $which : time * 1000 % 1000000;
diag("ASSESS_FAULTS=$seed") if $which ne 'all';
srand $seed;

# begin(N, FAULT, ARGUMENT...): starts a command of which the N-th allocation fails. `one` alone
# fails, or `all` from there on. What it says goes to files of that number.
sub begin {
    my ($n, $fault, @command) = @_;
    remove_tree("$tmp/made.$n");
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    alarm LONG;
    $ENV{LD_PRELOAD} = $shim;
    $ENV{FAIL_AT} = $n;
    $ENV{FAIL_ALL} = 1 if $fault eq 'all';
    $ENV{FAIL_COUNT} = "$tmp/count" if !$n;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', "$tmp/out.$n" or die;
    open STDERR, '>', "$tmp/err.$n" or die;
    exec $assess, map { s/\bMADE\b/$tmp\/made.$n/r } @command or exit 127;
}

# What a command left behind: its files by name, a file of its own as "".
sub made {
    my ($n) = @_;
    my $at = "$tmp/made.$n";
    return { '' => slurp($at) } if -f $at;
    return { map { substr($_, length $at) => slurp($_) } glob "$at/* $at/.*.part" };
}

sub ended {
    my ($n, $status) = @_;
    my $made = made($n);
    my %end = (
        status => $status & 127 ? 'signal ' . ($status & 127) : $status >> 8,
        out => slurp("$tmp/out.$n"),
        err => slurp("$tmp/err.$n"),
        made => join "\0", map { "$_\0$made->{$_}" } sort keys %$made,
    );
    unlink "$tmp/out.$n", "$tmp/err.$n";
    remove_tree("$tmp/made.$n");
    unlink "$tmp/made.$n";
    return \%end;
}

# What is wrong with the end of a command, or nothing. `stream`: what was done is told at once.
sub wrong {
    my ($end, $right, $stream) = @_;
    return '' if $end->{status} eq $right->{status} && $end->{out} eq $right->{out} && $end->{made} eq $right->{made};
    return "status $end->{status}" . ($end->{out} eq $right->{out} ? '' : ' and other output') if $end->{status} ne 5;
    return 'no message' if $end->{err} !~ /^assess: .*\n\z/;
    return 'files' if $end->{made} ne '';
    my $begins = substr($right->{out}, 0, length $end->{out}) eq $end->{out};
    return $stream && $begins || $end->{out} eq '' ? '' : 'output with status 5';
}

sub sweep {
    my ($fault, $stream, @command) = @_;
    waitpid begin(0, 'one', @command), 0;
    my $right = ended(0, $?);
    my $count = slurp("$tmp/count") + 0;
    my $step = $which eq 'all' ? 1 : int($count / TRIES) || 1;
    my (%running, %how);
    my $tried = 0;
    my $collect = sub {
        my $pid = waitpid -1, 0;
        my $n = delete $running{$pid} // return;
        my $end = ended($n, $?);
        my $wrong = wrong($end, $right, $stream);
        push @{ $how{$wrong} }, $n if $wrong;
        $tried++;
    };
    for (my $n = 1 + int rand $step; $n <= $count; $n += $step) {
        $running{ begin($n, $fault, @command) } = $n;
        $collect->() if keys %running >= CREW;
    }
    $collect->() while %running;
    ok($tried && !%how, "assess @command: " . ($fault eq 'all' ? 'no memory from one allocation on' : 'one allocation fails')
            . ", $tried of $count")
        or diag(map { "$_: FAIL_AT=@{ $how{$_} }[0 .. ($#{ $how{$_} } < 9 ? $#{ $how{$_} } : 9)]\n" } sort keys %how);
}

file('list.csv', "unit,indicator,value\n" . join '', map { "u$_,a," . $_ * 7 % 5 . "\nu$_,b,$_\n" } 1 .. 60);
file('note.csv', "unit,text\n" . join '', map { "u$_," . ($_ % 3 ? 'in time' : 'too late') . "\n" } 1 .. 60);
file('list.lua', <<'END');
local combine = require "methods.combine"
return assessment {
  id = "list", title = "List", levels = { "indicator", "index" },
  data = { observed = csv("list.csv", { unit = "unit", indicator = "indicator", value = "value" }),
    note = csv("note.csv", { rows = "unit", label = "unit" }) },
  index = index { "all", "All", indicator { "a", "A", weight = 2 }, indicator { "b", "B" } },
  outputs = { "total", "rank", "late" }, show = { score = "total", rank = "rank" },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit"), late = matches(a.data.note.text, "late$") }
  end,
}
END
file('list_test.lua', <<'END');
test("the first", function(t) t.near(t.run("list.lua").total, { u1 = 5 / 3 }) end)
golden("all", { rules = "list.lua" })
END
is_deeply([ (run("$tmp/list.lua"))[ 0, 2 ] ], [ 0, '' ], 'rules of the test');
delete $ENV{CI};
is((run('test', '--accept', "$tmp/list_test.lua"))[0], 0, 'and its tests');

my @threads = ('--threads', 1);
sweep('one', 0, 'rules/2011.lua', @threads);
sweep('all', 0, 'rules/2011.lua', @threads);
sweep('one', 0, 'rules/2011.lua', @threads, '-f', 'json');
sweep('one', 0, 'rules/2011.lua', @threads, '-f', 'csv', '-o', 'MADE');
sweep('one', 0, 'explain', 'rules/2011.lua', 'Beijing', @threads);
sweep('one', 0, 'diff', 'rules/2011.lua', 'rules/2012.lua', @threads);
sweep('one', 0, 'statement', 'rules/2011-units.lua', 'finance', @threads);
sweep('one', 0, 'notice', 'rules/2011-units.lua', @threads, '-o', 'MADE');
sweep('one', 0, 'leaves', "$tmp/list.lua", @threads);
sweep('one', 0, 'check', 'rules/2012.lua', @threads);
sweep('one', 0, 'whatif', "$tmp/list.lua", 'u7', 'a=5', @threads);
sweep('one', 0, 'goal', "$tmp/list.lua", 'u7', '--rank', 30, @threads);
sweep('one', 0, 'levers', "$tmp/list.lua", 'u7', @threads, '-f', 'md', '-o', 'MADE');
sweep('one', 1, 'test', "$tmp/list_test.lua", '--seed', 1);
sweep('all', 1, 'test', "$tmp/list_test.lua", '--seed', 1);
sweep('one', 0, 'mutate', "$tmp/list_test.lua", '--sample', 2);
done_testing;
