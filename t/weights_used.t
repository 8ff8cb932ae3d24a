#!/usr/bin/perl
# The weights that are shown are those that made the score, even where the index has others. All figures are worked
# out by hand.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

file('w.csv', "unit,indicator,value\nA,a,30\nA,b,80\nA,c,50\nB,a,60\nB,b,40\n");
sub rules_with {
    my ($name, $compute) = @_;
    return file("$name.lua", <<"LUA");
local weigh, combine = require "methods.weigh", require "methods.combine"
return assessment { id = "$name", title = "W", focus = "A",
  data = { x = csv("w.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "i", "I", indicator { "a", "Air", weight = 5 }, indicator { "b", "Bread", weight = 5 }, indicator { "c", "Coal", weight = 5 } },
  compute = function(a)
    local x = a.data.x
    local w = array("indicator", { a = 0.7, b = 0.2, c = 0.1 })
    local ix = weigh.using(a.index, { indicator = w })
    $compute
  end }
LUA
}

# losses(REPORT): { id => [weight, lost] }
sub losses {
    my ($out) = @_;
    my ($section) = $out =~ /Largest shortfalls of A\n(.*)/s;
    return { map { /^([abc]) \w+ +\d+ +([\d.]+)? +[\d.]+ +([\d.]+)?/ ? ("$1" => [map { defined ? "$_" : undef } $2, $3]) : () } split /\n/, $section // '' };
}

my $using = rules_with('using', 'return { details = x, score = combine.weighted_mean(x, ix) }');
my ($status, $out, $err) = run($using);
is($status, 0, 'a report with computed weights') or diag $err;
is_deeply(losses($out), { a => ['0.7', '49.00'], b => ['0.2', '4.00'], c => ['0.1', '5.00'] }, 'weights and losses: 58 = 100 - 42')
    or diag $out;
($status, $out) = run(rules_with('rounded', 'return { details = x, score = round(10 + combine.weighted_mean(x, ix) * 0.5, 1) }'));
is_deeply(losses($out), { a => ['0.7', '24.50'], b => ['0.2', '2.00'], c => ['0.1', '2.50'] }, 'weights through rounding, adding and scaling') or diag $out;
($status, $out) = run(rules_with('by_unit',
    'local own = where(labels("unit"):eq("A"), w, 1) return { details = x, score = mean(x, "indicator", { weights = own }) }'));
is_deeply(losses($out), { a => ['0.7', '49.00'], b => ['0.2', '4.00'], c => ['0.1', '5.00'] }, 'weights that differ by unit') or diag $out;
($status, $out) = run(rules_with('product', 'return { details = x, score = combine.geometric(x, a.index) }'));
like($out, qr/The score is no weighted mean of these scores: what each weighs is not known\./, 'for a product the report says that weights are not known');
unlike($out, qr/^a Air +30 +5 /m, 'for a product the weights of the index are not shown');

($status, $out) = run('explain', $using, 'B', '--missing', '--format', 'json');
my ($coal) = grep { $_->{id} eq 'c' } @{decode_json($out)->{absent}};
is($coal->{weight}, 0.1, 'a missing value has the weight it would have');
($status, $out) = run('explain', $using, 'A', '--format', 'json');
is_deeply({ map { $_->{at} => $_->{weight} } grep { defined $_->{weight} } @{decode_json($out)->{steps}} },
    { 'A, a' => 0.7, 'A, b' => 0.2, 'A, c' => 0.1 }, 'an explanation');

sub exported {
    my ($rules) = @_;
    my ($status, $out, $err) = run('export', 'coinr', $rules, '-o', "$rules.d");
    is($status, 0, 'the index is exported to COINr') or diag $err;
    my ($head, @rows) = csv_rows(slurp("$rules.d/iMeta.csv"));
    return ({ map { $_->[1] => $_->[4] } grep { $_->[6] eq 'Indicator' } @rows }, $err);
}
is_deeply((exported($using))[0], { a => 0.7, b => 0.2, c => 0.1 }, 'COINr gets the weights of the score');
is_deeply((exported(rules_with('own', 'return { details = x, score = combine.weighted_mean(x, a.index) }')))[0], { a => 5, b => 5, c => 5 },
    'which are those of the index where that is read');
my ($weights, $told) = exported(rules_with('mixed', 'return { score = combine.weighted_mean(x, ix) + combine.weighted_mean(x, a.index) }'));
is_deeply($weights, { a => 'NA', b => 'NA', c => 'NA' }, 'weights that differ are not exported');
like($told, qr/the weights along 'indicator' are not the same throughout/, 'a warning says that they are not exported');
done_testing();
