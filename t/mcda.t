#!/usr/bin/perl
# Multi-criteria methods: against the loops in mcda_loops.pm, in two years at once, one of them with a gap; against
# worked examples of papers; and against all published cases, where the reference data is.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use mcda_loops;
use mcda_rules;
use Encode qw(decode_utf8);
use JSON::PP;
use List::Util qw(any max min sum);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# ---- every method by loops
my %year = (
    2010 => [ [ 30, 12.5, 6.3, 10 ], [ 20, 12.1, 5.9, 14 ], [ 27, 11.0, 6.9, 9 ],
              [ 18, 10.9, 7.4, 11 ], [ 24, 16.5, 6.0, 7 ], [ 24, 9, 4, 7.5 ] ],
    2011 => [ [ 31, 12.0, 6.1, 12 ], [ 26, 9.3, 7.7, 8 ], [ 19, 14.2, undef, 6 ],
              [ 22, 11.5, 8.8, 13 ], [ 35, 17.5, 5.5, 9 ], [ 28, 13, 4.5, 8.5 ] ],
);
my @shape = ('shape = "linear", q = 2, p = 8', 'shape = "usual"', 'shape = "v", p = 1.5', 'shape = "u", q = 1.5');
my @attributes = map {
    my $j = $_;
    join ', ', "weight = $w[$j], better = \"$word[$type[$j]]\"", $shape[$j],
        'role = "' . ($type[$j] > 0 ? 'output' : 'input') . '"',
        "target = { $fixed{target_low}[$j], $fixed{target_high}[$j] }",
        map "$_ = $fixed{$_}[$j]", qw(low high expected reference limit ideal);
} 0 .. 3;
my @long = ([qw(unit indicator year value)]);
for my $y (sort keys %year) {
    for my $u (0 .. 5) { push @long, [ "u$u", 'c' . ($_ + 1), $y, $year{$y}[$u][$_] ] for 0 .. 3 }
}
my $axes = 'indicator = "indicator", year = "year", value = "value"';
{
    my @names = sort keys %loops;
    my $body = join "\n", map {
        my ($method, $o) = split /\|/, $names[$_];
        sprintf '    local r%02d = mcda.%s(%s)', $_, $method, $method eq 'rim' ? 'x, w, i' : 'x, w, b' . ($o ? ", $o" : '');
    } 0 .. $#names;
    my @returned = ((map { sprintf 'r%02d = r%02d', $_, $_ } 0 .. $#names),
        map "s_$_ = mcda.$_(mcda.complete(x, w), b):at { year = 2010 }", sort keys %scale);
    my $got = assess("$body\n    return { " . join(', ', @returned) . ' }', \@attributes, \@long, $axes);
    for my $k (0 .. $#names) {
        my (@off, $n);
        for my $y (sort keys %year) {
            my @whole = grep { my $u = $_; !any { !defined } @{ $year{$y}[$u] } } 0 .. 5;
            my @want = $loops{ $names[$k] }->([ @{ $year{$y} }[@whole] ]);
            my %want = map { ($whole[$_] => $want[$_]) } 0 .. $#whole;
            for my $u (0 .. 5) {
                my $own = $got->{ sprintf 'r%02d', $k }{"u$u/$y"} // '(nothing)';
                $n++;
                push @off, "u$u in $y: $own, by loops " . ($want{$u} // 'missing')
                    unless defined $want{$u} ? $own =~ /\d/ && abs($own - $want{$u}) < 1e-10 : $own eq '';
            }
        }
        ok($n == 12 && !@off, "$names[$k], by loops, two years, a gap") or diag(join "\n", @off);
    }
    for my $name (sort keys %scale) {
        my @off;
        my $want = by_column($year{2010}, $scale{$name});
        for my $u (0 .. 5) {
            for my $j (0 .. 3) {
                my $own = $got->{"s_$name"}{ "u$u/c" . ($j + 1) } // '?';
                push @off, "u$u c$j: $own" unless $own =~ /\d/ && abs($own - $want->[$u][$j]) < 1e-12;
            }
        }
        is("@off", '', "scale $name, by loops");
    }
}

# ---- what stands beside the results, and methods that are not of one number: a year among several is as one alone
{
    my $got = assess(<<'LUA', \@attributes, \@long, $axes);
local function tables(x)
      local y, t, _ = {}, nil, nil
      _, t = mcda.vikor(x, w, b)                                   y.compromise, y.advantage, y.stable = t.compromise, t.advantage, t.stable
      _, t = mcda.promethee(x, w, b)                               y.relation, y.preference = t.relation, t.preference
      y.outranks, t = mcda.electre(x, w, b, { concordance = 0.6, discordance = 0.5 })   y.kernel = t.kernel
      _, t = mcda.rsr(x, w, b)                                     y.tier, y.fitted, y.slope = t.tier, t.fitted, t.slope
      _, y.simple = mcda.probid(x, w, b)
      y.ccr, y.weights = mcda.ccr(x, i.role)
      y.bcc, y.out = mcda.bcc(x, i.role), mcda.bcc(x, i.role, { orientation = "output" })
      y.coordination, t = mcda.coupling(mcda.minmax(x, b), w)      y.degree = t.degree
      y.modified = mcda.coupling(mcda.minmax(x, b), w, { coupling = "modified" })
      _, t = mcda.electre2(x, w, b)                                y.weak, y.second = t.weak, t.relation
      _, t = mcda.electre3(x, w, b, { q = 1, p = 3, veto = 8 })    y.credibility, y.third = t.credibility, t.relation
      _, t = mcda.dominance(x, w, b)                               y.dominators, y.ahead = t.dominators, t.better
      _, t = mcda.multimoora(x, w, b)                              y.product, y.place = t.product, t.rank
      _, t = mcda.simus(x, w, b)                                   y.net = t.net
      y.super = mcda.ccr(x, i.role, { super = true })
      y.chosen, y.worth = mcda.select(mcda.promethee(x, w, b), { { x:at { indicator = "c1" }, "<=", 60 } })
      return y
    end
    local out = {}
    for name, y in pairs(tables(x)) do out[name .. "_of_all"] = y:at { year = 2011 } end
    for name, y in pairs(tables(x:at { year = 2011 })) do out[name] = y end
    return out
LUA
    my @names = grep !/_of_all$/, sort keys %$got;
    is(scalar @names, 30, 'so many outputs of one year');
    is_deeply($got->{ $_ . '_of_all' }, $got->{$_}, "$_ of a year among several") for @names;
    is($got->{$_}{u2}, '', "$_: a unit with a gap has none") for qw(compromise kernel tier ccr bcc out coordination degree
        dominators product place net super chosen);
}

my $m = $year{2010};
{
    my $got = assess(<<'LUA', \@attributes, wide(@$m));
local net, p = mcda.promethee(x, w, b)
    local q, v = mcda.vikor(x, w, b)
    local e, t = mcda.electre(x, w, b, { concordance = 0.6, discordance = 0.5 })
    local _, simple = mcda.probid(x, w, b)
    return { plus = p.plus, minus = p.minus, relation = p.relation, simple = simple,
      S = v.S, R = v.R, Q = q, advantage = v.advantage, stable = v.stable, compromise = v.compromise,
      outranks = e, concordance = t.concordance, discordance = t.discordance, kernel = t.kernel,
      change = mcda.topsis(x, mcda.shares(100 * w), b) - mcda.topsis(x, w, b),
      entropy = weigh.entropy(x), by_entropy = mcda.topsis(x, weigh.entropy(x), b) }
LUA
    my ($plus, $minus) = flows($m, sub { $_[0] > 0 });
    near($got->{plus}{"u0$_"}, $plus->[$_], 1e-12, "PROMETHEE I, leaving flow of u$_") for 0 .. 5;
    near($got->{minus}{"u0$_"}, $minus->[$_], 1e-12, "PROMETHEE I, entering flow of u$_") for 0 .. 5;
    my @off;
    for my $i (0 .. 5) {
        for my $k (0 .. 5) {
            my ($a, $b) = map { sprintf '%.9f', $_ } $plus->[$i] - $plus->[$k], $minus->[$k] - $minus->[$i];
            my $want = $a == 0 && $b == 0 ? 'indifferent' : $a >= 0 && $b >= 0 ? 'preferred'
                : $a <= 0 && $b <= 0 ? 'inferior' : 'incomparable';
            push @off, "u$i u$k" if $got->{relation}{"u0$i/u0$k"} ne $want;
        }
    }
    is("@off", '', 'PROMETHEE I, relations');

    my $g = regrets($m);
    my @S = map sum(@$_), @$g;
    my @R = map max(@$_), @$g;
    near($got->{S}{"u0$_"}, $S[$_], 1e-12, "VIKOR, S of u$_") for 0 .. 5;
    near($got->{R}{"u0$_"}, $R[$_], 1e-12, "VIKOR, R of u$_") for 0 .. 5;
    my @Q = map { 0.5 * ($S[$_] - min @S) / (max(@S) - min @S) + 0.5 * ($R[$_] - min @R) / (max(@R) - min @R) } 0 .. 5;
    my @order = sort { $Q[$a] <=> $Q[$b] } 0 .. 5;
    my $leads = $Q[ $order[1] ] - $Q[ $order[0] ] >= 1 / 5;
    my $firm = $S[ $order[0] ] == min(@S) || $R[ $order[0] ] == min(@R);
    is($got->{advantage}{''}, $leads ? 'true' : 'false', 'VIKOR, acceptable advantage');
    is($got->{stable}{''}, $firm ? 'true' : 'false', 'VIKOR, acceptable stability');
    my @set = $leads ? @order[ 0 .. ($firm ? 0 : 1) ] : grep { $Q[$_] - min(@Q) < 1 / 5 } 0 .. 5;
    is(join(' ', grep $got->{compromise}{$_} eq 'true', sort keys %{ $got->{compromise} }),
        join(' ', map "u0$_", sort @set), 'VIKOR, compromise');

    my @range = map max(@$_) - min(@$_), columns($m);
    my %beats;
    @off = ();
    for my $i (0 .. 5) {
        for my $k (grep $_ != $i, 0 .. 5) {
            my $c = sum map { $type[$_] * ($m->[$i][$_] - $m->[$k][$_]) >= 0 ? $w[$_] : 0 } 0 .. 3;
            my $d = max 0, map $type[$_] * ($m->[$k][$_] - $m->[$i][$_]) / $range[$_], 0 .. 3;
            push @off, "u$i u$k" if abs($got->{concordance}{"u0$i/u0$k"} - $c) > 1e-12;
            push @off, "u$i u$k" if abs($got->{discordance}{"u0$i/u0$k"} - $d) > 1e-12;
            $beats{$i}{$k} = 1 if $c > 0.6 - 1e-12 && $d < 0.5 + 1e-12;
            push @off, "outranks u$i u$k" unless $got->{outranks}{"u0$i/u0$k"} eq ($beats{$i}{$k} ? 'true' : 'false');
        }
    }
    is("@off", '', 'ELECTRE I, concordance, discordance, outranking');
    # The kernel is checked by what it is, not by how it is found.
    my @in = grep $got->{kernel}{"u0$_"} eq 'true', 0 .. 5;
    my @out = grep $got->{kernel}{"u0$_"} eq 'false', 0 .. 5;
    is(@in + @out, 6, 'ELECTRE I, all are in the kernel or not');
    ok(@out > 0, 'somebody is not');
    is(join(' ', grep { my $i = $_; any { $beats{$i}{$_} } @in } @in), '', 'nobody in it outranks another in it');
    is(join(' ', grep { my $k = $_; !any { $beats{$_}{$k} } @in } @out), '', 'all others are outranked from it');

    my $v = weighted(by_column($m, sub { my ($c) = @_; map $_ / root(@$c), @$c }));
    my @c = columns($v);
    for my $u (0 .. 5) {    # of six units a quarter is one
        my ($best, $worst) = map {
            my $side = $_;
            root(map $v->[$u][$_] - ($type[$_] * $side > 0 ? max(@{ $c[$_] }) : min(@{ $c[$_] })), 0 .. 3);
        } 1, -1;
        near($got->{simple}{"u0$u"}, $worst / $best, 1e-9, "PROBID, simple form of u$u");
    }
    near($got->{change}{"u0$_"}, 0, 1e-12, 'TOPSIS does not hang on the sum of the weights') for 0 .. 5;

    my @given = @w;
    @w = map $got->{entropy}{"c$_"}, 1 .. 4;    # t/weigh.t proves these
    my @near = $loops{topsis}->($m);
    @w = @given;
    near($got->{by_entropy}{"u0$_"}, $near[$_], 1e-12, "TOPSIS with weights by entropy, u$_") for 0 .. 5;
}
{
    # Two units that outrank each other have no kernel between them.
    my $got = assess('local e, t = mcda.electre(x, w, b, { concordance = 0.5, discordance = 1 }) return { k = t.kernel }',
        [ ('weight = 1') x 2 ], wide([ 1, 2 ], [ 2, 1 ], [ 0, 0 ]));
    is_deeply($got->{k}, { u00 => '', u01 => '', u02 => '' }, 'ELECTRE I says nothing about a circle');

    # An indicator that weighs nothing, or that nobody has, is as if it were not there.
    my $calls = join ', ', map "$_ = (mcda.$_(x, w, b))", qw(topsis vikor copras edas mabac grey promethee probid rsr);
    my @two = map [ @$_[ 0, 1 ] ], @$m;
    my $plain = assess("return { $calls }", [ @attributes[ 0, 1 ] ], wide(@two));
    my $more = assess("return { $calls }", [ @attributes[ 0, 1 ], 'weight = 0', 'weight = 1' ],
        wide(map [ @{ $two[$_] }, ($_ == 3 ? '' : $_), '' ], 0 .. 5));
    is(scalar keys %$plain, 9, 'nine methods');
    is_deeply($more, $plain, 'which do not see an indicator without weight or figures');
}

# ---- the conditions of VIKOR, each way; PROMETHEE with ties; targets; the balance of SPOTIS
{
    my @case = (
        [ 'leads, and is firm', [ [ 9, 9 ], [ 5, 2 ], [ 2, 5 ] ], 'true', 'true', '0' ],
        [ 'does not lead', [ [10], [9.9], [0], [0] ], 'false', 'true', '0 1' ],
        # Found by trying: the best by Q is best in neither S nor R, and leads by 0.133 > 1/9.
        [ 'leads, but is not firm', [ [ 8, 7, 3 ], [ 19, 3, 11 ], [ 10, 0, 2 ], [ 6, 12, 7 ], [ 18, 4, 17 ], [ 2, 7, 3 ],
            [ 2, 19, 20 ], [ 4, 4, 13 ], [ 17, 0, 13 ], [ 1, 14, 13 ] ], 'true', 'false', '3 4' ],
    );
    for (@case) {
        my ($name, $rows, $leads, $firm, $set) = @$_;
        my $got = assess('local q, t = mcda.vikor(x, w, b) return { a = t.advantage, s = t.stable, c = t.compromise }',
            [ ("weight = 1") x @{ $rows->[0] } ], wide(@$rows));
        my $in = join ' ', map { /(\d+)/; $1 + 0 } grep $got->{c}{$_} eq 'true', sort keys %{ $got->{c} };
        is("$got->{a}{''} $got->{s}{''} $in", "$leads $firm $set", "VIKOR, the best $name");
    }

    # Each is worst in something, so that R is 1/3 for all: Q is S's part alone. By hand S is 11/24, 1/3 and 11/18.
    my $even = assess('local q, t = mcda.vikor(x, w, b) return { q = q, r = t.R, c = t.compromise }',
        [ ('weight = 0.25') x 3 ], wide([ 2, 10, 6 ], [ 10, 4, 9 ], [ 6, 8, 1 ]));
    near($even->{q}{ 'u0' . $_->[0] }, $_->[1], 1e-12, "VIKOR, R alike, Q of u0$_->[0]") for [ 0, 0.225 ], [ 1, 0 ], [ 2, 0.5 ];
    is_deeply($even->{c}, { u00 => 'true', u01 => 'true', u02 => 'false' }, 'VIKOR, R alike, compromise');
    # Found by trying: Q of the first two is 5/18 for both, and only the first is best in R, neither in S. Both in
    # either order, so that the other comes first by name.
    my @pair = ([ 2, 5, 4, 6 ], [ 5, 2, 7, 6 ], [ 5, 9, 7, 3 ], [ 2, 1, 6, 7 ], [ 1, 7, 3, 3 ]);
    for my $rows (\@pair, [ @pair[ 1, 0, 2 .. 4 ] ]) {
        my $got = assess('local q, t = mcda.vikor(x, w, b) return { q = q, a = t.advantage, s = t.stable, c = t.compromise }',
            [ ('weight = 0.25') x 4 ], wide(@$rows));
        near($got->{q}{$_}, 5 / 18, 1e-12, "VIKOR, two best, $_") for qw(u00 u01);
        is("$got->{a}{''} $got->{s}{''} " . join(' ', map $got->{c}{"u0$_"}, 0 .. 4), 'false true true true true false false',
            'VIKOR, two best: names decide nothing');
    }
    # The second of the unstable case twice: both belong to the compromise.
    my $unstable = assess('local q, t = mcda.vikor(x, w, b) return { a = t.advantage, s = t.stable, c = t.compromise }',
        [ ('weight = 1') x 3 ], wide(@{ $case[2][1] }, $case[2][1][3]));
    my %in = map { ($_ => 1) } grep $unstable->{c}{$_} eq 'true', keys %{ $unstable->{c} };
    is("$unstable->{a}{''} $unstable->{s}{''} " . join(' ', sort keys %in), 'true false u03 u04 u10', 'VIKOR, two seconds alike belong to the compromise');

    # A criterion in which all are alike, one without weight, and one without figures are none for COMET.
    my $few = assess('return { y = mcda.comet(x, w, b, { criteria = { "c1", "c2" } }) }', [ @attributes[ 0, 1 ] ], wide(map [ @$_[ 0, 1 ] ], @$m));
    my $with = assess('return { y = mcda.comet(x, w, b, { criteria = { "c1", "c2", "c3", "c4", "c5" } }) }',
        [ @attributes[ 0, 1 ], 'weight = 0.5', 'weight = 0', 'weight = 1' ], wide(map [ @{ $m->[$_] }[ 0, 1 ], 7, $_, '' ], 0 .. 5));
    near($with->{y}{"u0$_"}, $few->{y}{"u0$_"}, 1e-12, "COMET of u0$_ without what tells nobody apart") for 0 .. 5;

    # a and b are alike; c is as good as d in all but the last.
    my $got = assess('local n, t = mcda.promethee(x, w, b) return { r = t.relation }', [ ('weight = 0.5') x 2 ],
        wide([ 3, 3 ], [ 3, 3 ], [ 1, 2 ], [ 1, 1 ]));
    is_deeply([ @{ $got->{r} }{qw(u00/u01 u02/u03 u03/u02 u00/u03)} ], [qw(indifferent preferred inferior preferred)],
        'PROMETHEE I with ties');

    my $target = assess('return { y = mcda.lopm(x, w, b, { limit = i.limit }) }',
        [ 'weight = 0.5, better = "target", limit = 10', 'weight = 0.5, better = "lower", limit = 4' ], wide([ 8, 2 ], [ 13, 4 ]));
    near($target->{y}{u00}, 0.5 * 0.2 + 0.5 * 0.5, 1e-12, 'LoPM, short of a target');
    near($target->{y}{u01}, 0.5 * 0.3 + 0.5 * 1, 1e-12, 'LoPM, beyond it');

    my $spotis = assess('return { y = mcda.spotis(x, w, b, { low = i.low, high = i.high, expected = i.expected, trust = 0.25 }) }',
        [ 'weight = 1, low = 0, high = 10, expected = 6' ], wide([7], [3]));
    near($spotis->{y}{u00}, 0.25 * 0.1 + 0.75 * 0.3, 1e-12, 'SPOTIS, balanced');
    near($spotis->{y}{u01}, 0.25 * 0.3 + 0.75 * 0.7, 1e-12, 'SPOTIS, balanced, further off');
}

# ---- rank-sum ratio, ranks by hand: five hospitals, three indicators, of the second less is better
{
    my @indicators = map "weight = $_->[0], better = \"$_->[1]\"", [ 0.5, 'higher' ], [ 0.3, 'lower' ], [ 0.2, 'higher' ];
    my @hospitals = ([ 'a', 90, 5, 7 ], [ 'b', 80, 3, 7 ], [ 'c', 70, 9, 5 ], [ 'd', 95, 2, 8 ], [ 'e', 60, 12, 4 ]);
    my $got = assess(<<'LUA', \@indicators, [ [qw(unit c1 c2 c3)], @hospitals ]);
local r, t = mcda.rsr(x, nil, b)
    local linear, four = mcda.rsr(x, nil, b, { ranks = "linear", tiers = 4 })
    return { rsr = r, weighted = (mcda.rsr(x, w, b)), linear = linear, tier4 = four.tier, place = t.place, share = t.share,
      probit = t.probit, fitted = t.fitted, slope = t.slope, intercept = t.intercept, tier = t.tier }
LUA
    my %ranks = (a => [ 4, 3, 3.5 ], b => [ 3, 4, 3.5 ], c => [ 2, 2, 2 ], d => [ 5, 5, 5 ], e => [ 1, 1, 1 ]);
    my %rsr = map { ($_ => sum(@{ $ranks{$_} }) / 15) } keys %ranks;
    near($got->{rsr}{$_}, $rsr{$_}, 1e-12, "RSR of $_") for sort keys %rsr;
    near($got->{weighted}{a}, (0.5 * 4 + 0.3 * 3 + 0.2 * 3.5) / 5, 1e-12, 'RSR, weighted');
    near($got->{linear}{a}, (3 + 4 * 30 / 35 + 4 * 7 / 10 + 4 * 3 / 4) / 15, 1e-12, 'RSR of ranks in between');
    is_deeply($got->{place}, { a => 3.5, b => 3.5, c => 2, d => 5, e => 1 }, 'places: equal ones share');
    # Probits of 0.7, 0.7, 0.4, 0.95 and 0.2 from a table; a and b are one row of the regression.
    my %probit = (a => 5.524401, b => 5.524401, c => 4.746653, d => 6.644854, e => 4.158379);
    near($got->{probit}{$_}, $probit{$_}, 1e-6, "probit of $_") for sort keys %probit;
    my @rows = map [ $probit{$_}, $rsr{$_} ], qw(e c a d);
    my ($mx, $my) = map { my $k = $_; mean_of(map $_->[$k], @rows) } 0, 1;
    my $slope = sum(map { ($_->[0] - $mx) * ($_->[1] - $my) } @rows) / sum(map { ($_->[0] - $mx)**2 } @rows);
    near($got->{slope}{''}, $slope, 1e-6, 'slope of the line');
    near($got->{intercept}{''}, $my - $slope * $mx, 1e-6, 'its intercept');
    near($got->{fitted}{c}, $my + $slope * ($probit{c} - $mx), 1e-6, 'a fitted RSR');
    is_deeply($got->{tier}, { a => 2, b => 2, c => 2, d => 1, e => 2 }, 'three tiers, cut at 6 and 4');
    # By ranks in between a is before b: probits 5.84 and 5.25.
    is_deeply($got->{tier4}, { a => 2, b => 2, c => 3, d => 1, e => 3 }, 'four tiers, cut at 6.5, 5 and 3.5');
}

# Sums of ranks that are equal on paper share a place, whatever their terms: 0.1 * 3 + 0.2 * 2 + 0.3 * 2 and
# 0.1 * 2 + 0.2 * 1 + 0.3 * 3 are both 1.3.
{
    my $got = assess('local r, t = mcda.rsr(x, w, b) return { place = t.place, rsr = r }', [ map "weight = $_", 0.1, 0.2, 0.3 ],
        wide([ 3, 2, 2 ], [ 2, 1, 3 ], [ 1, 3, 1 ]));
    near($got->{rsr}{u00}, 1.3 / 1.8, 1e-12, 'RSR by weights');
    near($got->{rsr}{u01}, 1.3 / 1.8, 1e-12, 'and the same sum in other terms');
    is_deeply($got->{place}, { u00 => 2.5, u01 => 2.5, u02 => 1 }, 'share a place');
}

# ---- fuzzy evaluation, by hand
{
    my @grade = qw(good fair poor);
    my @votes = ([ 0.5, 0.3, 0.2 ], [ 0.2, 0.6, 0.2 ], [ 0.1, 0.2, 0.7 ]);
    file('votes.csv', csv_text([qw(indicator grade value)],
        map { my $k = $_; map [ 'c' . ($k + 1), $grade[$_], $votes[$k][$_] ], 0 .. 2 } 0 .. 2));
    my %want = (weighted => [ 0.33, 0.37, 0.30 ], max_min => [ 0.5, 0.3, 0.2 ], max_product => [ 0.25, 0.18, 0.14 ],
        bounded => [ 0.8, 0.8, 0.6 ]);
    my @how = sort keys %want;
    my $body = join "\n", map "    local $_, g_$_ = mcda.fuzzy(a.data.votes, w, \"$_\")", @how;
    my $got = assess("$body\n    return { " . join(', ', map "$_ = $_, g_$_ = g_$_", @how) . ' }',
        [ map "weight = $_", 0.5, 0.3, 0.2 ], wide([ 1, 1, 1 ]), undef,
        'votes = csv("votes.csv", { indicator = "indicator", grade = "grade", value = "value" })');
    for my $how (@how) {
        my $whole = sum @{ $want{$how} };
        near($got->{$how}{ $grade[$_] }, $want{$how}[$_] / $whole, 1e-12, "fuzzy, $how, $grade[$_]") for 0 .. 2;
    }
    is($got->{g_weighted}{''}, 'fair', 'the greatest membership');
    is($got->{g_max_min}{''}, 'good', 'which hangs on how they are combined');
}

# ---- coupling coordination, by hand: two subsystems, three subsystems
{
    my %u = (a => [ 0.8, 0.2 ], b => [ 0.5, 0.5 ], c => [ 0, 0.9 ], d => [ 0.7, '' ], e => [ 1, 1 ], f => [ 1.2, 0.5 ], g => [ 0, 0 ]);
    my $got = assess(<<'LUA', [ 'weight = 0.6', 'weight = 0.4' ], [ [qw(unit c1 c2)], map [ $_, @{ $u{$_} } ], sort keys %u ]);
local d, t = mcda.coupling(x, w)
    local m, n = mcda.coupling(x, nil, { coupling = "modified" })
    return { d = d, c = t.coupling, degree = t.degree, m = m, mc = n.coupling }
LUA
    near($got->{c}{a}, 2 * sqrt(0.8 * 0.2) / 1, 1e-12, 'coupling of 0.8 and 0.2 is 0.8');
    near($got->{d}{a}, sqrt(0.8 * 0.56), 1e-12, 'and coordination');
    near($got->{m}{a}, sqrt(sqrt((1 - 0.6) * 0.2 / 0.8) * 0.5), 1e-12, 'the modified one, weighed equally');
    near($got->{mc}{c}, 0, 1e-12, 'a subsystem at 0 does not couple');
    is_deeply({ map { ($_ => $got->{d}{$_}) } qw(c d e f g) }, { c => 0, d => '', e => 1, f => '', g => 0 },
        'zero, missing, full, beyond 1, all zero');
    is_deeply({ map { ($_ => decode_utf8($got->{degree}{$_})) } qw(a b c d e) },
        { a => '初级协调', b => '中级协调', c => '极度失调', d => '', e => '优质协调' }, 'degrees');
    my $three = assess('return { d = (mcda.coupling(x)), m = (mcda.coupling(x, nil, { coupling = "modified" })) }',
        [ ('weight = 1') x 3 ], wide([ 0.9, 0.4, 0.3 ]));
    my $mean = 1.6 / 3;
    near($three->{d}{u00}, sqrt((0.9 * 0.4 * 0.3)**(1 / 3) / $mean * $mean), 1e-12, 'three subsystems');
    my $modified = sqrt((1 - (0.5 + 0.6 + 0.1) / 3) * sqrt(0.4 / 0.9 * 0.3 / 0.9));
    near($three->{m}{u00}, sqrt($modified * $mean), 1e-12, 'and modified');
}

# ---- data envelopment
{
    # Two inputs, one output: Cooper, Seiford and Tone 2007, example 2.2.
    my @roles = map "role = \"$_\"", qw(input input output);
    my %unit = (A => [ 4, 3, 1 ], B => [ 7, 3, 1 ], C => [ 8, 1, 1 ], D => [ 4, 2, 1 ], E => [ 2, 4, 1 ],
        F => [ 10, 1, 1 ], G => [ 3, '', 1 ]);
    my $got = assess('local e, v = mcda.ccr(x, i.role) return { ccr = e, v = v }', \@roles,
        [ [qw(unit c1 c2 c3)], map [ $_, @{ $unit{$_} } ], sort keys %unit ]);
    my %want = (A => 0.8571, B => 0.6316, C => 1, D => 1, E => 1, F => 1);
    near($got->{ccr}{$_}, $want{$_}, 5e-5, "CCR of $_") for sort keys %want;
    is($got->{ccr}{G}, '', 'CCR: a unit that lacks an input has none');
    near($got->{v}{'A/c1'} * 4 + $got->{v}{'A/c2'} * 3, 1, 1e-12, 'CCR: weighted inputs are 1');

    # One input, one output: the frontier goes A B C D, between which E and F are measured by hand.
    my %point = (A => [ 2, 1 ], B => [ 3, 3 ], C => [ 6, 5 ], D => [ 9, 6 ], E => [ 5, 2 ], F => [ 8, 5 ]);
    my %input = (A => 1, B => 1, C => 1, D => 1, E => 2.5 / 5, F => 6 / 8);
    my %output = (A => 1, B => 1, C => 1, D => 1, E => 2 / (3 + 4 / 3), F => 5 / (5 + 2 / 3));
    my $line = assess(<<'LUA',
return { ccr = (mcda.ccr(x, i.role)), bcc = mcda.bcc(x, i.role), out = mcda.bcc(x, i.role, { orientation = "output" }) }
LUA
        [ @roles[ 0, 2 ] ], [ [qw(unit c1 c2)], map [ $_, @{ $point{$_} } ], sort keys %point ]);
    for (sort keys %point) {
        near($line->{ccr}{$_}, $point{$_}[1] / $point{$_}[0], 1e-9, "CCR of $_ is its productivity, that of B being 1");
        near($line->{bcc}{$_}, $input{$_}, 1e-9, "BCC of $_, inputs");
        near($line->{out}{$_}, $output{$_}, 1e-9, "BCC of $_, outputs");
    }
}

# as_printed(NAME, CALL, PLACES, CASE, WANT): the results of a case, to the rounding they are printed with. A case is as the
# reference has it: rows, weights, types, and what else the method is told.
sub as_printed {
    my ($name, $call, $places, $case, $want) = @_;
    my $bounds = $case->{bounds} || $case->{range_t};
    my @has = map {
        my $j = $_;
        join ', ', $case->{weights} ? "weight = $case->{weights}[$j]" : (),
            $case->{types} ? "better = \"$word[$case->{types}[$j]]\"" : (),
            $bounds ? sprintf('low = %s, high = %s', @{ $bounds->[$j] }) : (),
            $case->{ideal} ? sprintf('low = %s, high = %s', sort { $a <=> $b } $case->{ideal}[$j], $case->{anti_ideal}[$j]) : (),
            $case->{esp} ? "expected = $case->{esp}[$j]" : (), $case->{limit} ? "limit = $case->{limit}[$j]" : (),
            $case->{ref_s} ? sprintf('target = { %s, %s }', @{ $case->{ref_s}[$j] }) : ();
    } 0 .. $#{ $case->{matrix}[0] };
    my $got = assess("return { y = ($call) }", \@has, wide(@{ $case->{matrix} }))->{y};
    my @own = map $got->{$_} // '', sort keys %{ $got // {} };    # over units, or units and indicators
    my @off = grep { ($own[$_] // '') !~ /\d/ || abs($own[$_] - $want->[$_]) > 0.5 * 10**-$places + 1e-9 } 0 .. $#$want;
    ok(@own == @$want && !@off, "$name, to $places places") or diag("got  @own\nwant @$want");
}

# ---- examples of papers, as the authors of pymcdm state them
as_printed('WASPAS, Chakraborty et al. 2015', 'mcda.waspas(x, w, b)', 4, {
    weights => [ 0.1181, 0.1181, 0.0445, 0.1181, 0.2861, 0.2861, 0.0445 ], types => [ 1, 1, 1, 1, 1, -1, -1 ],
    matrix => [ [ 30, 23, 5, 0.745, 0.745, 1500, 5000 ], [ 18, 13, 15, 0.745, 0.745, 1300, 6000 ], [ 15, 12, 10, 0.5, 0.5, 950, 7000 ],
        [ 25, 20, 13, 0.745, 0.745, 1200, 4000 ], [ 14, 18, 14, 0.255, 0.745, 950, 3500 ], [ 17, 15, 9, 0.745, 0.5, 1250, 5250 ],
        [ 23, 18, 20, 0.5, 0.745, 1100, 3000 ], [ 16, 8, 14, 0.255, 0.5, 1500, 3000 ] ],
}, [ 0.8329, 0.7884, 0.6987, 0.8831, 0.7971, 0.7036, 0.8728, 0.5749 ]);
as_printed('CODAS, Badi et al. 2017', 'mcda.codas(x, w, b)', 4, {
    weights => [ 0.2857, 0.3036, 0.2321, 0.1786 ], types => [ 1, -1, 1, 1 ],
    matrix => [ [ 45, 3600, 45, 0.9 ], [ 25, 3800, 60, 0.8 ], [ 23, 3100, 35, 0.9 ], [ 14, 3400, 50, 0.7 ], [ 15, 3300, 40, 0.8 ],
        [ 28, 3000, 30, 0.6 ] ],
}, [ 1.3914, 0.3411, -0.2170, -0.5381, -0.7292, -0.2481 ]);
as_printed('EDAS, Yazdani et al. 2020', 'mcda.edas(x, w, b)', 3, {
    weights => [ 0.131, 0.113, 0.126, 0.125, 0.126, 0.129, 0.132, 0.117 ], types => [ -1, -1, -1, 1, 1, -1, 1, 1 ],
    matrix => [ [ 3873, 39.55, 0.27, 0.87, 150, 0.07, 12, 2130 ], [ 5067, 67.26, 0.23, 0.23, 40, 0.02, 21, 2200 ],
        [ 2213, 24.69, 0.08, 0.17, 200, 0.04, 35, 570 ], [ 6243, 132, 0.07, 0.25, 100, 0.04, 16, 100 ],
        [ 8312, 460.47, 0.05, 0.21, 25, 0.1, 25, 200 ] ],
}, [ 0.841, 0.632, 0.883, 0.457, 0.104 ]);
as_printed('MABAC, Pamučar and Ćirović 2015', 'mcda.mabac(x, w, b)', 4, {
    weights => [ 0.146, 0.144, 0.119, 0.121, 0.115, 0.101, 0.088, 0.068, 0.05, 0.048 ], types => [ -1, 1, 1, 1, -1, -1, 1, 1, 1, 1 ],
    matrix => [ [ 22600, 3800, 2, 5, 1.06, 3, 3.5, 2.8, 24.5, 6.5 ], [ 19500, 4200, 3, 2, 0.95, 3, 3.4, 2.2, 24, 7 ],
        [ 21700, 4000, 1, 3, 1.25, 3.2, 3.3, 2.5, 24.5, 7.3 ], [ 20600, 3800, 2, 5, 1.05, 3.25, 3.2, 2, 22.5, 11 ],
        [ 22500, 3800, 4, 3, 1.35, 3.2, 3.7, 2.1, 23, 6.3 ], [ 23250, 4210, 3, 5, 1.45, 3.6, 3.5, 2.8, 23.5, 7 ],
        [ 20300, 3850, 2, 5, 0.9, 3.25, 3, 2.6, 21.5, 6 ] ],
}, [ 0.0826, 0.2183, -0.0488, 0.0246, -0.0704, 0.0465, 0.0464 ]);
as_printed('VIKOR, Opricovic and Tzeng 2004', 'mcda.vikor(x, w, b)', 3,
    { weights => [ 0.5, 0.5 ], types => [ -1, 1 ], matrix => [ [ 1, 3000 ], [ 2, 3750 ], [ 5, 4500 ] ] }, [ 1, 0, 1 ]);

# ---- all published cases
SKIP: {
    my $path = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/mcda/published_cases.json';
    skip 'the reference data is not here', 1 unless -e $path;
    my $published = JSON::PP->new->utf8->decode(slurp($path));
    my %call = (
        ARAS => 'aras(x, w, b)', MAIRCA => 'mairca(x, w, b)', MOORA => 'moora(x, w, b)', OCRA => 'ocra(x, w, b)',
        PROMETHEE_II => 'promethee(x, w, b)', VIKOR => 'vikor(x, w, b)', RIM => 'rim(x, w, i)', RAM => 'ram(x, w, b)',
        PROBID => 'probid(x, w, b)', LMAW => 'lmaw(x, w, b)', AROMAN => 'aroman(x, w, b)',
        TOPSIS => 'topsis(x, w, b, { scale = mcda.minmax })',
        WSM => 'wsm(x, w, b, { scale = mcda.sum })', WPM => 'wpm(x, w, b, { scale = mcda.sum })',
        SPOTIS2 => 'spotis(x, w, b, { low = i.low, high = i.high, expected = i.expected })',
        BalancedSPOTIS => 'spotis(x, w, b, { low = i.low, high = i.high, expected = i.expected, trust = 0.5 })',
        LoPM => 'lopm(x, w, b, { limit = i.limit })', RAFSI => 'rafsi(x, w, b, { low = i.low, high = i.high })',
        # The reference has a list of ones, 560 long: Python's [1] * 7 * 80 of what is 80 for each of the seven.
        ERVD => 'ervd(x, w, b, { reference = 80 })',
        # What is printed is the result of all being better when higher: pymcdm adds S- where the paper divides by it.
        # The method itself is held against loops above.
        COPRAS => 'copras(x, w)', COPRAS2 => 'copras(x, w)',
        COMET => 'comet(x, w, b, { criteria = { ' . join(', ', map "'c$_'", 1 .. 9) . ' } })',
    );
    # The reference gives no inputs of the first, and no limits of the second; these are of the sources it names.
    my %inputs = (
        BalancedSPOTIS => { types => [ -1, -1, 1 ], weights => [ 0.33, 0.56, 0.11 ], esp => [ 110, 45, 2018 ],
            bounds => [ [ 70, 360 ], [ 35, 70 ], [ 2013, 2018 ] ],
            matrix => [ [ 94, 69.9, 2017 ], [ 297, 42, 2013 ], [ 205, 68.9, 2015 ], [ 360, 36.9, 2014 ], [ 86, 59.9, 2017 ],
                [ 79.6, 63.8, 2017 ], [ 113, 56.9, 2015 ], [ 171, 58, 2016 ] ] },
        LoPM => { types => [ 1, 1, -1, -1, 0, -1 ], limit => [ 10000, 14, 0.0015, 3.5, 2.3, 9 ] },
    );
    for my $case (@{ $published->{methods} }) {
        my $name = $case->{method};
        {
            my $want = $case->{output} // $case->{expected};
            my $places = max map { /\.(\d+)/ ? length $1 : 0 } @$want;
            as_printed("published: $name", 'mcda.' . ($call{$name} // 'missing'), $places, { %$case, %{ $inputs{$name} // {} } }, $want);
            as_printed("published: simple $name", 'select(2, mcda.probid(x, w, b))', 4, $case, $case->{output_735})
                if $case->{output_735};
        }
    }
    my %scale_of = (Minmax => 'minmax', Max => 'max', Sum => 'sum', Vector => 'vector', Logarithmic => 'logarithmic',
        Linear => 'linear', Nonlinear => 'nonlinear', EA => 'enhanced', ZT => 'zavadskas_turskis');
    for my $case (@{ $published->{normalisations} }) {
        my ($kind) = $case->{method} =~ /^(\w+?)Normalization/;
        as_printed("published: $case->{method}", "mcda.$scale_of{$kind}(x, b)", 8, $case, $case->{output});
    }
}
done_testing();
