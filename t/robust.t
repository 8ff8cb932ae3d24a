#!/usr/bin/perl
# property("…", robust { … }): what must hold in a share of the draws.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

file('two.lua', slurp('t/vary/two.lua'));
file('two.csv', slurp('t/vary/two.csv'));
my $number = 0;

# verdict(WHAT, OPTIONS): "ok", or the message and what else is told.
sub verdict {
    my ($what, $options) = @_;
    my $test = file('r' . ++$number . '_test.lua', sprintf "property('p', robust { %s }, { rules = 'two.lua'%s })\n", $what, $options // '');
    my ($status, $out) = run('test', '--seed', 7, $test);
    return $status == 0 ? 'ok' : $out;
}
my $vary = q(vary = { "*.weight=simplex(true)" });

# P is first in 4/11 = 36.4 % of all weights; see t/vary.t.
is(verdict(qq(unit = "P", rank = "<= 1", with = 0.33, $vary)), 'ok', 'it holds often enough');
my $told = verdict(qq(unit = "P", rank = "<= 1", with = 0.4, draws = 4000, $vary));
like($told, qr/^not ok 1 - p$/m, 'not often enough');
my ($share, $low, $high) = $told =~ /message: "P: rank <= 1 in ([\d.]+)% of 4000 draws \(([\d.]+)% to ([\d.]+)%, by so many draws\), not in 40%"/;
near($share, 400 / 11, 2.3, 'the share that was measured');
ok($low < 400 / 11 && 400 / 11 < $high, 'its interval holds the true one');
like($told, qr/^ +hint: "assess test --seed 7 --run 'p' draws it again"$/m, 'the seed that repeats it');
like($told, qr/^ +output: "rank"\n +place: "P"\n +got: "[\d.]+%"\n +want: "40%"$/m, 'and where it was');
# The same numbers as assess vary has with this seed.
my (undef, $csv) = run('vary', "$tmp/two.lua", '--vary', '*.weight=simplex(true)', '--draws', 4000, '--seed', 7, '--format', 'csv');
my ($first) = $csv =~ /^P,(?:[^,]*,){4}([^,]*)/m;
near($share, 100 * $first, 0.01, 'assess vary with this seed counts the same');

# Conditions.
is(verdict(qq(unit = "Q", rank = "< 3", with = 1, $vary)), 'ok', 'Q is never last');
like(verdict(qq(unit = "Q", rank = 1, with = 1, $vary)), qr/Q: rank = 1 in/, 'a number');
is(verdict(qq(unit = "Q", score = ">= 0.6", with = 1, $vary)), 'ok', 'a score');
like(verdict(qq(unit = "P", score = ">0.6", with = 0.5, $vary)), qr/P: score >0\.6 in (?:3[789]|4[0123])/, 'another');
is(verdict(qq(unit = "Q", grade = "good", with = 1, $vary)), 'ok', 'a grade');
like(verdict(qq(unit = "P", verdict = true, with = 0.6, $vary), ', output = "built"'), qr/P: verdict = true in (?:4[789]|5[0123])/, 'a verdict');
like(verdict(qq(rank = "<= 2", with = 0.99, $vary)), qr/(?:P|R): rank <= 2 in/, 'without a unit: that for which it holds least often');
is(verdict(qq(unit = "P", rank = 1, with = 1, vary = { "index.A.weight=uniform(3, 4)" })), 'ok', 'what varies is of choice');
like(verdict(qq(unit = "P", rank = 1, with = 1, vary = { "index.B.weight=uniform(0, 4)" }), ', set = { ["index.A.weight"] = 1 }'), qr/P: rank = 1 in (?:1[0-9])/, 'and set applies');

# Mistakes.
like(verdict('unit = "P", rank = 1'), qr/nothing is said to be uncertain/, 'nothing varies');
like(verdict(qq(unit = "P", $vary)), qr/robust does not say what is to hold/, 'no condition');
like(verdict(qq(unit = "P", rank = "about 2", $vary)), qr/'rank': this is no condition/, 'no number');
like(verdict(qq(unit = "P", rank = 1, grade = "good", $vary)), qr/'rank' and 'grade' are two/, 'two conditions');
like(verdict(qq(unit = "P", rank = 1, with = 95, $vary)), qr/with is a number from 0 to 1/, 'a share above 1');
like(verdict(qq(unit = "P", rank = 1, at = 5, $vary)), qr/'at' is a number/, 'a place that is none');
like(verdict(qq(unit = "S", rank = 1, $vary)), qr/S/, 'no such unit');
like(verdict(qq(unit = "P", rank = 1, wit = 1, $vary)), qr/did you mean 'with'/, 'a misspelt key');
like(verdict(qq(unit = "P", rank = 1, $vary), ', data = { observed = { A = 1 } }'), qr/robust draws from the data of the rules/, 'data of its own');
like(verdict(qq(unit = "P", rank = 1, vary = { "*.weight=simplx(true)" })), qr/did you mean 'simplex'/, 'a kind that there is not');
done_testing();
