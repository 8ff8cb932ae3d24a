#!/usr/bin/perl
# Statements of units. What they must say is worked out by hand from t/statement/*.csv. What they say would have
# been, with other data, is compared with assessments of such data.
#
#   Lateness: 5 points for each 15 days begun, at most 20. Shares: 1 for the lead, half for who takes part.
#   T1  due 06-30, done 07-15: 15 days, 1 period, -5      100 - 5 = 95     weight 2  外办, with 宣传部
#   T2  due 12-31, done 01-20: 20 days, 2 periods, -10    100 - 10 = 90    weight 1  贸促委, with 外办
#   T3  no day: not late                                   80              weight 1  宣传部
#   T4  done on the day                                   100              weight 1  外办, with 贸促委 and 宣传部
#   T5  exempt: no mark, in neither sum                                              贸促委
#   T6  due 10-31, done 2012-03-01: 30+31+31+29+1 = 122 days, 9 periods, 45, at most 20: 90 - 20 = 70, weight 2  宣传部
#
#   外办    (2*95 + 0.5*90 + 1*100) / 3.5 = 335/3.5;        * 0.7 = 67;       + 18 + 8 + 2 (bonus)   = 95.00
#   贸促委  (1*90 + 0.5*100) / 1.5 = 140/1.5;               * 0.7 = 65.3333;  + 17 + 7               = 89.33, vetoed
#   宣传部  (1*95 + 1*80 + 0.5*100 + 2*70) / 4.5 = 365/4.5; * 0.7 = 56.7778;  + 17 + 9 - 3 (penalty) = 79.78
#
#   优秀 from 90 for at most floor(0.3 * 3) = 0, but at least 1 unit; 良好 from 80; 合格 from 60; vetoed at most 合格.
#
#   宣传部 without the 5 of T1: 370/4.5 * 0.7 + 23 = 80.5556;  without the 20 of T6: 405/4.5 * 0.7 + 23 = 86;
#   without the penalty 82.78; from 80.00 on it is 良好: 0.22 short. The least that would do is T1.
#   贸促委 without the 10 of T2: 150/1.5 * 0.7 + 24 = 94, still vetoed; without the veto 89.33 is 良好.
#   外办 without the 5 of T1: 345/3.5 * 0.7 + 28 = 97; without the 10 of T2: 340/3.5 * 0.7 + 28 = 96; without the bonus 93.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8 encode_utf8);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);
delete @ENV{qw(NO_COLOR COLUMNS)};

my $rules = 't/statement/units.lua';

sub json { return decode_json(encode_utf8(printed('statement', @_, '--format', 'json'))) }

# ---- the page as a reader has it

is(printed('statement', $rules, '宣传部', '--width', 80), decode_utf8(slurp('t/statement/xuanchuan.txt')), 'the statement of 宣传部');

my %want = (
    '外办' => {
        result => { unit => '外办', total => 95, grade => '优秀', rank => 1, bonus => 2, penalty => 0, vetoed => JSON::PP::false },
        mark => { T1 => 95, T2 => 90, T4 => 100 }, deduction => { T1 => 5, T2 => 10, T4 => 0 }, late => { T1 => 15, T2 => 20, T4 => 0 },
        weight => { T1 => 2, T2 => 0.5, T4 => 1 }, role => { T1 => '牵头', T2 => '配合', T4 => '牵头' },
        without => { T1 => [97, '优秀'], T2 => [96, '优秀'], '国家级表彰' => [93, '优秀'] },
        change => {},
    },
    '贸促委' => {
        result => { unit => '贸促委', total => 89.33, grade => '合格', rank => 2, bonus => 0, penalty => 0, vetoed => JSON::PP::true },
        mark => { T2 => 90, T4 => 100, T5 => undef }, deduction => { T2 => 10, T4 => 0, T5 => 0 },
        late => { T2 => 20, T4 => 0, T5 => undef },
        weight => { T2 => 1, T4 => 0.5, T5 => 1 }, role => { T2 => '牵头', T4 => '配合', T5 => '牵头' },
        without => { T2 => [94, '合格'], '虚报数据' => [undef, undef], '否决' => [89.33, '良好'] },
        change => { smallest_item => '否决', smallest_total => 89.33, smallest_grade => '良好' },
    },
    '宣传部' => {
        result => { unit => '宣传部', total => 79.78, grade => '合格', rank => 3, bonus => 0, penalty => -3, vetoed => JSON::PP::false },
        mark => { T1 => 95, T3 => 80, T4 => 100, T6 => 70 }, deduction => { T1 => 5, T3 => 0, T4 => 0, T6 => 20 },
        late => { T1 => 15, T3 => undef, T4 => 0, T6 => 122 },
        weight => { T1 => 1, T3 => 1, T4 => 0.5, T6 => 2 }, role => { T1 => '配合', T3 => '牵头', T4 => '配合', T6 => '牵头' },
        without => { T1 => [80.56, '良好'], T6 => [86, '良好'], '通报批评' => [82.78, '良好'] },
        change => { next_grade => '良好', next_total => 80, short_by => 0.22, smallest_item => 'T1', smallest_points => -5,
                    smallest_total => 80.56, smallest_grade => '良好' },
    },
);

