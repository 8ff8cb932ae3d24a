# Formulas as `assess explain` prints them with the values put in, worked out here: a calculator of its
# own that knows the manual's words for the algebra and nothing of the engine.
#
#     my $x = formula::value('clamp(100 * 80 / 100, 0, 100)');   # undef: missing
#
# A formula with a name or a function that it does not know dies with "unknown: NAME".
package formula;
use strict;
use warnings;
use utf8;
use Math::BigFloat;
use POSIX ();

my (@token, $at);

sub tokens {
    my ($text) = @_;
    my @out;
    while ($text !~ /\G\s*\z/gc) {
        if ($text =~ /\G\s*(\d{4})-(\d\d)-(\d\d)(?![\d.])/gc) { push @out, ['value', days($1, $2, $3)] }
        elsif ($text =~ /\G\s*(\d+\.?\d*(?:e[+-]?\d+)?)/gc) { push @out, ['value', $1 + 0] }
        elsif ($text =~ /\G\s*"((?:[^"\\]|\\.)*)"/gc) { push @out, ['value', $1 =~ s/\\(.)/$1/gr] }
        elsif ($text =~ /\G\s*([A-Za-z_][\w.]*)/gc) { push @out, ['name', $1] }
        elsif ($text =~ /\G\s*([^\s\w])/gc) { push @out, ['sign', $1] }
        else { die 'unknown: ' . substr($text, pos($text) // 0, 20) . "\n" }
    }
    return @out;
}

