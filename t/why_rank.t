#!/usr/bin/perl
# assess explain --why-rank and --missing. Expected figures are worked out by hand.
#
#          a (2)  b (1)  c (1)
#    Ava     80     60     40    (160 + 60 + 40) / 4 = 65
#    Bel     70     90     50    (140 + 90 + 50) / 4 = 70
#    Cor     90     40     40    (180 + 40 + 40) / 4 = 65, as Ava
#    Dun     50     50      -    (100 + 50) / 3 = 50
#    Eck      -     30     20    half of the weight: no score
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
file('towns.csv', <<'DATA');
town,what,figure
Ava,a,80
Ava,b,60
Ava,c,40
Bel,a,70
Bel,b,90
Bel,c,50
Cor,a,90
Cor,b,40
Cor,c,40
Dun,a,50
Dun,b,50
Eck,b,30
Eck,c,20
DATA

# rules(NAME, TITLE, COMPUTE): an edition of the same index; returns its path.
sub rules {
    my ($name, $title, $compute) = @_;
    return file("$name.lua", <<"RULES");
return assessment {
  id = "$name", title = "$title",
  data = { observed = csv("towns.csv", { unit = "town", indicator = "what", value = "figure" }) },
  params = { enough = 0.7 },
  index = index { "all", "All",
    indicator { "a", "Air", weight = 2 }, indicator { "b", "Bread", weight = 1 }, indicator { "c", "Coal", weight = 1 } },
  show = { score = "total", rank = "rank", details = "scores", assessable = "enough" },
  compute = function(a)
    local scores = clamp(a.data.observed, 0, 100)
    local w = a.index.weight
    local coverage = sum(where(present(scores), w), "indicator") / sum(w, "indicator")
    local enough = coverage:ge(a.params.enough)
$compute
  end,
}
RULES
}

my $mean = rules('mean', 'Towns', <<'LUA');
    local total = where(enough, mean(scores, "indicator", { weights = w }))
    return { total = total, rank = rank(total, "unit"), scores = scores, coverage = coverage, enough = enough }
LUA

sub asked {
    my ($rules, $unit, @more) = @_;
    my ($status, $out, $err) = run('explain', $rules, $unit, @more, '--format', 'json');
    is($status, 0, "explain $unit @more") or diag $err;
    return $status ? {} : decode_json($out);
}

sub by_id { my ($rows) = @_; return { map { $_->{id} => $_ } @$rows } }

sub near_to { my ($got, $want, $what) = @_; cmp_ok(abs($got - $want), '<', 1e-9, $what) or diag "got $got, want $want" }

# ---- the neighbours, and the gap ----
my $why = asked($mean, 'Ava', '--why-rank');
is_deeply([map { [@$_{qw(rank unit score gap)}] } @{$why->{neighbours}}],
    [[1, 'Bel', 70, 5], [2, 'Ava', 65, undef], [4, 'Dun', 50, -15]], 'the neighbours in the ranking');
is($why->{standing}, '1 other has the same rank.', 'a tie is reported');
my $gap = by_id($why->{gap});
near_to($gap->{a}{points}, 2 * (80 - 70) / 4, 'a gives Ava five points more');
near_to($gap->{b}{points}, (60 - 90) / 4, 'b gives seven and a half less');
near_to($gap->{c}{points}, (40 - 50) / 4, 'c gives two and a half less');
is_deeply([map { $_->{id} } @{$why->{gap}}], [qw(b a c)], 'the largest difference comes first');
is($gap->{b}{title}, 'Bread', 'contributions have the name of the indicator');

# ---- what passes Bel: a beyond 90, b beyond 80, c beyond 60 ----
my $way = by_id($why->{ways});
my %bound = (a => [80, 90, 40], b => [60, 80, 60], c => [40, 60, 30]);
for my $id (sort keys %bound) {
    my ($from, $bound, $range) = @{$bound{$id}};
    my $to = $way->{$id}{to};
    ok($to > $bound && $to - $bound <= 0.021 * ($bound - $from), "$id: just beyond $bound") or diag $to;
    is($way->{$id}{rank}, 1, "$id: with that value Ava is the first");
    near_to($way->{$id}{effort}, ($to - $from) / $range, "$id: the effort is a share of the range of all towns");
}
is_deeply([map { $_->{id} } @{$why->{ways}}], [qw(a b c)], 'the least effort comes first: a quarter, a third, two thirds');

