# Texts of rules and of data with a few mistakes, as people make them and as those make them who want to know what then
# happens: a number of another size, a key of another table, an argument left out or doubled, a cell with a word in it.
package changed;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(changed_rules changed_csv);

sub pick { return $_[ rand @_ ] }

my @odd_numbers = ('0', '-1', '1', '2', '0.5', '-0.0', '1e300', '-1e300', '1e-320', '0/0', '1/0', '-(1/0)', '100', '2011', '2^53', 'math.maxinteger', '1.5');
my @odd_values = (@odd_numbers, 'nil', 'true', 'false', '""', '" "', '"x"', '"\xff"', '"指标"', '"a.b"', '"2011-02-29"', '("x"):rep(3000)', '{}', '{ 1, 2 }', '{ "" }', '{ { } }', '{ [1.5] = 1, [true] = 2, x = 3 }', 'print', 'missing', 'function() end', 'function(x) return x end', 'function(...) return ... end', 'array(1)', 'labels', 'labels "unit"');

# The tokens of a Lua text, in order, all that is between them with them: [kind, text].
sub tokens {
    my ($text) = @_;
    my @tokens;
    while ($text =~ /\G(?:(?<space>\s+|--\[\[.*?\]\]|--[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\[\[.*?\]\])|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\.\.\.?|==|~=|<=|>=|\/\/|.))/gs) {
        my ($kind) = keys %+;
        push @tokens, [ $kind, $+{$kind} ];
    }
    return @tokens;
}

my %word = map { $_ => 1 } qw(and break do else elseif end false for function goto if in local nil not or repeat return then true until while);

# The end of what begins at a token: before the "," or bracket that closes it.
sub end_of {
    my ($tokens, $at) = @_;
    my $depth = 0;
    for my $i ($at .. $#$tokens) {
        my $text = $tokens->[$i][0] eq 'sign' ? $tokens->[$i][1] : '';
        return $i if !$depth && $text =~ /^[,;)}\]]$/;
        $depth++ if $text =~ /^[({\[]$/;
        $depth-- if $text =~ /^[)}\]]$/;
    }
    return;
}

# changed_rules(TEXT): with one to three changes.
sub changed_rules {
    my ($text) = @_;
    my @tokens = tokens($text);
    for (1 .. pick(1, 1, 1, 2, 3)) {
        my %at;
        push @{ $at{ $tokens[$_][0] } }, $_ for 0 .. $#tokens;
        my @texts = map { $tokens[$_][1] } @{ $at{text} // [] };
        my @names = grep { !$word{$_} } map { $tokens[$_][1] } @{ $at{name} // [] };
        my @begin = grep { $tokens[$_][0] eq 'sign' && $tokens[$_][1] =~ /^[,({]$/ } 0 .. $#tokens;
        my $what = int rand 9;
        if ($what == 0 && $at{number}) {
            $tokens[ pick(@{ $at{number} }) ][1] = pick(@odd_numbers);
        } elsif ($what == 1 && $at{text}) {
            $tokens[ pick(@{ $at{text} }) ][1] = pick(@texts, @texts, '""', '" "', '"x"', '"指标"', '"' . 'long ' x 600 . '"', '"\r\n"', '"<b>&"', '"="', '1', '"' . (0 + rand) . '"');
        } elsif ($what == 2 && @names) {
            my @at = grep { !$word{ $tokens[$_][1] } } @{ $at{name} };
            $tokens[ pick(@at) ][1] = pick(@names);
        } elsif (@begin) { # an argument, or a field of a table
            my $at = pick(@begin) + 1;
            my $end = end_of(\@tokens, $at) // next;
            next if $end == $at;
            my $from = $at;
            if ($what > 4) { # only the value of a field
                for my $i ($at .. $end - 1) {
                    $from = $i + 1, last if $tokens[$i][1] eq '=';
                }
            }
            my $part = join '', map { $_->[1] } @tokens[ $at .. $end - 1 ];
            my @new = $what == 3 ? () : $what == 4 ? [ 'new', "$part, $part" ] : [ 'new', ' ' . pick(@odd_values) . ' ' ];
            splice @tokens, $from, $end - $from, @new;
        }
    }
    return join '', map { $_->[1] } @tokens;
}

my @odd_cells = ('', '', ' ', '0', '-1', '1e300', '1e999', 'NaN', 'x', '100%', '1,000', '12万', '2011', '2011-02-29', '2011.5', 'missing', '缺', '"', 'a b', '＝1', '-', '0.0000001', '9007199254740993', "\xff", '…');

# changed_csv(TEXT): with one to three changes. Cells are told apart by commas alone.
sub changed_csv {
    my ($text) = @_;
    my @rows = map { [ split /,/, $_, -1 ] } split /\r?\n/, $text;
    return $text if !@rows;
    for (1 .. pick(1, 1, 2, 3)) {
        my $row = pick(@rows);
        my $i = int rand @$row;
        my $what = int rand 10;
        if ($what < 4) {
            $row->[$i] = pick(@odd_cells);
        } elsif ($what == 4) {
            my $other = pick(@rows);
            $row->[$i] = pick(@$other);
        } elsif ($what == 5) { # the column
            my $new = pick(@odd_cells);
            $_->[$i] = $new for @rows[ 1 .. $#rows ];
        } elsif ($what == 6) {
            for (@rows) { splice @$_, $i, 1 if @$_ > $i }
        } elsif ($what == 7) {
            for (@rows) { splice @$_, $i, 0, $_->[$i] // '' if @$_ >= $i }
        } elsif ($what == 8) {
            push @rows, [@$row];
        } else {
            my $at = int rand @rows;
            splice @rows, $at, pick(1, 1, scalar @rows);
            return '' if !@rows;
        }
    }
    return join '', map { join(',', map { $_ // '' } @$_) . "\n" } @rows;
}

1;
