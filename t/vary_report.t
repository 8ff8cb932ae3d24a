#!/usr/bin/perl
# What assess vary prints: a line a unit that fits 80 columns in both languages, the tables that are asked for, and
# central weights beside those worked out by hand.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode encode);
use JSON::PP;
use Test::More;
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my ($two, $three) = ('t/vary/two.lua', 't/vary/three.lua');
my @simplex = ('--vary', '*.weight=simplex(true)');

sub json { return JSON::PP->new->utf8->decode(encode('UTF-8', printed(@_, '--format', 'json'))) }

# ---- for people ----

my $text = printed('vary', $two, @simplex, '--draws', 4000, '--width', 80);
like($text, qr/^Unit  Rank  5–95%  Ranks 1–3 +First +Top 3 +Score 5–95%$/m, 'seven columns');
like($text, qr/^Q +1    1–2  \[.\]..? /m, 'the rank by the rules is marked in the strip');
like($text, qr/^P +2    1–3  [▁▂▃▄▅▆▇█]\[[▁▂▃▄▅▆▇█]\][▁▂▃▄▅▆▇█] /m, 'between the blocks of the others');
like($text, qr/ranks 1 to 3 cannot be told apart: Q, P, R$/m, 'who cannot be told apart, by name');
like($text, qr/^By so many draws a share is known to ±1.5% or better\.$/m, 'how well shares are known');
like($text, qr/^P   good +\d\d\.\d%  good\nP   poor +\d\d\.\d%  good$/m, 'grades that are not settled');
like($text, qr/^  Grades: 1 of 3 are in all draws as by the rules$/m, 'and how many are');

# A strip has 16 blocks at most, and nothing is folded, with long names and many units, in English and Chinese.
for my $case ([ 'Unit', 'East district %02d', '' ], [ '单位', '发展和改革局%02d处', '（）' ]) {
    my ($head, $name, $chinese) = @$case;
    my $data = "unit,A,B\n" . join '', map { sprintf("$name,%d,%d\n", $_, $_, ($_ * 7) % 40) } 1 .. 40;
    file('many.csv', encode('UTF-8', $data));
    my $rules = slurp($two) =~ s/two\.csv/many.csv/r;
    $rules =~ s/Two criteria/encode('UTF-8', '两项指标')/ge if $chinese;
    my $path = file('many.lua', $rules);
    my $page = printed('vary', $path, @simplex, '--draws', 500, '--width', 80);
    my @wide = grep { width($_) > 80 } split /\n/, $page;
    is("@wide", '', "$head: no line is wider than 80 columns");
    my ($first, @more) = grep { /^\Q$head\E / } split /\n/, $page;
    ok(defined $first && !@more, "$head: the table is one") or diag($page);
    my ($strip) = $page =~ /\s([·▁▂▃▄▅▆▇█]*\[[·▁▂▃▄▅▆▇█]\][·▁▂▃▄▅▆▇█]*)\s/;
    is(length($strip), 18, "$head: 16 blocks and the mark");
}

# Of many units those that are shown: grades, pairs and frequencies, too.
$text = printed('vary', "$tmp/many.lua", @simplex, '--draws', 300, '--top', 3, '--pairs', '--frequencies', '--width', 300);
is(scalar(() = $text =~ /^发展和改革局\d\d处 /mg) % 3, 0, 'three units in every table');
like($text, qr/3 项中有|^等次|^结论/m, 'and three grades');
unlike($text, qr/40 项中有/, 'no more');

# A unit without a rank has no strip, and is named.
file('gap.csv', "unit,A,B\nP,1,0\nQ,0.6,0.7\nR,0,1\nS,,\n");
my $gap = file('gap.lua', slurp($two) =~ s/two\.csv/gap.csv/r);
$text = printed('vary', $gap, @simplex, '--draws', 100, '--width', 80);
like($text, qr/^S +- *$/m, 'a unit without a score');
like($text, qr/^ +no score in any draw: S$/m, 'is named');
# One whose score is missing in some draws: with the threshold of B above what S has.
my $some = file('some.lua', slurp($gap) =~ s/(local total = )(.*)/local x = a.data.observed
    $1combine.weighted_mean(where(x:le(a.params.most), x), a.index)/r =~ s/(index = )/params = { most = 2 }, $1/r);
