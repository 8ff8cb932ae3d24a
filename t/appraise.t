#!/usr/bin/perl
# The methods for assessing units: the cases of the domain report that formula_cases.t does not have, hand
# arithmetic, and input that must be refused.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

my $json = JSON::PP->new->allow_nonref;

# rules_of(BODY, DATA): like rule, with the methods of assessment at hand.
sub rules_of {
    my ($body, $data) = @_;
    return rule("    local appraise = require \"methods.appraise\"\n    local grade = require \"methods.grade\"\n"
        . "    local panel = require \"methods.panel\"\n$body", $data // '');
}

sub answers { return outputs(rules_of(@_)) }

# wrong(BODY, PATTERN, NAME): the rule is refused with exit status 3 and a message.
sub wrong {
    my ($body, $pattern, $name) = @_;
    my ($status, undef, $err) = run(rules_of($body));
    ok($status == 3 && $err =~ $pattern, $name) or diag("status $status\n$err");
}

my $bands = '{ { "优秀", 90 }, { "良好", 80 }, { "合格", 60 }, { "不合格", 0 } }';

# ---- the published and worked cases

# quota-1: the nine cities of 2014; a third of nine, by place and not by a line of 90.
my @prd = (['深圳', 89.45], ['珠海', 88.82], ['广州', 88.36], ['佛山', 87.79], ['惠州', 87.63], ['东莞', 85.03],
    ['中山', 84.67], ['肇庆', 84.40], ['江门', 83.89]);
file('prd.csv', csv_text(['unit', 'x'], @prd));
my $got = answers(<<'LUA', 't = csv("prd.csv", { rows = "unit", label = "unit" })');
    local bands = { { "优秀", 80 }, { "良好", 0 } }
    local x = data.t.x
    local place, cut = grade.quota(grade.band(x, bands), { x }, bands,
      { grade = "优秀", share = 1 / 3, rounding = "floor", ties = "out" })
    return { grade = grade.name(place, bands), cut = cut }
LUA
is(join(',', grep { $got->{grade}{$_} eq '优秀' } map { $_->[0] } @prd), '深圳,珠海,广州', 'quota-1: the first third');
is($got->{cut}{'佛山'}, 'true', 'who is cut by the quota is known');

# quota-2, quota-4 and the ways of rounding, the least number.
$got = answers(<<'LUA');
    local function n(of, share, how, least)
      return grade.allowed(where(true, of), { share = share, rounding = how, minimum = least })
    end
    return { a = n(31, 1 / 3, "ceil"), b = n(180, 0.35, "floor"), c = n(3, 0.30, "floor", 1), d = n(5, 0.30, "round"),
             e = n(31, 1 / 3, "floor") }
LUA
is("$got->{a}{''} $got->{b}{''} $got->{c}{''} $got->{d}{''} $got->{e}{''}", '11 63 1 2 10',
    'quotas: ceil(31/3), floor of 35 % of 180, at least one, half up, floor(31/3)');

# rankbonus-1, -3: of 20; -5: of 8, where the first five and the last five overlap.
file('places.csv', csv_text(['unit', 'place'], map { ["u$_", $_] } 1 .. 20));
my $places = 't = csv("places.csv", { rows = "unit", label = "unit" })';
$got = answers(<<'LUA', $places);
    local p = data.t.place
    local function bonus(n, how) return appraise.place_bonus(where(p:le(n), p), n, { first = 5, last = 5, overlap = how }) end
    return { twenty = bonus(20, "add"), eight = bonus(8, "add"), first = bonus(8, "first"), last = bonus(8, "last") }
LUA
is(join(' ', map { $got->{twenty}{"u$_"} } 1, 2, 5, 6, 15, 16, 17, 20), '5 4 1 0 0 -1 -2 -5', 'rankbonus-1, -3: places of 20');
is(join(' ', map { $got->{eight}{"u$_"} } 1 .. 8), '5 4 3 1 -1 -3 -4 -5', 'rankbonus-5: of 8 both lists hold (4th: 2 - 1)');
is(join(' ', map { $got->{first}{"u$_"} } 1 .. 8), '5 4 3 2 1 -3 -4 -5', 'of 8 the first list goes before');
is(join(' ', map { $got->{last}{"u$_"} } 1 .. 8), '5 4 3 -1 -2 -3 -4 -5', 'of 8 the last list goes before');
wrong('    return { x = appraise.place_bonus(where(true, 1), 8, { first = 5, last = 5 }) }', qr/overlap/,
    'a place bonus that does not say what holds where its lists overlap');

# hz-1: 较差, 差, 差 are -0.3 - 0.5 - 0.5 = -1.3, kept at -1. A unit without any keeps 0.
file('units.csv', "unit\nsome\nnone\n");
file('events.csv', "event,unit,level\n1,some,较差\n2,some,差\n3,some,差\n");
my $both = 'u = csv("units.csv", { rows = "unit", label = "unit" }), e = csv("events.csv", { rows = "event", labels = { unit = "unit" } })';
$got = answers(<<'LUA', $both);
    local e, u = data.e, data.u.unit
    local points = where(e.level:eq("较差"), 0.3, 0.5)
    return { off = -appraise.capped(points, "event", e.unit, 1), poor = appraise.happened(e.level:eq("差"), "event", e.unit) }
LUA
near($got->{off}{some}, -1, 1e-12, 'hz-1: -1.3 is kept at -1');
near($got->{off}{none}, 0, 0, 'no event, no points off');
is("$got->{poor}{some} $got->{poor}{none}", 'true false', 'whether something happened is never missing');

# prdint-1: 10.5 + 11 + 9 + 16 + 8 + 7 + 9.5 + 10 = 81 points, times 30 %.
file('items.csv', csv_text(['item', 'x'], map { [$_->[0], $_->[1]] } map { [$_, (10.5, 11, 9, 16, 8, 7, 9.5, 10)[$_ - 1]] } 1 .. 8));
$got = answers('    return { x = appraise.project(data.t.x, "item", 0.3) }', 't = csv("items.csv", { rows = "item", label = "item" })');
near($got->{x}{''}, 24.3, 1e-12, 'prdint-1: points times the weight of the project');

# trim-1, trim-3, two marks, one, none; equal marks; the form that drops only of more than five.
my @marks = (five => [95, 92, 90, 88, 60], three => [100, 0, 50], two => [90, 70], one => [81], none => [''],
    equal => [80, 80, 80], gaps => ['', 90, 60, '', 80]);
my @rows;
for (my $i = 0; $i < @marks; $i += 2) {
    push @rows, map { [$marks[$i], "e$_", $marks[$i + 1][$_ - 1]] } 1 .. @{$marks[$i + 1]};
}
file('marks.csv', csv_text(['unit', 'expert', 'mark'], @rows));
my $data = 't = csv("marks.csv", { unit = "unit", expert = "expert", value = "mark" })';
$got = answers(<<'LUA', $data);
    local s = panel.spread(data.t, "expert")
    return { x = panel.trimmed(data.t, "expert"), few = panel.trimmed(data.t, "expert", { few = 5 }),
             low = panel.trimmed(data.t, "expert", { high = 0, low = 2 }), range = s.range, n = s.count }
LUA
my %want = (five => 90, three => 50, two => 80, one => 81, equal => 80, gaps => 80);
near($got->{x}{$_}, $want{$_}, 1e-12, "trimmed mean of $_") for sort keys %want;
is($got->{x}{none}, '', 'the trimmed mean of nothing is missing');
near($got->{few}{five}, 85, 1e-12, 'five marks are few where the rule says so: 425 / 5');
near($got->{low}{five}, (95 + 92 + 90) / 3, 1e-12, 'two lowest dropped, no highest');
is("$got->{range}{five} $got->{n}{gaps}", '35 3', 'spread and number of marks');

# late-1, -3, -5, one day more than a period, early, no due day, unfinished.
file('late.csv', <<'CSV');
task,due,done
same,2011-06-30,2011-06-30
period,2011-06-30,2011-07-15
over,2011-06-30,2011-07-16
far,2011-06-30,2011-12-31
early,2011-06-30,2011-05-01
undated,,2011-12-31
open,2011-06-30,
CSV
$got = answers(<<'LUA', 't = csv("late.csv", { rows = "task", label = "task" })');
    local late = appraise.days_late(data.t.due, data.t.done, date "2011-07-31")
    return { late = late, mark = appraise.less(100, appraise.late_deduction(late, { days = 15, points = 5, most = 4 })),
             low = appraise.less(12, appraise.late_deduction(late, { days = 15, points = 5, most = 4 })) }
LUA
%want = (same => [0, 100], period => [15, 95], over => [16, 90], far => [184, 80], early => [0, 100], undated => ['', 100],
    open => [31, 85]);
is("$got->{late}{$_} $got->{mark}{$_}", "@{$want{$_}}", "lateness: $_") for sort keys %want;
is($got->{low}{far}, 0, 'a mark does not go below 0');

# role-1: (10·1·100 + 10·0.5·60) / (10 + 5) = 1300 / 15. An exempt share leaves both sums; who has no other is missing.
file('shares.csv', <<'CSV');
share,unit,w,lead,s,exempt
1,u,10,1,100,0
2,u,10,0,60,0
3,u,50,1,0,1
4,v,10,1,50,1
5,w,4,1,,0
6,w,6,0,70,0
CSV
$got = answers(<<'LUA', 't = csv("shares.csv", { rows = "share", label = "share" })');
    local t = data.t
    return { x = appraise.shares(t.s, t.w, where(t.lead:eq(1), 1, 0.5), t.unit, t.exempt:eq(1)) }
LUA
near($got->{x}{u}, 1300 / 15, 1e-9, 'role-1: shares of who leads and who takes part, an exempt one left out');
is($got->{x}{v}, '', 'all shares exempt: missing');
is($got->{x}{w}, 70, 'a share without a mark leaves both sums');

# energy: steps for completion, and the veto of a missed target whatever the total.
$got = answers(<<'LUA', 't = csv("done.csv", { rows = "unit", label = "unit" })') if file('done.csv', "unit,done\na,49.9\nb,99.9\nc,100\nd,125\n");
    local steps = { { 100, 40 }, { 90, 36 }, { 80, 32 }, { 70, 28 }, { 60, 24 }, { 50, 20 } }
    local x = appraise.completion(data.t.done, 100, { steps = steps, over = { from = 100, per = 10, points = 3, most = 9 } })
    local bands = { { "超额完成", 95 }, { "完成", 80 }, { "基本完成", 60 }, { "未完成", 0 } }
    local place = grade.ceiling(grade.band(x + 60, bands), data.t.done:lt(100), bands, "未完成")
    return { x = x, linear = appraise.completion(data.t.done, 100), grade = grade.name(place, bands) }
LUA
is(join(' ', map { $got->{x}{$_} } qw(a b c d)), '0 36 40 46', 'energy-1, -5, -9: completion by steps');
is(join(' ', map { $got->{linear}{$_} } qw(a b c d)), '49.9 99.9 100 100', 'completion in a straight line, not above 100');
is(join(' ', map { $got->{grade}{$_} } qw(b c)), '未完成 超额完成', '96 points and a missed target are 未完成');

# water: means 88.5 and 88, with 92 and 91: 90.25 and 89.5, in whole numbers.
file('years.csv', "unit,year,x\na,2011,88\na,2012,90\na,2013,85\na,2014,91\nb,2011,86\nb,2012,88\nb,2013,88\nb,2014,90\n");
file('last.csv', "unit,last\na,92\nb,91\n");
$got = answers('    return { x = appraise.period(data.t, "year", data.l.last) }',
    't = csv("years.csv", { unit = "unit", year = "year", value = "x" }), l = csv("last.csv", { rows = "unit", label = "unit" })');
is("$got->{x}{a} $got->{x}{b}", '90 90', 'water-1, -3: half the mean of the years, half the last, half up');

# Two part scores out of 345 and of 100, three to one: (3·276/345 + 1·90/100) / 4 = 0.825.
$got = answers('    return { x = appraise.scaled({ where(true, 276), where(true, 90) }, { 345, 100 }, { 3, 1 }) }');
near($got->{x}{''}, 82.5, 1e-12, 'part scores with different full marks');

# GaWC, gawc-A, gawc-C: Σ over the other cities and all firms of V(a,j)·V(i,j). A: 5·4 + 3·2 + 5·0 + 3·1 = 29; C: 0 + 3 + 0 + 2 = 5.
file('gawc.csv', "unit,firm,v\nA,1,5\nA,2,3\nB,1,4\nB,2,2\nC,1,0\nC,2,1\n");
$got = answers(<<'LUA', 't = csv("gawc.csv", { unit = "unit", firm = "firm", value = "v" })');
    local v = data.t
    local other = labels("unit"):ne(labels("unit"):as { unit = "other" })
    return { x = sum(where(other, dot(v, v:as { unit = "other" }, "firm")), "other") }
LUA
is("$got->{x}{A} $got->{x}{C}", '29 5', 'gawc-A, gawc-C: connectivity in the plain algebra');

# ---- grades

file('scores.csv', csv_text(['unit', 'x'], map { ["u$_", $_] } 90, 89.99, 89.995, 89.445, 80, 79.995, 60, 59.999, 0, -1, ''));
$got = answers(<<"LUA", 't = csv("scores.csv", { rows = "unit", label = "unit" })');
    local bands, x = $bands, data.t.x
    return { exact = grade.name(grade.band(x, bands), bands), rounded = grade.name(grade.band(round(x, 2), bands), bands) }
LUA
%want = (90 => ['优秀', '优秀'], 89.99 => ['良好', '良好'], 89.995 => ['良好', '优秀'], 89.445 => ['良好', '良好'], 80 => ['良好', '良好'],
    79.995 => ['合格', '良好'], 60 => ['合格', '合格'], 59.999 => ['不合格', '合格'], 0 => ['不合格', '不合格'], -1 => ['', ''], '' => ['', '']);
is("$got->{exact}{\"u$_\"} $got->{rounded}{\"u$_\"}", "@{$want{$_}}", "the grade of '$_', exact and rounded") for sort keys %want;

wrong('    return { x = grade.band(where(true, 85), { { "良", 80, 90 }, { "优", 85 } }) }', qr/优 \(from 85\) does not lie below 良 \(from 80\)/,
    'bands in the wrong order');
wrong('    return { x = grade.band(where(true, 85), { { "优", 90, 100 }, { "良", 80, 90 }, { "中", 60, 75 }, { "中", 0, 59 } }) }',
    qr/良 \(to 90\) and 优 \(from 90\) overlap; between 中 \(to 75\) and 良 \(from 80\) is a gap; 中 stands twice; between 中 \(to 59\)/,
    'bands that overlap and leave gaps, all in one message');
wrong('    return { x = grade.band(where(true, 89.5), { { "优", 90, 100 }, { "良", 80, 89 } }) }', qr/gap/,
    'bands of whole numbers have gaps for others');
$got = answers('    return { x = grade.band(where(true, 89), { { "优", 90, 100 }, { "良", 80, 89 } }, { whole = true }) }');
is($got->{x}{''}, 2, 'and none for whole numbers');
wrong("    return { x = grade.quota(where(true, 1), {}, $bands, { grade = \"优秀\", share = 0.3, rounding = \"floor\" }) }",
    qr/nothing is said of ties at the edge/, 'a quota without a rule for ties');
wrong("    return { x = grade.allowed(where(true, 10), { share = 0.3 }) }", qr/rounding/, 'a quota without a way of rounding');
wrong("    return { x = grade.place($bands, \"优\") }", qr/there is no band '优'/, 'a grade that is no band');

# A quota of three for 95, 94, 93, 93, 92: the two that share the third place.
file('edge.csv', csv_text(['unit', 'x', 'y'], ['a', 95, 1], ['b', 94, 1], ['c', 93, 1], ['d', 93, 1], ['e', 92, 1], ['f', 93, 0],
    ['g', 70, 1], ['h', 70, 1], ['i', 70, 1], ['j', '', 1]));
$got = answers(<<"LUA", 't = csv("edge.csv", { rows = "unit", label = "unit" })');
    local bands, x = $bands, data.t.x
    local function with(ties, keys)
      local q = { grade = "优秀", share = 0.34, rounding = "floor", ties = ties } -- of nine that have a score: 3.06
      return grade.name(grade.quota(grade.band(x, bands), keys, bands, q), bands)
    end
    return { out = with("out", { x, data.t.y }), kept = with("in", { x, data.t.y }), order = grade.order({ x, data.t.y }, "unit"),
             worse = grade.order({ x, { data.t.y, "ascending" } }, "unit") }
LUA
sub best { my ($g) = @_; return join '', grep { $g->{$_} eq '优秀' } 'a' .. 'j' }
is(best($got->{out}), 'ab', 'who share the last place are all left out');
is(best($got->{kept}), 'abcd', 'or all are in');
is($got->{out}{j}, '', 'no score, no grade, and not counted');
is(join(' ', map { $got->{order}{$_} } 'a' .. 'j'), '1 2 3 3 6 5 7 7 7 ', 'a chain of keys: the second decides between equals, the rest share');
is(join(' ', map { $got->{worse}{$_} } 'a' .. 'f'), '1 2 4 4 6 3', 'a key of which less is better');

# Many without a score do not push those who have one: a is ahead of b whatever the second key says, in which a is
# behind all who have no score.
file('absent.csv', "unit,x,y\na,91,1\nb,90,100\n" . join '', map { "c$_,,1$_\n" } 0 .. 9);
$got = answers(<<"LUA", 't = csv("absent.csv", { rows = "unit", label = "unit" })');
    return { order = grade.order({ data.t.x, data.t.y }, "unit") }
LUA
is("$got->{order}{a} $got->{order}{b} $got->{order}{c5}", '1 2 ', 'who has no score counts in no key');

# Vetoes: their scopes, and their order against the bonus. 92 and 5 of bonus.
for (['item', 'kept', '5 4 5'], ['item', 'void', '0 4 0'], ['total', '', '0 4 0'], ['grade', 'kept', '97 3 5'],
    ['grade', 'void', '92 3 0'], ['bonus', '', '92 1 0']) {
    my ($scope, $bonus, $expected) = @$_;
    my $p = qq({ scope = "$scope", grade = "合格") . ($bonus && qq(, bonus = "$bonus")) . ' }';
    my $r = answers(<<"LUA");
    local bands = $bands
    local total, place, bonus = grade.veto(where(true, true), where(true, 92), 5, $p, bands, function(x) return grade.band(x, bands) end)
    return { total = total, place = place, bonus = bonus }
LUA
    is("$r->{total}{''} $r->{place}{''} $r->{bonus}{''}", $expected, "a veto of scope $scope $bonus");
}
wrong("    return { x = grade.veto(where(true, true), 92, 5, { scope = \"grade\" }, $bands, function(x) return x end) }",
    qr/void/, 'a veto that does not say what becomes of the bonus');

# ---- Kendall's W against its formula, in plain loops

srand($ENV{ASSESS_SEED} // 11);
for my $trial (1 .. 5) {
    my ($n, $m) = (4 + int rand 5, 3 + int rand 4);
    my @x = map { my $i = $_; [map { int rand 6 } 1 .. $m] } 1 .. $n;
    file("w$trial.csv", csv_text(['item', 'expert', 'x'], map { my $i = $_; map { ["i$i", "e$_", $x[$i][$_]] } 0 .. $m - 1 } 0 .. $n - 1));
    my $r = answers('    return { w = panel.agreement(data.t, "item", "expert") }',
        qq(t = csv("w$trial.csv", { item = "item", expert = "expert", value = "x" })));
    my (@sum, $ties);
    for my $e (0 .. $m - 1) {
        my %size;
        $size{$x[$_][$e]}++ for 0 .. $n - 1;
        $ties += $_ ** 3 - $_ for values %size;
        for my $i (0 .. $n - 1) {
            $sum[$i] += 1 + grep({ $x[$_][$e] > $x[$i][$e] } 0 .. $n - 1) + ($size{$x[$i][$e]} - 1) / 2;
        }
    }
    my $s = 0;
    $s += ($_ - $m * ($n + 1) / 2) ** 2 for @sum;
    near($r->{w}{''}, 12 * $s / ($m ** 2 * ($n ** 3 - $n) - $m * $ties), 1e-9, "Kendall's W of $n items by $m experts");
}

# ---- what csv says of cells, and several list columns at once

file('who.csv', "unit\n外办\n财政\n宣传部\n");
file('tasks.csv', "task,lead,with,due,mark\nT1,外办,宣传部；财政,2011-06-30,100\nT2,财政,,2011-12-31,80\nT3,宣传部,外办、财政,,0\n");
my $table = 'u = csv("who.csv", { rows = "unit", label = "unit" }), '
    . 't = csv("%s", { rows = "task", label = "task", labels = { lead = "unit", with = "unit" }, '
    . 'within = { mark = { 0, 100 }, due = { "2011-01-01", "2011-12-31" } } })';
$got = answers(<<'LUA', sprintf $table, 'tasks.csv');
    local e = data.t:explode({ "lead", "with" }, { rows = "share", as = "unit", from = "role" })
    return { who = e.unit, role = e.role, task = e.task }
LUA
is(join(' ', map { "$got->{task}{$_}:$got->{role}{$_}:$got->{who}{$_}" } 1 .. 6),
    'T1:lead:外办 T1:with:宣传部 T1:with:财政 T2:lead:财政 T3:lead:宣传部 T3:with:外办', 'lists of two columns, taken apart in their order');

file('bad.csv', "task,lead,with,due,mark\nT1,外力,宣传部;财正,2011-06-30,100.5\nT2,财政,,1911-12-31,-1\nT3,宣传部,外办,2101-01-01,abc\n");
my ($status, undef, $err) = run(rules_of('    return { x = data.t.mark }', sprintf $table, 'bad.csv'));
is($status, 4, 'cells that are not what the rules say are data errors');
for ("bad.csv:2:lead: '外力' is no unit", "bad.csv:2:with: '财正' is no unit", 'bad.csv:2:mark: 100.5 lies outside 0 to 100',
    'bad.csv:3:mark: -1 lies outside 0 to 100', 'bad.csv:3:due: 1911-12-31 lies outside 2011-01-01 to 2011-12-31',
    'bad.csv:4:due: 2101-01-01 lies outside', "bad.csv:4:mark: 'abc' is not a number") {
    like($err, qr/\Q$_\E/, "in one run: $_");
}
($status, undef, $err) = run(rules_of('    return { x = data.t.mark }', 't = csv("tasks.csv", { rows = "task", labels = { lead = "office" } })'));
ok($status == 3 && $err =~ /no axis 'office'/, 'labels of an axis that nothing makes') or diag($err);
($status, undef, $err) = run(rules_of('    return { x = data.t.mark }', 't = csv("tasks.csv", { rows = "task", within = { due = { 0, 1 } } })'));
ok($status =~ /[34]/ && $err =~ /due/, 'numbers as bounds of dates') or diag($err);

done_testing();
