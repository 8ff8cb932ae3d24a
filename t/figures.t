#!/usr/bin/perl
# figure { … } of an overlay: the same results as a file that says so, for data of every form; what it refuses; what
# explain and diff say of it, and a workbook's changed figures written so.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use xlsx;
use Encode qw(encode_utf8 decode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$ENV{COLUMNS} = 200;
$ENV{LANGUAGE} = 'en';

sub ran {
    my ($status, $out, $err) = run(map { encode_utf8($_) } @_);
    return ($status, decode_utf8($out), decode_utf8($err));
}

my $tree = <<'LUA';
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 3, standard = 300, score = normalise.ratio, column = "产值" },
    indicator { "air", "Particles", weight = 1, standard = 35, score = normalise.inverse } },
LUA
my $compute = <<'LUA';
  compute = function(a)
    local x = a.data.x:at { year = 2011 }
    local scores = normalise.each(x, a)
    return { total = combine.weighted_mean(scores, a.index), seen = x }
  end,
LUA
my $head = qq{local normalise, combine = require "methods.normalise", require "methods.combine"\nreturn };

# The base and its file, once as they are and once with the figures in the file; the figures as an overlay says them.
sub same {
    my ($name, $rules, $file, $text, $change, $figures) = @_;
    file("$name.lua", encode_utf8($head . $rules));
    file("$name.corrected.lua", encode_utf8($head . $rules =~ s/"\Q$file\E"/"corrected.$file"/gr));
    my $corrected = $text;
    $corrected =~ s/^\Q$_->[0]\E$/$_->[1]/m or die "$name: no line $_->[0]" for @$change;
    file($file, encode_utf8($text));
    file("corrected.$file", encode_utf8($corrected));
    file("$name.next.lua", encode_utf8(qq{return extend "$name.lua" {\n  title = "next",\n$figures\n}\n}));
    for my $output (qw(total seen)) {
        my ($first, $want, $got) = map { my ($status, $out, $err) = ran("$tmp/$name$_.lua", '--format', 'csv', '--output', $output); "$status$out" } '', '.corrected', '.next';
        is($got, $want, "$name: $output as with a corrected file") or diag((ran("$tmp/$name.next.lua"))[2]);
        isnt($got, $first, 'which differs');
    }
    return;
}

same('long', qq{assessment { id = "x", title = "x", cite = "c",
  data = { x = csv("long.csv", { unit = "unit", indicator = "indicator", year = "year", value = "value", carry = { "status" } }) },
$tree$compute}}, 'long.csv', <<'CSV', [['Shahe,air,2011,61,a', 'Shahe,air,2011,38,a'], ['东林,产值,2011,190,b', '东林,产值,2011,,b'], ['东林,air,2011,,b', '东林,air,2011,40.5,b']],
unit,indicator,year,value,status
Shahe,产值,2011,280,a
Shahe,air,2010,60,a
Shahe,air,2011,61,a
东林,产值,2011,190,b
东林,air,2011,,b
CSV
    qq{  figure { "x", unit = "Shahe", indicator = "air", year = 2011, 38, was = 61, cite = "a letter" },
  figure { "x", year = "2011", indicator = "gdp", unit = "东林", missing, was = 190 },
  figure { "x", unit = "东林", indicator = "air", year = 2011, 40.5, was = missing },});

same('wide', qq{assessment { id = "x", title = "x", data = { x = csv("wide.csv", { unit = "town", year = "year" }) },
$tree$compute}}, 'wide.csv', <<'CSV', [['Shahe,2011,280,61', 'Shahe,2011,290,38']], qq{figure { "x", unit = "Shahe", year = 2011, indicator = "gdp", 290, was = 280 },
town,year,产值,air
Shahe,2011,280,61
Shahe,2010,270,60
Donglin,2011,190,20
CSV
  figure { "x", unit = "Shahe", year = 2011, indicator = "air", 38 },});

same('table', qq{assessment { id = "x", title = "x", data = { tasks = csv("table.csv", { rows = "task", label = "id" }), plain = csv("table.csv") },
  compute = function(a) return { total = sum(a.data.tasks.score, "task"), seen = a.data.plain.score } end }},
    'table.csv', "id,score\nT-1,4\nT-2,5\nT-3,6\n", [['T-2,5', 'T-2,50']],
    qq{  figure { "tasks", task = "T-2", column = "score", 50, was = 5 },\n  figure { "plain", plain = 2, column = "score", 50, was = 5 },});

