#!/usr/bin/perl
# Weights from ranks, from steps, from best and worst, and joined from several sets: against printed figures where there
# are any, else against another way to work them out: all corners of a linear program, elimination, search.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use List::Util qw(max min sum);
use Test::More;

my $files = 0;

# judged(BODY): the outputs of a rule without data, and what it says on the way.
sub judged {
    my ($body) = @_;
    my $path = file('judged' . ++$files . '.lua', <<"LUA");
local experts, weigh = require "methods.experts", require "methods.weigh"
return assessment { id = "judged", title = "judged", compute = function(a)
    $body
  end }
LUA
    my ($status, $out, $err) = run($path);
    return ($status ? {} : outputs($path), $out . $err, $status);
}
sub listed { my (@v) = @_; return '{ ' . join(', ', map "{ \"c$_\", $v[$_ - 1] }", 1 .. @v) . ' }' }
sub all_near {
    my ($got, $want, $within, $name) = @_;
    my @off = grep { my $g = $got->{"c$_"}; !defined $g || $g !~ /\d/ || abs($g - $want->[ $_ - 1 ]) > $within } 1 .. @$want;
    ok(!@off, $name) or diag(join "\n", map "c$_: got " . ($got->{"c$_"} // 'nothing') . ", want $want->[$_ - 1]", @off);
}
sub shares { my $s = sum @_; return map { $_ / $s } @_ }

sub linear { # Gauss: solves left s = right, or nothing where there is no one solution
    my ($left, $right) = @_;
    my @m = map { [ @{ $left->[$_] }, $right->[$_] ] } 0 .. $#$left;
    for my $k (0 .. $#m) {
        my ($p) = sort { abs $m[$b][$k] <=> abs $m[$a][$k] } $k .. $#m;
        @m[ $k, $p ] = @m[ $p, $k ];
        return if abs $m[$k][$k] < 1e-10;
        for my $r (grep { $_ != $k } 0 .. $#m) {
            my $f = $m[$r][$k] / $m[$k][$k];
            $m[$r][$_] -= $f * $m[$k][$_] for $k .. $#m + 1;
        }
    }
    return map { $m[$_][-1] / $m[$_][$_] } 0 .. $#m;
}

# ---- ranks ----

# Printed by Barron and Barrett 1996 for four attributes (figures from memory): ROC .5208 .2708 .1458 .0625,
# RS .4 .3 .2 .1, RR .48 .24 .16 .12.
my ($got) = judged('local r = array("indicator", ' . listed(2, 1, 4, 3) . ')
    return { roc = experts.ranked(r), rsw = experts.ranked(r, { method = "sum" }), rrw = experts.ranked(r, { method = "reciprocal" }),
      squared = experts.ranked(r, { method = "sum", power = 2 }),
      tied = experts.ranked(array("indicator", ' . listed(5, 9, 5, 7) . '), { method = "reciprocal" }) }');
all_near($got->{roc}, [ .2708, .5208, .0625, .1458 ], .5001e-4, 'rank order centroid as printed');
all_near($got->{rsw}, [ .3, .4, .1, .2 ], 1e-15, 'rank sum as printed');
all_near($got->{rrw}, [ .24, .48, .12, .16 ], 1e-12, 'rank reciprocal as printed');
all_near($got->{squared}, [ shares(9, 16, 1, 4) ], 1e-14, 'rank exponent');
# 5, 5, 7, 9: the two share (1 + 1/2) / 2.
all_near($got->{tied}, [ shares(.75, 1 / 4, .75, 1 / 3) ], 1e-14, 'equal ranks share their weights');

{    # The centroid is the mean of all weights that keep the order: that of the corners (1, 0, 0), (1/2, 1/2, 0) …
    my @mean = map { my $r = $_; sum(map { $r <= $_ ? 1 / $_ : 0 } 1 .. 6) / 6 } 1 .. 6;
    my ($six) = judged('return { w = experts.ranked(array("indicator", ' . listed(1 .. 6) . ')) }');
    all_near($six->{w}, \@mean, 1e-14, 'the centroid of six is the mean of the corners');
}

# ---- steps and priorities ----

# q: 1, 1/1.2, 1/1.2/1.35, 1/1.2/1.35/1; by hand.
($got) = judged('return { w = experts.swara("indicator", { { "c1" }, { "c2", 0.2 }, { "c3", 0.35 }, { "c4", 0 } }),
    same = experts.swara("indicator", { { "c1", 0 } }) }');
all_near($got->{w}, [ shares(1, 1 / 1.2, 1 / 1.62, 1 / 1.62) ], 1e-15, 'SWARA');
for my $case ([ '{ { "c1" }, { "c2", -0.2 } }', qr/'c2' matters less than the one before by a number of 0 or more, not -0\.2/ ],
    [ '{ { "c1", 0.3 }, { "c2", 0.2 } }', qr/'c1' comes first and is compared with none, not 0\.3/ ],
    [ '{ { "c1" }, { "c2" } }', qr/'c2' .* not nil/ ]) {
    my (undef, $said, $status) = judged("return { w = experts.swara(\"indicator\", $case->[0]) }");
    ok($status == 3 && $said =~ $case->[1], "SWARA: $case->[0]") or diag($said);
}

# Pamucar, Stevic and Sremac 2018, as the R package fucom tests it: priorities 1 1 1 2 4 4 4 4 give .2222 three
# times, .1110 and .0556 four times, with a deviation of 0.
($got) = judged('return { w = experts.fucom("indicator", ' . listed(1, 1, 1, 2, 4, 4, 4, 4) . ') }');
all_near($got->{w}, [ (.2222) x 3, .1110, (.0556) x 4 ], 1.5e-4, 'FUCOM as printed');
{    # The linear program of other priorities has that solution, with a deviation of 0.
    my @p = (1, 2.1, 3, 3, 4.4);
    my ($out) = judged('return { w = experts.fucom("indicator", ' . listed(@p) . ') }');
    my @w = map $out->{w}{"c$_"}, 1 .. 5;
    cmp_ok(max((map abs($w[$_] - $p[ $_ + 1 ] / $p[$_] * $w[ $_ + 1 ]), 0 .. 3), map abs($w[$_] - $p[ $_ + 2 ] / $p[$_] * $w[ $_ + 2 ]), 0 .. 2),
        '<', 1e-15, 'all ratios of FUCOM are met');
}
for my $case ([ listed(1, 3, 2), qr/'c3' matters no more than the one before: its priority is 3 or more, not 2/ ],
    [ listed(2, 3), qr/'c1' matters most: its priority is 1, not 2/ ]) {
    my (undef, $said, $status) = judged("return { w = experts.fucom(\"indicator\", $case->[0]) }");
    ok($status == 3 && $said =~ $case->[1], "FUCOM: $case->[0]") or diag($said);
}

# ---- best and worst ----

sub bwm {
    my ($best, $worst) = @_;
    return judged('local w, t = experts.bwm(array("indicator", ' . listed(@$best) . '), array("indicator", ' . listed(@$worst) . '))
    return { w = w, xi = t.xi, cr = t.cr, input = t.cr_input }');
}

# Rezaei 2016, a means of transport: load flexibility, accessibility, cost; (8, 2, 1) and (1, 5, 8). From memory: xi of
# the first model .26, its consistency ratio .058. The linear model by hand: 2 * 5 > 8, so that
# c = 2a - x, a = 5f - x, c = 8f + x, hence x = f / 2, a = 4.5 f, c = 8.5 f, and 14 f = 1.
my ($transport) = bwm([ 8, 2, 1 ], [ 1, 5, 8 ]);
all_near($transport->{w}, [ 1 / 14, 4.5 / 14, 8.5 / 14 ], 1e-12, 'BWM: the linear model by hand');
near($transport->{xi}{''}, 0.5 / 14, 1e-12, 'its greatest difference');
near($transport->{cr}{''}, .058, .5001e-3, 'the consistency ratio, three places');
near($transport->{cr}{''}, (4 - sqrt 14) / ((17 - sqrt 65) / 2), 1e-12, 'by its equation, (2 - x) (5 - x) = 8 + x');
near($transport->{input}{''}, abs(2 * 5 - 8) / (64 - 8), 1e-14, 'and that of the answers');
# Answers that do not contradict each other.
my ($car) = bwm([ 2, 1, 4, 2, 8 ], [ 4, 8, 2, 4, 1 ]);
all_near($car->{w}, [ shares(1 / 2, 1, 1 / 4, 1 / 2, 1 / 8) ], 1e-12, 'BWM: consistent answers');
near($car->{$_}{''}, 0, 1e-12, "$_ is 0") for qw(xi cr input);

# all corners of the program: minimise x over w1 … wn, x; the sum of w is 1.
sub corners {
    my ($best, $worst, $b, $w) = @_;
    my $n = @$best;
    my @rows; # sum of row times (w, x) <= 0
    for my $j (0 .. $n - 1) {
        for my $pair ([ $b, $j, $best->[$j] ], [ $j, $w, $worst->[$j] ]) {
            my ($i, $k, $times) = @$pair;
            next if $i == $k;
            for my $sign (1, -1) {
                my @row = (0) x $n;
                $row[$i] += $sign;
                $row[$k] -= $sign * $times;
                push @rows, [ @row, -1 ];
            }
        }
        push @rows, [ (map $_ == $j ? -1 : 0, 0 .. $n - 1), 0 ];
    }
    my ($least, @at) = (9e9);
    my $try;
    $try = sub {
        my ($from, @chosen) = @_;
        if (@chosen == $n) {
            my @s = linear([ [ (1) x $n, 0 ], map $rows[$_], @chosen ], [ 1, (0) x $n ]) or return;
            return if $s[$n] >= $least - 1e-12 || grep { my $r = $_; sum(map $r->[$_] * $s[$_], 0 .. $n) > 1e-9 } @rows;
            ($least, @at) = ($s[$n], @s[ 0 .. $n - 1 ]);
            return;
        }
        $try->($_ + 1, @chosen, $_) for $from .. $#rows;
    };
    $try->(0);
    return ($least, @at);
}

sub lowest { # of a function that falls, then rises
    my ($f, $lo, $hi) = @_;
    for (1 .. 90) {
        my ($p, $q) = ($lo + ($hi - $lo) / 3, $hi - ($hi - $lo) / 3);
        if ($f->($p) < $f->($q)) { $hi = $q } else { $lo = $p }
    }
    return $f->(($lo + $hi) / 2);
}

# Rezaei's first model by search: r is the best over the worst, t an item over the worst.
sub first_model {
    my ($best, $worst, $b, $w) = @_;
    my $a = $best->[$w];
    return lowest(sub {
        my ($r) = @_;
        return max(abs($r - $a), map { my ($p, $q) = ($best->[$_], $worst->[$_]);
            $_ == $b || $_ == $w ? 0 : lowest(sub { max(abs($r / $_[0] - $p), abs($_[0] - $q)) }, 0.05, 12) } 0 .. $#$best);
    }, 0.5, 14);
}
for my $case ([ [ 1, 3, 4, 7 ], [ 7, 5, 2, 1 ] ], [ [ 2, 1, 9, 5 ], [ 6, 9, 1, 3 ] ], [ [ 4, 6, 1, 3 ], [ 3, 1, 6, 4 ] ], [ [ 1, 2, 2, 2 ], [ 2, 2, 2, 1 ] ]) {
    my ($best, $worst) = @$case;
    my ($b) = grep $best->[$_] == 1, 0 .. 3;
    my ($w) = grep $worst->[$_] == 1, 0 .. 3;
    my ($out) = bwm($best, $worst);
    my ($least, @w) = corners($best, $worst, $b, $w);
    near($out->{xi}{''}, $least, 1e-10, "BWM of @$best: the least of all corners");
    all_near($out->{w}, \@w, 1e-9, 'and its weights');
    my $a = $best->[$w];
    near($out->{cr}{''}, first_model($best, $worst, $b, $w) / ((1 + 2 * $a - sqrt(8 * $a + 1)) / 2), 1e-6, 'consistency by search');
}
{    # Rezaei's table of the greatest xi (2015): 1.63 for 4, 4.47 for 8. p = q = 4 reaches it.
    my ($worst_case) = bwm([ 1, 4, 4 ], [ 4, 4, 1 ]);
    near($worst_case->{cr}{''}, 1, 1e-12, 'the least consistent answers there are');
    near((1 + 2 * $_->[0] - sqrt(8 * $_->[0] + 1)) / 2, $_->[1], .00501, "the index of $_->[0] as printed") for [ 4, 1.63 ], [ 8, 4.47 ], [ 9, 5.23 ];
}
# Experts at once; who was not compared; what is no answer.
($got) = judged('local answer = array("expert", { { "Li", 1 }, { "Wang", 2 } })
    local best = where(answer:eq(1), array("indicator", ' . listed(8, 2, 1) . '), array("indicator", ' . listed(1, 2, 4) . '))
    local worst = where(answer:eq(1), array("indicator", ' . listed(1, 5, 8) . '), array("indicator", ' . listed(4, 2, 1) . '))
    local w, t = experts.bwm(best, worst)
    return { w = w, cr = t.cr, apart = experts.bwm(best:at { expert = "Wang" }:only { indicator = { "c1", "c3" } }, worst:at { expert = "Wang" }),
      alone = experts.bwm(best:at { expert = "Wang" }:only { indicator = { "c1" } }, worst:at { expert = "Wang" }) }');
near($got->{w}{'c2/Li'}, 4.5 / 14, 1e-12, 'one expert');
near($got->{w}{'c2/Wang'}, 2 / 7, 1e-12, 'the other');
near($got->{cr}{Wang}, 0, 1e-12, 'who does not contradict himself');
is(join(' ', map sprintf('%.4s', $got->{apart}{$_} || '-'), qw(c1 c2 c3)), '0.8 - 0.2', 'an item that nothing is said of has no weight');
is($got->{alone}{c1}, 1, 'one item has it all');
for my $case ([ [ 1, 0.5, 4 ], [ 4, 2, 1 ], qr/a\s+comparison\s+is\s+below\s+1/ ], [ [ 2, 2, 4 ], [ 4, 2, 1 ], qr/no\s+item\s+has\s+a\s+1/ ],
    [ [ 1, 2, 4 ], [ 5, 2, 1 ], qr/compared\s+in\s+two\s+ways/ ]) {
    my ($out, $said) = bwm(@$case[ 0, 1 ]);
    is(join('', values %{ $out->{w} // {} }), '', 'BWM: no weights');
    like($said, $case->[2], 'and a warning');
}

# ---- sets of weights made one: no printed case at hand; by arithmetic and elimination ----

my @set = ([ 0.5, 0.3, 0.2 ], [ 0.2, 0.2, 0.6 ], [ 0.1, 0.7, 0.2 ]);
my $sets = join ', ', map 'array("indicator", ' . listed(@$_) . ')', @set;
($got) = judged("local all = { $sets }
    local two, three = { all[1], all[2] }, all
    local g, a = weigh.combined(two, { method = 'game' })
    local h, b = weigh.combined(three, { method = 'game' })
    local groups = array('indicator', { c1 = 'g', c2 = 'g', c3 = 'h' })
    return { sum = weigh.combined(two), parted = weigh.combined(two, { parts = { 0.7, 0.3 } }),
      product = weigh.combined(two, { method = 'multiplicative' }), root = weigh.combined(three, { method = 'multiplicative', parts = { 0.5, 0.3, 0.2 } }),
      g = g, a1 = a[1], a2 = a[2], h = h, b1 = b[1], b2 = b[2], b3 = b[3],
      twins = weigh.combined({ all[1], all[1] }, { method = 'game' }),
      ten = weigh.combined { 10 * all[1], all[2] }, gap = weigh.combined { all[1], all[2]:only { indicator = { 'c1', 'c3' } } },
      apart = weigh.combined(two, { method = 'multiplicative', within = groups, axis = 'pair' }) }");
all_near($got->{sum}, [ .35, .25, .4 ], 1e-15, 'the mean of two sets');
all_near($got->{parted}, [ .41, .27, .32 ], 1e-15, 'in parts of seven and three');
all_near($got->{product}, [ shares(.1, .06, .12) ], 1e-15, 'the product');
all_near($got->{root}, [ shares(map { my $j = $_; $set[0][$j]**.5 * $set[1][$j]**.3 * $set[2][$j]**.2 } 0 .. 2) ], 1e-14, 'powers');
sub dot { my ($v, $w) = @_; return sum(map $v->[$_] * $w->[$_], 0 .. $#$v) }
sub game {
    my @of = @_;
    my @a = shares(linear([ map { my $v = $_; [ map dot($v, $_), @of ] } @of ], [ map dot($_, $_), @of ]));
    return (\@a, [ map { my $j = $_; sum(map $a[$_] * $of[$_][$j], 0 .. $#of) } 0 .. 2 ]);
}
my ($a, $w) = game(@set[ 0, 1 ]);
all_near($got->{g}, $w, 1e-12, 'by game theory, two sets');
near($got->{"a$_"}{''}, $a->[ $_ - 1 ], 1e-12, "part $_") for 1, 2;
($a, $w) = game(@set);
all_near($got->{h}, $w, 1e-11, 'three sets');
near($got->{"b$_"}{''}, $a->[ $_ - 1 ], 1e-11, "part $_") for 1 .. 3;
all_near($got->{twins}, $set[0], 1e-15, 'the same set twice is that set');
all_near($got->{ten}, [ .35, .25, .4 ], 1e-15, 'sets count as shares');
near($got->{gap}{c3}, (2 / 7 + 3 / 4) / 2, 1e-15, 'what one has no weight for counts in none');
is($got->{gap}{c2}, '', 'and has none');
all_near($got->{apart}, [ shares(.1, .06), 1 ], 1e-15, 'within groups');
my ($odd, $said) = judged('local v, w = array("indicator", ' . listed(.4, .3, .3) . '), array("indicator", ' . listed(.9, .05, .05) . ')
    return { w = (weigh.combined({ v, w }, { method = "game" })), amount = (weigh.combined({ v, w }, { method = "game", absolute = true })) }');
is(join('', values %{ $odd->{w} }), '', 'a part below 0 leaves no weights');
like($said, qr/by\s+game\s+theory\s+a\s+set\s+has\s+a\s+part\s+below\s+0/, 'with a warning');
{    # w1.w1 = .34, w1.w2 = .39, w2.w2 = .815: a1 : a2 = .815 (.34 - .39) : .34 (.815 - .39)
    my @part = shares(.815 * .05, .34 * .425);
    all_near($odd->{amount}, [ map $part[0] * $_->[0] + $part[1] * $_->[1], [ .4, .9 ], [ .3, .05 ], [ .3, .05 ] ], 1e-12, 'or its amount counts');
}
for my $case ([ '{ w }', qr/two sets of weights or more/ ], [ '{ w, w }, { parts = { 1 } }', qr/a number for each of the 2 sets/ ],
    [ '{ w, w }, { method = "game", parts = { 1, 1 } }', qr/finds its parts itself/ ], [ '{ w, w }, { method = "mean" }', qr/not mean/ ]) {
    my (undef, $said, $status) = judged('local w = array("indicator", ' . listed(.4, .6) . ") return { w = (weigh.combined($case->[0])) }");
    ok($status == 3 && $said =~ $case->[1], "combined($case->[0])") or diag($said);
}
done_testing();
