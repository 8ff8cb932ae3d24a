#!/usr/bin/perl
# assess profile: shares add up, the heavy line comes first by what does not depend on the clock, and stacks can be read.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use List::Util qw(sum);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# 300 units with 8 figures each. Line 8 goes over all of them thirteen times, line 9 once, line 10 over the units; line 11
# is computed without Lua, line 12 cannot be.
my $units = 300;
file('heavy.csv', "unit,indicator,value\n" . join '', map { my $u = $_; map { sprintf "u%d,i%d,%d.5\n", $u, $_, ($u * 37 + $_ * 11) % 89 } 1 .. 8 } 1 .. $units);
my $indicators = join ', ', map { "indicator { \"i$_\", \"I$_\", weight = $_ }" } 1 .. 8;
my $rules = file('heavy.lua', <<'END' =~ s/INDICATORS/$indicators/r);
local combine = require "methods.combine"
return assessment {
  id = "heavy", title = "Heavy", levels = { "indicator", "index" },
  data = { x = csv("heavy.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", INDICATORS },
  compute = function(a)
    local x = a.data.x
    local y = exp(log(abs(sqrt(abs(exp(log(abs(sqrt(abs(x * x + 1))))))) + 2)))
    local z = y + 1
    local s = combine.weighted_mean(z, a.index)
    local f = each(function(v) if v > 5 then return 2 * v end return v end, s)
    local g = each(function(v) local t = {} t[1] = v return t[1] end, s)
    return { score = s, f = f, g = g, place = rank(s, "unit") }
  end,
}
END

# ---- as JSON ----
my ($status, $out, $err) = run('profile', $rules, '--runs', 3, '--by', 'elements', '-f', 'json');
is("$status/$err", '0/', 'assess profile') or diag $err;
my $p = eval { decode_json($out) } || {};
is($p->{schema}, 'assess-profile', 'a document with a schema');
is($p->{profile}{runs}, 3, 'medians of so many runs');
near(sum(map { $_->{share} } @{ $p->{steps} }), 1, 1e-9, 'the shares of the steps are all of it');
near(sum(map { $_->{seconds} } @{ $p->{steps} }), $p->{profile}{seconds}, 1e-9, 'and so is their time');
my ($computing) = grep { $_->{step} eq 'computing' } @{ $p->{steps} };
near(sum(map { $_->{seconds} } @{ $p->{lines} }), $computing->{seconds}, 1e-9, 'lines share what computing took');
near(sum(map { $_->{seconds} } @{ $p->{passes} }), $computing->{seconds}, 1e-9, 'passes do, too');
is(sum(map { $_->{elements} } @{ $p->{lines} }), sum(map { $_->{elements} } @{ $p->{passes} }), 'of the same elements');
is(sum(map { $_->{bytes} } @{ $p->{lines} }), sum(map { $_->{bytes} } @{ $p->{passes} }), 'and bytes');
ok((grep { $_->{step} eq 'reading' && $_->{of} =~ /heavy\.csv$/ } @{ $p->{steps} }), 'the file that was read is named');
like($p->{lines}[0]{line}, qr/heavy\.lua:8$/, 'the heavy line comes first by elements');
is($p->{lines}[0]{elements}, 13 * 8 * $units, 'thirteen operations on each figure');
like($p->{lines}[0]{source}, qr/^local y = exp/, 'with its source');
my %line = map { ($_->{line} =~ /:(\d+)$/)[0] => $_ } @{ $p->{lines} };
is($line{9}{elements}, 8 * $units, 'the line behind it goes over them once');
ok($line{10} && !grep({ $_->{line} =~ /combine/ } @{ $p->{lines} }), 'what a method does is told of the line that calls it');
my %each = map { ($_->{line} =~ /:(\d+)$/)[0] => $_ } @{ $p->{each} };
is($each{11}{elements}, $units, 'a function called by each');
cmp_ok($each{11}{called}, '<', 64, 'that is followed is called for a few elements only');
ok($each{11}{programs} && !defined $each{11}{reason}, 'and there is no reason to tell');
is($each{12}{called}, 89, 'one that cannot be followed is called for each value there is');
like($each{12}{reason}, qr/\w/, 'and the reason is told');

# ---- order and length of the lists ----
my @bytes = map { $_->[3] } grep { $_->[0] =~ /heavy/ } csv_rows((run('profile', $rules, '--runs', 1, '--by', 'bytes', '-f', 'csv'))[1]);
is("@bytes", join(' ', sort { $b <=> $a } @bytes), '--by bytes: the most bytes come first');
cmp_ok(scalar @bytes, '>=', 6, 'CSV is the list of lines');
my @seconds = map { $_->[4] } grep { $_->[0] =~ /heavy/ } csv_rows((run('profile', $rules, '--runs', 1, '-f', 'csv'))[1]);
is("@seconds", join(' ', sort { $b <=> $a } @seconds), 'usually the most time comes first');
is(scalar(csv_rows((run('profile', $rules, '--runs', 1, '--top', 2, '-f', 'csv'))[1])), 3, '--top cuts the list');

# ---- collapsed stacks ----
sub stacks { # TEXT: { stack => nanoseconds }, or undef where a line is none
    my %of;
    for (split /\n/, $_[0]) {
        /^([^;\s](?:[^;\n]*;)*[^;\n]*) ([1-9]\d*)$/ or return undef;
        $of{$1} += $2;
    }
    return \%of;
}
($status, $out) = run('profile', $rules, '--runs', 1, '-f', 'collapsed');
my $stacks = stacks($out);
ok($status == 0 && $stacks && %$stacks, 'collapsed stacks: frames with semicolons between them, and a number') or diag $out;
ok((grep { /^computing;\S*heavy\.lua:8;exp$/ } keys %$stacks), 'a line, and what it does');
ok((grep { /^computing;\S*heavy\.lua:10;methods\/combine\.lua:\d+;/ } keys %$stacks), 'a line, that of the method, and what that does');
ok((grep { /^preparing data and results;reading \S*heavy\.csv$/ } keys %$stacks), 'the file that was read');
($status, $out) = run('profile', $rules, '--runs', 1, '-o', "$tmp/heavy.folded");
ok($status == 0 && $out eq '' && stacks(slurp("$tmp/heavy.folded")), '-o NAME.folded is the same');
run('profile', $rules, '--runs', 1, '-o', "$tmp/heavy.html");
like(slurp("$tmp/heavy.html"), qr/<table/, 'and -o NAME.html a page');

# ---- for people ----
$out = printed('profile', $rules, '--runs', 1, '--lang', 'zh');
like($out, qr/规则各行/, 'in Chinese');
is((grep { width($_) > 80 } split /\n/, $out), 0, 'within 80 columns');
$out = printed('profile', $rules, '--runs', 1);
is((grep { width($_) > 80 } split /\n/, $out), 0, 'as in English');
like($out, qr/^it writes to a table|^\S*heavy\.lua:12 .*\D/m, 'with the functions called by each');
($status, $out, $err) = run('profile', $rules, '--runs', 0);
is($status, 2, 'no run is too few');
file('broken.lua', 'return assessment {');
($status, $out, $err) = run('profile', "$tmp/broken.lua");
is("$status/$out", '3/', 'rules at fault have no profile');
done_testing();
