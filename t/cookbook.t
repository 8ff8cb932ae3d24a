#!/usr/bin/perl
# The recipes of the cookbook: each runs, doc/cookbook.md has the same text (t/manual.t runs it from there), and its
# results are those of a calculation by hand.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8 encode_utf8);
use File::Copy qw(copy);
use List::Util qw(max min sum);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my %block;
my $manual = slurp('doc/cookbook.md');
$block{$1} = $2 while $manual =~ /^```(?:lua|csv) (\S+)\n(.*?)^```$/msg;
copy($_, $tmp) or die "$_: $!" for glob 'samples/cookbook/*';
my %run;
for my $path (sort glob 'samples/cookbook/*') {
    my ($name) = $path =~ m{([^/]+)$};
    is($block{$name}, slurp($path), "$name stands in the cookbook as it is");
    $run{$1} = outputs("$tmp/$name") if $name =~ /^(.+)\.lua$/;
}

# got(RECIPE, OUTPUT, { LABEL => VALUE }): numbers within half of the last of four places, texts as they are.
sub got {
    my ($recipe, $output, $want) = @_;
    for my $at (sort keys %$want) {
        my $own = $run{$recipe}{$output}{ encode_utf8($at) };
        if ($want->{$at} =~ /^-?[0-9.]+(?:e-?\d+)?$/) { near($own, $want->{$at}, 0.5001e-4, "$recipe: $output of $at") }
        else { is(decode_utf8($own // '(nothing)'), $want->{$at}, "$recipe: $output of $at") }
    }
}

{    # TOPSIS: vectors of the three whole offers
    my %offer = (Anda => [ 120, 97.5, 14, 80 ], Bolin => [ 105, 94, 21, 70 ], Chang => [ 130, 99.2, 10, 90 ]);
    my @weight = (0.4, 0.3, -0.2, 0.1);    # the sign is the direction
    $weight[0] = -0.4;
    my %v;
    for my $j (0 .. 3) {
        my $length = sqrt sum map $_->[$j]**2, values %offer;
        $v{$_}[$j] = $weight[$j] * $offer{$_}[$j] / $length for keys %offer;
    }
    my %far = map { my $o = $_; my ($best, $worst) = map { my $f = $_; sqrt sum map { my $j = $_; ($v{$o}[$j] - $f->(map $_->[$j], values %v))**2 } 0 .. 3 } \&max, \&min;
        ($o => $worst / ($best + $worst)) } keys %offer;
    got('topsis', 'nearness', \%far);
    my @order = sort { $far{$b} <=> $far{$a} } keys %far;
    got('topsis', 'rank', { map { ($order[$_] => $_ + 1) } 0 .. 2 });
    is($run{topsis}{nearness}{Dong}, '', 'topsis: an offer with a gap has none');
}

# PROMETHEE by hand, for instance North against the others:
# East (rent dearer by 6: East leads (6-2)/8), road 10 minutes nearer: 10/20, permit: 1 -> 0.3/2 + 0.2 = 0.35
# South (rent dearer by 1: nothing), road 30 nearer: 1, permits equal -> 0.3; West: rent 8 lower: 6/8, road 1, permit 1 -> 0.875
got('promethee', 'plus', { North => (0.35 + 0.3 + 0.875) / 3 });
# East leads North 0.5 * 4/8 = 0.25; South leads North 0 (1 yuan); West leads nobody by anything here.
got('promethee', 'minus', { North => 0.25 / 3 });
got('promethee', 'net', { North => (0.35 + 0.3 + 0.875 - 0.25) / 3 });
is($run{promethee}{relation}{'North/East'}, 'preferred', 'promethee: North is ahead of East both ways');

# RSR: ranks of 甲 2 2 5 5, 乙 3 3 4 3, 丙 5 5 2 2, 丁 4 4 3 4, 戊 6 6 6 6, 己 1 1 1 1, of six hospitals.
got('rsr', 'rsr', { '甲' => 14 / 24, '乙' => 13 / 24, '丙' => 14 / 24, '丁' => 15 / 24, '戊' => 1, '己' => 4 / 24 });
# places 3.5 2 3.5 5 6 1; probits of 1/6, 1/3, 7/12, 5/6 and 23/24 from a table
got('rsr', 'probit', { '己' => 4.0326, '乙' => 4.5693, '甲' => 5.2104, '丁' => 5.9674, '戊' => 6.7317 });
got('rsr', 'tier', { '甲' => 2, '乙' => 2, '丙' => 2, '丁' => 2, '戊' => 1, '己' => 2 });

# DEA: Chengnan has the most cases for its staff (7.5) and for its budget (50), so everybody is held against it.
my %district = (Baita => [ 20, 3, 100 ], Chengnan => [ 40, 6, 300 ], Donghu => [ 60, 12, 400 ], Fushan => [ 50, 9, 200 ], Gulou => [ 80, 10, 400 ]);
my %constant = map { my ($staff, $budget, $cases) = @{ $district{$_} }; ($_ => max($cases / $staff / 7.5, $cases / $budget / 50)) } keys %district;
got('dea', 'constant', \%constant);
# Fushan's 200 cases are half Baita, half Chengnan: staff 30 of 50, budget 4.5 of 9. Donghu and Gulou have the most cases.
my %variable = (Baita => 1, Chengnan => 1, Donghu => 1, Fushan => 0.6, Gulou => 1);
got('dea', 'variable', \%variable);
got('dea', 'scale', { map { ($_ => $constant{$_} / $variable{$_}) } keys %variable });

# Coupling: 滨江 in 2015 has income 0.4, services 0.4; green 0.5, dust 20/65.
{
    my ($economy, $environment) = (0.7 * 0.4 + 0.3 * 0.4, (0.5 + 20 / 65) / 2);
    my $coupling = 2 * sqrt($economy * $environment) / ($economy + $environment);
    my $development = ($economy + $environment) / 2;
    got('coupling', 'coupling', { '滨江/2015' => $coupling });
    got('coupling', 'development', { '滨江/2015' => $development });
    got('coupling', 'coordination', { '滨江/2015' => sqrt($coupling * $development) });
    got('coupling', 'degree', { '滨江/2015' => '初级协调', '青山/2015' => '勉强协调' });
}

# A first index: income 30 to 70, clinics 9 to 15, dust 80 down to 40.
got('first', 'score', { Ahai => sprintf('%.2f', (25 + 50 + 50) / 3), Bohe => 50, Dula => 72.22, Cize => 33.33 });

{    # Entropy, and the two rankings
    my %city = (Anlin => [ 120, 18, 9.1, 41 ], Beihe => [ 15, 22, 9.4, 44 ], Chuanzhou => [ 60, 20, 8.8, 38 ],
        Dongtai => [ 35, 25, 9.0, 46 ], Erlong => [ 90, 15, 9.3, 35 ]);
    my (@spread, %score);
    for my $j (0 .. 3) {
        my @x = map $_->[$j], values %city;
        my $whole = sum @x;
        $spread[$j] = 1 + sum(map $_ / $whole * log($_ / $whole), @x) / log 5;
        $score{$_}[$j] = ($city{$_}[$j] - min(@x)) / (max(@x) - min(@x)) for keys %city;
    }
    my @weight = map $_ / sum(@spread), @spread;
    my @name = qw(patents roads schools green);
    got('entropy', 'weight', { map { ($name[$_] => $weight[$_]) } 0 .. 3 });
    my $places = sub {
        my @w = @_;
        my %total = map { my $c = $_; ($c => sum map $w[$_] * $score{$c}[$_], 0 .. 3) } keys %city;
        return map { my $c = $_; ($c => 1 + grep $_ > $total{$c} + 1e-12, values %total) } keys %city;
    };
    my (%equal, %own);
    %equal = $places->((0.25) x 4);
    %own = $places->(@weight);
    got('entropy', 'moved', { map { ($_ => $equal{$_} - $own{$_}) } keys %city });
}

{    # The committee: each expert's three answers a/b, a/c, b/c of 产业, 生态, 民生; roots of rows are exact for three
    my @item = ('产业', '生态', '民生');
    my $weigh = sub {
        my ($ab, $ac, $bc) = @_;
        my @root = map $_**(1 / 3), $ab * $ac, $bc / $ab, 1 / ($ac * $bc);
        my $turn = ($ab * $bc / $ac)**(1 / 3);    # lambda of three items: 1 + t + 1 / t
        return ((1 + $turn + 1 / $turn - 3) / 2 / 0.58, map $_ / sum(@root), @root);
    };
    my %answer = ('李' => [ 2, 3, 2 ], '王' => [ 1, 1 / 2, 1 / 3 ], '赵' => [ 5, 1 / 2, 4 ]);
    for my $expert (keys %answer) {
        my ($cr, @w) = $weigh->(@{ $answer{$expert} });
        got('committee', 'own_consistency', { $expert => $cr });
        got('committee', 'own', { map { ("$item[$_]/$expert" => $w[$_]) } 0 .. 2 });
        got('committee', 'heard', { $expert => $cr <= 0.1 ? 'true' : 'false' });
    }
    my $joint = sub { my @who = @_; return $weigh->(map { my $j = $_; my $p = 1; $p *= $answer{$_}[$j] for @who; $p**(1 / @who) } 0 .. 2) };
    my ($cr, @w) = $joint->('李', '王');
    got('committee', 'weight', { map { ($item[$_] => $w[$_]) } 0 .. 2 });
    got('committee', 'consistency', { '' => $cr });
    near(($joint->(keys %answer))[0], 0.138, 0.0005, 'committee: what the joint matrix of all three would be');
}

# Gaps and a freak value: Heshui has income 33 of 25 to 51, 1.9 doctors (the median of 1.5, 1.9, 2.2) of 1.5 to 3.9,
# and exports of 75, of 35 to 150.
got('treated', 'score', { Heshui => sprintf('%.2f', 100 / 3 * (8 / 26 + 0.4 / 2.4 + 40 / 115)), Cuihu => 100, Gaotai => 0 });
got('treated', 'filled', { 'Heshui/doctors' => 1.9, 'Bashan/doctors' => 3.1, 'Fuxian/exports' => 60, 'Cuihu/exports' => '' });
got('treated', 'tamed', { 'Cuihu/exports' => 150, 'Bashan/exports' => '' });
got('treated', 'plain', { Heshui => sprintf('%.2f', 50 * (8 / 26 + 40 / 2365)) });

# Years: income from 45 to 75, waste from 40 down to 20 in all years.
got('years', 'score', { 'Gang/2020' => 25, 'Gang/2021' => 45, 'Gang/2022' => 75, 'Shan/2020' => 50, 'Shan/2021' => 52.5, 'Shan/2022' => 52.5 });
got('years', 'change', { 'Gang/2022' => 30, 'Shan/2022' => 0, 'Gang/2020' => '' });
got('years', 'yearly', { map { ("Gang/$_" => 50) } 2020 .. 2022 });
got('years', 'rank', { 'Gang/2020' => 2, 'Gang/2022' => 1, 'Shan/2022' => 2 });
got('years', 'income', { 'Gang/2022' => 125, 'Shan/2021' => 120 });

# Each area in its own way: means 70 60 80; roots 60 60 48; the least 70 80 50; weights 2 2 1.
got('mixed', 'area', { 'Haikou/economy' => 70, 'Haikou/nature' => sqrt(90 * 40), 'Luzhou/nature' => sqrt(64 * 36), 'Luzhou/safety' => 50 });
got('mixed', 'score', { Haikou => (140 + 120 + 70) / 5, Kaifeng => (120 + 120 + 80) / 5, Luzhou => (160 + 96 + 50) / 5 });

# Pillars: Changle is out, so that teachers go from 5 to 7, places from 70 to 90, books from 10 to 12, doctors 2 to 3, beds 4 to 6.
got('screening', 'score', { Anju => (100 * 3 + 0 * 2) / 5, Beilin => (3 * 50 + 2 * 100) / 5, Dongming => (0 + 2 * (50 + 25) / 2) / 5, Changle => '' });
got('screening', 'share', { 'Beilin/schools' => 0.67, 'Changle/health' => 0 });
got('screening', 'lacking', { Changle => 'health', Anju => '' });

{    # One left out: scores by hand from 30 to 70, 9 to 15, 3 to 8, 80 down to 40.
    my %town = (Ahai => [ 25, 50, 60, 50 ], Bohe => [ 62.5, 0, 0, 87.5 ], Cize => [ 0, 100, 100, 0 ], Dula => [ 100, 100 / 6, 20, 100 ]);
    my $places = sub {
        my @of = @_;
        my %total = map { my $t = $_; ($t => sum map $town{$t}[$_], @of) } keys %town;
        return map { my $t = $_; ($t => 1 + grep $_ > $total{$t} + 1e-9, values %total) } keys %town;
    };
    my %own = $places->(0 .. 3);
    got('leave_out', 'rank', \%own);
    my @name = qw(income clinics parks dust);
    for my $j (0 .. 3) {
        my %without = $places->(grep $_ != $j, 0 .. 3);
        got('leave_out', 'gained', { map { ("$_/$name[$j]" => $own{$_} - $without{$_}) } keys %town });
        got('leave_out', 'moved', { $name[$j] => sum map abs($own{$_} - $without{$_}), keys %town });
    }
}

# Two indices: ours 33.3 41.7 100 50 25 of Anqing … Ezhou, theirs 55.1 48 71.4 60.2 43.5: one pair of ten stands the other way
# round, and of the 120 orders of five 1 has no such pair and 4 have one.
got('compare', 'ours', { Anqing => 4, Bengbu => 3, Chuzhou => 1, Dezhou => 2, Ezhou => 5, Fuyang => '', Guilin => '' });
got('compare', 'theirs', { Anqing => 3, Bengbu => 4, Chuzhou => 1, Dezhou => 2, Ezhou => 5 });
got('compare', 'spearman', { '' => 1 - 6 * 2 / (5 * 24) });
got('compare', 'kendall', { '' => 8 / 10 });
got('compare', 'p', { '' => 2 * 5 / 120 });

# Year on year: income from 40 to 60, waste from 40 down to 20 in both years.
got('yearly', 'before', { "Chang'an" => (60 + 45) / 2, Yuhua => '' });
got('yearly', 'score', { "Chang'an" => 80, Yuhua => 25 });
got('yearly', 'change', { "Chang'an" => 27.5, Gulou => 2.5 });
got('yearly', 'percent', { "Chang'an" => 52.4, Xincheng => 38.9 });
got('yearly', 'rank', { "Chang'an" => 1, Yuhua => 4 });
got('yearly', 'gained', { "Chang'an" => 1, Gulou => -2, Yuhua => '' });

# 完成率: 230/200, 10920/12000, 400/500, (45 - 37)/(45 - 35), (0.5 - 0.52)/(0.5 - 0.45)
got('completion', 'rate', { '固定资产投资（亿元）' => 115, '新增就业（人）' => 91, '群众投诉（件）' => 80, 'PM2.5（微克/立方米）' => 80, '单位能耗（吨标煤/万元）' => -40 });
got('completion', 'points', { '固定资产投资（亿元）' => 33, '新增就业（人）' => 18.2, '单位能耗（吨标煤/万元）' => 0 });
got('completion', 'stepped', { '固定资产投资（亿元）' => 30, '新增就业（人）' => 16, '群众投诉（件）' => 10, '单位能耗（吨标煤/万元）' => 0 });
got('completion', 'total', { '' => 33 + 18.2 + 16 + 16 });

# 93.10, 91.62 twice, 91.58, 88.00
got('ties', 'usual', { '教育局' => 1, '发改委' => 2, '民政局' => 2, '商务局' => 4, '水务局' => 5 });
got('ties', 'dense', { '民政局' => 2, '商务局' => 3, '水务局' => 4 });
got('ties', 'average', { '民政局' => 2.5, '商务局' => 4 });
got('ties', 'last', { '发改委' => 3, '民政局' => 3 });
got('ties', 'near', { '教育局' => 1, '商务局' => 2, '水务局' => 5 });

# 92.005 is 92.01; 92.00 four times: 35, then 33 with 1 off, then 33 with 1.5 off twice.
got('tiebreak', 'score', { '东华街' => 92.01, '南苑街' => 92, '西关街' => 92, '北塔街' => 92, '中山街' => 92, '河口街' => 89 });
got('tiebreak', 'rank', { '东华街' => 1, '西关街' => 2, '南苑街' => 3, '北塔街' => 4, '中山街' => 4, '河口街' => 6 });
got('tiebreak', 'decided', { '西关街' => '重点工作分', '南苑街' => '扣分', '北塔街' => '并列' });

{    # A panel: all six rows together
    my @row = ([ 3.2, .62, 9, 14 ], [ 3.6, .64, 9.6, 13 ], [ 4.8, .8, 7.5, 18 ], [ 5.2, .82, 8, 17 ], [ 4, .55, 11, 11 ], [ 4.4, .5, 12.5, 10 ]);
    my @name = qw(income tax pipes loss);
    my (@score, @spread);
    for my $j (0 .. 3) {
        my @x = map $_->[$j], @row;
        my ($lo, $hi) = (min(@x), max(@x));
        push @{ $score[$_] }, $j == 3 ? ($hi - $x[$_]) / ($hi - $lo) : ($x[$_] - $lo) / ($hi - $lo) for 0 .. 5;
        my @y = map $_->[$j] + 0.0001, @score;
        my $whole = sum @y;
        push @spread, 1 + sum(map $_ / $whole * log($_ / $whole), @y) / log 6;
    }
    my @entropy = map $_ / sum(@spread), @spread;
    my @judged = map { my $r = $_; sum(map { $_ < $r ? 0 : 1 / $_ } 1 .. 4) / 4 } 1, 3, 2, 4;
    my ($ee, $ej, $jj) = (0, 0, 0);
    for (0 .. 3) { $ee += $entropy[$_]**2; $ej += $entropy[$_] * $judged[$_]; $jj += $judged[$_]**2 }
    my ($p, $q) = ($jj * ($ee - $ej), $ee * ($jj - $ej));
    my @weight = map +($p * $entropy[$_] + $q * $judged[$_]) / ($p + $q), 0 .. 3;
    got('panel', 'entropy', { map { ($name[$_] => $entropy[$_]) } 0 .. 3 });
    got('panel', 'judged', { map { ($name[$_] => $judged[$_]) } 0 .. 3 });
    got('panel', 'weight', { map { ($name[$_] => $weight[$_]) } 0 .. 3 });
    my %at = ('安宁' => 1, '博山' => 3, '常熟' => 5);
    for my $city (keys %at) {
        my $s = $score[ $at{$city} ];
        got('panel', 'score', { "$city/2022" => sprintf '%.2f', 100 * sum map $weight[$_] * $s->[$_], 0 .. 3 });
        my @way = map $weight[$_] * (1 - $s->[$_]), 0 .. 3;
        got('panel', 'obstacle', { map { ("$city/$name[$_]" => sprintf '%.1f', 100 * $way[$_] / sum(@way)) } 0 .. 3 });
        got('panel', 'by_system', { "$city/economy" => sprintf '%.1f', 100 * ($way[0] + $way[1]) / sum(@way) });
        my ($main) = sort { $way[$b] <=> $way[$a] } 0 .. 3;
        got('panel', 'main', { $city => $name[$main] });
    }
}
done_testing();
