#!/usr/bin/perl
# Values that were not observed are marked as such: the outputs `imputed` and `treated` are truths, and are counted
# at the head of the report, of explanations and of --missing. The counts are those of the gaps in the table.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

# Ana lacks two figures of three, Ben one, Cay none; Cay's 90 is pulled down.
file('gaps.csv', "unit,indicator,value\nAna,a,10\nBen,a,20\nCay,a,90\nBen,b,4\nCay,b,6\nBen,c,\nCay,c,7\n");
sub rules_with {
    my ($name, $imputed, $treated, $show) = @_;
    return file("$name.lua", <<"LUA");
local impute, treat = require "methods.impute", require "methods.treat"
return assessment { id = "$name", title = "Gaps",
  data = { x = csv("gaps.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "i", "I", indicator { "a", "A" }, indicator { "b", "B" }, indicator { "c", "C" } },
  show = { score = "total", details = "scores"$show },
  compute = function(a)
    local x = a.data.x
    local filled = impute.mean(x)
    local scores = least(filled, 50)
    return { scores = scores, total = mean(scores, "indicator"),
      $imputed,
      $treated }
  end }
LUA
}
my $good = rules_with('good', 'imputed = impute.marks(x, filled)', 'treated = treat.marks(filled, scores)', '');

my ($status, $out, $err) = run($good, '--focus', 'Ana');
is($status, 0, 'the report of imputed data') or diag $err;
like($out, qr/^Imputed +3 of 9 values, most for Ana \(2\)$/m, 'the report counts imputed values at its head');
like($out, qr/^Treated +1 of 9 values$/m, 'the report counts treated values');
($status, $out) = run($good, '--format', 'json');
my $json = decode_json($out);
is_deeply([$json->{imputed}, $json->{treated}], [{ count => 3, of => 9 }, { count => 1, of => 9 }], 'JSON counts both');

for (['Ana', 2, 'b, c'], ['Ben', 1, 'c'], ['Cay', 0, undef]) {
    my ($unit, $count, $which) = @$_;
    ($status, $out) = run('explain', $good, $unit, '--missing');
    like($out, qr/^Imputed +$count of 3 values$/m, "$unit: --missing counts imputed values");
    my $says = $count ? qr/has a value, but some were imputed/ : qr/^Every indicator that weighs has a value\.$/m;
    like($out, $says, 'an estimate is not called a value');
    like($out, qr/^Imputed: \Q$which\E$/m, 'imputed indicators are named') if $count;
    ($status, $out) = run('explain', $good, $unit, '--missing', '--format', 'json');
    like($out, qr/"imputed": $count\b/, 'JSON of --missing counts them');
    ($status, $out) = run('explain', $good, $unit, '--missing', '--format', 'md');
    like($out, qr/$count of 3 values/, 'Markdown of --missing counts them');
    ($status, $out) = run('explain', $good, $unit);
    $count ? like($out, qr/^Imputed +$count of 3 values$/m, 'an explanation says it at its head')
           : unlike($out, qr/^Imputed/m, 'an explanation says nothing of none');
    ($status, $out) = run('explain', $good, $unit, '--format', 'json');
    is(decode_json($out)->{figures}{imputed}, $count, 'JSON has the count as a figure');
    ($status, $out) = run('explain', $good, $unit, '--format', 'md');
    like($out, qr/$count of 3 values/, 'Markdown has the count');
}

# Figures in place of marks are refused, where they are returned or where `show` names them.
($status, $out, $err) = run(rules_with('figures', 'imputed = where(impute.marks(x, filled), filled)', 'treated = treat.marks(filled, scores)', ''));
is($status, 3, 'marks that are numbers are refused');
like($err, qr/figures\.lua:11:\d+: the output 'imputed' marks what was imputed: it must be truths, not numbers/, 'the message has the line')
    or diag $err;
like($err, qr/imputed = impute\.marks\(x, filled\)/, 'the message says what to write');
($status, $out, $err) = run(rules_with('named', 'tamed = filled - scores', 'other = filled', ', treated = "tamed"'));
is($status, 3, 'marks named in show that are numbers are refused');
like($err, qr/named\.lua:5:\d+: the output 'tamed' marks what was treated: it must be truths, not numbers/, 'the message has the line of that name') or diag $err;
done_testing();
