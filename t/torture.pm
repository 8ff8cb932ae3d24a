# What fails under a command, and how the command has to end: t/torture.t tries a few of these, scripts/torture
# (make torture) as many as are wanted.
#
# t/torture/fail.c is loaded before the C library and lets one call of a kind fail, or all from one on, or kills the
# program there. Then the command either ends as ever, or with a status that tells of it, one message, and nothing
# half-written: what it writes is all new or still all old. It takes no memory that it does not give back, leaves no
# temporary file, and neither crashes nor waits.
package torture;
use strict;
use warnings;
use rules;
use xlsx qw(zip_of);
use Exporter 'import';
use File::Path qw(make_path remove_tree);
use IO::Uncompress::Unzip qw(unzip);
use POSIX ();
use Time::HiRes qw(setitimer time ITIMER_REAL);

our @EXPORT = qw(@commands @more @kinds shim each_place prepare serve faults_of try_all);

use constant LONG => 600; # seconds until a run counts as one that waits

# The commands, on the samples. MADE is what they write; `before` is another run into the same place, whose files have
# to be there still or be replaced.
#   flow      it prints what is done at once
#   cheap     for a test
#   mute      a shell asks, and is told nothing: where it cannot read, it offers less
#   finds     rules that cannot be read are a finding
#   once      what is there is not replaced
#   ledger    one goes with it
#   differs   the status by which it says what cannot be read
#   ends      the status with which it ends where nothing fails, if not one that any may have
#   sealed    needs sealed runs
#   quotes    it makes a page that shows lines of the data
#   charts    it makes a text with charts in it, which says so where one could not be drawn
our @commands = (
    { name => 'run', cheap => 1, does => [ 'rules/hdi.lua' ] },
    { name => 'run 2011', does => [ 'rules/2011.lua' ] },
    { name => 'run json', cheap => 1, does => [ 'samples/cookbook/topsis.lua', '-f', 'json' ] },
    { name => 'run -o DIR', cheap => 1, does => [ 'samples/cookbook/first.lua', '-q', '-o', 'MADE' ], before => [ 'samples/cookbook/topsis.lua', '-q', '-o', 'MADE' ] },
    { name => 'run 2011 -o DIR', does => [ 'rules/2011.lua', '-q', '-o', 'MADE' ], before => [ 'rules/2011.lua', '--set', 'params.cap=90', '-q', '-o', 'MADE' ] },
    { name => 'run md -o FILE', cheap => 1, does => [ 'samples/cookbook/first.lua', '-f', 'md', '-o', 'MADE.md' ], before => [ 'samples/cookbook/dea.lua', '-f', 'md', '-o', 'MADE.md' ] },
    { name => 'run docx -o FILE', charts => 1, does => [ 'rules/hdi.lua', '-f', 'docx', '-o', 'MADE.docx' ] },
    { name => 'run dea', cheap => 1, does => [ 'samples/cookbook/dea.lua' ] },
    { name => 'statement', does => [ 'statement', 'rules/2011-units.lua', '市外办' ] },
    { name => 'statement --all -o DIR', does => [ 'statement', 'rules/2011-units.lua', '--all', '-f', 'md', '-o', 'MADE' ] },
    { name => 'notice -o FILE', does => [ 'notice', 'rules/2011-units.lua', '-f', 'html', '-o', 'MADE.html' ], quotes => 1, before => [ 'notice', 'rules/2011-units.lua', '-f', 'md', '-o', 'MADE.html' ] },
    { name => 'record', does => [ 'record', 'samples/cookbook/first.lua', '-o', 'MADE' ], once => 1, ledger => 1 },
    { name => 'record --draws', does => [ 'record', 't/vary/three.lua', '--draws', 16, '-o', 'MADE' ], once => 1, ledger => 1 },
    { name => 'record 2011', does => [ 'record', 'rules/2011.lua', '-o', 'MADE' ], once => 1, ledger => 1 },
    { name => 'verify', does => [ 'verify', 'SEALED/one' ], sealed => 1, differs => 6 },
    { name => 'history', cheap => 1, does => [ 'history', 'SEALED' ], sealed => 1, differs => 6 },
    { name => 'history of two', does => [ 'history', 'SEALED', 1, 2 ], sealed => 1, differs => 6 },
    { name => 'profile', does => [ 'profile', 'rules/hdi.lua', '--runs', 1, '-f', 'collapsed' ] },
    { name => 'awards', does => [ 'rules/2011-awards.lua' ] },
    { name => 'explain', does => [ 'explain', 'rules/2011.lua', 'Shenzhen' ] },
    { name => 'explain --why-rank', does => [ 'explain', 'rules/2011.lua', 'Seoul', '--why-rank' ] },
    { name => 'explain html', cheap => 1, does => [ 'explain', 'rules/hdi.lua', 'CHN', '-f', 'html' ] },
    { name => 'test', cheap => 1, flow => 1, does => [ 'test', 'rules/hdi_test.lua', '--seed', 1 ] },
    { name => 'test --coverage', flow => 1, does => [ 'test', 't/mutate/small_weak_test.lua', '--coverage', '--seed', 1 ] },
    { name => 'mutate', flow => 1, does => [ 'mutate', 't/mutate/small_strong_test.lua', '--sample', 5 ] },
    { name => 'whatif', does => [ 'whatif', 'rules/2011.lua', 'Shenzhen', 'C7=30' ] },
    { name => 'goal', does => [ 'goal', 'rules/2011.lua', 'Shenzhen', '--rank', 6, '--within', 'C7=25..60' ] },
    { name => 'diff', does => [ 'diff', 'rules/2011.lua', 'rules/2012.lua' ] },
    { name => 'diff --leaves', does => [ 'diff', 'rules/2011.lua', 'rules/2012.lua', '--leaves', '-f', 'json' ] },
    { name => 'levers', does => [ 'levers', 'rules/2011.lua', 'Shenzhen', '--stage', 'stage1' ] },
    { name => 'leaves', does => [ 'leaves', 'rules/2012.lua' ] },
    { name => 'vary', does => [ 'vary', 'rules/2011.lua', '--vary', '*.weight=noise(0.25)', '--draws', 64 ] },
    { name => 'vary --shard', does => [ 'vary', 't/vary/three.lua', '--draws', 256, '--shard', '1/2', '-o', 'MADE' ], before => [ 'vary', 't/vary/three.lua', '--draws', 512, '--shard', '1/2', '-o', 'MADE' ] },
    { name => 'merge', does => [ 'merge', 'PART.1', 'PART.2' ], parts => 1 },
    { name => 'certain', does => [ 'certain', 'rules/2011.lua', '--vary', '*.weight=noise(0.25)' ] },
    { name => 'sensitivity', cheap => 1, does => [ 'sensitivity', 't/vary/three.lua', '--draws', 16 ] },
    { name => 'plot svg -o FILE', cheap => 1, does => [ 'plot', 'rules/hdi.lua', 'ranking', '-o', 'MADE.svg' ], before => [ 'plot', 'samples/cookbook/first.lua', 'ranking', '-o', 'MADE.svg' ] },
    { name => 'plot png -o FILE', does => [ 'plot', 'samples/cookbook/first.lua', 'ranking', '-o', 'MADE.png' ] },
    { name => 'report html -o FILE', quotes => 1, does => [ 'report', 'rules/hdi.lua', '-o', 'MADE.html' ] },
    { name => 'report xlsx -o FILE', does => [ 'report', 'samples/cookbook/first.lua', '-o', 'MADE.xlsx' ] },
    { name => 'report docx -o FILE', charts => 1, does => [ 'report', 'samples/cookbook/first.lua', '-o', 'MADE.docx' ] },
    { name => 'check', cheap => 1, finds => 1, does => [ 'check', 'rules/hdi.lua' ] },
    { name => 'check 2012', finds => 1, does => [ 'check', 'rules/2012.lua' ] },
    { name => 'new -o DIR', cheap => 1, does => [ 'new', 'samples/cookbook/topsis.csv', '-o', 'MADE' ], once => 1 },
    { name => 'template -o FILE', does => [ 'template', 'rules/2011.lua', '--unit', 'Shenzhen', '--at', 'year=2012', '-o', 'MADE.xlsx' ] },
    { name => 'data of a workbook', cheap => 1, does => [ 't/vary/three.lua', '--data', 'observed=BOOK.xlsx' ] },
    { name => 'import coinr -o DIR', does => [ 'import', 'coinr', 'samples/coinr/iData.csv', 'samples/coinr/iMeta.csv', '-o', 'MADE' ] },
    { name => 'export coinr -o DIR', does => [ 'export', 'coinr', 'samples/cookbook/first.lua', '-o', 'MADE' ] },
    { name => 'list', cheap => 1, does => [ 't/torture/list.lua' ] },
    { name => 'list leaves', cheap => 1, does => [ 'leaves', 't/torture/list.lua' ] },
    { name => 'list whatif', cheap => 1, does => [ 'whatif', 't/torture/list.lua', 'u7', 'a=5' ] },
    { name => 'list goal', cheap => 1, does => [ 'goal', 't/torture/list.lua', 'u7', '--rank', 30 ] },
    { name => 'list levers -o FILE', cheap => 1, does => [ 'levers', 't/torture/list.lua', 'u7', '-f', 'md', '-o', 'MADE.md' ] },
    { name => 'list test', cheap => 1, flow => 1, does => [ 'test', 't/torture/list_test.lua', '--seed', 1 ] },
    { name => 'list mutate', flow => 1, does => [ 'mutate', 't/torture/list_test.lua', '--sample', 2 ] },
    { name => 'completion', cheap => 1, mute => 1, does => [ 'completion', '--candidates', '--', 'explain', 'rules/hdi.lua', 'CH' ] },
);

