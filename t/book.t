#!/usr/bin/perl
# The report as a workbook: what its cells compute is what the engine computes, in LibreOffice and in
# Gnumeric, as it was written and after inputs were changed.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use xlsx;
use Encode qw(decode encode);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$ENV{LANGUAGE} = 'en';

sub ran {
    my ($status, @said) = run(map { encode('UTF-8', $_) } @_);
    return ($status, map { decode('UTF-8', $_) } @said);
}

# The cells of formulas whose values differ between two workbooks of the engine.
sub changes_between {
    my ($a, $b) = map { (cells_of($_))[0] } @_;
    my (undef, $formula) = cells_of($_[0]);
    return grep { ($a->{$_} // '') ne ($b->{$_} // '') } keys %$formula;
}

my $books = 0;
sub book {
    my ($rules, @more) = @_;
    my $path = "$tmp/book" . ++$books . '.xlsx';
    my ($status, $out, $err) = ran('report', $rules, @more, '-o', $path);
    is("$status$out", '0', "assess report $rules @more") or diag $err;
    return ($path, $err);
}

# The cells of results that differ between what a program computed and what the engine wrote.
sub differ {
    my ($got, $want, $sheets) = @_;
    my ($mine) = cells_of($got);
    my ($engine, $formula) = cells_of($want);
    my ($worst, $compared, @odd) = (0, 0);
    for my $cell (sort keys %$formula) {
        next if $cell !~ /^(?:$sheets)!/;
        my ($is, $should) = ($mine->{$cell} // '', $engine->{$cell} // '');
        $compared++;
        my $numbers = 2 == grep { /^-?[\d.]+(?:e[-+]?\d+)?$/i } $is, $should;
        my $off = $is eq $should ? 0 : $numbers ? abs($is - $should) / (1 + abs $should) : 9;
        $worst = $off if $off > $worst && $off < 9;
        push @odd, "$cell = $formula->{$cell}: $is, not $should" if $off > 1e-9;
    }
    return ($compared, $worst, @odd);
}

my ($book, $said) = book('rules/2011.lua');
like($said, qr/book1\.xlsx: \d+ of \d+ cells of results are live \(\d+\.\d%\), \d+ in part/, 'the share of live cells is told');
my ($value, $formula) = cells_of($book);
my $name = names_of($book);

# ---- what is in it

is(join(' ', sort { $a cmp $b } keys %{{map { /^(.*)!/; $1 => 1 } keys %$value}}),
    join(' ', sort { $a cmp $b } qw(概览 分领域 指标得分 权重与标准 数据 短板 说明 中间计算 assess)), 'its sheets');
is($name->{'index.C.C7.weight'}, '权重与标准!F' . ($name->{'index.C.C7.weight'} =~ /(\d+)$/)[0], 'a weight has its address as a name');
is($value->{$name->{'index.C.C7.weight'}} + 0, 4, 'and its value');
like($name->{'results.total'}, qr/^分领域!C3:/, 'results have names');
cmp_ok(scalar(grep { !defined $value->{$_} } keys %$formula), '==', 0, 'every formula has its value');
my ($again) = book('rules/2011.lua');
is(slurp($again), slurp($book), 'the same bytes on every run');

# ---- recalculated

# A cell of the data by its row in the file.
sub figure_at {
    my ($line) = @_;
    my ($row) = map { /!A(\d+)$/ } grep { /^数据!A/ && $value->{$_} =~ /:$line$/ } keys %$value;
    my ($head) = map { /!([A-Z]+)1$/ } grep { /^数据!\w+1$/ && $value->{$_} eq 'observed' } keys %$value;
    return "数据!$head$row";
}

my @cities = split /\n/, slurp('samples/2011/cities.csv');
my ($line) = grep { $cities[$_ - 1] =~ /^Shenzhen,C7,/ } 1 .. @cities;
sub data_with {
    my ($file, %field) = @_;
    my @lines = @cities;
    for my $l (keys %field) { my @f = split /,/, $lines[$l - 1], -1; $f[3] = $field{$l}; $lines[$l - 1] = join ',', @f }
    file($file, join "\n", @lines, '');
    return "$tmp/$file";
}

my @change = (
    ['as it was written', {}, []],
    ['a weight', {$name->{'index.C.C7.weight'} => 7}, ['--set', 'index.C.C7.weight=7']],
    ['a parameter', {$name->{'params.pass'} => 50}, ['--set', 'params.pass=50']],
    ['a standard', {$name->{'index.A.A2.standard.stage2'} => 70.5}, ['--set', 'index.A.A2.standard.stage2=70.5']],
    ['a figure', {figure_at($line) => 3.5}, ['--data', 'observed=' . data_with('figure.csv', $line => 3.5)]],
    ['no figure', {figure_at($line) => ''}, ['--data', 'observed=' . data_with('none.csv', $line => '')]],
    ['all of it', {figure_at($line) => 14, $name->{'index.C.C7.weight'} => 4.25, $name->{'params.pass'} => 88},
        ['--set', 'index.C.C7.weight=4.25', '--set', 'params.pass=88', '--data', 'observed=' . data_with('all.csv', $line => 14)]],
);

my $last_of_2011 = $#change;
my (@changed, @engine);
for my $k (0 .. $#change) {
    my ($what, $cells, $options) = @{$change[$k]};
    push @changed, "$tmp/change$k.xlsx";
    with_cells($book, $changed[-1], %$cells);
    push @engine, (book('rules/2011.lua', @$options))[0];
}

my @same = grep { !changes_between($book, $engine[$_]) } 1 .. $#change;
is("@same", '', 'each change changes results');

# Operations one by one, and other rules.
my ($operations) = book('t/book/operations.lua');
my ($op_value, $op_formula) = cells_of($operations);
my $op_name = names_of($operations);
my @op_rows = split /\n/, slurp('t/book/operations.csv');

# A figure: the line of the file, and the indicator.
sub op_figure {
    my ($at, $indicator) = @_;
    my ($row) = map { /!A(\d+)$/ } grep { /^Data!A/ && $op_value->{$_} =~ /:$at$/ && $op_value->{s/!A/!D/r} eq $indicator } keys %$op_value;
    return "Data!E$row";
}
my @op_changed = @op_rows;
$op_changed[2] = 'Alpha,2011,,-2';
$op_changed[4] = 'Beta,2010,4.25,0';
$op_changed[11] = 'Delta,2011,-4,5';
my $op_data = file('changed.csv', join "\n", @op_changed, '');
with_cells($operations, "$tmp/operations.xlsx");
with_cells($operations, "$tmp/operations2.xlsx", op_figure(3, 'a') => '', op_figure(5, 'a') => 4.25, op_figure(12, 'b') => 5,
    $op_name->{'params.k'} => 3, $op_name->{'params.cut'} => 5);
push @change, ['operations'], ['operations, changed'];
push @changed, "$tmp/operations.xlsx", "$tmp/operations2.xlsx";
push @engine, $operations, (book('t/book/operations.lua', '--data', "d=$op_data", '--set', 'params.k=3', '--set', 'params.cut=5'))[0];
for my $other (qw(hdi 2011-units 2011-awards)) {
    push @engine, (book("rules/$other.lua", '--all'))[0];
    push @changed, "$tmp/$other.xlsx";
    with_cells($engine[-1], $changed[-1]);
    push @change, ["rules/$other.lua"];
}

for my $program (qw(soffice ssconvert)) {
  SKIP: {
        skip 'the sanitizers see nothing of what others compute', 2 * @change + 1 if $ENV{ASSESS_SAN};
        skip "there is no $program here", 2 * @change + 1 if system("command -v $program >/dev/null");
        my @got = recalculated($program, "$tmp/$program", @changed);
        for my $k (0 .. $#change) {
            # the ranking and the shortfalls are in another order after a change
            my $whole = $k == 0 || $k > $last_of_2011 && $change[$k][0] !~ /changed/;
            my ($compared, $worst, @odd) = differ($got[$k], $engine[$k], $whole ? '[^!]+' : '分领域|指标得分|Areas|Scores|Workings');
            cmp_ok($compared, '>', $k > $last_of_2011 ? 100 : 1000, "$program: $change[$k][0]: $compared cells, off by at most $worst");
            is(scalar @odd, 0, 'and all are as the engine has them') or diag join "\n", @odd > 12 ? @odd[0 .. 11] : @odd;
        }
        my ($theirs, $ours) = map { my ($status, $out) = ran('diff', 'rules/2011.lua', $_); "$status$out" } $got[$last_of_2011], $changed[$last_of_2011];
        is($theirs, $ours, "what was changed is read from a workbook that $program wrote, too");
    }
}

# ---- back into the engine

my %edit = (figure_at($line) => 14, $name->{'index.C.C7.weight'} => 7, $name->{'index.A.A2.standard.stage2'} => 70.5);
with_cells($book, "$tmp/edited.xlsx", %edit);
my @options = ('--set', 'index.C.C7.weight=7', '--set', 'index.A.A2.standard.stage2=70.5', '--data', 'observed=' . data_with('edited.csv', $line => 14));
my $movers = (ran('diff', 'rules/2011.lua', "$tmp/edited.xlsx", '--format', 'csv'))[1];
my ($status, $out, $err) = ran('diff', 'rules/2011.lua', "$tmp/edited.xlsx", '--save-overlay', "$tmp/next.lua");
is($status, 0, 'diff with a workbook') or diag $err;
like($out, qr/^\Q$name->{'index.C.C7.weight'}\E +index\.C\.C7\.weight +4 +7$/m, 'the cell of a weight that was changed');
like($out, qr/^\Q${\figure_at($line)}\E +observed +samples\/2011\/cities\.csv:$line +57 +14$/m, 'and of a figure');
unlike($out, qr/C6\.weight/, 'and of no other');

# The scores of the newer edition are those of --set and --data.
my ($expected) = (ran('rules/2011.lua', @options, '--format', 'csv', '--output', 'total'))[1];
my %total = map { my @f = split /,/; ("$f[0],$f[1]" => $f[2]) } split /\n/, $expected;
my ($head, @rows) = map { [split /,/] } split /\n/, $movers;
my %at = map { $head->[$_] => $_ } 0 .. $#$head;
my $after = 'score_after';
my @wrong = grep { my $want = $total{"$_->[$at{unit}],$_->[$at{at}]"}; !defined $want || $want eq '' || abs($_->[$at{$after}] - $want) > 1e-9 } grep { $_->[$at{$after}] ne '' } @rows;
is(scalar(@wrong), 0, 'whose scores are those of --set and --data') or diag $movers, $expected;

my $overlay = decode('UTF-8', slurp("$tmp/next.lua"));
like($overlay, qr/^  set \{ "index\.C\.C7\.weight", 7, was = 4, cite = "edited\.xlsx:\Q$name->{'index.C.C7.weight'}\E" \},$/m, 'an overlay with the weight');
my $year = (split /,/, $cities[$line - 1])[2];
like($overlay, qr/^  figure \{ "observed", unit = "Shenzhen", indicator = "C7", year = $year, 14, was = 57, cite = "edited\.xlsx:\Q${\figure_at($line)}\E" \},$/m,
    'and with the figure, by its labels') or diag $overlay;
is((ran("$tmp/next.lua", '--format', 'csv', '--output', 'total'))[1], $expected, 'and computes the same');

# Rows that are sorted are found; what is no number, or gone, is a fault at its cell.
with_cells($book, "$tmp/word.xlsx", $name->{'params.pass'} => '');
($status, $out, $err) = ran('diff', 'rules/2011.lua', "$tmp/word.xlsx");
like("$status $err", qr/^[1-9] \Q$tmp\E\/word\.xlsx:\Q$name->{'params.pass'}\E: params\.pass has no value/, 'a leaf needs a value');
is($out, '', 'and nothing is written');
file('plain.csv', "a,b\n1,2\n");
($status, $out, $err) = ran('diff', 'rules/2011.lua', 'rules/2012.lua', '--save-overlay', "$tmp/none.lua");
is("$status $out", '2 ', 'an overlay needs a workbook');
ok(!-e "$tmp/none.lua", 'and none is written');

SKIP: {
    my $python = '/usr/bin/python3';
    skip 'there is no openpyxl here', 2 if system("$python -c 'import openpyxl' 2>/dev/null");
    my ($weight) = $name->{'index.C.C7.weight'} =~ /!(\w+)/;
    my ($figure) = figure_at($line) =~ /!(\w+)/;
    my $moved = $figure =~ s/(\d+)$/$1 + 1/er;
    file('edit.py', encode('UTF-8', <<"END"));
import openpyxl
book = openpyxl.load_workbook('$book')
book['权重与标准']['$weight'] = 7
book['数据']['$figure'] = 14
book['数据'].insert_rows(10)
book.save('$tmp/moved.xlsx')
END
    is(system("$python $tmp/edit.py"), 0, 'openpyxl changes two cells and inserts a row');
    my ($status, $out, $err) = ran('diff', 'rules/2011.lua', "$tmp/moved.xlsx");
    like($out, qr/^权重与标准!$weight +index\.C\.C7\.weight +4 +7\n数据!$moved +observed +samples\/2011\/cities\.csv:$line +57 +14\n+\z/m,
        'rows are found where they are now, without values of formulas') or diag $out, $err;
}

# ---- hostile names

my $evil = qq{=HYPERLINK(""x"",""y"")};
file('evil.csv', qq{unit,x\n"$evil",1\n"<script>alert(1)</script>",2\n"]]>&amp;",3\n"@{[ 'long' x 2500 ]}",4\n"\xe2\x80\xaeabc",5\n"+1+1",6\n});
my $rules = file('evil.lua', qq{return assessment { id = "e", title = "=1+1", data = { x = csv("evil.csv", { unit = "unit" }) },
  params = { factor = 2 },
  compute = function(a) local y = a.data.x * a.params.factor
    return { y = y, place = rank(y, "unit") } end }
});
my ($evil_book) = book($rules);
my ($cells, $formulas) = cells_of($evil_book);
is(scalar(grep { /HYPERLINK|script|1\+1/ } map { s/"(?:[^"]|"")*"//gr } values %$formulas), 0, 'no name becomes a formula');
my %there = map { $_ => 1 } values %$cells;
ok($there{'=HYPERLINK("x","y")'}, 'a name that begins with = is a text');
ok($there{'<script>alert(1)</script>'}, 'and so is one with tags');
ok($there{']]>&amp;'}, 'and one with marks of XML');
ok($there{'long' x 2500}, 'and one of 10,000 characters');
ok($there{"\x{202e}abc"}, 'and one with a mark of direction');
my $parts = parts_of($evil_book);
is(scalar(grep { /externalLink|vba|hyperlink/i } keys %$parts), 0, 'no links and no programs in it');

done_testing();
