#!/usr/bin/perl
# Figures that are equal on paper count as equal in every method, though their decimals are not exact in binary.
#
# The mean of 37.8, 37.8 and 37.8 is 37.800000000000004 in binary, and 0.1 + 0.2 is not 0.3. In whole numbers nothing
# is rounded. So every method that does not depend on the unit of measure is computed twice, from random short decimals
# and from the same figures in smaller units, whole numbers: all results, to 1e-9, and all warnings are the same.
# Figures that have the unit of measure are divided by `size`, which is how many of the smaller units are one. Most
# columns have something out of the ordinary: all alike, all alike but one, one missing. The seed is the same each time,
# because some methods multiply the rounding of figures that are nearly alike beyond any bound.
#
# The figures come about in several ways: as they are in the file, as sums of two or three, as products, and as a
# seventh, which is no decimal. Each way has so many cases, along an axis of its own:
#
#   ALIKE_CASES=24 ASSESS_SEED=5 t/alike.t
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

my $cases = $ENV{ALIKE_CASES} // 6;
my $seed = $ENV{ASSESS_SEED} // 1;
srand $seed;
diag "ASSESS_SEED=$seed";

# ---- the calls: of x over unit and indicator, xy over the year as well ----

my @calls = grep { /\S/ && !/^#/ } split /\n/, slurp('t/alike/calls.txt');

my @modules = map m{([^/]+)\.lua$}, sort glob 'rules/methods/*.lua';
my $required = join '', map "local $_ = require 'methods.$_'\n", @modules;
my $outputs = join '', map "      r$_ = ($calls[$_ - 1]),\n", 1 .. @calls;
my $head = 0;

sub rules_of {
    my ($name, $size, $make, $better) = @_;
    my $text = <<"LUA";
${required}local function second(field, _, t) return field and t[field] or t end
return assessment {
  id = "alike", title = "Alike",
  data = { p = csv("$name-p.csv", { unit = "unit", year = "year", case = "case" }), q = csv("$name-q.csv", { unit = "unit", year = "year", case = "case" }),
           r = csv("$name-r.csv", { unit = "unit", year = "year", case = "case" }) },
  index = index { "all", "All",
    group { "G", "G", indicator { "a", "A", weight = 0.1 }, indicator { "b", "B", weight = 0.2, better = "$better->[0]" },
            indicator { "c", "C", weight = 0.3 } },
    group { "H", "H", weight = 0.7, indicator { "d", "D", weight = 0.1, better = "$better->[1]" }, indicator { "e", "E", weight = 0.7 } } },
  compute = function(A)
    local p, q, r, size, i = A.data.p, A.data.q, A.data.r, $size, A.index
    local xy = $make
    local x, w, b = xy:at { year = 2001 }, mcda.shares(i.weight), i.better
    local s = xy:at { year = 2002 }
    local function v(k) return k * size / 10 end
    return {
$outputs    }
  end,
}
LUA
    ($head) = $text =~ /\A(.*?)^      r1 = /ms;
    $head = 1 + $head =~ tr/\n//;
    return file("$name.lua", $text);
}

# ---- figures ----

# A whole number with so many decimal places.
sub decimal {
    my ($whole, $places) = @_;
    return $whole if $whole eq '' || !$places;
    my $sign = $whole < 0 ? '-' : '';
    my $digits = sprintf '%0*d', $places + 1, abs $whole;
    return $sign . substr($digits, 0, -$places) . '.' . substr $digits, -$places;
}

my @units = map chr, 65 .. 90;
my @columns = qw(a b c d e);

# Whole numbers for each unit of a column.
sub column {
    my ($n, $top) = @_;
    my $kind = int rand 7;
    my $some = 1 + int rand $top;
    $some = 1 + int rand 50 if $kind == 2;
    my @v = $kind <= 1 ? ($some) x $n
        : $kind == 2 ? map $some + int(rand 2), 1 .. $n
        : $kind == 3 ? map 1 + int(rand 3) * $some, 1 .. $n
        : map 1 + int rand $top, 1 .. $n;
    if ($kind == 4 || $kind == 0) { $v[rand @v] = '' if rand() < 0.5 }
    return @v;
}

sub table {
    my ($name, $figures, $places) = @_;
    my @lines = join ',', 'unit', 'year', 'case', @columns;
    for my $row (@$figures) {
        my ($unit, $year, $case, @values) = @$row;
        push @lines, join ',', $unit, $year, $case, map decimal($_, $places), @values;
    }
    file($name, join "\n", @lines, '');
}

sub one_run {
    my ($rules) = @_;
    my $dir = $rules =~ s/\.lua$//r;
    my ($status, undef, $err) = run($rules, '-q', '--seconds', 600, '-o', $dir);
    die "$rules: $status\n$err" if $status;
    my @results = map {
        my (undef, @lines) = csv_rows(slurp("$dir/r$_.csv"));
        [ map [ join('/', @$_[0 .. $#$_ - 1]), $_->[-1] ], @lines ];
    } 1 .. @calls;
    my @said;
    for (@{ decode_json(slurp("$dir/result.json"))->{warnings} }) {
        my $k = $_->{line} - $head;
        my $text = $_->{text} =~ s/: *-?\d[\d.e+-]*/: #/gr;
        $said[ $k < 0 ? 0 : $k + 1 ]{$text} = 1;
    }
    return (\@results, \@said);
}

my $number = qr/^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/;
sub differences {
    my ($x, $y) = @_;
    return "@{[ scalar @$x ]} rows, in whole numbers @{[ scalar @$y ]}" if @$x != @$y;
    my @off;
    for my $k (0 .. $#$x) {
        my ($at, $g) = @{ $x->[$k] };
        my ($there, $w) = @{ $y->[$k] };
        return "at $at, in whole numbers at $there" if $at ne $there;
        next if $g eq $w || $g =~ $number && $w =~ $number && abs($g - $w) <= 1e-9 * (abs $w > 1 ? abs $w : 1);
        push @off, "$at: $g, in whole numbers $w";
    }
    return @off;
}

my %making = (plain => 'p', seventh => 'p / 7', sum => 'p + q', three => 'p + q + r', product => 'p * q');
my @years = (2001, 2002);

# A figure as the parts that it is made of.
sub parts {
    my ($mode, $figure) = @_;
    return ($figure) x 3 if $figure eq '';
    my ($two, $three) = map int rand 1 + $figure / 2, 1, 2;
    return ($figure - $two, $two, 0) if $mode eq 'sum';
    return ($figure - $two - $three, $two, $three) if $mode eq 'three';
    return ($figure, 0, 0) if $mode ne 'product';
    my @by = grep { $figure % $_ == 0 } 1 .. 12;
    $two = $by[rand @by];
    return ($figure / $two, $two, 0);
}

my (%wrong, %tried);
for my $mode (sort keys %making) {
    my (%of, @better);
    my $places = 1 + int rand 3;
    my $top = 5 * 10 ** $places;
    @better = map { rand() < 0.5 ? 'higher' : 'lower' } 1, 2;
    for my $case (1 .. $cases) {
        my $n = rand() < 0.4 ? 2 + int rand 2 : 2 + int rand 6;
        my $most = rand() < 0.5 ? $top : 8;
        for my $year (@years) {
            my %column = map { $_ => [ column($n, $most) ] } @columns;
            for my $u (0 .. $n - 1) {
                my @parts = map [ parts($mode, $column{$_}[$u]) ], @columns;
                for my $part (0 .. 2) { push @{ $of{ (qw(p q r))[$part] } }, [ $units[$u], $year, "$case", map $_->[$part], @parts ] }
            }
        }
    }
    my @got;
    for my $whole (0, 1) {
        my $name = $mode . ($whole ? '-whole' : '');
        my $size = $whole ? 10 ** $places : $mode eq 'seventh' ? '(1 / 7)' : 1;
        table("$name-$_.csv", $of{$_}, $whole || $mode eq 'product' && $_ eq 'q' ? 0 : $places) for keys %of;
        push @got, [ one_run(rules_of($name, $size, $whole && $mode eq 'seventh' ? 'p' : $making{$mode}, \@better)) ];
    }
    for my $k (0 .. $#calls) {
        my @off = differences($got[0][0][$k], $got[1][0][$k]);
        my @said = map { join ' & ', sort keys %{ $_->[1][ $k + 1 ] // {} } } @got;
        push @off, "says '$said[0]', in whole numbers '$said[1]'" if $said[0] ne $said[1];
        push @{ $wrong{$k} }, "$mode: " . join '; ', scalar @off, grep defined, @off[0, 1, -1] if @off;
    }
}
for my $k (0 .. $#calls) {
    my @off = @{ $wrong{$k} // [] };
    ok(!@off, $calls[$k]) or diag(join "\n", @off);
}
done_testing();
