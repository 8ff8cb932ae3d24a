#!/usr/bin/perl
# Notices: the list of units by grade. The totals and grades of t/statement are worked out by hand in
# t/statement.t; the larger list is sorted in this test.
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

is(printed('notice', 't/statement/units.lua', '--width', 80), <<'TEXT', 'the notice of three units');
考核结果通报
规则    责任单位考核办法（测试）
依据    测试〔2011〕1号
版本    草案
单位数  3

优秀    1
良好    0
合格    2
不合格  0

限额等次  优秀
名额      1
已用      1

优秀（1 个）
位次  单位   总分
----  ----  -----
   1  外办  95.00

合格（2 个）
位次  单位     总分
----  ------  -----
   2  贸促委  89.33
   3  宣传部  79.78
TEXT
is(printed('notice', 't/statement/units.lua', '-f', 'csv'), <<'CSV', 'the notice as CSV');
grade,rank,unit,total
优秀,1,外办,95
合格,2,贸促委,89.33
合格,3,宣传部,79.78
CSV
my $json = decode_json(encode_utf8(printed('notice', 't/statement/units.lua', '-f', 'json')));
is_deeply($json, {
    schema => 'assess-notice', schema_version => 1, title => '考核结果通报',
    notice => { title => '责任单位考核办法（测试）', cite => '测试〔2011〕1号', status => '草案', units => 3 },
    counts => { '优秀' => 1, '良好' => 0, '合格' => 2, '不合格' => 0 },
    quota => { grade => '优秀', places => 1, used => 1 },
    list => [{ grade => '优秀', rank => 1, unit => '外办', total => 95 },
             { grade => '合格', rank => 2, unit => '贸促委', total => 89.33 },
             { grade => '合格', rank => 3, unit => '宣传部', total => 79.78 }],
}, 'three units as JSON') or diag(explain($json));
my $md = printed('notice', 't/statement/units.lua', '-f', 'md');
like($md, qr/^## 优秀（1 个）\n\n\| 位次 \| 单位 \| 总分 \|\n\| ---: \| --- \| ---: \|\n\| 1 \| 外办 \| 95.00 \|\n\n## 合格/m, 'the notice as Markdown');

# Within a grade as the units were given: 宣传部 stands before 贸促委 in the rule.
my $given = decode_utf8(slurp('t/statement/units.lua')) =~ s/csv\("/csv("$FindBin::Bin\/statement\//gr;
$given =~ s/events = "event"/events = "event", order = "given"/;
like(printed('notice', file('given.lua', encode_utf8($given)), '-f', 'csv'), qr/外办.*\n.*宣传部.*\n.*贸促委/, 'units in the order given');

# The sample of 2011: 28 units with a total, 30 % of them is 8.4, so 8 places; two share the eighth, at 96.30, and
# neither gets it. The lists are the rule's own outputs, sorted here.
my $sample = decode_json(encode_utf8(printed('notice', 'rules/2011-units.lua', '-f', 'json')));
is_deeply($sample->{quota}, { grade => '优秀', places => 8, used => 7 }, 'the places of the sample');
is_deeply($sample->{counts}, { '优秀' => 7, '良好' => 14, '合格' => 6, '不合格' => 1, '未定等次' => 1 }, 'its grades');
my $results = outputs('rules/2011-units.lua', '--quiet');
my %order = ('优秀' => 1, '良好' => 2, '合格' => 3, '不合格' => 4, '' => 5);
my @sorted = sort { $order{$a->[0]} <=> $order{$b->[0]} || ($a->[1] || 99) <=> ($b->[1] || 99) }
             map { [decode_utf8($results->{grade}{$_}), $results->{rank}{$_}, decode_utf8($_)] } keys %{$results->{total}};
my @flat = map { [$_->{grade}, $_->{rank} // '', $_->{unit}] } @{$sample->{list}};
is_deeply([map { "$_->[0] $_->[1]" } @flat], [map { "$_->[0] $_->[1]" } @sorted], 'its units in order');
is_deeply([sort map { join ' ', @$_ } @flat], [sort map { join ' ', @$_ } @sorted], 'each with its grade and rank');

# Many units with made-up marks: ties, units without a total, grades whose order the rule does not give.
my $seed = $ENV{ASSESS_SEED} // time;
note("ASSESS_SEED=$seed");
srand $seed;
my (@units, $csv);
for my $i (1 .. 500) {
    my $total = rand() < 0.05 ? undef : int(rand(101));
    push @units, { unit => sprintf('u%03d', $i), total => $total };
    $csv .= sprintf "u%03d,a,%s\n", $i, $total // '';
}
file('many.csv', "u,i,v\n$csv");
my $many = file('many.lua', <<'LUA');
return assessment { id = "many", title = "Many", data = { x = csv("many.csv", { unit = "u", i = "i", value = "v" }) },
  compute = function(a)
    local total = a.data.x:at { i = "a" }
    return { total = total, rank = rank(total, "unit"),
             grade = where(total:ge(90), "top", where(total:ge(60), "fair", "poor")) }
  end }
LUA
my ($head, @rows) = csv_rows(encode_utf8(printed('notice', $many, '-f', 'csv')));
is("@$head", 'grade rank unit total', 'the columns of CSV');
my @present = grep { defined $_->{total} } @units;
my @want;
for my $u (sort { $b->{total} <=> $a->{total} || $a->{unit} cmp $b->{unit} } @present) {
    my $rank = 1 + grep { $_->{total} > $u->{total} } @present;
    push @want, [$u->{total} >= 90 ? 'top' : $u->{total} >= 60 ? 'fair' : 'poor', $rank, $u->{unit}, $u->{total}];
}
push @want, ['', '', $_->{unit}, ''] for grep { !defined $_->{total} } @units;
is_deeply(\@rows, \@want, 'the best grade first, by rank within it, those without one last');
my $text = printed('notice', $many, '--width', 60);
like($text, qr/^No grade \(\d+\)$/m, 'in English, with the units that have no grade in a list of their own');

my ($status, $out, $err) = run('notice', 't/statement/units.lua', '--all');
is($status, 2, 'an option of other commands is refused');
like($err, qr/--all has no meaning/, 'the message says that it has no meaning here');
($status, $out, $err) = run('notice', 't/statement/units.lua', '-f', 'md', '-o', "$tmp/notice.md");
is("$status/$out/$err", '0//', 'a notice is written into a file');
is(decode_utf8(slurp("$tmp/notice.md")), $md, 'the file has the same notice');
done_testing();
