#!/usr/bin/perl
# The Human Development Index against the values UNDP published: the sample, and where the reference data is
# present, all values of all years.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

# check(NAME, PUBLISHED, OUTPUTS, RANKS): every published index, and the ranks of 2022.
sub check {
    my ($name, $published, $got, $ranks) = @_;
    my (undef, @rows) = csv_rows(slurp($published));
    my (@index, @rank);
    my $ranked = 0;
    for (@rows) {
        my ($iso, undef, $year, $hdi, $rank) = @$_;
        my $ours = $got->{hdi_by_year}{"$iso/$year"} // '?';
        push @index, "$iso $year: $ours, published $hdi" if $ours eq '?' || $ours eq '' || abs($ours - $hdi) > 1e-9;
        next if $year != 2022 || $rank eq '';
        $ranked++;
        push @rank, "$iso: $got->{rank}{$iso}, published $rank" if $ranks && ($got->{rank}{$iso} // '?') ne $rank;
    }
    is(scalar @index, 0, "$name: all " . @rows . ' published values to three decimals')
        or diag(join "\n", @index[0 .. ($#index > 9 ? 9 : $#index)]);
    is(scalar @rank, 0, "$name: all $ranked ranks of 2022") or diag(join "\n", @rank) if $ranks;
    return scalar @rows;
}

my $sample = outputs('rules/hdi.lua');
check('sample', 'samples/hdi/published.csv', $sample, 0);
# Among the twelve: Luxembourg and the United States share the place after Japan… counted by hand.
my @places = qw(CHE 1 NOR 2 HKG 3 SGP 4 GBR 5 KOR 6 USA 7 LUX 7 JPN 9 QAT 10 CHN 11 SSD 12);
while (my ($iso, $place) = splice @places, 0, 2) {
    is($sample->{rank}{$iso}, $place, "place $place among the twelve: $iso");
}
my $earlier = outputs('rules/hdi.lua', '--set', 'params.year=2011');
is($earlier->{hdi}{CHN}, 0.706, 'China 2011, by a parameter');

# China 2022 step by step, from the report.
near($sample->{dimensions}{'CHN/health'}, (78.587 - 20) / 65, 1e-12, 'health');
near($sample->{dimensions}{'CHN/education'}, (15.21793605 / 18 + 8.106910446 / 15) / 2, 1e-12, 'education');
near($sample->{dimensions}{'CHN/income'}, log(18024.88747 / 100) / log(750), 1e-12, 'income');
is($sample->{dimensions}{'QAT/income'}, 1, 'income above its goalpost counts as the goalpost');

# Without one component there is no index.
my $gap = slurp('samples/hdi/hdi.csv') =~ s/^(CHN,China,2022,[^,]*),[^,]*/$1,/mr;
my $without = outputs('rules/hdi.lua', '--data', 'observed=' . file('gap.csv', $gap));
is($without->{hdi}{CHN}, '', 'a country that lacks a component has no index');
is($without->{rank}{CHN}, '', 'and no rank');

SKIP: {
    my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/hdr2023-24';
    skip 'the reference data is not here', 3 unless -d $reference;
    my $all = outputs('rules/hdi.lua', '--data', "observed=$reference/hdi_inputs_long.csv");
    is(check('HDR 2023/24', "$reference/hdi_expected_long.csv", $all, 1), 5808, 'that many were published');
}

# HDR 2011, by its own goalposts and its geometric mean of schooling. The inputs are printed to 0.1 years and 1 dollar, the
# indices to 0.001: every published index lies between those of the least and the largest inputs that print so.
SKIP: {
    my $file = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/hdr2011/hdr2011.csv';
    skip 'the reference data is not here', 4 unless -e $file;
    my $rules = file('hdi2011.lua', <<'LUA');
local normalise, combine = require "methods.normalise", require "methods.combine"
local function logarithmic(x, p) return normalise.goalposts_open(log(x), { low = log(p.low), high = log(p.high) }) end
return assessment {
  id = "hdi2011", title = "Human Development Index 2011",
  data = { x = csv("hdr2011.csv", { unit = "country" }) },
  index = index { "hdi", "HDI",
    group { "health", "Health", weight = 1, indicator { "le", "Life expectancy", low = 20, high = 83.4, score = normalise.goalposts_open } },
    group { "education", "Education", weight = 1,
      indicator { "eys", "Expected years", low = 0, high = 18, score = normalise.goalposts_open },
      indicator { "mys", "Mean years", low = 0, high = 13.1, score = normalise.goalposts_open } },
    group { "income", "Income", weight = 1, indicator { "gni", "Income", low = 100, high = 107721, score = logarithmic } },
  },
  compute = function(a)
    local parts = combine.geometric(normalise.each(a.data.x, a), a.index) / 100
    parts = where(labels("group"):eq("education"), parts / 0.978, parts)
    return { parts = parts, hdi = combine.geometric(parts, a.index) }
  end,
}
LUA
    my ($head, @rows) = csv_rows(slurp($file));
    my @half = (0.05, 0.05, 0.05, 0.5);
    my @got = map {
        my $sign = $_;
        outputs($rules, '--data', 'x=' . file("hdr$sign.csv",
            csv_text([ 'country', qw(le eys mys gni) ], map { my $r = $_; [ $r->[0], map { $r->[$_] + $sign * $half[ $_ - 1 ] } 1 .. 4 ] } @rows)));
    } -1, 0, 1;
    is(scalar @rows, 187, 'HDR 2011: 187 countries');
    my %off;
    my ($drift, $formula) = (0, 0);
    for (@rows) {
        my ($name, $le, $eys, $mys, $gni, %published) = (@$_[0 .. 4]);
        @published{qw(health education income hdi)} = @$_[5 .. 8];
        for my $what (keys %published) {
            my ($low, $own, $high) = map { $what eq 'hdi' ? $_->{hdi}{$name} : $_->{parts}{"$name/$what"} } @got;
            $off{"$name $what"} = "$low to $high, published $published{$what}"
                unless $published{$what} >= $low - 0.0005001 && $published{$what} <= $high + 0.0005001;
            $drift += ($own - $published{hdi}) / @rows if $what eq 'hdi';
        }
        my $hdi = (($le - 20) / 63.4 * sqrt($eys / 18 * $mys / 13.1) / 0.978 * log($gni / 100) / log(1077.21))**(1 / 3);
        $formula++ if abs($got[1]{hdi}{$name} - $hdi) < 1e-12;
    }
    is($formula, 187, 'all by the formula of the report');
    is(scalar keys %off, 0, 'all 748 published indices, as far as the printed inputs tell') or diag(join "\n", map "$_: $off{$_}", sort keys %off);
    # What rounding takes from one it gives to another; another goalpost would move all the same way.
    cmp_ok(abs $drift, '<', 0.0002, "on average they are off by $drift");
}
done_testing();