# More ways through the program, for one failure at each place of it (PLACES=1): what is printed is enough.
my @vary = ('vary', 't/vary/three.lua', '--draws', 32);
my @drawn = map { my $what = $_; { name => "vary $what", does => [ @vary, '--vary', $what ] } }
    'data.observed=noise(0.1)', 'data.observed.A@P=uniform(0.6, 1.4)', 'params.power=uniform(1, 2)', '*.weight=noise(0.2)';
my @weighed = map { my $what = $_; { name => "vary $what", does => [ 'vary', 't/vary/two.lua', '--draws', 32, '--vary', $what ] } }
    'index.A.weight=one_of(1, 3, with = {0.2, 0.8})', 'index.A.weight=normal(1, 0.2)';
my @plotted = map { my $chart = $_; { name => "plot @$chart", does => [ 'plot', 'rules/2011.lua', @$chart ] } }
    [ 'profile', 'Shenzhen' ], [ 'shortfalls', 'Shenzhen' ], ['framework'], [ 'diff', 'rules/2012.lua' ], [ 'scatter', 'C1', 'C2' ],
    ['correlations'], [ 'distribution', 'C1' ], [ 'trend', 'C1' ], [ 'map', 'C1' ],
    [ 'uncertainty', '--draws', 16, '--vary', '*.weight=noise(0.25)' ];
