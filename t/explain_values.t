#!/usr/bin/perl
# Every step of an explanation is worked out again another way: formulas with their values put in by the
# calculator in t/formula.pm, reductions from the elements listed, shares from values and weights, data
# from the CSV cell that is named, leaves from their line of the rules. This is done for
# t/explain/ops.lua, which has every operation, and for the shipped rules.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use formula;
use JSON::PP;
use List::Util qw(sum0 min max);
use Test::More;

no warnings 'numeric';
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my %lines;

sub close_to {
    my ($x, $y) = @_;
    return !defined $x && !defined $y if !defined $x || !defined $y;
    return $x eq $y if formula::text($x) || formula::text($y);
    return abs($x - $y) <= 1e-9 * max(1, abs $x, abs $y);
}

sub shown { my ($x) = @_; return $x // 'missing' }

# true, false and dates as the calculator has them.
sub plain {
    my ($x) = @_;
    return undef unless defined $x;
    return 0 + !!$x if JSON::PP::is_bool($x);
    return 1 if $x eq 'true';
    return 0 if $x eq 'false';
    return formula::days($1, $2, $3) if $x =~ /^(\d{4})-(\d\d)-(\d\d)$/;
    return $x;
}

# ---- reductions, from their elements ----

sub mean { return @_ ? sum0(@_) / @_ : undef }

sub moment { my ($power, @x) = @_; my $m = mean(@x); return mean(map { ($_ - $m)**$power } @x) }

sub quantile {
    my ($p, @x) = @_;
    @x = sort { $a <=> $b } @x;
    my $place = $p * $#x;
    my $low = int $place;
    return $x[$low] + ($place - $low) * ($low < $#x ? $x[$low + 1] - $x[$low] : 0);
}

my %reduce = (
    sum => sub { @_ ? sum0(@_) : undef }, count => sub { scalar @_ }, median => sub { @_ ? quantile(0.5, @_) : undef },
    skewness => sub {
        my $n = @_;
        return $n < 3 ? undef : moment(3, @_) / moment(2, @_)**1.5 * sqrt($n * ($n - 1)) / ($n - 2);
    },
    kurtosis => sub {
        my $n = @_;
        return $n < 4 ? undef
            : ($n - 1) / (($n - 2) * ($n - 3)) * (($n + 1) * (moment(4, @_) / moment(2, @_)**2 - 3) + 6);
    },
    map({ $_ => sub { $_[0] } } qw(min max first last)), map({ $_ => sub { 'label' } } qw(argmin argmax)),
    any => sub { $_[0] // 0 }, all => sub { $_[0] // 1 }, cumsum => sub { sum0(@_) },
    map { $_ => sub { $_[0] } } qw(upto lag fill sort),
);

sub weighted {
    my ($how, $formula, @element) = @_;
    my @present = grep { defined $_->{x} } @element;
    my @all = $formula =~ /missing = "zero"/ ? @element : @present;
    my $total = sum0(map { $_->{weight} // 1 } @all) or return undef;
    my $mean = sum0(map { $_->{x} * ($_->{weight} // 1) } @present) / $total;
    return $mean if $how eq 'mean';
    my $divisor = $formula =~ /divisor = "n"/ ? $total : $total - 1;
    return undef if $divisor <= 0;
    my $var = sum0(map { ($_->{weight} // 1) * ($_->{x} - $mean)**2 } @present) / $divisor;
    return $how eq 'std' ? sqrt $var : $var;
}

sub correlation {
    my @pair = grep { defined $_->[0] && defined $_->[1] } @_;
    my ($mx, $my) = (mean(map { $_->[0] } @pair), mean(map { $_->[1] } @pair));
    my $sxy = sum0(map { ($_->[0] - $mx) * ($_->[1] - $my) } @pair);
    return $sxy / sqrt(sum0(map { ($_->[0] - $mx)**2 } @pair) * sum0(map { ($_->[1] - $my)**2 } @pair));
}

# What the elements give, or 'unknown'.
sub from_elements {
    my ($step, @element) = @_;
    my ($how) = $step->{formula} =~ /^(\w+)(\((?:[^()]++|(?2))*\))$/ or return 'unknown';
    my @x = grep { defined } map { $_->{x} } @element;
    return weighted($how, $step->{formula}, @element) if $how =~ /^(?:mean|var|std)$/;
    return quantile($step->{formula} =~ /([\d.]+)\)$/, @x) if $how eq 'quantile';
    return correlation(map { [$element[2 * $_]{x}, $element[2 * $_ + 1]{x}] } 0 .. $#element / 2) if $how eq 'correlate';
    my $f = $reduce{$how} or return 'unknown';
    return 'unknown' if ($f->(1) // '') eq 'label';
    return $f->(@x);
}

# ---- where things come from ----

sub line_of {
    my ($file, $line) = @_;
    $lines{$file} //= [split /\n/, do { my $text = slurp($file); utf8::decode($text); $text }];
    return $lines{$file}[$line - 1] // '';
}

sub datum_in_its_cell {
    my ($s) = @_;
    my ($head) = csv_rows(line_of($s->{file}, 1) =~ s/^\x{feff}//r);
    my ($row) = csv_rows(line_of($s->{file}, $s->{line}));
    my %cell;
    @cell{@$head} = @$row;
    my $got = $cell{$s->{column}};
    return 0 unless defined $got;
    $got =~ s/[,%]//g if $got =~ /^[\d,.]+%?$/;
    return !defined $s->{value} || close_to(plain($got), plain($s->{value}));
}

# check(RULES, UNIT, [OUTPUT…], DATA…): all steps; returns what could not be worked out, by formula.
sub check {
    my ($rules, $unit, $outputs, @more) = @_;
    my ($status, $out, $err) = run('explain', $rules, $unit, @$outputs, '--format', 'json', @more);
    is($status, 0, "$rules: $unit is explained") or return diag $err;
    my @step = @{decode_json($out)->{steps}};
    $_->{x} = plain($_->{value}) for @step;
    my (%wrong, %unknown, %seen);
    my $note = sub {
        my ($what, $s, $got) = @_;
        push @{$wrong{$what}}, sprintf '%s [%s] = %s: %s -> %s', $s->{name} // '', $s->{at} // '', shown($s->{value}),
            $s->{put_in} // $s->{formula} // "$s->{file}:" . ($s->{line} // ''), shown($got);
    };
    for my $i (0 .. $#step) {
        my $s = $step[$i];
        # An output is told by its name; what only a variable of the script names, by its formula, too.
        my $called = join '|', map { $_ // '' } @$s{qw(name at)};
        my $own = ($s->{formula} // '') . ' = ' . shown($s->{value});
        if (($s->{end} // '') eq 'above') { # what it refers to is there, and is the same
            my ($first) = grep { $_->{called} eq $called && !$_->{end} && (!$s->{formula} || $_->{own} eq $own) } @step[0 .. $i - 1];
            $note->('reference', $s, $first && $first->{value}) if ++$seen{reference} && !($first && close_to($first->{x}, $s->{x}));
            $s->{called} = '';
            next;
        }
        @$s{qw(called own)} = ($called, $own);
        my @below;
        for (my $k = $i + 1; $k < @step && $step[$k]{depth} > $s->{depth}; $k++) {
            push @below, $step[$k] if $step[$k]{depth} == $s->{depth} + 1;
        }
        my @element = grep { $_->{role} eq 'operand' } @below;
        if (defined $s->{put_in}) {
            my $got = eval { formula::value($s->{put_in}) };
            if ($@) { $unknown{$1} = $s->{formula} if $@ =~ /unknown: (.*)/ }
            elsif (++$seen{put_in} && !close_to($got, $s->{x})) { $note->('put in', $s, $got) }
        }
        my $listed = defined $s->{present} ? @element == $s->{present} + $s->{missing} : @element > 0;
        $listed = 1 if @element && ($s->{formula} // '') =~ /^(?:min|max|any|all|first|last|correlate)\(/;
        if ($s->{formula} && $listed && !$s->{end}) {
            my $got = from_elements($s, @element);
            if (($got // '') eq 'unknown') { }
            elsif (++$seen{elements} && !close_to($got, $s->{x})) { $note->('elements', $s, $got) }
            my @share = grep { defined } map { $_->{share} } @element;
            $note->('shares', $s, sum0(@share)) if @share && ++$seen{shares} && abs(sum0(@share) - 1) > 1e-9;
        }
        if (defined $s->{column} && defined $s->{line}) {
            $note->('cell', $s) if ++$seen{cell} && !datum_in_its_cell($s);
        } elsif (!$s->{formula} && $s->{line} && defined $s->{value} && formula::text($s->{x} // 'x') == 0) {
            my $line = line_of($s->{file}, $s->{line});
            my @number = $s->{value} =~ /^\d+-/ ? $line =~ /\Q$s->{value}\E/g : $line =~ /(?<![\w.])-?\d[\d.]*/g;
            my $unwritten = $s->{name} =~ /\.weight$/ && $line !~ /weight/; # then it is 1
            next if $s->{name} eq 'index.group.weight' && $s->{file} =~ m{methods/}; # a sum of weights stands nowhere
            next if $s->{value} =~ /^(?:true|false)$/ || ($unwritten && $s->{x} == 1);
            $note->('leaf', $s) if ++$seen{leaf} && !grep { $_ eq $s->{value} || $_ == $s->{x} } @number;
        }
    }
    for my $what ('put in', 'elements', 'shares', 'cell', 'leaf', 'reference') {
        my @bad = @{$wrong{$what} // []};
        ok(!@bad, "$rules: $unit: $what") or diag join "\n", @bad[0 .. min($#bad, 8)];
    }
    return (\%unknown, \%seen, \@step);
}

sub outputs_of {
    my ($rules) = @_;
    my ($status, $out, $err) = run($rules, '--methods', 'rules', '--format', 'json');
    return sort keys %{decode_json($out)->{outputs}};
}

# ---- every operation ----
my @ops = outputs_of('t/explain/ops.lua');
my %unknown;
for my $unit (qw(Ahai Bohe Cize Dahe)) {
    my ($not_known, $seen) = check('t/explain/ops.lua', $unit, \@ops);
    $unknown{$_} = 1 for keys %$not_known;
    ok(($seen->{$_} // 0) > 5, "$_: $seen->{$_} looked at") for qw(put_in elements shares cell leaf);
}
is_deeply([sort keys %unknown], [qw(each matches)], 'all but functions of the host is worked out');

# ---- the rules that are shipped ----
for (['rules/2011.lua', 'Shenzhen', qw(total built basis)], ['rules/2011.lua', 'London', qw(geometric rank)],
     ['rules/2012.lua', 'Seoul', qw(total weakest)], ['rules/hdi.lua', 'CHN'], ['rules/2011-awards.lua', 'N01'],
     ['rules/2011-units.lua', '市编办', qw(total grade rank cut vetoed short_of_next)],
     map { ["samples/cookbook/$_.lua"] } qw(topsis entropy rsr promethee coupling treated years)) {
    my ($rules, $unit, @out) = @$_;
    @out = outputs_of($rules) if !@out;
    my ($status, $json) = run($rules, '--methods', 'rules', '--format', 'json');
    $unit //= decode_json($json)->{axes}{unit}{labels}[0];
    my @stage = $rules =~ /201[12]\.lua/ ? ('--stage', 'stage1') : ();
    my ($not_known, $seen) = check($rules, $unit, \@out, '--methods', 'rules', @stage);
    ok(($seen->{put_in} // 0) + ($seen->{elements} // 0) > 5, "$rules: much is worked out");
}
done_testing();