for my $unit (sort keys %want) {
    my ($got, $want) = (json($rules, $unit), $want{$unit});
    is($got->{schema}, 'assess-statement', "$unit: the schema");
    my $result = $got->{result};
    is(delete $result->{$_->[0]}, $_->[1], "$unit: its $_->[0]")
        for ['title', '责任单位考核办法（测试）'], ['cite', '测试〔2011〕1号'], ['status', '草案'];
    is_deeply($result, $want->{result}, "$unit: the result by hand") or diag(explain($result));
    for my $field (['mark', 'mark'], ['deduction', 'deduction'], ['late', 'late_days'], ['weight', 'weight'], ['role', 'role']) {
        my %is = map { $_->{task} => $_->{$field->[1]} } @{$got->{tasks}};
        is_deeply(\%is, $want->{$field->[0]}, "$unit: $field->[1] of its tasks by hand") or diag(explain(\%is));
    }
    my %without = map { $_->{item} => [@$_{'total_without', 'grade_without'}] } @{$got->{adjustments}};
    is_deeply(\%without, $want->{without}, "$unit: without each item, by hand") or diag(explain(\%without));
    my %change = map { defined $got->{change}{$_} ? ($_ => $got->{change}{$_}) : () } keys %{$got->{change}};
    is_deeply(\%change, $want->{change}, "$unit: what would have changed the grade") or diag(explain(\%change));

    # The same in CSV.
    my ($head, @rows) = csv_rows(encode_utf8(printed('statement', $rules, $unit, '--format', 'csv')));
    is("@$head", 'block line column value', "$unit: the columns of CSV");
    my %csv;
    $csv{$_->[0]}[$_->[1] - 1]{$_->[2]} = decode_utf8($_->[3]) for @rows;
    for my $block (qw(parts tasks adjustments)) {
        my @plain = map { my $row = $_; +{ map { $_ => defined $row->{$_} ? "$row->{$_}" : '' } keys %$row } } @{$got->{$block}};
        is_deeply($csv{$block}, \@plain, "$unit: $block are the same in CSV");
    }
    is($csv{result}[0]{total}, $want->{result}{total}, "$unit: the total is the same in CSV");

    # Markdown: every row of a table has as many cells as its head, after escapes.
    my @lines = split /\n/, printed('statement', $rules, $unit, '--format', 'md');
    my ($cells, $tables, @torn) = (0, 0);
    for (@lines) {
        if (!/^\|/) { $cells = 0; next }
        my $n = () = /(?<!\\)\|/g;
        $tables++ if !$cells;
        $cells ||= $n;
        push @torn, $_ if $n != $cells;
    }
    is("$tables/@torn", '3/', "$unit: three tables in Markdown, none torn");
    like($lines[0], qr/^# 考核结果说明$/, "$unit: a heading");

    for my $columns (40, 80, 200) {
        my @over = grep { width($_) > $columns } split /\n/, printed('statement', $rules, $unit, '--width', $columns);
        is("@over", '', "$unit: no line is wider than $columns");
    }
    unlike(printed('statement', $rules, $unit), qr/ $/m, "$unit: no line ends with spaces");
}
like(printed('statement', $rules, '宣传部', '--format', 'md'), qr/外文网站\\\|改版/, 'a bar in a name is escaped');

# ---- what is said of other data is what other data give

my $tasks = decode_utf8(slurp('t/statement/tasks.csv'));
my $events = decode_utf8(slurp('t/statement/events.csv'));
sub otherwise {
    my ($unit, %data) = @_;
    my @with = map { ('--data', "$_=" . file("$_.csv", encode_utf8($data{$_}))) } sort keys %data;
    my $result = json($rules, $unit, @with)->{result};
    return [$result->{total}, $result->{grade}];
}
is_deeply(otherwise('宣传部', tasks => $tasks =~ s/2012-03-01/2011-10-31/r), $want{'宣传部'}{without}{T6}, 'T6 in time');
is_deeply(otherwise('贸促委', tasks => $tasks =~ s/2012-01-20/2011-12-31/r), $want{'贸促委'}{without}{T2}, 'T2 in time');
is_deeply(otherwise('宣传部', events => $events =~ s/^通报批评.*\n//mr), $want{'宣传部'}{without}{'通报批评'}, 'no penalty');
is_deeply(otherwise('贸促委', events => $events =~ s/^虚报数据.*\n//mr), $want{'贸促委'}{without}{'否决'}, 'no veto');
is_deeply(otherwise('外办', events => $events =~ s/^国家级表彰.*\n//mr), $want{'外办'}{without}{'国家级表彰'}, 'no bonus');
# The next grade begins exactly where the statement says.
is_deeply(otherwise('宣传部', events => "${events}加,宣传部,加分,0.22,,\n"), [80, '良好'], '0.22 more is enough');
is_deeply(otherwise('宣传部', events => "${events}加,宣传部,加分,0.21,,\n"), [79.99, '合格'], '0.21 more is not');
# 优秀 has one place: 良好 must pass the first, not only 90.
my $near = json($rules, '宣传部', '--data', 'events=' . file('near.csv', encode_utf8("${events}加,宣传部,加分,11,,\n")));
is_deeply([@{$near->{result}}{'total', 'grade'}], [90.78, '良好'], 'over 90 without a place');
is_deeply([@{$near->{change}}{'next_grade', 'next_total', 'short_by'}], ['优秀', 95.01, 4.23], 'needs more than the first has');

# A penalty that no event accounts for is told, too.
my $partly = decode_utf8(slurp($rules)) =~ s/penalty = sum_of\(\S+\)/penalty = sum_of("减分") - where(vetoed, 0, 1.5)/r;
$partly =~ s/csv\("/csv("$FindBin::Bin\/statement\//g;
my $rest = json(file('partly.lua', encode_utf8($partly)), '宣传部');
my ($other) = grep { $_->{item} eq '其他' } @{$rest->{adjustments}};
is_deeply([@$other{'kind', 'points', 'total_without', 'grade_without'}], ['减分', -1.5, undef, undef], 'the rest of a penalty');
my ($alone) = grep { $_->{kind} eq '减分' } @{json(file('partly.lua', encode_utf8($partly)), '外办')->{adjustments}};
is_deeply([@$alone{'item', 'points', 'total_without'}], ['减分', -1.5, 95], 'a penalty without any event');

# ---- sample units of the draft of 2011, by hand from samples/2011/*.csv
#
#   推进委员会办公室: weights 10 15 15 5, marks 100 - 5 (06-30 to 07-15: exactly 15 days, one period) and 100 three times:
#     4450/45 * 0.7 = 69.2222; plan 90 -> 9; reports in time -> 10; panel 85 and 92 dropped, 440/5 = 88 -> 8.8; 97.02
#     without the 5: 70 + 27.8 = 97.80
#   市规划国土委: M-23 90, M-24 90 - 10 (20 days, two periods): 85 * 0.7 = 59.5; plan 88 -> 8.8;
#     reports 100 - 10 (07-15 to 07-31: 16 days) and 100 -> 9.5; panel 79 and 93 dropped, 430/5 = 86 -> 8.6; 86.40
#     without the 10: 63 + 26.9 = 89.90; without the 10 of its report 10 for 9.5: 86.90;
#     优秀 has floor(0.3 * 28) = 8 places and goes out at 96.30, shared by two: from 96.31 on
#   市文明办: M-36 100, M-37 98: 99 * 0.7 = 69.3; 9.3 + 10 + panel 450/5 = 90 -> 9; 97.60, its bonus of 3 void by a veto;
#     without the veto 100.60 and 优秀; without the bonus nothing changes
#   市金融办: M-11 52/60: 60.6667; plan 88 - 5 (03-31 to 04-15: 15 days) -> 8.3; 10; panel 430/5 -> 8.6; criticised -2: 85.57
#     without that 87.57; without the 5 of its plan 8.8 for 8.3: 86.07
#   市编办: M-25 14/20: 49; plan 55 -> 5.5; no reports -> 0; panel 290/5 = 58 -> 5.8; 2 + 2 + 2 (no reports), at most 5: 55.30
#     without one of the criticisms 2 + 2: 56.30; with one of its reports 5 for 0: 60.30;
#     合格 from 60: 4.70 short
my %sample = (
    '推进委员会办公室' => { total => 97.02, grade => '优秀', parts => [69.22, 9, 10, 8.8],
        without => { 'P-2011-01' => [97.8, '优秀'] }, change => {} },
    '市规划国土委' => { total => 86.4, grade => '良好', parts => [59.5, 8.8, 9.5, 8.6],
        without => { 'M-24' => [89.9, '良好'], '年中报告' => [86.9, '良好'] }, change => { next_grade => '优秀', next_total => 96.31, short_by => 9.91 } },
    '市文明办' => { total => 97.6, grade => '合格', parts => [69.3, 9.3, 10, 9],
        without => { E4 => [97.6, '合格'], E5 => [undef, undef], '一票否决' => [100.6, '优秀'] },
        change => { smallest_item => '一票否决', smallest_total => 100.6, smallest_grade => '优秀' } },
    '市金融办' => { total => 85.57, grade => '良好', parts => [60.67, 8.3, 10, 8.6],
        without => { '年度计划' => [86.07, '良好'], E6 => [87.57, '良好'] }, change => { next_grade => '优秀', next_total => 96.31, short_by => 10.74 } },
    '市编办' => { total => 55.3, grade => '不合格', parts => [49, 5.5, 0, 5.8],
        without => { '年中报告' => [60.3, '合格'], '年终自评' => [60.3, '合格'], E7 => [56.3, '不合格'], E8 => [56.3, '不合格'], '其他' => [undef, undef] },
        change => { next_grade => '合格', next_total => 60, short_by => 4.7, smallest_item => '年中报告', smallest_points => -100,
                    smallest_total => 60.3, smallest_grade => '合格' } },
);
for my $unit (sort keys %sample) {
    my ($got, $want) = (json('rules/2011-units.lua', $unit), $sample{$unit});
    is_deeply([@{$got->{result}}{'total', 'grade'}], [@$want{'total', 'grade'}], "$unit: total and grade by hand");
    is(join(' ', map { 0 + sprintf '%.2f', $_->{points} } @{$got->{parts}}), join(' ', @{$want->{parts}}), "$unit: its parts");
    is(join(' ', map { $_->{full} } @{$got->{parts}}), '70 10 10 10', "$unit: full marks");
    my %without = map { $_->{item} => [@$_{'total_without', 'grade_without'}] } @{$got->{adjustments}};
    is_deeply(\%without, $want->{without}, "$unit: without each item, by hand") or diag(explain(\%without));
    my %change = map { defined $got->{change}{$_} ? ($_ => $got->{change}{$_}) : () } keys %{$got->{change}};
    is_deeply(\%change, $want->{change}, "$unit: what would have changed the grade") or diag(explain(\%change));
    my @over = grep { width($_) > 80 } split /\n/, printed('statement', 'rules/2011-units.lua', $unit, '--width', 80);
    is("@over", '', "$unit: fits 80 columns");
}
# An exempt task is listed, but costs nothing.
is_deeply(json('rules/2011-units.lua', '市港澳办')->{adjustments}, [], 'an exempt task');

# ---- every unit

my ($status, $out, $err) = run('statement', $rules, '--all', '-o', "$tmp/all");
is("$status/$out/$err", '0//', 'all statements are written');
my @files = map { decode_utf8($_) } sort map { s{.*/}{}r } glob "$tmp/all/*";
is("@files", '1-外办.txt 2-宣传部.txt 3-贸促委.txt', 'a file for each unit, in the order given');
is(decode_utf8(slurp(encode_utf8("$tmp/all/2-宣传部.txt"))), printed('statement', $rules, '宣传部', '--width', 80), 'the same as alone');
printed('statement', $rules, '外办', '--format', 'json', '-o', "$tmp/one.json");
is_deeply(decode_json(slurp("$tmp/one.json")), json($rules, '外办'), 'one statement into a file');

# Names that no file should have.
my $hostile = file('hostile.csv', "u,m,v\n../../x,m,70\n.,m,80\n=1+1|`id`,m,90\na b/c\\d,m,60\n");
my $hostile_rules = file('hostile.lua', <<'LUA');
return assessment { id = "h", title = "Hostile names", data = { x = csv("hostile.csv", { unit = "u", m = "m", value = "v" }) },
  compute = function(a) return { total = sum(a.data.x, "m") } end }
LUA
($status, $out, $err) = run('statement', $hostile_rules, '--all', '-f', 'md', '-o', "$tmp/hostile");
is("$status/$err", '0/', 'hostile names are written');
is_deeply([sort map { s{.*/}{}r } glob "$tmp/hostile/*"], ['1-..md', '2-.._.._x.md', '3-=1+1__id_.md', '4-a_b_c_d.md'], 'under safe names');
like(slurp("$tmp/hostile/3-=1+1__id_.md"), qr/=1\+1\\\|\\`id\\`/, 'and escaped inside');
($status, $out, $err) = run('statement', $hostile_rules, '=1+1|`id`', '-f', 'csv');
like($out, qr/^result,1,unit,'=1\+1\|`id`$/m, 'and guarded for spreadsheets');

# ---- mistakes

sub wrong {
    my ($want, $pattern, $name, @arguments) = @_;
    my ($got, $o, $e) = run('statement', map { encode_utf8($_) } @arguments);
    is("$got/$o", "$want/", "$name: status");
    like(decode_utf8($e), $pattern, "$name: what is said");
}
wrong(2, qr/no unit '宣传布' — did you mean '宣传部'\?/, 'a unit that is none', $rules, '宣传布');
wrong(2, qr/whose statement\?/, 'no unit', $rules);
wrong(2, qr/not both/, 'a unit and all', $rules, '外办', '--all', '-o', "$tmp/x");
wrong(2, qr/-o DIR/, 'all without a folder', $rules, '--all');
wrong(2, qr/--focus has no meaning/, 'an option of run', $rules, '外办', '--focus', '外办');
wrong(2, qr/text, csv, json, md/, 'a format that is none', $rules, '外办', '--format', 'pdf');
wrong(3, qr/there is no total/, 'a total for each stage, not each unit', 'rules/2011.lua', 'Shenzhen');
sub edited {
    my ($name, $from, $to) = @_;
    my $text = decode_utf8(slurp($rules)) =~ s/csv\("/csv("$FindBin::Bin\/statement\//gr;
    $text =~ s/\Q$from\E/$to/ or die "no $from";
    return file($name, encode_utf8($text));
}
wrong(3, qr/key\.lua:\d+:\d+: statement has no key `evnts` — did you mean `events`\?/, 'a key that is none',
      edited('key.lua', 'events = "event"', 'evnts = "event"'), '外办');
wrong(3, qr/`statement` names 'shares', which is no axis — did you mean 'share'\?/, 'an axis that is none',
      edited('axis.lua', 'rows = "share"', 'rows = "shares"'), '外办');
wrong(3, qr/`statement` names 'rolle', which compute does not return — did you mean 'role'\?/, 'a column that is none',
      edited('column.lua', '"name", "role"', '"name", "rolle"'), '外办');
wrong(3, qr/statement\.columns: 'total' is not one for each row/, 'a column over something else',
      edited('over.lua', '"name", "role"', '"name", "total"'), '外办');
wrong(3, qr/statement\.bonus = "mark" is not one for each unit/, 'a part over something else',
      edited('part.lua', 'events = "event"', 'bonus = "mark", events = "event"'), '外办');
wrong(3, qr/lists: 'plan' needs the outputs plan_unit/, 'a list without its outputs',
      edited('lists.lua', 'events = "event"', 'lists = { "plan" }, events = "event"'), '外办');
wrong(3, qr/order is 'alphabet', not "rank" or "given"/, 'an order that is none',
      edited('order.lua', 'events = "event"', 'order = "alphabet", events = "event"'), '外办');
done_testing();
