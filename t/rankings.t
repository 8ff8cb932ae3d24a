#!/usr/bin/perl
# Correlation of rankings: published examples, and loops over random rankings with ties and gaps.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use mcda_rules;
use List::Util qw(max sum sum0);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $body = <<'LUA';
local rankings = require "methods.rankings"
    local p, q = x:at { indicator = "c1" }, x:at { indicator = "c2" }
    local d, share = rankings.kendall_distance(p, q)
    local g, t = rankings.gamma(p, q)
    return { ws = rankings.ws(p, q), rw = rankings.weighted_spearman(p, q), distance = d, share = share, gamma = g,
      concordant = t.concordant, discordant = t.discordant, tied = t.tied, both_tied = t.both_tied, all = t.all }
LUA
sub compared { my ($p, $q) = @_; return assess($body, [ ('weight = 1') x 2 ], wide(map [ $p->[$_], $q->[$_] ], 0 .. $#$p)) }

# ---- printed values, as the tests of crispyn and pyfdm state them
{
    my $got = compared([ 1, 2, 3, 4, 5 ], [ 1, 3, 2, 4, 5 ]);
    near($got->{rw}{''}, 0.8833, 5e-5, 'r_w, Sałabun and Urbaniak 2020');
    near($got->{ws}{''}, 1 - 1 / 4 / 3 - 1 / 8 / 2, 1e-12, 'WS of the same, by hand');
    near($got->{distance}{''}, 1, 1e-12, 'one pair is turned round');
    near($got->{share}{''}, 0.1, 1e-12, 'of ten');
    near($got->{gamma}{''}, 0.8, 1e-12, 'gamma');
    my $choice = compared([ 7, 11, 2, 1, 4, 9, 6, 3, 5, 10, 8, 12 ], [ 7, 11, 3, 2, 4, 9, 6, 1, 5, 10, 8, 12 ]);
    near($choice->{rw}{''}, 0.96, 0.005, 'r_w, Paradowski et al. 2021');
    near($choice->{ws}{''}, 0.90, 0.005, 'WS, Paradowski et al. 2021');
    my $turned = compared([ 1 .. 4 ], [ 4, 3, 2, 1 ]);
    is(join(' ', map $turned->{$_}{''}, qw(rw share gamma)), '-1 1 -1', 'the opposite order');
    is(compared([ 1 .. 6 ], [ 1 .. 6 ])->{ws}{''}, '1', 'the same order');
}

# ---- loops: five random tables of nine, ties and gaps among them
sub ranks { my @v = @_; return map { my $own = $_; (1 + @v + sum0 map $own <=> $_, @v) / 2 } @v }
srand 7;
for my $round (1 .. 5) {
    my (@p, @q);
    push @p, rand() < 0.15 ? '' : 1 + int rand 8 for 0 .. 8;
    push @q, rand() < 0.15 ? '' : 1 + int rand 8 for 0 .. 8;
    my $got = compared(\@p, \@q);
    my @in = grep $p[$_] ne '' && $q[$_] ne '', 0 .. 8;
    my @r = ranks(@p[@in]);
    my @s = ranks(@q[@in]);
    my $n = @in;
    my %want = (ws => 1 - sum(map 2**-$r[$_] * abs($r[$_] - $s[$_]) / max($r[$_] - 1, $n - $r[$_]), 0 .. $n - 1),
        rw => 1 - 6 * sum(map { ($r[$_] - $s[$_])**2 * (($n - $r[$_] + 1) + ($n - $s[$_] + 1)) } 0 .. $n - 1) / ($n**4 + $n**3 - $n**2 - $n),
        map { ($_ => 0) } qw(concordant discordant tied both_tied));
    for my $i (0 .. $n - 1) {
        for my $k ($i + 1 .. $n - 1) {
            my ($a, $b) = ($r[$i] <=> $r[$k], $s[$i] <=> $s[$k]);
            $want{ $a && $b ? ($a == $b ? 'concordant' : 'discordant') : $a || $b ? 'tied' : 'both_tied' }++;
        }
    }
    $want{all} = $n * ($n - 1) / 2;
    $want{distance} = $want{discordant} + $want{tied} / 2;
    $want{share} = $want{distance} / $want{all};
    $want{gamma} = ($want{concordant} - $want{discordant}) / ($want{concordant} + $want{discordant});
    near($got->{$_}{''}, $want{$_}, 1e-12, "round $round, $_") for sort keys %want;
}

# ---- all methods with all, and another axis than units
{
    my $got = assess(<<'LUA', [ ('weight = 1') x 3 ], wide([ 1, 2, 3 ], [ 2, 1, 2 ], [ 3, 3, 1 ]));
local rankings = require "methods.rankings"
    local z = x:as { indicator = "with" }
    return { all = rankings.weighted_spearman(x, z), one = rankings.weighted_spearman(x:at { indicator = "c1" }, x:at { indicator = "c2" }),
      across = rankings.kendall_distance(x:at { unit = "u00" }, x:at { unit = "u02" }, "indicator") }
LUA
    near($got->{all}{'c1/c2'}, $got->{one}{''}, 1e-12, 'of two among all');
    is($got->{all}{'c3/c3'}, '1', 'with itself');
    near($got->{across}{''}, 2.5, 1e-12, 'along the indicators: two pairs turned round, one tied');
}
done_testing();
