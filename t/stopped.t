#!/usr/bin/perl
# Runs of draws that end early: by Ctrl-C, by the limit of time, by the precision that was wanted. And what somebody who
# waits at a terminal sees.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use POSIX qw(mkfifo);
use Test::More;
use Time::HiRes qw(sleep time);

my $san = $ENV{ASSESS_SAN};
my $three = 't/vary/three.lua';

# interrupted(SECONDS, SIGNAL, ARGUMENT...): the same as run, of a program that gets a signal; and how long it took to
# end.
sub interrupted {
    my ($after, $signal, @arguments) = @_;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        $SIG{INT} = 'DEFAULT';
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$tmp/.out" or die;
        open STDERR, '>', "$tmp/.err" or die;
        exec $assess, @arguments or exit 127;
    }
    sleep $after;
    my $began = time;
    kill $signal, $pid;
    waitpid $pid, 0;
    my $status = $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
    return ($status, slurp("$tmp/.out"), slurp("$tmp/.err"), time - $began);
}
my $within = $san ? 5 : 0.2;

# ---- Ctrl-C ----
my ($status, $out, $err, $took) = interrupted(1, 'INT', 'vary', $three, '--draws', 1e9, '--format', 'json');
is($status, 'signal 2', 'Ctrl-C: the shell sees it');
# Of a busy machine the best of three is looked at.
for (1 .. 2) {
    last if $took < $within;
    my $again = (interrupted(1, 'INT', 'vary', $three, '--draws', 1e9))[3];
    $took = $again if $again < $took;
}
cmp_ok($took, '<', $within, 'the command ends at once');
my ($done) = $err =~ /^assess: stopped after (\d+) of 1000000000 draws; the report is of these$/m;
ok($done, 'it says what was done') or diag $err;
my $report = eval { decode_json($out) } || {};
my $facts = $report->{draws} || {};
is($facts->{draws}, $done, 'the report is whole, and of these draws');
like($facts->{stopped} // '', qr/before all 1000000000 draws/, 'and says so');
# They are the first of the draws.
my ($csv) = (run('vary', $three, '--draws', $done, '--format', 'csv'))[1];
my ($head, @rows) = csv_rows($csv);
my %want = map { $_->[0] => $_->[5] } @rows;
my %got = map { $_->{unit} => $_->{first} } @{ $report->{units} };
is_deeply(\%got, { map { $_ => 0 + $want{$_} } keys %want }, 'as a run of so many would make them');
($status, $out, $err) = interrupted(1, 'INT', 'vary', $three, '--draws', 1e9, '--format', 'csv', '-o', "$tmp/report.csv");
like(slurp("$tmp/report.csv"), qr/^unit,.*\nM,/, '-o has it, too') or diag $err;
($status, $out, $err) = interrupted(1, 'INT', 'vary', $three, '--draws', 1e9, '--format', 'json', '--central-weights');
my %first = map { ("$_->{unit} $_->{address}" => $_) } @{ (eval { decode_json($out) } || {})->{central_weights} };
my $middle = $first{'P index.A.weight'} || {};
cmp_ok(abs(($middle->{weight} // 0) - 2), '<', 0.02, 'central weights of the draws made so far: P is first where A has half, 2/3 on average');
ok(exists $middle->{confidence} && !defined $middle->{confidence}, 'their confidence needs all draws');
# A page computes explanations, and diff another pair of editions.
($status, $out, $err) = interrupted(1, 'INT', 'vary', $three, '--draws', 1e9, '--format', 'html');
like($out, qr{<div id=why.*</html>}s, 'a page has its explanations, too') or diag $err;
($status, $out, $err) = interrupted(1, 'INT', 'diff', $three, $three, '--draws', 1e9, '--format', 'json');
is($status, 'signal 2', 'diff: the shell sees it');
($done) = $err =~ /^assess: stopped after (\d+) of 1000000000 draws; the report is of these$/m;
ok($done, 'diff says what was done') or diag $err;
ok(eval { decode_json($out) }, 'and reports it');
($status, $out, $err) = interrupted(1, 'TERM', 'vary', $three, '--draws', 1e9, '--shard', '1/2', '-o', "$tmp/part");
is("$status/$out/" . (-e "$tmp/part" ? 'written' : 'none'), 'signal 15//none', 'of a part nothing is written');
like($err, qr/stopped after \d+ of 500000000 draws; no part was written/, 'as it says');
is(join(' ', glob "$tmp/.part* $tmp/*.part"), '', 'not even a part of it');

# ---- what is computed again for a page ----
# The data come from pipes, a new one each time they are read, so that it is known where the command is. fed(TEXTS,
# ARGUMENT...) writes a text into each; where it is undefined Ctrl-C comes while the command waits for it.
sub pipe_at { mkfifo("$tmp/next", 0600) && rename "$tmp/next", "$tmp/figures.csv" or die "mkfifo: $!" }
sub fed {
    my ($texts, @arguments) = @_;
    pipe_at();
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        $SIG{INT} = 'DEFAULT';
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$tmp/.out" or die;
        open STDERR, '>', "$tmp/.err" or die;
        exec $assess, @arguments or exit 127;
    }
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { kill 'KILL', $pid; die "the data are not read as often: @arguments" };
    alarm 120;
    my $pipe;
    for my $text (@$texts) {
        open $pipe, '>', "$tmp/figures.csv" or die; # waits until it is read
        pipe_at();
        defined $text ? print $pipe $text : kill 'INT', $pid;
        close $pipe if defined $text;
    }
    waitpid $pid, 0; # of one that was interrupted the pipe is still open
    alarm 0;
    my $ended = $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
    return ($ended, slurp("$tmp/.out"), slurp("$tmp/.err"));
}
my $piped = file('piped.lua', <<'END');
return assessment {
  id = "piped", title = "Piped", data = { x = csv("figures.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", indicator { "a", "A", weight = 1 }, indicator { "b", "B", weight = 2 } },
  show = { score = "score", rank = "rank" },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { score = score, rank = rank(score, "unit") }
  end,
}
END
my $other = file('other.lua', slurp($piped) =~ s/weight = 2/weight = 3/r);
my $good = "unit,indicator,value\nu,a,1\nu,b,2\nw,a,3\nw,b,1\n";
my @whatif = ('whatif', $piped, 'u', 'a=3', '--format', 'html');
for ([[$good, undef], 'computed again', @whatif], [[$good, $good, undef], 'explained', @whatif], [[$good, $good, undef], 'computed again', 'diff', $piped, $other, '--format', 'html']) {
    my ($texts, $what, @command) = @$_;
    my ($ended, $out, $err) = fed($texts, @command);
    is("$ended $err", "signal 2 assess: interrupted: nothing was written\n", "$command[0] -f html, $what: Ctrl-C is told as what it is");
    is($out, '', 'and nothing is written');
}
my $bad = $good =~ s/w,b,1/w,b,one/r;
for (\@whatif, ['diff', $piped, $other, '--format', 'html']) {
    my ($at_once) = fed([$bad], @$_);
    my ($again, $out, $err) = fed([($good) x ($$_[0] eq 'diff' ? 2 : 1), $bad], @$_);
    is("$at_once $again", '4 4', "$$_[0] -f html: data that are wrong when they are read again are a fault of the data");
    like($err, qr/'one' is not a number/, 'which is told');
}

# ---- the limit of time ----
my $began = time;
($status, $out, $err) = run('vary', $three, '--draws', 1e9, '--seconds', 2, '--format', 'csv');
is($status, 5, 'the time is up: status 5');
cmp_ok(time - $began, '<', $san ? 10 : 2.5, 'in time');
like($err, qr/^assess: the time was up after \d+ of 1000000000 draws; the report is of these — --seconds raises the limit$/m, 'it says so');
like($out, qr/^unit,.*\nM,/, 'and reports what there is');
($status, $out, $err) = run('vary', $three, '--draws', 1e9, '--seconds', 1, '--shard', '1/2', '-o', "$tmp/part");
is("$status/" . (-e "$tmp/part" ? 'written' : 'none'), '5/none', 'of a part nothing is written');
like($err, qr/the time was up after \d+ of 500000000 draws; no part was written/, 'as it says');

# ---- --until ----
# The width of Wilson's 95 % interval, as the textbook has it: centre and half width apart.
sub interval {
    my ($p, $n) = @_;
    my $z = 1.959963984540054;
    my $half = $z / (1 + $z**2 / $n) * sqrt($p * (1 - $p) / $n + $z**2 / (4 * $n**2));
    return 2 * $half;
}
sub widest { # of a report in JSON
    my ($report) = @_;
    my ($widest) = sort { $b <=> $a } map { my $u = $_; map { interval($u->{$_}, $report->{draws}{draws}) } qw(first among_first) } @{ $report->{units} };
    return $widest;
}
my %report;
for my $threads (1, 3) {
    ($status, $out) = run('vary', $three, '--until', 0.02, '--threads', $threads, '--format', 'json');
    is($status, 0, "--until with $threads threads");
    $report{$threads} = $out;
}
is($report{1}, $report{3}, 'does not depend on threads');
$report = decode_json($report{1});
near($report->{draws}{widest_interval}, widest($report), 1e-15, 'the widest interval of a probability is told');
cmp_ok(widest($report), '<', 0.02, 'and is narrow enough');
my $half = decode_json((run('vary', $three, '--draws', $report->{draws}{draws} / 2, '--format', 'json'))[1]);
cmp_ok(widest($half), '>=', 0.02, 'half the draws would not have done');
($status, $out) = run('vary', $three, '--until', 0.001, '--draws', 5000);
like($out, qr/Widest 95% interval +0\.\d+, not below 0\.001 as wanted/, '--draws is the most');
($status, $out, $err) = run('vary', $three, '--until', 0);
is($status, 2, 'an interval without width is never reached');

# ---- progress ----
SKIP: {
    skip 'script(1) of util-linux is not here, and makes the terminal', 4 if system('script -qec true /dev/null >/dev/null 2>&1');
    my $terminal = sub { return scalar `TERM=xterm COLUMNS=80 script -qec "$assess vary $three --seconds 2.5 --draws 1e9 --format csv $_[0]" /dev/null </dev/null` };
    my $seen = $terminal->('');
    like($seen, qr/\r\e\[K\d+ of 1000000000 draws, \d+ %, (?:\d+:)+\d\d left/, 'progress, with the time left');
    # After the draws a busy machine may have shown what comes next, so the last line need not be theirs.
    like($seen, qr/\r\e\[Kunit,rank/, 'cleared before the report');
    unlike($terminal->('-q'), qr/left/, 'not with -q');
    unlike($terminal->("2>$tmp/err"), qr/left/, 'not where nobody looks');
}
done_testing();