my @cooked = map { my $rules = $_; { name => "run $rules", does => [ "samples/cookbook/$rules.lua" ] } }
    qw(committee compare completion coupling entropy leave_out mixed panel promethee rsr screening tiebreak ties treated yearly years);
our @more = (
    @cooked, @drawn, @weighed, @plotted,
    { name => 'vary of all kinds', does => [ @vary, '--pairs', '--frequencies', '--central-weights', '-f', 'json' ] },
    { name => 'vary html', quotes => 1, does => [ @vary, '--pairs', '--frequencies', '--central-weights', '-f', 'html' ] },
    { name => 'vary errors', does => [ 'vary', 't/vary/errors.lua', '--draws', 16 ] },
    { name => 'vary groups', does => [ 'vary', 't/vary/groups.lua', '--vary', 'index.*=leave_out(group)', '--draws', 16 ] },
    { name => 'certain of one', does => [ 'certain', 't/vary/three.lua', 'M', 'P' ] },
    { name => 'sensitivity of weights', does => [ 'sensitivity', 't/sensitivity/linear.lua', '--draws', 16, '-f', 'json' ] },
    { name => 'sensitivity html', does => [ 'sensitivity', 't/sensitivity/g.lua', '--draws', 16, '-f', 'html' ] },
    { name => 'plot sensitivity', does => [ 'plot', 't/vary/three.lua', 'sensitivity', '--draws', 16 ] },
    { name => 'plot timeline', does => [ 'plot', 't/statement/units.lua', 'timeline' ] },
    { name => 'plot grades', does => [ 'plot', 'rules/2011-units.lua', 'grades' ] },
    { name => 'list of charts', does => [ 'plot', 'rules/2011.lua' ] },
    { name => 'explain json', does => [ 'explain', 'rules/2011.lua', 'Shenzhen', '-f', 'json' ] },
    { name => 'diff of draws', does => [ 'diff', 'rules/2011.lua', 'rules/2012.lua', '--draws', 16, '-f', 'html' ] },
    { name => 'statement html', quotes => 1, does => [ 'statement', 'rules/2011-units.lua', '市外办', '-f', 'html' ] },
    { name => 'notice text', does => [ 'notice', 'rules/2011-units.lua' ] },
    { name => 'report md', does => [ 'report', 'rules/2011-units.lua', '-f', 'md' ] },
    { name => 'report text', does => [ 'report', 'rules/2011.lua', '-f', 'text', '--draws', 16 ] },
    { name => 'history json', does => [ 'history', 'SEALED', '-f', 'json' ], sealed => 1, differs => 6 },
    { name => 'verify json', does => [ 'verify', 'SEALED/two', '-f', 'json' ], sealed => 1, differs => 6 },
    { name => 'goal of a score', does => [ 'goal', 'rules/2011.lua', 'Shenzhen', '--score', 90, '-f', 'md' ] },
    { name => 'whatif json', does => [ 'whatif', 'rules/2011.lua', 'Shenzhen', 'C7=30', '-f', 'json' ] },
    { name => 'levers html', quotes => 1, does => [ 'levers', 'rules/2011.lua', 'Shenzhen', '-f', 'html' ] },
    { name => 'test 2011', flow => 1, does => [ 'test', 'rules/2011_test.lua', '--seed', 1, '-f', 'json' ] },
    { name => 'mutate words', flow => 1, does => [ 'mutate', 't/mutate/words_strong_test.lua', '--sample', 3, '-f', 'md' ] },
    { name => 'test of all kinds', flow => 1, does => [ 'test', 't/torture/kinds_test.lua', '--seed', 1, '--coverage', '-f', 'md' ] },
    { name => 'test junit', flow => 1, does => [ 'test', 't/torture/kinds_test.lua', '--seed', 1, '-f', 'junit' ] },
    { name => 'mutate methods', flow => 1, does => [ 'mutate', 't/mutate/words_weak_test.lua', '--sample', 6 ] },
    { name => 'marks in a form', finds => 1, does => [ 'check', 't/torture/form.lua', '--data', 'observed=BOOK.xlsx', '--mark', 'MADE.xlsx' ] },
    { name => 'a form of units', does => [ 'template', 'rules/2011-units.lua', '-o', 'MADE.xlsx' ] },
    { name => 'workbook 2011', does => [ 'report', 'rules/2011.lua', '-o', 'MADE.xlsx' ] },
    { name => 'workbook of units', does => [ 'report', 'rules/2011-units.lua', '-o', 'MADE.xlsx' ] },
    { name => 'workbook of operations', does => [ 'report', 't/book/operations.lua', '-o', 'MADE.xlsx' ] },
    { name => 'page 2011', quotes => 1, does => [ 'report', 'rules/2011.lua', '-o', 'MADE.html' ] },
    { name => 'page of units', quotes => 1, does => [ 'report', 'rules/2011-units.lua', '-o', 'MADE.html' ] },
    { name => 'explain a mark', quotes => 1, does => [ 'explain', 'rules/2011-units.lua', '市外办', '-f', 'html' ] },
    { name => 'explain 2011 html', quotes => 1, does => [ 'explain', 'rules/2011.lua', 'Shenzhen', '-f', 'html' ] },
    { name => 'why a rank html', quotes => 1, does => [ 'explain', 'rules/hdi.lua', 'CHN', '--why-rank', '-f', 'html' ] },
    { name => 'what is missing', does => [ 'explain', 'rules/2011.lua', 'Shenzhen', '--missing' ] },
    { name => 'verify draws', does => [ 'verify', 'OTHERS/drawn' ], sealed => 1, differs => 6 },
    { name => 'verify what differs', finds => 1, does => [ 'verify', 'OTHERS/changed' ], sealed => 1, differs => 6, ends => 6 },
    { name => 'history leaves', does => [ 'history', 'SEALED', 1, 2, '--leaves' ], sealed => 1, differs => 6 },
    { name => 'goal of a grade', does => [ 'goal', 'rules/2011-units.lua', '市外办', '--grade', '优秀' ] },
    { name => 'levers of leaves', does => [ 'levers', 'rules/2011.lua', 'Shenzhen', '--leaves' ] },
    { name => 'whatif units', does => [ 'whatif', 'rules/hdi.lua', 'CHN', 'le=70' ] },
    { name => 'diff of data', does => [ 'diff', 'rules/2011.lua', 'rules/2011.lua', '--set', 'index.C.C7.weight=9' ] },
    { name => 'diff of editions', does => [ 'diff', 't/vary/two.lua', 't/vary/edition.lua', '-f', 'md' ] },
    { name => 'check units', finds => 1, does => [ 'check', 'rules/2011-units.lua', '-f', 'md' ] },
    { name => 'check findings', finds => 1, does => [ 'check', map({ "t/check/$_.lua" } qw(B01 C01 D01 L01 M01 N01 P01 R01 S01 T01 W01)), '-f', 'sarif' ] },
    { name => 'check json', finds => 1, does => [ 'check', 'rules/2011.lua', '-f', 'json' ] },
    { name => 'certain first', does => [ 'certain', 't/vary/three.lua', '--first' ] },
    { name => 'certain html', quotes => 1, does => [ 'certain', 't/vary/three.lua', '-f', 'html' ] },
    { name => 'vary panel', does => [ 'vary', 't/vary/three.lua', '--draws', 16, '--vary', '*.weight=panel(t/vary/weights.csv)' ] },
    { name => 'vary residuals', does => [ 'vary', 't/vary/missing.lua', '--draws', 16, '--vary', 'data.observed=impute(residuals)' ] },
    { name => 'vary bounds', does => [ 'vary', 't/vary/errors.lua', '--draws', 16, '--vary', 'data.observed=bounds(low, high)' ] },
    { name => 'vary conditions', does => [ 'vary', 't/vary/three.lua', '--draws', 16, '--vary', '*.weight=simplex(at_most=0.34, where={"A >= B"})' ] },
    { name => 'vary files', does => [ 'vary', 't/vary/two.lua', '--draws', 16, '--vary', 'data.observed=one_of(t/vary/two.csv, t/vary/second.csv)', '--vary', 'rules=one_of(t/vary/two.lua, t/vary/edition.lua)' ] },
    { name => 'sensitivity of units', does => [ 'sensitivity', 'rules/2011.lua', '--vary', '*.weight=noise(0.25)', '--draws', 8 ] },
    { name => 'sensitivity screening', does => [ 'sensitivity', 't/vary/three.lua', '--draws', 16, '--method', 'morris' ] },
    { name => 'plot html', does => [ 'plot', 'rules/hdi.lua', 'map' ] },
    { name => 'statement docx', does => [ 'statement', 'rules/2011-units.lua', '市外办', '-f', 'docx', '-o', 'MADE.docx' ] },
    { name => 'new of a workbook', once => 1, does => [ 'new', 'BOOK.xlsx', '-o', 'MADE' ] },
);

