#!/usr/bin/perl
# What a command says of itself: its help, its page of the manual, and the examples there, each of which
# is run in a copy of the project's own folder.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8 encode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

# said(ARGUMENT...): what is printed, as characters; the status must be 0.
sub said {
    my ($status, $out, $err) = run(@_);
    is("$status$err", '0', "assess @_") or return '';
    return decode_utf8($out);
}

my @commands = said('help') =~ /^  assess \[?([a-z]+)\]?(?! *rules\/)/mg;
@commands = grep { $_ ne 'rules' } @commands;
cmp_ok(scalar @commands, '>=', 17, 'the commands are listed');

# A copy for the examples, with what they read.
mkdir "$tmp/project" or die;
system('cp', '-R', 'rules', 'samples', "$tmp/project/") == 0 or die;
mkdir "$tmp/bin" or die;
symlink $assess, "$tmp/bin/assess" or die;

# The parts of a help text: the head, and each section by its title.
sub parts {
    my ($text) = @_;
    my ($head, %part, $in) = ('');
    for (split /^/, $text) {
        if (/^(\S.*):\n\z/) { $in = $1; $part{$in} = '' }
        elsif (/^\S/ && $in) { undef $in }
        elsif (defined $in) { $part{$in} .= $_ }
        if (!defined $in) { $head .= $_ }
    }
    return ($head, \%part);
}

