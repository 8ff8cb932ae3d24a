#!/usr/bin/perl
# Multi-criteria methods that compare pairs or solve linear programs, beyond what t/mcda.t computes by loops: worked
# examples of papers and of the tests of other packages, hand arithmetic, and all selections one by one.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use mcda_loops;
use mcda_rules;
use List::Util qw(max min sum sum0);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# of(OUTPUT, UNITS): its values over unit and other, as rows.
sub of { my ($output, $n) = @_; return [ map { my $i = $_; [ map $output->{ sprintf 'u%02d/u%02d', $i, $_ }, 0 .. $n - 1 ] } 0 .. $n - 1 ] }
sub ranks { my ($output) = @_; return join ' ', map $output->{$_}, sort keys %$output }
sub matrix {
    my ($got, $want, $within, $name) = @_;
    my @off = grep { my ($i, $k) = @$_; ($got->[$i][$k] // '') !~ /\d/ || abs($got->[$i][$k] - $want->[$i][$k]) > $within }
        map { my $i = $_; map [ $i, $_ ], 0 .. $#$want } 0 .. $#$want;
    ok(!@off, $name) or diag(join "\n", map "$_->[0] $_->[1]: $got->[ $_->[0] ][ $_->[1] ], want $want->[ $_->[0] ][ $_->[1] ]", @off);
}

# ---- ELECTRE III: the example in the tests of the package mcda (Decision Deck), six units, thresholds 0.3, 0.5, 0.7
{
    my @rows = ([ 8.84, 8.79, 6.43, 6.95 ], [ 8.57, 8.51, 5.47, 6.91 ], [ 7.76, 7.75, 5.34, 8.76 ], [ 7.97, 9.12, 5.93, 8.09 ],
        [ 9.03, 8.97, 8.19, 8.10 ], [ 7.41, 7.87, 6.77, 7.23 ]);
    my $got = assess(<<'LUA', [ map "weight = $_", 9, 8.24, 5.98, 8.48 ], wide(@rows));
local o = { q = 0.3, p = 0.5, veto = 0.7 }
    local r, t = mcda.electre3(x, w, b, o)
    local _, free = mcda.electre3(x, w, b, { q = 0.3, p = 0.5 })
    local _, some = mcda.electre3(x, w, b, { q = 0.3, p = 0.5, veto = array("indicator", { c1 = 0.7, c2 = 0.7, c3 = 0.7, c4 = missing }) })
    return { c = t.concordance, s = t.credibility, r = r, down = t.descending, up = t.ascending, relation = t.relation,
      free = free.credibility, some = some.credibility, d4 = t.discordance:at { indicator = "c4" } }
LUA
    # Concordance and credibility as that test has them.
    my $concordance = [ [ 1, 1, 0.73, 0.69, 0.54, 0.96 ], [ 0.81, 1, 0.73, 0.32, 0.11, 0.78 ], [ 0.27, 0.46, 1, 0.55, 0.27, 0.81 ],
        [ 0.53, 0.72, 0.73, 1, 0.53, 0.81 ], [ 1, 1, 0.73, 1, 1, 1 ], [ 0.46, 0.46, 0.66, 0.19, 0, 1 ] ];
    matrix(of($got->{c}, 6), $concordance, 0.006, 'ELECTRE III, concordance');
    matrix(of($got->{free}, 6), $concordance, 0.006, 'ELECTRE III, without a veto it is the credibility');
    matrix(of($got->{s}, 6), [ [ 1, 1, 0, 0, 0, 0.96227129 ], [ 0, 1, 0, 0, 0, 0 ], [ 0, 0, 1, 0, 0, 0 ],
        [ 0, 0.71608833, 0.41073113, 1, 0, 0 ], [ 1, 1, 0.54764151, 1, 1, 1 ], [ 0, 0, 0, 0, 0, 1 ] ], 5e-9, 'ELECTRE III, credibility');
    near($got->{d4}{'u03/u02'}, 0.85, 1e-12, 'ELECTRE III, a discordance: (0.67 - 0.5) / 0.2');
    # Without a veto in the fourth indicator nothing objects to u03 but the third: its lead of 2.26 is beyond the veto.
    near($got->{some}{'u00/u02'}, $got->{c}{'u00/u02'}, 1e-12, 'ELECTRE III, a veto is missing where there is none');
    is($got->{some}{'u03/u04'}, '0', 'and holds where there is one');
    # By hand. The cut is 0.716, the greatest below 1 - 0.15: u00 outranks u01 and u05, u04 outranks u00, u01, u03 and
    # u05, so that the qualifications are 1, -2, 0, -1, 4, -2, as in that test. From above: u04; then u00 with 2; then the
    # cut is 0.411, u03 outranks u01 and is first; u01, u02, u05 do not outrank each other. From below: u01 and u05; of the
    # others u04 outranks u00 and u03 at 0.548, which are next; then u04 outranks u02.
    is(ranks($got->{down}), '2 4 4 3 1 4', 'ELECTRE III, from above');
    is(ranks($got->{up}), '3 4 2 3 1 4', 'ELECTRE III, from below');
    is(ranks($got->{r}), '2.5 4 3 3 1 4', 'ELECTRE III, their mean');
    is_deeply([ map $got->{relation}{"u0$_"}, '0/u02', '2/u01', '1/u05', '3/u04', '2/u03' ],
        [ 'incomparable', 'preferred', 'indifferent', 'inferior', 'incomparable' ], 'ELECTRE III, relations');
}
{
    # The example of the package MCDA for R: from above P6, P5, P1, P4, and the rest. Its way from below has no
    # margin between credibilities, and another order; that here is by hand. At the cut 0.8 P2 is outranked by four,
    # P3 by three: last and last but one; then P4, outranked by P5 and P6; P5, by P6; P1, by P6.
    my @rows = ([ 10, 20, 5, 10, 16 ], [ 0, 5, 5, 16, 10 ], [ 0, 10, 0, 16, 7 ], [ 20, 5, 10, 10, 13 ], [ 20, 10, 15, 10, 13 ],
        [ 20, 10, 20, 13, 13 ]);
    my $got = assess(<<'LUA', [ map "weight = $_", 3, 2, 3, 1, 1 ], wide(@rows));
local r, t = mcda.electre3(x, w, b, { q = 3, p = 5, veto = 11 })
    local _, short = mcda.electre3(x, w, b, { q = 3, p = 5, veto = 11, steps = 2 })
    return { down = t.descending, up = t.ascending, short = short.descending }
LUA
    is(ranks($got->{down}), '3 5 5 4 2 1', 'ELECTRE III, MCDA for R, from above');
    is(ranks($got->{up}), '2 6 5 4 3 1', 'ELECTRE III, from below');
    is(ranks($got->{short}), '     ', 'ELECTRE III, two steps are not enough for a ranking');
}

# ---- ELECTRE II: the example of Wang and Triantaphyllou 2008 with the levels in the tests of the package mcda: strong
# from 0.85 and up to 0.25, weak from 0.65 and up to 0.5
my @wang = ([ 1, 2, 1, 5, 2, 2, 4 ], [ 3, 5, 3, 5, 3, 3, 3 ], [ 3, 5, 3, 5, 3, 2, 2 ], [ 1, 2, 2, 5, 1, 1, 1 ], [ 1, 1, 3, 5, 4, 1, 5 ]);
my @wang_weights = map "weight = $_", 0.078, 0.118, 0.157, 0.314, 0.235, 0.039, 0.059;
{
    my $got = assess(<<'LUA', \@wang_weights, wide(@wang));
local r, t = mcda.electre2(x, w, b, { concordance = { 2, 0.85, 0.65 }, discordance = { 0.5, 0.25 }, range = "common" })
    local v, u = mcda.electre2(x, w, b, { concordance = { 2, 0.85, 0.65 }, discordance = { 0.5, 0.25 }, range = "common", veto = 0.5 })
    return { down = t.descending, up = t.ascending, relation = t.relation, strong = t.strong, weak = t.weak, vetoed = u.strong }
LUA
    my $truths = sub { my ($o) = @_; return [ map join('', map { $_ eq 'true' ? 1 : 0 } @$_), @{ of($o, 5) } ] };
    is_deeply($truths->($got->{strong}), [qw(00000 10110 00010 00000 00010)], 'ELECTRE II, strong outranking');
    is_deeply($truths->($got->{weak}), [qw(00010 10110 10010 00000 10010)], 'ELECTRE II, weak outranking');
    is(ranks($got->{down}), '3 1 2 4 1', 'ELECTRE II, from above');
    is(ranks($got->{up}), '3 1 2 4 2', 'ELECTRE II, from below');
    is($got->{relation}{'u01/u04'}, 'preferred', 'ELECTRE II, the better of two that are alike from above');
    # u00 leads u01 by 1 in the last, and u03 u04 by 1 in the second.
    is_deeply($truths->($got->{vetoed}), [qw(00000 00110 00010 00000 00000)], 'ELECTRE II, a veto');
}
{
    # a outranks b with half of the range against it, unless a lead of 4 is too much; b has no veto in c2.
    my $got = assess(<<'LUA', [ 'weight = 0.8', 'weight = 0.2' ], wide([ 9, 2 ], [ 5, 6 ], [ 1, 10 ]));
local function out(veto) return (mcda.electre(x, w, b, { discordance = 0.5, veto = veto })) end
    return { none = out(), small = out(3.9), just = out(4), first = out(array("indicator", { c1 = 0, c2 = missing })) }
LUA
    is_deeply({ map { ($_ => $got->{$_}{'u00/u01'}) } qw(none small just first) },
        { none => 'true', small => 'false', just => 'true', first => 'true' }, 'ELECTRE I with a veto');
}

# ---- dominance, by hand: a beats b in all, c in one and is level in the other; d stands alone
{
    my $got = assess(<<'LUA', [ 'weight = 1', 'weight = 1, better = "lower"' ], wide([ 5, 1 ], [ 4, 2 ], [ 5, 3 ], [ 9, 9 ]));
local d, t = mcda.dominance(x, w, b)
    local e = mcda.dominance(x, nil, b)
    return { d = d, e = e, strict = t.strict, better = t.better, equal = t.equal, worse = t.worse, dominates = t.dominates,
      dominators = t.dominators, dominated = t.dominated }
LUA
    is(join(' ', map join('/', /u0(\d).u0(\d)/), sort grep $got->{d}{$_} eq 'true', keys %{ $got->{d} }), '0/1 0/2', 'who dominates whom');
    is(join(' ', sort grep $got->{strict}{$_} eq 'true', keys %{ $got->{strict} }), 'u00/u01', 'and in everything');
    is_deeply($got->{e}, $got->{d}, 'weights need not be given');
    is(join(' ', map $got->{$_}{'u00/u02'}, qw(better equal worse)), '1 1 0', 'better, equal, worse');
    is(join(' ', map $got->{$_}{'u01/u02'}, qw(better equal worse)), '1 0 1', 'of a pair that is not comparable');
    is(ranks($got->{dominates}), '2 0 0 0', 'how many each dominates');
    is(ranks($got->{dominators}), '0 1 1 0', 'by how many each is dominated');
    is(ranks($got->{dominated}), 'false true true false', 'and whether it is');
}

# ---- TODIM by hand: shares (0.6, 0.4) and (0.25, 0.75), weights 0.8 and 0.2, theta 2
{
    my $got = assess(<<'LUA', [ 'weight = 4', 'weight = 1' ], wide([ 3, 1 ], [ 2, 3 ]));
local _, t = mcda.todim(x, w, b, { theta = 2 })
    local _, u = mcda.todim(x, w, b, { theta = 2, losses = "direct" })
    return { d = t.dominance, e = u.dominance }
LUA
    near($got->{d}{'u00/u01'}, sqrt(0.8 * 0.2) - sqrt(0.5 / 0.2) / 2, 1e-12, 'TODIM, a gain and a loss');
    near($got->{d}{'u01/u00'}, sqrt(0.2 * 0.5) - sqrt(0.2 / 0.8) / 2, 1e-12, 'TODIM, the other way round');
    near($got->{e}{'u00/u01'}, sqrt(0.8 * 0.2) - sqrt(0.5 * 0.2) / 2, 1e-12, 'TODIM, losses by their weight');
}

# ---- PROMETHEE III, by loops
{
    my @rows = map [ @$_ ], [ 30, 12.5, 6.3, 10 ], [ 20, 12.1, 5.9, 14 ], [ 27, 11.0, 6.9, 9 ], [ 18, 10.9, 7.4, 11 ], [ 24, 16.5, 6.0, 7 ];
    my @indicators = map "weight = $w[$_], better = \"$word[$type[$_]]\"", 0 .. 3;
    my $got = assess('local _, t = mcda.promethee(x, w, b, { shape = "v", p = 4, alpha = 0.6 }) return { low = t.low, high = t.high, i = t.interval }',
        \@indicators, wide(@rows));
    my (@low, @high, @off);
    for my $i (0 .. 4) {
        my @d = map {
            my @lead = leads($rows[$i], $rows[$_]);
            sum map $w[$_] * (max(0, min(1, $lead[$_] / 4)) - max(0, min(1, -$lead[$_] / 4))), 0 .. 3;
        } 0 .. 4;
        my $mean = sum(@d) / 5;
        my $wide = 0.6 * sqrt(sum(map { ($_ - $mean)**2 } @d) / 5);
        near($got->{low}{"u0$i"}, $low[$i] = $mean - $wide, 1e-12, "PROMETHEE III, from, u$i");
        near($got->{high}{"u0$i"}, $high[$i] = $mean + $wide, 1e-12, "PROMETHEE III, to, u$i");
    }
    for my $i (0 .. 4) {
        for (0 .. 4) {
            my $want = $low[$i] > $high[$_] ? 'preferred' : $high[$i] < $low[$_] ? 'inferior' : 'indifferent';
            push @off, "u$i u$_" if $got->{i}{"u0$i/u0$_"} ne $want;
        }
    }
    is("@off", '', 'PROMETHEE III, relations');
    cmp_ok(scalar(grep $_ eq 'preferred', values %{ $got->{i} }), '>', 0, 'somebody is preferred');
}

# ---- the best selection (PROMETHEE V): all of them, one by one
{
    my @value = (0.31, -0.12, 0.22, 0.05, 0.4, -0.3, 0.18, 0.27, -0.05, 0.11);
    my @cost = (50, 10, 35, 12, 70, 5, 30, 44, 8, 20);
    my @north = (1, 1, 0, 0, 1, 0, 0, 1, 1, 0);
    my ($best, @set) = (-9);
    for my $k (0 .. 2**10 - 1) {
        my @in = grep $k >> $_ & 1, 0 .. 9;
        next if sum0(@cost[@in]) > 150 || sum0(@north[@in]) > 2 || @in < 4;
        my $sum = sum0(@value[@in]);
        ($best, @set) = ($sum, @in) if $sum > $best;
    }
    my $body = <<'LUA';
local function c(name) return x:at { indicator = name } end
    local constraints = { { c "c2", "<=", 150 }, { c "c3", "<=", 2 }, { 1, ">=", 4 } }
    local s, best, t = mcda.select(c "c1", constraints, { most = MOST })
    return { s = s, best = best, bound = t.bound, whole = (mcda.select(c "c1", { { c "c3", "<=", 1 } }, { most = MOST })) }
LUA
    my $rows = wide(map [ $value[$_], $cost[$_], $north[$_] ], 0 .. 9);
    my $got = assess($body =~ s/MOST/10/gr, [ ('weight = 1') x 3 ], $rows);
    is(join(' ', grep $got->{s}{"u0$_"} eq 'true', 0 .. 9), "@set", 'the best selection');
    near($got->{best}{''}, $best, 1e-12, 'and its value');
    cmp_ok($got->{bound}{''}, '>', $best, 'which shares would pass');
    my $few = assess($body =~ s/MOST/4/gr, [ ('weight = 1') x 3 ], $rows);
    is($few->{s}{u00}, '', 'more units than can be tried: no answer where the program has shares');
    is(join(' ', grep $few->{whole}{"u0$_"} eq 'true', 0 .. 9), '2 3 4 6 9', 'but one where it is whole');
    is_deeply($few->{whole}, $got->{whole}, 'which is that of trying all');
}

# ---- super-efficiency
{
    # Six sites of power plants, four inputs and two outputs (Doyle and Green 1993). The radial super-efficiency is that
    # of Tone 2002, table 3, recalled; that D4 and D6 have none with variable returns says the manual of deaR.
    my @roles = map "role = \"$_\"", qw(input input input input output output);
    my @rows = ([ 80, 600, 54, 8, 90, 5 ], [ 65, 200, 97, 1, 58, 1 ], [ 83, 400, 72, 4, 60, 7 ], [ 40, 1000, 75, 7, 80, 10 ],
        [ 52, 600, 20, 3, 72, 8 ], [ 94, 700, 36, 5, 96, 6 ]);
    my $got = assess('return { ccr = (mcda.ccr(x, i.role, { super = true })), bcc = mcda.bcc(x, i.role, { super = true }) }', \@roles, wide(@rows));
    my @want = (1.0283, 2.4167, 1.3125, 1.625, 2.4026, 1.0628);
    near($got->{ccr}{"u0$_"}, $want[$_], 5e-5, "super-efficiency of D" . ($_ + 1)) for 0 .. 5;
    is_deeply([ map $got->{bcc}{"u0$_"}, 3, 5 ], [ '', '' ], 'none for D4 and D6 with variable returns');

    # One input, one output, by hand: with constant returns a unit against the best other productivity, 1 and 5/6 here.
    # With variable returns, inputs: A is the only one so small, B lies between A and C at 2 + 4 (3 - 1) / (5 - 1) = 4
    # for 3, C between B and D at 3 + 6 (5 - 3) / (6 - 3) = 7 for 6; nobody makes as much as D. Outputs: B could not be
    # reached by less than 3, A by none, C between B and D makes 3 + 3 (6 - 3) / (9 - 3) = 4.5, D is beaten by C's 5.
    my @point = ([ 2, 1 ], [ 3, 3 ], [ 6, 5 ], [ 9, 6 ], [ 5, 2 ]);
    my $line = assess(<<'LUA', [ @roles[ 0, 4 ] ], wide(@point));
local s = { super = true }
    return { ccr = (mcda.ccr(x, i.role, s)), bcc = mcda.bcc(x, i.role, s),
      out = mcda.bcc(x, i.role, { super = true, orientation = "output" }), plain = mcda.bcc(x, i.role) }
LUA
    my %want = (ccr => [ 1 / 2, 6 / 5, 5 / 6, 2 / 3, 2 / 5 ], bcc => [ 3 / 2, 4 / 3, 7 / 6, undef, 2.5 / 5 ],
        out => [ undef, 3 / 2, 5 / 4.5, 6 / 5, 2 / (3 + 4 / 3) ]);
    for my $model (sort keys %want) {
        for (0 .. 4) {
            my ($own, $want) = ($line->{$model}{"u0$_"}, $want{$model}[$_]);
            defined $want ? near($own, $want, 1e-9, "super-efficiency, $model, u$_") : is($own, '', "no super-efficiency, $model, u$_");
        }
    }
    near($line->{plain}{u04}, $line->{bcc}{u04}, 1e-12, 'the inefficient keep theirs');
}

# ---- MAUT, multiplicative, by hand: 1 + k = (1 + 0.4 k) (1 + 0.5 k) has k = 0.5, and (1 + 0.7 k) (1 + 0.6 k) -5/7
{
    my $got = assess(<<'LUA', [ 'weight = 0.4', 'weight = 0.5', 'weight = 0' ], wide([ 0, 0, 1 ], [ 10, 0, 2 ], [ 0, 4, 2 ], [ 10, 4, 3 ], [ 5, 1, 3 ]));
local u, t = mcda.maut(x, w, b, { form = "multiplicative" })
    local v, s = mcda.maut(x, array("indicator", { c1 = 0.7, c2 = 0.6, c3 = 0 }), b, { form = "multiplicative" })
    local c, z = mcda.maut(x, w, b, { curve = array("indicator", { c1 = 2, c2 = 0, c3 = 0 }) })
    return { u = u, k = t.k, v = v, l = s.k, c = c, z = z.utility }
LUA
    near($got->{k}{''}, 0.5, 1e-9, 'MAUT, k of 0.4 and 0.5');
    near($got->{l}{''}, -5 / 7, 1e-9, 'MAUT, k of 0.7 and 0.6');
    my @u = ([ 0, 0 ], [ 1, 0 ], [ 0, 1 ], [ 1, 1 ], [ 0.5, 0.25 ]);
    for (0 .. 4) {
        my ($a, $b) = @{ $u[$_] };
        near($got->{u}{"u0$_"}, 0.4 * $a + 0.5 * $b + 0.5 * 0.2 * $a * $b, 1e-9, "MAUT, u$_");
        near($got->{v}{"u0$_"}, 0.7 * $a + 0.6 * $b - 5 / 7 * 0.42 * $a * $b, 1e-9, "MAUT, more than 1 together, u$_");
        near($got->{c}{"u0$_"}, 0.4 * (1 - exp(-2 * $a)) / (1 - exp(-2)) + 0.5 * $b, 1e-12, "MAUT, a curve, u$_");
    }
    near($got->{z}{'u04/c1'}, (1 - exp(-1)) / (1 - exp(-2)), 1e-12, 'MAUT, a utility');
}
done_testing();
