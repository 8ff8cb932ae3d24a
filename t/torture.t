#!/usr/bin/perl
# A system without memory, a disk that fails, a program that is killed: t/torture.pm says what is tried and what is
# right. This tries a few of the calls, always the same ones; ASSESS_TORTURE=SEED tries others, `make torture` all.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use torture;
use Fcntl qw(O_DIRECTORY O_RDWR);
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
my $end = $folder->{right}{count}{read}; # the last reads are those of the list of files, and of a file that goes
try('reads what an earlier run left', $folder, map { [ 'read', 'one', 5, $_ ] } $end - 3 .. $end);
like(`LD_PRELOAD=$tmp/fail.so FAIL_CALL=read FAIL_AT=1 FAIL_HOW=5 $assess rules/hdi.lua 2>&1`, qr{^rules/hdi\.lua: cannot be read: }, 'rules that cannot be read are named');
# The old folder goes without memory, without another file, and where nothing reaches the disk.
my %of = %{ $folder->{right}{count} };
try('the end without memory', $folder, map { [ 'memory', 'all', 12, $of{memory} - $_ ] } 1 .. 6);
try('files that cannot be opened at the end', $folder, map { [ 'open', 'one', 5, $of{open} - $_ ] } 0 .. 3);
try('interrupted for ever', $folder, [ 'write', 'all', 4, 2 ], [ 'sync', 'all', 4, 2 ]);
try('killed', $folder, map { [ 'io', 'one', 'kill', 1 + int rand $folder->{right}{count}{io} ] } 1 .. 6);

# A folder and its ledger are there both or not at all; what was begun goes even without memory.
my ($record) = grep { $_->{name} eq 'record' } @commands;
prepare($record);
is($record->{right}{status}, 0, 'a run is sealed');
for my $kind (qw(sync rename write list)) {
    my ($way) = grep { $_->[0] eq $kind && $_->[1] eq 'one' && $_->[2] eq '5' } @kinds;
    my $count = $record->{right}{count}{$kind};
    try($kind, $record, map { [ @$way, $_ ] } $count - 2 .. $count);
}
try('killed', $record, map { [ 'io', 'one', 'kill', $_ ] } map { $record->{right}{count}{io} - $_ } 3, 20, 40);
try('nothing reaches the disk, nothing can be opened', $record, [ 'open', 'all', 24, 27 ], [ 'sync', 'all', 5, $record->{right}{count}{sync} - 4 ]);
my $taken = $record->{right}{count}{memory};
try('no memory for good', $record, map { [ 'memory', 'all', 12, int($taken * $_) ] } 0.6, 0.8, 0.95);
my ($reads) = grep { "@$_" eq 'read one 5' } @kinds; # of the program's own file, too, whose digest is in the seal
my ($opens) = grep { "@$_" eq 'open all 24' } @kinds; # what cannot be listed then is removed by the next run
try('no more files can be opened', $record, map { [ @$opens, $record->{right}{count}{open} - $_ ] } 3, 5, 7);
my $last = $record->{right}{count}{read};
try('reads', $record, map { [ @$reads, $_ ] } 12 .. 15, $last - 12 .. $last);

# Many failures of one run, in copies of it: what is suspect there is tried alone.
for my $name ('run', 'run json', 'history', 'list whatif') {
    my ($quick) = grep { $_->{name} eq $name } @commands;
    prepare($quick);
    for my $kind (grep { $_->[0] eq 'memory' } @kinds) {
        my ($tried, $dirty, @suspect) = serve($quick, $kind, 60 / $quick->{right}{count}{memory});
        cmp_ok($tried, '>', 20, "$name: $tried failures of one run");
        is($dirty, 0, 'which makes no file');
        try("$kind->[1], looked at alone", $quick, map { [ @$kind, $_ ] } @suspect);
    }
}

# Every look at a file of a run, and every opening: among them the look that decides how the path of data is written.
# A sealed run that cannot be looked at is not one that is gone.
for my $name ('run', 'history') {
    for my $kind (grep { "@$_" =~ /^(?:look|open) one 5$/ } @kinds) {
        my ($run) = grep { $_->{name} eq $name } @commands;
        my ($tried, $dirty, @suspect) = serve($run, $kind, 1);
        is($tried, $run->{right}{count}{ $kind->[0] }, "$name: all $tried calls to $kind->[0]");
        try("$kind->[0], looked at alone", $run, map { [ @$kind, $_ ] } @suspect);
    }
}

