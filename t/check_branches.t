#!/usr/bin/perl
# assess check on random chains of where(…), against trying every value. The bounds are whole numbers, so that the
# bounds, the halves between them and one value beyond each end stand for all values.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $seed = $ENV{ASSESS_SEED} // time;
srand $seed;
diag "seed $seed";
my @grid = map { $_ / 2 } -12 .. 12;
my %holds = (lt => sub { $_[0] < $_[1] }, le => sub { $_[0] <= $_[1] }, gt => sub { $_[0] > $_[1] },
             ge => sub { $_[0] >= $_[1] }, eq => sub { $_[0] == $_[1] }, ne => sub { $_[0] != $_[1] });

# A condition: its text, what it lets through, and whether it is more than = or ≠.
sub condition {
    my ($deep) = @_;
    my $kind = $deep ? 0 : int rand 6;
    if ($kind < 3) {
        my ($op, $c) = ((sort keys %holds)[rand 6], int(rand 9) - 4);
        my $swapped = { lt => 'gt', le => 'ge', gt => 'lt', ge => 'le' }->{$op} // $op; # a constant may stand on the left
        my $text = rand() < 0.25 ? 'a.params.k' . ($c + 4) . ":$swapped(x)" : "x:$op($c)";
        return { text => $text, set => { map { $_ => 1 } grep { $holds{$op}->($_, $c) } @grid }, ordered => $op !~ /eq|ne/ };
    }
    my ($a, $b) = (condition(1), condition(1));
    return { text => "~($a->{text})", set => { map { $_ => 1 } grep { !$a->{set}{$_} } @grid }, ordered => 1 } if $kind == 3;
    return { text => "(($a->{text}) & ($b->{text}))", set => { map { $_ => 1 } grep { $a->{set}{$_} && $b->{set}{$_} } @grid }, ordered => 1 }
        if $kind == 4;
    return { text => "(($a->{text}) | ($b->{text}))", set => { map { $_ => 1 } grep { $a->{set}{$_} || $b->{set}{$_} } @grid }, ordered => 1 };
}

# What is to be found in a chain whose lines begin at `line`.
sub wanted {
    my ($line, $default, @c) = @_;
    my (@found, %left);
    $left{$_} = 1 for @grid;
    for my $i (0 .. $#c) {
        my @in = grep { $left{$_} && $c[$i]{set}{$_} } @grid;
        my @out = grep { $left{$_} && !$c[$i]{set}{$_} } @grid;
        my $own = keys %{$c[$i]{set}};
        push @found, ($line + $i) . ($own == 0 ? ' B05' : ' B01') if !@in;
        push @found, ($line + $i) . ($own == @grid ? ' B05' : ' B01') if !@out && !($i == $#c && !$default);
        last if !@out;
        delete $left{$_} for @in;
    }
    my %taken = map { %{$_->{set}} } @c;
    my @taken = sort { $a <=> $b } keys %taken;
    if (!$default && @taken && (grep { $_->{ordered} } @c) >= 2) {
        push @found, "$line B04 below" if $taken[0] > $grid[0];
        push @found, "$line B04 above" if $taken[-1] < $grid[-1];
        push @found, "$line B03" if grep { !$taken{$_} && $_ > $taken[0] && $_ < $taken[-1] } @grid;
    }
    return @found;
}

my (@lines, @want);
my $value = 1000;
my $first = 6;
for my $chain (1 .. 150) {
    my @c = map { condition(0) } 1 .. 2 + int rand 3;
    my $default = int rand 2;
    push @want, wanted($first + @lines, $default, @c);
    my @text = map { ($_ ? '  ' : "out.o$chain = ") . "where($c[$_]{text}, " . $value++ . ($_ < $#c ? ',' : $default ? ', ' . $value++ : '') } 0 .. $#c;
    push @lines, @text[0 .. $#text - 1], $text[-1] . ')' x @text;
}
file('x.csv', "row,v\n" . join '', map { "r$_,$grid[$_]\n" } 0 .. $#grid);
my $path = file('rules.lua', join "\n", 'return assessment { id = "x", title = "X",', 'data = { x = csv("x.csv", { rows = "row", label = "row" }) },',
    'params = { ' . join(', ', map { 'k' . ($_ + 4) . " = $_" } -4 .. 4) . ' },',
    'compute = function(a)', 'local x, out = a.data.x.v, {}', @lines, 'return out', 'end }', '');
my ($status, $out, $err) = run('check', '--format', 'csv', '--only', 'B', $path);
is($err, '', 'nothing on standard error');
my ($head, @rows) = csv_rows($out);
my %got;
for (@rows) {
    my %f;
    @f{@$head} = @$_;
    $got{"$f{line} $f{code}" . ($f{code} eq 'B04' ? $f{text} =~ / (below|above) / ? " $1" : ' ?' : '')} = $f{text};
}
my %want = map { $_ => 1 } @want;
my @missed = grep { !exists $got{$_} } sort keys %want;
my @more = grep { !$want{$_} } sort keys %got;
is_deeply(\@missed, [], 'what no value takes is found');
is_deeply(\@more, [], 'and nothing else');
diag join "\n", map { my ($line) = /^(\d+)/; "$_ " . ($got{$_} // '') . "\n" . join "\n", @lines[$line - $first .. $line - $first + 3] } (@missed, @more)[0 .. 2]
    if @missed || @more;
ok(@want > 30, 'there was something to find');
done_testing();
