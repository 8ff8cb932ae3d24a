#!/usr/bin/perl
# Every command that makes a document can make it in every format; the list of commands, the help and the
# manual page agree.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use html;
use office;
use Encode qw(decode_utf8 encode_utf8);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

# A file with a test that knows of nothing is enough for mutants.
file('small.csv', "unit,value\na,1\nb,2\nc,4\n");
file('small.lua', <<'LUA');
return assessment {
  id = "small", title = "Small", data = { x = csv("small.csv", { unit = "unit", value = "value" }) },
  params = { factor = 3 },
  show = { score = "total", rank = "place" },
  compute = function(a)
    local total = a.data.x * a.params.factor
    return { total = total, place = rank(total, "unit") }
  end,
}
LUA
my $tests = file('small_test.lua', <<'LUA');
test("the total of a", function(t)
  local r = t.run("small.lua")
  t.is(r.total, { a = 3, b = 6, c = 12 })
end)
LUA

# What takes long is asked of a small edition.
file('few.csv', "unit,indicator,value\na,x,1\na,y,5\nb,x,2\nb,y,3\nc,x,4\nc,y,2\n");
my $few = file('few.lua', encode_utf8(<<'LUA'));
local combine = require "methods.combine"
return assessment {
  id = "few", title = "少数城市", focus = "b",
  data = { x = csv("few.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "top", "总体", indicator { "x", "甲", weight = 2, standard = 4 }, indicator { "y", "乙", weight = 1, standard = 5 } },
  show = { score = "total", details = "scores" },
  compute = function(a)
    local scores = least(100 * a.data.x / a.index.standard, 100)
    local total = combine.weighted_mean(scores, a.index)
    return { scores = scores, total = total, rank = rank(total, "unit") }
  end,
}
LUA
my @noise = ('--vary', '*.weight=noise(0.1)');

my %command = (
    run       => ['rules/2011.lua'],
    statement => ['statement', 'rules/2011-units.lua', '市外办'],
    notice    => ['notice', 'rules/2011-units.lua'],
    explain   => ['explain', 'rules/2011.lua', 'Seoul'],
    mutate    => ['mutate', $tests],
    whatif    => ['whatif', 'rules/2011.lua', 'Seoul', 'C7=30'],
    goal      => ['goal', $few, 'b', '--score', 70],
    diff      => ['diff', 'rules/2011.lua', 'rules/2012.lua'],
    levers    => ['levers', $few, 'b'],
    leaves    => ['leaves', 'rules/2011.lua'],
    vary      => ['vary', $few, @noise, '--draws', 50],
    merge     => ['merge', "$tmp/part"],
    sensitivity => ['sensitivity', $few, @noise, '--draws', 16],
    certain   => ['certain', $few, @noise],
    check     => ['check', 'rules/2011.lua'],
    plot      => ['plot', 'rules/2011.lua', 'ranking'],
    history   => ['history', "$tmp/runs"],
    profile   => ['profile', $few],
    report    => ['report', 'rules/2011.lua', '--draws', 20],
);
run('vary', $few, @noise, '--draws', 50, '--shard', '1/1', '-o', "$tmp/part");
run('record', $few, '-o', "$tmp/runs/first");
# Outcomes of tests, forms, files, folders (t/seal.t), scripts and help.
my %none = map { $_ => 1 } qw(test template import export new record verify completion help);

# The text of every cell of a table of Markdown has as many pipes as the heading.
sub markdown_is_well_formed {
    my ($text) = @_;
    my $columns;
    for my $line (split /\n/, $text) {
        my $pipes = () = $line =~ /(?<!\\)\|/g;
        if ($line !~ /^\|/) { $columns = undef; next }
        $columns //= $pipes;
        return "$line has " . ($pipes - 1) . " cells, not " . ($columns - 1) if $pipes != $columns;
    }
    return '';
}

my %well_formed = (
    text => sub { $_[0] =~ /^\|/m ? 'a table with pipes' : '' },
    csv  => sub {
        my ($head, @rows) = csv_rows($_[0]);
        my @odd = grep { @$_ != @$head } @rows;
        return @odd ? 'rows of ' . @{$odd[0]} . ' fields, not ' . @$head : @rows ? '' : 'no rows';
    },
    json => sub { eval { decode_json($_[0])->{schema} =~ /^assess-/ } ? '' : "no JSON of ours: $@" },
    html => sub { html_fault(decode_utf8($_[0])) },
    docx => sub { (grep { $_->[0] eq 'word/document.xml' } parts($_[0])) ? join '', map { ill_formed($_->[1]) } grep { $_->[0] !~ /\.png$/ } parts($_[0]) : 'no Word file' },
    md   => sub { $_[0] !~ /^# \S/ ? 'no title' : $_[0] !~ /^\| -|^\| :?-/m ? 'no table' : markdown_is_well_formed($_[0]) },
);

# The formats that the program itself says it has.
my ($status, $out, $err) = run('rules/2011.lua', '--format', 'no-such');
is($status, 2, 'a format that is none: wrong usage');
my ($list) = $err =~ /must be one of (.*)/;
my @formats = split /, /, $list;
is_deeply([sort @formats], [sort keys %well_formed], 'the formats are those this test knows');

my ($help) = (run('help'))[1];
my @commands = decode_utf8($help) =~ /^  assess \[?([a-z]+)\]?/mg;
shift @commands while @commands && $commands[0] eq 'rules';
@commands = grep { $_ ne 'rules' } @commands;
is_deeply([sort @commands], [sort keys %command, keys %none], 'the commands are those this test knows');

# Every command in every format; -o, which is one piece of code for all of them, in one format of each command
# and in each format of some command. Under the sanitizers, which are slow, a report is made in all formats, of the
# other commands every second.
my $san = $ENV{ASSESS_SAN};
my $turn = 0;
for my $name (sort keys %command) {
    my $files = $name ne 'run' && $name ne 'mutate';    # of these -o is a folder, or there is none
    my $to_file = $files ? $formats[$turn++ % @formats] : '';
    for my $n (0 .. $#formats) {
        my $format = $formats[$n];
        next if $san && $name ne 'run' && $format ne $to_file && ($n + $turn) % 2;
        my ($ended, $text, $said) = run(@{$command{$name}}, '--format', $format);
        ok($ended == 0 && length $text, "$name as $format") or diag("status $ended: $said");
        is($well_formed{$format}->($text), '', "$name as $format is well formed");
        next if !$files || $format ne $to_file;
        my $again = "$tmp/out.$format";
        my ($written, $silent) = run(@{$command{$name}}, '--format', $format, '-o', $again);
        is("$written/$silent", '0/', "$name -o writes $format");
        if ($name eq 'profile') { is($well_formed{$format}->(slurp($again)), '', 'which is well formed') }    # times differ
        else { ok(slurp($again) eq $text, 'the same as on standard output') }
    }
}
cmp_ok($turn, '>', @formats, 'each format was written to a file');

# A report as Markdown has the numbers of the report as text.
my $text = decode_utf8((run('rules/2011.lua', '--width', 400))[1]);
my $markdown = decode_utf8((run('rules/2011.lua', '--format', 'md'))[1]);
my ($row) = $text =~ /^(Singapore +3 +\S+ .*)$/m;
my @want = grep { !/^[▏▎▍▌▋▊▉█]+$/ } split ' ', $row;    # without the bars
my ($got) = $markdown =~ /^\| (Singapore \| 3 \| .*)$/m;
$got =~ tr/|\\/ /d;
is_deeply([split ' ', $got], \@want, 'a row of the ranking is the same in text and Markdown');

# Named results have their titles, and commands for a shell are code.
my $named = decode_utf8((run('rules/2011.lua', '--output', 'total', '--output', 'scores', '--format', 'md'))[1]);
is($well_formed{md}->($named), '', 'named results as md are well formed');
my @titles = $named =~ /^#+ (\S)/mg;
is(scalar @titles, 2, 'and each table has its title');
my $steps = decode_utf8((run('explain', 'rules/2011.lua', 'Seoul', '--format', 'md', '--depth', 2))[1]);
like($steps, qr/^```sh\nassess explain rules\/2011\.lua Seoul .*\n```$/m, 'a command in Markdown is code');

# A full disk, wherever the document comes from.
SKIP: {
    skip 'no /dev/full here', scalar(keys %command) unless -c '/dev/full';
    for my $name (sort keys %command, 'help') {
        my @words = map { quotemeta } @{$command{$name} || ['help']};
        my $ended = system("\Q$assess\E @words >/dev/full 2>\Q$tmp\E/full") >> 8;
        is("$ended " . (slurp("$tmp/full") =~ /standard output cannot be written/ ? 'told' : 'silent'), '5 told',
            "$name: a full disk is a limit that was reached");
    }
}

# The manual page has every command, and each command a page with every option of its own.
my $page = slurp('doc/assess.1');
my ($synopsis) = $page =~ /^\.Sh SYNOPSIS\n(.*?)^\.Sh /ms;
my %listed = map { $_ => 1 } $synopsis =~ /^\.Nm assess\n\.(?:Op )?Cm (\S+)/mg;
is_deeply([sort keys %listed], [sort @commands], 'the synopsis of the manual page has the commands, and no others');
for my $name (grep { $_ ne 'run' } @commands) {
    my $about = decode_utf8((run('help', $name))[1]);
    like($about, qr/^(?:assess $name\b.*\n)+\n\S/, "help $name says how it is called and what it does");
    like($about, qr/^Examples:\n  assess $name\b/m, "help $name has examples");
    next if $san;    # t/help.t has read the page
    my $page = (run('help', $name, '--roff'))[1];
    my ($own) = $about =~ /^Options of its own:\n(.*?)\n\n/ms;
    for my $option (($own // '') =~ /^  (?:-\w, )?--([a-z-]+)/mg) {
        my $tag = '\fB' . "--$option" =~ s/-/\\-/gr . '\fR';
        ok(scalar($page =~ /^\.TP\n.*\Q$tag\E/m), "the page of $name has --$option");
    }
}

done_testing();
