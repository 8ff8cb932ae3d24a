#!/usr/bin/perl
# Weights against published and computed ones: published_cases.json of the reference, the principal components and
# effective weights of COINr, Saaty's examples, and small cases worked out in Perl.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use File::Copy qw(copy);
use JSON::PP;
use List::Util qw(sum max min);
use Test::More;

my $reference = $ENV{ASSESS_REFERENCE} // "$shared/reference";
my $files = 0;

# weights(BODY, MATRIX, TYPES): what the Lua expression or statements BODY, which return a table, say of the rows of
# MATRIX as units u1 … and its columns as indicators c1 …; TYPES: -1 is better low.
sub weights {
    my ($body, $matrix, $types) = @_;
    my $columns = @{ $matrix->[0] };
    my $name = 'case' . ++$files;
    my @head = map "c$_", 1 .. $columns;
    file("$name.csv", csv_text([ 'unit', @head ], map [ "u" . ($_ + 1), @{ $matrix->[$_] } ], 0 .. $#$matrix));
    my $tree = join ', ', map {
        my $better = $types && $types->[ $_ - 1 ] < 0 ? 'lower' : 'higher';
        qq[indicator { "c$_", "c$_", better = "$better" }]
    } 1 .. $columns;
    return outputs(file("$name.lua", <<"LUA"));
local weigh, experts = require "methods.weigh", require "methods.experts"
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment {
  id = "weigh", title = "weights", data = { x = csv("$name.csv", { unit = "unit" }) },
  index = index { "all", "all", $tree },
  compute = function(a)
    local x, i = a.data.x, a.index
    $body
  end,
}
LUA
}

# A rule without data.
sub judged {
    my ($body) = @_;
    my $name = 'judged' . ++$files;
    return file("$name.lua", <<"LUA");
local experts = require "methods.experts"
return assessment { id = "judged", title = "judged", compute = function(a)
    $body
  end }
LUA
}

sub listed { my ($want) = @_; return map { [ 'c' . ($_ + 1), $want->[$_] ] } 0 .. $#$want }

# all_near(GOT, WANT, WITHIN, NAME): { label => value } against a list for c1 … or a table.
sub all_near {
    my ($got, $want, $within, $name) = @_;
    my %want = ref $want eq 'ARRAY' ? map { @$_ } listed($want) : %$want;
    my @off = grep { my $g = $got->{$_}; !defined $g || $g !~ /\d/ || abs($g - $want{$_}) > $within } sort keys %want;
    ok(%want && !@off, $name) or diag(join "\n", map { "$_: got " . ($got->{$_} // 'nothing') . ", want $want{$_}" } @off);
}

sub lua { my ($m) = @_; return '{ ' . join(', ', map { '{ ' . join(', ', map { defined ? $_ : 'false' } @$_) . ' }' } @$m) . ' }' }
sub names { my ($n) = @_; return '{ ' . join(', ', map qq["c$_"], 1 .. $n) . ' }' }
sub shares { my $s = sum @_; return map { $_ / $s } @_ }
sub column { my ($m, $k) = @_; return map { $_->[$k] } @$m }
sub mean { return sum(@_) / @_ }
sub sd { my $m = mean(@_); return sqrt(sum(map { ($_ - $m)**2 } @_) / (@_ - 1)) }

# ---- published cases ----

my %body = (
    EqualWeights => 'weigh.equal(x)', EntropyWeights => 'weigh.entropy(x)', STDWeights => 'weigh.deviation(x)',
    MERECWeights => 'weigh.merec(x, i)', CRITICWeights => 'weigh.critic(x)', CILOSWeights => 'weigh.cilos(x, i)',
    IDOCRIWWeights => 'weigh.idocriw(x, i)', AngleWeights => 'weigh.angle(x)', GiniWeights => 'weigh.gini(x)',
    VarianceWeights => 'weigh.variance(normalise.minmax(x))', LOPCOWWeights => 'weigh.lopcow(x, i)',
);
SKIP: {
    skip 'the reference data is not here', 1 unless -e "$reference/mcda/published_cases.json";
    my $cases = decode_json(slurp("$reference/mcda/published_cases.json"))->{weights};
    is(scalar @$cases, 13, 'published cases of weights');
    for my $case (@$cases) {
        my ($method, $matrix, $want) = ($case->{method}, $case->{matrix}, $case->{output} // $case->{expected});
        my ($places) = max map { length((/\.(\d+)/)[0] // '') } @$want;
        my $got;
        if ($body{$method}) {
            $got = weights("return { w = $body{$method} }", $matrix, $case->{types});
        } elsif ($method eq 'RANCOMWeights' || $method eq 'AHPWeights') {
            my $m = 'experts.matrix("indicator", ' . names(scalar @$matrix) . ', ' . lua($matrix) . ')';
            my $call = $method eq 'AHPWeights' ? "(experts.ahp($m))" : "experts.rancom($m)";
            $got = outputs(judged("return { w = $call }"));
        } else {
            fail("$method has a method here");
            next;
        }
        all_near($got->{w}, $want, 0.5001 * 10**-$places, "$method as printed, $places places");
    }
}

# ---- COINr: principal components within pillars, effective weights ----

SKIP: {
    skip 'the reference data is not here', 1 unless -e "$reference/asem/pca";
    copy($_, $tmp) for "$reference/asem/asem_iMeta.csv", "$reference/default/Normalised.csv", "$reference/asem/default/Normalised.csv";
    my $got = outputs(file('pca.lua', <<'LUA'));
local weigh = require "methods.weigh"
return assessment {
  id = "pca", title = "PCA", levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv", data = { x = csv("Normalised.csv", { unit = "uCode" }) },
  compute = function(a)
    local i = a.index
    local w, t = weigh.pca(a.data.x, { within = i.pillar, axis = "pillar" })
    return { w = w, values = t.values, explained = t.explained, loadings = t.loadings,
      indicator = weigh.effective(i, "indicator"), pillar = weigh.effective(i, "pillar"), sub_index = weigh.effective(i, "sub_index") }
  end,
}
LUA
    my (undef, @rotation) = csv_rows(slurp("$reference/asem/pca/Normalised_L1_bygroup_rotation.csv"));
    my (%load, %sign, %of, $count, @off);
    for (@rotation) {
        my ($group, $code, $component, $loading) = @$_;
        $load{"$group/$component"}{$code} = $loading;
        $of{$code} = $group;
    }
    # Signs of eigenvectors are anybody's choice: ours has the largest element positive.
    for my $vector (keys %load) {
        my $l = $load{$vector};
        my ($largest) = sort { abs $l->{$b} <=> abs $l->{$a} } keys %$l;
        $sign{$vector} = $l->{$largest} < 0 ? -1 : 1;
        my ($component) = $vector =~ m{/(\d+)$};
        for my $code (keys %$l) {
            my $own = $got->{loadings}{"$code/$component"} // 'nothing';
            $count++;
            push @off, "$vector $code: $own, want $l->{$code}" unless abs($own - $sign{$vector} * $l->{$code}) < 1e-9;
        }
    }
    ok($count == 329 && !@off, "all $count loadings of principal components within pillars, to 1e-9 but for signs") or diag(join "\n", @off);
    my (undef, @weights) = csv_rows(slurp("$reference/asem/pca/Normalised_L1_bygroup_weights.csv"));
    all_near($got->{w}, { map { $_->[0] => $sign{"$of{$_->[0]}/1"} * $_->[2] } grep $_->[1] == 1, @weights }, 1e-9, 'their weights');
    my (undef, @sdev) = csv_rows(slurp("$reference/asem/pca/Normalised_L1_bygroup_sdev.csv"));
    all_near($got->{values}, { map { ("$_->[1]/$_->[0]" => $_->[2]**2) } @sdev }, 1e-9, 'eigenvalues');
    all_near($got->{explained}, { map { ("$_->[1]/$_->[0]" => $_->[3]) } @sdev }, 1e-9, 'shares of the variance');
    my (undef, @effective) = csv_rows(slurp("$reference/asem/default/EffWeights.csv"));
    my $all = { map { %{ $got->{$_} } } 'indicator', 'pillar', 'sub_index' };
    all_near($all, { map { $_->[0] => $_->[3] } grep $_->[1] < 4, @effective }, 1e-12, 'effective weights of all levels');
}

# ---- from the data, by plain arithmetic ----

my @x = ([ 30, 2.5, 7, 100 ], [ 42, 1.5, 9, 80 ], [ 55, 4.0, 2, 65 ], [ 38, 3.5, 4, 70 ], [ 61, 0.5, 6, 20 ]);
my @types = (1, 1, -1, 1);
my @columns = map { [ column(\@x, $_) ] } 0 .. 3;

sub minmax {
    my ($column, $type) = @_;
    my ($lo, $hi) = (min(@$column), max(@$column));
    return map { ($type < 0 ? $hi - $_ : $_ - $lo) / ($hi - $lo) } @$column;
}

sub pearson {
    my ($a, $b) = @_;
    my ($ma, $mb) = (mean(@$a), mean(@$b));
    return sum(map { ($a->[$_] - $ma) * ($b->[$_] - $mb) } 0 .. $#$a) / ((@$a - 1) * sd(@$a) * sd(@$b));
}
my @scores = map { [ minmax($columns[$_], $types[$_]) ] } 0 .. 3;

sub critic { my @of = @_; return shares(map { my $k = $_; sd(@{ $scores[$k] }) * sum(map { 1 - pearson($scores[$k], $scores[$_]) } @of) } @of) }

my $pairs = 'array("indicator", { c1 = "g", c2 = "g", c3 = "h", c4 = "h" })';
my $got = weights(<<"LUA", \@x, \@types);
    local pairs = $pairs
    local o = { within = pairs, axis = "pair" }
    local w, t = weigh.pca(x)
    local squared = weigh.pca(x, { squared = true })
    local covariance, c = weigh.pca(x, { covariance = true })
    local f, column = weigh.factor(x, { factors = 2 })
    local flat = weigh.factor(x, { factors = 2, rotate = false })
    return {
      equal = weigh.equal(x), apart = weigh.equal(x, o), deviation = weigh.deviation(x), by_n = weigh.deviation(x, { divisor = "n" }),
      variance = weigh.variance(x), variation = weigh.variation(x), entropy = weigh.entropy(x), gini = weigh.gini(x),
      angle = weigh.angle(x), critic = weigh.critic(x, i), critic_apart = weigh.critic(x, i, o),
      merec = weigh.merec(x, i), merec_apart = weigh.merec(x, i, o), cilos = weigh.cilos(x, i), idocriw = weigh.idocriw(x, i),
      lopcow = weigh.lopcow(x, i, { divisor = "n" }), pca = w, values = t.values, squared = squared, covariance = c.values, factor = f, first = column[1], second = column[2],
      flat = flat, loadings = t.loadings, shifted = weigh.entropy(normalise.minmax(x, i) / 100, { shift = 1 }),
      influence = weigh.influence(x, array("indicator", { c1 = 0.1, c2 = 0.2, c3 = 0.3, c4 = 0.4 })),
      used = combine.weighted_mean(x, weigh.using(i, { indicator = weigh.deviation(x) })), given = weigh.given(i, "indicator"),
    }
LUA
all_near($got->{equal}, [ (0.25) x 4 ], 1e-15, 'equal');
all_near($got->{given}, [ (0.25) x 4 ], 1e-15, 'given');
all_near($got->{apart}, [ (0.5) x 4 ], 1e-15, 'equal within groups');
my @deviation = shares(map { sd(@$_) } @columns);
all_near($got->{$_}, \@deviation, 1e-14, "standard deviation, $_") for 'deviation', 'by_n';
all_near($got->{variance}, [ shares(map { sd(@$_)**2 } @columns) ], 1e-14, 'variance');
all_near($got->{variation}, [ shares(map { sd(@$_) / mean(@$_) } @columns) ], 1e-14, 'coefficient of variation');
sub entropy { my $s = sum @_; my $e = -sum(map { $_ ? $_ / $s * log($_ / $s) : 0 } @_) / log(@_); return 1 - $e }
all_near($got->{entropy}, [ shares(map { entropy(@$_) } @columns) ], 1e-13, 'entropy');
all_near($got->{shifted}, [ shares(map { entropy(map { $_ + 1 } @$_) } @scores) ], 1e-12, 'entropy of shifted scores');
all_near($got->{gini}, [ shares(map { my $c = $_; sum(map { my $y = $_; map { abs($y - $_) } @$c } @$c) / (2 * 25 * mean(@$c)) } @columns) ],
    1e-14, 'Gini by all pairs');
all_near($got->{angle}, [ shares(map { my $c = sum(@$_) / sqrt(5 * sum(map { $_**2 } @$_)); atan2(sqrt(1 - $c**2), $c) } @columns) ], 1e-12, 'angle');
all_near($got->{critic}, [ critic(0 .. 3) ], 1e-13, 'CRITIC');
all_near($got->{critic_apart}, [ critic(0, 1), critic(2, 3) ], 1e-13, 'CRITIC within groups');
sub merec {
    my @of = @_;
    my @y = map { my ($c, $t) = ($columns[$_], $types[$_]); [ map { abs log($t < 0 ? $_ / max(@$c) : min(@$c) / $_) } @$c ] } @of;
    my @effect = (0) x @of;
    for my $u (0 .. 4) {
        my $whole = sum(map { $_->[$u] } @y);
        $effect[$_] += abs(log(1 + ($whole - $y[$_][$u]) / @of) - log(1 + $whole / @of)) for 0 .. $#of;
    }
    return shares(@effect);
}
all_near($got->{merec}, [ merec(0 .. 3) ], 1e-13, 'MEREC');
all_near($got->{merec_apart}, [ merec(0, 1), merec(2, 3) ], 1e-13, 'MEREC within groups');
{
    my @y = map { my ($c, $t) = ($columns[$_], $types[$_]); [ map { $t < 0 ? min(@$c) / $_ : $_ } @$c ] } 0 .. 3;
    my @q = map { $got->{cilos}{"c$_"} } 1 .. 4;
    my @loss;
    for my $i (0 .. 3) {
        my ($best) = sort { $y[$i][$b] <=> $y[$i][$a] } 0 .. 4;
        $loss[$i][$_] = 1 - $y[$_][$best] / max(@{ $y[$_] }) for 0 .. 3;
    }
    for my $i (0 .. 3) {
        near(sum(map { $loss[$i][$_] * $q[$_] - $loss[$_][$i] * $q[$i] } 0 .. 3), 0, 1e-12, 'CILOS balances the losses of c' . ($i + 1));
    }
    near(sum(@q), 1, 1e-14, 'and adds up to 1');
    my @w = map { entropy(@$_) } @columns;
    all_near($got->{idocriw}, [ shares(map { $w[$_] * $q[$_] } 0 .. 3) ], 1e-12, 'IDOCRIW');
}
all_near($got->{lopcow}, [ shares(map { my @r = @$_; abs log(sqrt(mean(map { $_**2 } @r)) / (sd(@r) * sqrt(4 / 5))) } @scores) ], 1e-12, 'LOPCOW by n');
{
    my @v = map { $got->{pca}{"c$_"} } 1 .. 4;
    my $lambda = $got->{values}{1};
    my $worst = max map { my $k = $_; abs(sum(map { pearson($columns[$k], $columns[$_]) * $v[$_] } 0 .. 3) - $lambda * $v[$k]) } 0 .. 3;
    cmp_ok($worst, '<', 1e-13, 'the first component is an eigenvector of the correlations');
    near(sum(map { $got->{values}{$_} } 1 .. 4), 4, 1e-13, 'the eigenvalues add up to their number');
    ok(!grep({ $got->{values}{ $_ + 1 } > $got->{values}{$_} } 1 .. 3), 'the largest first');
    all_near($got->{squared}, [ map { $_**2 } @v ], 1e-15, 'squared loadings');
    near(sum(values %{ $got->{covariance} }), sum(map { sd(@$_)**2 } @columns), 1e-9, 'covariances have the variances as their trace');

    # Varimax by trying angles.
    my @a = map { $got->{loadings}{"c$_/1"} * sqrt $got->{values}{1} } 1 .. 4;
    my @b = map { $got->{loadings}{"c$_/2"} * sqrt $got->{values}{2} } 1 .. 4;
    my $criterion = sub {
        my $total = 0;
        for my $column (@_) { my @s = map { $_**2 } @$column; $total += mean(map { $_**2 } @s) - mean(@s)**2 }
        return $total;
    };
    my $best = max map { my ($c, $s) = (cos($_ / 1000), sin($_ / 1000));
        $criterion->([ map { $c * $a[$_] + $s * $b[$_] } 0 .. 3 ], [ map { $c * $b[$_] - $s * $a[$_] } 0 .. 3 ]) } 0 .. 1600;
    my (@p, @q);
    @p = map { $got->{first}{"c$_"} } 1 .. 4;
    @q = map { $got->{second}{"c$_"} } 1 .. 4;
    cmp_ok($criterion->(\@p, \@q), '>=', $best - 1e-12, 'no rotation has a higher varimax criterion');
    near($criterion->(\@p, \@q), $best, 1e-4, 'and it is one of the rotations');
    my $take = sub {
        my ($p, $q) = @_;
        my $whole = sum map { $_**2 } @$p, @$q;
        return shares(map { max($p->[$_]**2, $q->[$_]**2) / $whole } 0 .. 3);
    };
    all_near($got->{factor}, [ $take->(\@p, \@q) ], 1e-13, 'factor weights');
    all_near($got->{flat}, [ $take->(\@a, \@b) ], 1e-13, 'unrotated');
}
{
    my @w = (0.1, 0.2, 0.3, 0.4);
    my @y = map { my $u = $_; sum(map { $w[$_] * $x[$u][$_] } 0 .. 3) } 0 .. 4;
    all_near($got->{influence}, [ map { pearson($_, \@y)**2 } @columns ], 1e-13, 'influence');
    my %used = map { my $u = $_; ("u" . ($u + 1) => sum(map { $deviation[$_] * $x[$u][$_] } 0 .. 3)) } 0 .. 4;
    all_near($got->{used}, \%used, 1e-12, 'weights put into the index');
}

# Zeros and gaps.
my @gaps = ([ 0, 2, 3, '' ], [ 5, '', 3, '' ], [ 1, 6, 3, '' ], [ 4, 4, 3, '' ]);
$got = weights('return { entropy = weigh.entropy(x), deviation = weigh.deviation(x), equal = weigh.equal(x), merec = weigh.merec(x) }', \@gaps);
all_near($got->{entropy}, { c1 => (shares(map { entropy(@$_) } [ 0, 5, 1, 4 ], [ 2, 6, 4 ]))[0],
        c2 => (shares(map { entropy(@$_) } [ 0, 5, 1, 4 ], [ 2, 6, 4 ]))[1], c3 => 0 }, 1e-14, 'entropy: zeros count nothing, gaps are left out, no contrast no weight');
is($got->{entropy}{c4}, '', 'an indicator without data has no weight');
all_near($got->{equal}, { map { ("c$_" => 1 / 3) } 1 .. 3 }, 1e-15, 'and the others share its part');
is($got->{equal}{c4}, '', 'of equal weights, too');
all_near($got->{deviation}, { c3 => 0 }, 1e-15, 'no spread, no weight');

# ---- weights that equalise influence ----

sub linear { # Gauss: solves left s = right
    my ($left, $right) = @_;
    my @m = map { [ @{ $left->[$_] }, $right->[$_] ] } 0 .. $#$left;
    for my $k (0 .. $#m) {
        my ($p) = sort { abs $m[$b][$k] <=> abs $m[$a][$k] } $k .. $#m;
        @m[ $k, $p ] = @m[ $p, $k ];
        for my $r (grep { $_ != $k } 0 .. $#m) {
            my $f = $m[$r][$k] / $m[$k][$k];
            $m[$r][$_] -= $f * $m[$k][$_] for $k .. $#m + 1;
        }
    }
    return map { $m[$_][-1] / $m[$_][$_] } 0 .. $#m;
}
{
    my @y = ([ 12, 30, 5 ], [ 15, 28, 9 ], [ 9, 35, 4 ], [ 20, 40, 3 ], [ 18, 31, 12 ], [ 11, 42, 7 ], [ 25, 38, 5 ], [ 14, 25, 6 ]);
    my @c = map { [ column(\@y, $_) ] } 0 .. 2;
    # Equal correlations with the sum: correlations times (weight times deviation) are alike.
    my @s = linear([ map { my $k = $_; [ map { pearson($c[$k], $c[$_]) } 0 .. 2 ] } 0 .. 2 ], [ 1, 1, 1 ]);
    my @want = shares(map { $s[$_] / sd(@{ $c[$_] }) } 0 .. 2);
    ok(!grep({ $_ <= 0 } @want), 'there are positive weights that equalise influence');
    my $run = weights('local w, rest = weigh.balanced(x) local v, left = weigh.balanced(x, { target = array("indicator", { c1 = 0.5, c2 = 0.3, c3 = 0.2 }) })
      return { w = w, rest = rest, left = left, power = weigh.influence(x, w), other = weigh.influence(x, v) }', \@y);
    all_near($run->{w}, \@want, 1e-6, 'balanced weights are found');
    my @power = map { $run->{power}{"c$_"} } 1 .. 3;
    near(max(@power) - min(@power), 0, 1e-6, 'under which all indicators have the same influence');
    cmp_ok($run->{rest}{''}, '<', 1e-12, 'and the search says so');
    all_near({ map { ("c$_" => (shares(map { $run->{other}{"c$_"} } 1 .. 3))[ $_ - 1 ]) } 1 .. 3 }, [ 0.5, 0.3, 0.2 ], 1e-5, 'or the influence that is wanted');
}

# ---- benefit of the doubt, by trying all corners ----

{
    my @y = ([ 0.9, 0.3 ], [ 0.5, 0.8 ], [ 0.4, 0.5 ], [ 0.7, 0.7 ], [ 0.6, 0 ]);
    my $best = sub {
        my ($own, $low, $high) = @_;
        my @limits = map { [ @$_, 1 ] } @y;
        push @limits, [ -1, 0, 0 ], [ 0, -1, 0 ];
        for my $k (0, 1) {
            my @unit = map { $_ == $k ? $own->[$_] : 0 } 0, 1;
            push @limits, [ (map { $low * $own->[$_] - $unit[$_] } 0, 1), 0 ] if defined $low;
            push @limits, [ (map { $unit[$_] - $high * $own->[$_] } 0, 1), 0 ] if defined $high;
        }
        my $most = 0;
        for my $i (0 .. $#limits) {
            for my $k ($i + 1 .. $#limits) {
                my ($p, $q) = @limits[ $i, $k ];
                my $d = $p->[0] * $q->[1] - $p->[1] * $q->[0];
                next if abs $d < 1e-12;
                my @w = (($p->[2] * $q->[1] - $p->[1] * $q->[2]) / $d, ($p->[0] * $q->[2] - $p->[2] * $q->[0]) / $d);
                next if grep { $_->[0] * $w[0] + $_->[1] * $w[1] > $_->[2] + 1e-9 } @limits;
                $most = max($most, $own->[0] * $w[0] + $own->[1] * $w[1]);
            }
        }
        return $most;
    };
    my $run = weights('local s, w, share = weigh.doubt(x) local t, _, parts = weigh.doubt(x, { low = 0.35, high = 0.6 })
      return { free = s, tied = t, parts = parts, share = share }', [ @y[ 0 .. 3 ], [ 0.6, '' ], [ '', '' ] ]);
    all_near($run->{free}, { map { ('u' . ($_ + 1) => $best->($y[$_])) } 0 .. 4 }, 1e-9, 'benefit of the doubt, one with a gap');
    is($run->{free}{u6}, '', 'and one without anything');
    is($run->{tied}{u5}, '', 'a single figure cannot be at most 60 % of the whole');
    all_near($run->{tied}, { map { ('u' . ($_ + 1) => $best->($y[$_], 0.35, 0.6)) } 0 .. 3 }, 1e-9, 'with limits to the shares');
    ok(!grep({ $_ < 0.35 - 1e-9 || $_ > 0.6 + 1e-9 } grep { $_ ne '' } values %{ $run->{parts} }) && 8 == grep({ $_ ne '' } values %{ $run->{parts} }), 'which are kept');
    near($run->{share}{'u1/c1'} + $run->{share}{'u1/c2'}, 1, 1e-9, 'shares add up');
}

# ---- limits ----

my $limits = outputs(judged(<<'LUA'));
    local w = array("indicator", { c1 = 0.6, c2 = 0.3, c3 = 0.1 })
    local weigh = require "methods.weigh"
    return { w = weigh.bounded(w, 0.15, 0.5), free = weigh.bounded(w, 0, 1), narrow = weigh.bounded(w, 0.4, 1) }
LUA
all_near($limits->{w}, [ 0.5, 0.35, 0.15 ], 1e-12, 'shares within limits: what is cut off goes to the others in proportion');
all_near($limits->{free}, [ 0.6, 0.3, 0.1 ], 1e-12, 'limits that do not bind');
is(join('', values %{ $limits->{narrow} // {} }), '', 'limits that cannot be kept');

# ---- comparisons ----

# Saaty's examples: the choice of a school (1980), and the consumption of drinks in the United States (2008, with
# C.R. 0.022).
my @school = ([ 1, 4, 3, 1, 3, 4 ], [ 1/4, 1, 7, 3, 1/5, 1 ], [ 1/3, 1/7, 1, 1/5, 1/5, 1/6 ],
    [ 1, 1/3, 5, 1, 1, 1/3 ], [ 1/3, 5, 5, 1, 1, 3 ], [ 1/4, 1, 6, 3, 1/3, 1 ]);
my @drinks = ([ 1, 9, 5, 2, 1, 1, 1/2 ], [ 1/9, 1, 1/3, 1/9, 1/9, 1/9, 1/9 ], [ 1/5, 3, 1, 1/3, 1/4, 1/3, 1/9 ],
    [ 1/2, 9, 3, 1, 1/2, 1, 1/3 ], [ 1, 9, 4, 2, 1, 2, 1/2 ], [ 1, 9, 3, 1, 1/2, 1, 1/3 ], [ 2, 9, 9, 3, 2, 3, 1 ]);

sub power { # the greatest eigenvalue and its vector, by iteration
    my ($m) = @_;
    my @w = (1 / @$m) x @$m;
    @w = shares(map { my $row = $_; sum(map { $row->[$_] * $w[$_] } 0 .. $#w) } @$m) for 1 .. 400;
    return (sum(map { $m->[0][$_] * $w[$_] } 0 .. $#w) / $w[0], @w);
}

sub ahp {
    my ($m, $options) = @_;
    my $matrix = 'experts.matrix("indicator", ' . names(scalar @$m) . ', ' . lua($m) . ')';
    my $file = judged("local w, t = experts.ahp($matrix, $options) return { w = w, lambda = t.lambda, cr = t.cr, ci = t.ci, n = t.n, consistent = t.consistent }");
    my ($status, $report) = run($file);
    return (outputs($file), $report);
}
my ($school, $report) = ahp(\@school, '{}');
all_near($school->{w}, [ 0.32, 0.14, 0.03, 0.13, 0.24, 0.14 ], 0.00501, 'choice of a school as printed');
near($school->{lambda}{''}, (power(\@school))[0], 1e-9, 'its eigenvalue by iteration');
near($school->{cr}{''}, ((power(\@school))[0] - 6) / 5 / 1.24, 1e-9, 'C.R. with the 1.24 of six items');
is($school->{consistent}{''}, 'false', 'which is too much');
like($report =~ s{\s+}{ }gr, qr/contradict each other more than 0\.1 allows, CR = 0\.229/, 'and a warning says it');
my ($drinks, $calm) = ahp(\@drinks, '{}');
all_near($drinks->{w}, [ 0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327 ], 0.000501, 'consumption of drinks as printed');
near($drinks->{cr}{''}, 0.022, 0.000501, 'C.R. as printed');
unlike($calm, qr/contradict/, 'no warning');
my ($lambda, @eigen) = power(\@drinks);
all_near($drinks->{w}, \@eigen, 1e-12, 'the eigenvector by iteration');
near($drinks->{ci}{''}, ($lambda - 7) / 6, 1e-12, 'C.I.');
{
    my ($refused) = ahp(\@school, '{ refuse = true }');
    is(join('', values %{ $refused->{w} // {} }), '', 'contradictions refused');
    my ($let) = ahp(\@school, '{ refuse = true, limit = 0.3 }');
    near($let->{w}{c1}, $school->{w}{c1}, 1e-15, 'or let through by a wider limit');
    my ($other) = ahp(\@school, '{ random = "alonso" }');
    near($other->{cr}{''}, $school->{ci}{''} / 1.2479, 1e-12, 'random consistency after Alonso and Lamata');
    my ($sums) = ahp(\@drinks, '{ method = "sum" }');
    my @total = map { my $k = $_; sum(column(\@drinks, $k)) } 0 .. 6;
    my @w = map { my $row = $_; mean(map { $row->[$_] / $total[$_] } 0 .. 6) } @drinks;
    all_near($sums->{w}, \@w, 1e-13, 'sums of columns');
    near($sums->{lambda}{''}, mean(map { my $row = $drinks[$_]; sum(map { $row->[$_] * $w[$_] } 0 .. 6) / $w[$_] } 0 .. 6), 1e-12, 'and its lambda');
    my ($roots) = ahp(\@drinks, '{ method = "root" }');
    all_near($roots->{w}, [ shares(map { my $p = 1; $p *= $_ for @$_; $p**(1 / 7) } @drinks) ], 1e-13, 'geometric means of rows');
    my ($two) = ahp([ [ 1, 4 ], [ 1/4, 1 ] ], '{}');
    all_near({ %{ $two->{w} }, cr => $two->{cr}{''} }, { c1 => 0.8, c2 => 0.2, cr => 0 }, 1e-15, 'two items cannot contradict each other');
    # Gaps: what is left says it all (Harker 1987); with contradictions, his matrix by iteration.
    @w = (8, 4, 2, 1);
    my @gaps = map { my $i = $_; [ map { my $k = $_; ($i == $k || abs($i - $k) == 1) ? $w[$i] / $w[$k] : undef } 0 .. 3 ] } 0 .. 3;
    my ($chain) = ahp(\@gaps, '{}');
    all_near($chain->{w}, [ shares(@w) ], 1e-12, 'a chain of comparisons is enough');
    near($chain->{lambda}{''}, 4, 1e-12, 'and contradicts nothing');
    my @odd = ([ 1, 2, undef, 6 ], [ 1/2, 1, 3, undef ], [ undef, 1/3, 1, 2 ], [ 1/6, undef, 1/2, 1 ]);
    my @harker = map { my $i = $_; [ map { $_ == $i ? 1 + grep({ !defined } @{ $odd[$i] }) : $odd[$i][$_] // 0 } 0 .. 3 ] } 0 .. 3;
    my ($gappy) = ahp(\@odd, '{}');
    my ($most, @vector) = power(\@harker);
    all_near($gappy->{w}, \@vector, 1e-10, 'gaps, by iteration');
    near($gappy->{lambda}{''}, $most, 1e-10, 'and lambda');
    my ($none, $none_said) = ahp(\@odd, '{ method = "root" }');
    is(join('', values %{ $none->{w} // {} }), '', 'roots have no answer to gaps');
    like($none_said, qr/pairs\s+without\s+a\s+comparison/, 'and say so');
    # Sixteen items: Saaty's random indices end at 15; those of Alonso and Lamata go on, on a straight line of the mean
    # eigenvalue, 2.7699 n - 4.3513.
    my @many = map { my $i = $_; [ map { my $k = $_; $i == $k ? 1 : $i == 0 && $k == 1 ? 4 : $i == 1 && $k == 0 ? 1/4 : 2**(($k - $i) / 8) } 0 .. 15 ] } 0 .. 15;
    my ($sixteen, $warned) = ahp(\@many, '{}');
    my ($greatest, @sixteen) = power(\@many);
    all_near($sixteen->{w}, \@sixteen, 1e-12, 'sixteen items have weights');
    is($sixteen->{cr}{''} // '', '', 'but no C.R. after Saaty');
    like($warned, qr/random\s+indices\s+end\s+at\s+15\s+items/, 'and a warning says why');
    my ($line, $quiet) = ahp(\@many, '{ random = "alonso" }');
    near($line->{cr}{''}, ($greatest - 16) / 15 / ((2.7699 * 16 - 4.3513 - 16) / 15), 1e-12, 'one after Alonso and Lamata');
    is($line->{consistent}{''}, 'true', 'which is small enough');
    unlike($quiet, qr/random\s+ind/, 'without a word');
    my ($kept) = ahp(\@many, '{ refuse = true }');
    is(join('', values %{ $kept->{w} // {} }), '', 'whose consistency nobody knows is refused where that is asked');
    # The line against what it stands for: the mean index of random reciprocal matrices of 1/9 … 9.
    my $seed = $ENV{SEED} // 20060401;
    srand $seed;
    my @ci = map {
        my @m;
        for my $i (0 .. 15) {
            $m[$i][$i] = 1;
            for my $k ($i + 1 .. 15) {
                my $r = int rand 17;
                $m[$i][$k] = $r < 9 ? $r + 1 : 1 / ($r - 7);
                $m[$k][$i] = 1 / $m[$i][$k];
            }
        }
        my @w = (1 / 16) x 16;
        my $lambda;
        for (1 .. 40) {
            my @y = map { my $row = $_; sum(map { $row->[$_] * $w[$_] } 0 .. 15) } @m;
            $lambda = sum(@y);
            @w = map $_ / $lambda, @y;
        }
        ($lambda - 16) / 15;
    } 1 .. 150;
    near(mean(@ci), (1.7699 * 16 - 4.3513) / 15, 0.05, "random matrices of sixteen (seed $seed)");
    # What is no comparison, and who is not compared.
    for my $wrong (0, -3) {
        my ($out, $said) = ahp([ [ 1, $wrong, 2 ], [ 1/3, 1, 2 ], [ 1/2, 1/2, 1 ] ], '{}');
        is(join('', values %{ $out->{w} // {} }, $out->{cr}{''} // ''), '', "a comparison of $wrong leaves no weights");
        like($said, qr/a\s+comparison\s+is\s+not\s+above\s+0/, 'and is told');
    }
    for my $method (qw(eigenvector sum root)) {
        my ($pair) = ahp([ [ undef, 2, undef ], [ 1/2, undef, undef ], [ (undef) x 3 ] ], "{ method = \"$method\" }");
        near($pair->{w}{c1}, 2 / 3, 1e-12, "$method: two of three are compared, the diagonal is 1 unsaid");
        is($pair->{w}{c3}, '', 'the third has no weight');
        is($pair->{n}{''}, 2, 'and does not count');
        my ($lone) = ahp([ [1] ], "{ method = \"$method\" }");
        is("$lone->{w}{c1} $lone->{cr}{''}", '1 0', "$method: one item alone has it all");
    }
    my ($parts, $broken) = ahp([ [ 1, 2, undef, undef ], [ 1/2, 1, undef, undef ], [ undef, undef, 1, 3 ], [ undef, undef, 1/3, 1 ] ], '{}');
    is(join('', values %{ $parts->{w} // {} }), '', 'two pairs that nothing connects have no weights');
    like($broken, qr/falls\s+into\s+parts/, 'which is told');
}
file('answers.csv', csv_text([ qw(expert a b times) ], [ 'Li', 'A', 'B', 2 ], [ 'Wang', 'B', 'A', 0.125 ], [ 'Li', 'B', 'C', 3 ], [ 'Wang', 'B', 'C', 3 ],
    [ 'Li', 'A', 'C', 12 ]));
my $committee = outputs(file('committee.lua', <<'LUA'));
local experts = require "methods.experts"
return assessment {
  id = "committee", title = "A committee", data = { t = csv("answers.csv", { rows = "answer" }) },
  index = index { "all", "all", indicator { "A", "A" }, indicator { "B", "B" }, indicator { "C", "C" }, indicator { "D", "D" } },
  compute = function(a)
    local t = a.data.t
    local m = experts.compared(t.a, t.b, t.times, "answer", "indicator")
    local one = experts.comparisons("indicator", { { "A", "B", 2 }, { "A", "C", 12 }, { "B", "C", 6 } })
    local two = experts.comparisons("indicator", { { "A", "B", 8 }, { "A", "C", 12 }, { "B", "C", 1.5 } })
    local both = where(array("expert", { Li = true, Wang = false }), one, two)
    return { m = m, w = (experts.ahp(m)), joint = (experts.ahp(experts.joint(both, "expert"))), each = (experts.ahp(both)) }
  end,
}
LUA
my @joint = shares(12, 3, 1);
for my $way ('w', 'joint') {
    all_near($committee->{$way}, { map { ([ 'A', 'B', 'C' ]->[$_] => $joint[$_]) } 0 .. 2 }, 1e-12, "a committee's answers, $way");
    is($committee->{$way}{D}, '', 'of what nobody spoke about there is no weight');
}
near($committee->{m}{'B/A'}, 0.25, 1e-15, 'answers of either order');
all_near($committee->{each}, { 'A/Li' => 12 / 19, 'B/Li' => 6 / 19, 'C/Li' => 1 / 19, 'A/Wang' => 24 / 29, 'B/Wang' => 3 / 29, 'C/Wang' => 2 / 29 },
    1e-12, 'weights of each expert');

# ---- orders, panels ----

my $order = outputs(judged('return { w = experts.order("indicator", { { "c1", 1.2 }, { "c2", 1.4 }, { "c3", 1.0 }, { "c4" } }) }'));
{
    # w(m) = 1 / (1 + the sums of products), then upwards.
    my $last = 1 / (1 + 1.2 * 1.4 * 1.0 + 1.4 * 1.0 + 1.0);
    all_near($order->{w}, [ 1.2 * 1.4 * $last, 1.4 * $last, $last, $last ], 1e-15, 'order relation');
    my ($status, undef, $err) = run(judged('return { w = experts.order("indicator", { { "c1", 2.5 }, { "c2" } }) }'));
    is($status, 3, 'a ratio beyond the scale');
    like($err, qr/'c1' matters from 1 to 1.8 times/, 'is said');
    ($status, undef, $err) = run(judged('return { m = experts.comparisons("indicator", { { "A", "B", 3 }, { "B", "C", -2 } }) }'));
    ok($status == 3 && $err =~ /comparison 2 is not/, 'a comparison that is none');
    ($status, undef, $err) = run(judged('return { m = experts.comparisons("indicator", { { "A", "B", 3 }, { "B", "A", 3 } }) }'));
    ok($status == 3 && $err =~ /two values for '[AB]'/, 'a pair compared twice');
}
my @points = ([ 9, 8, 5, 3 ], [ 8, 9, 6, 1 ], [ 10, 7, 7, 4 ], [ 7, 7, 2, 2 ], [ 1, 9, 6, 5 ]); # by experts
file('panel.csv', csv_text([ qw(expert indicator points) ], map { my $e = $_; map { [ "e$e", 'c' . ($_ + 1), $points[$e][$_] ] } 0 .. 3 } 0 .. 4));
my $panel = outputs(file('panel.lua', <<'LUA'));
local experts = require "methods.experts"
return assessment {
  id = "panel", title = "A panel", data = { x = csv("panel.csv", { expert = "expert", indicator = "indicator", value = "points" }) },
  compute = function(a)
    local x = a.data.x
    local w, t = experts.panel(x)
    local W, chi = experts.concordance(x)
    local clear = experts.concordance(x:only { expert = { "e0", "e2" }, indicator = { "c1", "c2", "c4" } })
    return { w = w, mean = t.mean, sd = t.sd, n = t.n, trimmed = experts.panel(x, { trim = 0.2 }), dropped = experts.panel(x, { drop = 1 }),
      W = W, chi = chi, clear = clear, untied = experts.concordance(x:only { indicator = { "c1", "c3", "c4" } }) }
  end,
}
LUA
{
    my @columns = map { [ column(\@points, $_) ] } 0 .. 3;
    all_near($panel->{w}, [ shares(map { mean(@$_) } @columns) ], 1e-15, 'a panel');
    all_near($panel->{sd}, [ map { sd(@$_) } @columns ], 1e-14, 'its spread');
    my @middle = shares(map { my @s = sort { $a <=> $b } @$_; mean(@s[ 1 .. 3 ]) } @columns);
    all_near($panel->{$_}, \@middle, 1e-15, "without the extremes, $_") for 'trimmed', 'dropped';
    # Ranks by counting; W by its definition with ties.
    my $concordance = sub {
        my ($experts, $items) = @_;
        my ($m, $k, $ties, %sum) = (scalar @$experts, scalar @$items, 0);
        for my $e (@$experts) {
            for my $i (@$items) {
                my $above = grep { $points[$e][$_] > $points[$e][$i] } @$items;
                my $same = grep { $points[$e][$_] == $points[$e][$i] } @$items;
                $sum{$i} += $above + ($same + 1) / 2;
                $ties += $same**2 - 1;
            }
        }
        my $mean = mean(values %sum);
        return 12 * sum(map { ($_ - $mean)**2 } values %sum) / ($m**2 * ($k**3 - $k) - $m * $ties);
    };
    my $W = $concordance->([ 0 .. 4 ], [ 0 .. 3 ]);
    near($panel->{W}{''}, $W, 1e-14, "Kendall's W with ties");
    near($panel->{chi}{''}, 5 * 3 * $W, 1e-12, 'its chi-squared');
    near($panel->{clear}{''}, 1, 1e-15, 'two experts who agree');
    near($panel->{untied}{''}, $concordance->([ 0 .. 4 ], [ 0, 2, 3 ]), 1e-14, 'some of the items');
}


# ---- units and years together: the weights of the same values as so many units ----

{
    my @panel = (['A', 2010, 3, 8, 5], ['A', 2011, 5, 6, 4], ['A', 2013, 6, 4, ''], ['B', 2010, 7, 8, 1], ['B', 2011, '', 3, 2],
        ['B', 2013, 2, 9, 9], ['C', 2010, 4, 1, 6], ['C', 2011, 4, 5, 8], ['C', 2013, 9, 2, 3]);
    my @calls = ((map { [ $_, "weigh.$_(x, %s)" ] } qw(equal deviation variance variation entropy gini angle pca)),
        (map { [ $_, "weigh.$_(x, i, %s)" ] } qw(critic merec cilos idocriw lopcow)),
        [ by_n => 'weigh.deviation(x, { divisor = "n", %s })' ], [ spearman => 'weigh.critic(x, i, { correlation = "spearman", %s })' ],
        [ covariance => 'weigh.pca(x, { covariance = true, %s })' ], [ factor => 'weigh.factor(x, { factors = 2, %s })' ],
        [ influence => 'weigh.influence(x, i.weight, %s)' ], [ balanced => 'round(weigh.balanced(x, %s), 6)' ],
        [ least => 'weigh.entropy(-x, { shift = "least", %s })' ], [ scaled => 'weigh.entropy(-x, { scale = "minmax", shift = 0.0001, better = "lower", %s })' ],
        [ within => 'weigh.critic(x, i, { within = array("indicator", { p = "g", q = "g", r = "h" }), axis = "pair", %s })' ]);
    my $computed = sub {
        my ($name, $key, $option, $rows) = @_;
        my $calls = join ",\n      ", map {
            my ($name, $call) = @$_;
            my $o = $call =~ m({ %s }|, %s }) ? $option : "{ $option }";
            "$name = (" . sprintf($call, $o) . ")";
        } @calls;
        file("$name.csv", "unit," . ($key =~ /year/ ? 'year,' : '') . "p,q,r\n" . join '', map { join(',', @$_) . "\n" } @$rows);
        return outputs(file("$name.lua", <<"LUA"));
local weigh = require "methods.weigh"
return assessment {
  id = "pooled", title = "pooled", data = { x = csv("$name.csv", $key) },
  index = index { "all", "all", indicator { "p", "p" }, indicator { "q", "q", better = "lower" }, indicator { "r", "r" } },
  compute = function(a)
    local x, i = a.data.x, a.index
    return {
      $calls
    }
  end,
}
LUA
    };
    my $pooled = $computed->('panel', '{ unit = "unit", year = "year" }', 'over = { "unit", "year" }', \@panel);
    my $stacked = $computed->('stacked', '{ unit = "unit" }', '', [ map { [ "$_->[0]$_->[1]", @$_[ 2 .. 4 ] ] } @panel ]);
    all_near($pooled->{ $_->[0] }, $stacked->{ $_->[0] }, 1e-9, "$_->[0] of units and years together") for @calls;
    near($stacked->{least}{q}, do {
        my @e = map { my $k = $_; my @v = grep { $_ ne '' } map $_->[$k], @panel; my $top = max @v; entropy(map { $top - $_ } @v) } 2 .. 4;
        $e[1] / sum @e }, 1e-12, 'figures moved to begin at 0');
    # A figure below 0 leaves the indicator without weight, and is named.
    my $wrong = file('wrong.lua', <<'LUA');
local weigh = require "methods.weigh"
return assessment { id = "wrong", title = "wrong", data = { x = csv("wrong.csv", { unit = "unit" }) },
  compute = function(a) local x = a.data.x
    return { w = weigh.METHOD } end }
LUA
    file('wrong.csv', "unit,p,q,r\nA,3,8,5\nB,-7,2,1\nC,4,1,6\n");
    my $text = slurp($wrong);
    for my $call ('entropy(x)', 'gini(x)', 'variation(x)', 'angle(x)', 'merec(x, nil)', 'cilos(x, nil)', 'idocriw(x, nil)') {
        my ($status, $out, $err) = run(file('wrong.lua', $text =~ s/METHOD/$call/r), '--format', 'csv', '--output', 'w');
        like($out, qr/^p,$/m, "$call: no weight by a figure below 0");
        like($err, qr/wrong\.lua:4.*-7\.000 \((?:indicator p, unit B|unit B, indicator p)\)/, "$call: which is named");
        my ($first) = $call =~ /^(\w+)/;
        my %w = $out =~ /^([qr]),([\d.e-]+)$/mg;
        near(sum(values %w), 1, 1e-12, "$call: the others share the whole");
    }
}
done_testing();
