#!/usr/bin/perl
# The same rules and data give the same bytes: wherever the program lies in memory, whatever the locale, the time zone,
# the width of the machine's vectors and the number of threads, and however the environment is ordered.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my @simd = grep { run_with({ ASSESS_SIMD => $_ }, 'rules/hdi.lua')->[0] eq 0 } qw(baseline v3 v4);
my @locales = (split(/\n/, `locale -a 2>/dev/null`), 'de_DE.UTF-8', 'not_there');
my @zones = ('UTC', 'Asia/Shanghai', 'America/St_Johns', 'Pacific/Apia', 'nonsense/+99');
# setarch switches off the random layout, which is on elsewhere, so that each run has another.
my $fixed = system('setarch -R true >/dev/null 2>&1') == 0;

sub run_with { # {VARIABLE => value}, ARGUMENT...: [status, output]
    my ($environment, @command) = @_;
    local %ENV = (%ENV, %$environment);
    my $still = delete $ENV{STILL};
    my $pid = open(my $from, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        exec(($still ? ('setarch', '-R') : ()), $assess, @command) or exit 127;
    }
    local $/;
    my $text = <$from>;
    close $from;
    return [ $? >> 8, $text ];
}

cmp_ok(scalar @simd, '>', 0, "levels of vectors: @simd");
for my $command ([ 'rules/hdi.lua', '-f', 'json' ], [ 'samples/cookbook/topsis.lua' ], [ 'vary', 't/vary/three.lua', '--draws', 300, '-f', 'csv' ]) {
    my %seen;
    for my $i (0 .. 19) {
        my %with = (
            ASSESS_SIMD => $simd[$i % @simd],
            LC_ALL => $locales[$i % @locales],
            TZ => $zones[$i % @zones],
            "FILLER_$i" => 'x' x ($i * 97),
            $fixed && $i % 4 == 0 ? (STILL => 1) : (),
        );
        my $end = run_with(\%with, @$command, '--threads', 1 + $i % 3);
        $seen{"$end->[0]\n$end->[1]"}++;
    }
    is(scalar keys %seen, 1, "assess @$command: 20 runs, the same bytes");
    like((keys %seen)[0], qr/^0\n./, 'and they are a result');
}
done_testing();