# kind of call, what it does: a number of errno as the shim takes it.
our @kinds = (
    [ 'memory', 'one', 12 ], [ 'memory', 'all', 12 ], [ 'library', 'one', 12 ],
    [ 'read', 'one', 'short' ], [ 'read', 'one', 4 ], [ 'read', 'one', 5 ], [ 'read', 'all', 5 ],
    [ 'write', 'one', 'short' ], [ 'write', 'all', 'short' ], [ 'write', 'one', 4 ], [ 'write', 'all', 4 ], [ 'write', 'one', 28 ], [ 'write', 'all', 28 ], [ 'write', 'one', 5 ],
    [ 'open', 'one', 4 ], [ 'open', 'one', 5 ], [ 'open', 'all', 24 ], [ 'open', 'one', 28 ],
    [ 'close', 'one', 4 ], [ 'close', 'one', 5 ], [ 'close', 'one', 28 ],
    [ 'sync', 'one', 4 ], [ 'sync', 'one', 5 ], [ 'sync', 'all', 5 ], [ 'sync', 'one', 28 ],
    [ 'rename', 'one', 5 ], [ 'rename', 'one', 28 ], [ 'rename', 'all', 28 ],
    [ 'unlink', 'one', 5 ], [ 'make', 'one', 5 ], [ 'make', 'one', 28 ], [ 'look', 'one', 5 ], [ 'list', 'one', 5 ],
    [ 'io', 'one', 'kill' ],
    [ 'size', 'one', 27 ], # no file may become larger than 500 + n: reaches the C library's own writing
);

