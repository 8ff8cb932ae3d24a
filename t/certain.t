#!/usr/bin/perl
# assess certain: extreme ranks, necessary preference and smallest changes of weights, beside results by hand and
# beside all weights of a grid.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use List::Util qw(max min sum);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my ($two, $three) = ('t/vary/two.lua', 't/vary/three.lua');

sub json {
    my ($status, $out, $err) = run('certain', @_, '--format', 'json');
    diag("status $status: $err") if $status;
    return $status ? {} : decode_json($out);
}

# { unit => [best, worst] } of a column.
sub extremes {
    my ($doc) = @_;
    return { map { $_->{unit} => [$_->{best}, $_->{worst}] } @{$doc->{units}} };
}

sub close_to {
    my ($got, $want, $within, $name) = @_;
    ok(defined $got && abs($got - $want) <= $within, $name) or diag(($got // 'nothing') . ", not $want");
}

# ---- by hand ----

# P = w, Q = 0.7 - 0.1 w, R = 1 - w: P and R are first and last; Q is behind one of them at most.
is_deeply(extremes(json($two)), {P => [1, 3], Q => [1, 2], R => [1, 3]}, 'two criteria');
# M is half of the sum whatever the weights, and only one weight can be above a half: two that are level with M do
# not count as ahead.
is_deeply(extremes(json($three)), {M => [1, 2], P => [1, 4], Q => [1, 4], R => [1, 4]}, 'three criteria');
# Noise of 30 %: the share of A lies between 0.35 and 0.65. P needs 7/11 to be first, R at most 1/3.
is_deeply(extremes(json($two, '--vary', '*.weight=noise(0.3)')), {P => [1, 3], Q => [1, 2], R => [2, 3]},
    'noise is a part of the simplex');
# A weight of A from 1 to 3 beside one of 1 for B: a share from 1/2 to 3/4. R is level with P at 1/2.
is_deeply(extremes(json($two, '--vary', 'index.A.weight=uniform(1, 3)')), {P => [1, 2], Q => [1, 2], R => [2, 3]},
    'a weight that varies by itself');
is_deeply(extremes(json($two, '--vary', 'index.A.weight=uniform(2, 3)')), {P => [1, 1], Q => [2, 2], R => [3, 3]},
    'weights that do not contain those of the rules');

# From equal weights to a share of 7/11 both weights move by 3/11.
my $swap = json($two, 'P', 'Q');
my %row = map { $_->{unit} => $_ } @{$swap->{swap}};
close_to($row{P}{change}, 6 / 11, 1e-15, 'the change that brings P and Q level');
close_to($swap->{weights}[0]{level}, 14 / 11, 1e-15, 'to these weights');
is("$row{P}{rank} $row{Q}{rank}", '2 1', 'by the rules Q is ahead');
is("$row{P}{rank_beyond} $row{Q}{rank_beyond}", '1 2', 'just beyond it is P, by the evaluator');
close_to($row{P}{score_level}, $row{Q}{score_level}, 1e-15, 'and in between they are level');
my $first = json($two, '--first');
close_to($first->{swap}[0]{change}, 6 / 11, 1e-15, 'the first place goes to P: R would need 2/3');
like($first->{says}, qr/^Q and P are level/, 'and so it is said');
# M is 0.5, and P gets there with a weight of 1.5 of 3: half a point up, half a point down elsewhere.
close_to(json($three, 'P', 'M')->{swap}[0]{change}, 1, 1e-15, 'three criteria: the change');
like(json($two, '--vary', '*.weight=noise(0.1)', 'P', 'Q')->{says}, qr/whatever the weights/, 'no admissible change');
like(json($two, '--vary', '*.weight=noise(0.1)', '--first')->{says}, qr/^Q is first whatever the weights/,
    'nor one of the first place');

# ---- cases of our own ----

# Rules over a table: rows are units, columns criteria; `total` is the formula.
my $made = 0;

sub rules_of {
    my ($rows, %o) = @_;
    my $n = $made++;
    my $criteria = @{(values %$rows)[0]};
    my @id = map { "I$_" } 1 .. $criteria;
    file("c$n.csv", join "\n", join(',', 'unit', @id), (map { join ',', $_, @{$rows->{$_}} } sort keys %$rows), '');
    my $weight = $o{weights} // [(1) x $criteria];
    my $index = join "\n", map { qq{indicator { "$id[$_]", "$id[$_]", better = "higher", weight = $weight->[$_] },} }
        0 .. $#id;
    my $total = $o{total} // 'combine.weighted_mean(a.data.observed, a.index)';
    my $rank = $o{rank} // 'rank(total, "unit")';
    return file("c$n.lua", <<"LUA");
local combine = require "methods.combine"
return assessment {
  id = "case", title = "A case",
  data = { observed = csv("c$n.csv", { unit = "unit" }) },
  index = index { "x", "X",
    @{[$o{index} // $index]}
  },
  compute = function(a)
    local total = $total
    return { total = total, rank = $rank }
  end,
}
LUA
}

# The ranks that a set of weights gives.
sub ranks {
    my ($rows, $w) = @_;
    my %score = map { my $u = $_; $u => sum(map { $w->[$_] * $rows->{$u}[$_] } 0 .. $#$w) } keys %$rows;
    return map { my $u = $_; $u => 1 + grep { $score{$_} > $score{$u} + 1e-9 } keys %score } keys %score;
}

# All weights i / n that add up to 1.
sub grid {
    my ($n, $k) = @_;
    return [$n] if $k == 1;
    return map { my $i = $_; map { [$i, @$_] } grid($n - $i, $k - 1) } 0 .. $n;
}

# Numbers that are the same on every machine.
my $state = 7;
sub random { my ($n) = @_; $state = ($state * 1103515245 + 12345) % 2**31; return int($state / 65536) % $n }

# Two criteria: between two neighbouring shares at which some two units are level nothing changes. All such shares,
# the middles between them and the ends are all there is.
my $wrong = 0;
for my $case (1 .. 12) {
    my %rows = map { ("U$_" => [random(11), random(11)]) } 1 .. 6;
    my @cut = (0, 1);
    for my $a (values %rows) {
        for my $b (values %rows) {
            my ($p, $q) = ($a->[0] - $b->[0], $a->[1] - $b->[1]);
            push @cut, $q / ($q - $p) if $p * $q < 0;
        }
    }
    @cut = sort { $a <=> $b } @cut;
    my %seen;
    for my $share (@cut, map { ($cut[$_] + $cut[$_ - 1]) / 2 } 1 .. $#cut) {
        my %r = ranks(\%rows, [$share, 1 - $share]);
        push @{$seen{$_}}, $r{$_} for keys %r;
    }
    my %want = map { $_ => [min(@{$seen{$_}}), max(@{$seen{$_}})] } keys %seen;
    my $got = extremes(json(rules_of(\%rows)));
    $wrong++ unless is_deeply($got, \%want, "two criteria, case $case: exactly the extremes");
}

# Three and four criteria: no weights of a grid may be beyond, and the weights given as a proof give those ranks when
# they are set by hand. Never behind is: at least as good in everything.
my $reached = 0;
for my $case (1 .. 6) {
    my $k = 3 + $case % 2;
    my %rows = map { ("U$_" => [map { random(30) } 1 .. $k]) } 1 .. 7;
    my $rules = rules_of(\%rows);
    my $doc = json($rules);
    my ($got, $beyond) = (extremes($doc), 0);
    my %seen;
    for my $w (grid($k == 3 ? 40 : 20, $k)) {
        my %r = ranks(\%rows, $w);
        for (keys %r) {
            $beyond++ if $r{$_} < $got->{$_}[0] || $r{$_} > $got->{$_}[1];
            $seen{"$_ $r{$_}"} = 1;
        }
    }
    is($beyond, 0, "case $case: no weights of a grid give a rank beyond");
    $reached += grep { $seen{"$_ $got->{$_}[0]"} } keys %$got;
    my %never = map { ("$_->{unit} $_->{never_behind}" => 1) } @{$doc->{pairs}};
    my %dominates;
    for my $a (keys %rows) {
        for my $b (grep { $_ ne $a } keys %rows) {
            $dominates{"$a $b"} = 1 unless grep { $rows{$a}[$_] < $rows{$b}[$_] } 0 .. $k - 1;
        }
    }
    is_deeply(\%never, \%dominates, 'never behind is dominance where all weights are admissible');
    my $unit = 'U' . (1 + random(7));
    my (undef, $text) = run('certain', $rules, $unit, '--lang', 'en', '--width', 200);
    for (['Never behind', sub { "$unit $_[0]" }], ['Never ahead of', sub { "$_[0] $unit" }]) {
        my ($says, $pair) = @$_;
        my ($list) = $text =~ /$says: (.*)/;
        my @those = grep { $dominates{$pair->($_)} } sort keys %rows;
        @those = ('-') if !@those;
        is_deeply([sort split /, /, $list // '?'], \@those, "case $case: $says");
    }
    my $proof = json($rules, $unit);
    for my $which ('best', 'worst') {
        my @set = map { ('--set', "$_->{address}=$_->{$which}") } @{$proof->{weights}};
        my (undef, $csv) = run($rules, @set, '--output', 'rank', '--format', 'csv');
        my ($rank) = $csv =~ /^$unit,(\d+)/m;
        is($rank, $proof->{units}[0]{$which}, "the weights of the $which rank give it");
    }
}
cmp_ok($reached, '>=', 36, 'nearly all of the 42 best ranks are seen in the grids');

# Weights between bounds: a grid of noise, scaled back or not, gives nothing beyond.
{
    my %rows = map { ("U$_" => [map { random(30) } 1 .. 3]) } 1 .. 7;
    my $rules = rules_of(\%rows, weights => [1, 2, 3]);
    my %vary = (
        'noise' => [['--vary', '*.weight=noise(0.4)'], [[0.6, 1.4], [1.2, 2.8], [1.8, 4.2]]],
        'single weights' => [['--vary', 'index.I1.weight=uniform(0.5, 3)', '--vary', 'index.I3.weight=uniform(1, 6)'],
            [[0.5, 3], [2, 2], [1, 6]]],
    );
    for my $name (sort keys %vary) {
        my ($options, $bound) = @{$vary{$name}};
        my $got = extremes(json($rules, @$options));
        my ($beyond, %seen) = (0);
        for my $at (map { my $i = $_; map { my $j = $_; map { [$i, $j, $_] } 0 .. 20 } 0 .. 20 } 0 .. 20) {
            my %r = ranks(\%rows, [map { $bound->[$_][0] + ($bound->[$_][1] - $bound->[$_][0]) * $at->[$_] / 20 } 0 .. 2]);
            for (keys %r) {
                $beyond++ if $r{$_} < $got->{$_}[0] || $r{$_} > $got->{$_}[1];
                $seen{$_}{$r{$_}} = 1;
            }
        }
        is($beyond, 0, "$name: nothing beyond");
        is_deeply({map { $_ => [min(keys %{$seen{$_}}), max(keys %{$seen{$_}})] } keys %seen}, $got, "$name: and all reached");
    }
}

# A sum that is not divided by its weights is linear in each of them.
is_deeply(extremes(json(rules_of({A => [1, 0], B => [0, 2]}, total => 'sum(a.index.weight * a.data.observed, "indicator")'),
    '--vary', 'index.I1.weight=uniform(1, 4)')), {A => [1, 2], B => [1, 2]}, 'a weighted sum');

# Weights in an order: P = a, Q = b, R = c, M = 1/2, with a >= b >= c. P and M are ahead of each other by turns, Q reaches
# P only where both are 1/2, and R reaches Q only where all are a third.
{
    file('three.csv', slurp('t/vary/three.csv'));
    my $ordered = file('ordered.lua', slurp('t/vary/three.lua') =~ s/simplex = true/simplex = { where = { "A >= B >= C" } }/r);
    my $doc = json($ordered);
    is_deeply(extremes($doc), {M => [1, 2], P => [1, 2], Q => [1, 3], R => [2, 4]}, 'weights in an order');
    is_deeply([sort map { "$_->{unit} $_->{never_behind}" } @{$doc->{pairs}}], ['M Q', 'M R', 'P Q', 'P R', 'Q R'], 'who is never behind whom then');
}

# Sampling cannot tell: B is ahead of A only where more than 999/1000 of the weight is on one criterion of four. In
# 20,000 draws that never happens; there are such weights all the same.
{
    my $rules = rules_of({A => [1000, 1000, 1000, 1000], B => [1001, 1, 1, 1]});
    my @all = ('--vary', '*.weight=simplex(true)');
    my (undef, $sampled) = run('vary', $rules, @all, '--draws', 20000, '--format', 'csv');
    like($sampled, qr/^B,2,2,2,2,0,/m, 'in 20,000 draws B is never first');
    my $doc = json($rules, @all);
    is_deeply(extremes($doc), {A => [1, 2], B => [1, 2]}, 'but it can be');
    is_deeply($doc->{pairs}, [], 'so the two are not ordered whatever the weights');
}

# ---- at the edge ----

is_deeply(extremes(json(rules_of({A => [3, 4], B => [3, 4], C => [3, 4]}))), {map { $_ => [1, 1] } qw(A B C)},
    'units that are all alike share the first rank');
is_deeply(extremes(json(rules_of({A => [3, 4]}))), {A => [1, 1]}, 'a unit alone');
like(json(rules_of({A => [3, 4]}), '--first')->{says}, qr/^A is first whatever/, 'keeps its place');
{
    my $rows = {A => [9, 1], B => [1, 5], C => [1, 5]};
    my $zero = rules_of($rows, weights => [0, 2]);
    is_deeply(extremes(json($zero)), {A => [1, 3], B => [1, 2], C => [1, 2]}, 'a weight of 0 may grow on the simplex');
    is_deeply(extremes(json($zero, '--vary', '*.weight=noise(0.5)')), {A => [3, 3], B => [1, 1], C => [1, 1]},
        'and stays 0 with noise');
    is_deeply(extremes(json($zero, '--vary', '*.weight=dirichlet(5)')), {A => [3, 3], B => [1, 1], C => [1, 1]},
        'or in a Dirichlet distribution');
    my $tie = json(rules_of({A => [2, 0], B => [2, 1]}), 'A');
    ok($tie->{units}[0]{best_by_tie}, 'a rank that only a tie gives is marked');
    is($tie->{units}[0]{best}, 1, 'and the evaluator has the tie');
}
is_deeply(extremes(json(rules_of({A => [1, 9], B => [5, 5]}, rank => 'rank(total, "unit", { order = "ascending" })'),
    '--vary', 'index.I1.weight=uniform(3, 4)')), {A => [1, 1], B => [2, 2]}, 'a rank whose least score is first');
is_deeply(extremes(json(rules_of({A => [1, 9], B => [5, 5], C => ['', '']}))),
    {A => [1, 2], B => [1, 2], C => [undef, undef]}, 'a unit without figures has no rank');

# ---- what is refused, and why ----

sub refused {
    my ($want, $name, @given) = @_;
    my ($status, undef, $err) = run('certain', @given);
    ok($status == 2 || $status == 3, "$name is refused") or diag("status $status");
    like($err, $want, 'with the reason');
    return $err;
}
my $rows = {A => [3, 4], B => [5, 1]};
my $said = refused(qr/:10:\d+: the score is not linear in the weights: they pass through/, 'a geometric mean',
    rules_of($rows, total => 'combine.geometric(a.data.observed, a.index)'));
like($said, qr/combine\.geometric\(a\.data/, 'and the line');
refused(qr/pass through 'round'/, 'a rounding', rules_of($rows, total => 'round(combine.weighted_mean(a.data.observed, a.index), 1)'));
refused(qr/pass through 'rank'/, 'a rank in between', rules_of($rows, total => '-rank(combine.weighted_mean(a.data.observed, a.index), "unit")'));
refused(qr/the score is not linear in the weights/, 'a square', rules_of($rows,
    total => 'combine.weighted_mean(a.data.observed, a.index) * combine.weighted_mean(a.data.observed, a.index)'));
refused(qr/score of B is not linear .* figures are missing/, 'a missing figure', rules_of({A => [3, 4], B => [5, '']}));
refused(qr/rank 'rank' is not that of the score/, 'another rank', rules_of($rows, rank => 'rank(a.data.observed:at { indicator = "I1" }, "unit")'));
refused(qr/no bounds/, 'a normal distribution', $two, '--vary', 'index.A.weight=normal(1, 0.2)');
refused(qr/whether a condition holds depends on the weights/, 'a condition on weights', rules_of({A => [3, 4], B => [5, '']},
    total => 'where(combine.coverage(a.data.observed, a.index):ge(0.6), combine.weighted_mean(a.data.observed, a.index, { missing = "zero" }))'));
refused(qr/cannot be swapped with itself/, 'a unit with itself', $two, 'P', 'P');
refused(qr/no unit 'X'|'X'/, 'a unit that there is not', $two, 'P', 'X');
is_deeply(extremes(json(rules_of({A => [3, 4], B => [5, '']}, total => 'combine.weighted_mean(a.data.observed, a.index, { missing = "zero" })'))),
    {A => [1, 2], B => [1, 2]}, 'a missing figure that counts as zero is none');

# Two levels: weights of groups and of indicators multiply. One level at a time is linear.
my $levels = rules_of({A => [9, 1, 4], B => [5, 5, 5], C => [1, 8, 6]},
    index => 'group { "G", "G", weight = 2, indicator { "I1", "I1", better = "higher", weight = 1 },
      indicator { "I2", "I2", better = "higher", weight = 1 } },
    group { "H", "H", weight = 1, indicator { "I3", "I3", better = "higher", weight = 1 } },',
    total => 'combine.weighted_mean(combine.weighted_mean(a.data.observed, a.index), a.index)');
refused(qr/index\.G\.I1\.weight and index\.G\.weight multiply/, 'both levels at once', $levels);
# Groups: G is 5, 5 and 4.5, H 4, 5 and 6. Indicators, with w for the first: the score times 3 is 16 w + 6, 15 and
# 22 - 14 w, so that B is first between 1/2 and 9/16.
is_deeply(extremes(json($levels, '--level', 'group')), {A => [1, 3], B => [1, 2], C => [1, 3]}, 'groups alone');
is_deeply(extremes(json($levels, '--level', 'indicator')), {A => [1, 3], B => [1, 2], C => [1, 3]}, 'indicators alone');
refused(qr/did you mean 'group'/, 'a level that there is not', $levels, '--level', 'gruop');

# The international city: conditions on data hold whatever the weights, so that its score is linear.
{
    my $doc = json('rules/2011.lua', '--stage', 'stage1', '--vary', '*.weight=noise(0.1)');
    my %unit = map { $_->{unit} => $_ } @{$doc->{units}};
    is($unit{Shenzhen}{best}, 7, 'Shenzhen is seventh with any noise of 10 %');
    is($unit{Beijing}{best}, undef, 'Beijing is not assessable with any');
    my (undef, $sampled) = run('vary', 'rules/2011.lua', '--stage', 'stage1', '--vary', '*.weight=noise(0.1)', '--only', '*.weight', '--draws', 2000, '--format', 'json');
    my @beyond = grep { defined $_->{rank_low} && ($_->{rank_low} < $unit{$_->{unit}}{best} || $_->{rank_high} > $unit{$_->{unit}}{worst}) }
        @{decode_json($sampled)->{units}};
    is(scalar @beyond, 0, 'no draws are beyond');
}

# More than can be solved in the time: bounds.
{
    my %rows = map { my $g = random(100); ("U$_" => [map { 4 * $g + random(100) } 1 .. 10]) } 100 .. 449;
    my ($status, $out, $err) = run('certain', rules_of(\%rows), '--seconds', 6, '--format', 'json');
    is($status, 0, 'a program that takes too long is ended') or diag($err);
    my $doc = $status ? {units => []} : decode_json($out);
    like($doc->{open} // '', qr/^The time was up/, 'and that is told');
    my @upside_down = grep { $_->{best_bound} > $_->{best} || $_->{worst_bound} < $_->{worst} || $_->{best} > $_->{rank} || $_->{worst} < $_->{rank} } @{$doc->{units}};
    is(scalar @upside_down, 0, 'with bounds on either side of what is known');
}
done_testing();