file('gap.csv', "unit,A,B\nP,1,0\nS,1.5,1.5\n");
$text = printed('vary', $some, '--vary', 'params.most=uniform(1, 2)', '--draws', 4000, '--width', 80);
like($text, qr/^ +no score in some draws \(share of them\): S (49|50|51)\.\d%$/m, 'missing in half the draws is said');

# ---- some entries only ----

$text = printed('vary', $two, '--vary', 'index.A.weight=uniform(1, 2)', '--vary', 'index.B.weight=uniform(1, 2)', '--only', '*.B.*', '--draws', 100);
like($text, qr/^index\.B\.weight/m, '--only keeps an entry');
unlike($text, qr/^index\.A\.weight/m, 'and no other');
{
    my ($status, undef, $err) = run('vary', $three, '--only', 'index.*');
    is($status, 2, '--only with no such entry');
    like($err, qr/--only index\.\*: no entry/, 'is told');
}

# ---- quantiles ----

my ($head, @rows) = csv_rows(encode('UTF-8', printed('vary', $two, @simplex, '--draws', 1000, '--format', 'csv', '--quantiles', '0.1,0.25,0.5,0.9')));
my @named = grep { /^score_(low|q|med|high)/ } @$head;
is("@named", 'score_low score_q0.25 score_median score_high', 'quantiles of choice are columns');
my %at = map { $head->[$_] => $_ } 0 .. $#$head;
my ($p) = grep { $_->[0] eq 'P' } @rows;
near($p->[$at{"score_$_->[0]"}], $_->[1], 0.06, "$_->[0] of a score that is uniform") for [ low => 0.1 ], [ 'q0.25' => 0.25 ], [ high => 0.9 ];
like(printed('vary', $two, @simplex, '--draws', 100, '--quantiles', '0.25,0.75'), qr/^Quantiles of the rank$/m, 'and a table for people');
for ([ '0.5,0.1', 'the smallest first' ], [ '5,95', "'5' is no share between 0 and 1" ], [ '', 'which ones' ]) {
    my ($status, undef, $err) = run('vary', $two, @simplex, '--quantiles', $_->[0]);
    is($status, 2, "--quantiles '$_->[0]'");
    like($err, qr/\Q$_->[1]\E/, 'is told');
}

# Beyond the kept values quantiles are from bins, whose width is told.
$text = printed('vary', $two, @simplex, '--draws', 800000, '--width', 80);
like($text, qr/^Quantiles of scores are from bins up to 0\.00\d+ wide\.$/m, 'the width of the bins');

# ---- tables ----

