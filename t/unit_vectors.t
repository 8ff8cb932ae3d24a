#!/usr/bin/perl
# Small vectors with ties and missing values, against COINr: normalisation, imputation, transformation,
# winsorising, shape, aggregation, outranking. Numbers agree to 1e-12 relative. Where COINr has an infinity or no
# number, the value is missing here.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use File::Copy qw(copy);
use Test::More;

my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/asem/unit';
plan skip_all => 'the reference data is not here' unless -d $reference;
copy($_, $tmp) for glob "$reference/*.csv";

sub table {
    my ($head, @rows) = csv_rows(slurp("$reference/$_[0].csv"));
    return map { my %row; @row{@$head} = @$_; \%row } @rows;
}

sub compare {
    my ($name, $pairs) = @_;
    my @off;
    for (@$pairs) {
        my ($where, $got, $want) = @$_;
        $want = '' if $want =~ /^-?(NA|NaN|Inf)$/;
        next if $got eq $want;
        my $number = qr/^-?[0-9]/;
        next if $got =~ $number && $want =~ $number && abs($got - $want) <= 1e-12 * (abs $want > 1 ? abs $want : 1);
        push @off, "$where: " . ($got eq '' ? 'nothing' : $got) . ", COINr $want";
    }
    ok(@$pairs && !@off, "$name: " . @$pairs . ' values') or diag(join "\n", @off[0 .. ($#off > 9 ? 9 : $#off)]);
}

my $rules = file('vectors.lua', <<'LUA');
local normalise, impute, treat = require "methods.normalise", require "methods.impute", require "methods.treat"
return assessment {
  id = "vectors", title = "Vectors",
  data = { x = csv("vectors.csv", { unit = "i", indicator = "vec", value = "x" }) },
  compute = function(a)
    local x, n = a.data.x, normalise
    local lower = { better = "lower", target = -6 }
    local out = {
      minmax_0_100 = n.minmax(x), minmax_1_10 = n.minmax(x, nil, { from = 1, to = 10 }),
      zscore = n.zscore(x), zscore_10_2 = n.zscore(x, nil, { mean = 10, sd = 2 }),
      rank_min = n.rank(x), rank_average = rank(x, "unit", { order = "ascending", ties = "average" }),
      rank_max = rank(x, "unit", { order = "ascending", ties = "max" }),
      rank_df = rank(x, "unit"), borda = n.borda(x), prank = n.percentile(x) / 100,
      dist2max = n.distance_to_maximum(x) / 100, fracmax = n.fraction_of_maximum(x) / 100,
      scaled_0_50_100 = n.goalposts_open(x, { low = 0, high = 50 }),
      dist2ref_i2 = n.distance_to_reference(x, nil, { unit = "2" }) / 100,
      dist2ref_i2_cap = n.distance_to_reference(x, nil, { unit = "2", cap = true }) / 100,
      dist2targ_6 = n.distance_to_target(x, { target = 6 }) / 100,
      dist2targ_6_cap = n.distance_to_target(x, { target = 6 }, { cap = true }) / 100,
      dist2targ_m6_neg = n.distance_to_target(x, lower) / 100,
      dist2targ_m6_neg_cap = n.distance_to_target(x, lower, { cap = true }) / 100,
      goalposts_1_8_100 = n.goalposts(x, { low = 1, high = 8 }),
      goalposts_1_8_1_notrunc = n.goalposts_open(x, { low = 1, high = 8 }) / 100,
      goalposts_1_8_1_neg = n.goalposts(x, { low = 8, high = 1 }) / 100,
      log_CT = treat.log_shifted(x), log_CT_orig = treat.log_from_one(x), log_CT_plus = treat.log_shifted_by_skew(x),
      boxcox_0 = treat.boxcox(x, 0), ["boxcox_0.5"] = treat.boxcox(x, 0.5), boxcox_2 = treat.boxcox(x, 2),
      i_mean = impute.mean(x), i_median = impute.median(x),
      n = count(x, "unit"), skew = skewness(x, "unit"), kurt = kurtosis(x, "unit"),
      pass = where(treat.skewed(x), 0, 1),
    }
    for _, most in ipairs { 1, 2, 3, 5 } do
      local y, steps = treat.winsorise(x, { most = most })
      out["winsorised" .. most], out["steps" .. most] = y, steps
    end
    return out
  end,
}
LUA
my $got = outputs($rules);
my @vectors = table('vectors');
for my $method (grep !/^(vec|i|x|log_GII_COINR_NOOP_BUG)$/, sort keys %{ $vectors[0] }) {
    # With the reference unit the worst one, COINr cuts an infinity off at 1; a division by 0 stays one here.
    my @some = grep { $method ne 'dist2ref_i2_cap' || $_->{dist2ref_i2} !~ /Inf/ } @vectors;
    compare($method, [ map [ "$_->{vec} $_->{i}", $got->{$method}{"$_->{i}/$_->{vec}"} // '?', $_->{$method} ], @some ]);
}
compare('rank', [ map [ "$_->{vec} $_->{i}", $got->{rank_df}{"$_->{i}/$_->{vec}"} // '?', $_->{rank_desc_min} ], table('rank_df') ]);
for my $column (qw(n skew kurt pass)) {
    compare($column, [ map [ $_->{vec}, $got->{$column}{ $_->{vec} } // '?', $_->{$column} ], table('skew_kurt') ]);
}
my @steps = table('winsorise');
compare('winsorised', [ map [ "$_->{vec} $_->{i} by $_->{winmax}", $got->{"winsorised$_->{winmax}"}{"$_->{i}/$_->{vec}"} // '?', $_->{x} ], @steps ]);
compare('steps', [ map [ "$_->{vec} by $_->{winmax}", $got->{"steps$_->{winmax}"}{ $_->{vec} } // '?', $_->{nwin} ], @steps ]);

# Rows of four indicators, weights 1, 2, 0.5, 1.5.
my @rows = table('aggregation_rows_w_1_2_0.5_1.5');
file('rows.csv', csv_text([qw(row a b c d)], map { my $n = $_; [ "r$n", @{ $rows[ $n - 1 ] }{qw(a b c d)} ] } 1 .. @rows));
my $means = outputs(file('rows.lua', <<'LUA'));
local combine, normalise = require "methods.combine", require "methods.normalise"
return assessment {
  id = "rows", title = "Rows",
  data = { x = csv("rows.csv", { unit = "row" }) },
  index = index { "all", "All",
    indicator { "a", "A", weight = 1 }, indicator { "b", "B", weight = 2 },
    indicator { "c", "C", weight = 0.5 }, indicator { "d", "D", weight = 1.5 },
  },
  compute = function(a)
    local x, i = a.data.x, a.index
    local b = x:at { indicator = "b" }   -- 10, 2, 30, 4, missing, missing, 2
    return {
      amean = combine.weighted_mean(x, i), gmean = combine.geometric(x, i), hmean = combine.harmonic(x, i),
      genmean_p2 = combine.power(x, i, 2), genmean_pm1 = combine.power(x, i, -1),
      ["genmean_p0.5"] = combine.power(x, i, 0.5), copeland = combine.copeland(x:only { unit = { "r1", "r2", "r7" } }, i),
      outranking = combine.outranking(x, i), mpi = combine.mazziotta_pareto(x, i),
      mpi_plus = combine.mazziotta_pareto(x, i, { penalty = "plus" }), owa = combine.owa(x, i, 2), owa_mean = combine.owa(x, i, 1),
      enough = combine.enough(x, i, 0.75), enough_all = combine.enough(x, i, 1),
      wroclaw = combine.wroclaw(x:only { unit = { "r1", "r2" }, indicator = { "a", "b" } }, i),
      referenced = normalise.referenced(b), referenced_lower = normalise.referenced(b, { better = "lower" }),
      referenced_to = normalise.referenced(b, { low = 0, high = 20, reference = 5 }), standardised = normalise.standardised(b),
    }
  end,
}
LUA
for my $method (qw(amean gmean hmean genmean_p2 genmean_pm1 genmean_p0.5)) {
    my @some = grep { $method !~ /genmean/ || $rows[ $_ - 1 ]{$method} ne 'NA' } 1 .. @rows;
    compare($method, [ map [ "row $_", $means->{$method}{"r$_"} // '?', $rows[ $_ - 1 ]{$method} ], @some ]);
}
# COINr's generalised mean gives nothing as soon as anything is missing; ours takes what is there, as the other means
# do: of row 3 with p = -1 it is the harmonic one.
is($means->{genmean_pm1}{r3}, $rows[2]{hmean}, 'a generalised mean over what is present');
# Where one of two units lacks something, COINr counts its weight for the one that stands later; ours compares what both
# have. So only complete rows are compared; and one pair by hand: r3 beats r4 in b and c, the two they share.
# COINr writes 0 for a unit against itself, where ours says that it equals itself.
my %whole = map { ("r$_" => 1) } grep { join(',', @{ $rows[ $_ - 1 ] }{qw(a b c d)}) !~ /NA/ } 1 .. @rows;
compare('outranking', [ map { my $row = $_; map [ "$row->{row} over $_", $means->{outranking}{"$row->{row}/$_"} // '?', $row->{$_} ],
    grep { $whole{$_} && $_ ne $row->{row} } sort keys %$row } grep { $whole{ $_->{row} } } table('outrank_rows_withNA') ]);
is($means->{outranking}{'r3/r4'}, 1, 'over what both have');
is($means->{outranking}{'r6/r1'}, '', 'nobody outranks or is outranked without anything');
# Of r1, r2 and r7: r1 beats both with 4 and 3 of 5, r7 beats r2 with 3 of 5.
is(join(' ', map $means->{copeland}{$_}, qw(r1 r2 r7)), '2 -2 0', 'Copeland by hand');
is($means->{outranking}{'r1/r1'}, 0.5, 'a unit equals itself');

# Not in COINr, by hand. Row r1 has 5.8 as weighted mean and a variance of (1*4.8^2 + 2*4.2^2 + 0.5*1.2^2 + 1.5*2.8^2) / 5.
near($means->{mpi}{r1}, 5.8 - (23.04 + 35.28 + 0.72 + 11.76) / 5 / 5.8, 1e-12, 'Mazziotta and Pareto: the mean less a penalty');
near($means->{mpi_plus}{r1}, 5.8 + (23.04 + 35.28 + 0.72 + 11.76) / 5 / 5.8, 1e-12, 'or more');
is($means->{mpi}{r2}, 2, 'none for being even');
# 10, 7, 3, 1 in order; alpha = 2 weighs them 1/16, 3/16, 5/16, 7/16. Of r3: 30, 9, 3 by 1/9, 3/9, 5/9.
near($means->{owa}{r1}, (10 + 3 * 7 + 5 * 3 + 7 * 1) / 16, 1e-12, 'ordered weighted average');
near($means->{owa}{r3}, (30 + 3 * 9 + 5 * 3) / 9, 1e-12, 'of what is present');
near($means->{owa_mean}{r1}, (10 + 7 + 3 + 1) / 4, 1e-12, 'with alpha = 1 the mean');
is(join(' ', map $means->{enough}{$_}, qw(r1 r3 r5 r6)), 'true true true false', 'three of four are enough');
is($means->{enough_all}{r3}, 'false', 'where all are asked for, they are not');
# Two complete units, a and b alone: r1 (1, 10), r2 (2, 2) of weights 1 and 2; the ideal is (2, 10).
# d = sqrt((1 * 1 + 0) / 3) and sqrt((0 + 2 * 64) / 3).
{
    my @d = (sqrt(1 / 3), sqrt(128 / 3));
    my $mean = ($d[0] + $d[1]) / 2;
    my $norm = $mean + 2 * abs($d[0] - $d[1]) / sqrt(2);
    near($means->{wroclaw}{"r$_"}, 1 - $d[ $_ - 1 ] / $norm, 1e-12, "Wroclaw, r$_") for 1, 2;
}
# b is 10, 2, 30, 4 and 2: between 2 and 30, whose middle is 16.
near($means->{referenced}{r4}, 100 + 60 * (4 - 16) / 28, 1e-12, 'from 70 to 130, the middle at 100');
near($means->{referenced_lower}{r4}, 100 - 60 * (4 - 16) / 28, 1e-12, 'and turned round');
near($means->{referenced_to}{r4}, 100 + 60 * (4 - 5) / (20 - 0), 1e-12, 'or a given reference');
{
    my @b = grep { $_ ne 'NA' } map $_->{b}, @rows;
    my ($mean, $square) = (0, 0);
    $mean += $_ / @b for @b;
    $square += ($_ - $mean)**2 / @b for @b;
    near($means->{standardised}{r1}, 100 + 10 * (10 - $mean) / sqrt($square), 1e-11, 'z-scores about 100');
}
done_testing();