# ---- what is said of it ----

my ($status, $out, $err) = ran('explain', "$tmp/long.next.lua", 'Shahe');
like($out, qr/long\.csv:4:value +61 → 38 \(\Q$tmp\E\/long\.next\.lua:3, a letter\); status: a$/m, 'explain names both, and the reason');
($status, $out, $err) = ran('diff', "$tmp/long.lua", "$tmp/long.next.lua");
like($out, qr/^data\.x\[Shahe, air, 2011\] +data +61 +38 +\S+long\.next\.lua:3 +a letter$/m, 'diff lists the figure') or diag $out;
like($out, qr/^data\.x\[东林, gdp, 2011\] +coverage +190 +missing /m, 'and one that goes');
($status, $out, $err) = ran('check', "$tmp/long.next.lua", '--only', 'C01');
is("$status$err", '0', 'check accepts it');
($status, $out, $err) = ran("$tmp/long.next.lua", '--data', "x=$tmp/long.csv", '--format', 'csv', '--output', 'total');
is($out, (ran("$tmp/long.lua", '--format', 'csv', '--output', 'total'))[1], 'data that are given are taken as they are');
like($err, qr/long\.next\.lua:3:3: warning: other data are given in place of 'x', whose figures this changes/, 'which is said');
is((ran("$tmp/long.next.lua", '--where', 'status=b', '--format', 'csv', '--output', 'seen'))[0], 0, 'rows that are left out have nothing to change');

# An edition after it changes the figure again.
file('third.lua', qq{return extend "long.next.lua" { figure { "x", unit = "Shahe", indicator = "air", year = 2011, 39, was = 38 } }});
like((ran('explain', "$tmp/third.lua", 'Shahe'))[1], qr/61 → 38 \(\S+, a letter\) → 39 \(\S+third\.lua:1\)/, 'a later edition changes it again');
like((ran('diff', "$tmp/long.next.lua", "$tmp/third.lua"))[1], qr/^data\.x\[Shahe, air, 2011\] +data +38 +39 +\S+third\.lua:1$/m, 'which diff lists alone');

# ---- what is refused ----

my $count = 0;
sub refused {
    my ($what, $figure, $want, $base) = @_;
    my $path = file('refused' . ++$count . '.lua', encode_utf8(qq{return extend "} . ($base // 'long') . qq{.lua" {\n  $figure,\n}\n}));
    my ($status, $out, $err) = ran($path);
    like("$status $out$err", $want, $what);
    return;
}
my $at = 'unit = "Shahe", indicator = "air", year = 2011';
refused('another figure than was written', qq{figure { "x", $at, 38, was = 60 }}, qr/^3 \S+:2:69: Shahe, air, 2011 of 'x' is 61, not 60 — it is written at \S+long\.csv:4:value: does this change still hold, with was = 61\?/);
refused('a missing one', qq{figure { "x", $at, 38, was = missing }}, qr/is 61, not missing/);
refused('unknown data', qq{figure { "y", $at, 38 }}, qr/^3 \S+:2:13: no data 'y'/);
refused('a unit that is not there', 'figure { "x", unit = "Shaha", indicator = "air", year = 2011, 3 }', qr/^3 \S+:2:25: 'x' has no row of Shaha, air, 2011 — did you mean 'Shahe'\?/);
refused('a figure that is not there', 'figure { "x", unit = "Shahe", indicator = "gdp", year = 2010, 3 }', qr/no row of Shahe, gdp, 2010 — a figure that has no row yet is added to the data/);
refused('an axis too few', 'figure { "x", unit = "Shahe", indicator = "gdp", 3 }', qr/a figure of 'x' without 'year' — each axis is named: year = "…"/);
refused('an axis that is none', qq{figure { "x", $at, yaer = 3, 3 }}, qr/'x' has no axis 'yaer' — did you mean 'year'\?/);
refused('no value', qq{figure { "x", $at }}, qr/figure without a new value/);
refused('a text', qq{figure { "x", $at, "38" }}, qr/the figure is a string, not a number/);
refused('two values', qq{figure { "x", $at, 38, 39 }}, qr/figure takes one number/);
refused('no name', qq{figure { $at, 38 }}, qr/figure without the name of the data/);
refused('no number', qq{figure { "x", $at, 0/0 }}, qr/the figure is not finite/);
refused('the same twice', qq{figure { "x", $at, 38 },\n  figure { "x", $at, 39 }}, qr/^3 \S+:3:3: Shahe, air, 2011 of 'x' is changed twice, first at \S+:2/);
refused('a label that is none', 'figure { "x", unit = {}, indicator = "air", year = 2011, 3 }', qr/the label of `unit` is a text or a number/);
refused('a table without the column', 'figure { "tasks", task = "T-2", 3 }', qr/which column of 'tasks'\?/, 'table');
refused('a column of texts', 'figure { "tasks", task = "T-2", column = "id", 3 }', qr/'tasks' has no column of numbers 'id'/, 'table');

