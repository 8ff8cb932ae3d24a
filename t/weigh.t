#!/usr/bin/perl
# Weights against what others printed and computed, and against plain arithmetic: published_cases.json of the
# reference, the principal components and effective weights of COINr, Saaty's examples, and cases small
# enough for Perl. Not reproduced, and why: nothing so far that is in "weights".
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use File::Copy qw(copy);
use JSON::PP;
use List::Util qw(sum max min);
use Test::More;

my $reference = $ENV{ASSESS_REFERENCE} // "$shared/reference";
my $files = 0;

# weights(BODY, MATRIX, TYPES): what the Lua expression or statements BODY, which return a table, say of the rows of
# MATRIX as units u1 … and its columns as indicators c1 …; TYPES: -1 is better low.
sub weights {
    my ($body, $matrix, $types) = @_;
    my $columns = @{ $matrix->[0] };
    my $name = 'case' . ++$files;
    my @head = map "c$_", 1 .. $columns;
    file("$name.csv", csv_text([ 'unit', @head ], map [ "u" . ($_ + 1), @{ $matrix->[$_] } ], 0 .. $#$matrix));
    my $tree = join ', ', map {
        my $better = $types && $types->[ $_ - 1 ] < 0 ? 'lower' : 'higher';
        qq[indicator { "c$_", "c$_", better = "$better" }]
    } 1 .. $columns;
    return outputs(file("$name.lua", <<"LUA"));
local weigh, experts = require "methods.weigh", require "methods.experts"
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment {
  id = "weigh", title = "weights", data = { x = csv("$name.csv", { unit = "unit" }) },
  index = index { "all", "all", $tree },
  compute = function(a)
    local x, i = a.data.x, a.index
    $body
  end,
}
LUA
}

# A rule without data.
sub judged {
    my ($body) = @_;
    my $name = 'judged' . ++$files;
    return file("$name.lua", <<"LUA");
local experts = require "methods.experts"
return assessment { id = "judged", title = "judged", compute = function(a)
    $body
  end }
LUA
}

sub listed { my ($want) = @_; return map { [ 'c' . ($_ + 1), $want->[$_] ] } 0 .. $#$want }

# all_near(GOT, WANT, WITHIN, NAME): { label => value } against a list for c1 … or a table.
sub all_near {
    my ($got, $want, $within, $name) = @_;
    my %want = ref $want eq 'ARRAY' ? map { @$_ } listed($want) : %$want;
    my @off = grep { my $g = $got->{$_}; !defined $g || $g !~ /\d/ || abs($g - $want{$_}) > $within } sort keys %want;
    ok(%want && !@off, $name) or diag(join "\n", map { "$_: got " . ($got->{$_} // 'nothing') . ", want $want{$_}" } @off);
}

sub lua { my ($m) = @_; return '{ ' . join(', ', map { '{ ' . join(', ', map { defined ? $_ : 'false' } @$_) . ' }' } @$m) . ' }' }
sub names { my ($n) = @_; return '{ ' . join(', ', map qq["c$_"], 1 .. $n) . ' }' }
sub shares { my $s = sum @_; return map { $_ / $s } @_ }
sub column { my ($m, $k) = @_; return map { $_->[$k] } @$m }
sub mean { return sum(@_) / @_ }
sub sd { my $m = mean(@_); return sqrt(sum(map { ($_ - $m)**2 } @_) / (@_ - 1)) }

# ---- published cases ----

my %body = (
    EqualWeights => 'weigh.equal(x)', EntropyWeights => 'weigh.entropy(x)', STDWeights => 'weigh.deviation(x)',
    MERECWeights => 'weigh.merec(x, i)', CRITICWeights => 'weigh.critic(x)', CILOSWeights => 'weigh.cilos(x, i)',
    IDOCRIWWeights => 'weigh.idocriw(x, i)', AngleWeights => 'weigh.angle(x)', GiniWeights => 'weigh.gini(x)',
    VarianceWeights => 'weigh.variance(normalise.minmax(x))', LOPCOWWeights => 'weigh.lopcow(x, i)',
);
SKIP: {
    skip 'the reference data is not here', 1 unless -e "$reference/mcda/published_cases.json";
    my $cases = decode_json(slurp("$reference/mcda/published_cases.json"))->{weights};
    is(scalar @$cases, 13, 'published cases of weights');
    for my $case (@$cases) {
        my ($method, $matrix, $want) = ($case->{method}, $case->{matrix}, $case->{output} // $case->{expected});
        my ($places) = max map { length((/\.(\d+)/)[0] // '') } @$want;
        my $got;
        if ($body{$method}) {
            $got = weights("return { w = $body{$method} }", $matrix, $case->{types});
        } elsif ($method eq 'RANCOMWeights' || $method eq 'AHPWeights') {
            my $m = 'experts.matrix("indicator", ' . names(scalar @$matrix) . ', ' . lua($matrix) . ')';
            my $call = $method eq 'AHPWeights' ? "(experts.ahp($m))" : "experts.rancom($m)";
            $got = outputs(judged("return { w = $call }"));
        } else {
            fail("$method has a method here");
            next;
        }
        all_near($got->{w}, $want, 0.5001 * 10**-$places, "$method as printed, $places places");
    }
}

done_testing();
