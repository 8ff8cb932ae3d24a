#!/usr/bin/perl
# Editions that extend one another: every overlay gives the same as a full rule file that is made by substitutions in
# the text of the base. Then what overlays refuse, and the place of each message.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(encode_utf8 decode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$ENV{COLUMNS} = 300;
delete $ENV{NO_COLOR};

my $base = <<'LUA';
local normalise = require "methods.normalise"
local combine = require "methods.combine"
return assessment {
  id = "one", title = "First edition", cite = "law 1", attributes = { "owner" },
  stages = { { "near", from = 2011, to = 2020 }, { "far", from = 2021, to = 2050 } },
  data = { observed = csv("data/x.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { cap = 100, pass = 60, limits = { low = 1, high = 9 }, due = date "2011-06-30", strict = true, word = "x" },
  index = index { "all", "All",
    group { "A", "First", cite = "(1)",
      indicator { "A1", "one", weight = 4, standard = { near = 10, far = 20 }, score = normalise.ratio },
      indicator { "A2", "two", weight = 2, standard = 8, score = normalise.ratio },
    },
    group { "B", "Second",
      indicator { "B1", "three", better = "lower", weight = 3, standard = 2, floor = 9, score = normalise.inverse },
      indicator { "B2", "four", better = "target", target = { 4, 6 }, allowed = { 1, 9 }, score = normalise.interval },
      indicator { "B3", "five", standard = 5, owner = "north", score = normalise.ratio },
    },
  },
  outputs = { "total", "areas", "scores" },
  titles = { total = "Total", areas = "Areas" },
  compute = function(a)
    local scores = normalise.each(a.data.observed, a, { cap = a.params.cap })
    local areas = combine.weighted_mean(scores, a.index)
    local total = combine.weighted_mean(areas, a.index)
    return { total = total, areas = areas, scores = scores, ok = total:ge(a.params.pass) & a.params.strict,
             limits = a.params.limits.high - a.params.limits.low, due = a.params.due, word = a.params.word }
  end,
}
LUA
my $head = qq{local normalise = require "methods.normalise"\nlocal combine = require "methods.combine"\n};
file('data/x.csv', <<'CSV');
unit,indicator,value
X,A1,9
X,A2,7
X,B1,4
X,B2,3
X,B3,2
Y,A1,15
Y,A2,4
Y,B1,1
Y,B2,5
Y,B3,6
CSV
my $first = file('one.lua', $base);

my $count = 0;
sub overlay {
    my ($body, $path) = @_;
    $count++;
    return file("two$count.lua", encode_utf8(qq{$head return extend "} . ($path // 'one.lua') . qq{" {\n$body\n}\n}));
}

# All outputs as CSV files, one behind the other; a failure is shown instead.
my $runs = 0;
sub result {
    my $dir = "$tmp/result" . ++$runs;
    my ($status, $out, $err) = run(@_, '-o', $dir);
    return $status ? "status $status: $err" : join '', map { s{.*/}{}r . "\n" . slurp($_) } sort glob "'$dir'/*.csv";
}

# Addresses and values of leaves; functions of the file itself go by where they stand.
sub leaves {
    my (undef, $out) = run('leaves', @_, '--format', 'csv');
    return join '', sort map { "$_->[0] = $_->[1]\n" =~ s/score = (?!normalise).*/score = own/r } csv_rows($out);
}

# equal(NAME, BODY, [FROM, TO]…): the overlay gives the bytes of the base with FROM replaced by TO.
sub equal {
    my ($name, $body, @edits) = @_;
    my $full = $base;
    for (@edits) {
        my ($from, $to) = @$_;
        my $at = index $full, $from;
        die "'$from' is not in the base" if $at < 0;
        substr $full, $at, length $from, $to;
    }
    my @without = $body =~ /remove \{ "index\.\w+\.(\w+)"/g;
    my $file = file("full$count.lua", $full);
    my @data;
    if (@without) { # the full edition does not know the rows that the overlay leaves out
        my $kept = join '', grep { my $line = $_; !grep { $line =~ /,$_,/ } @without } split /^/, slurp("$tmp/data/x.csv");
        @data = ('--data', 'observed=' . file('data/kept.csv', $kept));
    }
    my ($got, $want) = (result(overlay($body)), result($file, @data));
    unlike($want, qr/^status/, "$name: the full edition runs");
    is($got, $want, $name);
    my ($mine, $theirs) = (leaves("$tmp/two$count.lua"), leaves($file, @data));
    is($mine, $theirs, "$name: its leaves are those of the full edition");
    isnt($mine, leaves($first), "$name: and it is no longer the base") if @edits;
    return;
}

equal('nothing said', '');
equal('a weight', 'set { "index.A.A1.weight", 3, was = 4, cite = "§2" }', ['weight = 4', 'weight = 3']);
equal('a weight for each stage', 'set { "index.A.A1.weight", { near = 3, far = 7 }, was = 4 }',
    ['weight = 4', 'weight = { near = 3, far = 7 }']);
equal('a weight for one stage', 'set { "index.A.A1.weight", { far = 7 } }',
    ['weight = 4', 'weight = { near = 4, far = 7 }']);
equal('one stage of a standard', 'set { "index.A.A1.standard.far", 30, was = 20 }', ['far = 20', 'far = 30']);
equal('one stage in a table', 'set { "index.A.A1.standard", { far = 30 }, was = { far = 20 } }', ['far = 20', 'far = 30']);
equal('both stages', 'set { "index.A.A1.standard", { near = 12, far = 30 }, was = { near = 10, far = 20 } }',
    ['near = 10, far = 20', 'near = 12, far = 30']);
equal('one value for the stages', 'set { "index.A.A1.standard", 12 }', ['{ near = 10, far = 20 }', '12']);
equal('stages for one value', 'set { "index.A.A2.standard", { near = 6, far = 9 }, was = 8 }',
    ['standard = 8', 'standard = { near = 6, far = 9 }']);
equal('two numbers', 'set { "index.B.B2.target", { 3, 5 }, was = { 4, 6 } }', ['{ 4, 6 }', '{ 3, 5 }']);
equal('one of two', 'set { "index.B.B2.target.low", 2.5, was = 4 }', ['{ 4, 6 }', '{ 2.5, 6 }']);
equal('a text', 'set { "index.B.B1.better", "higher", was = "lower" }', ['"lower"', '"higher"']);
equal('a method', 'set { "index.B.B1.score", normalise.ratio, was = normalise.inverse }', ['normalise.inverse', 'normalise.ratio']);
equal('a method of one\'s own', 'set { "index.B.B1.score", function(x, p) return 100 - x end }',
    ['normalise.inverse', 'function(x, p) return 100 - x end']);
equal('a parameter', 'set { "params.cap", 90, was = 100 }', ['cap = 100', 'cap = 90']);
equal('a parameter by stage', 'set { "params.cap", { near = 90, far = 80 }, was = 100 }', ['cap = 100', 'cap = { near = 90, far = 80 }']);
equal('a parameter in a table', 'set { "params.limits.low", 3, was = 1 }', ['low = 1', 'low = 3']);
equal('a table of parameters', 'set { "params.limits", { high = 20 }, was = { low = 1, high = 9 } }', ['high = 9', 'high = 20']);
equal('a date', 'set { "params.due", date "2012-06-30", was = date "2011-06-30" }', ['2011-06-30', '2012-06-30']);
equal('a truth', 'set { "params.strict", false, was = true }', ['strict = true', 'strict = false']);
equal('a text of the parameters', 'set { "params.word", "y", was = "x" }', ['word = "x"', 'word = "y"']);

equal('an indicator less', 'remove { "index.B.B3", cite = "§3" }',
    ['indicator { "B3", "five", standard = 5, owner = "north", score = normalise.ratio },', '']);
equal('a leaf less', 'remove { "index.B.B2.allowed" }, set { "index.B.B2.score", function(x, p) return p.target_low * 10 end }',
    [', allowed = { 1, 9 }', ''], ['normalise.interval', 'function(x, p) return p.target_low * 10 end']);
my $added = 'indicator { "A9", "nine", weight = 2, standard = 3, score = normalise.ratio }';
file('data/x.csv', slurp("$tmp/data/x.csv") . "X,A9,2\nY,A9,1\n");
$base =~ s/(group \{ "A", "First", cite = "\(1\)",\n)/$1      $added,\n/;
$first = file('one.lua', $base);
$added =~ s/A9/A8/;
file('data/eight.csv', slurp("$tmp/data/x.csv") . "X,A8,1\nY,A8,3\n");
my $data = 'data = { observed = csv("data/eight.csv", { unit = "unit", indicator = "indicator", value = "value" }) },';
equal('an indicator more, at the end', qq{$data add { "index.A", $added }},
    ['x.csv', 'eight.csv'], ["standard = 8, score = normalise.ratio },\n", "standard = 8, score = normalise.ratio },\n$added,\n"]);
equal('an indicator more, before another', qq{$data add { "index.A", $added, before = "A2" }},
    ['x.csv', 'eight.csv'], ['indicator { "A2"', qq[$added,\n      indicator { "A2"]]);
equal('a group more, and a leaf set in it', qq{$data add { "index", group { "C", "Third", $added }, before = "B" }, set { "index.C.A8.weight", 6 }},
    ['x.csv', 'eight.csv'], ['group { "B"', 'group { "C", "Third", ' . ($added =~ s/weight = 2/weight = 6/r) . ' }, group { "B"']);
equal('a leaf more', 'add { "index.A.A2.low", { near = 70, far = 60 } }, add { "params.more", 3 }, set { "index.A.A2.score", function(x, p) return least(100 * x / p.standard, p.low) end }',
    ['standard = 8, score = normalise.ratio', 'standard = 8, low = { near = 70, far = 60 }, score = function(x, p) return least(100 * x / p.standard, p.low) end'],
    ['cap = 100', 'cap = 100, more = 3']);

# A group that goes takes what is in it along; its rows in the data are left out.
{
    my ($group) = $base =~ /(    group \{ "B".*?\n    \},\n)/s;
    my $full = file('fullgroup.lua', $base =~ s/\Q$group\E//r);
    my $kept = file('data/kept.csv', join '', grep { !/,B\d,/ } split /^/, slurp("$tmp/data/x.csv"));
    is(result(overlay('remove { "index.B", cite = "§4" }')), result($full, '--data', "observed=$kept"), 'a group less');
    my $moved = file('fullmoved.lua', $base =~ s/(      indicator \{ "A9".*?\n)//r =~ s/(      indicator \{ "B1")/      indicator { "A9", "nine", weight = 1, standard = 4, score = normalise.ratio },\n$1/r);
    is(result(overlay('remove { "index.A.A9" }, add { "index.B", indicator { "A9", "nine", weight = 1, standard = 4, score = normalise.ratio }, before = "index.B.B1" }')),
        result($moved), 'an indicator in another place, anew');
    my $wide = "unit,A1,A2,A9,B1,B2,B3\nX,9,7,2,4,3,2\nY,15,4,1,1,5,6\n";
    file('data/wide.csv', $wide);
    my $source = 'csv("data/wide.csv", { unit = "unit" })';
    my $less = file('fullwide.lua', $base =~ s/csv\(.*?\)(?= \},)/$source/r =~ s/      indicator \{ "B3".*?\n//r);
    file('data/widekept.csv', "unit,A1,A2,A9,B1,B2\nX,9,7,2,4,3\nY,15,4,1,1,5\n");
    is(result(overlay(qq{data = { observed = $source }, remove { "index.B.B3" }})),
        result($less, '--data', "observed=$tmp/data/widekept.csv"), 'columns of what was removed are left out, too');
}

# Keys said anew.
{
    my $file = overlay('id = "two", title = "第二版", cite = "law 2", status = "draft", note = "why", titles = { areas = "Parts" }');
    my ($status, $out) = run($file);
    $out = decode_utf8($out);
    is($status, 0, 'an overlay says anew what it is');
    like($out, qr/^第二版\n依据 +law 2\n版本 +draft\n/, 'title, citation, status');
    like($out, qr/Parts/, 'a title of an output');
    like($out, qr/Total/, 'and the base\'s others');
    my $later = overlay('stages = { { "far", to = 2060, title = "Later" } }');
    ($status, $out) = run($later);
    like(decode_utf8($out), qr/Later 2021–2060/, 'a stage said anew; what is not said stays');
    methods_in("$tmp/data");
    file('data/gone.lua', $base =~ s{data/x\.csv}{nowhere.csv}r);
    my $moved = overlay('data = { observed = csv("data/x.csv", { unit = "unit", indicator = "indicator", value = "value" }) }', 'data/gone.lua');
    is(result($moved), result($first), 'the data of the base is not even opened where the overlay has others');
    isnt(result($moved, '--data', 'observed=' . file('data/one.csv', "unit,indicator,value\nX,A1,1\n")), result($first), 'and --data stands for those');
}

# compute with the outputs of the base.
{
    my $upon = overlay('compute = function(a, base) local r = base(a); r.twice = 2 * r.total; r.word = nil; return r end');
    my $full = $base =~ s/return \{ total = total,/return { twice = 2 * total, total = total,/r =~ s/, word = a\.params\.word//r;
    is(result($upon), result(file('fullcompute.lua', $full)), 'compute adds an output to those of the base');
    my $third = file('third.lua', qq{return extend "two$count.lua" { compute = function(a, base)
      local r = base(a)
      return { total = r.total, four = 2 * r.twice } end, outputs = { "four" } }\n});
    my ($status, $out, $err) = run($third, '--output', 'four', '--format', 'csv');
    is($err, '', 'and another upon that');
    my ($total) = (run($first, '--output', 'total', '--format', 'csv'))[1] =~ /^X,near,([\d.]+)$/m;
    my ($four) = $out =~ /^X,near,([\d.]+)$/m;
    near($four, 4 * $total, 1e-12 * $total, 'it sees what the one before added');
    my (undef, undef, $said) = run(overlay('compute = function(a, base) return { x = base(a).totl } end'));
    like(decode_utf8($said), qr/two$count\.lua:4:50: what base returns has no 'totl' — did you mean 'total'\?/, 'a slip in it is told');
    (undef, undef, $said) = run(overlay('compute = function(a, base) return base() end'));
    like($said, qr/two$count\.lua:4:\d+: base takes what compute was given/, 'base without its argument');
    (undef, undef, $said) = run(overlay('compute = function(a, base) return base(a), warn(a.params.capp) end'));
    like($said, qr/two$count\.lua:4:.*no 'capp'/, 'a fault of the overlay is in the overlay');
}

# Chains, and what a leaf knows of them.
{
    file('c2.lua', encode_utf8(qq{return extend "one.lua" { id = "2", cite = "law 2",\n  set { "index.A.A1.weight", 3, was = 4, cite = "§2" },\n  set { "index.A.A1.standard", 11 },\n}\n}));
    file('c3.lua', qq{return extend("c2.lua", { id = "3",\n  set { "index.A.A1.weight", 5, was = 3 },\n  set { "index.A.A1.standard", { far = 25 }, was = 11 } })\n});
    my $full = $base =~ s/weight = 4, standard = \{ near = 10, far = 20 \}/weight = 5, standard = { near = 11, far = 25 }/r;
    is(result("$tmp/c3.lua"), result(file('full3.lua', $full)), 'an edition upon an edition');
    my (undef, $out) = run('leaves', "$tmp/c3.lua", '--format', 'csv');
    my %leaf = map { $_->[0] => $_ } csv_rows($out);
    my ($one, $two, $three) = map { "$tmp/$_" } qw(one.lua c2.lua c3.lua);
    is_deeply([map { decode_utf8($_) } @{ $leaf{'index.A.A1.weight'} }[1 .. 6]],
        ['5', '(1)', $three, '2', 'false', "4 (1), $one:11; 3 §2, $two:2"], 'a leaf has its value, its citation, its line, and all it was before');
    is($leaf{'index.A.A1.standard.far'}[6], "10 (1), $one:11; 20 (1), $one:11; 11 law 2, $two:3", 'also where the form changed');
    is($leaf{'index.A.A2.weight'}[6], '', 'others have no past');
    is($leaf{'params.cap'}[3], $one, 'and stand where they stood');
    ok(!exists $leaf{'index.A.A1.standard'}, 'the form that was left is gone');
    (undef, $out) = run('leaves', "$tmp/c3.lua", '--format', 'csv', '--set', 'index.A.A1.weight=9');
    %leaf = map { $_->[0] => $_ } csv_rows($out);
    is_deeply([@{ $leaf{'index.A.A1.weight'} }[1, 5]], [9, 'true'], '--set comes after all editions');
    like($leaf{'index.A.A1.weight'}[6], qr/; 5 .*c3\.lua:2$/, 'and leaves what they say to be seen');
    isnt(result("$tmp/c3.lua", '--set', 'index.A.A1.weight=9'), result("$tmp/c3.lua"), 'it counts');
    (undef, $out) = run('leaves', $first);
    unlike($out, qr/before|此前/i, 'without an overlay there is no column of what was before');
}

# Why an indicator went is told where the two editions are compared; without a cite, that of the edition.
for (['remove { "index.B", cite = "why" }', 'why'], ['cite = "law 2", remove { "index.B" }', 'law 2'], ['remove { "index.B" }', '']) {
    my ($body, $why) = @$_;
    my $two = overlay($body);
    my (undef, $out) = run('diff', $first, $two, '--format', 'json');
    for my $address ('index.B', 'index.B.B3') {
        my ($line) = $out =~ /^(.*"address": "\Q$address\E",.*)$/m;
        like($line // '', qr/"at_after": "\Q$two\E:4"/, "$address is told to go where the overlay says so");
        like($line // '', $why ? qr/"cite_after": "\Q$why\E"/ : qr/"cite_after": null/, "with the reason '$why'");
    }
}

# What the base says decides results, so it is part of the rules' digest.
{
    my @digest;
    for my $remark ('', "-- a remark\n") {
        file('c1.lua', $base . $remark);
        my (undef, $out) = run(file('digest.lua', 'return extend "c1.lua" {}'), '--format', 'json');
        push @digest, $out =~ /"rules": \{.*?"sha256": "(\w{64})"/s;
    }
    is(scalar @digest, 2, 'the digest of the rules');
    isnt($digest[0], $digest[1], 'covers the base');
}

# A base in another folder has modules and data of its own; the overlay has others of the same name.
{
    for my $where ('old', 'new') {
        file("$where/methods/own.lua", qq{local deep = require "methods.deep"\nreturn { times = deep.times }\n});
        file("$where/methods/deep.lua", 'return { times = ' . ($where eq 'old' ? 3 : 5) . " }\n");
        file("$where/x.csv", "unit,value\nX," . ($where eq 'old' ? 7 : 8) . "\n");
    }
    file('old/2011.lua', <<'LUA');
local own = require "methods.own"
return assessment { id = "1", title = "t", data = { x = csv("x.csv", { unit = "unit", value = "value" }) },
  compute = function(a) local late = require "methods.own"
    return { out = a.data.x * own.times, late = a.data.x * late.times } end }
LUA
    file('new/2012.lua', <<'LUA');
local own = require "methods.own"
return extend "../old/2011.lua" { id = "2",
  compute = function(a, base) local r, late = base(a), require "methods.own"
    r.mine = a.data.x * own.times; r.mine_late = a.data.x * late.times; return r end }
LUA
    my %want = (out => 21, late => 21, mine => 35, mine_late => 35);
    for my $from ('.', 'new') {
        my $here = "$tmp/$from";
        my $path = $from eq 'new' ? '2012.lua' : 'new/2012.lua';
        for my $name (sort keys %want) {
            my $out = `cd '$here' && '$assess' $path --output $name --format csv 2>&1`;
            is($out, "unit,$name\nX,$want{$name}\n", "$name: each edition has the modules and data of its folder, from $from");
        }
    }
    file('old/2011.lua', slurp("$tmp/old/2011.lua") =~ s/a\.data\.x \* own/a.data.y * own/r);
    my (undef, undef, $err) = run("$tmp/new/2012.lua");
    like($err, qr/old\/2011\.lua:4:.*no 'y'/, 'a fault of the base is told where it stands');
}

# What is refused: each is told at its place in the overlay, and all of one file at once.
sub refused {
    my ($name, $body, @wants) = @_;
    my ($status, undef, $err) = run(overlay($body));
    $err = decode_utf8($err);
    is($status, 3, "$name is a fault of the rules");
    like($err, $_, $name) for @wants;
    return;
}
my $o = qr/two\d+\.lua/;
refused('an id that is not there', 'set { "index.B.B7.weight", 3 }', qr/$o:4:16: no indicator 'B7' in 'B' — did you mean 'B\d'\? \(declared at .*one\.lua:\d+\)/);
refused('an indicator elsewhere', 'set { "index.B.A1.weight", 3 }', qr/$o:4:16: no indicator 'A1' in 'B' — did you mean 'index\.A\.A1\.weight'\? \(declared at .*one\.lua:11\)/);
refused('a slip in an attribute', 'set { "index.A.A1.weigth", 3 }', qr/$o:4:19: indicator 'A1' has no `weigth` — did you mean `weight`\?/);
refused('an attribute not given', 'set { "index.A.A1.cap", 3 }', qr/has no `cap` — give it with add \{ "index\.A\.A1\.cap", … \}/);
refused('a parameter that is not there', 'set { "params.capp", 3 }', qr/$o:4:15: no parameter 'capp' — did you mean 'params\.cap'\? \(declared at .*one\.lua:7\)/);
for my $long ('("x"):rep(100000)', '"index." .. ("x"):rep(100000)', '"params." .. ("x"):rep(100000)', '"index.A.A1." .. ("x"):rep(100000)') {
    my ($status, undef, $err) = run(overlay("set { $long, 3 }"));
    ok($status == 3 && length $err < 1000, "an address without end is a fault that can be read: $long");
}
refused('the end of an address', 'set { "A1.weight", 3 }', qr/the base has no 'A1\.weight' — did you mean 'index\.A\.A1\.weight'\?/);
refused('a base that changed', 'set { "index.A.A1.weight", 3, was = 5 }', qr/$o:4:31: index\.A\.A1\.weight is 4, not 5 — it is written at .*one\.lua:11: does this change still hold, with was = 4\?/);
refused('a base that changed in one stage', 'set { "index.A.A1.standard", { near = 1 }, was = { near = 10, far = 21 } }', qr/index\.A\.A1\.standard is near = 10, far = 20, not near = 10, far = 21/);
refused('was of another form', 'set { "index.A.A1.standard", 5, was = 10 }', qr/index\.A\.A1\.standard is near = 10, far = 20, not 10/);
refused('was of another kind', 'set { "index.A.A1.weight", 5, was = "4" }', qr/$o:4:31: was is a text, but index\.A\.A1\.weight is a number/);
refused('a method that changed', 'set { "index.A.A1.score", normalise.inverse, was = normalise.inverse }', qr/index\.A\.A1\.score is normalise\.ratio, not normalise\.inverse/);
refused('a text for a number', 'set { "index.A.A1.weight", "3" }', qr/index\.A\.A1\.weight is a text, not a number/);
refused('a number for a text', 'set { "params.word", 3 }', qr/params\.word is a text, not a number/);
refused('a stage that is not there', 'set { "index.A.A1.standard", { middle = 3 } }', qr/no stage 'middle'/);
refused('a name that is not there', 'set { "params.limits", { middle = 3 } }', qr/'limits\.middle'/);
refused('a weight below nothing', 'set { "index.A.A1.weight", -1 }', qr/$o:4:19: index\.A\.A1\.weight is -1; a weight is not negative/);
refused('a word that means nothing', 'set { "index.B.B1.better", "less" }', qr/is 'less', not "higher"/);
refused('nothing', 'set { "index.A.A1.weight" }', qr/index\.A\.A1\.weight is set to nothing/);
refused('a value for each stage in a row', 'set { "index.A.A1.standard", 3, 4 }', qr/set to more than one value — a value for each stage is/);
refused('several in one', 'set { { "index.A.A1.weight", 3 }, { "index.A.A2.weight", 3 } }', qr/$o:4:1: set without an address — one leaf in each set/);
refused('an element', 'set { "index.A", 3 }', qr/'index\.A' has no value itself/);
refused('the same twice', "set { \"index.A.A1.weight\", 3 },\nset { \"index.A.A1.weight\", 3 }", qr/$o:5:8: index\.A\.A1\.weight is set twice, first at .*$o:4/);
refused('a part of what was set', "set { \"index.A.A1.standard\", 3 },\nset { \"index.A.A1.standard.far\", 3 }", qr/$o:5:/);
refused('what was removed', "remove { \"index.A.A1\" },\nset { \"index.A.A1.weight\", 3 }", qr/$o:5:8: 'index\.A\.A1' was removed at .*$o:4/);
refused('removing twice', "remove { \"index.A.A1\" },\nremove { \"index.A.A1\" }", qr/$o:5:11: 'index\.A\.A1' was removed at .*$o:4/);
refused('a group without anything', qq{remove { "index.A.A1",\n"index.A.A2", "index.A.A9" }}, qr/$o:4:.*group 'A' is left without indicators — remove \{ "index\.A" \}/);
refused('removing all', 'remove { "index" }', qr/the index itself cannot be removed/);
refused('removing a weight', 'remove { "index.A.A1.weight" }', qr/an indicator always has a weight/);
refused('removing a number', 'remove { 3 }', qr/remove without an address/);
refused('an id there already', 'add { "index.A", indicator { "B1", "x" } }', qr/$o:4:31: the id 'B1' is given twice, first at .*one\.lua:\d+/);
refused('a leaf there already', 'add { "params.cap", 3 }', qr/params\.cap is there already, 100 at .*one\.lua:7 — set \{ "params\.cap", … \} changes it/);
refused('a stage for one that is there', 'add { "index.A.A2.standard.far", 3 }', qr/index\.A\.A2\.standard is there already/);
refused('into an indicator', 'add { "index.A.A1", indicator { "Z", "z" } }', qr/'A1' is an indicator and holds nothing/);
refused('an order among leaves', 'add { "params.more", 3, before = "cap" }', qr/$o:4:25: params\.more stands in no order/);
refused('a cite that is none', 'cite = 3', qr/\A[^\n]*$o:4:1: assessment: `cite` is a number, not a text\n[^\n]*\n[^\n]*\n\z/);
refused('into nothing', 'add { "index.C", indicator { "Z", "z" } }', qr/no group or indicator 'C' in the index|no group 'C'/);
refused('before nothing', 'add { "index.A", indicator { "Z", "z" }, before = "A3" }', qr/'A' holds no 'A3' to stand before/);
refused('a number into a group', 'add { "index.A", 3 }', qr/number is added to 'A' where a group or an indicator is expected/);
refused('an unknown key in what is added', 'add { "index.A", indicator { "Z", "z", wieght = 3 } }', qr/indicator 'Z' has no key `wieght` — did you mean `weight`\?/);
refused('an unknown key of set', 'set { "index.A.A1.weight", 3, wass = 4 }', qr/$o:4:31: set has no key `wass` — did you mean `was`\?/);
refused('an unknown key of extend', 'titel = "x"', qr/$o:4:1: extend has no key `titel` — did you mean `title`\?/);
refused('params as a table', 'params = { cap = 3 }', qr/an overlay does not give `params` as a whole — set \{ "params\.cap", 120 \}/);
refused('an index', 'index = index { "x", "x" }', qr/an overlay does not give `index` as a whole/);
refused('data as a leaf', 'set { "data.observed", "x.csv" }', qr/data is given anew with data = \{/);
refused('an indicator bare', 'indicator { "Z", "z" }', qr/extend \{ … \} holds indicator where set, remove, add or figure is expected — add/);
refused('a stage more', 'stages = { { "then" } }', qr/there is no stage 'then' — an overlay keeps the stages of its base/);
refused('data that is a path', 'data = { observed = "x.csv" }', qr/data\.observed is not a csv/);
refused('one csv for two', 'data = (function() local c = csv("data/x.csv", { unit = "unit", indicator = "indicator", value = "value" }) return { a = c, b = c } end)()', qr/data\.[ab] is '[ab]' under another name/);
refused('several faults', "set { \"index.A.A1.weigth\", 3 },\nremove { \"index.Q\" },\nadd { \"params.cap\", 1 }", qr/$o:4:.*$o:5:.*$o:6:/s);
refused('numbers as methods', 'set { "index.A.A1.score", 3 }', qr/index\.A\.A1\.score is a value, not a function/);
refused('no number', 'set { "index.A.A1.weight", 0/0 }', qr/not a finite number/);
refused('the name', 'set { "index.A.A1.name", "x" }', qr/has no `name` — to call it otherwise, remove it and add it anew/);

file('2011.lua', slurp('rules/2011.lua') =~ s{\.\./samples/2011/}{}r);
file("2011/$_.lua", slurp("rules/2011/$_.lua")) for 'evidence', 'uncertain';
file('cities.csv', slurp('samples/2011/cities.csv'));
{
    my ($status, undef, $err) = run(overlay('remove { "index.A.A1" }, compute = function(a) return { x = a.data.observed:at { indicator = "A1" } } end'));
    is($status, 3, 'what was removed and is named in a formula');
    like(decode_utf8($err), qr/there is no indicator 'A1' — an overlay removed it; here it is still named/, 'is told to be gone');
    my $only = 'compute = function(a) return { n = count(a.data.observed:only { indicator = { "A1", "A2" } }, "indicator") } end';
    my $out;
    ($status, $out) = run(overlay(qq{remove { "index.A.A1" }, titles = { n = "N" }, $only}), '--output', 'n', '--format', 'csv');
    is($out, "unit,n\nX,1\nY,1\n", 'but a choice among several keeps the others');
    ($status, $out, $err) = run(overlay('remove { "index.E.E14" }', '2011.lua'), '--output', 'total', '--format', 'csv');
    is("$status$err", '0', 'so an indicator marked by a rubric of its own can go');
}

# Files that cannot be extended.
sub chain {
    my ($name, $text, $want, @others) = @_;
    file(@$_) for @others;
    my ($status, undef, $err) = run(file('chain.lua', encode_utf8($text)));
    is($status, 3, "$name is a fault of the rules");
    like(decode_utf8($err), $want, $name);
    return;
}
chain('a file that is not there', 'return extend "onee.lua" {}', qr/chain\.lua:1:16: there is no rule file '.*onee\.lua' — did you mean 'one\.lua'\?/);
chain('a folder', 'return extend "data" {}', qr/there is no rule file '.*data'/);
chain('itself', 'return extend "chain.lua" {}', qr/chain\.lua:1:16: .*chain\.lua extends itself/);
chain('itself by another way', 'return extend "data/../chain.lua" {}', qr/extends itself/);
chain('a circle', 'return extend "chain2.lua" {}', qr/chain2\.lua:1:16: .*chain\.lua is extended by itself, in a circle/, ['chain2.lua', 'return extend "chain.lua" {}']);
chain('a module', 'return extend "methods/normalise.lua" {}', qr/chain\.lua:1:8: .*normalise\.lua returns table, not an assessment/);
chain('a file that returns nothing', 'return extend "chain2.lua" {}', qr/chain\.lua:1:8: .*chain2\.lua returns nothing/, ['chain2.lua', '']);
chain('a CSV file', 'return extend "data/x.csv" {}', qr/data\/x\.csv:2:1:/);
chain('a base at fault', qq{return extend "chain2.lua" { set { "params.x", 3 } }}, qr/chain2\.lua:1:\d+: assessment has no key `titel`/, ['chain2.lua', 'return assessment { titel = "x", compute = function(a) return { x = 1 } end }']);
chain('extend without changes', 'return extend "one.lua"', qr/what changes follows in braces/);
chain('extend without a path', 'return extend { set { "params.cap", 3 } }', qr/chain\.lua:1:8: extend takes the path of a rule file, not table/);
chain('extend with a text', 'return extend("one.lua", "two.lua")', qr/extend takes a table of changes, not a string/);
chain('set alone', 'return set { "params.cap", 3 }', qr/the rule file returns set, not an assessment/);
chain('set called', 'return extend "one.lua" { set("params.cap", 3) }', qr/set \{ … \} takes a table, not a string/);
chain('set in an assessment', 'return assessment { id = "x", set { "params.cap", 3 }, compute = function(a) return { x = 1 } end }', qr/what stands in assessment \{ … \} needs a key/);
{
    file("long$_.lua", 'return extend "long' . ($_ + 1) . '.lua" {}') for 0 .. 40;
    my ($status, undef, $err) = run("$tmp/long0.lua");
    is($status, 3, 'a chain without an end');
    like($err, qr/more than 32 editions/, 'is given up');
}

# The sample.
{
    my ($status, $out, $err) = run('rules/2012.lua', '--output', 'total', '--format', 'csv');
    is("$status$err", '0', 'rules/2012.lua runs on the sample');
    my (undef, $leaves) = run('leaves', 'rules/2012.lua', '--format', 'csv');
    my $sum = 0;
    $sum += $_->[1] for grep { $_->[0] =~ /^index\.\w+\.\w+\.weight$/ } csv_rows($leaves);
    is($sum, 100, 'its weights still add up to 100');
    my $scores = outputs('rules/2012.lua')->{scores};
    near($scores->{'Hong Kong/C7/stage1'}, 100 * 40 / 47, 1e-10, 'Hong Kong is no longer the standard of its own air');
    ok(!exists $scores->{'Hong Kong/C3/stage1'}, 'C3 is gone');
    my $full = slurp('rules/2011.lua');
    $full =~ s/("A5",.*?weight = )2/${1}1/s;
    $full =~ s/("A8",.*?weight = )3/${1}4/s;
    $full =~ s/      indicator \{ "C3".*?\n.*?\n//;
    $full =~ s/("C7",.*?weight = )4/${1}5.5/s;
    $full =~ s/stage1 = 47/stage1 = 40/;
    $full =~ s{\.\./samples/2011/cities\.csv}{cities.csv};
    my $hand = file('by_hand.lua', $full);
    file('cities.csv', join '', grep { !/^[^,]*,C3,/ } split /^/, slurp('samples/2011/cities.csv'));
    is(result('rules/2012.lua'), result($hand), 'and the result is that of the full edition');
}
done_testing();