my $shim;
sub shim {
    my ($at) = @_;
    $shim = $at;
    return system("cc -std=c11 -shared -fPIC -O1 -fexceptions -o $at t/torture/fail.c -ldl >$at.out 2>&1") == 0;
}

# ---- one run ----

sub words { # of a command, in the folder of one run
    my ($home, $of) = @_;
    return map { s{^(?:observed=)?\K(MADE|PART|BOOK|SEALED|OTHERS)}{$1 eq 'MADE' ? "$home/made" : "$tmp/" . lc $1}er } @$of;
}

sub furnish { # a folder for one run, with what an earlier one left
    my ($command, $home) = @_;
    remove_tree($home);
    make_path("$home/tmp");
    system('cp', '-a', glob("$command->{old}/*"), $home) if $command->{old};
}

# Where each place of the program is to fail once, the places that did are noted here: see t/torture/fail.c.
my $places;
sub each_place { ($places) = @_ }

# begin(COMMAND, HOME, FAULT): starts it. FAULT: [kind, one or all, how, n], or nothing; with a fifth it is the first call
# at or after n that comes from another place.
# With a step it is that fault and each so many calls behind it, in one run: see t/torture/fail.c.
sub begin {
    my ($command, $home, $fault, $step) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    $ENV{LD_PRELOAD} = $shim;
    $ENV{FAIL_COUNT} = "$home/count";
    $ENV{TMPDIR} = "$home/tmp";
    $ENV{ASSESS_FREE} = 1; # what is left at the end is lost
    if ($fault) {
        my ($kind, $which, $how, $n) = @$fault;
        if ($kind eq 'size') { $SIG{XFSZ} = 'IGNORE'; delete $ENV{FAIL_COUNT} }
        elsif ($kind ne 'moment') { @ENV{qw(FAIL_CALL FAIL_HOW FAIL_AT)} = ($kind, $how, $n) }
        $ENV{FAIL_ALL} = 1 if $which eq 'all';
    }
    $ENV{FAIL_PLACES} = $places if $places && $fault && ($step || $fault->[4]);
    @ENV{qw(FAIL_SERVE FAIL_STEP)} = ("$home.right", $step) if $step;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', "$home/out" or die;
    open STDERR, '>', "$home/err" or die;
    my ($does) = @{ $command->{does} };
    my @command = ($assess, words($home, $command->{does}));
    push @command, '--threads', 1 if $does !~ /^(?:new|import|export|template|completion|mutate)$/;
    push @command, '--seconds', $fault && $fault->[0] ne 'moment' && !$step ? 20 : 0 if $does !~ /^(?:new|import|export|template|completion)$/; # libraries may go round in circles without memory
    @command = ('prlimit', '--fsize=' . (500 + $fault->[3]), # messages go to a file, too
         @command) if $fault && $fault->[0] eq 'size';
    setitimer(ITIMER_REAL, $fault && $fault->[0] eq 'moment' ? $fault->[3] : $step ? 20 * LONG : LONG);
    exec @command or POSIX::_exit(127);
}

# The files below a folder, by name.
sub files_in {
    my ($home) = @_;
    my %have;
    my $look;
    $look = sub {
        my ($path, $name) = @_;
        if (-d $path) {
            opendir my $d, $path or return;
            $look->("$path/$_", "$name/$_") for grep { !/^\.\.?$/ } readdir $d;
            $have{$name} = 'folder' if $name =~ /\.part$/;
        } else {
            # What the ledger says is asked for; an empty one says nothing.
            $have{$name} = slurp($path) if $name !~ m{^assess-history\.sqlite};
        }
    };
    opendir my $d, $home or die "$home: $!";
    $look->("$home/$_", $_) for grep { !/^(?:\.\.?|out|err|count)$/ } readdir $d;
    return \%have;
}

sub as_text { my ($files) = @_; return join "\0", map { "$_\0$files->{$_}" } sort keys %$files }

sub ended {
    my ($home, $status) = @_;
    my %count = -e "$home/count" ? map { split } split /\n/, slurp("$home/count") : ();
    my $made = files_in($home);
    return {
        status => $status & 127 ? 'signal ' . ($status & 127) : $status >> 8,
        out => slurp("$home/out") =~ s/\Q$home\E/HOME/gr =~ s/--seconds \K20\b/0/gr =~ s/<testcase [^<>]*\K time="[^"]*"//gr, err => slurp("$home/err") =~ s/\Q$home\E/HOME/gr,
        count => \%count,
        temporary => join(' ', sort grep { m{^tmp/} || m{/\.[^/]*\.part} || /^\..*\.part/ } keys %$made),
        made => $made,
        home => $home,
    };
}

# ---- what is wrong with the end of a command ----

# Draws that nobody asked for are left out where they cannot be made, with a word about it.
sub without_draws {
    my ($out) = @_;
    $out =~ s/^The originals\n.*?\n\n(?=\S)//ms; # of a sealed run, which do not matter
    return $out =~ s/^(?:Robustness: |稳健性：).*?(?=\n\n|\z)//msr;
}

# Does a text say that its chart is left out, since the fonts cannot be read?
sub leaves_out {
    my ($docx) = @_;
    my $xml = '';
    return unzip(\$docx => \$xml, Name => 'word/document.xml') && $xml =~ /(?:is left out|未能插入图)[^<]*: (?:Fontconfig|failed to create)/;
}