my $all = json('vary', $two, @simplex, '--draws', 2000, '--pairs');
is($all->{schema}, 'assess-vary', 'JSON');
my %sum;
$sum{ $_->{unit} } += $_->{times} for @{ $all->{frequencies} };
is_deeply(\%sum, { P => 2000, Q => 2000, R => 2000 }, 'frequencies of ranks add up to the draws');
my ($q) = grep { $_->{unit} eq 'Q' } @{ $all->{units} };
my ($qf) = grep { $_->{unit} eq 'Q' && $_->{rank} == 1 } @{ $all->{frequencies} };
is($qf->{probability}, $q->{first}, 'and agree with the units');
ok($q->{first_low} < 10 / 33 && 10 / 33 < $q->{first_high}, 'an interval holds the probability 10/33');
# Wilson's interval, worked out from its equation (p - x)^2 = z^2 x (1 - x) / n.
for my $x ($q->{first_low}, $q->{first_high}) {
    near(($q->{first} - $x)**2, 1.959963984540054**2 * $x * (1 - $x) / 2000, 1e-12, 'a bound is a root of its equation');
}
my %ahead = map { ("$_->{unit}$_->{other}" => $_->{ahead}) } @{ $all->{pairs} };
is(scalar keys %ahead, 6, 'pairs');
near($ahead{PR}, 0.5, 0.045, 'P is ahead of R in half the draws');
near($ahead{PQ} + $ahead{QP}, 1, 1e-12, 'a pair adds up');
is_deeply([ map { $_->{unit} } @{ $all->{undecided} } ], [qw(Q P R)], 'those that cannot be told apart');
# P is ahead of Q whatever is drawn, and R ahead of both or behind both: not neighbours by rank, and yet not decided.
my @halves = ('--vary', 'params.k=one_of(0, 3)', '--draws', 200);
my $apart = file('apart.lua', <<'LUA');
return assessment {
  id = "apart", title = "Apart", params = { k = 0 },
  data = { observed = csv("apart.csv", { unit = "town" }) },
  show = { score = "total", rank = "rank" },
  compute = function(a)
    local function of(name) return a.data.observed:at { indicator = name } end
    local total = of "x" + a.params.k * of "y"
    return { total = total, rank = rank(total, "unit") }
  end,
}
LUA
file('apart.csv', "town,x,y\nP,3,0\nQ,2,0\nR,1,1\n");
$text = printed('vary', $apart, @halves, '--width', 80);
like($text, qr/^  ranks 2 to 3 cannot be told apart: Q, R\n  ranks 1 and 3 cannot be told apart: P, R\n(?!.*apart)/ms, 'units apart by rank that are not decided');
is_deeply([ map { "$_->{from}-$_->{to} $_->{unit}" } @{ json('vary', $apart, @halves)->{undecided} } ], [ '2-3 Q', '2-3 R', '1-3 P', '1-3 R' ], 'in JSON, too');
ok(exists $all->{grades}[0]{probability_low}, 'grades with their intervals');
$text = printed('vary', $two, @simplex, '--draws', 300, '--pairs', '--frequencies', '--width', 80);
like($text, qr/^How often each rank\nUnit +1 +2 +3\n/m, 'a table of frequencies');
like($text, qr/^How often ahead of\nUnit +Q +P +R\n/m, 'and of pairs');
# Two towns that tie in one year, which says nothing about the next, where one is ahead whatever is drawn.
file('years.csv', "town,year,x\nA,2011,1\nB,2011,3\nC,2011,3\nA,2012,1\nB,2012,2\nC,2012,3\n");
my $years = json('vary', file('years.lua', <<'LUA'), '--pairs', '--draws', 40);
return assessment {
  id = "years", title = "Years", params = { k = 1 }, uncertain = { { "params.k", uniform = { 0.5, 1.5 } } },
  data = { observed = csv("years.csv", { unit = "town", time = "year" }) },
  show = { score = "total", rank = "rank" },
  compute = function(a)
    local total = a.data.observed:at { indicator = "x" } * a.params.k
    return { total = total, rank = rank(total, "unit") }
  end,
}
LUA
is_deeply({ map { ("$_->{column} $_->{unit}$_->{other}" => $_->{ahead}) } grep { "$_->{unit}$_->{other}" =~ /^(?:BC|CB)$/ } @{ $years->{pairs} } },
    { '2011 BC' => 0.5, '2011 CB' => 0.5, '2012 BC' => 0, '2012 CB' => 1 }, 'ties are those of each column');
my ($status, $csv) = run('vary', $two, @simplex, '--draws', 100, '--format', 'csv', '--pairs', '--frequencies');
is(scalar(split /\n/, $csv), 4, 'CSV stays one table of units');

# ---- central weights ----

# P is first where its share of the weights is above 7/11: the mean of those shares is 9/11; R below 1/3: 1/6.
my $central = json('vary', $two, @simplex, '--draws', 40000, '--central-weights');
my %w = map { ("$_->{unit} $_->{address}" => $_) } @{ $central->{central_weights} };
near($w{'P index.A.weight'}{weight}, 18 / 11, 0.009, 'the central weight of P');
near($w{'R index.A.weight'}{weight}, 1 / 3, 0.009, 'and of R');
near($w{'P index.A.weight'}{weight} + $w{'P index.B.weight'}{weight}, 2, 1e-12, 'weights keep their sum');
is($w{'P index.A.weight'}{confidence}, 1, 'nothing else varies: P is first with them');
# The figure x of P uniform on 0.6 … 1.4, too. P is first above the share 0.7 / (x + 0.1); the mean share where it is
# is 0.80049, and with this share it is first where x is above 0.77446, which is 0.78192 of the way.
$central = json('vary', $two, @simplex, '--vary', 'data.observed.A@P=uniform(0.6, 1.4)', '--draws', 40000, '--central-weights');
%w = map { ("$_->{unit} $_->{address}" => $_) } @{ $central->{central_weights} };
near($w{'P index.A.weight'}{weight}, 1.60098, 0.009, 'central weights beside an uncertain figure');
near($w{'P index.A.weight'}{confidence}, 0.78192, 0.02, 'and their confidence');
my $err;
($status, undef, $err) = run('vary', $two, '--vary', 'data.observed.A@P=uniform(0.6, 1.4)', '--central-weights');
is($status, 2, 'without weights that vary');
like($err, qr/central weights need weights that vary/, 'there are none');
done_testing();
