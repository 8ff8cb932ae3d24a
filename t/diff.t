#!/usr/bin/perl
# assess diff. Every mix of the factors of two editions is written as a rule file with its own data and run.
# The Shapley values are worked out here from these scores, by going through all orders of the factors.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8);
use JSON::PP;
use List::Util qw(max sum0);
use Test::More;

# ---- two editions, and any mix of them ----

my @factors = qw(data coverage weights standards parameters methods structure);
my @units = map { "U$_" } 1 .. 8;
my $seed = $ENV{ASSESS_SEED} // 20111;
note "seed $seed";
my $random = $seed;
sub random { $random = ($random * 1103515245 + 12345) % 2147483648; return $random / 2147483648 }

# What each edition says; U7 is in the first only, U8 in the second only. i1 loses U3 and gains U4; i3 is in
# the first only, i4 in the second only.
my (%value);
for my $e (0, 1) {
    for my $u (@units) {
        next if $u eq ('U8', 'U7')[$e];
        for my $i (1 .. 4) {
            my $x = $e && random() < 0.5 ? $value{0}{$u}{"i$i"} // 50 : 20 + int(random() * 80);
            next if $i == (4, 3)[$e] || ($i == 1 && $u eq ('U4', 'U3')[$e]);
            $value{$e}{$u}{"i$i"} = $x;
        }
    }
}
my %say = (
    weights => [{ i1 => 3, i2 => 2, i3 => 1, i4 => 2 }, { i1 => 2, i2 => 2.5, i3 => 4, i4 => 2 }],
    standards => [{ i1 => [90, 100], i2 => [80, 95] }, { i1 => [70, 100], i2 => [80, 85] }],
    parameters => [{ cap => 90 }, { cap => 100 }],
);
my @score = ({ i2 => 'ratio' }, { i2 => 'efficacy' });
my @combine = ('weighted_mean', 'geometric');
my @tree = (['i1', 'i2', 'i3'], ['i1', 'i2', 'i4']); # the second has i4 in place of i3

# mix(SIDE): the edition by factor ({ weights => 1 }, or finer: { 'weights:i1' => 1 }) as rules and data.
my $mixes = 0;
sub side {
    my ($s, $factor, $of) = @_;
    return $s->{"$factor:$of"} // $s->{$factor} // 0;
}

