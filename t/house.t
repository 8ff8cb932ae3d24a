#!/usr/bin/perl
# How src/ is built: its layers, the libraries each may use, cycles, sizes of files, and src/README.md about these.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $build = $ENV{ASSESS_BUILD} || 'build';
my %floor = (base => 0, table => 1, expr => 2, rule => 3, lua => 4, session => 5, check => 6, uncertainty => 6, testing => 7, impact => 7, chart => 8, document => 9, html => 10, format => 11, change => 12, robust => 13, plot => 14, report => 15, proof => 15, web => 16, workbook => 16, seal => 17, cmd => 18);

my @files = sort glob 'src/*.[ch] src/*/*.[ch]';
my (%includes, %system, %lines, %text);
for my $path (@files) {
    $text{$path} = slurp($path);
    $lines{$path} = ($text{$path} =~ tr/\n//);
    $includes{$path} = [map { "src/$_" } $text{$path} =~ /^\s*#\s*include\s+"([^"]+)"/mg];
    $system{$path} = [$text{$path} =~ /^\s*#\s*include\s+<([^>]+)>/mg];
}
sub room { $_[0] =~ m{^src/(\w+)/} ? $1 : '' }
cmp_ok(scalar @files, '>', 150, 'the files of src/ are there');
is_deeply([grep { $_ ne '' && !exists $floor{$_} } map { room($_) } @files], [], 'each folder has its floor');

# ---- floors ----

is_deeply([grep { my $path = $_; grep { !-e $_ } @{ $includes{$path} } } @files], [], 'what is included is there');
my @up;
for my $path (@files) {
    my $room = room($path);
    next if $room eq '';    # main.c and assess.h are above and beside all floors
    for (@{ $includes{$path} }) {
        my $other = room($_);
        push @up, "$path includes $_" if $other ne '' && $other ne $room && $floor{$other} >= $floor{$room};
    }
}
is_deeply(\@up, [], 'no floor includes a higher one, or its neighbour');

# The library is what src/assess.h promises without the program around it.
is_deeply([grep { room($_) ne '' && $floor{ room($_) } < $floor{chart} && grep { ($floor{ room($_) } // 0) >= $floor{chart} } @{ $includes{$_} } } @files], [],
    'the library knows nothing of reports and commands');

# ---- libraries ----

sub users { my ($header) = @_; grep { my $path = $_; grep { $_ =~ $header } @{ $system{$path} } } @files }
is_deeply([grep { room($_) !~ /^(?:lua|testing)$/ } users(qr/^(?:lua|lauxlib|lualib)\.h$/)], [], 'only src/lua and src/testing include lua.h');
is_deeply([users(qr/^csv\.h$/)], ['src/table/csv_in.c'], 'only table/csv_in.c includes csv.h');
is_deeply([grep { room($_) ne 'workbook' } users(qr/^xlsxwriter\.h$/)], [], 'only src/workbook includes xlsxwriter.h');
is_deeply([users(qr/^sqlite3\.h$/)], ['src/seal/ledger.c'], 'only seal/ledger.c includes sqlite3.h');
is_deeply([users(qr/^pcre2\.h$/)], ['src/expr/pattern.c'], 'only expr/pattern.c includes pcre2.h');
my @heap = grep { $_ ne 'src/base/mem.c' && (($text{$_} =~ s{/\*.*?\*/|"(?:\\.|[^"\\])*"}{}gsr) =~ /(?<![\w.>])(?:malloc|calloc|realloc|free)\s*\(/) } @files;
is_deeply(\@heap, [], 'only base/mem.c calls malloc and free');

# ---- sizes ----

is_deeply([grep { $lines{$_} > 700 } @files], [], 'no file has more than 700 lines');

# ---- a header named inside is for its own room; these are read from elsewhere, and their list only gets shorter ----

my %published = (
    'src/session/inside.h' => { map { $_ => 1 } qw(check testing impact) },
    'src/lua/inside.h'     => { testing => 1 },
);
my @read;
for my $path (@files) {
    push @read, map { "$path includes $_" } grep { m{(?:^|_|/)inside\.h$} && room($_) ne room($path) && !$published{$_}{ room($path) } } @{ $includes{$path} };
}
is_deeply(\@read, [], 'inside.h is read in its own room');

# ---- cycles: files of a room that need each other's functions or data, by the symbols of their objects ----

# The largest cycle there may be in a room.
my %largest = map { $_ => 5 } keys %floor;

sub largest_cycle {
    my ($needs) = @_;    # file => [files]
    my ($next, %index, %low, @stack, %on, @best) = (0);
    my $visit;
    $visit = sub {
        my ($file) = @_;
        no warnings 'recursion';
        $index{$file} = $low{$file} = $next++;
        push @stack, $file;
        $on{$file} = 1;
        for (@{ $needs->{$file} || [] }) {
            if (!exists $index{$_}) {
                $visit->($_);
                $low{$file} = $low{$_} if $low{$_} < $low{$file};
            } elsif ($on{$_} && $index{$_} < $low{$file}) {
                $low{$file} = $index{$_};
            }
        }
        return if $low{$file} != $index{$file};
        my @group;
        do { push @group, pop @stack; $on{ $group[-1] } = 0 } until $group[-1] eq $file;
        @best = sort @group if @group > @best;
    };
    $visit->($_) for grep { !exists $index{$_} } sort keys %$needs;
    return @best;
}
is_deeply([largest_cycle({ a => ['b'], b => ['c'], c => ['a', 'd'], d => ['e'], e => ['d'] })], [qw(a b c)], 'a cycle is found');

SKIP: {
    my @objects = glob "$build/obj/*/*.o";
    skip 'there are no objects to look at', scalar keys %largest if !@objects || !`nm --version 2>/dev/null`;
    my (%defines, %wants);
    for (`nm -A -g @objects`) {
        my ($room, $stem, $kind, $symbol) = m{/obj/(\w+)/(\w+)(?:\.\w+)?\.o:.*?\b([A-Za-z]) (\S+)$} or next;
        next if !defined $text{"src/$room/$stem.c"};
        if ($kind eq 'U') { $wants{$room}{$stem}{$symbol} = 1 }
        else { $defines{$room}{$symbol} = $stem }
    }
    for my $room (sort keys %largest) {
        my %needs;
        for my $stem (keys %{ $wants{$room} }) {
            my %other = map { my $by = $defines{$room}{$_}; defined $by && $by ne $stem ? ($by => 1) : () } keys %{ $wants{$room}{$stem} };
            $needs{$stem} = [sort keys %other];
        }
        my @cycle = largest_cycle(\%needs);
        cmp_ok(scalar @cycle, '<=', $largest{$room}, "src/$room: no cycle of more than $largest{$room} files") or diag "@cycle";
        diag "src/$room: " . @cycle . ": @cycle" if $ENV{ASSESS_CYCLES};
    }
}

# ---- src/README.md ----

my $readme = slurp('src/README.md');
my %named = map { $_ => 1 } $readme =~ /`((?:[a-z_0-9]+\/)+[a-z_0-9]+\.(?:[ch]|lua|d\.lua|md|t|1))`/g;
cmp_ok(scalar keys %named, '>', 30, 'src/README.md names files');
sub named_file { my ($name) = @_; -e "src/$name" ? "src/$name" : -e $name ? $name : undef }
is_deeply([grep { !named_file($_) } sort keys %named], [], 'and they are there');
is_deeply([grep { !-d "src/$_" && !-d $_ } $readme =~ /`([a-z_\/]+)\/`/g], [], 'so are the folders');
is_deeply([sort map { m{^\| `(\w+)/` \|} ? $1 : () } split /\n/, $readme], [sort keys %floor], 'the floors are all in its table');
is_deeply([map { m{^\| `(\w+)/` \|} ? $floor{$1} : () } split /\n/, $readme], [sort { $a <=> $b } values %floor], 'in their order');
my @steps = $readme =~ /^\| [^|]+ \| `([^`|]+)` \| `([a-z_]+)` \|$/mg;
cmp_ok(scalar @steps, '>=', 20, 'it tells the way of a number');
while (my ($file, $function) = splice @steps, 0, 2) {
    like($text{"src/$file"} // '', qr/^[a-z].*\b\Q$function\E\(/m, "$file: $function");
}
for my $function ($readme =~ /`([a-zA-Z_]+)` of `(?=[a-z_]+\/[a-z_]+\.h`)/g) {
    my ($header) = $readme =~ /`\Q$function\E` of `([a-z_]+\/[a-z_]+\.h)`/;
    like($text{"src/$header"} // '', qr/\b\Q$function\E\(/, "$header: $function");
}
my @tests = map { split ' ' } $readme =~ /prove -e '' ([^`]+)`/g;
is_deeply([grep { !-e } @tests], [], 'the tests that prove an addition are there');

# ---- lists about lines of the code ----

# What t/unreached.txt and t/mutants.txt say of a line stands for nothing once the line has changed.
for my $list (qw(t/unreached.txt t/mutants.txt)) {
    my (@lost, %line);
    for (grep { !/^(?:#|\*|$)/ } split /\n/, slurp($list)) {
        my ($file, $code) = split /\t/;
        $line{$file} //= { map { (s/^\s+|\s+$//gr => 1) } split /\n/, $text{$file} // '' };
        my $plain = $code =~ s/\^(?! )//r; # without the mark of what is changed in it
        push @lost, "$file: $code" if !$line{$file}{$code} && !$line{$file}{$plain};
    }
    is_deeply(\@lost, [], "$list: each line of the code that it names is there");
}

done_testing();
