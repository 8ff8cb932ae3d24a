#!/usr/bin/perl
# Explanations in which elements are used many times: each is explained once and then referred to, the length
# of the output is limited, and the commands it gives for what it left out work in a shell.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

# That an explanation ends is told by the program's own limits: status 5 where it would not.
my @limits = ('--seconds', 30, '--memory', 300);

file('two.csv', "unit,indicator,value\n" . join '', map { my $u = $_; map { "$u,$_,1\n" } qw(a b) } qw(A B));

# ---- 64 doublings: 2^64 ways from the total down to the datum ----
my %doubling = (
    plain => 'x = x + x * 1.5',
    nested => 'x = where(x:gt(0), x - 1, x + 1) + where(x:gt(0), x / 2, x * 2)',
    reduced => 'x = sum(x, "indicator") / 2 + x - mean(x, "unit")',
    extreme => 'x = least(x, max(x, "unit")) * least(x + 1, min(x, "unit"))',
    truths => 'x = where(x:gt(0) & (x + 1):gt(0), x, 0) + where((x + 2):gt(0) | x:lt(0), x, 1)',
);
for my $how (sort keys %doubling) {
    my $rules = file("$how.lua", <<"LUA");
return assessment { id = "$how", data = { x = csv("two.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "i", "I", indicator { "a", "A" }, indicator { "b", "B" } },
  show = { score = "total", details = "x", assessable = "enough" },
  compute = function(a)
    local x = a.data.x
    for _ = 1, 64 do $doubling{$how} end
    local enough = x:gt(0)
    for _ = 1, 64 do enough = (enough & (x + 1):gt(0)) & (enough & (x + 2):gt(0)) end
    return { x = a.data.x, deep = x, total = mean(x, "indicator"), enough = all(enough, "indicator") }
  end }
LUA
    for my $more ([], ['--depth', 8], ['--depth', 60], ['deep', 'enough', '--depth', 60], ['--missing'], ['--why-rank']) {
        # All formats are written from one document: the others are tried on the longest only.
        for my $format (qw(text), @$more == 2 && $more->[1] == 60 ? ($ENV{ASSESS_SAN} ? 'json' : qw(csv json md)) : ()) {
            my ($status, $out, $err) = run('explain', $rules, 'A', @$more, '--format', $format, @limits);
            ok($status == 0 && length $out < 4e6, "$how: @$more as $format ends")
                or diag "status $status, " . length($out) . " bytes, $err";
        }
    }
}

# A small one: what is told again is a reference, and everything is there once. x is 3; y = 3 + 1, z = y * y, total
# = z + y = 20.
file('small.csv', "unit,value\nA,3\n");
my $small = file('small.lua', <<'LUA');
return assessment { id = "small", data = { x = csv("small.csv", { unit = "unit", value = "value" }) },
  compute = function(a)
    local y = a.data.x + 1
    local z = y * max(y, "unit")
    return { y = y, z = z, total = z + y }
  end }
LUA
my ($status, $out) = run('explain', $small, 'A', 'total', '--format', 'json');
my @step = @{decode_json($out)->{steps}};
is($step[0]{value}, 20, 'the total');
my @y = grep { ($_->{name} // '') eq 'y' } @step;
is(scalar(grep { !$_->{end} } @y), 1, 'y is explained once');
is_deeply([map { [@$_{qw(value end formula put_in)}] } grep { $_->{end} } @y], [([4, 'above', undef, undef]) x (@y - 1)],
    'and then referred to by its name');
cmp_ok(scalar @y, '>', 1, 'as it is used again');
($status, $out) = run('explain', $small, 'A', 'total', '--depth', 9);
like($out, qr/^ +y \[A\] = 4  \(explained above\)\n(?! +x \+ 1)/m, 'a reference is one line');
is(scalar(() = $out =~ /x \+ 1/g), 1, 'the formula stands once');

# Of what was reached where the depth ended, a later and shallower place is explained.
file('late.lua', <<'LUA');
return assessment { id = "late", data = { x = csv("small.csv", { unit = "unit", value = "value" }) },
  compute = function(a)
    local y = a.data.x + 1
    local z = y + 1
    local w = z + 1
    return { y = y, z = z, w = w, total = w + y }
  end }
LUA
($status, $out) = run('explain', "$tmp/late.lua", 'A', 'total', '--depth', 3, '--format', 'json');
@y = grep { ($_->{name} // '') eq 'y' } @{decode_json($out)->{steps}};
is_deeply([map { $_->{end} } @y], ['deeper', undef], 'where the depth ends is not above');

# ---- a wide one: 20,000 units, 3 levels of statistics over all of them ----
file('wide.csv', "unit,indicator,value\n" . join '', map { my $u = $_; map { "u$u,i$_," . ($u * $_ % 97) . "\n" } 1 .. 3 } 1 .. 20000);
my $wide = file('wide.lua', <<'LUA');
return assessment { id = "wide", data = { x = csv("wide.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "i", "I", indicator { "i1", "A" }, indicator { "i2", "B" }, indicator { "i3", "C" } },
  compute = function(a)
    local z = (a.data.x - mean(a.data.x, "unit")) / std(a.data.x, "unit")
    local c = clamp(z, quantile(z, "unit", 0.1), quantile(z, "unit", 0.9))
    local r = rank(c, "unit") + sum(c, "unit") - median(c, "unit")
    return { z = z, c = c, r = r, total = mean(r, "indicator") }
  end }
LUA
for my $format (qw(text json)) {
    my ($status, $out, $err) = run('explain', $wide, 'u17', 'total', '--depth', 60, '--format', $format, @limits);
    ok($status == 0 && length $out < 4e6, "20,000 units as $format") or diag "$status $err " . length $out;
}

# ---- the commands for what was left out ----
sub commands {
    my ($out) = @_;
    $out =~ s/ \\\n\s+/ /g;
    return $out =~ /^  (assess explain .*)$/mg;
}

# Runs a line as a shell does.
sub paste {
    my ($line) = @_;
    my $program = $ENV{ASSESS_BIN} // 'build/assess';
    $line =~ s/^assess/$program/;
    utf8::encode($line) if utf8::is_utf8($line);
    my $out = `$line 2>&1`;
    return ($? >> 8, $out);
}

file('odd.csv', "unit,indicator,value\n" . join '', map { my $u = $_; map { "\"$u\",\"i ${_}'s\",$_\n" } 1 .. 40 } "it's A", 'B $x', '-C');
my $odd = file("odd name.lua", <<'LUA');
return assessment { id = "odd", data = { x = csv("odd.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { k = 1 },
  compute = function(a)
    local y = a.data.x * a.params.k
    local z = (y - mean(y, "unit")) + (max(y, "unit") - min(y, "unit")) + median(y, "unit")
    return { y = y, z = z, total = sum(z, "indicator") }
  end }
LUA
for my $unit ("it's A", '-C') {
    my @ask = ('--depth', 30, '--steps', 60, '--set', 'params.k=2', '--width', 60);
    my ($status, $out, $err) = run('explain', @ask, '--', $odd, $unit, 'total');
    is($status, 0, "explained: $unit") or diag $err;
    my @command = commands($out);
    cmp_ok(scalar @command, '>', 0, 'with commands for the rest') or diag $out;
    for my $line (@command) {
        my ($status, $more) = paste($line);
        is($status, 0, "pasted: $line") or diag $more;
        like($more, qr/= /, 'it explains');
        my ($root) = $more =~ /^(.*?) = /;
        if ($root =~ /\[/ && $root !~ /^total/) {
            my ($was) = $out =~ /^ +\Q$root\E = (.*)\n/m;
            my ($is) = $more =~ /^\Q$root\E = (\S+)/;
            is((split ' ', $was)[0], $is, "$root has the same value, with --set");
            cmp_ok(scalar(split /\n/, $more), '>', 3, 'and goes on');
        }
    }
    is(scalar(grep { length > 60 } split /\n/, $out), 0, 'no line is wider than the page');
}
($status, $out) = run('explain', $odd, 'B $x', 'y', 'z', '--steps', 30);
like($out, qr/^(\d+) more places; one of them:$/m, 'places that have no room are counted');
my ($left) = $out =~ /^(\d+) more places/m;
is($left + (() = $out =~ /^[yz] \[/mg), 80, 'each of the 80 is shown or counted');
my ($example) = (commands($out))[-1];
($status, $out) = paste($example);
is($status, 0, "pasted: $example");
($status, $out) = run('explain', $odd, 'B $x', 'total', '--depth', 1, '--format', 'json');
like(decode_json($out)->{deeper}, qr/--depth 2$/, 'JSON has the command, too');
is((run('explain', $odd, 'B $x', '--missing', '--steps', 30))[0], 2, '--steps is of no use with --missing');

# ---- why a rank: what is used twice counts twice ----
file('pair.csv', "unit,indicator,value\nA,a,10\nA,b,20\nB,a,30\nB,b,25\n");
my $pair = file('pair.lua', <<'LUA');
return assessment { id = "pair", title = "P", data = { x = csv("pair.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "i", "I", indicator { "a", "A" }, indicator { "b", "B" } },
  show = { score = "total", details = "x", rank = "place" },
  compute = function(a)
    local m = mean(a.data.x, "indicator")
    local side = array("side", { l = 1, r = 3 })
    local both = where(present(side), m)
    local total = mean(both, "side", { weights = side })
    return { x = a.data.x, m = m, total = total, place = rank(total, "unit") }
  end }
LUA
($status, $out) = run('explain', $pair, 'A', '--why-rank', '--format', 'json');
my %gap = map { $_->{id} => $_->{points} } map { @{$_ // []} } @{decode_json($out)}{qw(gap parts)};
is($gap{a}, (10 - 30) / 2, 'a: half of 20 fewer') if exists $gap{a};
is($gap{b}, -2.5, 'b: half of 5 fewer') if exists $gap{b};
ok(exists $gap{a} && exists $gap{b}, 'both are told') or diag $out;

# ---- ASEM, with its data, where it is at hand ----
SKIP: {
    my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/asem';
    skip 'the reference data is not here', 1 unless -d $reference;
    system('cp', 'samples/asem/asem.lua', "$reference/asem_iData.csv", "$reference/asem_iMeta.csv", $tmp);
    my ($s, $json) = run("$tmp/asem.lua", '--format', 'json');
    my @all = sort keys %{decode_json($json)->{outputs}};
    my $bad = 0;
    for my $more ([], (map { [$_] } @all), [@all], ['--why-rank'], ['--missing']) {
        for my $depth (@$more && $more->[0] =~ /^--/ ? [] : @$more == 1 ? ['--depth', 60] : (map { ['--depth', $_] } 1, 5, 8, 60)) {
            for my $format ('text', @$more == @all ? 'json' : ()) {
                my ($status, $out, $err) = run('explain', "$tmp/asem.lua", 'CHN', @$more, @$depth, '--format', $format, @limits);
                $bad++, diag "@$more @$depth $format: status $status, " . length($out) . " $err"
                    if $status || length $out > 4e6;
            }
        }
    }
    is($bad, 0, 'every output of the ASEM index at every depth ends soon');
}
# ---- what only a variable names ----
{
    my $rules = file('named.lua', <<'LUA');
return assessment { id = "named", data = { x = csv("named.csv", { unit = "unit", value = "value" }) },
  compute = function(a)
    local twice, far = 2 * a.data.x, max(a.data.x, "unit") - a.data.x
    return { score = round(twice / (twice + far), 3) }
  end }
LUA
    file('named.csv', "unit,value\na,1\nb,3\n");
    my (undef, $out) = run('explain', $rules, 'a');
    like($out, qr/round\(twice \/ \(twice \+ far\), 3\)/, 'a formula names variables');
    like($out, qr/^  far \[a\] = 2\n +max\(x, "unit"\) - x$/m, 'which are steps of their own');
}

done_testing();
