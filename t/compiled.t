#!/usr/bin/perl
# Methods that come with the program are there compiled. With another text, be it one comment, they
# are parsed as any module is: the same results, faults and warnings come of it, in the same places.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use Test::More;

my $assess = abs_path($ENV{ASSESS_BIN} // 'build/assess');
my $tmp = tempdir(CLEANUP => 1);
my $root = abs_path('.');
$ENV{LANGUAGE} = 'en';

system("mkdir $tmp/same $tmp/other && cp -R rules samples $tmp/same && cp -R rules samples $tmp/other") == 0 or die;
for my $path (glob "$tmp/other/rules/methods/*.lua $tmp/other/rules/methods/*/*.lua") {
    open my $to, '>>', $path or die "$path: $!";
    print $to "-- another text\n";
}

sub both {
    my ($name, @args) = @_;
    my @out = map { my $folder = $_; scalar qx(cd $tmp/$folder && '$assess' @args 2>&1) } qw(same other);
    is($out[1], $out[0], $name);
    return $out[0];
}

like(both('a run', 'rules/2011.lua --format csv'), qr/,/, 'has results');
like(both('an explanation', 'explain rules/2011.lua Shenzhen --stage stage1'), qr/normalise\.lua:\d+/,
    'names a line of a method');
for my $folder (qw(same other)) {
    open my $to, '>', "$tmp/$folder/rules/wrong.lua" or die;
    print $to <<'RULES';
local grade = require "methods.grade"
local experts = require "methods.experts"
return assessment { id = "wrong",
  data = { x = csv("wrong.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a)
    local m = a.data.x
    local w = experts.ahp(m / m:as { indicator = "other" } * where(m:gt(2), 7, 1), { along = "indicator" })
    return { w = w, q = grade.quota(m, { rounding = "any" }) }
  end }
RULES
    close $to;
    open $to, '>', "$tmp/$folder/rules/wrong.csv" or die;
    print $to "unit,indicator,value\nA,a,1\nA,b,2\nB,a,3\nB,b,4\n";
    close $to;
}
like(both('a fault', 'rules/wrong.lua'), qr/wrong\.lua:\d+:\d+: .*\n/, 'is found in the rules that call the method');
done_testing();
