#!/usr/bin/perl
# The recipes: each runs, stands in doc/cookbook.md as it is (t/manual.t runs it from there), and comes to what a
# calculation by hand comes to.
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
done_testing();
