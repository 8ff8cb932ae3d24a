#!/usr/bin/perl
# Every method of the library on unusual input: equal units, one unit, one indicator, zero weights, zeros,
# negatives, missing rows and columns. The cases are in tables:
#
#   t/degenerate/*.tsv       CALL tab INPUT tab EXPECTED [tab warning: PART]
#   t/degenerate/inputs.txt  the inputs, by name
#
# Rows of inputs in which units are alike hold, too, where they are alike only on paper: A's figures are then
# 1.0000000000000002 times as large, so that the others end differently in binary, as sums of decimals do.
#
# CALL is an expression in Lua; a name alone is the method of the input: normalise.minmax is
# normalise.minmax(x, i), mcda.topsis is mcda.topsis(x, w, b) with the weights as shares. Of several results the
# first counts; "select(2, …)" gives another. EXPECTED are values separated by blanks in the order of
# the program's table, numbers to 1e-9 (arithmetic such as 100/3, sqrt(2), 2*exp(-1) is worked
# out here), "-" for missing, "-*6" for six of them; or "error: PART" of the message.
# A row that names no warning wants none; several are separated by " & ". Lines that begin with # are remarks.
#
# Every public function of every module must have a row.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use JSON::PP;
use Test::More;

my $folder = 't/degenerate';

# ---- the inputs ----

