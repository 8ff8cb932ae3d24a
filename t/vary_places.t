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

like(printed($three), qr{^Robustness: in 500 draws as by the rules: rank of M 2\d\.\d%\. More: assess vary\nt/vary/three\.lua$}m, 'rules with uncertain entries are measured by themselves');
is(printed($three), printed($three, '--draws', 500, '--seed', 1), 'by the draws that --draws 500 makes');
like(printed($three, '--draws', 0), qr{^Robust\? assess vary t/vary/three\.lua \(uncertain entries: 1\)$}m, '--draws 0 makes none, and says where to look');
unlike(printed($two), qr/Robust/, 'others do not');
unlike(printed($three, '--output', 'total'), qr/Robust/, 'nor does a single result');
my $text = printed($two, @simplex, '--draws', 2000, '--focus', 'P', '--width', 200);
like($text, qr{^Robustness: in 2000 draws as by the rules: first place 2[789]\.\d%, rank of P 1[2-4]\.\d%, its grade (?:49|50|51)\.\d%, its verdict (?:49|50|51)\.\d%\. More: assess vary t/vary/two\.lua --vary …$}m, 'one line on the main statements');
# It is what assess vary counts.
my ($place, $share) = $text =~ /first place ([\d.]+)%, rank of P ([\d.]+)%/;
my $all = json('vary', $two, @simplex, '--draws', 2000);
my ($p) = grep { $_->{unit} eq 'P' && $_->{rank} == 2 } @{ $all->{frequencies} };
near($share, 100 * $p->{probability}, 0.051, 'as assess vary counts it');
my ($q) = grep { $_->{unit} eq 'Q' } @{ $all->{units} };
near($place, 100 * $q->{first}, 0.051, 'and the first place');

# Two stages: each has its share where they differ. Draws that cannot be made do not keep the report back, but they are
# told; so are mistakes where draws are asked for. Many variants, or much to compute, are left to assess vary.
{
    my $rules = slurp('t/vary/three.lua');
    file('three.csv', slurp('t/vary/three.csv'));
    my $entry = '{ "*.weight", simplex = true, why = "the weights are proposals" }';
    my $with = sub { (my $text = $rules) =~ s/\Q$entry\E/$_[0]/ or die; return file("three$_[1].lua", $text) };
    my $bad = $with->('{ "data.observed.A", errors = "se" }', 1);
    my $report = printed($bad);
    like($report, qr/^Ranking$/m, 'the report is there');
    like($report =~ s/\n(?=\S*three1)/ /r, qr/^Robustness: no draws could be made\. Why: assess vary \S*three1\.lua$/m, 'a mistake in what is uncertain is told');
    my ($status, $out, $err) = run($bad, '--draws', 10);
    is($status, 3, 'with --draws it is an error');
    like($err, qr/neither does data\.observed carry a column 'se'/, 'which says what');
    is($out, '', 'and nothing is written');
    file("d$_.csv", slurp('t/vary/three.csv')) for 1 .. 9;
    my $files = sub { '{ "data.observed", one_of = { ' . join(', ', map "\"d$_.csv\"", 1 .. $_[0]) . ' } }' };
    like(printed($with->($files->(8), 2)), qr/^Robustness: in 500 draws/m, 'a few variants are computed');
    like(printed($with->($files->(9), 3)), qr/^Robust\? assess vary/m, 'more are left to assess vary');
}
($_) = printed('rules/2012.lua', '--width', 300) =~ /^(稳健性.*)$/m;
like($_, qr{^稳健性：抽样 500 次，与按规则的结果相同的占：首位 9\d\.\d% / 8\d\.\d%、Shenzhen 位次 100\.0%、结论 100\.0%。详见 assess vary rules/2012\.lua$}, 'two stages');

# ---- explain ----

$text = printed('explain', $two, 'P', @simplex, '--draws', 2000, '--width', 200);
like($text, qr/^Draws say +score 0\.0\d+–0\.9\d+ and rank 1–3 in 90% of the draws, rank 2 in \Q$share\E%, grade good/m, 'explain has intervals and how often');
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

for (['--format', 'json'], ['--format', 'csv'], ['--output', 'total']) {
    my ($status, undef, $err) = run($three, '--draws', 10, @$_);
    is($status, 2, "--draws with @$_");
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
