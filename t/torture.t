#!/usr/bin/perl
# A system without memory, a disk that fails, a program that is killed: t/torture.pm says what is tried and what is
# right. This tries a few of the calls, always the same ones; ASSESS_TORTURE=SEED tries others, `make torture` all.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use torture;
use Test::More;

plan skip_all => 'sanitizers have a malloc of their own' if $ENV{ASSESS_SAN};
plan skip_all => 'no compiler, or another C library' if !shim("$tmp/fail.so");

my $seed = $ENV{ASSESS_TORTURE} || 1;
diag("ASSESS_TORTURE=$seed");
srand $seed;

sub try { # COMMAND, FAULT...
    my ($name, $command, @faults) = @_;
    my $count = @faults;
    my @wrong;
    try_all(2, sub { my ($of, $fault, $wrong) = @_; push @wrong, "@$fault: $wrong" if $wrong }, sub { my $fault = shift @faults; return $fault ? [ $command, @$fault ] : undef });
    is(scalar @wrong, 0, "$command->{name}: $name, $count tried") or diag join "\n", @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)];
}

# All that is read and written where a folder of outputs is replaced.
my ($folder) = grep { $_->{name} eq 'run -o DIR' } @commands;
prepare($folder);
is($folder->{right}{status}, 0, 'a run into a folder');
is_deeply([ grep { /mine/ } keys %{ $folder->{right}{made} } ], [ 'made/mine.txt' ], 'with a file of others');
for my $kind (qw(read write open look sync rename)) {
    my $count = $folder->{right}{count}{$kind};
    cmp_ok($count, '>', 3, "there are calls to $kind");
    my @ways = grep { $_->[0] eq $kind && $_->[1] eq 'one' } @kinds;
    try($kind, $folder, map { [ @{ $ways[ rand @ways ] }, $_ ] } grep { $count < 6 || rand() < 6 / $count } 1 .. $count);
}
try('killed', $folder, map { [ 'io', 'one', 'kill', 1 + int rand $folder->{right}{count}{io} ] } 1 .. 6);

# Some of all commands that are quick.
my @cheap = grep { $_->{cheap} && $_ ne $folder } @commands;
for (1 .. 4) {
    my $command = splice @cheap, rand @cheap, 1;
    prepare($command);
    try('memory', $command, map { faults_of($command, $_, 1, 4) } grep { $_->[0] eq 'memory' } @kinds);
    my @other = map { faults_of($command, $_, 1, 1) } grep { $_->[0] !~ /^(?:memory|size)$/ } @kinds;
    try('files', $command, map { splice @other, rand @other, 1 } 1 .. 4);
}
done_testing();