my (%input, $current);
for (map { split /\n/, slurp($_) } sort glob "$folder/inputs*.txt") {
    next if /^#/ || !/\S/;
    if (/^== (\w+)  \S/) {
        die "$folder/inputs.txt: $1 stands twice\n" if $input{$1};
        $current = $input{$1} = { name => $1, csv => '{ unit = "unit" }', table => '', frame => '' };
    } elsif (/^(index|csv|frame): (.*)/) {
        $current->{$1} = $1 eq 'frame' ? "$current->{frame}    $2\n" : $2;
    } else {
        $current->{table} .= "$_\n";
    }
}
# The same figures on paper, but those of A end otherwise in binary.
for my $name (qw(alike constant m_alike m_constant)) {
    my $in = $input{$name};
    my $frame = ($in->{frame} // '') . qq[    x = where(labels "unit":eq "A", x * ((0.1 + 0.2) / 0.3), x)\n];
    $input{"${name}_on_paper"} = { %$in, name => "${name}_on_paper", frame => $frame };
}

for my $in (values %input) {
    my ($head) = csv_rows($in->{table});
    $in->{index} //= join ', ', map qq[indicator { "$_", "$_" }], @$head[1 .. $#$head];
    file("$in->{name}.csv", $in->{table});
}

# ---- the modules, and what they offer ----

my @modules = map m{([^/]+)\.lua$}, sort glob 'rules/methods/*.lua';
my $required = join '', map "local $_ = require 'methods.$_'\n", @modules;

my %offered;
{
    my $rules = file('offered.lua', <<"LUA");
${required}local module = { @{[ join ', ', map "$_ = $_", @modules ]} }
return assessment { id = "offered", title = "offered", compute = function()
  local names = {}
  for of, offers in pairs(module) do
    for name, f in pairs(offers) do
      if type(f) == "function" then names[#names + 1] = { of .. "." .. name, 1 } end
    end
  end
  return { offered = array("name", names) }
end }
LUA
    my $said = outputs($rules);
    $offered{$_} = 1 for keys %{ $said->{offered} };
}
cmp_ok(scalar keys %offered, '>', 100, 'and that is a lot');

# ---- the rows ----

my @rows;
for my $path (sort glob "$folder/*.tsv") {
    my $number = 0;
    for (split /\n/, slurp($path)) {
        $number++;
        next if /^#/ || !/\S/;
        my ($call, $name, $want, @more) = split /\t/;
        my $at = "$path:$number";
        if (!defined $want || !$input{$name} || @more > 1 || (@more && $more[0] !~ s/^warning: //)) {
            fail("$at: CALL tab INPUT tab EXPECTED [tab warning: PART]" . (defined $want && !$input{$name} ? "; there is no input '$name'" : ''));
            next;
        }
        push @rows, map { { call => $call, input => $_, want => $want, warning => [ @more ? split / & /, $more[0] : () ], at => $at } }
            grep defined, $input{$name}, $input{"${name}_on_paper"};
    }
}

sub written {
    my ($call) = @_;
    return $call unless $call =~ /^(\w+)\.\w+$/;
    return $1 eq 'mcda' ? "($call(x, w, b))" : "($call(x, i))";
}

# The rule that has these rows as its outputs r1, r2 …
my $files = 0;
sub rule_of {
    my ($in, @of) = @_;
    my $outputs = join '', map "      r$_ = (" . written($of[ $_ - 1 ]{call}) . "),\n", 1 .. @of;
    return file('d' . ++$files . '.lua', <<"LUA");
${required}return assessment {
  id = "$in->{name}", title = "$in->{name}", data = { x = csv("$in->{name}.csv", $in->{csv}) },
  attributes = { "denominator" }, index = index { "all", "All", $in->{index} },
  compute = function(a)
    local x, i = a.data.x, a.index
    local w, b = mcda.shares(i.weight), i.better
$in->{frame}    return {
$outputs    }
  end,
}
LUA
}

# values(DIRECTORY, NUMBER): of output rNUMBER, "-" for missing.
sub values_of {
    my ($dir, $number) = @_;
    return unless -e "$dir/r$number.csv";
    my (undef, @lines) = csv_rows(slurp("$dir/r$number.csv"));
    return @lines ? map { $_->[-1] eq '' ? '-' : $_->[-1] =~ tr/ /_/r } @lines : ('-');
}

my $count = qr/\d+(?:\.\d+)?(?:e[-+]?\d+)?/;
my $worked_out = qr/\A(?:$count|\*\*|[-+*\/(),]|sqrt\(|log\(|exp\(|abs\(|atan2\()+\z/;

sub expected {
    my ($want) = @_;
    my @list = map { /^(-|\w+)\*(\d+)$/ && $2 > 1 && $1 !~ /^\d/ ? ($1) x $2 : $_ } split ' ', $want;
    for (@list) {
        next if $_ eq '-' || !/$worked_out/;
        my $value = eval $_;
        die "'$_' cannot be worked out: $@" unless defined $value;
        $_ = $value;
    }
    return @list;
}

sub same {
    my ($got, $want) = @_;
    return 0 unless @$got == @$want;
    my $number = qr/^-?$count$/;
    for my $k (0 .. $#$want) {
        my ($g, $w) = ($got->[$k], $want->[$k]);
        next if $g eq $w;
        return 0 unless $g =~ $number && $w =~ $number && abs($g - $w) <= 1e-9 * (abs $w > 1 ? abs $w : 1);
    }
    return 1;
}

# The warnings of a run that wrote to this directory: texts by the line of the rules.
sub warnings_of {
    my ($dir) = @_;
    my %by_line;
    push @{ $by_line{ $_->{line} // 0 } }, $_->{text} for @{ decode_json(slurp("$dir/result.json"))->{warnings} };
    return %by_line;
}

# Are these the warnings wanted, each at least once, and no other?
sub warned {
    my ($row, @said) = @_;
    for my $said (@said) { return 0 unless grep { index($said, $_) >= 0 } @{ $row->{warning} } }
    for my $want (@{ $row->{warning} }) { return 0 unless grep { index($_, $want) >= 0 } @said }
    return 1;
}

sub alone {
    my ($row) = @_;
    my $dir = "$tmp/alone" . ++$files;
    my ($status, undef, $err) = run(rule_of($row->{input}, $row), '-q', '-o', $dir);
    if (my ($part) = $row->{want} =~ /^error: (.+)/) {
        ok($status =~ /^[345]$/ && index($err, $part) >= 0, $row->{name}) or diag("status $status\n$err");
        return;
    }
    if ($status) {
        fail($row->{name});
        diag("status $status\n$err");
        return;
    }
    my @got = values_of($dir, 1);
    my @said = map { @$_ } values %{ { warnings_of($dir) } };
    ok(same(\@got, [expected($row->{want})]), $row->{name}) or diag("got  @got\nwant $row->{want}");
    ok(warned($row, @said), "$row->{name}: its warnings")
        or diag('got  ' . (join(' & ', @said) || 'no warning') . "\nwant " . (join(' & ', @{ $row->{warning} }) || 'no warning'));
}

# Rows that want no error are computed together, input by input, each on a line of its own, by which its warnings
# are told. A row that is not as it should be there is computed alone, and judged by that: of an expression that
# stands in two rows only the first is warned of.
my %together;
for my $row (@rows) {
    $offered{$1} = 2 while $row->{call} =~ /\b(\w+\.\w+)\b/g;
    $row->{name} = "$row->{at}: $row->{call} of $row->{input}{name}";
    if ($row->{want} =~ /^error: /) { alone($row) }
    else { push @{ $together{ $row->{input}{name} } }, $row }
}
for my $name (sort keys %together) {
    my @of = @{ $together{$name} };
    my $dir = "$tmp/all_$name";
    my $rules = rule_of($input{$name}, @of);
    my ($status) = run($rules, '-q', '-o', $dir);
    my ($before) = slurp($rules) =~ /\A(.*?)^      r1 = /ms;
    my $first = 1 + $before =~ tr/\n//;
    my %said = $status ? () : warnings_of($dir);
    for my $k (0 .. $#of) {
        my $row = $of[$k];
        my @got = $status ? () : values_of($dir, $k + 1);
        if (!$status && same(\@got, [expected($row->{want})]) && warned($row, @{ $said{ $first + $k } // [] })) {
            pass($row->{name});
            pass("$row->{name}: its warnings");
        } else {
            alone($row);
        }
    }
}

# ---- nothing is left out ----

my @silent = grep { $offered{$_} == 1 } sort keys %offered;
ok(!@silent, 'every public function of every module has a row') or diag(join "\n", map "no row: $_", @silent);
done_testing();
