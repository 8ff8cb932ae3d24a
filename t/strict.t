#!/usr/bin/perl
# Warnings: at the end, in the result of every kind, and errors under --strict, whichever command runs the rules.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use xlsx;
use Encode qw(encode encode_utf8 decode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$ENV{LANGUAGE} = 'en';

file('x.csv', "unit,indicator,value\nDonglin,a,1\nDonglin,b,2\nXi,a,3\nXi,b,1\n");
file('gbk.csv', encode('gbk', "unit,indicator,value\nXi,a,4\n东林,b,2\n"));
file('x_test.lua', qq{test("strict", function(t) t.fails("warned.lua", {}, "2 warnings are errors", { strict = true }) end)\n});
my $body = sub {
    my ($more, $data) = @_;
    return <<"LUA";
return assessment { id = "w", title = "Warnings", focus = "Xi",
  data = { x = csv("@{[ $data // 'x.csv' ]}", { unit = "unit", indicator = "indicator", value = "value" }) }, params = { k = 1 },
  index = index { "all", "All", indicator { "a", "First", weight = 1 }, indicator { "b", "Second", weight = 1 } },
  uncertain = { { "params.k", uniform = { 0.5, 1.5 } } }, show = { score = "total", details = "share" },
  compute = function(a)
    local x = a.data.x
    local share = $more
    return { share = share, total = mean(share, "indicator") * a.params.k, rank = rank(mean(share, "indicator"), "unit") }
  end }
LUA
};
my $rules = file('warned.lua', $body->("1 / (x - 1)\n    warn(x:gt(2), \"a figure is large\", x)"));
my $plain = file('plain.lua', $body->('x * 2'));
file('next.lua', qq{return extend "warned.lua" { title = "next", set { "index.a.weight", 2 } }});

# ---- every command that has the option ----

my ($list) = (run('help'))[1];
my %call = (
    run => [$rules], statement => [$rules, 'Xi'], notice => [$rules], report => [$rules], explain => [$rules, 'Xi'], whatif => [$rules, 'Xi', 'a=4'],
    goal => [$rules, 'Xi', '--rank', 1], diff => [$rules, "$tmp/next.lua"], levers => [$rules, 'Xi'], leaves => [$rules], vary => [$rules, '--draws', 20],
    certain => [$rules], sensitivity => [$rules], plot => [$rules, 'ranking'], profile => [$rules], template => [$rules, '-o', "$tmp/form.xlsx"],
    export => ['coinr', $rules, '-o', "$tmp/coinr"], record => [$rules, '-o', "$tmp/run"],
);
my @with = grep { (run('help', $_))[1] =~ /^ +--strict +warnings are errors/m } sort keys %call;
cmp_ok(scalar @with, '>=', 15, "commands with --strict: @with");
is(join(' ', grep { !$call{$_} && (run('help', $_))[1] =~ /^ +--strict +warnings are errors/m } map { /^  (\w+) / } split /\n/, $list), '', 'there is no other');
for my $command (@with) {
    my ($status, $out, $err) = run($command, @{$call{$command}}, '--strict');
    is("$status $out", '4 ', "assess $command --strict ends with status 4 and writes nothing");
    like($err, qr/--strict: 2 warnings are errors$/m, 'which it says') or diag $err;
}
is(join(' ', grep { -e "$tmp/$_" } qw(form.xlsx coinr run)), '', 'no file is there');
is((run('report', $rules, '--strict', '-o', "$tmp/no.html"))[0], 4, 'nor is a page written');
ok(!-e "$tmp/no.html", 'of which nothing is there');
is((run($plain, '--strict'))[0], 0, 'rules without warnings run');
my ($status, $out, $err) = run($rules, '--strict', '--data', "x=$tmp/gbk.csv", '--lang', 'en');
like($err, qr/gbk\.csv:\d+: .*GB18030.*--strict: \d warnings are errors/s, 'an encoding that was assumed counts, too') or diag decode_utf8($err);
is((run($plain, '--strict', '--data', "x=$tmp/gbk.csv"))[0], 4, 'alone');
is((run($plain, '--strict', '--data', "x=$tmp/gbk.csv", '--encoding', 'gb18030'))[0], 0, 'and does not where it is named');
is((run('test', "$tmp/x_test.lua"))[0], 0, 'a run of a test may ask for it');

# ---- in the result ----

($status, $out, $err) = run($rules);
is($status, 0, 'without it the run goes on');
like($out, qr/^Warnings\n- .*a figure is large.*\n- .*division by zero/ms, 'and the report ends with them');
for my $format (qw(md html json)) {
    ($status, $out, $err) = run($rules, '--format', $format);
    like($out, qr/division by zero: 2 elements became missing/, "in $format");
}
($status, $out, $err) = run($rules, '--format', 'csv', '--output', 'rank', '-o', "$tmp/out");
like(scalar slurp("$tmp/out/result.json"), qr/"warnings": \[\s*\{\s*"text": "a figure is large/, 'in the folder');
like($err, qr/division by zero/, 'on standard error');
($status, $out, $err) = run('report', $rules, '-o', "$tmp/page.html");
like(scalar slurp("$tmp/page.html"), qr/division by zero: 2 elements became missing/, 'on the page');
($status, $out, $err) = run('report', $rules, '-o', "$tmp/book.xlsx");
my ($cell) = cells_of("$tmp/book.xlsx");
is(scalar(grep { /^Notes!/ && $cell->{$_} =~ /division by zero: 2 elements|a figure is large/ } keys %$cell), 2, 'on the notes of the workbook');
is(scalar(grep { /^Overview!/ && $cell->{$_} eq '2, on the sheet of notes' } keys %$cell), 1, 'which its first sheet says');

done_testing();
