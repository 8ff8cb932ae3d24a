#!/usr/bin/perl
# A folder of outputs is one: whatever fails while it is written, and wherever the program is killed, it holds all
# files of one run. Nothing of others is lost, and nothing is left lying about.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Cwd qw(getcwd);
use Test::More;

my $top = getcwd;
my $shim = "$tmp/fail.so";
plan skip_all => 'no C compiler to make the failures with'
    if system("cc -shared -fPIC -O1 -o $shim t/shim/fail.c -ldl 2>$tmp/cc") != 0;
plan skip_all => 'sanitizers want to be loaded first' if $ENV{ASSESS_SAN};
my $program = $assess =~ m{^/} ? $assess : "$top/$assess";
chdir $tmp or die;

# Two editions of the same rules; the second has one output less and another one.
sub rules {
    my ($name, $factor, @outputs) = @_;
    my $returns = join ', ', map { "$_ = total * $factor" } @outputs;
    spew("$name.lua", <<"END");
return assessment { id = "a", title = "A", index = index { "all", "All", indicator { "a", "A" }, indicator { "b", "B" } },
  data = { x = csv("x.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a) local total = sum(a.data.x, "indicator") return { $returns } end }
END
}
sub spew { my ($path, $text) = @_; open my $f, '>', $path or die "$path: $!"; print $f $text; close $f or die }
spew('x.csv', "unit,indicator,value\nu1,a,1\nu1,b,2\nu2,a,3\nu2,b,4\n");
rules('old', 1, qw(one two three));
rules('new', 100, qw(one two four));

sub assess { # runs the program, and keeps what it prints
    my @given = @_;
    return system("$program @given >printed 2>err");
}
sub folder { # name and content of all files
    my ($path) = @_;
    opendir my $d, $path or return undef;
    return { map { $_ => -d "$path/$_" ? 'folder' : slurp("$path/$_") } grep { !/^\.\.?$/ } readdir $d };
}
sub clean { my ($path) = @_; system('rm', '-rf', $path) == 0 or die }
sub ours { my ($have) = @_; return { map { $_ => $have->{$_} } grep { !/^mine/ } keys %$have } }
sub left { my ($where) = @_; return [ sort grep { m{(^|/)\.[^/]*\.part$} } glob("$where/.* $where/*/.*") ] }

my %want;
for my $edition (qw(old new)) {
    is(assess("$edition.lua", '-o', "want.$edition"), 0, "$edition runs");
    $want{$edition} = folder("want.$edition");
}
is_deeply([ sort keys %{ $want{new} } ], [ qw(.assess.sha256 four.csv one.csv result.json two.csv) ], 'a folder and its manifest');
is(system('cd want.new && sha256sum --quiet -c .assess.sha256'), 0, 'which sha256sum can check');

# ---- one run after the other ----
mkdir 'out';
spew('out/mine.txt', 'mine');
chmod 0640, 'out/mine.txt';
assess('old.lua -o out') == 0 or die;
chmod 0604, 'out/one.csv';
is(assess('new.lua -o out'), 0, 'a second run into the same folder');
is_deeply(ours(folder('out')), $want{new}, 'it replaces the files, and removes the output that the rules no longer have');
is(slurp('out/mine.txt'), 'mine', 'files of others stay');
is((stat 'out/mine.txt')[2] & 0777, 0640, 'as they were');
is((stat 'out/one.csv')[2] & 0777, 0604, 'a replaced file has the permissions of the old one');
assess('old.lua -o out') == 0 or die;
spew('out/three.csv', "changed by hand\n");
assess('new.lua -o out') == 0 or die;
is(slurp('out/three.csv'), "changed by hand\n", 'an output that somebody changed is not removed');
is_deeply(left('.'), [], 'nothing else is left');
symlink 'out', 'way';
is(assess('old.lua -o way/'), 0, 'a link to the folder');
ok(-l 'way' && -d 'out' && !-l 'out', 'stays one');
is_deeply(ours(folder('out')), $want{old}, 'and is followed');
is(system("cd out && $program ../new.lua -o . >../printed 2>&1"), 0, 'the folder one stands in');
is(join(' ', sort keys %{ ours(folder('out')) }), join(' ', sort keys %{ $want{new} }), 'is written file by file');
is(slurp('out/two.csv'), $want{new}{'two.csv'}, 'all of them');
is(system('cd out && sha256sum --quiet -c .assess.sha256'), 0, 'and the manifest');
mkdir 'out/mine';
spew('out/mine/x', 'x');
is(assess('old.lua -o out'), 0, 'and so is one with folders in it');
is_deeply(ours(folder('out')), $want{old}, 'with the same result');
is(slurp('out/mine/x'), 'x', 'the folder inside stays');

# ---- failures and kills ----
sub attempt { # HOW, CALL, N: into a folder with results of old.lua and a file of others
    my ($how, $call, $n, %more) = @_;
    clean('out');
    mkdir 'out';
    spew('out/mine.txt', 'mine');
    mkdir 'out/mine' if $more{inside};
    assess('old.lua -o out') == 0 or die;
    local %ENV = (%ENV, LD_PRELOAD => $shim, FAIL_CALL => $call, FAIL_AT => $n, FAIL_HOW => $how, FAIL_COUNT => 'count',
        $more{inside} ? () : $more{exchange} ? (FAIL_EXCHANGE => 1) : ());
    my $pid = fork // die;
    if (!$pid) { open STDERR, '>', 'err'; open STDOUT, '>', 'outtext'; exec $program, 'new.lua', '-o', 'out' }
    waitpid $pid, 0;
    return $?;
}
sub is_one { # the folder is all of one run
    my ($have) = map { ours($_ // {}) } folder('out');
    for my $edition (qw(old new)) {
        return $edition if keys %$have == keys %{ $want{$edition} } && !grep { ($have->{$_} // '') ne $want{$edition}{$_} } keys %{ $want{$edition} };
    }
    return 'a mixture of ' . join ' ', sort keys %$have;
}
for my $how (qw(kill 5 28)) {
    my (@bad, %seen);
    my $n = 0;
    for ($n = 1;; $n++) {
        my $status = attempt($how, 'any', $n);
        my $now = is_one();
        $seen{$now}++;
        push @bad, "call $n: $now" if $now ne 'old' && $now ne 'new';
        push @bad, "call $n: mine is gone" if !-e 'out/mine.txt' || slurp('out/mine.txt') ne 'mine';
        push @bad, "call $n: status 0 without new files" if $status == 0 && $now ne 'new';
        my $again = assess('new.lua -o out');
        push @bad, "call $n: not written again" if $again || is_one() ne 'new';
        push @bad, "call $n: left " . join ' ', @{ left('.') } if @{ left('.') };
        last if -e 'count' && slurp('count') < $n && unlink 'count';
        unlink 'count';
        last if $n > 200 || @bad > 5;
    }
    is(scalar @bad, 0, "$how at each of $n calls: old or new, and the next run tidies up") or diag join "\n", map { substr $_, 0, 300 } @bad[0 .. ($#bad < 5 ? $#bad : 5)];
    ok($seen{old} && $seen{new}, "both are seen ($seen{old} and $seen{new} times)");
}
# Where folders cannot change places, a failure is undone; only a kill between two renames leaves a mixture, which the
# manifest tells of.
for my $case ([ exchange => 1 ], [ inside => 1 ]) {
    my @bad;
    my $n = 0;
    for ($n = 1;; $n++) {
        my $status = attempt(5, 'rename', $n, @$case);
        my $now = is_one();
        push @bad, "rename $n: $now" if $now ne ($status ? 'old' : 'new');
        push @bad, "rename $n: left " . join ' ', @{ left('.') } if @{ left('.') };
        last if $status == 0 || $n > 60;
    }
    cmp_ok($n, '>', 4, "$case->[0]: there are renames to fail");
    is(scalar @bad, 0, "$case->[0]: a rename that fails is undone") or diag join "\n", map { substr $_, 0, 300 } @bad[0 .. ($#bad < 5 ? $#bad : 5)];
}
my $told = 0;
for (my $n = 1; attempt('kill', 'rename', $n, exchange => 1); $n++) {
    next if is_one() =~ /^(old|new)$/;
    $told++ if system('cd out && sha256sum --quiet -c .assess.sha256 >/dev/null 2>&1') != 0;
    assess('new.lua -o out') == 0 && is_one() eq 'new' or fail("kill at rename $n: the next run mends it");
}
cmp_ok($told, '>', 0, 'a mixture does not agree with the manifest');

# ---- a folder that is not there ----
clean('out');
{
    local %ENV = (%ENV, LD_PRELOAD => $shim, FAIL_CALL => 'rename', FAIL_AT => 3, FAIL_HOW => 5);
    system("$program new.lua -o deep/er/out 2>err") and pass('a new folder that cannot be written');
}
ok(!-e 'deep', 'is not begun');
like(slurp('err'), qr/^assess: deep\/er\/out\/?[^:]*: cannot be written/, 'as the message says') or diag slurp('err');

# ---- what is not ours is not swept ----
spew($_, 'x') for '.note.part', '.a.1-0.part', ".a.$$-0-0.part", '.a.999999999-1-zz.part';
assess('new.lua -o out') == 0 or die;
is_deeply(left('.'), [ sort map { "./$_" } '.note.part', '.a.1-0.part', ".a.$$-0-0.part", '.a.999999999-1-zz.part' ], 'files that only look like ours stay');
chdir $top;
done_testing();
