#!/usr/bin/perl
# Every example of the manual, in both languages, and of the README is run; messages of doc/zh are in Chinese. Fenced blocks are headed
#     lua NAME, csv NAME, json NAME   a file of that name, for the rest of the document
#     console              "$ assess …" commands, each followed by exactly what it prints
#     lua frame            a rule file with the line "-- the examples stand here"
#     lua examples         statements, and "expression --> value" lines, put there
#     lua shape            shown only
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Cwd qw(getcwd);
use Encode qw(decode_utf8 encode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $top = getcwd();
my $number = 0;

# "unit/year value, …" of an output as the examples write it.
sub shown {
    my ($dir, $name) = @_;
    return 'nothing' unless -e "$dir/$name.csv";
    my (undef, @rows) = csv_rows(slurp("$dir/$name.csv"));
    return 'missing' unless @rows; # one column, and nothing in it
    my @said = map { my ($value, @at) = (pop @$_, @$_);
                     join ' ', (@at ? join('/', @at) : ()), $value eq '' ? 'missing' : $value } @rows;
    return join ', ', @said;
}

# The anchors of a page's headings.
sub anchors {
    my ($page) = @_;
    my $text = decode_utf8(slurp($page)) =~ s/^```.*?^```$//gmsr;
    return map { lc($_) =~ s/[^\w\- ]//gr =~ tr/ /-/r } $text =~ /^#+ (.*)$/mg;
}

for my $path ('README.md', sort(glob 'doc/*.md'), sort glob 'doc/zh/*.md') {
    my $text = slurp($path);
    my @blocks;
    push @blocks, [$1, $2, 1 + (substr($text, 0, $-[0]) =~ tr/\n//)]
        while $text =~ /^```(\w+[^\n]*)\n(.*?)^```$/msg;
    my $home = "$tmp/" . $path =~ tr{/}{_}r;
    methods_in($home);
    # What a page links to is there, and so is the heading.
    my $prose = decode_utf8($text =~ s/^```.*?^```$//gmsr =~ s/`[^`\n]*`//gr);
    my ($folder) = $path =~ m{^(.*/)?};
    while ($prose =~ /\]\(([^)#:\s]*)(?:#([^)]*))?\)/g) {
        my ($page, $heading) = ($1 eq '' ? $path : ($folder // '') . $1, $2);
        ok(-e $page, "$path: $page is there");
        ok((grep { $_ eq $heading } anchors($page)), "$path: $page#$heading is there") if defined $heading;
    }
    my ($frame) = $text =~ /^```lua frame\n(.*?)^```$/ms;
    for (@blocks) {
        my ($head, $body, $line) = @$_;
        my ($kind, $name) = split ' ', $head, 2;
        my $here = "$path:$line";
        if ($kind eq 'console') {
            # In the README, and where they name its rules, commands run in the project's own directory.
            chdir($path eq 'README.md' || $body =~ m{^\$ assess [^|]*\brules/2011}m ? $top : $home) or die;
            my (@commands, $want);
            for (split /^/, $body) {
                if (/^\$ (.*)/) { push @commands, [$1, ''] } else { $commands[-1][1] .= $_ }
            }
            for (@commands) {
                my ($command, $want) = @$_;
                $command =~ s{^make run$}{assess rules/2011.lua};
                local $ENV{NO_COLOR} = 1;
                local $ENV{LANGUAGE} = $path =~ m{^doc/zh/} ? 'zh' : 'en';
                local $ENV{COLUMNS} = 80;
                delete local @ENV{qw(CI HARNESS_VERSION)}; # assess test looks at them
                local $ENV{PATH} = ($assess =~ s{/[^/]+$}{}r) . ":$ENV{PATH}";
                my $got = `{ $command ; } 2>&1 </dev/null`;
                # A line "…" stands for any lines.
                my $pattern = join '', map { $_ eq "…\n" ? '(?:.*\n)*?' : quotemeta } split /^/, decode_utf8($want);
                like(decode_utf8($got), qr/\A$pattern\z/, "$here: $command");
            }
            chdir $top;
        } elsif ($kind eq 'lua' && $name eq 'frame') {
            like($frame, qr/-- the examples stand here\n/, "$here: the frame has a place for examples");
        } elsif ($kind eq 'lua' && $name eq 'examples') {
            my (@statements, @wants);
            my $inside = '';
            for (split /\n/, $body) {
                if (/^(.*?)\s+--> (.*)$/) {
                    my $output = sprintf 'e%02d', scalar @wants;
                    push @wants, [$1, $2];
                    push @statements, "    local $output = $1";
                } else { push @statements, "    $_" }
            }
            my $returned = join ', ', map { sprintf 'e%02d = e%02d', $_, $_ } 0 .. $#wants;
            my $filled = $frame =~ s/^ *-- the examples stand here\n/join "\n", @statements, "    return { $returned }", ''/emr;
            my $dir = "$home/examples" . ++$number;
            open my $out, '>:raw', "$home/examples.lua" or die;
            print $out $filled;
            close $out;
            my ($status, undef, $err) = run("$home/examples.lua", '-o', $dir);
            is($status, 0, "$here: the examples run") or diag($err);
            for my $i (0 .. $#wants) {
                my ($expression, $want) = @{$wants[$i]};
                is(shown($dir, sprintf 'e%02d', $i), $want, "$here: " . decode_utf8($expression));
            }
        } elsif ($kind =~ /^(lua|csv|json)$/ && $name ne 'shape') {
            $name =~ m{^[\w./-]+$} && $name !~ /\.\./ or die "$here: $name is no file name";
            file(($home =~ s/^\Q$tmp\E\///r) . "/$name", $body);
        } elsif ($kind eq 'lua') {
            my $filled = $body =~ s/…/0/gr;
            pass("$here: shown only");
        }
    }
}
# Every name that rule files see is in the manual of the language, and our own in the editor's file.
my $language = slurp('doc/language.md');
my $typed = slurp('doc/assess.d.lua');
for (grep { !/\./ } split /\n/, slurp('t/lua/names.txt')) {
    like($language, qr/\b$_\b/, "the manual has $_");
    next if /^(assert|error|getmetatable|ipairs|math|next|pairs|pcall|print|rawequal|rawget|rawlen|require|select|setmetatable|string|table|tonumber|tostring|type|utf8)$/;
    like($typed, qr/^function \Q$_\E\(/m, "assess.d.lua has $_");
}
done_testing();
