#!/usr/bin/perl
# Tables that are larger than memory: where the rules fold their rows, the results are the bytes of those of a table
# in memory, for any number of threads and limit of memory; where they need all rows, the line is named that does.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $rows = 260_000;

# Texts and numbers, some of them missing; `gone` has none, `odd` is a text from its last rows on.
sub table {
    my ($name, $rows, $lead) = @_;
    my ($x, $text) = (20261130, "lead,score,gone,year,odd,due\n");
    for my $i (1 .. $rows) {
        $x = ($x * 1103515245 + 12345) & 0x7fffffff;
        my $score = $x % 19 ? sprintf('%.1f', $x / 1e7 - 60) : '';
        my $odd = $i > $rows - 3 && $rows > 3 ? 'text' : $i % 9;
        $text .= ($lead // 'u' . $x % 7) . ",$score,," . (2000 + $x % 5) . ",$odd,2020-0" . (1 + $x % 9) . "-03\n";
    }
    file($name, $text);
}

sub rules_of {
    my ($name, $data, $results) = @_;
    file($name, qq(return assessment { id = "large", title = "Large", data = { t = csv("$data", { rows = "task",
  labels = { lead = "unit" }, within = { year = { 2000, 2004 } }, date = { "due" } }),
  units = csv("units.csv", { rows = "unit", label = "unit" }) },
  compute = function(a)
    local t = a.data.t
    return { $results }
  end }
));
}

my $folds = q(
  total = sum(t.score, "task"), n = count(t.score, "task"), least = min(t.score, "task"), most = max(t.score, "task"),
  spread = std(t.score, "task"), none = sum(t.gone, "task"), last = max(t.due, "task"),
  by_lead = sum(t.score, "task", { by = t.lead, axis = "unit" }), share = mean(t.score:gt(0), "task", { by = t.lead, axis = "unit" }),
  by_year = mean(t.score, "task", { by = t.year, axis = "year" }), texts = count(t.odd:eq("text"):only{}, "task"),
);
$folds =~ s/texts = .*/texts = sum(where(t.odd:eq("text"), 1, 0), "task"), logs = sum(where(t.score:gt(0), log(t.score), 0), "task"),/;

file('units.csv', join("\n", 'unit', map { "u$_" } 0 .. 6) . "\n");
table('large.csv', $rows);
rules_of('folds.lua', 'large.csv', $folds);
chdir $tmp or die;

# Under the sanitizers the program itself is larger than the limits below, and JSON has its digest.
my $format = $ENV{ASSESS_SAN} ? 'md' : 'json';
sub all_of { my ($status, $out, $err) = run($_[0], '--format', $format, @_[1 .. $#_]); return "$status\n$err\n$out" =~ s/"sha256".*//gr }

my $whole = all_of('folds.lua');
like($whole, qr/^0\n\n/, 'a table in memory') or diag $whole;
my $limit = 20;
for ($ENV{ASSESS_SAN} ? [4, $limit] : ([1, $limit], [2, $limit + 5], [4, $limit])) {
    my ($threads, $memory) = @$_;
    is(all_of('folds.lua', '--memory', $memory, '--threads', $threads), $whole,
        "the same bytes with $threads threads under $memory MiB");
}
my (undef, $told) = run('check', 'folds.lua', '--memory', $limit);
like($told, qr/folds\.lua:1:\d+: note M04: the rows of 't' \(\d+ MiB\) are not kept: they are read \d times to compute/,
    'check says so');

# ---- what needs all rows ----

for (['median', 'middle = median(t.score * 2, "task")', '`median` needs all of them at once'],
    ['rank', 'best = max(rank(t.score, "task"), "task")', '`rank` needs all of them at once'],
    ['rows', 'rows = t.score:gt(3)', 'here all of them are needed at once'])
{
    my ($name, $result, $text) = @$_;
    rules_of("$name.lua", 'large.csv', "total = sum(t.score, 'task'),\n      $result");
    my ($status, $out, $err) = run("$name.lua", '--memory', 9);
    is("$status/$out", '5/', "$name: refused");
    like($err, qr/^$name\.lua:7:\d+: large\.csv has $rows rows, whose columns take \d+ MiB, more than the memory that is left, and \Q$text\E — --memory/,
        "$name: with the figure, the line and the reason");
}
is(all_of('median.lua', '--memory', 33), all_of('median.lua'), 'median: read as a whole where it fits');
rules_of('part.lua', 'large.csv', 'some = t.score:at{ task = 17 }');
my ($status, $out, $err) = run('part.lua', '--memory', 9);
like("$status $err", qr/^5 part\.lua:6:\d+: large\.csv has/, 'one row is chosen by all of them');

# ---- cells ----

rules_of('names.lua', 'large.csv', 'x = sum(t["sc" .. "ore"] + t.year, "task"), odd = sum(where(t["od" .. "d"]:eq("text"), 1, 0), "task")');
for my $name (qw(x odd)) {
    my @whole = run('names.lua', '--format', 'csv', '--output', $name);
    is_deeply([run('names.lua', '--format', 'csv', '--output', $name, '--memory', 16)], \@whole,
        "$name: names of columns that are put together");
}
table('wrong.csv', 100_000, 'u9');
rules_of('wrong.lua', 'wrong.csv', 'x = sum(t.score, "task")');
my $wrong = (run('wrong.lua', '--memory', 10))[2];
is($wrong, (run('wrong.lua'))[2], 'cells that are not what they must be: the same messages');
like($wrong, qr/wrong\.csv:2:lead: 'u9' is no unit/, 'with their lines');
done_testing();