# A folder that may be read, but cannot be looked at, is no message with status 0.
for my $name ('import coinr -o DIR', 'export coinr -o DIR') {
    my ($look) = grep { "@$_" eq 'look one 5' } @kinds;
    my ($exchange) = grep { $_->{name} eq $name } @commands;
    prepare($exchange);
    try('looks', $exchange, map { [ @$look, $_ ] } 1 .. 6);
}

# What cannot be read is neither gone nor another: a golden file, a file that a test names, what was sealed, a form.
for ([ 'test junit', qr/^(?:look|open|read) one 5$/ ], [ 'verify json', qr/^open one [45]$/ ], [ 'marks in a form', qr/^(?:open|read) one 5$/ ]) {
    my ($name, $of) = @$_;
    my ($command) = grep { $_->{name} eq $name } @more;
    prepare($command);
    for my $kind (grep { "@$_" =~ $of } @kinds) {
        my $count = $command->{right}{count}{ $kind->[0] };
        try("@$kind", $command, map { [ @$kind, $_ ] } grep { $count < 40 || $_ < 8 || $_ > $count - 5 } 1 .. $count);
    }
}

# The parts of a workbook are written to files without a name: none would lie about after a kill.
SKIP: {
    skip 'the system has no such files', 1 if !sysopen my $nameless, $tmp, 0x400000 | O_DIRECTORY | O_RDWR; # O_TMPFILE
    my ($book) = grep { $_->{name} eq 'report xlsx -o FILE' } @commands;
    prepare($book);
    is($book->{right}{count}{unlink}, 0, 'a workbook is written without a name to take away');
    try('a full disk below the parts', $book, map { [ 'write', 'one', 28, $_ ] } 9, 12);
}

# One failure at each place of the program, which another run does not try again.
{
    my ($quick) = grep { $_->{name} eq 'run' } @commands;
    each_place("$tmp/places");
    my ($tried, undef, @suspect) = serve($quick, $reads, 1);
    cmp_ok($tried, '>', 2, "run: reads fail at $tried places");
    cmp_ok($tried, '<', $quick->{right}{count}{read}, 'which are fewer than the reads');
    is(scalar @suspect, 0, 'and each is told');
    is((serve($quick, $reads, 1))[0], 0, 'all are known then');
    each_place(undef);
}

# Without memory for a library the run ends, rather than without the chart that the library would draw.
my ($lacking) = grep { $_->[0] eq 'library' } @kinds;
for my $name ('run docx -o FILE', 'marks in a form') {
    my ($opens) = grep { $_->{name} eq $name } @commands, @more;
    prepare($opens);
    my $count = $opens->{right}{count}{library};
    cmp_ok($count, '>', 2, "$name: it opens $count libraries");
    try('a library that cannot be opened', $opens, map { [ @$lacking, $_ ] } 1 .. $count);
    # Behind the file there is nothing left that can fail.
    try('the end without memory', $opens, map { [ 'memory', 'one', 12, $opens->{right}{count}{memory} + $_ ] } -6 .. 4); # how many there are depends on the length of a path
}

# A command without memory, by the kind of failure, at each place of it; what a copy did that is not plainly right is
# looked at alone.
sub without_memory {
    my ($name, $kind, @does) = @_;
    my $command = { name => $name, does => [@does] };
    prepare($command);
    is($command->{right}{status}, 0, $name);
    each_place("$tmp/places-$kind");
    my ($memory) = grep { "@$_" eq "memory $kind 12" } @kinds;
    my ($tried, $dirty, @suspect) = serve($command, $memory, 1);
    cmp_ok($tried, '>', 100, "$name: memory fails at $tried places");
    each_place(undef);
    try("$name, looked at alone", $command, map { [ @$memory, $_ ] } @suspect);
}

# minizip writes into what it got no memory for: the last places of a text, where its parts are packed.
without_memory('a statement as a text', 'one', 'statement', 'rules/2011-units.lua', '市外办', '-f', 'docx');

# A page says of its unit what draws found: what came to no end without memory has nothing to say.
without_memory('a page about a unit, with draws', 'all', 'report', 't/vary/three.lua', '--focus', 'P', '--draws', 4, '-o', 'MADE.html');

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