# Does an output tell what the system said, in whatever format? Where no cell is marked then, it would be wrong that none
# is at fault.
sub tells {
    my ($end) = @_;
    return "$end->{out}$end->{err}" =~ /Input\/output error|Too many open files|No space left on device|Interrupted system call|the file changed while it was read/ && $end->{err} !~ /no cell is at fault/;
}

# Does a test fail that holds in the clean run, or for another reason?
sub fails_more {
    my ($is, $was) = @_;
    my $failing = qr/^ *(?:not ok\b.*|<(?:failure|error) message="[^"]*"|- \S+test\.lua:\d+: .*|"message": .*)/m;
    my %there = map { $_ => 1 } $was =~ /$failing/g;
    return scalar grep { !$there{$_} } $is =~ /$failing/g;
}

# Are these some of those lines?
sub is_less {
    my ($some, $all) = @_;
    my %there = map { $_ => 1 } split /\n/, $all;
    return !grep { !$there{$_} } split /\n/, $some;
}

sub may_leave { my ($fault) = @_; return $fault->[0] =~ /^(?:unlink|list|look)$/ || "$fault->[0] $fault->[1]" eq 'open all' }

# What is wrong with the ledger of sealed runs: it has the run if the folder is there. A kill may come between the two;
# then history says that a folder is not in the ledger (status 6).
sub ledger_wrong {
    my ($home, $made, $killed) = @_;
    my ($status, $out, $err) = run('history', $home, '-f', 'json', '--lang', 'en');
    return "history: status $status: $err" if $status && !($killed && $status == 6 && $err eq '');
    my $rows = () = $out =~ /"number":/g;
    my $there = (grep { /^made/ } keys %$made) ? 1 : 0;
    return "$rows rows in the ledger, and the folder is " . ($there ? 'there' : 'not there')
        if $killed ? $rows > $there : $rows != $there;
    return '';
}

sub wrong {
    my ($command, $end, $fault) = @_;
    my $wrong = wrong_end($command, $end, $fault);
    $wrong ||= ledger_wrong($end->{home}, $end->{made}, $fault->[2] eq 'kill') if $command->{ledger};
    return $wrong;
}

my $gone_or_other = qr/\bmissing\b|\bnot there any more\b|"state": "changed"|\bsealed by assess\b|there is no golden file|there is no file '|no data that the cases could be rows of/;

sub wrong_end {
    my ($command, $end, $fault) = @_;
    my ($kind, $which, $how) = @$fault;
    my ($right, $before) = @$command{qw(right before_files)};
    my $memory = $kind =~ /^(?:memory|library)$/;
    if ($how eq 'kill') {
        return '' if $end->{status} eq $right->{status};
        return "status $end->{status}" if $end->{status} !~ /^signal (?:9|14)$/;
        my %made = map { $_ => $end->{made}{$_} } grep { !m{(^|/)\.[^/]*\.part(/|$)} && !m{^tmp/} } keys %{ $end->{made} };
        my $made = as_text(\%made);
        return 'torn' if $made ne as_text($before) && $made ne as_text($right->{made});
        return 'a temporary file after a kill' if grep { m{^tmp/} } keys %{ $end->{made} };
        return '';
    }
    return "status $end->{status}: " . substr $end->{err}, 0, 200 if $end->{status} =~ /signal/ || $end->{status} == 70;
    # What cannot be listed or removed is left to the next run.
    return "temporary files: $end->{temporary}" if $end->{temporary} && !may_leave($fault);
    delete $end->{made}{$_} for grep { m{(^|/)\.[^/]*\.part(/|$)} || m{^tmp/} } keys %{ $end->{made} };
    my $live = $end->{count}{live};
    return 'leak of ' . ($live - $right->{count}{live}) if defined $live && $live > $right->{count}{live};
    my $made = as_text($end->{made});
    my $same = $made eq as_text($right->{made});
    # A page says in the place of a file's lines that they cannot be shown.
    my $lacks_lines = $kind =~ /^(?:read|open|look)$/ && $command->{quotes} && grep { /The text of this file cannot be shown|无法显示该文件的内容/ } $end->{out}, values %{ $end->{made} };
    $same ||= $lacks_lines;
    $same ||= $kind =~ /^(?:read|open|look|list)$/ && $command->{charts} && grep { leaves_out($_) } values %{ $end->{made} };
    # A page, too, says that draws that nobody asked for could not be made.
    $same ||= !$memory && $command->{quotes} && grep { /no draws could be made|未能抽样/ } values %{ $end->{made} };
    my $printed = $end->{out} eq $right->{out} || (!$memory && without_draws($end->{out}) eq without_draws($right->{out})) || $lacks_lines;
    my $said = $end->{err} eq $right->{err} || ($kind eq 'write' && $end->{err} eq ''); # where even that cannot be written
    return '' if $end->{status} eq $right->{status} && $printed && $said && ($same || $kind eq 'unlink');
    return '' if $command->{mute} && !$memory && $end->{status} eq $right->{status} && $said && $same && is_less($end->{out}, $right->{out});
    # What cannot be read is neither gone nor another.
    my ($gone) = ($command->{differs} || $command->{flow}) && !$memory ? grep { !$right->{said}{$_} } $end->{out} =~ /$gone_or_other/g : ();
    return "it says '$gone'" if $gone;
    return '' if ($command->{flow} || $command->{finds}) && !$memory && $end->{status} eq $right->{status} && $end->{status} ne '0' && (tells($end) || $command->{flow} && fails_more($end->{out}, $right->{out}));
    return '' if $command->{differs} && !$memory && $end->{status} eq $right->{status} && $end->{out} =~ /cannot be read|I\/O error/; # originals make no difference
    return "status $end->{status} and other " . join ' and ', $printed ? () : 'output', $said ? () : "messages: $end->{err}", $same ? () : 'files'
        if $end->{status} eq $right->{status};
    my @may = $memory ? (5) : (2, 3, 4, 5);
    return '' if ($command->{flow} || $command->{finds}) && !$memory && $end->{status} == 1 && tells($end);
    return '' if $command->{flow} && !$memory && $end->{status} == 1 && ($end->{out} =~ /^not ok/m || $end->{err} =~ /fails without any change/); # a test that could not be run
    return '' if $command->{finds} && !$memory && $end->{status} == 1 && $end->{out} =~ /: error [A-Z]\d\d: /;
    return '' if $command->{differs} && !$memory && $end->{status} eq $command->{differs} && "$end->{out}$end->{err}" ne '';
    return "status $end->{status}: $end->{err}" if !grep { $end->{status} eq $_ } @may;
    my $told = $end->{err} =~ s/^(?:Operating system error: .*\n(?:Memory allocation|Allocating cleared memory) failed|\[ERROR\]|Fontconfig |Pango\S* |GLib\S* |memory allocation of |\(process:\d+\): ).*\n//mgr =~ s/^\n//mgr; # libraries say it, too
    $told =~ s/^(?:corrupted|malloc|free|realloc|double free)\b.*\n(?=.* broke down)//m; # so does the C library, where lp_solve spoils memory
    $told =~ s/^\Q$_\E\n//m for split /\n/, $right->{err};
    my $alone = qr/[^\s:].*: .*\n(?:    .*\n)*(?:(?:assess: )?each edition reads its data by itself, .*\n|assess: the rules cannot be computed again\n)?/; # with the line of the rules; what is read twice says more
    return $told eq '' ? 'no message' : "messages: $told" if $told !~ /\A$alone\z/ && !($which eq 'all' && !$memory && $told =~ /\A(?:$alone)*\z/) && !($command->{mute} && $told eq '');
    return 'files of a run that failed' if $made ne as_text($before) && !($same && !$memory);
    my $begins = substr($right->{out}, 0, length $end->{out}) eq $end->{out};
    $end->{out} =~ s/^alloc of \d+ '\w+' failed\n//mg; # lp_solve says it there
    return 'output of a run that failed' if $end->{out} ne '' && !($begins && ($command->{flow} || $kind =~ /^(?:write|close|size)$/));
    return '';
}

