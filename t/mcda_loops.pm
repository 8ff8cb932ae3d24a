# Multi-criteria methods once more, by plain loops over a matrix of rows, to hold rules/methods/mcda against.
package mcda_loops;
use strict;
use warnings;
use Exporter 'import';
use List::Util qw(max min product sum sum0);

our @EXPORT = qw(@w @type %fixed %scale %loops columns by_column weighted regrets root flows mean_of leads credibility distilled);

# Weights, directions (1: higher is better, -1: lower), and parameters of the four indicators.
our @w = (0.4, 0.25, 0.2, 0.15);
our @type = (1, -1, 1, -1);
our %fixed = (
    low => [ 10, 5, 2, 4 ], high => [ 40, 20, 10, 16 ], target_low => [ 25, 9, 7, 8 ], target_high => [ 30, 10, 9, 8 ],
    expected => [ 26, 11, 6, 9 ], reference => [ 23, 12, 6.5, 9 ], limit => [ 20, 13, 5, 10 ], ideal => [ 40, 8, 9, 6 ],
);
my @all = 0 .. 3;

sub root { return sqrt sum map $_**2, @_ }
sub mean_of { return sum(@_) / @_ }
sub columns { my ($m) = @_; return map { my $j = $_; [ map $_->[$j], @$m ] } 0 .. $#{ $m->[0] } }

# A matrix whose columns are f(values, direction).
sub by_column {
    my ($m, $f) = @_;
    my @old = columns($m);
    my @new = map [ $f->($old[$_], $type[$_]) ], 0 .. $#old;
    return [ map { my $i = $_; [ map $_->[$i], @new ] } 0 .. $#$m ];
}

sub weighted { my ($m) = @_; return [ map { my $r = $_; [ map $w[$_] * $r->[$_], @all ] } @$m ] }
sub shares { my ($m) = @_; return by_column($m, sub { my ($c) = @_; my $s = sum @$c; map $_ / $s, @$c }) }
sub vectors { my ($m) = @_; return by_column($m, sub { my ($c) = @_; my $n = root(@$c); map $_ / $n, @$c }) }

# Rows of a matrix: sums of all, and of what should be large and what should be small.
sub totals { my ($m) = @_; return map sum(@$_), @$m }
sub parts {
    my ($m) = @_;
    return map { my $r = $_; [ map { my $t = $_; sum0 map $r->[$_], grep $type[$_] == $t, @all } 1, -1 ] } @$m;
}

our %scale = (
    minmax => sub { my ($c, $t) = @_; my ($lo, $hi) = (min(@$c), max(@$c)); map { ($t > 0 ? $_ - $lo : $hi - $_) / ($hi - $lo) } @$c },
    max => sub { my ($c, $t) = @_; my $hi = max @$c; map { $t > 0 ? $_ / $hi : 1 - $_ / $hi } @$c },
    linear => sub { my ($c, $t) = @_; my ($lo, $hi) = (min(@$c), max(@$c)); map { $t > 0 ? $_ / $hi : $lo / $_ } @$c },
    sum => sub { my ($c, $t) = @_; my @v = map { $t > 0 ? $_ : 1 / $_ } @$c; my $s = sum @v; map $_ / $s, @v },
    vector => sub { my ($c, $t) = @_; my $n = root(@$c); map { $t > 0 ? $_ / $n : 1 - $_ / $n } @$c },
    logarithmic => sub {
        my ($c, $t) = @_;
        my $whole = log product @$c;
        map { $t > 0 ? log($_) / $whole : (1 - log($_) / $whole) / (@$c - 1) } @$c;
    },
    nonlinear => sub { my ($c, $t) = @_; my ($lo, $hi) = (min(@$c), max(@$c)); map { $t > 0 ? ($_ / $hi)**2 : ($lo / $_)**3 } @$c },
    enhanced => sub {
        my ($c, $t) = @_;
        my $best = $t > 0 ? max @$c : min @$c;
        my $whole = sum map abs($best - $_), @$c;
        map 1 - abs($best - $_) / $whole, @$c;
    },
    zavadskas_turskis => sub { my ($c, $t) = @_; my $best = $t > 0 ? max @$c : min @$c; map 1 - abs($best - $_) / $best, @$c },
);
sub regrets { my ($m) = @_; return weighted(by_column($m, sub { map 1 - $_, $scale{minmax}->(@_) })) }

# Nearness to the best column by column, 0 to 1, distances being sums f of the differences.
sub nearness {
    my ($v, $f) = @_;
    my @c = columns($v);
    return map {
        my $r = $_;
        my ($near, $far) = map { my $end = $_; $f->(map $r->[$_] - $end->(@{ $c[$_] }), @all) } \&max, \&min;
        $far / ($near + $far);
    } @$v;
}

# Judged corners: each of n ** 4 objects by its nearness to the best, its place among those that differ by more than
# 1e-9, and how much of it a unit is.
sub comet {
    my ($m, $n, @ends) = @_;
    my @c = columns($m);
    my ($lo, $hi) = @ends ? @ends : ([ map min(@$_), @c ], [ map max(@$_), @c ]);
    my @object = ([]);
    @object = map { my $o = $_; map [ @$o, $_ / ($n - 1) ], 0 .. $n - 1 } @object for @all;
    my @near = map {
        my $z = $_;
        my ($d, $e) = (root(map $w[$_] * (1 - $z->[$_]), @all), root(map $w[$_] * $z->[$_], @all));
        $e / ($d + $e);
    } @object;
    my ($place, $last, %value) = (-1, -1);
    for my $k (sort { $near[$a] <=> $near[$b] } 0 .. $#near) {
        $place++, $last = $near[$k] if $near[$k] - $last > 1e-9;
        $value{$k} = $place;
    }
    return map {
        my $r = $_;
        my @share = map {
            my $s = ($type[$_] > 0 ? $r->[$_] - $lo->[$_] : $hi->[$_] - $r->[$_]) / ($hi->[$_] - $lo->[$_]);
            max(0, min(1, $s));
        } @all;
        sum map {
            my $k = $_;
            $value{$k} / $place * product map max(0, 1 - ($n - 1) * abs($share[$_] - $object[$k][$_])), @all;
        } 0 .. $#object;
    } @$m;
}

sub aras {
    my ($m, $ideal) = @_;
    my ($first, @rest) = totals(weighted(by_column([ $ideal, @$m ], $scale{sum})));
    return map $_ / $first, @rest;
}

# Leaving and entering flows of PROMETHEE for a function of the lead and the number of the indicator.
sub flows {
    my ($m, $f) = @_;
    my $over = sub { my ($p, $q) = @_; sum map $w[$_] * $f->($type[$_] * ($p->[$_] - $q->[$_]), $_), @all };
    my (@plus, @minus);
    for my $i (0 .. $#$m) {
        my @others = grep $_ != $i, 0 .. $#$m;
        push @plus, mean_of(map $over->($m->[$i], $m->[$_]), @others);
        push @minus, mean_of(map $over->($m->[$_], $m->[$i]), @others);
    }
    return (\@plus, \@minus);
}
sub net { my ($plus, $minus) = flows(@_); return map $plus->[$_] - $minus->[$_], 0 .. $#$plus }
sub ramp { return max(0, min(1, $_[0])) }

# The leads of a row over another, turned so that more is better.
sub leads { my ($p, $q) = @_; return map $type[$_] * ($p->[$_] - $q->[$_]), @all }

# Truth: a rounded to 1e-11 is at least b.
sub reaches { return $_[0] >= $_[1] - 1e-11 }

# The places of classes taken out one after the other: f(those left) gives the class.
sub taken_out {
    my ($n, $f) = @_;
    my (%left, @place);
    $left{$_} = 1 for 0 .. $n - 1;
    for (my $k = 1; %left; $k++) {
        my @class = $f->(sort { $a <=> $b } keys %left);
        $place[$_] = $k for @class;
        delete @left{@class};
    }
    return @place;
}

# The mean of a ranking from above and one from below.
sub middle_rank {
    my ($down, $up) = @_;
    my $most = max @$up;
    return map { ($down->[$_] + $most + 1 - $up->[$_]) / 2 } 0 .. $#$down;
}

sub electre2 {
    my ($m) = @_;
    my @n = 0 .. $#$m;
    my @range = map max(@$_) - min(@$_), columns($m);
    my (%strong, %weak);
    for my $i (@n) {
        for my $k (grep $_ != $i, @n) {
            my @d = leads($m->[$i], $m->[$k]);
            my $c = sum map $d[$_] >= 0 ? $w[$_] : 0, @all;
            my $e = max map max(0, -$d[$_] / $range[$_]), @all;
            next unless reaches((sum map $w[$_] * ($d[$_] <=> 0), @all), 0);
            $strong{"$i $k"} = 1 if reaches($c, 0.65) && reaches(0.65, $e) || reaches($c, 0.5) && reaches(0.35, $e);
            $weak{"$i $k"} = 1 if reaches($c, 0.35) && reaches(0.65, $e);
        }
    }
    my $ranking = sub {
        my ($turned) = @_;
        my $by = sub { my ($relation, $k, $of) = @_; grep $relation->{ $turned ? "$k $_" : "$_ $k" }, @$of };
        return taken_out(scalar @n, sub {
            my @of = @_;
            for my $relation (\%strong, \%weak) {
                my @free = grep !$by->($relation, $_, \@of), @of;
                @of = @free if @free;
            }
            return @of;
        });
    };
    return middle_rank([ $ranking->(0) ], [ $ranking->(1) ]);
}

# Concordance and credibility of ELECTRE III, for numbers as thresholds.
sub credibility {
    my ($m, $q, $p, $veto) = @_;
    my (@c, @s);
    for my $i (0 .. $#$m) {
        for my $k (0 .. $#$m) {
            my @behind = map -$_, leads($m->[$i], $m->[$k]);
            my $whole = sum @w;
            my $c = sum(map { $w[$_] * (1 - ramp(($behind[$_] - $q) / ($p - $q))) } @all) / $whole;
            my $s = $c;
            for (@all) {
                my $against = ramp(($behind[$_] - $p) / ($veto - $p));
                $s *= (1 - $against) / (1 - $c) if $against > $c + 1e-11;
            }
            ($c[$i][$k], $s[$i][$k]) = ($c, $s);
        }
    }
    return (\@c, \@s);
}

# Distillation of a credibility, $side 1 from above, -1 from below, with the margin 0.3 - 0.15 s.
sub distilled {
    my ($s, $side) = @_;
    my $margin = sub { 0.3 - 0.15 * $_[0] };
    return taken_out(scalar @$s, sub {
        my @in = @_;
        my $pairs = sub { my @of = @_; map { my $i = $_; map [ $i, $_ ], grep $_ != $i, @of } @of };
        my $level = max(0, map $s->[ $_->[0] ][ $_->[1] ], $pairs->(@in));
        while (1) {
            my @pair = $pairs->(@in);
            my $cut = max(0, grep $_ < $level - $margin->($level) - 1e-11, map $s->[ $_->[0] ][ $_->[1] ], @pair);
            my %strength = map { ($_ => 0) } @in;
            for (@pair) {
                my ($i, $k) = @$_;
                my $own = $s->[$i][$k];
                next unless $own > $cut + 1e-11 && $own > $s->[$k][$i] + $margin->($own) + 1e-11;
                $strength{$i} += $side;
                $strength{$k} -= $side;
            }
            my $most = max values %strength;
            @in = grep $strength{$_} == $most, @in;
            return @in if @in == 1 || $cut == 0;
            $level = $cut;
        }
    });
}

sub todim {
    my ($m, $theta, $direct) = @_;
    my $y = by_column($m, $scale{sum});
    my @sum = map {
        my $i = $_;
        sum map {
            my ($d, $s) = ($y->[$i], $y->[$_]);
            map {
                my $lead = $d->[$_] - $s->[$_];
                $lead > 0 ? sqrt($w[$_] * $lead) : -sqrt($direct ? -$lead * $w[$_] : -$lead / $w[$_]) / $theta;
            } @all;
        } 0 .. $#$y;
    } 0 .. $#$y;
    return map { ($_ - min(@sum)) / (max(@sum) - min(@sum)) } @sum;
}

# Results of a matrix, by the method and, after a bar, what it is told.
our %loops = (
    'comet|{ criteria = { "c1", "c2", "c3", "c4" } }' => sub { comet($_[0], 2) },
    'comet|{ criteria = { "c1", "c2", "c3", "c4" }, values = 3, low = i.low, high = i.high }' =>
        sub { comet($_[0], 3, @fixed{qw(low high)}) },
    wsm => sub { totals(weighted(by_column($_[0], $scale{linear}))) },
    'wsm|{ scale = mcda.sum }' => sub { totals(weighted(by_column($_[0], $scale{sum}))) },
    wpm => sub { map { my $r = $_; product map $r->[$_]**$w[$_], @all } @{ by_column($_[0], $scale{linear}) } },
    'waspas|{ lambda = 0.3 }' => sub {
        map { my $r = $_; 0.3 * sum(map $r->[$_] * $w[$_], @all) + 0.7 * product map $r->[$_]**$w[$_], @all }
            @{ by_column($_[0], $scale{linear}) };
    },
    aras => sub { my @c = columns($_[0]); aras($_[0], [ map { $type[$_] > 0 ? max @{ $c[$_] } : min @{ $c[$_] } } @all ]) },
    'aras|{ ideal = i.ideal }' => sub { aras($_[0], $fixed{ideal}) },
    copras => sub {
        my @s = parts(weighted(shares($_[0])));
        my ($whole, $inverse) = (sum(map $_->[1], @s), sum(map 1 / $_->[1], @s));
        my @q = map $_->[0] + $whole / ($_->[1] * $inverse), @s;
        my $best = max @q;
        map $_ / $best, @q;
    },
    moora => sub { map $_->[0] - $_->[1], parts(weighted(vectors($_[0]))) },
    ocra => sub {
        my @s = parts(weighted(by_column($_[0], sub {
            my ($c, $t) = @_;
            my ($lo, $hi) = (min(@$c), max(@$c));
            map { ($t > 0 ? $_ - $lo : $hi - $_) / $lo } @$c;
        })));
        my @least = map { my $k = $_; min map $_->[$k], @s } 0, 1;
        my @q = map $_->[0] - $least[0] + $_->[1] - $least[1], @s;
        my $worst = min @q;
        map $_ - $worst, @q;
    },
    mairca => sub { my ($m) = @_; map $_ / @$m, totals(regrets($m)) },
    mabac => sub {
        my $v = weighted(by_column($_[0], sub { map 1 + $_, $scale{minmax}->(@_) }));
        my $border = sum map product(@$_)**(1 / @$_), columns($v);
        map $_ - $border, totals($v);
    },
    edas => sub {
        my ($m) = @_;
        my @average = map mean_of(@$_), columns($m);
        my (@lead, @lag);
        for my $r (@$m) {
            my @d = map $type[$_] * ($r->[$_] - $average[$_]) / $average[$_], @all;
            push @lead, sum map $w[$_] * max(0, $d[$_]), @all;
            push @lag, sum map $w[$_] * max(0, -$d[$_]), @all;
        }
        map { ($lead[$_] / max(@lead) + 1 - $lag[$_] / max(@lag)) / 2 } 0 .. $#lead;
    },
    ram => sub { map { (2 + $_->[0])**(1 / (2 + $_->[1])) } parts(weighted(shares($_[0]))) },
    'rafsi|{ low = i.low, high = i.high }' => sub {
        my ($m) = @_;
        my ($A, $H) = (3.5, 2 / (1 + 1 / 6));    # means of 1 and 6
        map {
            my $r = $_;
            sum map {
                my $s = 1 + 5 * ($r->[$_] - $fixed{low}[$_]) / ($fixed{high}[$_] - $fixed{low}[$_]);
                $w[$_] * ($type[$_] > 0 ? $s / (2 * $A) : $H / (2 * $s));
            } @all;
        } @$m;
    },
    lmaw => sub {
        my $p = by_column($_[0], sub {
            my ($c, $t) = @_;
            my ($lo, $hi) = (min(@$c), max(@$c));
            my @s = map { $t > 0 ? ($_ + $hi) / $hi : ($_ + $lo) / $_ } @$c;
            map log($_) / log(product @s), @s;
        });
        map { my $r = $_; sum map { my ($f, $e) = ($r->[$_], $w[$_]); 2 * $f**$e / ((2 - $f)**$e + $f**$e) } @all } @$p;
    },
    'aroman|{ beta = 0.4, lambda = 0.3 }' => sub {
        map $_->[1]**0.3 + $_->[0]**0.7, parts(weighted(by_column($_[0], sub {
            my ($c) = @_;
            my ($lo, $hi, $n) = (min(@$c), max(@$c), root(@$c));
            map { (0.4 * ($_ - $lo) / ($hi - $lo) + 0.6 * $_ / $n) / 2 } @$c;
        })));
    },
    'lopm|{ limit = i.limit }' => sub {
        my ($m) = @_;
        map { my $r = $_; sum map $w[$_] * ($r->[$_] / $fixed{limit}[$_])**-$type[$_], @all } @$m;
    },
    topsis => sub { nearness(weighted(by_column($_[0], sub { my ($c, $t) = @_; my $n = root(@$c); map $t * $_ / $n, @$c })), \&root) },
    'topsis|{ scale = mcda.minmax }' => sub { nearness(weighted(by_column($_[0], $scale{minmax})), \&root) },
    'vikor|{ v = 0.6 }' => sub {
        my $g = regrets($_[0]);
        my @S = map sum(@$_), @$g;
        my @R = map max(@$_), @$g;
        map { 0.6 * ($S[$_] - min @S) / (max(@S) - min @S) + 0.4 * ($R[$_] - min @R) / (max(@R) - min @R) } 0 .. $#S;
    },
    'codas|{ threshold = 0.05 }' => sub {
        my $v = weighted(by_column($_[0], $scale{linear}));
        my @worst = map min(@$_), columns($v);
        my (@E, @T);
        for my $r (@$v) {
            push @E, root(map $r->[$_] - $worst[$_], @all);
            push @T, sum map $r->[$_] - $worst[$_], @all;
        }
        map { my $i = $_; sum map $E[$i] - $E[$_] + (abs($E[$i] - $E[$_]) >= 0.05 ? $T[$i] - $T[$_] : 0), 0 .. $#E } 0 .. $#E;
    },
    'spotis|{ low = i.low, high = i.high }' => sub {
        my ($m) = @_;
        my @s = map $fixed{ $type[$_] > 0 ? 'high' : 'low' }[$_], @all;
        map { my $r = $_; sum map $w[$_] * abs($r->[$_] - $s[$_]) / ($fixed{high}[$_] - $fixed{low}[$_]), @all } @$m;
    },
    grey => sub {
        my $d = by_column($_[0], sub { map 1 - $_, $scale{minmax}->(@_) });
        my ($lo, $hi) = (min(map @$_, @$d), max(map @$_, @$d));
        map { my $r = $_; sum map $w[$_] * ($lo + 0.5 * $hi) / ($r->[$_] + 0.5 * $hi), @all } @$d;
    },
    rim => sub {
        my ($m) = @_;
        map {
            my $r = $_;
            my @y = map {
                my $j = $_;
                my ($a, $c, $d, $z) = map $fixed{$_}[$j], qw(low target_low target_high high);
                my $v = $r->[$j];
                $v < $c ? ($v - $a) / ($c - $a) : $v > $d ? ($z - $v) / ($z - $d) : 1;
            } @all;
            my ($far, $near) = (root(map $w[$_] * $y[$_], @all), root(map $w[$_] * (1 - $y[$_]), @all));
            $far / ($far + $near);
        } @$m;
    },
    'ervd|{ reference = i.reference }' => sub {
        my ($m) = @_;
        my @whole = map sum(@$_), columns($m);
        my $v = [ map {
            my $r = $_;
            [ map {
                my $d = $type[$_] * ($r->[$_] - $fixed{reference}[$_]) / $whole[$_];
                $w[$_] * ($d > 0 ? $d**0.88 : -2.25 * (-$d)**0.88);
            } @all ];
        } @$m ];
        nearness($v, sub { sum map abs, @_ });
    },
    probid => sub {
        my ($m) = @_;
        my $v = weighted(vectors($m));
        my @c = columns($v);
        my @sorted = map { my $t = $type[$_]; [ sort { $t * ($b <=> $a) } @{ $c[$_] } ] } @all;
        my ($n, $half) = (scalar @$m, int((@$m + 1) / 2));
        map {
            my $r = $_;
            my @d = map { my $k = $_; root(map $r->[$_] - $sorted[$_][$k - 1], @all) } 1 .. $n;
            my $plus = sum map $d[ $_ - 1 ] / $_, 1 .. $half;
            my $minus = sum map $d[ $_ - 1 ] / ($n - $_ + 1), $half .. $n;
            1 / (1 + ($plus / $minus)**2) + root(map $r->[$_] - mean_of(@{ $c[$_] }), @all);
        } @$v;
    },
    'promethee|{ shape = "usual" }' => sub { net($_[0], sub { $_[0] > 0 }) },
    'promethee|{ shape = "u", q = 2 }' => sub { net($_[0], sub { $_[0] > 2 }) },
    'promethee|{ shape = "v", p = 4 }' => sub { net($_[0], sub { ramp($_[0] / 4) }) },
    'promethee|{ shape = "level", q = 1, p = 3 }' => sub { net($_[0], sub { $_[0] > 3 ? 1 : $_[0] > 1 ? 0.5 : 0 }) },
    'promethee|{ shape = "linear", q = 1, p = 3 }' => sub { net($_[0], sub { ramp(($_[0] - 1) / 2) }) },
    'promethee|{ shape = "gaussian", s = 2.5 }' => sub { net($_[0], sub { $_[0] > 0 ? 1 - exp(-$_[0]**2 / 12.5) : 0 }) },
    marcos => sub {
        my ($m) = @_;
        my @c = columns($m);
        my ($ideal, $anti) = map { my $side = $_; [ map { $type[$_] * $side > 0 ? max(@{ $c[$_] }) : min(@{ $c[$_] }) } @all ] } 1, -1;
        my $total = sub { my ($r) = @_; sum map $w[$_] * ($r->[$_] / $ideal->[$_])**$type[$_], @all };
        map {
            my ($plus, $minus) = ($total->($_) / $total->($ideal), $total->($_) / $total->($anti));
            my ($f_minus, $f_plus) = ($plus / ($plus + $minus), $minus / ($plus + $minus));
            ($plus + $minus) / (1 + (1 - $f_plus) / $f_plus + (1 - $f_minus) / $f_minus);
        } @$m;
    },
    'cocoso|{ lambda = 0.3 }' => sub {
        my $y = by_column($_[0], $scale{minmax});
        my @S = map { my $r = $_; sum map $w[$_] * $r->[$_], @all } @$y;
        my @P = map { my $r = $_; sum map $r->[$_]**$w[$_], @all } @$y;
        map {
            my $a = ($S[$_] + $P[$_]) / sum(@S, @P);
            my $b = $S[$_] / min(@S) + $P[$_] / min(@P);
            my $c = (0.3 * $S[$_] + 0.7 * $P[$_]) / (0.3 * max(@S) + 0.7 * max(@P));
            ($a * $b * $c)**(1 / 3) + ($a + $b + $c) / 3;
        } 0 .. $#S;
    },
    multimoora => sub {
        my $y = vectors($_[0]);
        my @c = columns($y);
        my @best = map { $type[$_] > 0 ? max(@{ $c[$_] }) : min(@{ $c[$_] }) } @all;
        my @parts = map {
            my $r = $_;
            [ sum(map $type[$_] * $w[$_] * $r->[$_], @all), -max(map $w[$_] * abs($best[$_] - $r->[$_]), @all),
                product(map $r->[$_]**($type[$_] * $w[$_]), @all) ];
        } @$y;
        map {
            my $own = $_;
            scalar grep { my $other = $_; 2 <= grep $own->[$_] > $other->[$_] + 1e-13, 0 .. 2 } @parts;
        } @parts;
    },
    maut => sub { totals(weighted(by_column($_[0], $scale{minmax}))) },
    'maut|{ low = i.low, high = i.high, curve = -1.5 }' => sub {
        my ($m) = @_;
        map {
            my $r = $_;
            sum map {
                my $y = ($r->[$_] - $fixed{low}[$_]) / ($fixed{high}[$_] - $fixed{low}[$_]);
                $y = 1 - $y if $type[$_] < 0;
                $w[$_] * (1 - exp(1.5 * $y)) / (1 - exp(1.5));
            } @all;
        } @$m;
    },
    todim => sub { todim($_[0], 1) },
    'todim|{ theta = 2.5, losses = "direct" }' => sub { todim($_[0], 2.5, 1) },
    electre2 => \&electre2,
    'electre3|{ q = 1, p = 3, veto = 8 }' => sub {
        my (undef, $s) = credibility($_[0], 1, 3, 8);
        middle_rank([ distilled($s, 1) ], [ distilled($s, -1) ]);
    },
    # A shape for each indicator: linear from 2 to 8, usual, v to 1.5, u at 1.5.
    'promethee|{ shape = i.shape, q = i.q, p = i.p }' => sub {
        my @shape = (sub { ramp(($_[0] - 2) / 6) }, sub { $_[0] > 0 }, sub { ramp($_[0] / 1.5) }, sub { $_[0] > 1.5 });
        net($_[0], sub { $shape[ $_[1] ]->($_[0]) });
    },
);

1;
