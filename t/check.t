#!/usr/bin/perl
# assess check: for every code a rule file with that finding and a corrected copy without it; the shipped rules; the
# formats of the report.
#
# t/check/CODE.lua marks what must be found: "--> CODE:COLUMN" at the end of a line, or "-- found: FILE[:LINE:FIELD]
# CODE" for a finding in another file. Nothing else may be found.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# The findings of the program's CSV: [file, line, column or field, code, severity, accepted].
sub findings {
    my (@arguments) = @_;
    my ($status, $out, $err) = run('check', '--methods', 'rules', '--format', 'csv', @arguments);
    my ($head, @rows) = csv_rows($out);
    my %at = map { $head->[$_] => $_ } 0 .. $#{ $head // [] };
    my @found = map { my $r = $_; +{ map { $_ => $r->[$at{$_}] // '' } keys %at } } @rows;
    return ($status, $err, @found);
}

sub options_of { slurp($_[0]) =~ /^-- options: (.*)$/m ? split(' ', $1) : () }

my %seen;
for my $path (sort glob 't/check/*.lua') {
    my ($code, $mended) = $path =~ m{/(\w+)[^/]*?(\.mended)?\.lua$};
    my $text = decode_utf8(slurp($path));
    my ($status, $err, @found) = findings(options_of($path), $path);
    is($err, '', "$path: nothing on standard error");
    if ($mended) {
        is_deeply([map { "$_->{file}:$_->{line} $_->{code} $_->{text}" } @found], [], "$path: nothing is found");
        is($status, 0, "$path: status 0");
        next;
    }
    $seen{$code} = 1;
    my @want = $text =~ /^-- found: (\S+ \w+)$/mg;
    my $line = 0;
    for (split /\n/, $text) {
        $line++;
        push @want, map { my ($what, $column) = split /:/; "$path:$line:$column $what" } split ' ', $1 if /--> ([\w: ]+)$/;
    }
    # Of what is found in a library the line may move.
    my @got = map { "$_->{file}" . ($_->{file} =~ /methods/ ? '' : ":$_->{line}:$_->{column}") . " $_->{code}" } @found;
    is_deeply([sort @got], [sort @want], "$path: found where it is, and nothing else")
        or diag join "\n", map { "$_->{file}:$_->{line}:$_->{column} $_->{code} $_->{text}" } @found;
    my %worst = map { $_->{severity} => 1 } @found;
    is($status, $worst{error} ? 1 : 0, "$path: status");
    is((findings(options_of($path), '--strict', $path))[0], $worst{error} || $worst{warning} ? 1 : 0, "$path: status with --strict");
    my (undef, undef, @left) = findings(options_of($path), "--ignore", $code, $path);
    is(scalar(grep { $_->{code} eq $code } @left), 0, "$path: --ignore $code");
}


# ---- codes ----

my (undef, $list) = run('check', '--explain', 'all');
my @codes = map { /^(\S+)/ } split /\n/, $list;
$seen{M04} = 1; # of a table that is large: t/large_tables.t
is_deeply([sort keys %seen], \@codes, 'every code has a rule file that it finds');
is_deeply(\@codes, [sort @codes], 'codes are in order');
for my $code (@codes) {
    my ($status, $out) = run('check', '--explain', $code);
    ok($status == 0 && $out =~ /^\Q$code\E \((note|warning|error)\): .*\n\n.*\n\nfound:  .*^mended: /ms, "--explain $code");
}

# The manual has the same text.
sub words { join ' ', split ' ', decode_utf8($_[0]) }
my $manual = words(slurp('doc/check.md') =~ s/^#+ //mgr);
for my $code (@codes) {
    my (undef, $out) = run('check', '--explain', $code);
    ok(index($manual, words($out)) >= 0, "doc/check.md tells $code as --explain does");
}

# ---- the shipped rules: what is found in them, without lines, which move ----

my (undef, undef, @shipped) = findings(grep { !/_test/ } sort glob 'rules/*.lua');
my $told = join '', map { "$_->{file} $_->{code} $_->{severity}" . ($_->{accepted} eq 'true' ? ' accepted' : '') . " $_->{text}\n" } @shipped;
is(decode_utf8($told), decode_utf8(slurp('t/check/shipped.txt')), 'the shipped rules: what is known of them, and nothing else');

# What no result depends on changes nothing, and what is not said to be so does: all floors of the first edition.
my @scores = qw(--format csv --output scores rules/2011.lua);
my (undef, $base) = run(@scores);
my @floors = grep { $_->[0] =~ /\.floor$/ } csv_rows((run(qw(leaves --format csv rules/2011.lua)))[1]);
my @felt = map { $_->[0] } grep { (run('--set', "$_->[0]=" . ($_->[1] + 7.25), @scores))[1] ne $base } @floors;
is_deeply(\@felt, ['index.A.A4.floor', 'index.C.C10.floor'], 'two floors change a result');
my ($said) = grep { $_->{code} eq 'U02' && $_->{file} eq 'rules/2011.lua' } @shipped;
like($said->{text}, qr/floor of @{[@floors - @felt]} of @{[scalar @floors]}: A1, A2, A3, A5,/, 'a finding says that the other floors do not');

# ---- accepted in the rules ----

my $w03 = decode_utf8(slurp('t/check/W03.lua'));
file('towns.csv', slurp('t/check/towns.csv'));
sub of_text {
    my ($text, @options) = @_;
    file('rules.lua', Encode::encode_utf8($text));
    my ($status, undef, @found) = findings(@options, "$tmp/rules.lua");
    return join ' ', $status, map { $_->{code} . ($_->{accepted} eq 'true' ? "=$_->{reason}" : '') } @found;
}
is(of_text($w03, '--strict'), '1 W03', 'a warning fails with --strict');
is(of_text($w03 =~ s/  --> .*/ -- check: ignore W03 (until 2013)/r, '--strict'), '0 W03=until 2013', 'a comment at the end of the line accepts it');
is(of_text($w03 =~ s/  --> .*/ -- check: ignore W01, W03/r, '--strict'), '0 W03=', 'a comment with several codes and no reason accepts it');
is(of_text($w03 =~ s/  --> .*/ -- check: ignore W01 (W03)/r, '--strict'), '1 W03', 'a code in the reason does not count');
is(of_text($w03 =~ s/(\n)( +indicator \{ "air")/$1    -- check: ignore W03 (why)\n    -- a remark\n$2/r), '0 W03=why', 'a comment on a line of its own above accepts it');
is(of_text($w03 =~ s/(indicator \{ "gdp".*)/$1 -- check: ignore W03/r), '0 W03', 'a comment at the end of the line above does not');
is(of_text("-- check: ignore-file W03 (all)\n" . $w03), '0 W03=all', 'a comment for the whole file accepts it');
is(of_text("-- check: ignore-file W0 (all)\n" . $w03), '0 W03', 'part of a code does not accept it');

# ---- what is asked for ----

is(of_text($w03, '--only', 'W'), '0 W03', '--only takes the letter of codes');
is(of_text($w03, '--only', 'U01,B'), '0', '--only with other codes leaves it out');
is(of_text($w03, '--ignore=W03 U02'), '0', '--ignore takes a list');
for ([qw(--only)], [qw(--only W9)], ['--ignore', ''], [qw(--format xml)], [qw(--explain Q)], [qw(--nonsense)]) {
    my ($status, $out, $err) = run('check', @$_, "$tmp/rules.lua");
    is($status, 2, "@$_: status 2");
    is($out, '', "@$_: nothing on standard output");
    isnt($err, '', "@$_: a message says why");
}
my ($status, $out, $err) = run('check', "$tmp/rules.lua", "$tmp/none.lua");
ok($status == 2 && $out eq '' && $err =~ /none\.lua: no such file/, 'a file that is not there is reported before any work');
($status, $out, $err) = run('check', '--strict', "$tmp/rules.lua", 't/check/W01.lua');
ok($status == 1 && $out =~ /rules\.lua:\d+:\d+: warning W03: .*^t\/check\/W01\.lua:4:20: warning W01: .*^2 warnings in /ms, 'two files make one report');
($status, $out) = run('check', 't/check/W01.lua', 't/check/W01.lua');
is(scalar(() = $out =~ /warning W01:/g), 1, 'the same finding is reported once');
($status, $out, $err) = run('check', 't/check/W01.lua', 'rules/hdi_test.lua');
ok($status == 0 && $err =~ /hdi_test\.lua: tests of rules, not checked/, 'tests are left out, with a message');
file('empty.lua', '');
is((run('check', "$tmp/empty.lua"))[0], 1, 'an empty file is a finding');
($status, $out) = run('check', '-o', "$tmp/report.json", '--format', 'json', 't/check/W01.lua');
is($out, '', '-o: nothing on standard output');
my $report = decode_json(slurp("$tmp/report.json"));
is_deeply([@{$report->{summary}}{qw(errors warnings notes accepted)}], [0, 1, 0, 0], 'JSON: the summary');
is_deeply([map { [@$_{qw(file line column code severity offending accepted)}] } @{$report->{findings}}],
          [['t/check/W01.lua', 4, 20, 'W01', 'warning', 'all', JSON::PP::false]], 'JSON: the finding');

# Parameters that are declared behind `compute` repeat nothing there; what compute itself has, does.
file('behind.lua', <<'END');
return assessment { id = "x", title = "X", data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a)
    local k = 0
    for i = 1, 2 do if i > 1 then k = k + 77 end end
    return { total = a.data.x * a.params.share + k }
  end,
  params = { share = 37, limit = 77 } }
END
my (undef, undef, @l04) = findings('--only', 'L04', "$tmp/behind.lua");
is_deeply([map { "$_->{line} $_->{offending}" } @l04], ['4 77'], 'L04: in compute, not behind it');

# A text of the data is there however often it stands there.
for my $rows (1, 255, 256, 257, 512) {
    file('often.csv', "row,kind\n" . join '', map { "r$_,veto\n" } 1 .. $rows);
    file('often.lua', <<'END');
return assessment { id = "x", title = "X", data = { e = csv("often.csv", { rows = "row", label = "row" }) },
  compute = function(a) return { there = matches(a.data.e.kind, "veto"), other = matches(a.data.e.kind, "vote") } end }
END
    my (undef, undef, @p02) = findings('--only', 'P02', "$tmp/often.lua");
    is_deeply([map { $_->{offending} } @p02], ['vote'], "P02: a text that stands $rows times has its match");
}

# ---- an edition upon another: each finding stands in the file that says what is wrong ----

file('base.lua', <<'END');
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { base = 50 },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, better = "higher", floor = 100, standard = 300 },
    indicator { "air", "Particles", weight = 40, better = "lower", floor = 50, standard = 10 },
  },
  compute = function(a)
    return { score = 60 + 40 * (a.data.x - a.index.floor) / (a.index.standard - a.index.floor),
      total = mean(a.data.x, "indicator", { weights = a.index.weight }) / a.params.base }
  end,
}
END
file('over.lua', <<'END');
return extend "base.lua" {
  id = "towns2", title = "Towns, second",
  set { "index.gdp.weight", 50, was = 60, cite = "x" },
  set { "index.air.standard", 90, was = 10, cite = "x" },
  add { "index", indicator { "tax", "Particles", weight = 0, cite = "y" } },
  set { "params.base", 0, was = 50, cite = "x" },
}
END
(undef, undef, my @found) = findings("$tmp/base.lua", "$tmp/over.lua");
is_deeply([map { ($_->{file} =~ m{([^/]+)$})[0] . ":$_->{line}:$_->{column} $_->{code}" } @found],
          ['over.lua:4:16 S01', 'over.lua:5:31 D01', 'over.lua:5:31 S05', 'over.lua:5:31 S05', 'over.lua:5:38 N02',
           'over.lua:5:50 W03', 'base.lua:5:20 W01', 'base.lua:11:73 M01'], 'an edition and its base');

# ---- SARIF 2.1.0: what the specification requires, and what readers of it rest on ----

my $wide = $w03 =~ s/  --> .*//r =~ s/"Particles"/"颗粒物 \x{1F32B}\x{1F32B}"/r;
file('wide rules.lua', Encode::encode_utf8($wide . "-- check: ignore-file N02\n"));
($status, $out) = run('check', '--format', 'sarif', '--methods', 'rules', "$tmp/wide rules.lua", 't/check/R02.lua', 'rules/2011.lua');
is($status, 1, 'SARIF: status');
my $sarif = decode_json($out);
is($sarif->{version}, '2.1.0', 'SARIF: version');
like($sarif->{'$schema'}, qr/sarif-schema-2\.1\.0\.json$/, 'SARIF: schema');
is(scalar @{$sarif->{runs}}, 1, 'SARIF: one run');
my $run = $sarif->{runs}[0];
my $driver = $run->{tool}{driver};
is($driver->{name}, 'assess', 'SARIF: the tool');
is($run->{columnKind}, 'utf16CodeUnits', 'SARIF: how columns count');
is($run->{invocations}[0]{executionSuccessful}, JSON::PP::true, 'SARIF: the invocation');
is_deeply([map { $_->{id} } @{$driver->{rules}}], \@codes, 'SARIF: its rules');
for (@{$driver->{rules}}) {
    ok($_->{name} =~ /^[a-z-]+$/ && $_->{shortDescription}{text} && $_->{fullDescription}{text} && $_->{help}{text} &&
       $_->{defaultConfiguration}{level} =~ /^(note|warning|error)$/ && !exists $_->{helpUri}, "SARIF: rule $_->{id}");
}
for (@{$run->{results}}) {
    my $where = $_->{locations}[0]{physicalLocation};
    my $region = $where->{region};
    ok($_->{message}{text} ne '' && $_->{level} =~ /^(note|warning|error)$/ && $codes[$_->{ruleIndex}] eq $_->{ruleId},
       "SARIF: a result of $_->{ruleId}");
    like($where->{artifactLocation}{uri}, qr{^(file:///)?[A-Za-z0-9._~%/-]+$}, 'SARIF: its file as a URI reference');
    ok($region->{startLine} >= 1 && (!exists $region->{startColumn} || $region->{startColumn} >= 1) &&
       (!exists $region->{endColumn} || $region->{endColumn} > $region->{startColumn}), 'SARIF: its region');
    ok(!exists $_->{suppressions} || $_->{suppressions}[0]{kind} eq 'inSource', 'SARIF: its suppression');
}
my ($own) = grep { $_->{ruleId} eq 'W03' } @{$run->{results}};
my $place = $own->{locations}[0]{physicalLocation};
like($place->{artifactLocation}{uri}, qr{^file:///.*/wide%20rules\.lua$}, 'SARIF: a space in a path');
my ($line) = grep { /颗粒物/ } split /\n/, $wide;
my $before = Encode::encode('UTF-16LE', $line =~ s/weight = 0.*//r);
is_deeply([@{$place->{region}}{qw(startColumn endColumn)}], [length($before) / 2 + 1, length($before) / 2 + 11], 'SARIF: columns in UTF-16 code units');
is($place->{region}{snippet}{text}, 'weight = 0', 'SARIF: the text that is meant');
is(scalar(grep { $_->{suppressions} } @{$run->{results}}), 1, 'SARIF: what the rules accept is suppressed');

my $full = system("\Q$assess\E check --explain all > /dev/full 2> \Q$tmp\E/.full");
is($full >> 8, 5, 'a full disk is reported for explanations, too');
like(slurp("$tmp/.full"), qr/standard output cannot be written/, 'the message says that output cannot be written');

done_testing();
