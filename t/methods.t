#!/usr/bin/perl
# Methods on figures small enough to work out by hand. Those that COINr has too are tested against it in asem.t and
# unit_vectors.t.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

file('panel.csv', <<'CSV');
unit,year,region,pop,a,b,c
A,2010,n,2,10,1,8
A,2011,n,2,,2,
A,2012,n,2,20,,
A,2013,n,2,25,4,
B,2010,n,4,40,,4
B,2011,n,4,50,6,
B,2012,n,4,50,8,
B,2013,n,4,,,
C,2010,s,0,-5,3,2
C,2011,s,0,5,3,
C,2012,s,0,6,,
C,2013,s,0,8,,
CSV
my $got = outputs(file('panel.lua', <<'LUA'));
local impute, denominate, describe = require "methods.impute", require "methods.denominate", require "methods.describe"
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment {
  id = "panel", title = "Panel",
  data = { x = csv("panel.csv", { unit = "unit", year = "year", carry = { "region", "pop" } }) },
  attributes = { "denominator" },
  index = index { "all", "All",
    group { "G", "G", indicator { "a", "A", denominator = "pop" }, indicator { "b", "B", better = "lower" } },
    indicator { "c", "C" },
  },
  compute = function(a)
    local x, i = a.data.x, a.index
    local region = x:carried "region"
    local first = x:at { year = 2010 }
    local r, n = describe.correlations(x:at { year = 2012 }, "indicator")
    local per = denominate.each(x, i, { "pop" })
    local units = describe.units(first)
    local groups = combine.weighted_mean(first, i)
    return {
      group_mean = impute.group_mean(x, region), group_median = impute.group_median(x, region),
      by_row = impute.by_row(x, i), last = impute.last(x), last1 = impute.last(x, 1),
      linear = impute.linear(x), inner = impute.linear(x, "missing"), marks = impute.marks(x, impute.last(x)),
      per = per, head = denominate.per_head(x, number(x:carried "pop"), 1000),
      growth = denominate.growth(x), growth2 = denominate.growth(x, 2), cagr = denominate.cagr(x, 3),
      level = normalise.level_and_growth(x, { standard = 50, full = 0.5 }),
      yearly = normalise.minmax(x), together = normalise.minmax(x, nil, { over = { "unit", "year" } }),
      fraction = normalise.fraction_of_maximum(first, i),
      available = units.available, included = units.included, in_groups = describe.availability(first, i),
      groups = groups, total = combine.weighted_mean(groups, i),
      parent = describe.with_parent(first, groups, i), whole = describe.with_parent(groups, combine.weighted_mean(groups, i), i),
      within = describe.within_groups(first, i), of_all = describe.correlations(first, "indicator"),
      collinear = describe.collinear(describe.correlations(first, "indicator"), "indicator", i.group, 0.5),
    }
  end,
}
LUA
sub is_at { my ($output, %want) = @_; is($got->{$output}{$_} // '?', $want{$_}, "$output, $_") for sort keys %want }
sub near_at { my ($output, %want) = @_; near($got->{$output}{$_}, $want{$_}, 1e-12, "$output, $_") for sort keys %want }

# Of A and B in the north, and C alone in the south.
is_at('group_mean', 'A/a/2011' => 50, 'B/a/2013' => 25, 'B/b/2010' => 1, 'A/b/2012' => 8, 'C/b/2012' => '', 'A/a/2010' => 10);
is_at('group_median', 'A/a/2011' => 50, 'C/c/2011' => '');
# Within group G of A: a and b stand for each other; c is alone.
is_at('by_row', 'A/a/2011' => 2, 'A/b/2012' => 20, 'A/c/2011' => '', 'B/b/2010' => 40);
is_at('last', 'A/a/2011' => 10, 'C/b/2013' => 3, 'B/b/2010' => '', 'C/c/2013' => 2);
is_at('last1', 'C/b/2012' => 3, 'C/b/2013' => '');
is_at('linear', 'A/a/2011' => 15, 'A/b/2012' => 3, 'B/b/2010' => 6, 'B/a/2013' => 50);
is_at('inner', 'A/a/2011' => 15, 'B/b/2010' => '', 'B/a/2013' => '');
is_at('marks', 'A/a/2011' => 'true', 'A/a/2010' => 'false', 'B/b/2010' => 'false');
is_at('per', 'A/a/2010' => 5, 'A/b/2010' => 1, 'C/a/2010' => '', 'B/a/2011' => 12.5);
is_at('head', 'A/b/2011' => 1000, 'C/b/2010' => '');
is_at('growth', 'A/a/2013' => 0.25, 'A/a/2012' => '', 'B/a/2011' => 0.25, 'C/a/2011' => '', 'A/a/2010' => '');
is_at('growth2', 'A/a/2012' => 1);
near_at('cagr', 'A/a/2013' => 2.5**(1 / 3) - 1, 'A/b/2013' => 4**(1 / 3) - 1);
is_at('cagr', 'C/a/2013' => '', 'A/a/2012' => '');
# 25 of 50 is half, a growth by a quarter is half of what is full: 0.6 * 50 + 0.4 * 50.
near_at('level', 'A/a/2013' => 50, 'B/a/2011' => 60 + 20, 'B/a/2012' => 60);
is_at('level', 'A/a/2012' => '', 'A/a/2010' => '');
is_at('fraction', 'A/a' => 25, 'B/a' => 100, 'A/b' => 100);
near_at('fraction', 'C/b' => 100 / 3);
# a of 2012 lies between 6 and 50, of all years between -5 and 50.
near_at('yearly', 'A/a/2012' => 100 * 14 / 44);
near_at('together', 'A/a/2012' => 100 * 25 / 55);
near_at('available', 'A' => 1, 'B' => 2 / 3);
is_at('included', 'A' => 'true', 'B' => 'true');
is_at('in_groups', 'B/G' => 0.5, 'B/c' => 1);
# An indicator that hangs higher up is its own group. The group of two weighs two.
is_at('groups', 'A/G' => 5.5, 'A/c' => 8, 'C/G' => -1, 'C/c' => 2);
near_at('total', 'A' => (2 * 5.5 + 8) / 3, 'B' => (2 * 40 + 4) / 3);
is_at('parent', 'c' => 1);
# a: 10, 40, -5 with G: 5.5, 40, -1.
{
    my @x = (10, 40, -5);
    my @y = (5.5, 40, -1);
    my ($mx, $my) = (15, 44.5 / 3);
    my ($xy, $xx, $yy) = (0, 0, 0);
    for (0 .. 2) {
        $xy += ($x[$_] - $mx) * ($y[$_] - $my);
        $xx += ($x[$_] - $mx)**2;
        $yy += ($y[$_] - $my)**2;
    }
    near_at('parent', 'a' => $xy / sqrt($xx * $yy));
}
is($got->{within}{$_}, $got->{of_all}{$_}, "within a group as of all, $_") for 'a/b', 'b/a', 'a/a', 'c/c';
is_at('within', 'a/c' => '', 'c/b' => '');
# a and b of A and C: 10, -5 against 1, 3; c has another parent.
is_at('collinear', 'a/b' => 'true', 'a/a' => 'false', 'a/c' => 'false');

# Significance: with 4 pairs, two degrees of freedom, the tail has a closed form: p = 1 - t / sqrt(t^2 + 2).
my $small = outputs(rule(<<'LUA', 't = csv("four.csv", { rows = "unit", label = "unit" })'), '--data', 't=' . file('four.csv', "unit,r\na,0.5\nb,-0.5\nc,1\nd,0\n"));
    local describe = require "methods.describe"
    return { p = describe.significance(data.t.r, 4) }
LUA
my $t = 0.5 * sqrt(2 / 0.75);
near($small->{p}{$_}, 1 - $t / sqrt($t * $t + 2), 1e-12, "a correlation of a half, $_") for 'a', 'b';
is($small->{p}{c}, 0, 'of one');
near($small->{p}{d}, 1, 1e-12, 'of none');

# p-values: x and y have ties, z and w have none (nine units); v against x misses one. Expected: R 4.2.2, cor.test.
my $chance = outputs(rule(<<'LUA', 't = csv("chance.csv", { unit = "unit" })'), '--data', 't=' . file('chance.csv', <<'CSV'));
    local describe, t = require "methods.describe", data.t
    local out = {}
    for _, m in ipairs { "pearson", "spearman", "kendall" } do
      out[m] = describe.p_values(t, "indicator", { method = m })
      out[m .. "_near"] = describe.p_values(t, "indicator", { method = m, exact = false })
    end
    return out
LUA
unit,x,y,z,w,v
a,3,2,10,1,8
b,1,7,2,5,6
c,4,1,33,2,7
d,1,8,4,6,
e,5,2,21,3,5
f,9,8,47,9,3
g,2,1,5,8,0
h,6,8,38,7,9
i,5,2,12,4,1
CSV
my %r = (
    'pearson x/y' => 0.67822241501253089,
    'pearson x/z' => 0.0012690069309729695,
    'pearson z/w' => 0.51896754030665737,
    'pearson v/w' => 0.27692689272686682,
    'pearson v/z' => 0.5118286625069155,
    'spearman x/y' => 0.58814012443372699,
    'spearman_near x/y' => 0.58814012443372699,
    'spearman x/z' => 0.00015311536072669949,
    'spearman_near x/z' => 0.00015311536072669949,
    'spearman z/w' => 0.70806878306878307,
    'spearman_near z/w' => 0.70009423096914192,
    'spearman v/w' => 0.26746031746031745,
    'spearman_near v/w' => 0.2604047674368849,
    'spearman v/z' => 0.58214285714285718,
    'spearman_near v/z' => 0.57015632081576828,
    'kendall x/y' => 0.50773744664524023,
    'kendall_near x/y' => 0.50773744664524023,
    'kendall x/z' => 0.001565402258002551,
    'kendall_near x/z' => 0.001565402258002551,
    'kendall z/w' => 0.76141424162257487,
    'kendall_near z/w' => 0.67665732171642434,
    'kendall v/w' => 0.27509920634920637,
    'kendall_near v/w' => 0.2160205809554589,
    'kendall v/z' => 0.54841269841269846,
    'kendall_near v/z' => 0.45790105544025489,
);
for my $case (sort keys %r) {
    my ($method, $pair) = split ' ', $case;
    near($chance->{$method}{$pair}, $r{$case}, 1e-12, "p of $case");
}

# Years: one yardstick for all is that of the same values as so many units; one of a base year is that of its units.
my @panel = (['A', 2010, 3, 8], ['A', 2011, 5, 6], ['A', 2012, 6, 4], ['B', 2010, 7, 8], ['B', 2011, '', 3],
    ['B', 2012, 2, 9], ['C', 2010, 4, 1], ['C', 2011, 4, 5], ['C', 2012, 9, 2], ['D', 2010, 1, 7], ['D', 2011, 8, 8]);
my @ways = qw(minmax zscore standardised referenced rank borda percentile distance_to_maximum distance_to_target fraction_of_maximum);
my ($better, $options) = ('{ better = where(labels("indicator"):eq("q"), "lower", "higher"), target = 6 }');
sub scores {
    my ($key, $options, $rows) = @_;
    my $calls = join ', ', map { "$_ = normalise.$_(data.x, $better, $options)" } @ways, 'distance_to_reference';
    $calls =~ s/, distance_to_reference = .*// unless $key =~ /year/;
    my $csv = 'unit,' . ($key =~ /year/ ? 'year,' : '') . "p,q\n" . join '', map { join(',', @$_) . "\n" } @$rows;
    return outputs(rule("    local normalise = require 'methods.normalise'\n    return { $calls }\n", "x = csv('s.csv', $key)"),
        '--data', 'x=' . file('s.csv', $csv));
}
my $years = "{ unit = 'unit', year = 'year' }";
my $global = scores($years, "{ unit = 'C', over = { 'unit', 'year' } }", \@panel);
my $stacked = scores("{ unit = 'unit' }", '{}', [map { ["$_->[0]-$_->[1]", @$_[2, 3]] } @panel]);
my $base = scores($years, "{ unit = 'C', base = 2010 }", \@panel);
my $yearly = scores($years, "{ unit = 'C' }", \@panel);
my $alone = scores($years, "{ unit = 'C' }", [grep { $_->[1] == 2010 } @panel]);
for my $way (@ways) {
    my ($same, $count) = (0, 0);
    for my $row (@panel) {
        for my $indicator ('p', 'q') {
            my ($one, $two) = ($global->{$way}{"$row->[0]/$indicator/$row->[1]"}, $stacked->{$way}{"$row->[0]-$row->[1]/$indicator"});
            $count++;
            $same++ if defined $one && defined $two && ($one eq $two || (length $one && abs($one - $two) <= 1e-12 * abs $two));
        }
    }
    is($same, $count, "$way over units and years is $way over as many units");
    for my $got ($base, $yearly) {
        is_deeply([map { $got->{$way}{"$_/q/2010"} } 'A' .. 'D'], [map { $alone->{$way}{"$_/q/2010"} } 'A' .. 'D'],
            "$way in the base year, or by the year, is that of the year alone");
    }
}
# 2010: p is 3 7 4 1, its mean 15/4; in 2012 A has 6, C 9. The reference unit C has 4 in 2010.
near($base->{minmax}{'A/p/2012'}, 100 * 5 / 6, 1e-12, 'between the ends of the base year');
near($base->{minmax}{'C/p/2012'}, 100 * 8 / 6, 1e-12, 'and beyond');
near($base->{zscore}{'C/p/2012'}, (9 - 3.75) / sqrt(18.75 / 3), 1e-12, 'deviations of the base year');
is($base->{rank}{'A/p/2012'}, 4, 'above three of the base year');
near($base->{percentile}{'A/p/2012'}, 100, 1e-12, 'all others of the base year are three');
near($base->{distance_to_reference}{'A/p/2012'}, 100 * (1 - (4 - 6) / 3), 1e-12, 'the reference of the base year');
near($global->{distance_to_reference}{'A/p/2012'}, 100 * (1 - (9 - 6) / 8), 1e-12, 'the reference of the year, the worst of all');

my $paths = outputs(rule(<<'LUA', 't = csv("p.csv", { unit = "unit", year = "year", value = "v" })'), '--data', 't=' . file('p.csv', <<'CSV'));
    local years, x = require "methods.years", data.t
    local p = years.paths(x)
    return {
      rank = p.rank, moves = p.moves, best = p.best, worst = p.worst, mean = p.mean, leads = p.leads,
      volatility = p.volatility, turnover = p.turnover,
      change = years.change(x), change2 = years.change(x, 2), index = years.index(x, 2011),
      chained = years.chained(years.link(x)), chained_to = years.chained(years.link(x), 2012),
      several = years.chained(mean(years.link(x), "unit")),
    }
LUA
unit,year,v
A,2010,10
A,2011,20
A,2012,30
A,2013,15
B,2010,40
B,2011,10
B,2012,20
B,2013,30
C,2010,20
C,2011,40
C,2012,
C,2013,25
CSV
$got = $paths;
is_at('rank', 'A/2010' => 3, 'A/2012' => 1, 'C/2012' => '', 'B/2013' => 1);
is_at('moves', 'A/2010' => '', 'A/2011' => 1, 'A/2012' => 1, 'A/2013' => -2, 'B/2011' => -2, 'C/2012' => '', 'C/2013' => '');
is_at('best', A => 1, B => 1, C => 1);
is_at('worst', A => 3, B => 3, C => 2);
near_at('mean', A => 9 / 4, B => 7 / 4, C => 5 / 3);
is_at('leads', A => 1, B => 2, C => 1);
near_at('volatility', A => 4 / 3, B => 4 / 3, C => 1);
near_at('turnover', 2011 => 4 / 3, 2012 => 1, 2013 => 3 / 2);
is_at('turnover', 2010 => '');
is_at('change', 'A/2011' => 10, 'A/2013' => -15, 'A/2010' => '', 'C/2013' => '');
is_at('change2', 'A/2012' => 20, 'C/2013' => -15);
near_at('index', 'A/2010' => 50, 'A/2013' => 75, 'B/2011' => 100);
near_at('chained', 'A/2010' => 100, 'A/2012' => 300, 'A/2013' => 150, 'C/2011' => 200);
is_at('chained', 'C/2012' => '', 'C/2013' => '');
near_at('chained_to', 'A/2012' => 100, 'A/2010' => 100 / 3);
# Links: 2, 1/4, 2; 3/2, 2; 1/2, 3/2.
near_at('several', 2010 => 100, 2011 => 100 * 4.25 / 3, 2012 => 100 * 4.25 / 3 * 1.75, 2013 => 100 * 4.25 / 3 * 1.75);

# Winsorising counts points: two at 500 move to 90, which makes two; the third, at 90, stays with most = 2 and moves with 3.
# With all of them the least steep fall of the ends is reached. Options may come from parameters.
{
    my @values = ((1 .. 30), 500, 500, 90, 45);
    file('long.csv', "unit,x\n" . join '', map { sprintf "U%02d,%s\n", $_ + 1, $values[$_] } 0 .. $#values);
    my $rules = file('long.lua', <<'LUA');
local treat, normalise, describe = require "methods.treat", require "methods.normalise", require "methods.describe"
local combine = require "methods.combine"
return assessment {
  id = "long", title = "Long tails", data = { x = csv("long.csv", { unit = "unit" }) },
  params = { most = 2, divisor = "n", target = 100 },
  compute = function(a)
    local y, n = treat.winsorise(a.data.x, a.params)
    local x = a.data.x
    return { y = y, n = n, z = normalise.zscore(x, nil, a.params.divisor), far = normalise.distance_to_target(x / 1e9, { target = 1 }) }
  end,
}
LUA
    for my $case ([ 2, '90 90 90 45', 2 ], [ 3, '45 45 45 45', 3 ], [ 1, '90 90 90 45', 2 ], [ 0, '500 500 90 45', 0 ]) {
        my ($most, $ends, $points) = @$case;
        $got = outputs($rules, '--set', "params.most=$most");
        is(join(' ', map $got->{y}{"U$_/x"}, 31 .. 34), $ends, "winsorised with most = $most, by a parameter");
        is($got->{n}{x}, $points, "$points points moved");
    }
    my $mean = 0;
    $mean += $_ / @values for @values;
    my $variance = 0;
    $variance += ($_ - $mean)**2 / @values for @values;
    near_at('z', 'U01/x' => (1 - $mean) / sqrt $variance);
    # (x - min) / (target - min), to the last digits.
    near($got->{far}{'U02/x'} * 1e7, (2e-9 - 1e-9) / (1 - 1e-9) * 100 * 1e7, 1e-14, 'far below the target nothing cancels');
    my $reference = outputs(rule('    return { r = normalise.distance_to_reference(data.x, nil, { unit = "C" }), m = normalise.distance_to_maximum(data.x) }',
        'x = csv("far.csv", { unit = "unit" })'), '--data', 'x=' . file('far.csv', "unit,x\nA,0\nB,0.0000003\nC,30\n"));
    is($reference->{$_}{'B/x'}, '1e-6', "nor to the $_") for 'r', 'm';
}

# A table of data serves as parameters, and what is optional is optional there, in the parameters and in the index.
{
    my $of = file('limits.csv', "unit,x,standard\nA,5,10\nB,20,10\nC,30,\n");
    my $tables = outputs(rule(<<'LUA', 't = csv("limits.csv", { rows = "unit", label = "unit" })'), '--data', "t=$of");
    return { ratio = normalise.ratio(data.t.x, data.t), z = normalise.rank(data.t.x, data.t) }
LUA
    $got = $tables;
    is_at('ratio', A => 50, B => 100, C => '');
    is_at('z', A => 1, B => 2, C => 3);
}

# Correlations at two levels of one index, in one rule, and components too.
{
    file('levels.csv', "unit,p,q,r,s\nA,1,5,2,9\nB,2,3,7,4\nC,4,4,1,6\nD,6,1,5,2\n");
    my $levels = outputs(file('levels.lua', <<'LUA'));
local describe, combine, weigh = require "methods.describe", require "methods.combine", require "methods.weigh"
return assessment { id = "levels", title = "Levels", data = { x = csv("levels.csv", { unit = "unit" }) },
  index = index { "all", "All", group { "G", "G", indicator { "p", "P" }, indicator { "q", "Q" } },
    group { "H", "H", indicator { "r", "R" }, indicator { "s", "S" } } },
  compute = function(a)
    local x = a.data.x
    local g = combine.weighted_mean(x, a.index)
    local _, first = weigh.pca(x)
    local _, second = weigh.pca(g, { along = "group" })
    return { low = (describe.correlations(x, "indicator")), high = (describe.correlations(g, "group")), p = describe.p_values(g, "group"),
      within = (describe.within_groups(g, a.index)), first = first.values, second = second.values }
  end,
}
LUA
    my %x = (p => [ 1, 2, 4, 6 ], q => [ 5, 3, 4, 1 ], G => [ 3, 2.5, 4, 3.5 ], H => [ 5.5, 5.5, 3.5, 3.5 ]);
    my $r = sub {
        my ($a, $b) = map $x{$_}, @_;
        my ($ma, $mb) = map { my $t = 0; $t += $_ / 4 for @$_; $t } $a, $b;
        my ($ab, $aa, $bb) = (0, 0, 0);
        for (0 .. 3) { $ab += ($a->[$_] - $ma) * ($b->[$_] - $mb); $aa += ($a->[$_] - $ma)**2; $bb += ($b->[$_] - $mb)**2 }
        return $ab / sqrt($aa * $bb);
    };
    $got = $levels;
    near_at('low', 'p/q' => $r->('p', 'q'));
    near_at('high', 'G/H' => $r->('G', 'H'), 'H/G' => $r->('G', 'H'));
    near_at('within', 'G/H' => $r->('G', 'H'));
    near_at('second', 1 => 1 + abs $r->('G', 'H'), 2 => 1 - abs $r->('G', 'H'));
}

# Nearest neighbours: the example of scikit-learn's KNNImputer, two neighbours, figures as they are; and by hand with ranges:
# of A and D both p and r are known, q ranges over 4, so that A is nearer to B than D is.
{
    file('knn.csv', "unit,p,q,r\nA,1,2,\nB,3,4,3\nC,,6,5\nD,8,8,7\n");
    my $run = outputs(file('knn.lua', <<'LUA'));
local impute = require "methods.impute"
return assessment { id = "knn", title = "k nearest", data = { x = csv("knn.csv", { unit = "unit" }) }, params = { k = 2 },
  compute = function(a)
    local x = a.data.x
    return { plain = impute.nearest(x, { k = a.params.k, scale = "none" }), ranged = impute.nearest(x, { k = 1 }),
      sd = impute.nearest(x, { k = 1, scale = "sd" }), weighed = impute.nearest(x, { k = 2, weights = "distance" }) }
  end }
LUA
    near($run->{plain}{'A/r'}, 4, 1e-12, 'nearest neighbours as scikit-learn prints: 4');
    near($run->{plain}{'C/p'}, 5.5, 1e-12, 'and 5.5');
    # Ranges: p 7, q 6, r 4. A to B: p 2/7, q 2/6; to C: q 4/6; to D: p 7/7, q 1. C to B: q 2/6, r 2/4; to D the same.
    is($run->{ranged}{'A/r'}, 3, 'one neighbour: B');
    near($run->{ranged}{'C/p'}, 5.5, 1e-12, 'B and D are equally near to C: both count, whatever their names');
    near($run->{sd}{'C/p'}, 5.5, 1e-12, 'by standard deviations, too');
    my ($b, $c) = (sqrt(((2 / 7)**2 + (2 / 6)**2) / 2), 4 / 6);
    near($run->{weighed}{'A/r'}, (3 / $b + 5 / $c) / (1 / $b + 1 / $c), 1e-12, 'weighed by 1 / distance');
    is($run->{plain}{'B/p'}, 3, 'what is there stays');
}

# Winsorised, then logged: COINr's combine_treat, by a loop over its own words. 20 figures, three of them far out, and one
# step of winsorising at most.
{
    my @x = (1 .. 17, 90, 400, 2000);
    my $shape = sub { # sample skewness and excess kurtosis, Joanes and Gill's type 2
        my @v = @_;
        my $n = @v;
        my $m = 0; $m += $_ / $n for @v;
        my ($m2, $m3, $m4) = (0, 0, 0);
        for (@v) { my $d = $_ - $m; $m2 += $d**2 / $n; $m3 += $d**3 / $n; $m4 += $d**4 / $n }
        return ($m3 / $m2**1.5 * sqrt($n * ($n - 1)) / ($n - 2), ($n - 1) / (($n - 2) * ($n - 3)) * (($n + 1) * ($m4 / $m2**2 - 3) + 6));
    };
    my $fails = sub { my ($skew, $kurtosis) = $shape->(@_); return abs($skew) >= 2 && $kurtosis >= 3.5 };
    my @w = @x;
    ok($fails->(@w), 'the figures are skewed');
    my ($top) = sort { $b <=> $a } @w;
    my ($next) = sort { $b <=> $a } grep { $_ < $top } @w;
    @w = map { $_ == $top ? $next : $_ } @w;
    ok($fails->(@w), 'and one step does not mend it');
    my $logged = sub { my @v = @_; my ($lo, $hi) = (sort { $a <=> $b } @v)[ 0, -1 ]; return map log($_ - $lo + 0.01 * ($hi - $lo)), @v };
    file('both.csv', csv_text([ 'unit', 'p' ], map [ sprintf('u%02d', $_ + 1), $x[$_] ], 0 .. $#x));
    my $run = outputs(file('both.lua', <<'LUA'));
local treat = require "methods.treat"
return assessment { id = "both", title = "both", data = { x = csv("both.csv", { unit = "unit" }) },
  compute = function(a)
    local y, t = treat.winsorise_or_log(a.data.x, { most = 1, combine = true })
    local z, u = treat.winsorise_or_log(a.data.x, { most = 1 })
    return { both = y, points = t.points, passed = t.passed_treated, skewness = t.skewness_treated, kurtosis = t.kurtosis_treated,
      alone = z, plain = u.points }
  end }
LUA
    my @want = $logged->(@w);
    my @alone = $logged->(@x);
    near($run->{both}{ sprintf 'u%02d/p', $_ + 1 }, $want[$_], 1e-12, "winsorised, then logged: $x[$_]") for 0, 9, 17 .. 19;
    near($run->{alone}{ sprintf 'u%02d/p', $_ + 1 }, $alone[$_], 1e-12, "logged only: $x[$_]") for 0, 19;
    my ($skew, $kurtosis) = $shape->(@want);
    near($run->{skewness}{p}, $skew, 1e-12, 'its skewness');
    near($run->{kurtosis}{p}, $kurtosis, 1e-12, 'its kurtosis');
    is($run->{passed}{p}, $fails->(@want) ? 'false' : 'true', 'passed or not');
    is($run->{points}{'u20/p'}, 'winhi+log', 'the point that was moved is named so');
    is($run->{points}{'u01/p'}, 'log', 'the others are logged');
    is($run->{plain}{'u20/p'}, 'log', 'without combine the logarithm is of what was observed');
}

# Places with weights of one's own, the penalty by n - 1, obstacles, one left out after the other, a deep tree weighed anew.
{
    file('deep.csv', "unit,p,q,r,s\nA,70,100,30,60\nB,20,,90,40\nC,100,100,100,100\n");
    my $run = outputs(file('deep.lua', <<'LUA'));
local combine, weigh, normalise = require "methods.combine", require "methods.weigh", require "methods.normalise"
return assessment { id = "deep", title = "deep", data = { x = csv("deep.csv", { unit = "unit" }) },
  levels = { "indicator", "pillar", "part", "index" },
  index = index { "all", "All",
    group { "I", "I", weight = 3, group { "G", "G", weight = 1, indicator { "p", "p", weight = 2 }, indicator { "q", "q", weight = 2 } },
      group { "H", "H", weight = 4, indicator { "r", "r" } } },
    group { "J", "J", weight = 1, group { "K", "K", indicator { "s", "s" } } } },
  compute = function(a)
    local x, i = a.data.x, a.index
    local function total(y, index) return combine.weighted_mean(combine.weighted_mean(combine.weighted_mean(y, index), index), index) end
    local flat = { level = function(_, name) local l = i:level(name) return { axis = l.axis, weight = l.weight } end }
    local share, pillars = combine.obstacles(x, i)
    local anew = weigh.using(i, { indicator = { p = 1, q = 0 }, pillar = { H = 1 }, part = { J = 3 } })
    return { owa = combine.owa(x, flat, { 0.4, 0.3, 0.2, 0.1 }), mpi = combine.mazziotta_pareto(x, flat, { divisor = "n-1" }),
      by_n = combine.mazziotta_pareto(x, flat), standard = normalise.standardised(x, i, { divisor = "n-1" }),
      share = share, pillars = pillars, tight = (combine.obstacles(x / 100, i, 1)),
      without = total(combine.without_each(x, i), i), anew = total(x, anew) }
  end }
LUA
    # A: 100, 70, 60, 30; B: 90, 40, 20, three of four: the list's first 1 1/3, the next, the rest.
    near($run->{owa}{A}, 40 + 21 + 12 + 3, 1e-12, 'weights of one\'s own for places');
    near($run->{owa}{B}, (0.4 + 0.1) * 90 + (0.2 + 0.4 / 3) * 40 + (0.2 / 3 + 0.1) * 20, 1e-12, 'stretched over fewer');
    # Weights 2, 2, 1, 1: the mean of A is (140 + 200 + 30 + 60) / 6; the variance by n over four figures times 4/3.
    my $m = 430 / 6;
    my $v = (2 * (70 - $m)**2 + 2 * (100 - $m)**2 + (30 - $m)**2 + (60 - $m)**2) / 6;
    near($run->{by_n}{A}, $m - $v / $m, 1e-12, 'Mazziotta-Pareto by n');
    near($run->{mpi}{A}, $m - $v * 4 / 3 / $m, 1e-12, 'and by n - 1');
    near($run->{standard}{'A/p'}, 100 + 10 * (70 - 190 / 3) / sqrt(((70 - 190 / 3)**2 + (20 - 190 / 3)**2 + (100 - 190 / 3)**2) / 2), 1e-12, 'scores by n - 1');
    # Effective weights: p and q 3/4 * 1/5 * 1/2 each, r 3/4 * 4/5, s 1/4. A lacks 30, 0, 70, 40.
    my %way = (p => 0.075 * 30, q => 0, r => 0.6 * 70, s => 0.25 * 40);
    my $whole = $way{p} + $way{r} + $way{s};
    near($run->{share}{"A/$_"}, 100 * $way{$_} / $whole, 1e-12, "obstacle $_") for qw(p q r s);
    near($run->{tight}{"A/$_"}, 100 * $way{$_} / $whole, 1e-12, "of scores from 0 to 1: $_") for qw(p r);
    near($run->{pillars}{'A/G'}, 100 * $way{p} / $whole, 1e-12, 'by pillar');
    is($run->{share}{'C/p'}, '', 'who lacks nothing has no obstacles');
    near($run->{share}{'B/s'}, 100 * 15 / (0.075 * 80 + 0.6 * 10 + 15), 1e-12, 'what is not known takes no part');
    # A without p: G is q, I (100 + 4 * 30) / 5 = 44; without r: I is G = 85; without s: J has nothing, I = (85 + 120) / 5 = 41.
    near($run->{without}{'A/p'}, (3 * 44 + 60) / 4, 1e-12, 'A without p');
    near($run->{without}{'A/r'}, (3 * 85 + 60) / 4, 1e-12, 'A without r, which was alone in its pillar');
    near($run->{without}{'A/s'}, 41, 1e-12, 'A without s, which was alone in its part');
    # G is p, I = (70 + 30) / 2, the whole (3 * 50 + 3 * 60) / 6.
    near($run->{anew}{A}, 55, 1e-12, 'several levels weighed anew at once');
}
# The comment of a public function has the same parts in the same order; mcda/rows.lua and mcda/pairs.lua are not public.
for my $path (glob('rules/methods/*.lua'), grep { !m{/(?:rows|pairs)\.lua$} } glob 'rules/methods/mcda/*.lua') {
    my @lines = split /\n/, slurp($path);
    for my $at (grep { $lines[$_] =~ /^function M\./ } 0 .. $#lines) {
        my ($name) = $lines[$at] =~ /^function M\.(\w+)/;
        my $first = $at;
        $first-- while $first && $lines[ $first - 1 ] =~ /^--/;
        my @parts = map { /^-- (Arguments|Result|Missing|Errors|Source): ./ ? $1 : () } @lines[ $first .. $at ];
        is("@parts", 'Arguments Result Missing Errors Source', "$path: $name says all a reader must know");
        like($lines[$first], qr/^--- \S/, "$path: $name begins with what it computes");
    }
}

done_testing();
