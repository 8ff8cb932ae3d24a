#!/usr/bin/perl
# Worked cases of formulas, from publications and by hand, computed by the methods of the library. The cases
# of the domain report are read from its files; one or two of each kind are copied below for where it is
# absent.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

my $json = JSON::PP->new->allow_nonref->utf8;
my $given = "$shared/domain/formula_cases.csv";
my $text = -e $given ? slurp($given) : do { local $/; <DATA> };
my ($head, @rows) = csv_rows($text);
my %kind;
for my $row (@rows) {
    my %case;
    @case{@$head} = @$row;
    $case{in} = $json->decode($case{inputs_json});
    push @{$kind{$case{formula}}}, \%case;
}

# table(KIND, BODY, COLUMN...): all cases of a kind as the rows of a table, the formula over its columns.
# A column is a name in the inputs, or [name, code that takes the inputs]. Expected: 1e-6, as printed.
sub table {
    my ($kind, $formula, @columns) = @_;
    my @cases = @{$kind{$kind} // []} or return ok(0, "there are cases of $kind");
    my @name = map { ref $_ ? $_->[0] : $_ } @columns;
    my @take = map { my $name = $_; ref $_ ? $_->[1] : sub { $_[0]{$name} } } @columns;
    my $data = file("$kind.csv", csv_text(['case', @name],
        map { my $case = $_; [$case->{case}, map { $_->($case->{in}) } @take] } @cases));
    my $rule = rule("    local t = data.t\n    local x = t.x\n    return { got = $formula }",
        qq(t = csv("$kind.csv", { rows = "case", label = "case" })));
    my $got = outputs($rule)->{got};
    near($got->{$_->{case}}, $_->{expected}, 1e-6, "$_->{case}: $formula") for @cases;
}

my $x = ['x', sub { $_[0]{x} }];
my $completed = ['x', sub { $_[0]{completion_pct} }];
my $anchors = '{ floor = t.unallowable, standard = t.satisfactory }';

table('ratio_capped', 'normalise.ratio(x, { standard = t.std })', $x, 'std');
table('inverse_capped', 'normalise.inverse(x, { standard = t.std })', $x, 'std');
table('interval', 'normalise.interval(x, { target_low = t.q1, target_high = t.q2, allowed_low = t.m1, allowed_high = t.m2 })',
    $x, ['q1', sub { $_[0]{target}[0] }], ['q2', sub { $_[0]{target}[1] }],
    ['m1', sub { $_[0]{allow}[0] }], ['m2', sub { $_[0]{allow}[1] }]);
table('efficacy_60_40', "normalise.efficacy(x, $anchors)", $x, 'unallowable', 'satisfactory');
table('efficacy_exponential', "normalise.efficacy_exponential(x, $anchors)", $x, 'unallowable', 'satisfactory');
table('stepped_completion',
    'normalise.stepped(x, { steps = { { 100, 40 }, { 90, 36 }, { 80, 32 }, { 70, 28 }, { 60, 24 }, { 50, 20 } }, '
    . 'over = { from = 100, per = 10, points = 3, most = 9 } })', $completed);
table('stepped_bonus',
    'normalise.stepped(x, { steps = { { 100, 30 } }, over = { from = 100, per = 10, points = 1, most = 5 } })', $completed);
table('round_2dp', 'round(number(x), 2)', ['x', sub { $_[0]{text} }]);
table('final_half_half', 'round(0.5 * x + 0.5 * t.final)', ['x', sub {
    my $sum = 0;
    $sum += $_ for @{$_[0]{annual}};
    $sum / @{$_[0]{annual}} }], ['final', sub { $_[0]{final_year} }]);
table('level_growth', 't.wl * x + t.wg * t.growth', ['x', sub { $_[0]{level} }], 'growth',
    ['wl', sub { $_[0]{w}[0] }], ['wg', sub { $_[0]{w}[1] }]);

# The bands of 财统字〔1999〕6号 share their standards; points are weight times score.
for my $case (@{$kind{mof_band_efficacy}}) {
    my $in = $case->{in};
    my $bands = join ', ', map { "{ $in->{standards}[$_], $in->{coefficients}[$_] }" } 0 .. $#{$in->{standards}};
    my $got = outputs(rule("    return { got = normalise.bands(where(true, $in->{x}), { bands = { $bands } }) * $in->{weight} / 100 }", ''));
    near($got->{got}{''}, $case->{expected}, 1e-6, "$case->{case}: bands");
}

# along(CASE, FORMULA, COLUMN => VALUES…): one case whose inputs are lists, over an axis `unit`.
sub along {
    my ($case, $formula, %columns) = @_;
    my @names = sort keys %columns;
    my $last = $#{$columns{$names[0]}};
    file("$case.csv", csv_text(['unit', @names],
        map { my $i = $_; ["u$i", map { $columns{$_}[$i] // '' } @names] } 0 .. $last));
    my $rule = rule("    local t = data.t\n    return { got = $formula }",
        qq(t = csv("$case.csv", { rows = "unit", label = "unit", number = { "x" } })));
    return outputs($rule)->{got};
}

my %mean = (renormalise => 'mean(t.x, "unit", { weights = t.w })',
    missing_as_zero => 'mean(t.x, "unit", { weights = t.w, missing = "zero" })',
    weighted => 'mean(t.x, "unit", { weights = t.w })',
    geometric => 'exp(mean(log(t.x), "unit", { weights = t.w }))');
for my $kind (sort keys %mean) {
    for my $case (@{$kind{$kind}}) {
        my $got = along($case->{case}, $mean{$kind}, x => $case->{in}{scores}, w => $case->{in}{weights});
        near($got->{''}, $case->{expected}, 1e-6, "$case->{case}: $mean{$kind}");
    }
}

for (['zscore_population', '"n"'], ['zscore_sample', '"n-1"']) {
    my ($kind, $divisor) = @$_;
    for my $case (@{$kind{$kind}}) {
        my @values = @{$case->{in}{values}};
        my $got = along($case->{case}, "normalise.zscore(t.x, nil, $divisor)", x => \@values);
        my ($at) = grep { $values[$_] == $case->{in}{x} } 0 .. $#values;
        near($got->{"u$at"}, $case->{expected}, 1e-6, "$case->{case}: divisor $divisor");
    }
}

for (['rank_competition', 'min'], ['rank_dense', 'dense']) {
    my ($kind, $ties) = @$_;
    for my $case (@{$kind{$kind}}) {
        my $got = along($case->{case}, qq(rank(t.x, "unit", { ties = "$ties" })), x => $case->{in}{scores});
        my $ranks = join ',', map { $got->{"u$_"} // '?' } 0 .. $#{$case->{in}{scores}};
        is($ranks, $case->{expected}, "$case->{case}: ties $ties");
    }
}

for my $case (@{$kind{group_mean}}) {
    my $in = $case->{in};
    my @units = sort keys %{$in->{values}};
    my $got = along($case->{case},
        'coalesce(t.x, mean(t.x, "unit", { by = t.region, axis = "region" }):at { region = t.region })',
        x => [map { $in->{values}{$_} } @units], region => [map { $in->{groups}{$_} } @units]);
    my ($gap) = grep { !defined $in->{values}{$units[$_]} } 0 .. $#units;
    near($got->{"u$gap"}, $case->{expected}, 1e-6, "$case->{case}: imputed by the mean of the group");
}

# 35 % of 180 is 63 places, though the product of the doubles is less.
for my $case (@{$kind{quota_count}}) {
    my $in = $case->{in};
    my $got = outputs(rule("    return { got = $in->{rounding}($in->{share} * $in->{n}) }", ''));
    near($got->{got}{''}, $case->{expected}, 0, "$case->{case}: $in->{rounding} of $in->{share} of $in->{n}");
}

for my $case (@{$kind{grade_band}}) {
    my $in = $case->{in};
    my $grade = 'nil';
    for my $band (reverse @{$in->{bands}}) {
        my $name = $json->encode($band->[0]);
        $grade = $grade eq 'nil' ? "where(x:ge($band->[1]), $name)" : "where(x:ge($band->[1]), $name, $grade)";
    }
    my $got = outputs(rule("    local x = where(true, $in->{score})\n    return { got = $grade }", ''));
    is($got->{got}{''}, $case->{expected}, "$case->{case}: 以上含本数");
}

# The HDI by rules/hdi.lua itself; each case stands for a country.
my @hdi = @{$kind{hdi_2014_method}};
my @inputs = qw(le eys mys gnipc);
my $countries = file('countries.csv', csv_text(['iso3', 'country', 'year', @inputs],
    map { my $in = $_->{in}; [$_->{case}, $_->{case}, 2011, @$in{@inputs}] } @hdi));
my $hdi = outputs('rules/hdi.lua', '--data', "observed=$countries", '--set', 'params.year=2011');
near($hdi->{hdi}{$_->{case}}, $_->{expected}, 1e-9, "$_->{case}: the published index") for @hdi;

# And by the method of 2011, in the words a rule of that year would use.
for my $case (@{$kind{hdi_2010_method}}) {
    my $in = $case->{in};
    my $got = outputs(rule(<<"LUA", ''));
    local function share(x, low, high) return normalise.goalposts(where(true, x), { low = low, high = high }) / 100 end
    local health = share($in->{le}, 20, 83.4)
    local education = sqrt(share($in->{mys}, 0, 13.1) * share($in->{eys}, 0, 18)) / 0.978
    local income = share(log($in->{gnipc}), log(100), log(107721))
    return { got = (health * education * income) ^ (1 / 3) }
LUA
    near($got->{got}{''}, $case->{expected}, 0.003, "$case->{case}: inputs rounded to one place");
}

# What no case of the list says: a negative concentration, a cap of one's own, nothing below the steps.
file('edges.csv', "case,x\nnone,\nzero,0\nnegative,-5\nhalf,50\nmuch,400\n");
my $edge = outputs(rule(<<'LUA', 't = csv("edges.csv", { rows = "case", label = "case" })'));
    local x = data.t.x
    return {
      ratio = normalise.ratio(x, { standard = 100, cap = 120 }),
      inverse = normalise.inverse(x, { standard = 100, cap = 120 }),
      steps = normalise.stepped(x, { steps = { { 40, 60 }, { 100, 100 } }, below = 5 }),
      goalposts = normalise.goalposts(x, { low = 100, high = 0 }),
      open = normalise.goalposts_open(x, { low = 100, high = 0 }),
    }
LUA
my %want = (ratio => ['', 0, 0, 50, 120], inverse => ['', 120, '', 120, 25], steps => ['', 5, 5, 60, 100],
    goalposts => ['', 100, 100, 50, 0], open => ['', 100, 105, 50, -300]);
for my $name (sort keys %want) {
    my @got = map { $edge->{$name}{$_} // '?' } qw(none zero negative half much);
    is("@got", "@{$want{$name}}", "$name of missing, 0, -5, 50 and 400");
}

# Comparisons of units: by hand from 10, 40, 40, 60 and one missing.
file('units.csv', "unit,x\na,10\nb,40\nc,40\nd,60\ne,\n");
my $units = outputs(rule(<<'LUA', 't = csv("units.csv", { rows = "unit", label = "unit" })'));
    local x = data.t.x
    return {
      minmax = normalise.minmax(x), lower = normalise.minmax(x, { better = "lower" }),
      rank = normalise.rank(x), percentile = normalise.percentile(x), given = normalise.given(x),
    }
LUA
%want = (minmax => [0, 60, 60, 100, ''], lower => [100, 40, 40, 0, ''], rank => [1, 2, 2, 4, ''],
    percentile => [0, 100 / 3, 100 / 3, 100, ''], given => [10, 40, 40, 60, '']);
for my $name (sort keys %want) {
    for my $i (0 .. 4) {
        my ($unit, $value) = ((qw(a b c d e))[$i], $want{$name}[$i]);
        $value eq '' ? is($units->{$name}{$unit}, '', "$name of nothing")
                     : near($units->{$name}{$unit}, $value, 1e-9, "$name of $unit");
    }
}

# Aggregation over a tree of two levels, a weight of 0 among them; zero and negative scores.
file('tree.csv', "unit,a,b,c,d\nfull,90,40,50,80\ngap,90,,50,\nzero,0,40,50,80\nnegative,-1,40,50,80\nempty,,,,\n");
my $tree = file('tree.lua', <<'LUA');
local combine = require "methods.combine"
return assessment {
  id = "tree", title = "tree", data = { x = csv("tree.csv", { unit = "unit" }) },
  index = index { "all", "All",
    group { "G", "G", weight = 2, indicator { "a", "A", weight = 3 }, indicator { "b", "B" } },
    group { "H", "H", indicator { "c", "C" }, indicator { "d", "D", weight = 4 } },
  },
  compute = function(a)
    local x = a.data.x
    local areas = combine.weighted_mean(x, a.index)
    return {
      areas = areas, total = combine.weighted_mean(areas, a.index), coverage = combine.coverage(x, a.index),
      zero = combine.weighted_mean(x, a.index, { missing = "zero" }),
      geometric = combine.geometric(x, a.index), harmonic = combine.harmonic(x, a.index),
    }
  end,
}
LUA
my $combined = outputs($tree);
my %by_hand = (
    'areas full/G' => (3 * 90 + 40) / 4, 'areas full/H' => (50 + 4 * 80) / 5, 'areas gap/G' => 90, 'areas gap/H' => 50,
    'areas empty/G' => '', 'total empty' => '',
    'total full' => (2 * 77.5 + 5 * 74) / 7, 'total gap' => (2 * 90 + 5 * 50) / 7,
    'coverage full' => 1, 'coverage gap' => 4 / 9, 'coverage empty' => 0,
    'zero gap/G' => 270 / 4, 'zero gap/H' => 10, 'zero empty/G' => 0,
    'geometric full/G' => (90 ** 3 * 40) ** 0.25, 'geometric full/H' => (50 * 80 ** 4) ** 0.2,
    'geometric gap/G' => 90, 'geometric zero/G' => 0, 'geometric negative/G' => '', 'geometric empty/H' => '',
    'harmonic full/G' => 4 / (3 / 90 + 1 / 40), 'harmonic full/H' => 5 / (1 / 50 + 4 / 80),
    'harmonic zero/G' => 0, 'harmonic negative/G' => '', 'harmonic gap/H' => 50,
);
for (sort keys %by_hand) {
    my ($output, $at) = split ' ';
    $by_hand{$_} eq '' ? is($combined->{$output}{$at}, '', "$output of $at is missing")
                       : near($combined->{$output}{$at}, $by_hand{$_}, 1e-9, "$output of $at");
}

done_testing();
__DATA__
case,formula,inputs_json,expected,note,source
ratio-1,ratio_capped,"{""x"": 80, ""std"": 100}",80,,
inverse-1,inverse_capped,"{""x"": 0.47, ""std"": 0.4}",85.106383,,
inverse-5,inverse_capped,"{""x"": 0, ""std"": 47}",100,,
interval-5,interval,"{""x"": 1.2, ""target"": [0.95, 1.05], ""allow"": [0.6, 1.5]}",66.666667,,
interval-7,interval,"{""x"": 0.5, ""target"": [0.95, 1.05], ""allow"": [0.6, 1.5]}",0,,
efficacy-3,efficacy_60_40,"{""x"": 653, ""unallowable"": 500, ""satisfactory"": 728}",86.842105,,
efficacy-5,efficacy_60_40,"{""x"": 400, ""unallowable"": 500, ""satisfactory"": 728}",42.45614,,
expefficacy-3,efficacy_exponential,"{""x"": 50, ""unallowable"": 0, ""satisfactory"": 100}",77.459667,,
mof1999-3,mof_band_efficacy,"{""x"": 9, ""weight"": 12, ""standards"": [13, 10.5, 8, 4, 1], ""coefficients"": [1.0, 0.8, 0.6, 0.4, 0.2]}",8.16,,
energy-5,stepped_completion,"{""completion_pct"": 99.9, ""full"": 40}",36,,
energy-9,stepped_completion,"{""completion_pct"": 125, ""full"": 40}",46,,
energy2-5,stepped_bonus,"{""completion_pct"": 149.9, ""full"": 30}",34,,
water-3,final_half_half,"{""annual"": [86, 88, 88, 90], ""final_year"": 91}",90,,
round-1,round_2dp,"{""text"": ""89.445""}",89.45,,
round-7,round_2dp,"{""text"": ""-0.005""}",-0.01,,
band-3,grade_band,"{""score"": 79.995, ""bands"": [[""优秀"", 90], [""良好"", 80], [""合格"", 60], [""不合格"", 0]]}",合格,,
quota-4,quota_count,"{""n"": 180, ""share"": 0.35, ""rounding"": ""floor""}",63,,
missing-1,renormalise,"{""scores"": [80, null, 60], ""weights"": [50, 30, 20]}",74.285714,,
missing-2,missing_as_zero,"{""scores"": [80, null, 60], ""weights"": [50, 30, 20]}",52,,
missing-3,group_mean,"{""values"": {""a"": 1, ""b"": null, ""c"": 3}, ""groups"": {""a"": ""x"", ""b"": ""x"", ""c"": ""y""}}",1,,
z-1,zscore_population,"{""values"": [2, 4, 4, 4, 5, 5, 7, 9], ""x"": 9}",2,,
z-2,zscore_sample,"{""values"": [2, 4, 4, 4, 5, 5, 7, 9], ""x"": 9}",1.870829,,
geo-1,geometric,"{""scores"": [90, 40, 50], ""weights"": [1, 1, 1]}",56.462162,,
rank-1,rank_competition,"{""scores"": [0.927, 0.929, 0.927, 0.926]}","2,1,2,4",,
rank-2,rank_dense,"{""scores"": [0.927, 0.929, 0.927, 0.926]}","2,1,2,3",,
kearney-1,weighted,"{""scores"": [70, 60, 50, 40, 30], ""weights"": [30, 30, 15, 15, 10]}",55.5,,
mix-1,level_growth,"{""level"": 80, ""growth"": 95, ""w"": [0.6, 0.4]}",86,,
hdi-QAT-2011,hdi_2014_method,"{""le"": 78.891, ""eys"": 12.32771015, ""mys"": 8.65089035, ""gnipc"": 103120.1263}",0.830,,
hdi2011-VietNam,hdi_2010_method,"{""le"": 75.2, ""eys"": 10.4, ""mys"": 5.5, ""gnipc"": 2805}",0.593,,
