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
my $results = '概览|分领域|指标得分|短板|权重与标准';

# ---- what is in it

is(join(' ', sort { $a cmp $b } keys %{{map { /^(.*)!/; $1 => 1 } keys %$value}}),
    join(' ', sort { $a cmp $b } qw(概览 分领域 指标得分 权重与标准 数据 短板 说明 中间计算)), 'its sheets');
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

my (@changed, @engine);
for my $k (0 .. $#change) {
    my ($what, $cells, $options) = @{$change[$k]};
    push @changed, "$tmp/change$k.xlsx";
    with_cells($book, $changed[-1], %$cells);
    push @engine, (book('rules/2011.lua', @$options))[0];
}

my @same = grep { !changes_between($book, $engine[$_]) } 1 .. $#change;
is("@same", '', 'each change changes results');

for my $program (qw(soffice ssconvert)) {
  SKIP: {
        skip "there is no $program here", 2 * @change if system("command -v $program >/dev/null");
        my @got = recalculated($program, "$tmp/$program", @changed);
        for my $k (0 .. $#change) {
            # the ranking and the shortfalls are in another order after a change
            my ($compared, $worst, @odd) = differ($got[$k], $engine[$k], $k ? '分领域|指标得分' : $results);
            cmp_ok($compared, '>', 1000, "$program: $change[$k][0]: $compared cells, off by at most $worst");
            is(scalar @odd, 0, 'and all are as the engine has them') or diag join "\n", @odd > 12 ? @odd[0 .. 11] : @odd;
        }
    }
}

done_testing();
