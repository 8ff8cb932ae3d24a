#!/usr/bin/perl
# Word files: well-formed and alike on every run, laid out as official papers are, with the numbers of the JSON; and,
# where python3-docx and LibreOffice are here, what these see in them.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use office;
use Encode qw(decode_utf8 encode_utf8);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my @statement = ('statement', 't/statement/units.lua', '宣传部');

sub docx {
    my ($status, $out, $err) = run(map { encode_utf8($_) } @_, '--format', 'docx');
    is("$status/$err", '0/', "@_ as docx");
    return $out;
}

sub part {
    my ($bytes, $name) = @_;
    my ($found) = grep { $_->[0] eq $name } parts($bytes);
    return $found ? decode_utf8($found->[1]) : '';
}

# The rows of all tables, each a list of the texts of its cells.
sub tables {
    my ($bytes) = @_;
    return map {
        [map { [map { join '', m{<w:t [^<>]*>([^<]*)</w:t>}g } m{<w:tc>(.*?)</w:tc>}gs] } m{<w:tr>(.*?)</w:tr>}gs]
    } part($bytes, 'word/document.xml') =~ m{<w:tbl>(.*?)</w:tbl>}gs;
}

# ---- the file ----

my $chinese = docx(@statement);
is($chinese, docx(@statement), 'the same bytes on every run');
my @parts = parts($chinese);
is($parts[0][0], '[Content_Types].xml', 'the kinds of the parts come first');
sub xml_parts { grep { $_->[0] !~ /\.png$/ } parts($_[0]) }
is_deeply([map { $_->[0] } grep { ill_formed($_->[1]) ne '' } xml_parts($chinese)], [], 'every part is well-formed') or diag(map { ill_formed($_->[1]) } xml_parts($chinese));
my %time = map { $_->[2] => 1 } @parts;
is(scalar keys %time, 1, 'all parts have one time');
is((localtime((keys %time)[0]))[5], 80, 'that is no day of ours');
my ($kinds) = part($chinese, '[Content_Types].xml');
is_deeply([sort $kinds =~ /PartName="\/([^"]*)"/g], [sort grep { !/^\[|\.rels$|\.png$/ } map { $_->[0] } @parts], 'each part has its kind');
like($kinds, qr/<Default Extension="png" ContentType="image\/png"\/>/, 'and so have pictures');
my %target = part($chinese, 'word/_rels/document.xml.rels') =~ /Id="([^"]*)"[^<>]*Target="([^"]*)"/g;
is_deeply([grep { part($chinese, "word/$_") eq '' } values %target], [], 'what is related is there');
is_deeply([grep { !$target{$_} } part($chinese, 'word/document.xml') =~ /r:(?:id|embed)="([^"]*)"/g], [], 'what is referred to is related');

{
    my ($status, $out, $err) = run('rules/hdi.lua', '-f', 'docx', '-o', "$tmp/report.docx");
    is("$status$out$err", '0', 'a report goes to the file that is named');
    is(slurp("$tmp/report.docx"), docx('rules/hdi.lua'), 'which is the one that is printed');
    ($status, $out, $err) = run('rules/hdi.lua', '-f', 'docx', '-o', "$tmp/folder");
    ok($status == 0 && -e "$tmp/folder/hdi.csv" && $out eq slurp("$tmp/report.docx"), 'another name is that of a folder');
}

# ---- the layout of official papers ----

my $text = part($chinese, 'word/document.xml');
my %margin = ($text =~ /<w:pgMar ([^<>]*)>/)[0] =~ /w:(\w+)="(\d+)"/g;
is_deeply([map { sprintf '%.0f', $margin{$_} / 1440 * 25.4 } qw(top bottom left right)], [37, 35, 28, 26], 'margins of GB/T 9704');
like($text, qr/<w:pgSz w:w="11906" w:h="16838"\/>/, 'A4');
my $styles = part($chinese, 'word/styles.xml');
for (['Title', '方正小标宋简体', 44], ['Normal', '仿宋', 32], ['Heading1', '黑体', 0], ['Heading2', '楷体', 0]) {
    my ($style) = $styles =~ /styleId="$_->[0]">(.*?)<\/w:style>/s;
    like($style, qr/w:eastAsia="$_->[1]"/, "$_->[0] is $_->[1]");
    like($style, qr/<w:sz w:val="$_->[2]"\/>/, "in its size") if $_->[2];
}
like(part($chinese, 'word/footer1.xml'), qr/<w:jc w:val="right"\/>.*>— <.*PAGE.*> —</, 'odd pages have their number at the right');
like(part($chinese, 'word/footer2.xml'), qr/<w:jc w:val="left"\/>.*>— <.*PAGE.*> —</, 'even pages at the left');
like(part($chinese, 'word/settings.xml'), qr/<w:evenAndOddHeaders\/>/, 'and the two differ');
my @heads = $text =~ m{<w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t [^<>]*>([^<]*)}g;
ok(@heads >= 3, 'sections have headings');

# ---- what is in it ----

my $json = decode_json(encode_utf8(printed(@statement, '--format', 'json')));
my @tables = tables($chinese);
my ($adjusted) = grep { grep { /若无此项总分/ } @{ $_->[0] } } @tables;
is_deeply([map { $_->[5] =~ s/^-$//r } @$adjusted[1 .. $#$adjusted]],
    [map { defined $_->{total_without} ? sprintf '%.2f', $_->{total_without} : '' } @{ $json->{adjustments} }],
    'what the total would be is that of the JSON');
for my $table (@tables) {
    is_deeply([grep { @$_ != @{ $table->[0] } } @$table], [], 'every row has as many cells as the heading');
}
my @bodies = $text =~ m{<w:tbl>(.*?)</w:tbl>}gs;
is_deeply([grep { !/^.*?<w:tr><w:trPr><w:cantSplit\/><w:tblHeader\/>/s } @bodies], [], 'the heads of tables are repeated on each page');
unlike($text, qr/<\/w:tbl><w:tbl>/, 'no two tables touch');

my $report = docx('rules/2011.lua');
my ($ranking) = grep { "@{ $_->[0] }" =~ /第一阶段/ && @$_ > 5 } tables($report);
is(scalar @{ $ranking->[0] }, 3, 'headings above several columns span them');
my @spans = part($report, 'word/document.xml') =~ /<w:gridSpan w:val="(\d+)"\/>/g;
ok((grep { $_ == 5 } @spans) >= 2, 'all five of them');
my ($text_row) = printed('rules/2011.lua', '--width', 200) =~ /^(Singapore +3 .*)$/m;
is_deeply([grep { $_ ne '' } map { @$_ } grep { $_->[0] eq 'Singapore' } @$ranking], [split ' ', $text_row =~ s{[\x{2588}-\x{258f}]+}{}gr], 'a row of the ranking is that of the text, but for its bars');
for my $table (part($report, 'word/document.xml') =~ m{<w:tbl>(.*?)</w:tbl>}gs) {
    my @grid = $table =~ /<w:gridCol w:w="(\d+)"\/>/g;
    my $sum = 0;
    $sum += $_ for @grid;
    is($sum, 8845, 'a table is as wide as the text');
}

my $english = docx('rules/hdi.lua');
unlike(part($english, 'word/styles.xml'), qr/小标宋/, 'English papers are plain');
unlike(part($english, 'word/settings.xml'), qr/evenAndOdd/, 'with one footer');
like(part($english, 'docProps/core.xml'), qr/<dc:title>Human Development Index<\/dc:title><dc:language>en</, 'title and language are told to programs');

# ---- charts ----

SKIP: {
    my $png = (run('plot', 'rules/2011.lua', 'ranking', '-o', "$tmp/probe.png"))[0] == 0;
    skip 'librsvg is not here', 10 if !$png;
    my $xml = part($report, 'word/document.xml');
    my @shown = $xml =~ /<wp:docPr [^<>]*descr="([^"]*)"/g;
    is(scalar @shown, 3, 'a report has charts as pictures');
    is_deeply([grep { /^\s*$/ } @shown], [], 'each says what it shows, for those who do not see it');
    my ($picture) = grep { $_->[0] eq 'word/media/image1.png' } parts($report);
    is(substr($picture->[1], 0, 8), "\x89PNG\r\n\x1a\n", 'they are PNG');
    my ($wide, $high) = unpack 'NN', substr $picture->[1], 16, 8;
    my ($cx, $cy) = $xml =~ /<wp:extent cx="(\d+)" cy="(\d+)"/;
    ok(abs($cx / $cy - $wide / $high) < 0.01, 'shown in their own shape');
    ok($cx <= 8845 * 635, 'within the margins');
    is_deeply([grep { $_ > 0.8 * (16838 - 2098 - 1984) * 635 + 635 } $xml =~ /<wp:extent cx="\d+" cy="(\d+)"/g], [], 'and on one page');
    is(() = $chinese =~ /word\/media\/image\d+\.png/g, 2, 'a statement has one of its tasks, as far as they have days');
    my $notice = docx('notice', 't/statement/units.lua');
    like(part($notice, 'word/document.xml'), qr/descr="等次"/, 'a notice has one of the grades');
    run('plot', 't/statement/units.lua', 'grades', '-o', "$tmp/grades.png");
    my ($grades) = grep { $_->[0] eq 'word/media/image1.png' } parts($notice);
    my @size = map { sprintf '%.2f', (unpack 'N', substr $_, 20, 4) / (unpack 'N', substr $_, 16, 4) } $grades->[1], scalar slurp("$tmp/grades.png");
    is($size[0], $size[1], 'of the grades of all units');
    unlike(part(docx('rules/2011.lua', '--output', 'scores'), 'word/document.xml'), qr/<w:drawing>/, 'tables of results have none');
}

# ---- wide tables, many rows, and names that mean harm ----

my @hostile = ('<script>alert(1)</script>', '"]]>&amp;', "rtl\x{202e}abc", '</w:t></w:r></w:p>');
file('harm.csv', join '', "unit,v\n", map { my $s = $_; $s =~ s/"/""/g; encode_utf8(qq("$s",)) . "1\n" } @hostile);
my $harm = file('harm.lua', encode_utf8(<<'LUA'));
return assessment {
  id = "harm", title = "<b>&\1\27]]>\u{202e}\u{FFFF}" .. ("w"):rep(10000), note = "a\nb </w:t>",
  data = { x = csv("harm.csv", { unit = "unit", value = "v" }) },
  show = { score = "total" }, titles = { total = "</w:t>&\2" },
  compute = function(a) return { total = a.data.x } end,
}
LUA
my $inert = docx($harm);
is_deeply([grep { ill_formed($_->[1]) ne '' } xml_parts($inert)], [], 'hostile names leave every part well-formed')
    or diag(map { ill_formed($_->[1]) . "\n" } xml_parts($inert));
ok(part($inert, 'word/document.xml') =~ /&lt;script&gt;alert\(1\)&lt;\/script&gt;/, 'and are shown as they are');
ok(part($inert, 'word/document.xml') !~ /[\x{202e}\x{ffff}]/, 'but for what nobody sees');

my $wide = docx('rules/2011.lua', '--output', 'scores');
my @folds = tables($wide);
ok(@folds > 1, 'a table that is wider than the page goes on below');
is_deeply([map { $_->[-1][0] } @folds], [($folds[0][-1][0]) x @folds], 'with its first column again');

# ---- it is not for a terminal ----

SKIP: {
    skip 'no script(1) here', 2 if system 'command -v script >/dev/null 2>&1';
    my $said = `script -qec "$assess notice rules/2011-units.lua --format docx" /dev/null 2>&1`;
    like($said, qr/a docx file is not for a terminal/, 'a terminal gets no zip');
    unlike($said, qr/PK\x03\x04/, 'nor a part of one');
}

# ---- as others see it ----

file('statement.docx', $chinese);
file('report.docx', $report);
file('harm.docx', $inert);
SKIP: {
    my $python = python('docx') or skip 'python3-docx is not here', 4;
    my $script = file('read.py', <<'PY');
import sys, json, docx
d = docx.Document(sys.argv[1])
s = d.sections[0]
print(json.dumps({
    'margins': [round(x.mm) for x in (s.top_margin, s.bottom_margin, s.left_margin, s.right_margin)],
    'paragraphs': [[p.style.name, p.text] for p in d.paragraphs],
    'tables': [[[c.text for c in r.cells] for r in t.rows] for t in d.tables],
    'title': d.core_properties.title,
}))
PY
    my ($seen, $other, $hostile) = map { decode_json(scalar `$python $script $tmp/$_.docx`) } qw(statement report harm);
    is_deeply($seen->{margins}, [37, 35, 28, 26], 'python3-docx: margins');
    is_deeply([map { $_->[1] } grep { $_->[0] eq 'Title' } @{ $seen->{paragraphs} }], [$seen->{title}], 'python3-docx: the title');
    is_deeply([map { [map { [@$_] } @$_] } @{ $seen->{tables} }], \@tables, 'python3-docx: the same tables');
    my ($rank) = grep { $_->[0][1] =~ /第一阶段/ } @{ $other->{tables} };
    is($rank->[1][0], $rank->[0][0], 'python3-docx: a heading over two rows');
    ok(@{ $hostile->{tables} } > 0, 'python3-docx: hostile names');
}

SKIP: {
    skip 'LibreOffice and pdftotext are not here', 6 if !soffice();
    file('long.csv', join '', "unit,v\n", map { "U$_,$_\n" } 1 .. 120);
    my $long = file('long.lua', encode_utf8(<<'LUA'));
return assessment {
  id = "long", title = "很长的表", data = { x = csv("long.csv", { unit = "unit", value = "v" }) },
  show = { score = "total" }, titles = { total = "总分" },
  compute = function(a) return { total = a.data.x } end,
}
LUA
    file('long.docx', docx($long, '--all'));
    system("cd '$tmp' && HOME='$tmp' soffice --headless -env:UserInstallation='file://$tmp/office' --convert-to pdf statement.docx long.docx harm.docx >/dev/null 2>&1");
    my %page = map { $_ => [split /\f/, decode_utf8(scalar `pdftotext -layout '$tmp/$_.pdf' -`)] } qw(statement long harm);
    is_deeply([map { /— *(\d+) *—/ } @{ $page{long} }], [1 .. @{ $page{long} }], 'LibreOffice: each page has its number');
    ok(@{ $page{long} } >= 3, 'LibreOffice: a table goes over pages');
    is_deeply([grep { !/单位\s+总分/ } @{ $page{long} }[1, 2]], [], 'LibreOffice: with its heads on each');
    is_deeply([sort { $a <=> $b } map { /^\s*U(\d+)\s/mg } @{ $page{long} }], [1 .. 120], 'LibreOffice: and no row lost');
    like($page{statement}[0], qr/一、分项得分/, 'LibreOffice: headings are numbered');
    like(join('', @{ $page{harm} }), qr/<script>alert\(1\)<\/script>/, 'LibreOffice: hostile names are text');
}

done_testing();
