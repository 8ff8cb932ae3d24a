#!/usr/bin/perl
# A warning that arises in a method has the place where the rules call the method: the path the user gave, and the
# column of the call. It also names the line in the method. Lines and columns are counted in the texts below.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Cwd qw(abs_path getcwd);
use Test::More;

my $home = getcwd();
my $program = abs_path($ENV{ASSESS_BIN} // 'build/assess');
mkdir "$tmp/deep";
mkdir "$tmp/deep/methods";
file('deep/w.csv', "unit,indicator,value\nA,a,1\nA,b,2\nB,a,3\nB,b,4\n");
file('deep/methods/inner.lua', <<'LUA');
local M = {}
function M.logs(x)
  return log(x)
end
function M.twice(x) return M.logs(x) + 0 end
function M.told(x) warn(x:gt(3), "large:", x) return x end
return M
LUA
file('deep/methods/outer.lua', <<'LUA');
local inner = require "methods.inner"
local M = {}
function M.nested(x) local y = inner.twice(x) return y end
function M.told(x) local y = inner.told(x) return y end
return M
LUA
file('deep/w.lua', <<'LUA');
local inner, outer, normalise = require "methods.inner", require "methods.outer", require "methods.normalise"
return assessment { id = "w", data = { x = csv("w.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a)
    local x = a.data.x
    local p = (x + 1) * inner.logs(x - 3)
    local q = x + outer.nested(x - 9)
    local r = 1 + outer.told(x)
    local s = log(x + 1) * sqrt(x - 2)
    warn(x:gt(3), "own:", x)
    local t = inner.logs(x - 1)
    return { p = p, q = q, r = r, s = s, t = t }
  end }
LUA

# What is on standard error with the report left out.
sub warned {
    my ($folder, @arguments) = @_;
    my $line = join ' ', map { "'$_'" } $program, @arguments;
    my $out = `cd '$folder' && $line --format csv --output p --width 200 2>&1 >/dev/null`;
    is($? >> 8, 0, "@arguments") or diag $out;
    return $out;
}

sub caret_at {
    my ($all, $place, $word, $text) = @_;
    my ($file, $number, $column) = $place =~ /^(.*):(\d+):(\d+)$/;
    my ($found) = grep { /^\Q$place\E: / } split /\n/, $all;
    ok($found && $found =~ $text, "$place: $text") or diag $all;
    my $source = (split /\n/, slurp("$tmp/deep/w.lua"))[$number - 1];
    is(substr($source, $column - 1, length $word), $word, "the caret is at '$word'");
}

for (['deep', 'w.lua'], ['.', 'deep/w.lua'], ['.', "$tmp/deep/w.lua"]) {
    my ($folder, $path) = @$_;
    my $all = warned("$tmp/$folder", $path);
    caret_at($all, "$path:5:31", 'logs', qr{not positive: 3 elements became missing.* \(in methods/inner\.lua:3\)});
    caret_at($all, "$path:6:25", 'nested', qr{not positive: 4 elements .* \(in methods/inner\.lua:3\)});
    caret_at($all, "$path:7:25", 'told', qr{large: 4\.000 .*\(in methods/inner\.lua:6\)});
    caret_at($all, "$path:8:28", 'sqrt', qr{1 element became missing});
    caret_at($all, "$path:9:5", 'warn', qr{own: 4\.000});
    caret_at($all, "$path:10:21", 'logs', qr{1 element became missing.*methods/inner\.lua:3});
    unlike($all, qr{\(in /}, 'no path of this machine');
}

# The methods that come with the program: found by themselves, and by --methods.
file('deep/lib.lua', <<'LUA');
local experts = require "methods.experts"
return assessment { id = "lib", data = { x = csv("w.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a)
    local one = array("item", { i = 1, j = 1, k = 1 })
    local own, other = labels("item"), labels("item"):as { item = "other_item" }
    local m = one / one:as { item = "other_item" }
    m = m * where(own:eq("i") & other:eq("j"), 9, 1) * where(own:eq("j") & other:eq("i"), 1 / 9, 1)
    local w, t = experts.ahp(m, { along = "item" })
    return { p = a.data.x, w = w }
  end }
LUA
for my $more ([], ['--methods', "$home/rules"]) {
    my $all = warned($tmp, 'deep/lib.lua', @$more);
    like($all, qr{^deep/lib\.lua:8:26: warning: comparisons contradict each other .*, CR = \d.*\(in methods/experts\.lua:\d+\)$}m,
        'ahp warns where the rules call it') or diag $all;
    my ($line) = $all =~ m{methods/experts\.lua:(\d+)};
    like((split /\n/, slurp('rules/methods/experts.lua'))[($line // 1) - 1], qr/warn\(/, 'and names its own line');
}
done_testing();