# Days since 1970-01-01, by counting.
sub days {
    my ($y, $m, $d) = @_;
    my @month = (31, leap($y) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
    my $n = $d - 1;
    $n += $month[$_] for 0 .. $m - 2;
    $n += leap($_) ? 366 : 365 for 1970 .. $y - 1;
    $n -= leap($_) ? 366 : 365 for $y .. 1969;
    return $n;
}

sub leap { my ($y) = @_; return $y % 4 == 0 && ($y % 100 != 0 || $y % 400 == 0) }

sub next_is {
    my ($sign) = @_;
    my $t = $token[$at] or return 0;
    return 0 unless $t->[0] eq 'sign' && $t->[1] eq $sign;
    $at++;
    return 1;
}

sub both { return !grep { !defined } @_ }

sub text { my ($x) = @_; return defined $x && $x !~ /^-?[\d.]+(?:e[+-]?\d+)?$/ }

sub same { my ($x, $y) = @_; return text($x) || text($y) ? $x eq $y : $x == $y }

my %compare = (
    '<' => sub { $_[0] < $_[1] }, '≤' => sub { $_[0] <= $_[1] }, '>' => sub { $_[0] > $_[1] },
    '≥' => sub { $_[0] >= $_[1] }, '=' => sub { same(@_) }, '≠' => sub { !same(@_) },
);
my %sum = ('+' => sub { $_[0] + $_[1] }, '-' => sub { $_[0] - $_[1] });
my %product = (
    '*' => sub { $_[0] * $_[1] }, '/' => sub { $_[1] != 0 ? $_[0] / $_[1] : undef },
    '%' => sub { $_[1] != 0 ? $_[0] - POSIX::floor($_[0] / $_[1]) * $_[1] : undef },
);


sub chain {
    my ($operators, $below) = @_;
    my $x = $below->();
    OPERATOR: while ($at < @token) {
        for my $sign (keys %$operators) {
            next unless next_is($sign);
            my $y = $below->();
            $x = both($x, $y) ? $operators->{$sign}->($x, $y) : undef;
            $x = 0 + !!$x if $compare{$sign} && defined $x;
            next OPERATOR;
        }
        last;
    }
    return $x;
}

sub any { return chain({'|' => sub { 0 + ($_[0] || $_[1]) }}, \&all) }
sub all { return chain({'&' => sub { 0 + ($_[0] && $_[1]) }}, \&comparison) }
sub comparison { return chain(\%compare, sub { chain(\%sum, sub { chain(\%product, \&signed) }) }) }

sub signed {
    if (next_is('-')) { my $x = signed(); return defined $x ? -$x : undef }
    if (next_is('~')) { my $x = signed(); return defined $x ? 1 - $x : undef }
    my $x = atom();
    return $x unless next_is('^');
    my $y = signed();
    return both($x, $y) ? $x**$y : undef;
}

sub atom {
    if (next_is('(')) {
        my $x = any();
        next_is(')') or die "unknown: no )\n";
        return $x;
    }
    my $t = $token[$at++] // die "unknown: end\n";
    return $t->[1] if $t->[0] eq 'value';
    die "unknown: $t->[1]\n" if $t->[0] ne 'name';
    return call($t->[1]) if next_is('(');
    my %word = (true => 1, false => 0, missing => undef);
    exists $word{$t->[1]} or die "unknown: $t->[1]\n";
    return $word{$t->[1]};
}

# Decimal rounding at 15 digits, as the manual has it.
sub decimal {
    my ($x, $places, $way) = @_;
    my $scaled = Math::BigFloat->new(sprintf '%.15g', $x);
    $scaled->blsft($places, 10);
    my $down = $scaled->copy->babs->bfloor;
    my $rest = $scaled->copy->babs->bsub($down);
    my $negative = $scaled->is_neg;
    my $half = $rest->bcmp('0.5');
    my $up = $way eq 'up' ? !$rest->is_zero : $way eq 'down' ? 0
        : $way eq 'floor' ? $negative && !$rest->is_zero : $way eq 'ceil' ? !$negative && !$rest->is_zero
        : $way eq 'half_down' ? $half > 0
        : $way eq 'half_even' ? $half > 0 || ($half == 0 && $down->is_odd) : $half >= 0;
    $down->binc if $up;
    $down->brsft($places, 10);
    return ($negative ? -1 : 1) * $down->numify;
}

my %function = (
    abs => sub { abs $_[0] }, exp => sub { exp $_[0] }, sqrt => sub { sqrt $_[0] },
    log => sub { $_[0] > 0 ? log $_[0] : undef }, log10 => sub { $_[0] > 0 ? log($_[0]) / log(10) : undef },
    sign => sub { $_[0] <=> 0 }, trunc => sub { int $_[0] },
    clamp => sub { $_[0] < $_[1] ? $_[1] : $_[0] > $_[2] ? $_[2] : $_[0] },
    least => sub { my ($least) = sort { $a <=> $b } @_; $least },
    greatest => sub { my ($most) = sort { $b <=> $a } @_; $most },
);

sub call {
    my ($name) = @_;
    my (@x, %named);
    until (next_is(')')) {
        my $t = $token[$at];
        if ($t && $t->[0] eq 'name' && $t->[1] eq 'mode') {
            $at += 2;
            $named{mode} = $token[$at++][1];
        } else {
            push @x, any();
        }
        next_is(',');
        die "unknown: no )\n" if $at >= @token;
    }
    return 0 + !defined $x[0] if $name eq 'missing';
    return 0 + defined $x[0] if $name eq 'present';
    return !defined $x[0] ? undef : $x[0] ? $x[1] : $x[2] if $name eq 'where';
    if ($name eq 'coalesce') {
        my ($first) = grep { defined } @x;
        return $first;
    }
    if ($name =~ /^(?:round|floor|ceil)$/) {
        my $way = $named{mode} // ($name eq 'round' ? 'half_up' : $name);
        return both(@x) ? decimal($x[0], $x[1] // 0, $way) : undef;
    }
    my $f = $function{$name} or die "unknown: $name\n";
    return both(@x) ? $f->(@x) : undef;
}

sub value {
    my ($text) = @_;
    @token = tokens($text);
    $at = 0;
    my $x = any();
    die "unknown: $token[$at][1]\n" if $at < @token;
    return $x;
}

1;