# ---- many ----

# faults_of(COMMAND, KIND, SHARE, MOST, FIRST): which calls are to fail, evenly spread from a random one on; at least one
# of each; none before the FIRST.
sub faults_of {
    my ($command, $kind, $share, $most, $first) = @_;
    my ($call, $which, $how) = @$kind;
    my $count = $command->{right}{count}{$call} // 0;
    if ($call eq 'size') {
        my ($largest) = sort { $b <=> $a } map { length } $command->{right}{out}, values %{ $command->{right}{made} };
        $count = $largest // 0;
        $share = $share * 40 / $count if $count > 40;
    }
    return if !$count;
    my $tries = POSIX::ceil($count * $share);
    $tries = $most if $most && $tries > $most;
    my $step = $count / $tries;
    my $from = $tries == $count ? 0 : rand $step;
    return grep { $_->[3] >= ($first // 1) } map { [ @$kind, 1 + int($from + $_ * $step) ] } 0 .. $tries - 1;
}

sub make_book { # t/vary/three.csv as a workbook
    my ($path) = @_;
    my @rows = csv_rows(slurp('t/vary/three.csv'));
    my $n = 0;
    my $sheet = join '', map { $n++; "<row r='$n'>" . join('', map { /^[0-9.]+$/ ? "<c><v>$_</v></c>" : "<c t='inlineStr'><is><t>$_</t></is></c>" } @$_) . '</row>' } @rows;
    my ($main, $package, $office) = map { "http://schemas.openxmlformats.org/$_" } 'spreadsheetml/2006/main', 'package/2006', 'officeDocument/2006/relationships';
    my $type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
    my $relation = sub { "<Relationships xmlns='$package/relationships'><Relationship Id='r1' Type='$office/$_[0]' Target='$_[1]'/></Relationships>" };
    zip_of($path, {
        '[Content_Types].xml' => "<Types xmlns='$package/content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
            . "<Override PartName='/xl/workbook.xml' ContentType='$type.sheet.main+xml'/><Override PartName='/xl/worksheets/sheet1.xml' ContentType='$type.worksheet+xml'/></Types>",
        '_rels/.rels' => $relation->('officeDocument', 'xl/workbook.xml'),
        'xl/workbook.xml' => "<workbook xmlns='$main' xmlns:r='$office'><sheets><sheet name='three' sheetId='1' r:id='r1'/></sheets></workbook>",
        'xl/_rels/workbook.xml.rels' => $relation->('worksheet', 'worksheets/sheet1.xml'),
        'xl/worksheets/sheet1.xml' => "<worksheet xmlns='$main'><sheetData>$sheet</sheetData></worksheet>",
    });
}

my $homes = 0;
sub prepare { # the clean run
    my ($command) = @_;
    return if $command->{right};
    my $home = "$tmp/clean" . ++$homes;
    my $need = sub { my ($status, undef, $err) = run(@_); die "@_: status $status: $err" if $status };
    if ($command->{parts}) {
        $need->('vary', 't/vary/three.lua', '--draws', 256, '--shard', "$_/2", '-o', "$tmp/part.$_") for 1, 2;
    }
    if ($command->{sealed} && !-e "$tmp/sealed") {
        $need->('record', 'samples/cookbook/first.lua', @$_) for [ '-o', "$tmp/sealed/one" ], [ '--set', 'index.dust.weight=3', '-o', "$tmp/sealed/two" ];
        $need->('record', 't/vary/three.lua', '-d', 'observed=t/vary/three.csv', '--draws', 16, '-o', "$tmp/others/$_") for qw(drawn changed);
        file('others/changed/given/observed.csv', slurp('t/vary/three.csv') =~ s/0\.5/0.6/r);
        file('others/changed/total.csv', slurp("$tmp/others/drawn/total.csv") =~ s/P,/Q,/r);
    }
    make_book("$tmp/book.xlsx") if !-e "$tmp/book.xlsx";
    $command->{before_files} = {};
    if ($command->{before}) {
        furnish({}, "$home.old");
        waitpid begin({ does => $command->{before} }, "$home.old"), 0;
        unlink map { "$home.old/$_" } qw(out err count);
        rmdir "$home.old/tmp";
        file(substr("$home.old/made/mine.txt", length "$tmp/"), 'mine') if -d "$home.old/made";
        $command->{before_files} = files_in("$home.old");
        $command->{old} = "$home.old";
    }
    furnish($command, $home);
    my $began = time;
    waitpid begin($command, $home), 0;
    $command->{took} = time - $began;
    $command->{right} = ended($home, $?);
    $command->{right}{said}{$_} = 1 for $command->{right}{out} =~ /$gone_or_other/g;
    die "$command->{name}: status $command->{right}{status} where nothing fails: $command->{right}{err}" if $command->{right}{status} ne ($command->{ends} // 0) && $command->{right}{status} !~ /^[0134]$/; # wrong usage, or a crash
    make_path("$home.right");
    rename "$home/$_", "$home.right/$_" for qw(out err);
    file(substr("$home.right/end", length "$tmp/"), "$command->{right}{status} $command->{right}{count}{live}\n");
    $command->{clean} = $home;
    remove_tree($home);
}

# serve(COMMAND, KIND, SHARE): lets so many of the calls fail in copies of one run. Returns how many were tried, the
# first call that this cannot try since there are files by then (or 0), and those that have to be looked at alone.
sub serve {
    my ($command, $kind, $share) = @_;
    my $count = $command->{right}{count}{ $kind->[0] } // 0;
    return (0, 1) if !$count || $kind->[2] eq 'kill' || $kind->[0] =~ /^(?:size|write|sync|rename|unlink|make)$/;
    my $step = $share < 1 / $count ? $count : POSIX::ceil(1 / $share - 1e-9);
    my $home = $command->{clean};
    furnish($command, $home);
    waitpid begin($command, $home, [ @$kind, 1 + ($step > 1 ? int rand $step : 0) ], $step), 0;
    my $end = ended($home, $?);
    remove_tree($home);
    my %told = %{ $end->{count} };
    return (0, 1) if !defined $told{tried}; # it did not come to an end
    return ($told{tried}, $told{dirty}, map { $told{$_} } grep { /^suspect/ } sort keys %told);
}

# After a kill: the same command once more makes all files new, and what was begun is gone.
sub mended {
    my ($command, $home) = @_;
    remove_tree("$home/made") if $command->{once};
    waitpid begin($command, $home), 0;
    my $end = ended($home, $?);
    return $end->{status} ne $command->{right}{status} ? "status $end->{status} of the next run: $end->{err}"
        : $end->{temporary} ? "the next run leaves $end->{temporary}"
        : as_text($end->{made}) ne as_text($command->{right}{made}) ? 'the next run does not mend it' : '';
}

# try_all(CREW, TELL, NEXT): runs faults, so many at a time. NEXT->() returns [command, kind, one or all, how, n], or
# nothing at the end. TELL->(command, fault, what was wrong or nothing, whether a call of another place failed, which).
sub try_all {
    my ($crew, $tell, $next) = @_;
    my %running;
    my $collect = sub {
        my $pid = waitpid -1, 0;
        my $run = delete $running{$pid} or return;
        my ($command, $fault, $home) = @$run;
        my $end = ended($home, $?);
        my $placed = $end->{count}{placed};
        my $wrong = wrong($command, $end, $fault);
        $wrong ||= mended($command, $home) if $fault->[2] eq 'kill' || may_leave($fault);
        $tell->($command, $fault, $wrong, $placed, $end->{count}{at});
        remove_tree($home);
    };
    while (my $case = $next->()) {
        my ($command, @fault) = @$case;
        my $home = "$tmp/home" . ++$homes;
        furnish($command, $home);
        $running{ begin($command, $home, \@fault) } = [ $command, \@fault, $home ];
        $collect->() if keys %running >= $crew;
    }
    $collect->() while %running;
}

1;