# ---- the ends ----
$why = asked($mean, 'Bel', '--why-rank');
is($why->{standing}, 'Nobody is above.', 'nobody is above the first');
is(scalar @{$why->{neighbours}}, 2, 'the first has one neighbour');
ok(!$why->{ways}, 'the first has nobody to pass');
$why = asked($mean, 'Dun', '--why-rank');
is($why->{standing}, 'Nobody is below.', 'nobody is below the last');
is($why->{neighbours}[0]{rank}, 2, 'the last is below the two that tie');
near_to(by_id($why->{gap})->{c}{points}, -40 / 4, 'a missing value contributes nothing');
$why = asked($mean, 'Eck', '--why-rank');
like($why->{standing}, qr/^No score, so no rank: --missing/, 'without a score there is no rank');

# ---- the lowest is the best ----
my $low = rules('low', 'Burdens', <<'LUA');
    local total = where(enough, mean(scores, "indicator", { weights = w }))
    return { total = total, rank = rank(total, "unit", { order = "ascending" }), scores = scores, enough = enough }
LUA
$why = asked($low, 'Bel', '--why-rank');
is($why->{neighbours}[0]{score}, 65, 'where the lowest is best, the unit above has less');
$way = by_id($why->{ways});
ok($way->{a}{to} < 60 && $way->{a}{to} > 59.5, 'with a below 60 Bel passes') or diag $way->{a}{to};

# The first town has no score: which way the ranks go shows in others. The best of Dun's c is the least, Abe's 10.
file('late.csv', slurp("$tmp/towns.csv") =~ s/\n/\nAbe,c,10\n/r);
my $late = asked(file('late.lua', slurp($low) =~ s/towns\.csv/late.csv/r), 'Dun', '--missing');
near_to(by_id($late->{absent})->{c}{best}, (150 + 10) / 4, 'where the lowest is best, the best value is the least');
near_to(by_id($late->{absent})->{c}{worst}, (150 + 90) / 4, 'where the lowest is best, the worst value is the greatest');

# ---- no sum, no mean: what the other's value alone would change ----
my $geometric = rules('geometric', 'Products', <<'LUA');
    local total = where(enough, exp(mean(log(scores), "indicator", { weights = w })))
    return { total = total, rank = rank(total, "unit"), scores = scores, enough = enough }
LUA
$why = asked($geometric, 'Ava', '--why-rank');
my $own = (80**2 * 60 * 40)**0.25;
near_to($why->{neighbours}[1]{score}, $own, 'the score is a geometric mean');
near_to(by_id($why->{gap})->{b}{points}, $own - (80**2 * 90 * 40)**0.25, "the points of b are what Bel's b alone would change");
ok($why->{gap_note}, 'a note says that the points need not add up');

# ---- what is missing ----
my $missing = asked($mean, 'Dun', '--missing');
is($missing->{result}{missing}, 1, 'Dun lacks one value');
my $c = by_id($missing->{absent})->{c};
is_deeply([@$c{qw(title weight share)}], ['Coal', 1, 0.25], 'the missing indicator has its weight');
near_to($c->{mean}, 50, 'the score with the mean of the own values');
near_to($c->{worst}, (150 + 20) / 4, 'the score with the worst value of any unit');
near_to($c->{best}, (150 + 90) / 4, 'the score with the best value of any unit');
is($missing->{result}{score_between}, 'between 42.5 and 60.0', 'the bounds of the score');
is($missing->{result}{rank_between}, '4', 'the rank is the last in any case');
$missing = asked($mean, 'Eck', '--missing');
is($missing->{result}{score}, undef, 'Eck has no score');
near_to(by_id($missing->{absent})->{a}{mean}, 25, 'the score that Eck would have with its own mean');
near_to(by_id($missing->{absent})->{a}{best}, (2 * 90 + 30 + 20) / 4, 'the score that Eck would have with the best');
my ($enough) = @{$missing->{conditions}};
is_deeply([@$enough{qw(is wanted holds filled holds_filled)}], [0.5, 0.7, JSON::PP::false, 1, JSON::PP::true],
    'the threshold that Eck misses, and would reach');
