#!/usr/bin/perl
# What was not observed is told as such: the outputs `imputed` and `treated` are truths, counted at the head of
# the report, of explanations and of what is missing. The counts are those of the table's gaps.
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
is($status, 0, 'the report') or diag $err;
like($out, qr/^Imputed +3 of 9 values, most for Ana \(2\)$/m, 'counts at its head');
like($out, qr/^Treated +1 of 9 values$/m, 'and what was treated');
($status, $out) = run($good, '--format', 'json');
my $json = decode_json($out);
is_deeply([$json->{imputed}, $json->{treated}], [{ count => 3, of => 9 }, { count => 1, of => 9 }], 'so does JSON');

for (['Ana', 2, 'b, c'], ['Ben', 1, 'c'], ['Cay', 0, undef]) {
    my ($unit, $count, $which) = @$_;
    ($status, $out) = run('explain', $good, $unit, '--missing');
    like($out, qr/^Imputed +$count of 3 values$/m, "$unit: --missing counts");
    my $says = $count ? qr/has a value, but some were imputed/ : qr/^Every indicator that weighs has a value\.$/m;
    like($out, $says, 'and does not call an estimate a value');
    like($out, qr/^Imputed: \Q$which\E$/m, 'by name') if $count;
    ($status, $out) = run('explain', $good, $unit, '--missing', '--format', 'json');
    like($out, qr/"imputed": $count\b/, 'as JSON, too');
    ($status, $out) = run('explain', $good, $unit, '--missing', '--format', 'md');
    like($out, qr/$count of 3 values/, 'as Markdown');
    ($status, $out) = run('explain', $good, $unit);
    $count ? like($out, qr/^Imputed +$count of 3 values$/m, 'an explanation says it at its head')
           : unlike($out, qr/^Imputed/m, 'an explanation says nothing of none');
    ($status, $out) = run('explain', $good, $unit, '--format', 'json');
    is(decode_json($out)->{figures}{imputed}, $count, 'in JSON it is a fact');
    ($status, $out) = run('explain', $good, $unit, '--format', 'md');
    like($out, qr/$count of 3 values/, 'in Markdown, too');
}

# Figures in place of marks are refused, where they are returned or where `show` names them.
($status, $out, $err) = run(rules_with('figures', 'imputed = where(impute.marks(x, filled), filled)', 'treated = treat.marks(filled, scores)', ''));
is($status, 3, 'figures are no marks');
like($err, qr/figures\.lua:11:\d+: the output 'imputed' marks what was imputed: it must be truths, not numbers/, 'says the line')
    or diag $err;
like($err, qr/imputed = impute\.marks\(x, filled\)/, 'and what to write');
($status, $out, $err) = run(rules_with('named', 'tamed = filled - scores', 'other = filled', ', treated = "tamed"'));
is($status, 3, 'by the name in show as well');
like($err, qr/named\.lua:5:\d+: the output 'tamed' marks what was treated: it must be truths, not numbers/, 'at that name') or diag $err;
done_testing();
