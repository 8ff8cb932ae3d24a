#!/usr/bin/perl
# Draws beside other reports: the line in the report, explain --draws, and diff --draws with the same draws in both
# editions.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(encode);
use JSON::PP;
use Test::More;
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my ($two, $three) = ('t/vary/two.lua', 't/vary/three.lua');
my @simplex = ('--vary', '*.weight=simplex(true)');
sub json { return JSON::PP->new->utf8->decode(encode('UTF-8', printed(@_, '--format', 'json'))) }

# ---- the report ----

like(printed($three), qr{^Robust\? assess vary t/vary/three\.lua \(uncertain entries: 1\)$}m, 'rules with uncertain entries say where to look');
unlike(printed($two), qr/Robust/, 'others do not');
my $text = printed($two, @simplex, '--draws', 2000, '--focus', 'P', '--width', 200);
like($text, qr{^In 2000 draws of what is uncertain P has: rank 2 in 1[2-4]\.\d%, grade good in (?:49|50|51)\.\d%, verdict yes in (?:49|50|51)\.\d%\. More: assess vary t/vary/two\.lua$}m, 'one line on the focus');
# It is what assess vary counts.
my ($share) = $text =~ /rank 2 in ([\d.]+)%/;
my $all = json('vary', $two, @simplex, '--draws', 2000);
my ($p) = grep { $_->{unit} eq 'P' && $_->{rank} == 2 } @{ $all->{frequencies} };
near($share, 100 * $p->{probability}, 0.051, 'as assess vary counts it');

# ---- explain ----

$text = printed('explain', $two, 'P', @simplex, '--draws', 2000, '--width', 200);
like($text, qr/^Draws +score 0\.0\d+–0\.9\d+ and rank 1–3 in 90% of the draws, rank 2 in \Q$share\E%, grade good/m, 'explain has intervals and how often');
my $tree = json('explain', $two, 'P', @simplex, '--draws', 2000);
my ($row) = @{ $tree->{draws} };
my ($unit) = grep { $_->{unit} eq 'P' } @{ $all->{units} };
is($row->{$_}, $unit->{$_}, "explain: $_") for qw(score score_low score_high rank rank_low rank_high);
is($row->{probability}, $p->{probability}, 'explain: how often the rank is that of the rules');
for ([ 'explain', $two, 'P' ], [$two], [ 'diff', $two, $two ]) {
    my ($status, undef, $err) = run(@$_, @simplex);
    is($status, 2, "@$_ --vary without --draws");
    like($err, qr/--vary is of no use without --draws/, 'is told');
}

{
    my ($status, undef, $err) = run($three, '--draws', 10, '--format', 'json');
    is($status, 2, '--draws in JSON of results');
    like($err, qr/--draws adds a line to the report for people/, 'is told');
}

# ---- diff ----

# The second edition counts A twice: by the rules P moves from 1/2 to 2/3, R from 1/2 to 1/3, Q from 0.65 to 0.6333.
my $copy = file('two.lua', slurp($two));
file('two.csv', slurp('t/vary/two.csv'));
my $next = file('next.lua', q(return extend "two.lua" { id = "next", set { "index.A.weight", 2, was = 1, cite = "x" } }));
# The figure of P in A is uncertain, in both alike: its score is x / 2, then 2 x / 3; the change is x / 6.
my @figure = ('--vary', 'data.observed.A@P=uniform(0.6, 1.4)');
my $diff = json('diff', $copy, $next, @figure, '--draws', 4000);
my %of = map { $_->{unit} => $_ } @{ $diff->{draws} };
near($of{P}{score_change}, 1 / 6, 1e-12, 'the change by the rules');
near($of{P}{score_low}, 0.64 / 6, 0.004, 'its 5 %');
near($of{P}{score_high}, 1.36 / 6, 0.004, 'and 95 %: the same draws in both editions');
is($of{P}{score_same_sign}, 1, 'it has one sign always');
is($of{P}{score_exceeds}, JSON::PP::true, 'and exceeds the uncertainty');
is($of{R}{score_low}, $of{R}{score_high}, 'what does not depend on the figure has one change');
is($of{R}{score_exceeds}, JSON::PP::true, 'which is certain');
# The rank of P rises, but where it is 1 in the first edition already: where x / 2 is above 0.65.
near($of{P}{rank_same_sign}, (1.3 - 0.6) / 0.8, 0.021, 'how often the rank rises');
is($of{P}{rank_exceeds}, JSON::PP::false, 'that is not decided');
$text = printed('diff', $copy, $next, @figure, '--draws', 2000, '--width', 80);
like($text, qr/^Unit +Score +5–95% +Same sign +Ranks +5–95% +Same sign$/m, 'a table for people');
like($text, qr/^  changes of rank within the uncertainty: P\b/m, 'what is not decided, by name');
like($text, qr/^By 2000 draws, the same in both editions\./m, 'and how it was found');
is(printed('diff', $copy, $next, @figure, '--draws', 100, '--format', 'csv'), printed('diff', $copy, $next, '--format', 'csv'), 'CSV stays the list of movers');
my ($status, undef, $err) = run('diff', $copy, $next, '--draws', 100);
is($status, 2, 'nothing uncertain');
like($err, qr/nothing is uncertain in the first edition/, 'is told');
done_testing();
