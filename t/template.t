#!/usr/bin/perl
# Forms for those who report figures, what comes back in them, and its faults marked in their cells.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use office;
use Encode qw(decode_utf8 encode encode_utf8);
use IO::Compress::Zip qw($ZipError);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

sub ran {
    my ($status, $out, $err) = run(map { encode_utf8($_) } @_);
    return ($status, decode_utf8($out), decode_utf8($err));
}

sub fine {
    my ($status, $out, $err) = ran(@_);
    is($status, 0, "@_") or diag $err;
    return $out;
}

sub unescaped { $_[0] =~ s/&lt;/</gr =~ s/&gt;/>/gr =~ s/&quot;/"/gr =~ s/&#xA;/\n/gr =~ s/&amp;/&/gr }

sub part {
    my ($file, $name) = @_;
    my ($found) = grep { $_->[0] eq $name } parts(scalar slurp("$tmp/$file"));
    return $found ? decode_utf8($found->[1]) : '';
}

# The cells of a sheet: { C7 => { text, style } }.
sub cells {
    my ($file, $sheet) = @_;
    my @text = map { join '', map { unescaped($_) } m{<t(?: [^<>]*)?>([^<]*)</t>}g } part($file, 'xl/sharedStrings.xml') =~ m{<si>(.*?)</si>}gs;
    my %cell;
    my $xml = part($file, $sheet // 'xl/worksheets/sheet1.xml');
    while ($xml =~ m{<c r="([A-Z]+\d+)"([^<>]*?)(?:/>|>(.*?)</c>)}gs) {
        my ($at, $how, $in) = ($1, $2, $3 // '');
        my ($v) = $in =~ m{<v>([^<]*)</v>};
        $cell{$at} = { text => !defined $v ? '' : $how =~ /t="s"/ ? $text[$v] : $v, style => $how =~ /s="(\d+)"/ ? $1 : 0 };
    }
    return \%cell;
}

sub comments {
    my ($file, $part) = @_;
    return { map { my ($at) = m{ref="(\w+)"}; ($at => join '', map { unescaped($_) } m{<t(?: [^<>]*)?>([^<]*)</t>}g) }
             part($file, $part // 'xl/comments1.xml') =~ m{(<comment .*?</comment>)}gs };
}

# Which styles may be filled in, and which have the colour of marks.
sub styles {
    my ($file) = @_;
    my $xml = part($file, 'xl/styles.xml');
    my ($fills) = $xml =~ m{<fills[^<>]*>(.*?)</fills>}s;
    my @red = map { /FFFFC7CE/ ? 1 : 0 } $fills =~ m{<fill>.*?</fill>}gs;
    my ($styles) = $xml =~ m{<cellXfs[^<>]*>(.*?)</cellXfs>}s;
    my @style = $styles =~ m{<xf [^<>]*?(?:/>|>.*?</xf>)}gs;
    return { open => [map { /locked="0"/ ? 1 : 0 } @style], red => [map { /fillId="(\d+)"/ && $red[$1] ? 1 : 0 } @style] };
}

# A copy of a workbook with other parts: name => sub that changes $_.
sub changed {
    my ($from, $to, %change) = @_;
    my $zip;
    for (parts(scalar slurp("$tmp/$from"))) {
        my ($name, $bytes) = @$_;
        $zip ? $zip->newStream(Name => $name) : ($zip = IO::Compress::Zip->new("$tmp/$to", Name => $name)) or die $ZipError;
        if ($change{$name}) {
            local $_ = decode_utf8($bytes);
            my $before = $_;
            $change{$name}->();
            isnt($_, $before, "$to: $name is another");
            $bytes = encode_utf8($_);
        }
        $zip->print($bytes);
    }
    $zip->close or die $ZipError;
}

# Puts a value into a cell of the sheet in $_.
sub put {
    my ($cell, $value) = @_;
    my $in = $value =~ /^-?[\d.]+$/ ? "><v>$value</v>" : qq{ t="inlineStr"><is><t>$value</t></is>};
    s{<c r="$cell"((?: s="\d+")?)[^<>]*?(?:/>|>.*?</c>)}{<c r="$cell"$1$in</c>}s or die "no cell $cell";
}

methods_in($tmp);
file('figures.csv', encode_utf8(<<'CSV'));
city,year,indicator,value,evidence,note
沙河,2023,air,70,announced,
沙河,2024,air,61,announced,=1+1
沙河,2024,plan,,,
南港,2024,air,48,announced,
南港,2024,plan,80,drafted,
CSV
file('cities.csv', encode_utf8("name,size\n沙河,1\n南港,2\n"));
file('tasks.csv', encode_utf8(<<'CSV'));
id,owner,due,mark,said
T1,沙河,2024-06-30,80,done
T2,南港,2024-12-31,,
CSV
my $rules = file('form.lua', encode_utf8(<<'LUA'));
local normalise = require "methods.normalise"
local combine   = require "methods.combine"
return assessment {
  id = "form", title = "填报", lang = "LANG",
  data = {
    reported = csv("figures.csv", { unit = "city", year = "year", indicator = "indicator", value = "value",
      carry = { "evidence", "note" }, within = { value = { 0, 500 } } }),
    tasks = csv("tasks.csv", { rows = "task", label = "id", date = { "due" }, number = { "mark" },
      labels = { owner = "unit" }, within = { mark = { 0, 100 }, due = { "2024-01-01", "2024-12-31" } } }),
    zones = csv("cities.csv", { rows = "unit", label = "name" }),
  },
  index = index { "all", "全部",
    indicator { "air", "颗粒物", unit = "ug/m3", better = "lower", standard = 35, score = normalise.inverse, cite = "方案〔2024〕1号" },
    indicator { "plan", "规划", unit = "分", better = "higher", standard = 100, allowed = { 0, 120 }, score = normalise.ratio },
  },
  show = { score = "total" },
  compute = function(a)
    local total = combine.weighted_mean(normalise.each(a.data.reported, a), a.index)
    return { total = total, public = a.data.reported:carried("evidence"):eq("announced"), mark = a.data.tasks.mark }
  end,
}
LUA
{
    my $text = slurp($rules);
    file('form.lua', $text =~ s/LANG/zh/r);
    file('english.lua', $text =~ s/LANG/en/r);
}

# ---- what a form has ----

my (undef, undef, $said) = ran('template', $rules, '-o', "$tmp/form.xlsx");
like($said, qr/--data reported=\S*form\.xlsx:reported\b/, 'it is told how the form is read');
like($said, qr/--data tasks=\S*form\.xlsx:tasks\b/, 'for each of its sheets');
my $first = slurp("$tmp/form.xlsx");
fine('template', $rules, '-o', "$tmp/form.xlsx", '-q');
is(slurp("$tmp/form.xlsx"), $first, 'the same bytes on every run');
is_deeply([grep { /\.(?:xml|rels)$/ && $_ } map { ill_formed($_->[1]) && $_->[0] } parts($first)], [], 'every part is well-formed');
my $cell = cells('form.xlsx');
my $style = styles('form.xlsx');
sub line { my ($c, $row) = @_; [map { $c->{"$_$row"}{text} // '' } 'A' .. 'I'] }
is_deeply(line($cell, 1), ['city', 'year', 'indicator', '名称', 'value', '计量单位', '允许范围', 'evidence', 'note'], 'a column for each thing, as the rules call it');
is_deeply(line($cell, 2), ['沙河', 2024, 'air', '颗粒物', 61, 'ug/m3', '0–500', 'announced', '=1+1'], 'of years the last; what the data has stands there');
is_deeply(line($cell, 5), ['南港', 2024, 'plan', '规划', 80, '分', '0–120', 'drafted', ''], 'the narrower bound counts');
is(join(' ', grep { /2$/ && $style->{open}[$cell->{$_}{style}] } sort keys %$cell), 'E2 H2 I2', 'what is to be filled in is open, and nothing else');
my $sheet = part('form.xlsx', 'xl/worksheets/sheet1.xml');
like($sheet, qr/<sheetProtection [^<>]*sheet="1"/, 'the sheet is protected');
unlike($sheet, qr/password=/, 'without a password');
unlike($sheet, qr/<f>/, 'what looks like a formula is none');
my $note = comments('form.xlsx');
like($note->{C2}, qr/颗粒物.*ug\/m3.*越低越好.*35.*方案〔2024〕1号/s, 'the definition and the citation of an indicator are comments');
my %may = map { my ($at) = /sqref="([^"]*)"/; ($at => join ' ', /type="(\w+)"/, map { unescaped($_) } m{<formula\d>([^<]*)}g) } $sheet =~ m{(<dataValidation .*?</dataValidation>)}gs;
is($may{E2}, 'decimal 0 500', 'a figure has its bounds');
is($may{E3}, 'decimal 0 120', 'each its own');
like($may{H2} // $may{'H2:H5'}, qr/^list "announced"$/, 'words that the rules know are a drop-down');
my $tasks = cells('form.xlsx', 'xl/worksheets/sheet2.xml');
is($tasks->{A2}{text} . $tasks->{A3}{text}, 'T1T2', 'a table has its rows');
is($tasks->{C2}{text}, 45473, 'a date is one for the spreadsheet');
ok($style->{open}[$tasks->{A23}{style}] && !$tasks->{A24}, 'and 20 empty ones, which are open');
like(part('form.xlsx', 'xl/worksheets/sheet2.xml'), qr/type="list"[^<>]*sqref="B4:B23"[^<>]*><formula1>"沙河,南港"|<formula1>&quot;沙河,南港&quot;/, 'labels are a drop-down');

fine('template', "$tmp/english.lua", '--unit', '沙河', '--at', 'year=2023', '--source', 'reported', '-o', "$tmp/one.xlsx", '-q');
my $one = cells('one.xlsx');
is_deeply(line($one, 1), ['city', 'year', 'indicator', 'Name', 'value', 'Unit of measure', 'Allowed range', 'evidence', 'note'], 'English rules make English forms');
is_deeply([grep { defined } map { $one->{"A$_"} && "$one->{\"A$_\"}{text} $one->{\"B$_\"}{text} $one->{\"C$_\"}{text}" } 2 .. 9], ['沙河 2023 air', '沙河 2023 plan'], 'one unit, one year');

# ---- what comes back ----

for (['tasks', '--data', "tasks=$tmp/form.xlsx:tasks", '--data', "reported=$tmp/form.xlsx:reported"], ['alone', '--data', "$tmp/form.xlsx"]) {
    my ($what, @data) = @$_;
    my $now = decode_json(encode_utf8(fine($rules, @data, '--format', 'json', '--at', 'year=2024')));
    my $was = decode_json(encode_utf8(fine($rules, '--format', 'json', '--at', 'year=2024')));
    is_deeply([map { [@$_{qw(unit total)}] } @{ $now->{units} // $now->{rows} // [] }], [map { [@$_{qw(unit total)}] } @{ $was->{units} // $was->{rows} // [] }], "$what: a form as it is changes nothing");
}
changed('form.xlsx', 'filled.xlsx', 'xl/worksheets/sheet1.xml' => sub { put('E3', 50) });
like(fine('explain', $rules, '沙河', 'total', '--data', "$tmp/filled.xlsx", '--at', 'year=2024'), qr/filled\.xlsx:reported!E3/, 'what is filled in is read, with its cell');
for (["reported=$tmp/none.xlsx", qr/none\.xlsx/], ["$tmp/form.xlsx:reported", qr/no sheet has the name.*'reported', 'tasks'|没有工作表/], ["$tmp/figures.csv", qr/NAME=FILE/]) {
    my ($status, undef, $err) = ran($rules, '--data', $_->[0]);
    is($status, 2, "--data $_->[0] is refused");
    like($err, $_->[1], 'and why');
}

# ---- marks ----

changed('form.xlsx', 'bad.xlsx', 'xl/worksheets/sheet1.xml' => sub { put('E2', 'many'); put('E5', 900); put('C4', '&lt;b&gt;') },
    'xl/worksheets/sheet2.xml' => sub { put('B2', '东林') });
my ($status, $out, $err) = ran('check', $rules, '--data', "$tmp/bad.xlsx", '--mark', "$tmp/checked.xlsx", '--lang', 'en');
is($status, 1, 'faults are the status of check');
like($err, qr/checked\.xlsx: 4 cells are marked/, 'how many cells are marked') or diag $out;
my @said = $out =~ /^\S*bad\.xlsx:(\w+!\w+)/mg;
is_deeply([sort @said], ['reported!C4', 'reported!E2', 'reported!E5', 'tasks!B2'], 'each fault has its cell');
my $checked = slurp("$tmp/checked.xlsx");
is_deeply([map { ill_formed($_->[1]) ? $_->[0] : () } parts($checked)], [], 'the copy is well-formed');
my @without = ran('check', '--data', "$tmp/bad.xlsx", '--mark', "$tmp/checked2.xlsx", '--lang', 'en');
is("$without[0] $without[1]", "$status $out", 'the form knows its rules');
ok(slurp("$tmp/checked2.xlsx") eq $checked, 'and the copy is the same');
my $rules_now = slurp($rules);
file('made.lua', $rules_now);
is((ran('template', "$tmp/made.lua", '-o', "$tmp/made.xlsx"))[0], 0, 'another form');
file('made.lua', "-- later\n$rules_now");
like((ran('check', '--data', "$tmp/made.xlsx", '--lang', 'en'))[2], qr/made\.lua has changed since \S*made\.xlsx was made/, 'rules that have changed since are told');
unlink "$tmp/made.lua";
my @gone = ran('check', '--data', "$tmp/made.xlsx", '--mark', "$tmp/none.xlsx", '--lang', 'en');
like("$gone[0] $gone[2]", qr/^2 .*made\.xlsx was made from \S*made\.lua, which is not there — name them/, 'and those that are gone');
ok(!-e "$tmp/none.xlsx", 'nothing is written then');
sub marked {
    my ($file, $sheet) = @_;
    my ($c, $s) = (cells($file, $sheet), styles($file));
    return join ' ', grep { $s->{red}[$c->{$_}{style}] } sort keys %$c;
}
is(marked('checked.xlsx'), 'C4 E2 E5', 'the cells of faults are red, and no others');
is(marked('checked.xlsx', 'xl/worksheets/sheet2.xml'), 'B2', 'on each sheet');
is(marked('bad.xlsx') . marked('bad.xlsx', 'xl/worksheets/sheet2.xml'), '', 'the file itself is as it was');
my $marks = comments('checked.xlsx');
like($marks->{E2}, qr/^'many' is not a number/, 'the fault is a comment');
like($marks->{E5}, qr/900/, 'of another cell, too');
like($marks->{C4}, qr/颗粒物.*\n.*'<b>'/s, 'a comment that is there stays, and the fault stands below');
is($marks->{C2}, $note->{C2}, 'others are as they were');
{
    my ($was, $is) = map { cells($_) } 'bad.xlsx', 'checked.xlsx';
    is_deeply([map { "$_ $is->{$_}{text}" } sort keys %$is], [map { "$_ $was->{$_}{text}" } sort keys %$was], 'no cell has another value');
    my $open = styles('checked.xlsx')->{open};
    is(join(' ', map { $open->[$is->{$_}{style}] } qw(E2 E5 C4)), '1 1 0', 'what could be filled in still can be');
    my @kept = map { my $file = $_; join '', map { part($file, 'xl/worksheets/sheet1.xml') =~ /$_/s ? $& : '' } '<dataValidations.*</dataValidations>', '<sheetProtection[^<>]*>', '<cols>.*</cols>' } 'bad.xlsx', 'checked.xlsx';
    is($kept[1], $kept[0], 'drop-downs, protection and widths are kept');
}
my ($mended, undef, $nothing) = ran('check', $rules, '--only', 'R,D', '--data', "$tmp/form.xlsx", '--mark', "$tmp/clean.xlsx", '--lang', 'en');
is($mended, 0, 'a form without faults');
like($nothing, qr/no cell is at fault/, 'is told to be one');
is_deeply([map { "$_->[0] $_->[1]" } sort { $a->[0] cmp $b->[0] } parts(scalar slurp("$tmp/clean.xlsx"))], [map { "$_->[0] $_->[1]" } sort { $a->[0] cmp $b->[0] } parts($first)], 'and its copy has the same parts');
($status, undef, $err) = ran('check', $rules, '--data', "$tmp/checked.xlsx", '--mark', "$tmp/again.xlsx", '--lang', 'en');
is("$status " . marked('again.xlsx'), '1 C4 E2 E5', 'a marked copy can be checked and marked again') or diag $err;

# Many faults: all of them, not the first few.
file('many.csv', join '', "unit,v\n", map { "u$_,$_\n" } 1 .. 300);
my $many = file('many.lua', <<'LUA');
return assessment { id = "many", title = "Many", data = { x = csv("many.csv", { unit = "unit", value = "v" }) },
  show = { score = "total" }, compute = function(a) return { total = a.data.x } end }
LUA
fine('template', $many, '-o', "$tmp/many.xlsx", '-q');
changed('many.xlsx', 'wrong.xlsx', 'xl/worksheets/sheet1.xml' => sub { for my $row (2 .. 301) { put("B$row", 'x') } });
(undef, undef, $err) = ran('check', $many, '--data', "$tmp/wrong.xlsx", '--mark', "$tmp/marked.xlsx", '--lang', 'en');
like($err, qr/300 cells are marked/, 'all faults of a column are marked');
is(scalar(split ' ', marked('marked.xlsx')), 300, 'each in its cell');
is(scalar(keys %{ comments('marked.xlsx', 'xl/comments_assess1.xml') }), 300, 'with a comment each, on a sheet that had none');
is_deeply([map { ill_formed($_->[1]) ? $_->[0] : () } parts(scalar slurp("$tmp/marked.xlsx"))], [], 'that is well-formed');

# Data whose name no sheet may have.
file('odd.lua', encode_utf8(slurp($many) =~ s/x = csv/["a\/b 数据"] = csv/r =~ s/a\.data\.x/a.data["a\/b 数据"]/r));
(undef, undef, $said) = ran('template', "$tmp/odd.lua", '-o', "$tmp/odd.xlsx");
unlike($said, qr/WARNING|memory/, 'a name that no sheet may have is no fault');
like(part('odd.xlsx', 'xl/workbook.xml'), qr/<sheet name="a_b 数据"/, 'the sheet has one like it');
is(fine("$tmp/odd.lua", '--data', "$tmp/odd.xlsx", '--format', 'csv'), fine($many, '--format', 'csv'), 'and is read back');

# ---- what is refused ----

my $before = slurp("$tmp/bad.xlsx");
for ([qr/no workbook is given/, '--mark', "$tmp/m.xlsx"],
     [qr/must be a workbook/, '--data', "$tmp/bad.xlsx", '--mark', "$tmp/m.csv"],
     [qr/this is the workbook that is checked/, '--data', "$tmp/bad.xlsx", '--mark', "$tmp/bad.xlsx"],
     [qr/which one/, '--data', "tasks=$tmp/bad.xlsx:tasks", '--data', "reported=$tmp/form.xlsx", '--mark', "$tmp/m.xlsx"]) {
    my ($want, @given) = @$_;
    my ($status, undef, $err) = ran('check', $rules, @given, '--lang', 'en');
    is($status, 2, "check $given[-1] is refused");
    like($err, $want, 'and why');
}
is(slurp("$tmp/bad.xlsx"), $before, 'a workbook is never written over itself');
ok(!-e "$tmp/m.xlsx" && !-e "$tmp/m.csv", 'and nothing else is written');
for ([qr/into which file/], [qr/into which file/, '-o', "$tmp/form.csv"], [qr/--format has no meaning/, '-o', "$tmp/f.xlsx", '--format', 'json'],
     [qr/no data called 'reportd'.*'reported'/, '-o', "$tmp/f.xlsx", '--source', 'reportd'], [qr/沙何.*'沙河'/, '-o', "$tmp/f.xlsx", '--unit', '沙何']) {
    my ($want, @given) = @$_;
    my ($status, undef, $err) = ran('template', $rules, @given, '--lang', 'en');
    is($status, 2, "template @given is refused");
    like($err, $want, 'and why');
}
ok(!-e "$tmp/f.xlsx", 'nothing is written');

# ---- names that mean harm ----

my @hostile = ('<script>alert(1)</script>', '"]]>&amp;', "rtl\x{202e}abc", '=HYPERLINK("http://x")', '@SUM(A1)', '-1+1', 'w' x 10000);
file('harm.csv', join '', "unit,v\n", map { my $s = $_; $s =~ s/"/""/g; encode_utf8(qq("$s",1\n)) } @hostile);
my $harm = file('harm.lua', $many =~ s/x/x/r && slurp($many) =~ s/many\.csv/harm.csv/r);
fine('template', $harm, '-o', "$tmp/harm.xlsx", '-q');
is_deeply([map { ill_formed($_->[1]) ? $_->[0] : () } parts(scalar slurp("$tmp/harm.xlsx"))], [], 'hostile names leave every part well-formed');
is_deeply([sort map { $_->{text} } map { cells('harm.xlsx')->{"A$_"} } 2 .. 8], [sort @hostile], 'and are texts as they are');
unlike(part('harm.xlsx', 'xl/worksheets/sheet1.xml'), qr/<f>|<hyperlink/, 'none of them a formula or a link');
is(fine($harm, '--data', "$tmp/harm.xlsx", '--format', 'csv', '--output', 'total'), fine($harm, '--format', 'csv', '--output', 'total'), 'they are read back as they were');

# ---- as others see them ----

SKIP: {
    my $python = python('openpyxl') or skip 'openpyxl is not here', 6;
    my $script = file('read.py', <<'PY');
import sys, json, openpyxl
b = openpyxl.load_workbook(sys.argv[1])
s = b['reported']
json.dump({
    'sheets': [n for n in b.sheetnames if b[n].sheet_state == 'visible'], 'hidden': [n for n in b.sheetnames if b[n].sheet_state != 'visible'],
    'locked': [c.protection.locked for c in s[2]],
    'protected': s.protection.sheet,
    'notes': {c.coordinate: c.comment.text for r in s for c in r if c.comment},
    'red': sorted(c.coordinate for r in s for c in r if c.fill.fgColor.rgb == 'FFFFC7CE'),
    'lists': {str(v.sqref): v.formula1 for v in s.data_validations.dataValidation if v.type == 'list'},
}, sys.stdout)
if len(sys.argv) > 2:
    s['E3'] = 'none'
    b.save(sys.argv[2])
PY
    my ($seen, $red) = map { decode_json(scalar `$python $script $_`) } "$tmp/form.xlsx $tmp/saved.xlsx", "$tmp/checked.xlsx";
    is_deeply($seen->{sheets}, ['reported', 'tasks', 'zones'], 'openpyxl: the sheets');
    is_deeply($seen->{hidden}, ['_rules'], 'openpyxl: and the hidden one that names the rules');
    is_deeply([map { $_ ? 1 : 0 } @{ $seen->{locked} }, $seen->{protected}], [1, 1, 1, 1, 0, 1, 1, 0, 0, 1], 'openpyxl: what is protected');
    is_deeply($red->{red}, ['C4', 'E2', 'E5'], 'openpyxl: marks');
    like($red->{notes}{C4}, qr/颗粒物.*'<b>'/s, 'openpyxl: comments');
    my (undef, undef, $told) = ran('check', $rules, '--data', "$tmp/saved.xlsx", '--mark', "$tmp/resaved.xlsx", '--lang', 'en');
    like($told, qr/1 cell is marked/, 'a file that openpyxl has saved is marked, too');
    my $again = decode_json(scalar `$python $script $tmp/resaved.xlsx`);
    is_deeply([$again->{red}, $again->{notes}{E3} =~ /'none' is not a number/ ? 1 : 0], [['E3'], 1], 'and openpyxl sees it');
}

SKIP: {
    skip 'LibreOffice is not here', 3 if !soffice();
    system("cd '$tmp' && mkdir -p lo && HOME='$tmp' soffice --headless -env:UserInstallation='file://$tmp/office' --convert-to xlsx --outdir lo bad.xlsx checked.xlsx >/dev/null 2>&1");
    ok(-s "$tmp/lo/checked.xlsx", 'LibreOffice opens a marked copy');
    my ($status, $said, $err) = ran('check', $rules, '--data', "$tmp/lo/bad.xlsx", '--mark', "$tmp/lo/marked.xlsx", '--lang', 'en');
    like($err, qr/4 cells are marked/, 'LibreOffice: what it has saved is marked, too') or diag $said;
    is(marked('lo/marked.xlsx'), 'C4 E2 E5', 'LibreOffice: in the same cells');
}

# ---- forms as they are made have no fault ----

for (['rules/2011.lua', '--unit', 'Shenzhen'], ['rules/2011.lua'], ['rules/2012.lua', '--unit', 'Seoul'], ['rules/2011-units.lua']) {
    my ($own, @unit) = @$_;
    fine('template', $own, @unit, '-o', "$tmp/fresh.xlsx", '-q');
    my ($status, $said) = ran('check', '--data', "$tmp/fresh.xlsx", '--strict', '--lang', 'en');
    is($status, 0, "the form of @$_ is in order");
    like($said, qr/\Anothing found in \S+\n\z/, 'and nothing is told: neither of its own columns, nor of the rules, nor of units that it has no place for');
}
{
    fine('template', 'rules/2011.lua', '-o', "$tmp/fresh.xlsx", '-q');
    changed('fresh.xlsx', 'renamed.xlsx', 'xl/sharedStrings.xml' => sub { s/Hong Kong/Hongkong/ });
    my (undef, $said) = ran('check', '--data', "$tmp/renamed.xlsx", '--lang', 'en');
    like($said, qr/N01: no data names the peer 'Hong Kong' — did you mean 'Hongkong'/, 'a unit that was renamed is a fault, though');
}

{   # A form that somebody saved as CSV, as an office in China does.
    my $cells = cells('fresh.xlsx');
    my ($width) = sort { $b <=> $a } map { /^([A-Z])1$/ ? ord($1) - ord('A') : 0 } keys %$cells;
    my @lines = map { my $row = $_; join ',', map { my $text = $cells->{chr(ord('A') + $_) . $row}{text} // ''; $text =~ /[",\n]/ ? '"' . $text =~ s/"/""/gr . '"' : $text } 0 .. $width } 1 .. 30;
    file('saved.csv', encode('GBK', join("\r\n", @lines, '')));
    my ($status, $said) = ran('check', 'rules/2011.lua', '--data', "observed=$tmp/saved.csv", '--only', 'R,U01', '--lang', 'en');
    unlike($said, qr/U01|R0[123]/, 'a form saved as CSV in GBK is read, and its own columns are not told, either') or diag $said;
}

# Workbooks are written to a temporary file first: none is left, and where none can be made it is said.
for my $command (['template'], ['report']) {
    mkdir "$tmp/temporary";
    local $ENV{TMPDIR} = "$tmp/temporary";
    my ($status, $said, $err) = ran(@$command, $rules, '-o', "$tmp/kept.xlsx", '--lang', 'en');
    is($status, 0, "@$command: a workbook") or diag $err;
    is(join(' ', glob "$tmp/temporary/* $tmp/temporary/.a*"), '', 'and no temporary file is left');
    unlink "$tmp/kept.xlsx";
    $ENV{TMPDIR} = "$tmp/nowhere";
    ($status, $said, $err) = ran(@$command, $rules, '-o', "$tmp/kept.xlsx", '--lang', 'en');
    is($status, 5, "@$command: no folder for temporary files");
    is($err, "assess: no temporary file can be made in '$tmp/nowhere': No such file or directory\n", 'is said');
    ok(!-e "$tmp/kept.xlsx", 'and nothing is written');
}

# A table with a column for each figure makes such a form, with the columns that are carried; without an index the figures
# are those of the file.
{
    file('w.csv', "city,year,gdp,air,note\nS,2011,5,57,first\nS,2012,,61,\nH,2011,3,,\n");
    for my $index ('index = index { "all", "All", indicator { "gdp", "GDP" }, indicator { "air", "Air" } },', '') {
        file('w.lua', qq(return assessment { id = "w", title = "W", lang = "en", data = { x = csv("w.csv", { unit = "city", year = "year", carry = { "note" } }) },
          $index compute = function(a) return { value = a.data.x:upto { year = 2012 } } end }));
        fine('template', "$tmp/w.lua", '--unit', 'S', '--at', 'year=2012', '-o', "$tmp/w.xlsx");
        my $cell = cells('w.xlsx');
        is(join(' ', map { $cell->{$_ . 1}{text} } 'A' .. 'E'), 'city year gdp air note', 'a wide form: ' . ($index ? 'of the index' : 'of the file'));
        is(join('|', map { $cell->{$_ . 2}{text} // '' } 'A' .. 'E'), 'S|2012||61|', 'the row of the unit and the year, with what is known');
        ok(!exists $cell->{A3}, 'and no other');
        isnt($cell->{C2}{style}, $cell->{A2}{style}, 'what is to be filled in looks other than the keys');
    }
}

# What is said of a workbook is said where it is there, and not of a file that cannot be written.
{
    my @of = ([ 'template', 'rules/2011.lua' ], 'filled in, read it', [ 'report', 'samples/cookbook/first.lua' ], 'cells of results are live');
    while (my ($what, $word) = splice @of, 0, 2) {
        my (undef, undef, $told) = ran(@$what, '-o', "$tmp/told.xlsx", '--lang', 'en');
        like($told, qr/$word/, "$what->[0]: the word about a workbook");
        mkdir "$tmp/folder.xlsx";
        my ($status, undef, $err) = ran(@$what, '-o', "$tmp/folder.xlsx", '--lang', 'en');
        isnt($status, 0, 'one that cannot be written');
        like($err, qr/\Aassess: \S+folder\.xlsx: cannot be written: [^\n]*\n\z/, 'is not spoken of');
    }
}

done_testing();