sub mix {
    my ($s) = @_;
    my $tree = side($s, 'structure', '');
    my $rows = "unit,indicator,value\n";
    for my $u (@units) {
        for my $i ('i1', 'i2', $tree ? 'i4' : 'i3') {
            my ($x, $y) = map { $value{$_}{$u}{$i} } 0, 1;
            my $v = defined $x && defined $y ? (side($s, 'data', $i) ? $y : $x)
                : defined $x ? (side($s, 'coverage', $i) ? undef : $x)
                : side($s, 'coverage', $i) ? $y : undef;
            $rows .= "$u,$i,$v\n" if defined $v;
        }
    }
    my $leaves = '';
    for my $i (@{ $tree[$tree] }) {
        my $own = $s->{same_tree} ? undef : $i eq 'i3' ? 0 : $i eq 'i4' ? 1 : undef; # comes with its tree
        my $weight = $say{weights}[$own // side($s, 'weights', $i)]{$i};
        my $standard = $say{standards}[$own // side($s, 'standards', $i)]{$i} // [100, 100];
        my $method = $score[$own // side($s, 'methods', $i)]{$i} // 'ratio';
        $leaves .= qq[    indicator { "$i", "$i", weight = $weight, floor = 5, score = normalise.$method,\n]
            . qq[      standard = { s1 = $standard->[0], s2 = $standard->[1] } },\n];
    }
    my $cap = $say{parameters}[side($s, 'parameters', 'cap')]{cap};
    my $how = $combine[side($s, 'methods', 'compute')];
    my $name = 'mix' . $mixes++;
    file("$name.csv", $rows);
    return file("$name.lua", <<"LUA");
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment { id = "m", title = "a mix",
  stages = { { "s1", from = 2011, to = 2012 }, { "s2", from = 2013, to = 2020 } },
  params = { cap = $cap },
  data = { x = csv("$name.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "root$tree", "root",
$leaves  },
  compute = function(a)
    local total = combine.$how(normalise.each(a.data.x, a, { cap = a.params.cap }), a.index)
    return { total = total, rank = rank(total, "unit"),
             grade = where(total:ge(70), "good", "fair"), built = total:ge(75) }
  end }
LUA
}

# The scores of a rule file, { "unit/stage" => score }; and by the same keys any other output.
sub plain {
    my ($rules, $output) = @_;
    my ($status, $out, $err) = run($rules, '--output', $output // 'total', '--format', 'csv', '-q');
    is($status, 0, "$rules") or diag $err if $status;
    my ($head, @rows) = csv_rows($out);
    return { map { ("$_->[0]/$_->[1]" => $_->[2]) } grep { $_->[2] ne '' } @rows };
}

# The rank of a score among others' scores, at a key. Scores that differ by rounding alone are equal, as they are for rank.
sub rank_of {
    my ($key, $own, $others) = @_;
    my ($unit, $stage) = split m{/}, $key;
    return 1 + grep { my ($u, $t) = split m{/}; $t eq $stage && $u ne $unit && $others->{$_} - $own > 1e-9 } keys %$others;
}

# Shapley values of a game given by its value for every subset (a bit mask), over all orders.
sub shapley {
    my ($players, $v) = @_;
    my @value = (0) x $players;
    my ($count, $walk) = (0);
    $walk = sub {
        my ($set, $before, @order) = @_;
        if (@order == $players) {
            my $s = 0;
            for my $p (@order) {
                $value[$p] += $v->($s | 1 << $p) - $v->($s);
                $s |= 1 << $p;
            }
            $count++;
            return;
        }
        for my $p (0 .. $players - 1) { $walk->(0, 0, @order, $p) unless grep { $_ == $p } @order }
    };
    $walk->(0, 0);
    return map { $_ / $count } @value;
}

sub diff_rows { # the list of movers: { "unit/stage" => { column => value } }
    my ($status, $out, $err) = run('diff', @_, '--format', 'csv');
    is($status, 0, "diff @_") or diag $err;
    my ($head, @rows) = csv_rows($out);
    my %row;
    for my $r (@rows) {
        my %cell;
        @cell{@$head} = @$r;
        $row{"$cell{unit}/" . ($cell{at} // '')} = \%cell;
    }
    return \%row;
}

my $a = mix({});
my $b = mix({ map { $_ => 1 } @factors });
my $got = diff_rows($a, $b);

# ---- the corners are plain runs ----
my @end = (plain($a), plain($b));
my @ranks = (plain($a, 'rank'), plain($b, 'rank'));
my @both = sort grep { exists $end[1]{$_} } keys %{ $end[0] };
is(scalar @both, 12, 'six units with scores in both editions, in two stages');
is_deeply([sort keys %$got], \@both, 'the movers are the units that both have');
for my $key (@both) {
    my $g = $got->{$key};
    near($g->{score_before}, $end[0]{$key}, 1e-12, "$key before");
    near($g->{score_after}, $end[1]{$key}, 1e-12, "$key after");
    is("$g->{rank_before} $g->{rank_after}", "$ranks[0]{$key} $ranks[1]{$key}", "$key, ranks");
}

# ---- Shapley values by permutations over plain runs ----
my (@run, @mixed);
for my $set (0 .. 2 ** @factors - 1) {
    push @run, plain(mix({ map { $factors[$_] => $set >> $_ & 1 } 0 .. $#factors }));
}
my ($worst, $worst_sum, $worst_rank) = (0, 0, 0);
for my $key (@both[0, 3, 5, 8, 11]) {
    my @score = shapley(scalar @factors, sub { $run[ $_[0] ]{$key} });
    my @rank = shapley(scalar @factors, sub { rank_of($key, $run[ $_[0] ]{$key}, $run[ $_[0] ]) });
    my @own = shapley(scalar @factors, sub {
        (rank_of($key, $run[ $_[0] ]{$key}, $end[0]) + rank_of($key, $run[ $_[0] ]{$key}, $end[1])) / 2 });
    for my $k (0 .. $#factors) {
        $worst = max($worst, abs($got->{$key}{"score_$factors[$k]"} - $score[$k]));
        $worst_rank = max($worst_rank, abs($got->{$key}{"rank_own_$factors[$k]"} - $own[$k]),
            abs($got->{$key}{"rank_own_$factors[$k]"} + $got->{$key}{"rank_others_$factors[$k]"} - $rank[$k]));
    }
}
ok($worst < 1e-9, 'contributions to scores as by all orders of plain runs') or diag $worst;
ok($worst_rank < 1e-9, 'contributions to ranks, own and others', ) or diag $worst_rank;

sub sums {
    my ($rows, $name, @names) = @_;
    my ($score, $rank) = (0, 0);
    for my $g (values %$rows) {
        $score = max($score, abs(sum0(map { $g->{"score_$_"} } @names) - ($g->{score_after} - $g->{score_before})));
        $rank = max($rank, abs(sum0(map { $g->{"rank_own_$_"} + $g->{"rank_others_$_"} } @names)
            - ($g->{rank_after} - $g->{rank_before})));
    }
    ok(keys %$rows && $score <= 1e-12, "$name: contributions add up to the change of the score") or diag $score;
    ok($rank <= 1e-12, "$name: and of the rank") or diag $rank;
}
sums($got, 'seven factors', @factors);

# ---- the other way round only signs flip ----
my $back = diff_rows($b, $a);
my $flip = 0;
for my $key (@both) {
    for my $c (grep { /^(score|rank)_(own_|others_)?(@{[join '|', @factors]})$/ } keys %{ $got->{$key} }) {
        $flip = max($flip, abs($got->{$key}{$c} + $back->{$key}{$c}));
    }
}
ok($flip <= 1e-12, 'the order of the files flips signs and does nothing else') or diag $flip;
is_deeply(diff_rows($a, $b, '--threads', 1), diff_rows($a, $b, '--threads', 3), 'any number of threads, the same bytes');

# ---- leaves: Owen values by all orders of factors and of the leaves within ----
{
    my $a2 = mix({ same_tree => 1 });
    my $b2 = mix({ same_tree => 1, weights => 1, parameters => 1, data => 1 });
    my ($status, $out, $err) = run('diff', $a2, $b2, '--leaves', '--format', 'json');
    is($status, 0, 'leaves') or diag $err;
    my $json = decode_json($out);
    my %leaf;
    $leaf{ $_->{leaf} }{"$_->{unit}/$_->{at}"} = $_ for @{ $json->{leaves} };
    my @w = qw(i1 i2 i3);
    my %cache;
    my $v = sub { # of the other factors' bits and the bits of weights
        my ($others, $inside) = @_;
        return $cache{"$others $inside"} //= plain(mix({ same_tree => 1, data => $others & 1, parameters => $others >> 1 & 1,
            map { ("weights:$w[$_]" => $inside >> $_ & 1) } 0 .. 2 }));
    };
    my $off = 0;
    for my $key (@both[1, 6]) {
        my %outer = (0 => 1 / 3, 1 => 1 / 6, 2 => 1 / 6, 3 => 1 / 3);
        my @want = (0) x 3;
        for my $others (0 .. 3) {
            my @inner = shapley(3, sub { $v->($others, $_[0])->{$key} });
            $want[$_] += $outer{$others} * $inner[$_] for 0 .. 2;
        }
        $off = max($off, abs($want[$_] - $leaf{"index.$w[$_].weight"}{$key}{score})) for 0 .. 2;
    }
    ok($off < 1e-9, 'contributions of three weights as by plain runs') or diag $off;
    my ($worst, %factor) = (0);
    $factor{"$_->{unit}/$_->{at}"} = $_ for @{ $json->{movers} };
    for my $key (keys %factor) {
        my $sum = sum0(map { $leaf{"index.$_.weight"}{$key}{score} } @w);
        $worst = max($worst, abs($sum - $factor{$key}{score_weights}));
        my $own = sum0(map { $leaf{"index.$_.weight"}{$key}{rank_own} } @w);
        $worst = max($worst, abs($own - $factor{$key}{rank_own_weights}));
    }
    ok($worst <= 1e-12, 'leaves add up to their factor') or diag $worst;
    my ($param) = grep { $_->{address} eq 'params.cap' } @{ $json->{lines} };
    is("$param->{factor} $param->{before} $param->{after}", 'parameters 90 100', 'a line that differs');
}

{
    my ($status, $out, $err) = run('diff', $a, $b, '--leaves', '--format', 'json');
    is($status, 0, 'leaves of all factors') or diag $err;
    my $json = decode_json($out);
    my (%sum, %leaves, $worst, $ranks);
    for my $l (@{ $json->{leaves} }) {
        my $of = $sum{"$l->{unit}/$l->{at}"}{ $l->{factor} } //= [0, 0, 0];
        $of->[0] += $l->{score};
        $of->[1] += $l->{rank_own};
        $of->[2] += $l->{rank_others};
        $leaves{ $l->{factor} }{ $l->{leaf} } = 1;
    }
    is(join(' ', sort keys %{ $leaves{methods} }), 'compute index.i2.score', 'two functions differ');
    ($worst, $ranks) = (0, 0);
    for my $m (@{ $json->{movers} }) {
        for my $f (@factors) {
            my $of = $sum{"$m->{unit}/$m->{at}"}{$f};
            $worst = max($worst, abs($of->[0] - $m->{"score_$f"}));
            $ranks = max($ranks, abs($of->[1] - $m->{"rank_own_$f"}), abs($of->[2] - $m->{"rank_others_$f"}));
        }
    }
    ok($worst <= 1e-12, 'the leaves of every factor add up to it') or diag $worst;
    ok($ranks <= 1e-12, 'in ranks, too') or diag $ranks;
}

# ---- what comes first: grades, verdicts, entries and exits ----
{
    my ($status, $out, $err) = run('diff', $a, $b, '--format', 'json');
    my $json = decode_json($out);
    my %want;
    for my $what (['grades', 'grade'], ['verdicts', 'built']) {
        my @side = map { plain($_, $what->[1]) } $a, $b;
        $want{ $what->[0] } = join ' ', sort grep { exists $side[1]{$_} && $side[0]{$_} ne $side[1]{$_} } keys %{ $side[0] };
        my $found = join ' ', sort map { "$_->{unit}/$_->{at}" } grep { defined $_->{before} && defined $_->{after} }
            @{ $json->{ $what->[0] } // [] };
        is($found, $want{ $what->[0] }, "$what->[0] that change");
    }
    is(join(' ', sort map { "$_->{unit}/$_->{at}:$_->{before}" } @{ $json->{entries} }),
        'U7/s1:scored U7/s2:scored U8/s1:no score U8/s2:no score', 'who enters and who leaves');
    like($out, qr/"index\.i3"/, 'the tree that differs');
    my ($bundled) = grep { $_->{address} eq 'index.i4.weight' } @{ $json->{lines} };
    ok($bundled->{bundled}, 'a weight of a new element comes with the structure');
}

# ---- gates ----
{
    my ($status, $out) = run('diff', $a, $b, '--max-rank-shift', 99);
    is($status, 0, 'no rank moves by more than 99');
    my ($key) = grep { $ranks[0]{$_} != $ranks[1]{$_} } @both;
    ($status, $out) = run('diff', $a, $b, '--max-rank-shift', 0);
    my ($unit) = split m{/}, $key;
    is($status, 1, 'but by more than 0');
    like($out, qr/Not allowed\n.*$unit, s[12]\s+rank $ranks[0]{$key} → $ranks[1]{$key}, more than 0/s, 'and who does');
    ($status, $out) = run('diff', $a, $b, '--no-grade-change', '-f', 'csv');
    is($status, 1, 'grades are to stay');
    ($status) = run('diff', $a, $a, '--no-grade-change', '--max-rank-shift', 0);
    is($status, 0, 'and do in the same edition');
}

# ---- a leaf set alike is no factor; a difference that no formula reads is none either ----
{
    my ($status, $out) = run('diff', $a, $b, '--set', 'params.cap=95', '-f', 'csv');
    is($status, 0, '--set is for both');
    unlike($out, qr/score_parameters/, 'equal values are no factor');
    my $text = slurp($a) =~ s/title = "a mix"/title = "another"/r;
    file('same.lua', $text =~ s/weight = 3/note = "n", weight = 3/r);
    ($status, $out) = run('diff', $a, "$tmp/same.lua", '-f', 'csv');
    my ($head) = split /\n/, $out;
    is($head, 'at,unit,rank_before,rank_after,score_before,score_after,score_change,rank_change', 'a note is no factor');
    ($status, $out) = run('diff', $a, $a);
    like($out, qr/do not differ/, 'identical editions');
}

# ---- functions: what moved or is said otherwise is the same, what reaches other code is not ----
{
    my $text = slurp($a);
    my $same = $text =~ s/compute = function\(a\)/\n-- moved\n\n  compute = function(a) -- down/r;
    my ($status, $out) = run('diff', $a, file('moved.lua', $same), '-f', 'csv');
    unlike($out, qr/score_methods/, 'a function that moved down is the same');
    my $library = slurp("$tmp/methods/combine.lua");
    methods_in("$tmp/two");
    file('two/methods/combine.lua', $library =~ s/return M\s*$/function M.extra(x) return x end\nreturn M\n/r);
    file("two/$_", slurp("$tmp/mix0.csv")) for 'mix0.csv';
    ($status, $out) = run('diff', $a, file('two/mix0.lua', $text), '-f', 'csv');
    like($out, qr/score_methods/, 'a changed library beside the second edition is a change of methods');
    ($status, $out) = run('diff', $a, "$tmp/two/mix0.lua", '-f', 'json');
    like($out, qr/"combine\.lua"/, 'and is named');
}

# ---- data of one edition from elsewhere ----
{
    # Below all that was drawn, and so below the cap of scores, above which no figure moves anything.
    my $csv = slurp("$tmp/mix0.csv") =~ s/^U1,i1,\d+/U1,i1,10/mr;
    my $rows = diff_rows($a, $a, '--data-b', 'x=' . file('other.csv', $csv));
    my @moved = grep { $rows->{$_}{score_change} != 0 } keys %$rows;
    is_deeply([sort @moved], ['U1/s1', 'U1/s2'], 'one figure moves one unit');
    sums($rows, 'other data', 'data');
}

# ---- many leaves: drawn, and still their factor; the seed decides, threads do not ----
{
    my (@lines, @other, $csv);
    $csv = "unit,indicator,value\n";
    for my $i (1 .. 15) {
        my $w = 1 + int(random() * 5);
        push @lines, qq[indicator { "k$i", "k$i", weight = $w }];
        push @other, qq[indicator { "k$i", "k$i", weight = @{[$w + 1 + int(random() * 3)]} }];
        $csv .= "$_,k$i," . int(random() * 100) . "\n" for qw(A B C D);
    }
    file('many.csv', $csv);
    my $make = sub {
        my ($name, @of) = @_;
        return file($name, qq[local combine = require "methods.combine"\nreturn assessment { id = "m", title = "many",\n]
            . qq[data = { x = csv("many.csv", { unit = "unit", indicator = "indicator", value = "value" }) },\n]
            . qq[index = index { "r", "root", @{[join ",\n", @of]} },\ncompute = function(a)\n]
            . qq[return { total = combine.weighted_mean(a.data.x, a.index) ^ 2 / 100 } end }\n]);
    };
    my @two = ($make->('many1.lua', @lines), $make->('many2.lua', @other));
    my @out = map { my ($status, $out) = run('diff', @two, '--leaves', '-f', 'json', @$_); $out }
        (['--seed', 7], ['--seed', 7, '--threads', 3], ['--seed', 8], ['--seed', 7, '--evaluations', 20000]);
    is($out[0], $out[1], 'the same seed and any threads: the same bytes');
    isnt($out[0], $out[2], 'another seed: others');
    my ($few, $many) = map { decode_json($_) } @out[0, 3];
    my (%sum, %error, $off);
    for my $l (@{ $few->{leaves} }) {
        $sum{ $l->{unit} } += $l->{score};
        $error{"$l->{leaf} $l->{unit}"} = $l;
    }
    $off = max(map { abs($sum{ $_->{unit} } - $_->{score_weights}) } @{ $few->{movers} });
    ok($off <= 1e-12, 'what was drawn adds up to the factor') or diag $off;
    my $far = 0;
    for my $l (@{ $many->{leaves} }) {
        my $e = $error{"$l->{leaf} $l->{unit}"};
        $far++ if abs($e->{score} - $l->{score}) > 5 * ($e->{error} + $l->{error}) + 1e-12;
    }
    is($far, 0, 'more draws lie within five standard errors of fewer');
    ok((grep { $_->{error} > 0 } @{ $few->{leaves} }), 'errors are given');
    for my $of ('seed', 'evaluations') {
        my ($status, $out, $err) = run('diff', @two, "--$of", 7);
        is($status, 2, "--$of alone");
        like($err, qr/--$of is of no use without --leaves/, 'draws nothing');
    }
}

# ---- attributes that one edition alone has, and methods that ask for them ----
{
    my $make = sub {
        my ($name, $attribute, $method) = @_;
        return file($name, <<"LUA");
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment { id = "s", title = "small", data = { x = csv("small.csv", { unit = "unit" }) },
  index = index { "r", "root", indicator { "i1", "i1", standard = 100, score = normalise.$method $attribute } },
  compute = function(a) return { total = combine.weighted_mean(normalise.each(a.data.x, a), a.index) } end }
LUA
    };
    file('small.csv', "unit,i1\nA,40\nB,70\n");
    my @two = ($make->('small1.lua', '', 'ratio'), $make->('small2.lua', ', floor = 10', 'efficacy'));
    my $rows = diff_rows(@two);
    near($rows->{'A/'}{score_before}, 40, 1e-12, 'without a floor');
    near($rows->{'A/'}{score_after}, 60 + 40 * 30 / 90, 1e-12, 'with one');
    sums($rows, 'standards and methods together', 'standards');
    my ($status, $out) = run('diff', @two);
    like($out, qr/standards and methods/, 'the floor and the method that needs it are one factor');
    ($status, $out) = run('diff', $two[0], $make->('small3.lua', ', floor = 10', 'ratio'), '--width', 200);
    like($out, qr/index\.i1\.floor\s.*no effect on the score/, 'a floor that no formula asks for has no effect');
}

# ---- tables without keys: rows of their own in each edition ----
{
    my $rules = file('tasks.lua', <<'LUA');
return assessment { id = "t", title = "tasks", params = { late = 5 },
  data = { tasks = csv("tasks.csv", { rows = "task", label = "task" }) }, units = { "X", "Y" },
  compute = function(a)
    local t = a.data.tasks
    local total = 100 - sum(t.late * a.params.late, "task", { by = t.lead, axis = "unit" })
    return { total = total, rank = rank(total, "unit") }
  end }
LUA
    file('tasks.csv', "task,lead,late\n1,X,2\n2,Y,1\n3,X,0\n");
    file('other_tasks.csv', "task,lead,late\n1,X,0\n2,Y,1\n9,Y,4\n8,X,1\n");
    file('tasks2.lua', slurp($rules) =~ s/late = 5/late = 4/r);
    my $rows = diff_rows($rules, "$tmp/tasks2.lua", '--data-b', "tasks=$tmp/other_tasks.csv");
    # v(data, late): X 100 - late * 2, 1; Y 100 - late * 1, 5
    near($rows->{'X/'}{score_data}, ((95 - 90) + (96 - 92)) / 2, 1e-12, 'X: data');
    near($rows->{'X/'}{score_parameters}, ((92 - 90) + (96 - 95)) / 2, 1e-12, 'X: what a delay costs');
    near($rows->{'Y/'}{score_data}, ((75 - 95) + (80 - 96)) / 2, 1e-12, 'Y: data');
    sums($rows, 'tables', 'data', 'parameters');
}

# ---- the ASEM index, min-max against z-scores, and other weights ----
SKIP: {
    my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/asem';
    skip 'the reference data is not here', 5 unless -d $reference;
    file("asem/$_", slurp("$reference/$_")) for 'asem_iData.csv', 'asem_iMeta.csv';
    methods_in("$tmp/asem");
    my $text = slurp('samples/asem/asem.lua');
    my $one = file('asem/one.lua', $text);
    my $two = file('asem/two.lua', $text =~ s/normalise = "minmax"/normalise = "zscore"/r =~ s/total = "arithmetic"/total = "copeland"/r);
    my $rows = diff_rows($one, $two);
    is(scalar keys %$rows, 51, 'fifty-one countries');
    sums($rows, 'min-max against z-scores', 'parameters');
    my ($status, $out) = run('diff', $one, $two, '--leaves', '-f', 'json');
    my $json = decode_json($out);
    my %of;
    $of{ $_->{unit} }{ $_->{leaf} } = $_->{score} for @{ $json->{leaves} };
    # Two leaves: the mean of what each adds first and second, from plain runs.
    my @v = map { my %v = %{ outputs($one, @$_)->{index} }; \%v }
        ([], ['--set', 'params.normalise=zscore'], ['--set', 'params.total=copeland'],
         ['--set', 'params.normalise=zscore', '--set', 'params.total=copeland']);
    my $off = max(map { abs($of{$_}{'params.normalise'} - ($v[1]{$_} - $v[0]{$_} + $v[3]{$_} - $v[2]{$_}) / 2) } keys %of);
    ok($off < 1e-9, 'the normalisation by itself, as by plain runs') or diag $off;
    $off = max(map { abs($of{$_}{'params.total'} - ($v[2]{$_} - $v[0]{$_} + $v[3]{$_} - $v[1]{$_}) / 2) } keys %of);
    ok($off < 1e-9, 'and the aggregation') or diag $off;
}

# ---- one year alone ----
{
    my $rules = sub { file($_[0], qq{return assessment { id = "y", title = "Y", cite = "Order 7",
  data = { x = csv("y.csv", { unit = "unit", year = "year", value = "value" }) }, params = { more = $_[1] },
  compute = function(a) local s = a.data.x + a.params.more; return { score = s, rank = rank(s, "unit") } end }\n}) };
    file('y.csv', "unit,year,value\na,2010,1\nb,2010,2\na,2011,3\nb,2011,5\n");
    my @editions = ($rules->('y1.lua', 1), $rules->('y2.lua', 2));
    my (undef, $all) = run('diff', @editions);
    like($all, qr/^Who moves: 2010\n.*^Who moves: 2011\n/ms, 'all years are compared');
    is(scalar(() = $all =~ /Order 7/g), 2, 'and the citation of each edition is told once');
    my ($status, $one) = run('diff', @editions, '--at', 'year=2011');
    is($status, 0, 'or one') and unlike($one, qr/2010/, 'alone');
    like($one, qr/^b +1 +1 +6 +7 /m, 'with its scores');
    my ($none, undef, $err) = run('diff', @editions, '--at', 'year=2021');
    is($none, 2, 'a year that is not there');
    like($err, qr/no year '2021' — did you mean '2011'\?/, 'is told');
    (undef, undef, $err) = run('diff', @editions, '--at', 'yaer=2011');
    like($err, qr/the score has no axis 'yaer' — did you mean 'year'\?/, 'as is an axis');
}

# ---- 2011 and 2012 ----
SKIP: {
    skip 'there is no second edition', 4 unless -e 'rules/2012.lua';
    my $rows = diff_rows('rules/2011.lua', 'rules/2012.lua');
    my @own = map { /^score_(?!before|after|change)(.*)/ ? $1 : () } sort keys %{ (values %$rows)[0] };
    sums($rows, '2011 and 2012', @own);
    local $ENV{NO_COLOR} = 1;
    my ($status, $out) = run('diff', 'rules/2011.lua', 'rules/2012.lua', '--width', 80, '--leaves');
    is($out, slurp('t/diff/2012.txt'), 'the report of 2011 and 2012 is that of t/diff/2012.txt');
    ($status, $out) = run('diff', 'rules/2011.lua', 'rules/2012.lua', '--format', 'json');
    my %factor = map { $_->{factor} => 1 } @{ decode_json($out)->{lines} };
    is(join(' ', sort keys %factor), 'methods standards structure weights', 'programs read the same words for factors in any language');
}

# ---- no line is wider than the page ----
{
    my ($status, $out) = run('diff', $a, $b, '--leaves', '--width', 60);
    is_deeply([grep { length(decode_utf8($_)) > 60 } split /\n/, $out], [], 'sixty columns are kept to');
    for my $width (80, 200) {
        ($status, $out) = run('diff', 'rules/2011.lua', 'rules/2011.lua', '--set', 'index.C.C7.weight=5', '--leaves', '--width', $width,
            '--data-b', 'observed=' . file('cities.csv', slurp('samples/2011/cities.csv') =~ s/^(Seoul,C7,\d+,)/${1}1/mr));
        is($status, 0, 'a figure of Seoul') or diag $out;
        my @wide = grep { my $l = decode_utf8($_); my $w = () = $l =~ /[\p{East_Asian_Width=Wide}\p{East_Asian_Width=Fullwidth}]/g;
            length($l) + $w > $width } split /\n/, $out;
        is_deeply(\@wide, [], "$width columns are kept to, in Chinese");
    }
}

# ---- groups that the data of one edition alone names ----
{
    my $rules = file('grouped.lua', <<'LUA');
return assessment { id = "g", title = "groups", params = { add = 1 },
  data = { x = csv("grouped.csv", { unit = "unit", indicator = "indicator", value = "value", carry = { "kind" } }) },
  compute = function(a)
    local x, kind = a.data.x, a.data.x:carried "kind"
    local own = x:at { indicator = "i1" }
    local centre = mean(own, "unit", { within = kind:at { indicator = "i1" } })
    return { total = own - centre + a.params.add }
  end }
LUA
    file('grouped.csv', "unit,indicator,value,kind\nA,i1,3,red\nB,i1,5,red\nC,i1,8,blue\nD,i1,1,blue\n");
    my $other = file('regrouped.csv', "unit,indicator,value,kind\nA,i1,3,red\nB,i1,6,green\nC,i1,8,green\nD,i1,1,blue\n");
    file('grouped2.lua', slurp($rules) =~ s/add = 1/add = 2/r);
    my ($status, $out, $err) = run('diff', $rules, "$tmp/grouped2.lua", '--data-b', "x=$other", '-f', 'csv');
    is($err, '', 'each edition gets the scores it has by itself');
    my ($head, @rows) = csv_rows($out);
    my %after = map { ($_->[0] => $_->[4]) } @rows;
    is_deeply(\%after, { A => 2, B => 1, C => 3, D => 2 }, 'with the groups that its data name');
}

# ---- formulas that make something of what is missing see the units of one edition only ----
for my $form ('long', 'wide') {
    my $spec = $form eq 'long' ? 'indicator = "k", value = "v"' : '';
    my $rules = file("made_$form.lua", <<"LUA");
return assessment { id = "c", title = "made", data = { x = csv("made_$form.csv", { unit = "unit", $spec }) },
  compute = function(a)
    local total = sum(coalesce(a.data.x, 0), "indicator")
    return { total = total - mean(total, "unit") + 100, rank = rank(total, "unit") }
  end }
LUA
    my $head = $form eq 'long' ? 'unit,k,v' : 'unit,i';
    my $row = sub { $form eq 'long' ? "$_[0],i,$_[1]\n" : "$_[0],$_[1]\n" };
    file("made_$form.csv", "$head\n" . join '', map { $row->(@$_) } ['A', 1], ['B', 2], ['C', 3]);
    my $other = file("remade_$form.csv", "$head\n" . join '', map { $row->(@$_) } ['A', 1], ['D', 9], ['B', 2]);
    my ($status, $out, $err) = run('diff', $rules, $rules, '--data-b', "x=$other", '-f', 'csv');
    is($err, '', "$form: no score is another than the edition has by itself");
    my ($names, @rows) = csv_rows($out);
    is_deeply([sort map { join ' ', @$_[0 .. 5] } @rows], ['A 3 3 99 97 -2', 'B 2 2 100 98 -2'], "$form: before and after");
    is(join(' ', grep { /^score_/ } @$names), 'score_before score_after score_change score_coverage', "$form: for who came and went");
}

# ---- labels of data that one edition alone reads are seen by both: that is told ----
{
    file('more.csv', "unit,i\nA,1\nZ,2\n");
    my $rules = slurp("$tmp/made_wide.lua");
    file('more.lua', $rules =~ s/\}\) \},/}), more = csv("more.csv", { unit = "unit" }) },/r);
    my ($status, $out, $err) = run('diff', "$tmp/made_wide.lua", "$tmp/more.lua");
    like($err, qr/made_wide\.lua: warning: 3 scores are others than this edition has by itself, first that of A/, 'a warning');
}

# ---- what both editions removed stays in the data; the usual names of the parts ----
{
    my $data = 'gone = csv("gone.csv", { unit = "unit", indicator = "indicator", value = "value" })';
    file('gone.csv', "unit,indicator,value\nA,i1,3\nA,i2,5\nB,i1,4\nB,i2,1\n");
    file('gone0.lua', <<"LUA");
return assessment { id = "g", title = "gone", data = { $data },
  index = index { "all", "All", indicator { "i1", "one", weight = 1 }, indicator { "i2", "two", weight = 1 } },
  compute = function(a) return { score = sum(a.data.gone * a.index.weight, "indicator") } end }
LUA
    my $first = file('gone1.lua', 'return extend "gone0.lua" { title = "one", remove { "index.i2", cite = "because" } }');
    my $second = file('gone2.lua', 'return extend "gone1.lua" { title = "two", set { "index.i1.weight", 2, was = 1, cite = "so" } }');
    for my $pair ([$first, $second, 'A 3 6 B 4 8'], [$second, $first, 'A 6 3 B 8 4'], [$first, $first, '']) {
        my ($status, $out, $err) = run('diff', @$pair[0, 1], '-f', 'csv');
        is($err, '', 'rows of an indicator that both editions removed are left out');
        my ($names, @rows) = csv_rows($out);
        my %at = map { ($names->[$_] => $_) } 0 .. $#$names;
        my @score = sort map { join ' ', @$_[@at{qw(unit score_before score_after)}] } grep { $pair->[2] } @rows;
        is("@score", $pair->[2], 'the scores; the output `score` is the score');
    }
}

# ---- programs get all units; readers the first ones, and are told so ----
{
    my $rules = file('many.lua', <<'LUA');
return assessment { id = "m", title = "many", params = { times = 1 },
  data = { x = csv("many.csv", { unit = "unit", indicator = "k", value = "v" }) },
  compute = function(a) return { total = sum(a.data.x, "indicator") * a.params.times } end }
LUA
    my $twice = file('twice.lua', slurp($rules) =~ s/times = 1/times = 2/r);
    file('many.csv', "unit,k,v\n" . join '', map { "U$_,i,$_\n" } 1 .. 30);
    my (undef, $json) = run('diff', $rules, $twice, '-f', 'json');
    is(scalar(@{ decode_json($json)->{movers} }), 30, 'JSON: every unit that moves');
    my (undef, $text) = run('diff', $rules, $twice);
    is(scalar(() = $text =~ /^U\d+ /mg), 20, 'text: the first twenty');
    like($text, qr/20 of 30 that change are shown/, 'and says so');
}

# ---- rules that cannot be compared ----
{
    my $other = rule('return { total = sum(data.y, "indicator") }',
        'y = csv("y.csv", { unit = "unit", indicator = "indicator", value = "value" })');
    file('y.csv', "unit,indicator,value\nZ1,i1,3\nZ2,i1,4\n");
    my ($status, $out, $err) = run('diff', $a, $other);
    is($status, 3, 'no unit in common');
    like($err, qr/no unit (has one|is) in both editions/, 'and says so');
    ($status, $out, $err) = run('diff', $a, rule('return { other = 1 }', ''));
    is($status, 3, 'no score');
    like($err, qr/no score to compare/, 'and says so');
    ($status, $out, $err) = run('diff', $a);
    is($status, 2, 'one edition alone');
    ($status, $out, $err) = run('diff', $a, $b, $b);
    is($status, 2, 'three');
}

# ---- functions: the same text is another function where what it uses is another thing ----

{
    my @functions = ( # of both editions, and the other of the second
        [ 'same_number', q{function(x) return x * 2.5 end} ],
        [ 'diff_number', q{function(x) return x * 2.5 end}, q{function(x) return x * 2.25 end} ],
        [ 'same_text', q{function(x) return where(x:gt(0), x, missing) + (("long text "):rep(3) == "" and 1 or 0) end} ],
        [ 'diff_text', q{function(x) local t = "a" return x end}, q{function(x) local t = "b" return x end} ],
        [ 'same_up', q{function(x) return x * k end} ],
        [ 'diff_up', q{function(x) return x * k2 end} ],
        [ 'same_table', q{function(x) return x * tab.a end} ],
        [ 'diff_table', q{function(x) return x * tab2.a end} ],
        [ 'same_nested', q{function(x) local function g(y) return y + 1 end return g(x) end} ],
        [ 'diff_nested', q{function(x) local function g(y) return y + 1 end return g(x) end}, q{function(x) local function g(y) return y + 2 end return g(x) end} ],
        [ 'same_array', q{function(x) return x * arr end} ],
        [ 'diff_array', q{function(x) return x * arr2 end} ],
        [ 'same_c', q{function(x) return call(x) end} ],
        [ 'diff_c', q{function(x) return call2(x) end} ],
        [ 'same_part', q{function(x) return part and x end} ],
        [ 'diff_part', q{function(x) return part2 and x end} ],
        [ 'same_data', q{function(x) return data and x end} ],
        [ 'diff_data', q{function(x) return data2 and x end} ],
        [ 'diff_type', q{function(x) return other and x end} ],
        [ 'diff_args', q{function(x, p) return x end}, q{function(x) return x end} ],
        [ 'same_own', q{own} ],
        [ 'diff_length', q{function(x) return x end}, q{function(x) x = x + 1 return x end} ],
    );
    my $edition = sub {
        my ($after, $number, $text, $value, $function, $part, $data, $other) = @_;
        my $tree = join ",\n", map { sprintf 'indicator { "%s", "%s", score = %s }', $_->[0], $_->[0], $_->[ $after && @$_ > 2 ? 2 : 1 ] } @functions;
        return <<"LUA";
local k, k2, tab, tab2 = 3, $number, { a = 1, b = { true, "x" } }, { a = 1, b = { true, "$text" } }
local arr, arr2 = array("part", { p = 2 }), array("part", { p = $value })
local call, call2, part, part2 = abs, $function, indicator { "p", "P" }, $part
local data, data2, other = csv("used.csv", { unit = "unit" }), csv("$data.csv", { unit = "unit" }), $other
local own
own = function(x) return own and x end
return assessment { id = "e", title = "E", data = { d = csv("used.csv", { unit = "unit", indicator = "i", value = "v" }) },
  index = index { "all", "All", $tree }, compute = function(a) return { total = sum(a.data.d, "indicator") } end }
LUA
    };
    file('used.csv', "unit,i,v\n" . join '', map { "A,$_->[0],1\n" } @functions);
    my $before = file('functions_a.lua', $edition->(0, 4, 'y', 2, 'abs', 'indicator { "q", "Q" }', 'used', '{ 1 }'));
    my $after = file('functions_b.lua', $edition->(1, 5, 'z', 3, 'exp', 'group { "q", "Q" }', 'unused', 'true'));
    my ($status, $out, $err) = run('diff', $before, $after);
    is_deeply([ sort $out =~ /^index\.(\w+)\.score /mg ], [ sort grep { /^diff/ } map { $_->[0] } @functions ], 'functions that differ in themselves or in what they use, and no others') or diag $out . $err;
}

done_testing;
