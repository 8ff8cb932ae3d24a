#!/usr/bin/perl
# Decisions against exact arithmetic: random rules with weights and marks of at most four decimals rank, grade, pass and
# choose exactly as arithmetic in whole ten-thousandths does. Marks are drawn so that many units are equal. ASSESS_CASES
# is the number of rules; the seed is printed.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $seed = $ENV{ASSESS_SEED} // time;
my $cases = $ENV{ASSESS_CASES} // 60;
srand $seed;
diag "ASSESS_SEED=$seed";

sub below { int rand $_[0] }

# Ten-thousandths as a decimal.
sub decimal {
    my ($n) = @_;
    my $text = sprintf '%s%d.%04d', $n < 0 ? '-' : '', int(abs($n) / 10000), abs($n) % 10000;
    return $text =~ s/\.?0+$//r;
}

# Weights that add up to `whole` ten-thousandths, none of them 0.
sub shares {
    my ($n, $whole, $step) = @_;
    my @cut = sort { $a <=> $b } map { $step * (1 + below($whole / $step - 1)) } 2 .. $n;
    my @share = map { ($cut[$_] // $whole) - ($_ ? $cut[$_ - 1] : 0) } 0 .. $n - 1;
    return @share if !grep { $_ == 0 } @share;
    return shares($n, $whole, $step);
}

# Ranks of exact numbers, 1 for the largest, by counting.
sub ranks {
    my ($ties, @x) = @_;
    return map {
        my $own = $_;
        my %better = map { $_ => 1 } grep { $_ > $own } @x;
        1 + ($ties eq 'dense' ? keys %better : grep { $_ > $own } @x);
    } @x;
}

my %wrong;
my ($decided, $equal) = (0, 0);

sub compare_all {
    my ($what, $case, $got, $want) = @_;
    for my $i (0 .. $#$want) {
        $decided++;
        next if $got->[$i] eq $want->[$i];
        $wrong{$what}++;
        diag "case $case, unit $i: $what is $got->[$i], on paper $want->[$i]" if $wrong{$what} < 4;
    }
}

for my $case (1 .. $cases) {
    # Weights add up to 1, to 100, or to what no decimal divides by without rest.
    my ($most, $whole, $step) = @{ ([10, 10000, 1], [10, 10000, 500], [10, 1000000, 10000], [10, 1000000, 1],
                                    [6, 70000, 10000], [6, 130000, 1], [6, 30000, 2500], [6, 330000, 7])[below(8)] };
    my $n = 2 + below($most - 1);
    my @weight = shares($n, $whole, $step);
    my $fine = (1, 100, 2500, 5000)[below(4)];
    my ($from, $to) = @{ ([0, 1000000], [880000, 920000], [600000, 1000000])[below(3)] };
    my (@mark, @total);
    for my $u (0 .. 29) {
        my @own = map { $from + $fine * below(($to - $from) / $fine + 1) } @weight;
        if ($u % 3) {
            # The same total otherwise: what one mark loses another one gains.
            @own = @{ $mark[$u - 1] };
            for (1 .. 4) {
                my ($i, $k) = (below($n), below($n));
                my $amount = 1 + below(50);
                next if $i == $k || $own[$i] < $amount * $weight[$k];
                $own[$i] -= $amount * $weight[$k];
                $own[$k] += $amount * $weight[$i];
            }
        }
        push @mark, \@own;
        my $total = 0;
        $total += $weight[$_] * $own[$_] for 0 .. $#weight;
        push @total, $total;   # of $whole * 10000
    }
    my %seen;
    $equal += $seen{$_}++ > 0 for @total;
    my $some = $total[below(30)];
    my @band = sort { $b <=> $a } keys %{ { map { $_ => 1 } map { $_ * $whole } 900000, 800000, 600000 } };
    # A bound that one of the totals meets: as a number where it is a decimal, else the total itself.
    my $units = $whole * 10000;
    my $is_decimal = $whole == 10000 || $whole == 1000000;
    my $bound = $is_decimal ? sprintf('%d.%010d', int($some / $units), ($some % $units) * (1e10 / $units))
                            : sprintf('s:at { unit = "u%02d" }', (grep { $total[$_] == $some } 0 .. 29)[-1]);
    my @id = map { "i$_" } 0 .. $#weight;
    my $rows = join '', map { my $u = $_; sprintf("u%02d,", $u) . join(',', map { decimal($_) } @{ $mark[$u] }) . "\n" } 0 .. 29;
    my $name = "case$case";
    file("$name.csv", 'unit,' . join(',', @id) . "\n$rows");
    my $elements = join ",\n", map { "indicator { '$id[$_]', '', weight = " . decimal($weight[$_]) . ' }' } 0 .. $#weight;
    my $products = join ' + ', map { decimal($weight[$_]) . " * x:at { indicator = '$id[$_]' }" } 0 .. $#weight;
    my $divisor = $whole == 10000 ? '' : ' / ' . decimal($whole);
    file("$name.lua", <<"RULES");
local combine, grade = require "methods.combine", require "methods.grade"
local bands = { { "A", 90 }, { "B", 80 }, { "C", 60 }, { "D", 0 } }
return assessment { id = "$name", title = "$name", data = { x = csv("$name.csv", { unit = "unit" }) },
  levels = { "indicator", "index" },
  index = index { "all", "All", $elements },
  compute = function(a)
    local x = a.data.x
    local mean = combine.weighted_mean(x, a.index)
    local plain = ($products)$divisor
    local both = { mean = mean, plain = plain }
    local out = {}
    for name, s in pairs(both) do
      local bound = $bound
      out[name] = s
      out[name .. "_rank"] = rank(s, "unit")
      out[name .. "_dense"] = rank(s, "unit", { ties = "dense" })
      out[name .. "_grade"] = grade.name(grade.band(s, bands), bands)
      out[name .. "_reached"] = where(s:ge(bound), 1, 0)
      out[name .. "_above"] = where(s:gt(bound), 1, 0)
      out[name .. "_met"] = where(s:eq(bound), 1, 0)
      out[name .. "_best"] = where(s:eq(max(s, "unit")), 1, 0)
      out[name .. "_first"] = where(labels("unit"):eq(argmax(s, "unit")), 1, 0)
    end
    out.alike = where(mean:eq(plain), 1, 0)
    return out
  end }
RULES
    my ($top) = sort { $b <=> $a } @total;
    my ($first) = grep { $total[$_] == $top } 0 .. $#total;
    my %want = (
        rank => [ranks('min', @total)],
        dense => [ranks('dense', @total)],
        grade => [map { my $t = $_; $t >= $band[0] ? 'A' : $t >= $band[1] ? 'B' : $t >= $band[2] ? 'C' : 'D' } @total],
        reached => [map { $_ >= $some ? 1 : 0 } @total],
        above => [map { $_ > $some ? 1 : 0 } @total],
        met => [map { $_ == $some ? 1 : 0 } @total],
        best => [map { $_ == $top ? 1 : 0 } @total],
        first => [map { $_ == $first ? 1 : 0 } 0 .. $#total],
    );
    my @wish = map { my $how = $_; map { ('--output', "${how}_$_") } sort keys %want } 'mean', 'plain';
    my ($status, $out, $err) = run("$tmp/$name.lua", '--format', 'csv', @wish, '--output', 'alike');
    if ($status) {
        fail("case $case runs");
        diag $err;
        last;
    }
    my ($head, @found) = csv_rows($out);
    my %at = map { $head->[$_] => $_ } 0 .. $#$head;
    for my $how ('mean', 'plain') {
        for my $what (sort keys %want) {
            compare_all("$how, $what", $case, [map { $_->[$at{"${how}_$what"}] } @found], $want{$what});
        }
    }
    compare_all('both ways alike', $case, [map { $_->[$at{alike}] } @found], [map { 1 } @found]);
}
is_deeply(\%wrong, {}, "decisions are those on paper");
cmp_ok($equal, '>', 5 * $cases, "units that are equal on paper are among them ($equal; $decided decisions)");
done_testing();
