#!/usr/bin/perl
# Reports: what is shown agrees with the results at any width; hostile and huge results do no harm. Widths are
# counted with the Unicode tables of Perl.
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

# The tables of a report: after a line of dashes, rows until an empty line or a paragraph that does not
# keep to the columns. Each table is [ [from, to], … ], [ row, … ].
sub tables {
    my @lines = split /\n/, $_[0];
    my @found;
    for my $i (0 .. $#lines) {
        next unless $lines[$i] =~ /^-[- ]*$/ && $lines[$i] =~ /---/;
        my (@columns, @rows);
        push @columns, [$-[0], $+[0]] while $lines[$i] =~ /-+/g;
        for (my $j = $i + 1; $j < @lines && $lines[$j] ne ''; $j++) { push @rows, $lines[$j] }
        push @found, [\@columns, \@rows];
    }
    return @found;
}

# The bar for a share of its eight characters, and a number with the bar beside it.
my @tip = ('', qw(▏ ▎ ▍ ▌ ▋ ▊ ▉));
sub bar { my $n = int($_[0] * 64 + 0.5); return '█' x ($n / 8) . $tip[$n % 8] }
sub barred { my ($number, $share) = @_; return $share > 0 ? "$number " . bar($share) : $number }

# A row cut at columns of the terminal; undef where a character stands across a border or in a gap.
sub cells {
    my ($row, @columns) = @_;
    my ($at, @cells) = (0, ('') x @columns);
    for my $c ($row =~ /\X/g) {
        my $to = $at + width($c);
        if ($c ne ' ') {
            my ($k) = grep { $at >= $columns[$_][0] && $to <= $columns[$_][1] } 0 .. $#columns;
            return undef unless defined $k;
        }
        for my $k (0 .. $#columns) { $cells[$k] .= $c if $at >= $columns[$k][0] && $to <= $columns[$k][1] }
        $at = $to;
    }
    s/^ +| +$//g for @cells;
    return \@cells;
}

sub report {
    my ($status, $out, $err) = run(@_);
    is("$status/$err", '0/', "assess @_") or diag(decode_utf8($err));
    return decode_utf8($out);
}

# ---- the first edition at many widths

my $wide = report('rules/2011.lua', '--width', 200);
my $results = outputs('rules/2011.lua', '--quiet');
for my $width (40, 60, 80, 81, 100, 120, 200) {
    my $text = report('rules/2011.lua', '--width', $width);
    my @over = grep { width($_) > $width } split /\n/, $text;
    is("@over", '', "at $width columns no line is wider");
    unlike($text, qr/ $/m, "at $width columns no line ends with spaces");
    my @tables = tables($text);
    cmp_ok(scalar @tables, '>=', 5, "at $width columns there are tables");
    my (@torn, %shown);
    for my $table (@tables) {
        my ($columns, $rows) = @$table;
        for my $row (@$rows) {
            my $cells = cells($row, @$columns);
            push @torn, $row unless $cells || $row =~ /^(?:\*|结论|共|没有得分|--output)/;
            push @{$shown{$cells->[0]}}, @$cells[1 .. $#$cells] if $cells;
        }
    }
    is(join("\n", @torn), '', "at $width columns every row of a table keeps to its columns");
    for my $place ('Shenzhen/stage1', 'Shenzhen/stage2', 'London/stage1') {
        my ($unit) = split m{/}, $place;
        my $total = sprintf '%.2f', $results->{total}{$place};
        my $want = $width >= 100 ? barred($total, $total / 100) : $total; # where it fits
        ok(scalar(grep { $_ eq $want } @{$shown{$unit}}), "at $width columns: $place has $want");
    }
}
like($wide, qr/^深圳国际化城市指标体系（2011）\n/, 'the title comes first');
like($wide, qr/深府〔2011〕68号/, 'then the basis');
like($wide, qr/草案/, 'the edition');
like($wide, qr{samples/2011/cities\.csv}, 'the data');
like($wide, qr/UTF-8/, 'and its encoding');
like($wide, qr/第一阶段 2011–2020 +第二阶段 2021–2050/, 'stages stand side by side');
like($wide, qr/国际化城市基本建成|built/, 'the verdict is named');
like($wide, qr/^\* 本阶段的对标对象$/m, 'peers are explained');

# The order of the ranking, and the peers marked, against the results.
{
    my ($table) = grep { my $r = $_->[1]; grep { /^Shenzhen.*[是否]/ } @$r } tables(report('rules/2011.lua', '--stage', 'stage1'));
    my @rows = grep { $_ && $_->[0] =~ /^[A-Z]/ } map { cells($_, @{$table->[0]}) } @{$table->[1]};
    my @want = sort { $results->{rank}{"$a/stage1"} <=> $results->{rank}{"$b/stage1"} }
        map { m{(.*)/stage1} && $results->{rank}{$_} ne '' ? $1 : () } keys %{$results->{rank}};
    is(join(' ', map { $_->[0] } @rows[0 .. $#want]), join(' ', @want), 'units come in the order of their ranks');
    is(join(' ', sort map { $_->[0] } grep { grep { $_ eq '*' } @$_ } @rows), 'Hong Kong Seoul Singapore',
       'the peers of the stage are marked');
}

# Shortfalls: recomputed from the scores and from the weights written in the rules.
{
    my %weight = decode_utf8(slurp('rules/2011.lua')) =~ /indicator \{ "(\w+)".*?weight = ([\d.]+)/sg;
    my (%score, %loss);
    for (keys %{$results->{scores}}) {
        $score{$1} = $results->{scores}{$_} if m{^Shenzhen/(\w+)/stage2$} && $results->{scores}{$_} ne '';
    }
    my (%present, %group, $sum);
    $group{substr $_, 0, 1} += $weight{$_} for keys %weight;
    $present{substr $_, 0, 1} += $weight{$_} for keys %score;
    $sum += $group{$_} for keys %present;
    for (keys %score) {
        my $area = substr $_, 0, 1;
        $loss{$_} = $weight{$_} / $present{$area} * $group{$area} / $sum * (100 - $score{$_});
    }
    my $lacking = 100 - $results->{total}{'Shenzhen/stage2'};
    $lacking -= $_ for values %loss;
    cmp_ok(abs $lacking, '<', 1e-9, 'losses add up to what the total lacks');
    my @worst = (sort { $loss{$b} <=> $loss{$a} } keys %loss)[0 .. 7];
    my $said = report('rules/2011.lua', '--stage', 'stage2', '--width', 200);
    my ($table) = grep { my $r = $_->[1]; grep { /^\Q$worst[0]\E / } @$r } tables($said);
    ok($table, 'the worst shortfall is listed') or diag($worst[0]);
    my %listed = map { my $c = cells($_, @{$table->[0]}); $c ? (($c->[0] =~ /^(\w+)/)[0] => $c) : () }
        grep { /^[A-E]\d+ / } @{$table->[1]};
    is(join(' ', sort keys %listed), join(' ', sort @worst), 'the eight largest shortfalls are listed');
    for my $id (@worst) {
        my $want = barred(sprintf('%.2f', $loss{$id}), $loss{$id} / $loss{$worst[0]});
        ok(scalar(grep { $_ eq $want } @{$listed{$id}}), "$id loses as much as its weight says");
    }
}

# ---- small rules of every shape

sub towns {
    my ($name, $keys, $formulas, $count) = @_;
    my $csv = "unit,year,value\n";
    for my $i (1 .. $count // 3) { $csv .= sprintf "t%07d,%d,%d\n", $i, $_, $i * 10 + $_ for 2010, 2011 }
    file("$name.csv", $csv);
    return file("$name.lua", encode_utf8(<<"LUA"));
return assessment {
  id = "$name", title = "Towns", data = { x = csv("$name.csv", { unit = "unit", year = "year", value = "value" }) },
  $keys
  compute = function(a)
    local x = a.data.x
    return { $formulas }
  end,
}
LUA
}

my $one = report(towns('one', '', 'level = x'));
like($one, qr/^level$/m, 'without a score a result is printed as a table');
like($one, qr/^t0000002 +2030 +2031$/m, 'a table has its axes down and across');
like($one, qr/^Data /m, 'a report is in English where the title is');

my $years = report(towns('years', 'show = { score = "level" },', 'level = x, rank = rank(x, "unit")'));
like($years, qr/^t0000003 +1 +2041 █{8}$/m, 'of several years the last is reported');
unlike($years, qr/2040/, 'other years are not reported');
like(report("$tmp/years.lua", '--at', 'year=2010'), qr/^t0000003 +1 +2040 █{8}$/m, '--at picks another year');

# Small columns stand for the scores of three years or more, from the least to the largest of all; a
# dot where there is none. Narrow pages and formats that do not draw have neither them nor bars.
{
    file('three.csv', "unit,year,value\na,2010,1\na,2011,\na,2012,8\nb,2010,2\nb,2011,3\nb,2012,4\n");
    my $rules = file('three.lua', encode_utf8(<<'LUA'));
return assessment {
  id = "three", title = "Towns", show = { score = "level" },
  data = { x = csv("three.csv", { unit = "unit", year = "year", value = "value" }) },
  compute = function(a) return { level = a.data.x } end,
}
LUA
    like(report($rules), qr/^a +8 ▁·█\nb +4 ▂▃▄$/m, 'scores of several years stand beside the last');
    like(report($rules, '--width', 79), qr/^a +8\nb +4$/m, 'not on a narrow page');
    like(report($rules, '--format', 'md'), qr/^\| a \| 8 \|\n\| b \| 4 \|$/m, 'nor in Markdown');
    unlike(report($rules, '--format', $_), qr/[▁-█]/, "nor in $_") for qw(csv json);
    like(report($rules, '--format', 'html'), qr{8</a><svg class=b width=18 height=16 aria-hidden=true><path d="M0 16v-1h5V16zM12 16v-16h5V16z"/></svg>},
        'HTML draws them');
}

my $many = report(towns('many', 'focus = "t0000005",', 'score = x:at { year = 2011 }', 300));
my @listed = $many =~ /^(t\d+)/mg;
is("@listed[0, 1, 19, 20]", 't0000300 t0000299 t0000281 t0000005', 'of 300 units the best 20 are listed, and the focus');
like($many, qr/21 of 300 shown/, 'the number of units listed is shown');
@listed = report("$tmp/many.lua", '--all') =~ /^(t\d+)/mg;
is(scalar @listed, 300, '--all lists all units');
@listed = report("$tmp/many.lua", '--top', 2, '--focus', 't0000299') =~ /^(t\d+)/mg;
is("@listed", 't0000300 t0000299', '--top lists as many as asked for, and the focus once');

my $huge = report(towns('huge', '', 'score = x:at { year = 2011 }', 30000));
cmp_ok(length $huge, '<', 5000, '30,000 units make no long report');
like($huge, qr/^t0030000 +302011 █{8}$/m, 'the best of 30,000 units is listed');

my $refused = report(towns('refused', 'params = { least = 2031 },',
    'score = x:at { year = 2011 }, assessable = x:at { year = 2011 }:ge(a.params.least)'));
like($refused, qr/^Not assessable\n- t0000001: .*2021 ≥ 2031 ✗$/m, 'a unit that is not assessable is listed with the reason');

my $close = report(towns('close', 'params = { pass = 90 }, focus = "t0000001",',
    'score = x:at { year = 2011 }, verdict = (x:at { year = 2011 } - 2021 + 89.9999):ge(a.params.pass)'));
like($close, qr/89\.9999 +≥ 90 +no/, 'a near miss is not rounded into a pass');

# ---- hostile texts

my $esc = "\e]0;owned\a\e[31m";
file('evil.csv', "unit,value,note\n\"=cmd|' /C calc'!A0\",1,+1\n\"@\e[2Jx\",2,\"a,\"\"b\"\"\"\n-5,3,-5\n\"two\nlines\",4,ok\n");
my $evil = file('evil.lua', <<"LUA");
return assessment {
  id = "evil", title = "Title \\27[2J\\7 \\226\\128\\174 end",
  data = { x = csv("evil.csv", { unit = "unit", value = "value", carry = { "note" } }) },
  compute = function(a)
    local note = a.data.x:carried "note"
    return { score = a.data.x, note = note }
  end,
}
LUA
my ($status, $out, $err) = run($evil, '--width', 80);
is($status, 0, 'hostile labels are assessed');
unlike($out . $err, qr/[\x00-\x09\x0b-\x1f\x7f]/, 'no control character reaches the terminal');
unlike(decode_utf8($out), qr/[\x{80}-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]/, 'no mark of writing direction reaches the terminal');
($status, $out, $err) = run($evil, '--output', 'note');
unlike($out . $err, qr/[\x00-\x09\x0b-\x1f\x7f]/, 'no control character of a table of texts reaches the terminal');
($status, $out) = run($evil, '--format', 'csv', '--output', 'note');
my ($head, @rows) = csv_rows($out);
my %note = map { @$_ } @rows;
is($note{"'=cmd|' /C calc'!A0"}, "'+1" =~ s/'\+1/+1/r, 'a formula as a label is disarmed, a number as a text is not');
ok(exists $note{"'\@\e[2Jx"}, 'a label that begins with @ is disarmed');
is($note{"'\@\e[2Jx"}, 'a,"b"', 'commas and quotes are read back');
ok(exists $note{-5}, 'a negative number is not disarmed');
is($note{"two\nlines"}, 'ok', 'line ends within a label are read back');
($status, $out) = run($evil, '--format', 'json');
my $tree = eval { decode_json($out) };
ok($tree, 'JSON of hostile labels is JSON') or diag($@);
ok(scalar(grep { $_ eq "\@\e[2Jx" } @{$tree->{axes}{unit}{labels}}), 'JSON has hostile labels unchanged');

# ---- numbers come back bit by bit; CSV, JSON and the folder agree

file('bits.csv', "unit,value\n" . join '', map { "u$_," . (0.1 + $_ / 7) * 10 ** ($_ % 40 - 20) . "\n" } 1 .. 200);
my $bits = file('bits.lua', <<'LUA');
return assessment {
  id = "bits", title = "Bits", data = { x = csv("bits.csv", { unit = "unit", value = "value" }) },
  compute = function(a)
    local x = a.data.x
    return { third = x / 3, none = where(x:lt(0), x), big = x:gt(1), day = date "2011-06-30" }
  end,
}
LUA
my @written;
for (slurp("$tmp/bits.csv") =~ /^u\d+,(.*)$/mg) { push @written, $_ }
my $folder = "$tmp/folder";
($status, $out, $err) = run($bits, '-o', $folder, '--format', 'json');
is($status, 0, 'JSON and a folder can be written at once');
like($err, qr/5 files written/, 'the number of files is reported');
is(slurp("$folder/result.json"), $out, 'result.json is what --format json prints');
$tree = decode_json($out);
is("@{$tree->{outputs}{third}{shape}}", 200, 'JSON has the shape of an output');
my @labels = @{$tree->{axes}{unit}{labels}};
my %json;
@json{@labels} = @{$tree->{outputs}{third}{values}};
my %csv = map { @$_ } csv_rows(slurp("$folder/third.csv"));
my @wrong = grep { pack('d', $csv{"u$_"}) ne pack('d', $written[$_ - 1] / 3) } 1 .. 200;
is("@wrong", '', 'CSV: every number reads back to the same double');
@wrong = grep { pack('d', $json{"u$_"}) ne pack('d', $written[$_ - 1] / 3) } 1 .. 200;
is("@wrong", '', 'JSON: every number reads back to the same double');
is_deeply([grep { defined } @{$tree->{outputs}{none}{values}}], [], 'missing is null');
like(slurp("$folder/none.csv"), qr/^u1,$/m, 'missing is empty in CSV');
like(slurp("$folder/big.csv"), qr/^u1,false$/m, 'truths are words in CSV');
is(slurp("$folder/day.csv"), "day\n2011-06-30\n", 'a date is written as a date, and a single value has one column');
is_deeply($tree->{outputs}{day}{values}, ['2011-06-30'], 'a date is written as a date in JSON');
is($tree->{schema}, 'assess-result', 'the schema is named');
like($tree->{rules}{sha256}, qr/^[0-9a-f]{64}$/, 'the rules have a hash');
like($tree->{engine}{sha256}, qr/^[0-9a-f]{64}$/, 'the engine has a hash');
chomp(my $sum = `sha256sum $tmp/bits.csv 2>/dev/null` =~ s/ .*//sr);
SKIP: {
    skip 'no sha256sum here', 1 unless $sum;
    is($tree->{sources}[0]{sha256}, $sum, 'the data has the hash that sha256sum computes');
}
my ($status2, $out2) = run($bits, '--format', 'json', '--threads', 1);
is($out2, $out, 'any number of threads gives the same bytes');

# A folder is all new or all old.
file('broken.lua', slurp($bits) =~ s/x \/ 3/x \/ y/r);
mkdir "$tmp/kept";
file('kept/third.csv', "old\n");
($status) = run("$tmp/broken.lua", '-o', "$tmp/kept");
is($status, 3, 'rules with a fault are refused');
is(slurp("$tmp/kept/third.csv"), "old\n", 'rules with a fault leave the folder as it was');
($status) = run($bits, '-o', "$tmp/kept", '-q');
is(scalar(grep { !/^\.\.?$/ && $_ ne '.assess.sha256' } do { opendir my $d, "$tmp/kept" or die; readdir $d }), 5, 'rules that run leave no other files in the folder');
ok(-s "$tmp/kept/.assess.sha256", 'but the list of them');
mkdir "$tmp/taken";
mkdir "$tmp/taken/third.csv";
($status, $out, $err) = run($bits, '-o', "$tmp/taken", '-q');
is($status, 2, 'a folder that cannot be written: wrong usage');
is(join(' ', glob "$tmp/taken/* $tmp/taken/.*part"), "$tmp/taken/third.csv", 'a folder that cannot be written stays as it was')
    if $status;

# ---- colours

($status, $out) = run('rules/2011.lua');
unlike($out, qr/\e/, 'there are no colours where output is no terminal');
($status, $out) = run('rules/2011.lua', '--color', 'always');
like($out, qr/\e\[1m/, '--color always makes colours');
my $bare = decode_utf8($out =~ s/\e\[[0-9;]*m//gr);
is($bare, report('rules/2011.lua'), 'colours change nothing else');

# ---- Chinese as an office writes it; the counts are those of the results themselves

sub reads_as {
    my ($phrase, @command) = @_;
    my ($ended, $text) = run(@command);
    $text = decode_utf8($text);
    $text =~ s/\s*\n\s*//g;
    like($text, ref $phrase ? $phrase : qr/\Q$phrase/, "$phrase");
}
my @city = ('rules/2011.lua', 'Shenzhen');
reads_as('Shenzhen：主要短板', $city[0]);
reads_as('单位 10 × 阶段 2', $city[0]);
reads_as(qr/增加 1%.*增加 1%：数值增加 1%/, 'levers', @city);
reads_as(qr/减少 10%  增加 10%/, 'levers', @city, '--leaves');
reads_as('单独调整任何一项均不足以超过Seoul', 'explain', @city, '--why-rank', '--stage', 'stage2');
reads_as('5 项均有数据', 'explain', @city);
reads_as(qr/成本较低的组合.*调整成本/, 'goal', @city, '--score', 75, '--stage', 'stage1');
file('four.csv', encode_utf8("unit,value\n甲,4\n乙,3\n丙,2\n丁,1\n"));
reads_as('4 个单位中 3 个达标：', file('four.lua', encode_utf8(<<'LUA')));
return assessment {
  id = "four", title = "四个单位", data = { x = csv("four.csv", { unit = "unit", value = "value" }) },
  show = { score = "total", verdict = "pass" },
  compute = function(a) return { total = a.data.x, pass = a.data.x:gt(1) } end,
}
LUA

# ---- what a newcomer reads

{
    my $rules = file('plain.lua', encode_utf8(<<'LUA'));
return assessment {
  id = "plain", title = "Towns", titles = { share = "Part" },
  data = { x = csv("plain.csv", { unit = "unit", year = "year", value = "value" }) },
  compute = function(a)
    local score = round(a.data.x, 1)
    return { score = score, rank = rank(score, "unit"), share = a.data.x / 1e6, tiny = a.data.x / 1e11,
      both = sum(a.data.x, "unit") }
  end,
}
LUA
    file('plain.csv', "unit,year,value\na,2010,90.24\nb,2010,80\n");
    my $text = report($rules);
    like($text, qr/^Unit +Rank +Score\n.*\na +1 +90\.2 ███████▎\nb +2 +80\.0 ██████▍\n/m, 'scores rounded to one decimal have one');
    like($text, qr/2 rows, 2 values, year 2010/, 'several rows');
    like($text, qr/^Result +Name +Over\n.*^both +both +Year 1\n.*^Part +share +Unit 2 × Year 1\n/ms,
        'further results have titles and names, and no formulas');
    unlike($text, qr/x \/ 1000000/, 'which come');
    like(report($rules, '--formulas'), qr/x \/ 1000000/, 'with --formulas');
    like(report($rules, '--output', 'share'), qr/^a +0\.000090\d*$|^a +0\.00009$/m, 'small numbers are no zeros');
    like(report($rules, '--output', 'tiny'), qr/^a +9e-10$/m, 'nor are tiny ones');
    file('plain.csv', "unit,year,value\na,2010,90.24\n");
    like(report($rules), qr/1 row, 1 value, year 2010/, 'one row');
    my ($status, undef, $err) = run($rules, '--focus', 'c', '--lang', 'zh');
    like(decode_utf8($err), qr/没有单位 'c'/, 'kinds of labels are told in Chinese');
}

# Weights: as they are written, and as they work.
{
    my $rules = file('weighed.lua', encode_utf8(<<'LUA'));
return assessment {
  id = "weighed", title = "Towns",
  data = { x = csv("weighed.csv", { unit = "town" }) },
  index = index { "w", "W", indicator { "a", "Air", weight = 3 }, indicator { "b", "Books" } },
  compute = function(a)
    return { details = a.data.x, score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
LUA
    file('weighed.csv', "town,a,b\nq,90,50\nr,80,\n");
    like(report($rules), qr/^Indicator +Weight +Of the score\n.*\na Air +3 +75\.0%\nb Books +1 +25\.0%\n/m, 'weights');
    (my $same = slurp($rules)) =~ s/weight = 3/weight = 1/;
    file('weighed.lua', $same);
    unlike(report($rules), qr/^Weights$/m, 'equal weights are not told');
    like(report($rules, '--weights'), qr/^a Air +1 +50\.0%$/m, 'but with --weights');
}

done_testing();