$missing = asked($mean, 'Ava', '--missing');
is($missing->{none}, 'Every indicator that weighs has a value.', 'Ava lacks nothing');

# Parts, which have a scale of their own each: what all others have of the same. Points of a: 160, 140, 180, 100 of 2 * 100;
# Eck has 30 + 20 points without them.
my $parts = rules('parts', 'Parts', <<'LUA');
    local parts = scores * w
    local total = sum(parts, "indicator")
    return { total = total, rank = rank(total, "unit"), parts = parts, enough = enough }
LUA
$parts = file('parts.lua', slurp($parts) =~ s/details = "scores"/parts = "parts"/r);
$missing = asked($parts, 'Eck', '--missing');
$a = by_id($missing->{absent})->{a};
near_to($a->{mean}, 50 + (160 + 140 + 180 + 100) / 4, 'parts are filled with the mean of the same part');
near_to($a->{worst}, 50 + 100, 'parts are filled with the worst of the same part');
near_to($a->{best}, 50 + 180, 'parts are filled with the best of the same part');

# ---- afterwards everything is as before: the second place is the same as by itself ----
my ($status, $once) = run('explain', $mean, 'Ava', '--why-rank');
my ($again, $twice) = run('explain', $mean, 'Ava', '--why-rank', 'total');
is($twice, $once, 'naming the score gives the same');

# ---- Chinese, both stages, widths ----
for my $width (80, 200) {
    my ($ended, $out) = run('explain', 'rules/2011.lua', 'Seoul', '--why-rank', '--width', $width);
    utf8::decode($out);
    is($ended, 0, "--why-rank at $width columns");
    my @wide = grep { width($_) > $width } split /\n/, $out;
    is("@wide", '', 'no line is wider than that');
    like($out, qr/第一阶段.*第二阶段/s, 'both stages are shown');
    like($out, qr/单独改变哪一项即可超过Tokyo/, 'the text is in Chinese');
}
my $both = asked('rules/2011.lua', 'Seoul', '--why-rank');
ok($both->{'stage1.neighbours'} && $both->{'stage2.neighbours'}, 'JSON has each stage');
my $sum = 0;
$sum += $_->{points} for @{$both->{'stage1.gap'}};
my ($tokyo, $seoul) = @{$both->{'stage1.neighbours'}};
near_to($sum, $seoul->{score} - $tokyo->{score}, 'the points of indicators add up to the gap');
$sum = 0;
$sum += $_->{points} for @{$both->{'stage1.parts'}};
near_to($sum, $seoul->{score} - $tokyo->{score}, 'the points of parts add up to the gap');

# ---- what goes wrong ----
my $none = rules('none', 'Without', '    return { scores = scores }');
$none = file('none.lua', slurp($none) =~ s/  show = [^\n]*\n//r);
for ('--why-rank', '--missing') {
    my ($ended, $out, $err) = run('explain', $none, 'Ava', $_);
    is($ended, 2, "$_ without a score is refused");
    like($err, qr/the rules have no score/, 'the message says that there is no score');
}
for ([['--why-rank', '--missing'], qr/two questions/], [['--why-rank', '--depth', '2'], qr/--depth is of no use/],
     [['--missing', 'total', 'rank'], qr/looks at one result/], [['--why-rank', 'scores'], qr/is over indicator as well/]) {
    my ($args, $says) = @$_;
    my ($ended, $out, $err) = run('explain', $mean, 'Ava', @$args);
    is($ended, 2, "@$args: refused");
    like($err, $says, 'the message gives the reason');
}
done_testing();