# ---- data that cannot be ----

file('keys.csv', join(',', map({ "k$_" } 1 .. 200), 'v') . "\n" . join(',', (1) x 201) . "\n");
file('keys.lua', 'return assessment { id = "keys", data = { x = csv("keys.csv", { ' . join('', map { "k$_ = \"k$_\", " } 1 .. 200)
    . 'value = "v" }) }, compute = function(a) return { y = a.data.x } end }');
file('keyed.lua', 'return extend "keys.lua" { id = "keyed", figure { "x", k1 = 1, 5 } }');
($status, $out, $err) = ran("$tmp/keyed.lua");
is("$status/$out", (ran("$tmp/keys.lua"))[0] . '/', 'more keys than there may be are refused as without a figure');
like($err, qr/more than 64 axes/, 'and say so');
{
    # Labels far behind: the one that no row has is told, and nothing is offered for the one that is there.
    my @far = map { sprintf "r%06d,2011,1\n", $_ } 1 .. 120_000;
    file('far.csv', "unit,year,v\n@far" =~ s/\n /\n/gr);
    file('far.lua', 'return assessment { id = "far", data = { x = csv("far.csv", { unit = "unit", year = "year", value = "v" }) },
  compute = function(a) return { y = sum(a.data.x, "unit") } end }');
    file('farther.lua', 'return extend "far.lua" { id = "farther", figure { "x", unit = "r120000", year = 2013, 5 } }');
    $err = (ran("$tmp/farther.lua"))[2];
    like($err, qr/has no row of r120000, 2013/, 'a row that is not there');
    unlike($err, qr/did you mean/, 'of a unit that is there');
}

# ---- what was changed in a workbook ----

for my $of (['long', qr/  figure \{ "x", unit = "Shahe", indicator = "air", year = 2011, 38, was = 61, cite = "long\.edited\.xlsx:Data!\w+" \},/],
    ['wide', qr/  figure \{ "x", unit = "Shahe", year = 2011, indicator = "air", 38, was = 61, cite/], ['table', qr/figure \{ "tasks", task = "T-2", column = "score", 38, was = 5, cite/]) {
    my ($name, $want) = @$of;
    is((ran('report', "$tmp/$name.lua", '-o', "$tmp/$name.xlsx"))[0], 0, "$name: a workbook");
    my ($value) = cells_of("$tmp/$name.xlsx");
    my ($plain, $cell) = (grep { /^Data!/ && $value->{$_} eq ($name eq 'table' ? 5 : 61) } sort keys %$value)[0, -1];
    ($plain, $cell) = ($cell, $plain) if $name eq 'table' && $value->{$cell =~ s/!\w(\d+)/'!B' . $1/er} ne 'T-2';
    with_cells("$tmp/$name.xlsx", "$tmp/$name.edited.xlsx", $cell => 38);
    ($status, $out, $err) = ran('diff', "$tmp/$name.lua", "$tmp/$name.edited.xlsx", '--save-overlay', "$tmp/$name.saved.lua");
    is($status, 0, 'diff writes the overlay') or diag $err;
    like(decode_utf8(slurp("$tmp/$name.saved.lua")), $want, 'which names the figure as people do');
    my ($again) = (ran('diff', "$tmp/$name.lua", "$tmp/$name.saved.lua", '--format', 'csv'))[1];
    is($again, (ran('diff', "$tmp/$name.lua", "$tmp/$name.edited.xlsx", '--format', 'csv'))[1], 'and has the same effect');
    next if $name ne 'table';
    with_cells("$tmp/table.xlsx", "$tmp/plain.edited.xlsx", $plain => 38);
    ran('diff', "$tmp/table.lua", "$tmp/plain.edited.xlsx", '--save-overlay', "$tmp/plain.saved.lua");
    like(decode_utf8(slurp("$tmp/plain.saved.lua")), qr/figure \{ "plain", plain = 2, column = "score", 38, was = 5, cite/, 'a row without a label goes by its number');
}

done_testing();
