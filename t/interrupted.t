#!/usr/bin/perl
# Every command at a terminal: after two seconds it shows what it is at, and Ctrl-C ends it with a word and the status of
# an interruption. The data come from a pipe that nobody writes to, so that all commands wait at the same time and for as
# long as is needed, without work.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use POSIX qw(mkfifo);
use Test::More;
use Time::HiRes qw(sleep);

plan skip_all => 'script(1) of util-linux is not here, and makes the terminal' if system('script -qec true /dev/null >/dev/null 2>&1');
$SIG{PIPE} = 'IGNORE';
$SIG{INT} = 'DEFAULT'; # whoever runs tests in the background may have it ignored
$SIG{ALRM} = sub { die 'a command hangs' };
alarm 240;

mkfifo("$tmp/never.csv", 0600) or die "mkfifo: $!";
my $rules = file('rules.lua', <<'END');
return assessment {
  id = "wait", title = "Wait",
  data = { x = csv("never.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", indicator { "a", "A", weight = 1 }, indicator { "b", "B", weight = 2 } },
  uncertain = { ["index.a.weight"] = "noise(0.1)" },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { score = score, grade = where(score:ge(50), "good", "bad"), rank = rank(score, "unit") }
  end,
}
END
file('other.lua', slurp($rules) =~ s/weight = 2/weight = 3/r);
file('rules_test.lua', "test('it runs', function(t) t.run('rules.lua') end)\n");

mkdir "$tmp/odd";
mkfifo("$tmp/odd/seal.json", 0600) or die "mkfifo: $!";

# Of each command that runs rules, a call. The others read no data, but a pipe can stand where a file should.
my %call = (
    run => 'rules.lua', statement => 'rules.lua u', notice => 'rules.lua', explain => 'rules.lua u', whatif => 'rules.lua u a=3',
    goal => 'rules.lua u --rank 1', diff => 'rules.lua other.lua', levers => 'rules.lua u', leaves => 'rules.lua', vary => 'rules.lua',
    certain => 'rules.lua', sensitivity => 'rules.lua', plot => 'rules.lua ranking', report => 'rules.lua -o report.html',
    check => 'rules.lua', profile => 'rules.lua', template => 'rules.lua -o form.xlsx', export => 'coinr rules.lua -o out',
    test => 'rules_test.lua', mutate => 'rules_test.lua', new => 'never.csv', import => 'coinr never.csv never.csv -o out', merge => 'never.csv', record => 'rules.lua -o sealed', verify => 'odd',
);
my %quick = map { $_ => 1 } qw(help completion history); # nothing in them can take long
my ($listed) = (run("help"))[1] =~ /\A(.*?)^Options/ms;
my @commands = $listed =~ /^  assess (?:\[run\] RULES|(\w+))/mg;
@commands = map { $_ // 'run' } @commands;
is_deeply([grep { !$call{$_} && !$quick{$_} } @commands], [], 'every command is tried');

# at_terminal(NAME, ARGUMENTS): begins a command at a terminal of its own; what it shows goes to a file.
my %at;
sub at_terminal {
    my ($name, $arguments) = @_;
    my $seen = "$tmp/$name.seen";
    my $pid = open my $keys, '|-', "cd $tmp && TERM=xterm COLUMNS=80 exec script -qefc 'exec $assess $arguments' $seen >/dev/null 2>&1" or die "script: $!";
    select((select($keys), $| = 1)[0]);
    $at{$name} = { pid => $pid, keys => $keys, seen => $seen };
}
sub seen { -e $_[0]{seen} ? slurp($_[0]{seen}) : '' }
# What still runs when something is wrong ends with the test.
END { my $status = $?; kill 'KILL', map { -$_->{pid}, $_->{pid} } values %at if %at; $? = $status }
at_terminal($_, "$_ $call{$_}") for sort keys %call;
at_terminal('quiet', 'run rules.lua -q');
at_terminal('elsewhere', "run rules.lua 2>$tmp/elsewhere.err");

my $waits = qr/\r\e\[K\S.*, for 0:\d\d/;
for my $name (sort keys %call) {
    my $c = $at{$name};
    sleep 0.05 while seen($c) !~ /$waits|COMMAND_EXIT_CODE/;
    ok(seen($c) =~ $waits, "$name: says what it is at") or diag substr seen($c), -500;
}
unlike(seen($at{quiet}), qr/for 0:/, 'not with -q');
unlike(slurp("$tmp/elsewhere.err"), qr/for 0:/, 'not where standard error is no terminal');

for my $name (sort keys %at) {
    my $c = $at{$name};
    print { $c->{keys} } "\cC";
}
for my $name (sort keys %at) {
    my $c = $at{$name};
    my $said = sub { seen($c) . (-e "$tmp/$name.err" ? slurp("$tmp/$name.err") : '') };
    sleep 0.02 while seen($c) !~ /COMMAND_EXIT_CODE/;
    close $c->{keys};
    my $word = $name eq 'test' ? qr/interrupted: not all tests were run/ : qr/interrupted: nothing was written/;
    ok($said->() =~ $word, "$name: a word about it") or diag substr $said->(), -500;
    unlike($said->(), qr/without any change/, 'mutate: no test is said to fail') if $name eq 'mutate';
    is((seen($c) =~ /COMMAND_EXIT_CODE="(\d+)"/)[0], 130, "$name: and the status");
}
# While places in a ranking are tried: one word, wherever it is.
my %said;
for my $moment (1 .. 12) {
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', "$tmp/moment.err";
        exec $assess, 'explain', 'rules/2011.lua', 'Seoul', '--why-rank' or exit 127;
    }
    sleep 0.02 * $moment;
    kill 'INT', $pid;
    waitpid $pid, 0;
    $said{ slurp("$tmp/moment.err") } = 1 if $? & 127 && -s "$tmp/moment.err";
}
delete @said{"assess: interrupted: nothing was written\n", "assess: stopped before the results were complete\n"};
is(join('', keys %said), '', 'explain --why-rank: one word about it');
is(join(' ', grep { -e } "$tmp/report.html", "$tmp/form.xlsx", "$tmp/sealed", glob "$tmp/out/* $tmp/*.part $tmp/.*.part"), '', 'and nothing is written');
done_testing();