# The names of a section's items.
sub names { my ($section) = @_; return ($section // '') =~ /^  (?! )(\S+(?: [A-Z]\S*)?)/mg }
sub options_in { my ($section) = @_; return ($section // '') =~ /^  (?:-\w, )?--([a-z-]+)/mg }

# Under the sanitizers, which are slow, one example of each command is run.
my $san = $ENV{ASSESS_SAN};
my $examples = 0;
# The parts of a run that examples of merge join.
sub make_parts {
    mkdir "$tmp/project/build" or die;
    for my $part (1, 2) {
        system("cd \Q$tmp\E/project && \Q$tmp\E/bin/assess vary rules/2011.lua --vary '*.weight=noise(0.1)' --draws 100 --shard $part/2 -o build/part.$part") == 0 or die;
    }
}

# The sealed runs that examples of verify and history look at.
sub make_runs {
    for my $run ('2011.lua -o build/runs/2026q1', '2012.lua -o build/runs/2026q2') {
        system("cd \Q$tmp\E/project && \Q$tmp\E/bin/assess record rules/$run -q >/dev/null") == 0 or die;
    }
}

for my $name (@commands) {
    my $text = said('help', $name);
    is(said($name, '--help'), $text, "assess $name --help is assess help $name");
    is(said($name, '-h'), $text, 'and so is -h') if !$san;
    my ($head, $part) = parts($text);
    my ($usage, $does) = $head =~ /\A(.*?)\n\n(.*?)\n/s;
    like($usage, qr/\Aassess \[?$name\b/, "$name: how it is called");
    like($does, qr/^[a-z].{10,}[^.]$/, "$name: what it does, in half a sentence");

    # Each name in the usage is told of: as an operand, or as the value of an option.
    my %told = map { $_ => 1 } names($part->{Operands});
    for my $section ('Options of its own', 'Options that other commands have, too') {
        $told{$_} = 1 for ($part->{$section} // '') =~ /^  (?:-\w, )?--[a-z-]+ (\S+)/mg;
    }
    for my $word ($usage =~ /(?<![\w.-])([A-Z][A-Z]+(?:\.\w+)?)(?![\w-])/g) {
        ok($word eq 'OPTIONS' || $told{$word}, "$name: $word is described");
    }
    for my $word ($usage =~ / (-o|--[a-z-]+)/g) {
        my $dash = $word =~ s/^--//r;
        ok(scalar(grep { $_ eq $dash || $dash eq '-o' && $_ eq 'output-dir' } map { options_in($_) } values %$part), "$name: $word of the usage is an option");
    }

    # Two examples at least, that run, from an empty build/ on.
    my @example = ($part->{Examples} // '') =~ /^  (assess .*)\n((?:      .*\n)+)/mg;
    cmp_ok(@example / 2, '>=', 2, "$name: two examples");
    my $nth = 0;
    while (my ($command, $shows) = splice @example, 0, 2) {
        like($command, $name eq 'run' ? qr/^assess (?:run |rules)/ : qr/^assess $name /, "$name: $command");
        next if $nth++ && $san;
        my $want = $shows =~ /\(status\s+(\d+)\)/ ? $1 : 0;
        system('rm', '-rf', "$tmp/project/build") == 0 or die;
        make_parts() if $name eq 'merge';
        make_runs() if $name eq 'verify' || $name eq 'history';
        local $ENV{PATH} = "$tmp/bin:$ENV{PATH}";
        delete local $ENV{CI};
        my $said = qx(cd \Q$tmp\E/project && { ${\encode_utf8($command)}; } 2>&1 </dev/null);
        is($? >> 8, $want, 'it ends with the status that is told') or diag(decode_utf8($said));
        $examples++;
    }

    # Chinese: no sentence is left in English.
    my $zh = decode_utf8((run('help', $name, '--lang', 'zh'))[1]);
    isnt($zh, $text, "$name: help in Chinese");
    my @left;
    for (split /\n/, $zh) {
        next if /^ ?assess |^  assess /;
        my $line = s/'[^']*'|^  (?:-\w, )?--.*?  +//gr =~ s/\S*[=()<>_.\/:*#|@-]\S*|[A-Z]\w*//gr;
        push @left, $_ if $line =~ /\b[a-z]{2,}(?:,? [a-z]+){2,}/ || ($line =~ /[a-z]{3}/ && !/\p{Han}/);
    }
    is(join("\n", @left), '', "$name: and nothing in English");
    my ($zh_usage) = $zh =~ /\A(.*?)\n\n/s;
    is($zh_usage, $usage, "$name: it is called the same");

    # The page of the manual has the same options and examples.
    my $page = said('help', $name, '--roff');
    is(join(' ', $page =~ /^\.SH "(.*)"$/mg), 'NAME SYNOPSIS DESCRIPTION OPTIONS EXAMPLES EXIT STATUS SEE ALSO', "$name: the page has its sections");
    my %paged = map { s/\\-/-/gr => 1 } $page =~ /^\.TP\n.*?\\fB\\-\\-([a-z\\-]+)\\fR/mg;
    is_deeply([sort keys %paged], [sort map { options_in($_) } map { $part->{$_} } grep { /^Options/ } keys %$part], "$name: and the options of the help");
    my @related = map { s/\\-/-/gr } $page =~ /assess\\-([a-z]+)\\fR\(1\)/g;
    ok(@related && !grep({ my $r = $_; !grep { $_ eq $r } @commands } @related), "$name: it points to other pages that there are");
}
cmp_ok($examples, '>', $san ? 17 : 35, 'many examples were run');
is(said('help', 'import', 'coinr'), said('import', 'coinr', '--help'), 'a kind of import may be named');
is((run('help', 'import', 'coinrr'))[0], 2, 'one that there is not, may not');
is((run('help', '--roff'))[0], 2, 'a page is one of a command');
like(decode_utf8((run('help', '--lang', 'zh'))[1]), qr/^  assess diff .*\p{Han}/m, 'the list of commands is in Chinese');
is(join("\n", grep { /^  assess [a-z]+ / && !/rules\/2011/ && !/\p{Han}/ } split /\n/, decode_utf8((run('help', '--lang', 'zh'))[1])), '', 'every line of it');

# ---- pages: as the tools that show them see them

sub have { my ($tool) = @_; return system("command -v $tool >/dev/null 2>&1") == 0 }

my %page;
for my $language ('en', $san ? () : 'zh') {
    local $ENV{LANGUAGE} = $language;
    $page{"$_.$language"} = file("$_.$language.1", (run('help', $_, '--roff'))[1]) for $san ? 'diff' : @commands;
}
SKIP: {
    skip 'there is no groff here, or the pages are those without sanitizers', scalar keys %page if !have('groff') || $san;
    is(qx(groff -man -ww -Tutf8 -z \Q$page{$_}\E 2>&1), '', "$_: groff warns of nothing") for sort keys %page;
}
SKIP: {
    skip 'there is no mandoc here, or the pages are those without sanitizers', 1 + keys %page if !have('mandoc') || $san;
    is(qx(mandoc -Tlint -W warning \Q$page{$_}\E 2>&1), '', "$_: nor does mandoc") for sort keys %page;
    is(qx(mandoc -Tlint -W warning doc/assess.1 2>&1), '', 'nor of the overview');
}
SKIP: {
    skip 'there is no man here', 2 if !have('man');
    local @ENV{qw(MANWIDTH LC_ALL)} = (80, 'C.UTF-8');
    my $shown = decode_utf8(qx(man -l \Q$page{"diff.en"}\E 2>&1 | col -bx));
    like($shown, qr/^ASSESS-DIFF\(1\).*^SYNOPSIS\n +assess diff RULES RULES/ms, 'man shows a page');
    like($shown, qr/^ +assess diff rules\/2011\.lua rules\/2012\.lua --leaves$/m, 'an example can be copied from it');
}

# The overview names them all.
my $overview = slurp('doc/assess.1');
is_deeply([sort $overview =~ /^\.It Xr assess-([a-z]+) 1$/mg], [sort @commands], 'the page of the program points to those of the commands');

done_testing();
