#!/usr/bin/perl
# Tests of rules with what nobody expects in them: each argument and field of the tests below becomes each of the odd
# values, is left out, or stands twice. Such a test holds, fails at its place with a message, or is refused with the
# line; none crashes or tells a bug of ours. Some are tried, drawn at random (ASSESS_SEED repeats them); ODD=all: all.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../scripts/sweep.d";
use changed;
use rules;
use Test::More;
use Time::HiRes qw(time);

use constant TRIES => 80;

my $seed = $ENV{ASSESS_SEED} || time * 1000 % 1000000;
diag("ASSESS_SEED=$seed") if ($ENV{ODD} // '') ne 'all';
srand $seed;

delete $ENV{CI}; # there a golden file is not written
file("kinds.$_", slurp("t/torture/kinds.$_")) for qw(lua csv);
my $vary = 'vary = { "*.weight=simplex(true)" }';
my @right = (
    'test("run", function(t) t.near(t.run("kinds.lua", { x = { unit = "A", p1 = 25, p2 = 10 } }, { set = { ["params.cap"] = 90 }, strict = false }).total:at { unit = "A" }, 60, 0.1) end)',
    'test("rows", function(t) t.near(t.run("kinds.lua", { x = { { unit = "A", p1 = 25 }, { unit = "B", p1 = 50 } } }).total, { A = 50, B = 100 }) end)',
    'test("text", function(t) t.is(t.run("kinds.lua", { x = "unit,indicator,year,value\nA,p1,2020,25\n" }).total:at { unit = "A" }, 50) end)',
    'test("where", function(t) t.ok(#t.run("kinds.lua", nil, { set = { ["params.year"] = 2020 } }).total == 3, "three") end)',
    'test("each", function(t) for place, value in t.run("kinds.lua").total:each() do t.ok(value > 0, place.unit) end end)',
    'test("missing", function(t) t.missing(t.run("kinds.lua").scores:at { unit = "C", indicator = "p2" }) end)',
    'test("leaves", function(t) t.is(t.run("kinds.lua")["index.weight"]:at { indicator = "p1" }, 3) t.ok(#t.run("kinds.lua").warnings == 0, "none") end)',
    'test("fails", function(t) t.fails("kinds.lua", { x = { p1 = "abc" } }, "is not a number", { set = { ["params.cap"] = 90 } }) end)',
    'cases("cases", { rules = "kinds.lua", output = "scores", data = "x", set = { ["params.cap"] = 90 }, at = { unit = "X" }, tolerance = 0.5, strict = false, with = { x = { p1 = 3 } }, { p1 = 25, want = 50, name = "first" } })',
    'cases("case", { rules = "kinds.lua", { p1 = 25, p2 = 10, output = "scores", want = 50, at = { indicator = "p1" }, tolerance = 0.1, set = { ["params.cap"] = 90 } }, { p9 = 1, fails = "no indicator" } })',
    'cases("labels", { rules = "kinds.lua", output = "scores", { p1 = 25, p2 = 20, want = { p1 = 50, p2 = 100 } } })',
    'property("monotone", monotone "index.*.*", { rules = "kinds.lua", output = "total", runs = 2, on = "x", tolerance = 0.1, data = { x = { p1 = 25 } }, set = { ["params.cap"] = 90 } })',
    'property("rank", monotone("p1"), { rules = "kinds.lua", output = "rank", runs = 2, better = "lower" })',
    'property("bounds", bounds(0, 100), { rules = "kinds.lua", output = "total", runs = 2 })',
    'property("names", invariant "names", { rules = "kinds.lua", runs = 2 })',
    'property("units", invariant("units", "index.P.*"), { rules = "kinds.lua", runs = 2 })',
    'property("reversal", no_reversal, { rules = "kinds.lua", output = "rank", runs = 2 })',
    'property("function", function(r, change) return r.total:at { unit = change.unit } >= change[1].now * 0 end, { rules = "kinds.lua", runs = 2 })',
    qq(property("robust", robust { unit = "B", score = ">= 50", with = 0.2, draws = 50, $vary }, { rules = "kinds.lua", output = "total", set = { ["params.cap"] = 90 } })),
    qq(property("place", robust { rank = 1, at = { unit = "B" }, with = 0.3, draws = 50, $vary }, { rules = "kinds.lua" })),
    'golden("golden", { rules = "kinds.lua", abs = 1e-9, rel = 1e-9, file = "golden/other.csv", set = { ["params.cap"] = 100 }, data = { x = "kinds.csv" }, outputs = { "total", "rank", "scores", "pass" } })',
);
my @odd = ('nil', 'true', 'false', '0', '-1', '0.5', '0/0', '1/0', '1e300', '2^53', 'math.mininteger', '""', '"unit"', '"no such"', '"a\0b"', '"\xff"', '("指标"):rep(200)', '{}', '{ 1, 2 }', '{ "unit" }', '{ "" }', '{ {} }', '{ [1.5] = 1, [true] = 2, [""] = 3, [-1] = {} }', '{ unit = 1 }', '{ { unit = {} } }', 'print', 'function(...) return ... end', 'missing', 'bounds', 'monotone', '"kinds.lua"');

# The arguments and fields of a text: [from, where its value begins, end], as tokens.
sub spans {
    my ($tokens) = @_;
    my @spans;
    for my $i (grep { $tokens->[$_][0] eq 'sign' && $tokens->[$_][1] =~ /^[,({]$/ } 0 .. $#$tokens) {
        my $end = changed::end_of($tokens, $i + 1) // next;
        next if $end == $i + 1;
        my ($depth, $value) = (0, $i + 1);
        for my $k ($i + 1 .. $end - 1) {
            my $sign = $tokens->[$k][0] eq 'sign' ? $tokens->[$k][1] : '';
            $depth++ if $sign =~ /^[({\[]$/;
            $depth-- if $sign =~ /^[)}\]]$/;
            $value = $k + 1, last if $sign eq '=' && !$depth;
        }
        push @spans, [ $i + 1, $value, $end ];
    }
    return @spans;
}

# What became of a test file: nothing, or what is wrong with it.
my $number = 0;
sub wrong {
    my ($text) = @_;
    my $path = file('odd' . ++$number . '_test.lua', "$text\n");
    my ($status, $out, $err) = run('test', '--seed', 1, '--seconds', 20, '--lang', 'en', $path);
    unlink $path;
    return "status $status: $err" if $status !~ /^[013]$/;
    return "a bug: $out$err" if "$out$err" =~ /a bug of assess|Sanitizer/;
    return "no line: $err" if $status == 3 && "$out$err" !~ /odd${number}_test\.lua:1\b/;
    return "no message: $out" if $status == 1 && $out !~ /^ +message: "/m;
    return '';
}

my @all;
for my $text (@right) {
    my $path = file('right_test.lua', "$text\n");
    run('test', '--accept', $path) if $text =~ /^golden/;
    my ($status, $out, $err) = run('test', '--seed', 1, $path);
    is($status, 0, 'right as it stands: ' . substr $text, 0, 30) or diag("$out$err");
    my @tokens = changed::tokens($text);
    for my $span (spans(\@tokens)) {
        my ($from, $value, $end) = @$span;
        my $part = sub { join '', map { $_->[1] } @tokens[ $_[0] .. $_[1] - 1 ] };
        my ($before, $behind) = ($part->(0, $from), $part->($end, scalar @tokens));
        push @all, $before . $part->($from, $value) . " $_ " . $behind for @odd;
        push @all, $before . $behind, $before . $part->($from, $end) . ', ' . $part->($from, $end) . $behind;
    }
}
my @some = ($ENV{ODD} // '') eq 'all' ? @all : map { $all[ rand @all ] } 1 .. TRIES;
my @wrong = map { my $what = wrong($_); $what ? "$_\n  $what" : () } @some;
is(scalar @wrong, 0, @some . ' of ' . @all . ' odd tests') or diag(join "\n", @wrong[ 0 .. ($#wrong < 19 ? $#wrong : 19) ]);
done_testing();
