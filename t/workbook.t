#!/usr/bin/perl
# Workbooks: the same results as from CSV, files of several programs, and what is refused.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode encode);
use IO::Compress::Zip qw($ZipError);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $python = '/usr/bin/python3';

# ---- workbooks of a few parts

my $head = qq{<?xml version="1.0" encoding="UTF-8"?>\n};
my $main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
my $links = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
my $types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

sub ran {
    my ($status, @said) = run(map { encode('UTF-8', $_) } @_);
    return ($status, map { decode('UTF-8', $_) } @said);
}

sub saved { file($_[0], utf8::is_utf8($_[1]) ? encode('UTF-8', $_[1]) : $_[1]) }

# A workbook with the rows of one sheet as XML; others: part => text, or undef for none.
sub workbook {
    my ($name, $rows, %other) = @_;
    my $more = delete $other{more} // '';
    my $before = delete $other{before} // '';
    my $property = delete $other{property} // '';
    my %part = (
        '_rels/.rels' => qq{<Relationships $links><Relationship Id="r1" Type="$types/officeDocument" Target="xl/workbook.xml"/></Relationships>},
        'xl/workbook.xml' => qq{<workbook $main xmlns:r="$types"><workbookPr $property/><sheets><sheet name="数据" sheetId="1" r:id="r1"/></sheets></workbook>},
        'xl/_rels/workbook.xml.rels' => qq{<Relationships $links><Relationship Id="r1" Type="$types/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="$types/styles" Target="styles.xml"/></Relationships>},
        'xl/styles.xml' => qq{<styleSheet $main><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="0.00&quot;d&quot;[Red]"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="9"/></cellXfs></styleSheet>},
        'xl/worksheets/sheet1.xml' => qq{<worksheet $main>$before<sheetData>$rows</sheetData>$more</worksheet>},
        %other);
    my $zip;
    for my $part (grep { defined $part{$_} } sort keys %part) {
        my $text = encode('UTF-8', $head . $part{$part});
        $zip ? $zip->newStream(Name => $part) : ($zip = IO::Compress::Zip->new("$tmp/$name", Name => $part))
            or die $ZipError;
        $zip->print($text);
    }
    $zip->close or die $ZipError;
    return "$tmp/$name";
}

sub text_cell { qq{<c t="inlineStr"><is><t xml:space="preserve">$_[0]</t></is></c>} }
sub number_cell { my ($x, $s) = @_; $s //= 0; qq{<c s="$s"><v>$x</v></c>} }
sub row { '<row>' . join('', @_) . '</row>' }

# Rules over a sheet, and what they print as CSV.
sub rules_of {
    my ($file, $options, $name) = @_;
    $name //= 'rules.lua';
    my $call = $file =~ /\.csv$/ ? 'csv' : 'sheet';
    return saved($name, qq{return assessment { id = "w", title = "W", data = { x = $call("$file", { $options }) },
  compute = function(a) return { y = a.data.x } end }\n});
}

sub table_of { # rows of a table with the columns city and due
    my ($file, $options) = @_;
    return saved('table.lua', qq{return assessment { id = "w", title = "W",
  data = { x = sheet("$file", { rows = "city", label = "city", date = "due" }) },
  compute = function(a) return { due = a.data.x.due } end }\n});
}

sub output_is {
    my ($rules, $want, $what) = @_;
    my ($status, $out, $err) = ran($rules, '--format', 'csv', '--output', 'y');
    is("$status$out", "0$want", $what) or diag $err;
    return $err;
}

sub refused {
    my ($rules, $want, $what, $code) = @_;
    my ($status, $out, $err) = ran($rules);
    is($status, $code // 4, "$what: the status");
    like($err, $want, $what);
    is(() = $err =~ /^\S.*$/mg, 1, "$what: one message") or diag $err;
}

my $long = 'unit = "city", indicator = "item", year = "year", value = "figure"';
my @names = ('city', 'item', 'year', 'figure');

# ---- the same as CSV

saved('long.csv', "city,item,year,figure\n北京,a,2010,0.1\n北京,b,2010,-2.5\n上海,a,2010,1e-7\n上海,b,2010,\n");
my @rows = (row(map { text_cell($_) } @names),
            row(text_cell('北京'), text_cell('a'), number_cell(2010), number_cell('0.10000000000000001')),
            row(text_cell('北京'), text_cell('b'), number_cell(2010), number_cell('-2.5')),
            row(text_cell('上海'), text_cell('a'), number_cell(2010), number_cell('9.9999999999999995E-8')),
            row(text_cell('上海'), text_cell('b'), number_cell(2010), '<c/>'));
workbook('long.xlsx', join '', @rows);
my (undef, $same) = ran(rules_of('long.csv', $long), '--format', 'csv', '--output', 'y');
output_is(rules_of('long.xlsx', $long), $same, 'a sheet gives what the same CSV gives');
output_is(rules_of('long.xlsx', "$long, sheet = \"数据\", range = \"A1:D9\""), $same, 'by its name and a range');
{
    my $rules = rules_of('long.csv', $long);
    my ($status, $out) = ran($rules, '--data', "x=$tmp/long.xlsx", '--format', 'csv', '--output', 'y');
    is("$status$out", "0$same", '--data takes a workbook in place of CSV');
    ($status, $out) = ran($rules, '--data', "x=$tmp/long.xlsx:数据!A1:D3", '--format', 'csv', '--output', 'y');
    is($status, 0, '--data names sheet and range');
    unlike($out, qr/上海/, 'and only the rows of the range are read');
    ($status, $out) = ran(rules_of('long.xlsx', $long), '--data', "x=$tmp/long.csv", '--format', 'csv', '--output', 'y');
    is("$status$out", "0$same", '--data takes CSV in place of a workbook');
    ($status, $out) = ran('explain', rules_of('long.xlsx', $long), '北京', 'y', '--at', 'indicator=a');
    like($out, qr/long\.xlsx:数据!D2:figure/, 'an explanation goes down to the cell') or diag $out;
}

# ---- dates: serial numbers and their days are those of the standard (ISO/IEC 29500-1, 18.17.4)

sub dates {
    my ($property, $what, @case) = @_;
    my $rows = row(text_cell('city'), text_cell('due'));
    $rows .= row(text_cell("u$_->[0]"), number_cell($_->[0], $_->[2] // 1)) for @case;
    workbook('dates.xlsx', $rows, property => $property);
    my ($status, $out, $err) = ran(table_of('dates.xlsx'), '--format', 'csv', '--output', 'due');
    is($status, 0, "$what: dates are read") or diag $err;
    like($out, qr/^"?u\Q$_->[0]\E"?,$_->[1]$/m, "$what: $_->[0] is $_->[1]") for @case;
}
dates('', '1900', [1, '1900-01-01'], [59, '1900-02-28'], [61, '1900-03-01'], [2, '1900-01-02', 2],
      [40724, '2011-06-30', 2], [45351, '2024-02-29']);
dates('date1904="1"', '1904', [0, '1904-01-01'], [1, '1904-01-02'], [39262, '2011-06-30', 2]);
workbook('dates.xlsx', row(text_cell('city'), text_cell('due')) . row(text_cell('a'), number_cell(60, 1)));
refused(table_of('dates.xlsx'), qr/dates\.xlsx:数据!B2:due: '1900-02-29' is not a date/, 'the day 60, which never was');
workbook('formats.xlsx', row(map { text_cell($_) } 'city', 'p', 'q') .
    row(text_cell('a'), number_cell('0.05', 4), number_cell(7, 3)));
output_is(rules_of('formats.xlsx', 'unit = "city"'), "unit,indicator,y\na,p,0.05\na,q,7\n",
    'percentages and letters in quotes are no dates');

# ---- faults have the place of the cell

sub wide { row(text_cell('city'), text_cell('gdp'), text_cell('air')) . row(text_cell('a'), @_) }
my $wide = 'unit = "city"';
workbook('w.xlsx', wide(number_cell(1), '<c><f>B2*2</f><v></v></c>'));
refused(rules_of('w.xlsx', $wide), qr/w\.xlsx:数据!C2: the formula has no value/, 'a formula without a value');
workbook('w.xlsx', wide(number_cell(1), '<c><f>B2*2</f><v>2</v></c>'));
output_is(rules_of('w.xlsx', $wide), "unit,indicator,y\na,gdp,1\na,air,2\n", 'a formula with its value');
workbook('w.xlsx', wide(number_cell(1), '<c t="e"><v>#N/A</v></c>'));
refused(rules_of('w.xlsx', $wide), qr/w\.xlsx:数据!C2: the cell holds the error #N\/A .*missing = \{ "#N\/A" \}/, 'an error value');
output_is(rules_of('w.xlsx', "$wide, missing = { \"#N/A\" }"), "unit,indicator,y\na,gdp,1\na,air,\n", 'one that is declared missing');
workbook('w.xlsx', row(text_cell('city'), text_cell('item'), text_cell('figure')) .
    row(text_cell('a'), text_cell('gdp'), text_cell('about 7')));
refused(rules_of('w.xlsx', 'unit = "city", indicator = "item", value = "figure"'),
    qr/w\.xlsx:数据!C2:figure: 'about 7' is not a number/, 'a cell that is no number');
workbook('w.xlsx', '<row r="4">' . '<c r="C4" t="b"><v>1</v></c>' . '</row>');
refused(rules_of('w.xlsx', "$wide, range = \"A1:B9\""), qr/nothing stands in the range A1:B9: the sheet has its cells in C4:C4/, 'an empty range');
refused(rules_of('w.xlsx', "$wide, sheet = \"数居\""), qr/no sheet '数居' — did you mean '数据'\?/, 'a sheet that is not there');
like((ran(rules_of('w.xlsx', "$wide, range = \"K60:A3\"")))[2], qr/sheet: 'K60:A3' is no range of cells/, 'no range');
like((ran(rules_of('w.xlsx', "$wide, encoding = \"gbk\"")))[2], qr/sheet has no option `encoding`/, 'no option of texts');
like((ran(rules_of('w.xlsx', "$wide, rage = \"A1:B2\"")))[2], qr/sheet has no option `rage` — did you mean `range`/, 'an option that is unknown');
like((ran(rules_of('w.csv', "$wide, range = \"A1:B2\"")))[2], qr/csv has no option `range` — sheet\(/, 'csv has no range');

# ---- what is not seen is told; merged headings

{
    workbook('h.xlsx', row(map { text_cell($_) } 'city', 'gdp') . '<row hidden="1">' . text_cell('a') . number_cell(1) . '</row>',
             before => '<cols><col min="2" max="2" hidden="1"/></cols>');
    my $err = output_is(rules_of('h.xlsx', $wide), "unit,indicator,y\na,gdp,1\n", 'hidden cells are read');
    like($err, qr/h\.xlsx:数据: warning: hidden rows: 1, hidden columns: 1/, 'and a warning says so');
    workbook('m.xlsx', '<row r="3"><c r="B3" t="inlineStr"><is><t>city</t></is></c><c r="C3" t="inlineStr"><is><t>gdp</t></is></c></row>' .
        '<row r="4"><c r="C4"><v>2010</v></c><c r="D4"><v>2011</v></c><c r="E4" t="inlineStr"><is><t>pop</t></is></c></row>' .
        '<row r="5"><c r="B5" t="inlineStr"><is><t>a</t></is></c><c r="C5"><v>1</v></c><c r="D5"><v>2</v></c><c r="E5"><v>3</v></c></row>',
        more => '<mergeCells><mergeCell ref="C3:D3"/><mergeCell ref="B3:B4"/></mergeCells>');
    output_is(rules_of('m.xlsx', "$wide, header = { 3, 4 }"),
        "unit,indicator,y\na,gdp 2010,1\na,gdp 2011,2\na,pop,3\n", 'a merged heading counts for its columns only');
}

# ---- files that are none

sub odd { my ($name, $bytes) = @_; saved($name, $bytes); return rules_of($name, $wide); }
refused(odd('old.xlsx', "\xd0\xcf\x11\xe0" . "\0" x 600), qr/workbook of the old kind \(\.xls\) — open it/, 'an .xls');
refused(odd('locked.xlsx', "\xd0\xcf\x11\xe0" . "\0" x 600 . join("\0", split //, 'EncryptedPackage') . "\0"), qr/the workbook is encrypted/, 'an encrypted workbook');
refused(odd('text.xlsx', "city,gdp\na,1\n"), qr/this is a text file, and no workbook/, 'CSV that is called .xlsx');
refused(odd('none.xlsx', ''), qr/the file is empty/, 'an empty file');
workbook('w.xlsx', wide(number_cell(1), number_cell(2)));
open my $in, '<:raw', "$tmp/w.xlsx" or die; my $whole = do { local $/; <$in> }; close $in;
refused(odd('half.xlsx', substr $whole, 0, length($whole) / 2), qr/the workbook is damaged/, 'half a workbook');
workbook('p.xlsx', '', 'xl/worksheets/sheet1.xml' => undef);
refused(rules_of('p.xlsx', $wide), qr{it has no part xl/worksheets/sheet1\.xml}, 'a part that is not there');
workbook('p.xlsx', '', 'xl/workbook.xml' => "<workbook $main><sheets/></workbook>");
refused(rules_of('p.xlsx', $wide), qr/the workbook has no sheets/, 'no sheets');
workbook('p.xlsx', '<row><c></row>');
refused(rules_of('p.xlsx', $wide), qr{the workbook is damaged: xl/worksheets/sheet1\.xml, line 2: mismatched tag}, 'broken XML');
workbook('p.xlsx', '', '_rels/.rels' => undef, 'content.xml' => '<a/>');
refused(rules_of('p.xlsx', $wide), qr/this is an OpenDocument file/, 'an OpenDocument file');

# ---- bombs

my $laugh = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">' . join('', map { my $b = chr(98 + $_); my $a = chr(97 + $_); qq{<!ENTITY $b "} . "&$a;" x 10 . '">' } 0 .. 8) . ']>';
workbook('b.xlsx', '', 'xl/worksheets/sheet1.xml' => "$laugh<worksheet $main><sheetData>&j;</sheetData></worksheet>");
refused(rules_of('b.xlsx', $wide), qr/has a document type/, 'entities');
workbook('b.xlsx', '<row>' x 5000 . '</row>' x 5000);
refused(rules_of('b.xlsx', $wide), qr/more than 64 elements within each other/, 'elements within each other', 5);
SKIP: {
    skip "$python is not installed", 3 unless -x $python;
    workbook('b.xlsx', '');
    open my $make, '|-', $python, '-', "$tmp/b.xlsx", "$tmp/bomb.xlsx" or die;
    print $make <<'PYTHON';
import sys, zipfile
old = zipfile.ZipFile(sys.argv[1])
new = zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED)
for name in old.namelist():
    if not name.endswith("sheet1.xml"): new.writestr(name, old.read(name))
with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
    part.write(b"<worksheet><sheetData>")
    for i in range(400): part.write(b" " * 1000000)
new.close()
PYTHON
    close $make;
    refused(rules_of('bomb.xlsx', $wide), qr/sheet1\.xml unpacks to more than a workbook of this size holds/, '400 MB of spaces', 5);
}

# ---- files of other programs

my @table = (['city', 'item', 'year', 'figure'], ['北京', 'a', 2010, 0.1], ['北京', 'b', 2010, -2.5], ['上海', 'a', 2010, 1e-7], ['上海', 'b', 2010, undef]);
for my $module ('openpyxl', 'xlsxwriter') {
  SKIP: {
        skip "$module is not installed", 1 if !-x $python || system("$python -c 'import $module' 2>/dev/null");
        open my $make, '|-', $python, '-', "$tmp/$module.xlsx" or die;
        my $list = join ', ', map { '[' . join(', ', map { !defined $_ ? 'None' : /^[-0-9]/ ? $_ : "'$_'" } @$_) . ']' } @table;
        print $make encode('UTF-8', "import sys, $module\nrows = [$list]\n" . ($module eq 'openpyxl'
            ? "book = openpyxl.Workbook()\nfor row in rows: book.active.append(row)\nbook.save(sys.argv[1])\n"
            : "book = xlsxwriter.Workbook(sys.argv[1])\nsheet = book.add_worksheet()\nfor i, row in enumerate(rows):\n    for k, cell in enumerate(row):\n        if cell is not None: sheet.write(i, k, cell)\nbook.close()\n"));
        close $make;
        output_is(rules_of("$module.xlsx", $long), $same, "a workbook of $module");
    }
}
SKIP: {
    skip 'ssconvert is not installed', 1 if system('command -v ssconvert >/dev/null');
    system("cd '$tmp' && LC_ALL=C.UTF-8 ssconvert --import-encoding=UTF-8 long.csv gnumeric.xlsx >/dev/null 2>&1");
    output_is(rules_of('gnumeric.xlsx', $long), $same, 'a workbook of Gnumeric');
}

# ---- new, import coinr

{
    my ($status, $out, $err) = ran('new', "$tmp/long.xlsx", '-o', "$tmp/draft");
    is("$status$err", '0', 'new: rules are written for a workbook');
    like(decode('UTF-8', slurp("$tmp/draft/long.lua")), qr/figures = sheet\("\.\.\/long\.xlsx", \{\n\s+sheet = "数据", unit = "city"/, 'new: which read the sheet');
    ($status, $out, $err) = ran("$tmp/draft/long.lua");
    is($status, 0, 'new: and run') or diag $err;
}
SKIP: {
    skip 'openpyxl is not installed', 3 if !-x $python || system("$python -c 'import openpyxl' 2>/dev/null");
    open my $make, '|-', $python, '-', "samples/coinr", "$tmp/coin.xlsx" or die;
    print $make <<'PYTHON';
import sys, csv, openpyxl
book = openpyxl.Workbook()
book.remove(book.active)
for name in ("iData", "iMeta"):
    sheet = book.create_sheet(name)
    for row in csv.reader(open(f"{sys.argv[1]}/{name}.csv", encoding="utf-8-sig")):
        cells = []
        for cell in row:
            try: cells.append(float(cell))
            except ValueError: cells.append(cell)
        sheet.append(cells)
book.save(sys.argv[2])
PYTHON
    close $make;
    my ($status, $out, $err) = ran('import', 'coinr', "$tmp/coin.xlsx", '-o', "$tmp/one");
    is("$status$err", '0', 'import coinr: one workbook');
    ran('import', 'coinr', "samples/coinr/iData.csv", "samples/coinr/iMeta.csv", '-o', "$tmp/two");
    is(slurp("$tmp/one/rules.lua"), slurp("$tmp/two/rules.lua"), 'the same rules as from two CSV files');
    my @result = map { (ran("$tmp/$_/rules.lua", '--format', 'csv', '--output', 'index'))[1] } 'one', 'two';
    is($result[0], $result[1], 'and the same results');
}

done_testing;
