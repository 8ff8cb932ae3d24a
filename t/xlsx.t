#!/usr/bin/perl
# Workbooks as strict readers want them (ECMA-376, and the limits of Excel): reports, forms, and copies with marks.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use xlsx;
use Encode qw(decode_utf8 encode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$ENV{LANGUAGE} = 'en';

sub sound {
    my ($what, $path) = @_;
    my @odd = faults_of($path);
    is(scalar @odd, 0, "$what: nothing that a strict reader refuses") or diag join "\n", @odd > 9 ? @odd[0 .. 8] : @odd;
}

sub made {
    my ($what, $path, @command) = @_;
    my ($status, $out, $err) = run(map { encode_utf8($_) } @command, '-o', $path);
    is($status, 0, $what) or diag decode_utf8($err);
    sound($what, $path);
}

# Are faults seen?
made('a report', "$tmp/fine.xlsx", 'report', 'rules/hdi.lua');
my $part = parts_of("$tmp/fine.xlsx");
my %broken = (
    'a text that is not there' => ['xl/worksheets/sheet1.xml', sub { s/t="s"><v>\d+</t="s"><v>99999</ }],
    'a part that is not there' => ['xl/_rels/workbook.xml.rels', sub { s/sheet2\.xml/sheet99.xml/ }],
    'rows out of order'        => ['xl/worksheets/sheet1.xml', sub { s/<row r="1"/<row r="9999"/ }],
    'a name given twice'       => ['xl/workbook.xml', sub { s/(<definedName [^>]*name="results[^>]*>[^<]*<\/definedName>)/$1$1/ }],
    'elements out of order'    => ['xl/worksheets/sheet1.xml', sub { s/(<sheetData.*<\/sheetData>)(.*)(<pageMargins[^>]*>)/$3$1$2/s }],
    'a function of later days' => ['xl/worksheets/sheet2.xml', sub { s/<f>/<f>0+CONCAT(1)+/ }],
);
for my $fault (sort keys %broken) {
    my ($name, $change) = @{ $broken{$fault} };
    my %copy = %$part;
    $change->() for $copy{$name};
    isnt($copy{$name}, $part->{$name}, "$fault is made");
    zip_of("$tmp/broken.xlsx", \%copy);
    cmp_ok(scalar(faults_of("$tmp/broken.xlsx")), '>', 0, 'and seen');
}

# ---- rules of the project ----

made("rules/$_.lua", "$tmp/$_.xlsx", 'report', "rules/$_.lua") for qw(2011 2011-units 2011-awards);
made('operations one by one', "$tmp/operations.xlsx", 'report', 't/book/operations.lua');
made("a form of rules/$_.lua", "$tmp/form-$_.xlsx", 'template', "rules/$_.lua") for qw(2011 2011-units);

# ---- odd names, and more rules for cells than the library counts in a byte ----

my (@id, @row);
for my $i (1 .. 300) {
    push @id, { 1 => 'A-1 x', 2 => 'R1C1', 3 => 'A1', 4 => 'é(%)', 5 => '空气（PM2.5）', 6 => '指标' x 20, 7 => '指标数' x 30, 8 => '指标数' x 30 . '二', 9 => '指' x 33 . 'ab' }->{$i} // "i$i";
    push @row, map { "$_,$id[-1],$i\n" } '=u', '<b>', 'x/y';
}
file('odd.csv', encode_utf8(join '', "unit,indicator,value\n", sort @row));
my $parts = join ",\n", map { qq{indicator { "$id[$_ - 1]", "n$_", weight = $_, better = "target", target = { 0.5, 1 }, allowed = { 0, $_ + 1 } }} } 1 .. 300;
my $rules = file('odd.lua', encode_utf8(<<"LUA"));
return assessment { id = "odd", title = "Odd: names/with*marks? [of] a title that is longer than thirty-one characters",
  data = { ["the data's"] = csv("odd.csv", { unit = "unit", indicator = "indicator", value = "value" }) }, params = { A1 = 2, r = 1, c = 3 },
  index = index { "all", "All", $parts },
  compute = function(a) local t = sum(a.data["the data's"] * a.index.weight, "indicator") * a.params.A1 * a.params.r * a.params.c
    return { total = t, rank = rank(t, "unit") } end }
LUA
made('odd names', "$tmp/odd.xlsx", 'report', $rules);
{   # names are long in bytes, too: those that the library would cut have none, the others are whole characters
    my ($names) = map { decode_utf8($_) } parts_of("$tmp/odd.xlsx")->{'xl/workbook.xml'};
    my @long = grep { /指/ } $names =~ /<definedName name="([^"]*)"/g;
    is(scalar(grep { /�/ || length encode_utf8($_) > 127 } @long), 0, 'names of many Chinese characters are whole');
    my @formula = map { decode_utf8($_) =~ m{<f>([^<]*指[^<]*)</f>}g } values %{ parts_of("$tmp/odd.xlsx") };
    my %known = map { $_ => 1 } @long;
    is_deeply([grep { !$known{$_} } map { /([\w.]*指[\w.]*)(?!!)/g } @formula], [], 'and no formula names one that is not there');
}
made('300 indicators with bounds of their own', "$tmp/odd-form.xlsx", 'template', $rules);
my ($form) = map { decode_utf8($_) } parts_of("$tmp/odd-form.xlsx")->{'xl/worksheets/sheet1.xml'};
my @ranges = $form =~ /<dataValidation [^>]*sqref="([^"]*)"/g;
is("@ranges", 'D2:D901', 'share one rule');
like($form, qr/<formula1>0<\/formula1><formula2>301<\/formula2>/, 'from the least bound to the greatest');
my ($weights) = grep { /operator="greaterThanOrEqual"[^>]*sqref="F/ } values %{ parts_of("$tmp/odd.xlsx") };
like($weights // '', qr/<dataValidations count="1">/, 'and so do 300 weights');

# ---- a copy with marks ----

my $filled = parts_of("$tmp/form-2011.xlsx");
$filled->{'xl/worksheets/sheet1.xml'} =~ s/<c r="E(\d+)" (s="\d+")><v>[^<]*<\/v><\/c>/<c r="E$1" $2 t="inlineStr"><is><t>many<\/t><\/is><\/c>/ for 1 .. 3;
zip_of("$tmp/filled.xlsx", $filled);
my ($status, $out, $err) = run('check', 'rules/2011.lua', '--data', "$tmp/filled.xlsx", '--mark', "$tmp/marked.xlsx");
ok(-s "$tmp/marked.xlsx", 'a copy with marks') or diag decode_utf8("$out$err");
sound('a copy with marks', "$tmp/marked.xlsx");

done_testing();
