#!/usr/bin/perl
# Draws that are made in parts give the same bytes as one run; parts that are no whole run are refused by name.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Digest::SHA qw(sha256_hex);
use Encode qw(decode_utf8 encode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# Grades are texts; some of them are made only where the parameter was drawn so. Z has no grade in some draws.
file('cities.csv', encode_utf8("unit,A,B,C\n深圳,0.9,0.2,0.4\n广州,0.3,0.8,0.5\n东莞,0.5,0.5,0.5\n珠海,0.4,,0.6\n"));
my $text = encode_utf8(<<'LUA');
local combine = require "methods.combine"
return assessment {
  id = "cities", title = "城市评价", lang = "zh",
  data = { observed = csv("cities.csv", { unit = "unit" }) },
  params = { top = "优", floor = 0.5 },
  index = index { "x", "总分",
    indicator { "A", "经济", better = "higher", weight = 2 },
    indicator { "B", "社会", better = "higher", weight = 1 },
    indicator { "C", "环境", better = "higher", weight = 1 },
  },
  uncertain = {
    { "*.weight", noise = 0.5, why = "权重为建议值" },
    { "params.top", one_of = { "优", "良好", "一等", "A" } },
    { "params.floor", uniform = { 0.4, 0.6 } },
  },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    local top = plain(a.params.top)
    return { total = total, rank = rank(total, "unit"), built = total:ge(a.params.floor),
             grade = where(total:ge(0.55), top .. "级", where(total:ge(0.45), "中", top .. "下")) }
  end,
}
LUA
my $rules = file('cities.lua', $text);
my @format = qw(text csv json md);
# Under the sanitizers, which are slow, fewer: one format is compared, and a quarter of the damages tried.
my $san = $ENV{ASSESS_SAN};

# whole(ARGUMENT...): the reports of one run, by format.
sub whole {
    my @arguments = @_;
    return { map { $_ => (run('vary', @arguments, '-f', $_))[1] } @format };
}
sub part { my ($path, @arguments) = @_; return run('vary', @arguments, '-o', "$tmp/$path") }
# make(NAME, N, ARGUMENT...): all parts; their paths.
sub make {
    my ($name, $n, @arguments) = @_;
    for my $i (1 .. $n) {
        my ($status, $out, $err) = part("$name.$i", @arguments, '--shard', "$i/$n", '--threads', 1 + $i % 3);
        "$status$out$err" eq '0' or diag "part $i of $n: $status\n$out$err";
    }
    return map { "$tmp/$name.$_" } 1 .. $n;
}
sub same {
    my ($want, $name, @paths) = @_;
    for my $format ($san ? 'json' : @format) {
        my ($status, $out, $err) = run('merge', @paths, '-f', $format);
        ok($status eq '0' && $err eq '' && $out eq $want->{$format}, "$name: the same $format") or diag "$status $err\n$out";
    }
}

# ---- the same bytes ----
my @run = ($rules, '--draws', 3001, '--seed', 7, '--first', 2);
my $want = whole(@run);
like(decode_utf8($want->{text}), qr/一等级.*\n.*一等下/s, 'grades that the rules make in some draws only');
my %made;
for my $n (1, 2, 3, 7, $san ? () : 16) {
    $made{$n} = [make("p$n", $n, @run)];
    same($want, "$n parts", @{ $made{$n} });
}
same($want, 'parts in any order', reverse @{ $made{7} });
same($want, 'unequal parts', $made{2}[0], (make('q', 4, @run))[2, 3]);
same($want, 'unequal parts, too', $made{3}[2], "$tmp/q.1", (make('r', 12, @run))[3 .. 7]);
same(whole($rules, '--draws', 5), 'more parts than draws', make('few', $san ? 7 : 16, $rules, '--draws', 5));
same(whole($rules, '--draws', 700000, '--vary', 'params.top=one_of(优)'), 'draws whose quantiles come from bins',
    make('bins', 3, $rules, '--draws', 700000, '--vary', 'params.top=one_of(优)'));
my @other = ($rules, '--draws', 500, '--set', 'index.A.weight=5', '--vary', 'data.observed.B=noise(0.2)', '--top', 2);
same(whole(@other), 'options are in the parts', make('set', 3, @other));
my @central = ($rules, '--draws', 2000, '--vary', '*.weight=simplex(true)', '--central-weights');
my $central = whole(@central);
like(decode_utf8($central->{json}), qr/"central_weights": ?\[\s*\{/, 'central weights');
same($central, "central weights in $_ parts", make("central$_", $_, @central)) for $san ? 3 : (1, 3, 8);
my ($status, $out, $err) = run('merge', @{ $made{3} }, '-o', "$tmp/report.csv", '-f', 'csv');
is("$status/$out$err/" . slurp("$tmp/report.csv"), "0//$want->{csv}", 'merge -o writes it to a file');
my ($format, $head) = split /\n/, slurp($made{3}[1]);
is($format, 'assess-part 1', 'a part says what it is');
like(decode_utf8($head), qr/"draws":3001,"seed":7,"first":1000,"end":2000,"shard":2,"of":3/, 'and what is in it');
my @size = map { -s } map { make("size$_", 1, $rules, '--draws', $_) } 700_000, 2_100_000;
cmp_ok($size[1], '<', 1.2 * $size[0], "a part does not grow with the draws: @size bytes");

# ---- what is refused ----
# refused(STATUS, TEXT, NAME, PATH...)
sub refused {
    my ($want_status, $want_text, $name, @paths) = @_;
    my ($status, $out, $err) = run('merge', @paths);
    ok($status eq $want_status && $out eq '' && index(decode_utf8($err), $want_text) >= 0, "$name: status $want_status, $want_text")
        or diag "status $status\n", decode_utf8("$out$err");
}
sub changed { # PATH, EDIT: a copy whose content was edited
    my ($path, $edit) = @_;
    my $bytes = slurp($path);
    $edit->($bytes);
    return file('edited', $bytes);
}
sub sealed { # the same, with a digest that fits
    my ($path, $edit) = @_;
    my $bytes = slurp($path);
    substr($bytes, -65) = '';
    $edit->($bytes);
    return file('edited', $bytes . sha256_hex($bytes) . "\n");
}
my ($one, $two, $three) = @{ $made{3} };
my $length = -s $two;
my @odd;
for my $k (0 .. 60) {
    next if $san && $k % 4;
    my $at = int(($length - 2) * $k / 60);
    my ($status, $out, $err) = run('merge', $one, changed($two, sub { substr($_[0], $at, 1) ^= "\x10" }), $three);
    push @odd, "byte $at: $status $err" if $status ne '4' || $out ne '' || $err !~ m{edited: };
}
is_deeply(\@odd, [], 'a damaged byte is found wherever it is, and the part named');
@odd = ();
for my $k (0 .. 30) {
    next if $san && $k % 4;
    my $left = int(($length - 1) * $k / 30);
    my ($status, $out, $err) = run('merge', $one, changed($two, sub { substr($_[0], $left) = '' }), $three);
    push @odd, "$left bytes: $status $err" if $status ne '4' || $out ne '' || $err !~ m{edited: };
}
is_deeply(\@odd, [], 'a part that is cut off is refused, wherever it ends');
refused(4, "cut off: " . ($length - 100) . " bytes are there of $length", 'cut off',
    $one, changed($two, sub { substr($_[0], -100) = '' }), $three);
refused(4, 'edited: damaged', 'with something behind it', $one, changed($two, sub { $_[0] .= "\n" }), $three);
# With a digest that fits: what makes no sense is refused, and nothing is read that is not there.
@odd = ();
for my $k (1 .. 80) {
    next if $san && $k % 4;
    my $edited = sealed($two, sub {
        my $from = index($_[0], "\n", 20) + 1;
        my $at = $from + ($k * 7919) % (length($_[0]) - $from);
        substr($_[0], $at, 1) = chr(ord(substr($_[0], $at, 1)) ^ (1 << $k % 8));
    });
    my ($status, $out, $err) = run('merge', $one, $edited, $three);
    push @odd, "edit $k: $status $err" unless $status eq '0' || ($status eq '4' && $err =~ /edited: damaged/);
}
is_deeply(\@odd, [], 'tallies that were tampered with never break the program');

refused(4, "p3.2: it has the same draws as $two", 'doubled', $one, $two, $two, $three);
refused(4, "are in $one, too", 'overlapping', $one, $two, $three, $made{7}[1]);
refused(4, 'no part has draws 1000 to 1999 — --shard 2/3 makes them', 'one is missing', $one, $three);
refused(4, 'no part has draws 2000 to 3000 — --shard 3/3', 'the last is missing', $one, $two);
refused(4, '--shard 2/7 to 4/7 make them', 'three are missing', @{ $made{7} }[0, 4, 5, 6]);
refused(4, 'no part has draws 0 to 427', 'the first is missing', @{ $made{7} }[1 .. 6]);
{
    my ($status, undef, $err) = run('merge', @{ $made{7} }[1, 3, 5]);
    is(scalar(() = $err =~ /no part has draws/g), 4, 'all that is missing is told');
}
refused(4, "of another run than $one: with seed 8, not 7", 'another seed', $one, (make('seed', 3, $rules, '--draws', 3001, '--seed', 8, '--first', 2))[1], $three);
refused(4, 'of 3002 draws, not of 3001', 'another number of draws', $one, (make('number', 3, $rules, '--draws', 3002, '--seed', 7, '--first', 2))[1], $three);
refused(4, 'with --first=1, not with --first=2', 'another option', $one, (make('option', 3, @run[0 .. 4], '--first', 1))[1], $three);
file('others.lua', $text =~ s/weight = 2/weight = 3/r);
refused(4, "of another run than $one: its rules are others", 'other rules', $one, (make('rules', 3, "$tmp/others.lua", @run[1 .. 6]))[1], $three);
file('others.csv', slurp("$tmp/cities.csv") =~ s/0\.9/0.8/r);
refused(4, "its data 'observed' are others", 'other data', $one, (make('data', 3, @run, '--data', "observed=$tmp/others.csv"))[1], $three);
# Files that only draws read: another source, another edition with its data, a panel.
{
    my $bytes = slurp("$tmp/cities.csv");
    file('survey.csv', $bytes =~ s/0\.3/0.35/r);
    file('later.csv', $bytes =~ s/0\.5/0.55/r);
    file('later.lua', $text =~ s/"cities\.csv"/"later.csv"/r);
    file('panel.csv', "expert,A,B,C\nx,2,1,1\ny,1,2,1\nz,1,1,2\n");
    my %vary = ('survey.csv' => 'data.observed=one_of("cities.csv", "survey.csv")', 'later.csv' => 'rules=one_of("cities.lua", "later.lua")',
        'later.lua' => 'rules=one_of("cities.lua", "later.lua")', 'panel.csv' => '*.weight=panel("panel.csv")');
    my %shown = ('later.csv' => 'observed');
    for my $name (sort keys %vary) {
        my @own = ($rules, '--only', ($vary{$name} =~ /^([^=]*)/)[0], '--draws', 300, '--vary', $vary{$name} =~ s{"(?=\w+\.)}{"$tmp/}gr);
        my $then = slurp("$tmp/$name");
        my @parts = make("beside-$name", 3, @own);
        same(whole(@own), "draws that read $name", @parts);
        file($name, $then =~ s/2/3/r);
        refused(4, "made with other data: '" . ($shown{$name} // "$tmp/$name") . "' are not what they were then", "another $name", @parts);
        my (undef, @new) = make("beside-new", 3, @own);
        refused(4, "of another run than $parts[0]: its data '" . ($shown{$name} // "$tmp/$name") . "' are others", "another $name for some parts", $parts[0], @new);
        file($name, $then);
    }
}
my $engine = sub { $_[0] =~ s/"engine":"...../"engine":"00000/ };
refused(4, "edited: of another run than $one: another build of assess made it", 'another build', $one, sealed($two, $engine), $three);
refused(4, 'edited: another build of assess made it', 'another build made all', sealed($made{1}[0], $engine));
refused(4, 'edited: a part of format 9; this program reads format 1', 'another format', sealed($made{1}[0], sub { $_[0] =~ s/part 1/part 9/ }));
refused(4, 'damaged: its tallies are not of these rules', 'fewer tallies', sealed($made{1}[0], sub { $_[0] =~ s/"bytes":(\d+)/'"bytes":' . ($1 - 1)/e; chop $_[0] }));
refused(4, 'not a part of a run of draws', 'a file of another kind', "$tmp/cities.csv");
refused(4, 'not a part of a run of draws', 'an empty file', file('empty', ''));
refused(2, 'no such file', 'a file that is not there', $one, "$tmp/p3.4");
refused(2, 'which parts? assess merge part.*', 'nothing');
refused(2, "it is an option of 'assess run'", 'an option of the draws', $one, $two, $three, '--draws', 7);
{
    my ($status, undef, $err) = run('merge', $one, $two, $three, '--set', 'index.A.weight=1');
    is("$status " . ($err =~ /--set has no meaning for this command/), '2 1', 'an option that parts carry');
}
for (["$tmp/cities.lua", $text =~ s/weight = 2/weight = 4/r, 'made with other rules'],
     ["$tmp/cities.csv", slurp("$tmp/cities.csv") =~ s/0\.9/0.7/r, "made with other data: 'observed'"]) {
    my ($path, $new, $want) = @$_;
    my $old = slurp($path);
    file($path =~ s{.*/}{}r, $new);
    refused(4, $want, "$path was changed since", @{ $made{3} });
    file($path =~ s{.*/}{}r, $old);
}
same($want, 'as it was', @{ $made{3} });
rename $rules, "$rules.away";
refused(2, "the rules of the parts: $rules: no such file", 'without the rules', @{ $made{3} });
rename "$rules.away", $rules;
# What rules require, and what an index is read from, are rules, too.
file('more.lua', 'return { power = 1 }');
file('requires.lua', "local more = require 'more'\n" . $text =~ s/id = "cities"/id = "requires"/r);
my @requiring = make('requiring', 2, "$tmp/requires.lua", '--draws', 100);
file('more.lua', 'return { power = 2 }');
refused(4, 'made with other rules', 'a file that the rules require was changed', @requiring);
{
    local $ENV{LANGUAGE} = 'zh';
    refused(4, "没有哪一份含第 1000 至 1999 次抽样 — 可用 --shard 2/3 补做", 'in Chinese', $one, $three);
    refused(4, '文件已损坏', 'in Chinese, too', $one, changed($two, sub { substr($_[0], 2000, 1) ^= 'a' }), $three);
}

# ---- wrong usage of --shard ----
for ([['--shard', '0/3'], '--shard 0/3: must be I/N'], [['--shard', '4/3'], 'must be I/N'], [['--shard', '1'], 'must be I/N'],
     [['--shard', '1/3x'], 'must be I/N'], [['--shard', '99999999999999999999/3'], 'must be I/N'],
     [['--shard', '1/3', '--until', '0.1'], '--until looks at all draws'], [['--shard', '1/3', '-f', 'csv'], 'which assess merge makes']) {
    my ($arguments, $want) = @$_;
    my ($status, $out, $err) = part('no', $rules, @$arguments);
    is("$status/$out/" . (index($err, $want) >= 0) . '/' . (-e "$tmp/no" ? 'written' : ''), '2//1/', "@$arguments: $want") or diag $err;
}
($status, $out, $err) = run('vary', $rules, '--shard', '1/3');
is("$status/$out/" . ($err =~ /to the file of -o/), '2//1', '--shard without -o');

done_testing();
