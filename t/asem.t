#!/usr/bin/perl
# The ASEM index against the R package COINr, stage by stage and configuration by configuration. Numbers
# agree to 1e-12 relative (of the larger; 1e-12 absolute around zero where a sum of larger terms cancels),
# ranks and words exactly.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use File::Copy qw(copy);
use Test::More;

my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/asem';
plan skip_all => 'the reference data is not here' unless -d $reference;

# The rules and the data beside each other, as a user has them.
copy($_, $tmp) for 'samples/asem/asem.lua', glob('t/asem/*.lua'), "$reference/asem_iData.csv", "$reference/asem_iMeta.csv",
    "$reference/configs/iMeta_with_norm_paras.csv", "$reference/default/Treated.csv",
    "$reference/default/Imputed.csv";

my $worst = 0;

sub same {
    my ($got, $want) = @_;
    $want = '' if $want eq 'NA' || $want eq 'NaN';
    $got = lc $got if $got =~ /^(true|false)$/i;
    $want = lc $want if $want =~ /^(true|false)$/i;
    return 1 if $got eq $want;
    return 0 unless $got =~ /^-?[0-9]/ && $want =~ /^-?[0-9]/;
    my $scale = abs($want) > 1 ? abs $want : 1;
    my $error = abs($got - $want) / (abs($want) > 1e-9 ? abs $want : $scale);
    return 0 if $error > 1e-12;
    $worst = $error if $error > $worst;
    return 1;
}

# A wide table of the reference, as { "row/column" => text }.
sub wide {
    my ($path) = @_;
    my ($head, @rows) = csv_rows(slurp("$reference/$path"));
    my %cell;
    for my $row (@rows) {
        $cell{"$row->[0]/$head->[$_]"} = $row->[$_] for 1 .. $#$head;
    }
    return \%cell;
}

# agree(NAME, REFERENCE, OUTPUT, KEY): every cell that KEY (of its column) lets through.
sub agree {
    my ($name, $want, $got, $only, $map) = @_;
    my ($count, @off) = (0);
    for my $key (sort keys %$want) {
        my ($row, $column) = split m{/}, $key;
        next if $only && !$only->{$column};
        $count++;
        my $own = $map ? $map->($row, $column) : $key;
        my $value = $got->{$own} // '(nothing)';
        push @off, "$key: $value, reference $want->{$key}" unless same($value, $want->{$key});
    }
    ok($count && !@off, "$name: $count values") or diag(scalar(@off) . " differ\n" . join "\n", @off[0 .. ($#off > 9 ? 9 : $#off)]);
}

my (%leaf, %address, %group, %parent, %level, %direction);
{
    my ($head, @rows) = csv_rows(slurp("$reference/asem_iMeta.csv"));
    for (@rows) {
        my %e;
        @e{@$head} = @$_;
        next if $e{Level} eq 'NA';
        $parent{ $e{iCode} } = $e{Parent};
        $direction{ $e{iCode} } = $e{Direction};
        $level{ $e{Level} }{ $e{iCode} } = 1;
    }
    for my $code (keys %parent) {
        my @way = $code;
        unshift @way, $parent{ $way[0] } while $parent{ $way[0] } ne 'NA';
        $address{$code} = join '.', 'index', @way[1 .. $#way];
    }
}
is(scalar keys %{ $level{1} }, 49, 'indicators of the reference');

# Decisions here are made on 15 significant digits, those of the reference on all 17 of a double. Scores that are equal in
# 15 tie here: what the reference makes of them is worked out again, by counting. It concerns two pairs of one indicator.
sub shown { 0 + sprintf '%.14e', $_[0] }

# The columns of a table in which some values differ and show the same 15 digits.
sub twins {
    my ($table) = @_;
    my (%raw, %shown, %twin);
    for (keys %$table) {
        my (undef, $column) = split m{/};
        next unless $table->{$_} =~ /\d/;
        $raw{$column}{ $table->{$_} }++;
        $shown{$column}{ shown($table->{$_}) }++;
    }
    return grep { keys %{ $raw{$_} } != keys %{ $shown{$_} } } sort keys %raw;
}

# Ranks in a column, 1 for the least of `sign` times its values, ties = "min" or "average".
sub counted {
    my ($table, $column, $sign, $ties) = @_;
    my %x;
    for (keys %$table) {
        my ($row, $of) = split m{/};
        $x{$row} = $sign * shown($table->{$_}) if $of eq $column && $table->{$_} =~ /\d/;
    }
    my %rank;
    for my $own (keys %x) {
        my $ahead = grep { $_ < $x{$own} } values %x;
        my $alike = grep { $_ == $x{$own} } values %x;
        $rank{$own} = 1 + $ahead + ($ties eq 'average' ? ($alike - 1) / 2 : 0);
    }
    return \%rank;
}

# A table of normalised ranks, and all that is averaged from it, with such ties. %averaged: what was.
my %averaged;

sub retied {
    my ($how, $normalised, $aggregated) = @_;
    my $treated = wide('default/Treated.csv');
    for my $code (grep { $level{1}{$_} } twins($treated)) {
        my $rank = counted($treated, $code, $direction{$code}, 'min');
        my $n = keys %$rank;
        for my $unit (keys %$rank) {
            my $value = $how eq 'rank' ? $rank->{$unit} : $how eq 'borda' ? $rank->{$unit} - 1 : ($rank->{$unit} - 1) / ($n - 1);
            $normalised->{"$unit/$code"} = $aggregated->{"$unit/$code"} = $value;
            for (my $up = $parent{$code}; $up ne 'NA'; $up = $parent{$up}) {
                $averaged{$up} = 1;
                my @part = map { $aggregated->{"$unit/$_"} } grep { $parent{$_} eq $up } keys %parent;
                my $sum = 0;
                $sum += $_ for @part;
                $aggregated->{"$unit/$up"} = $sum / @part;
            }
        }
    }
}

# Ranks of the reference, but for ties that it breaks by the rounding of its sums: where our rank differs,
# another unit's value in the reference is the same within 1e-12. Returns how many are such.
my $broken = 0;

sub ranks_agree {
    my ($name, $want, $values, $got, $only, $map) = @_;
    my ($count, %column, @off) = (0);
    for my $code (grep { $only->{$_} } twins($values), keys %averaged) {
        my $rank = counted($values, $code, -1, 'min');
        $want->{"$_/$code"} = $rank->{$_} for keys %$rank;
    }
    for (keys %$values) {
        my ($row, $column) = split m{/};
        push @{ $column{$column} }, $values->{$_} if $only->{$column} && $values->{$_} =~ /\d/;
    }
    for my $key (sort keys %$want) {
        my ($row, $column) = split m{/}, $key;
        next unless $only->{$column};
        $count++;
        my $value = $got->{ $map ? $map->($row, $column) : $key } // '(nothing)';
        next if same($value, $want->{$key});
        my $own = $values->{$key};
        my $near = grep { abs($_ - $own) <= 1e-12 * abs $own } @{ $column{$column} };
        $near > 1 && abs($value - $want->{$key}) < $near ? $broken++ : push @off, "$key: $value, reference $want->{$key}";
    }
    ok($count && !@off, "$name: $count ranks") or diag(scalar(@off) . " differ\n" . join "\n", @off[0 .. ($#off > 9 ? 9 : $#off)]);
}

# All levels of one run: aggregates and ranks.
my @levels = ([ 1, 'normalised', 'rank_indicator' ], [ 2, 'pillar', 'rank_pillar' ],
              [ 3, 'sub_index', 'rank_sub_index' ], [ 4, 'index', 'rank' ]);
my $unit = sub { $_[0] };

sub levels_agree {
    my ($name, $folder, $got, $ranks, $aggregated) = @_;
    $aggregated //= wide("$folder/Aggregated.csv");
    my $ranked = wide("$folder/$ranks");
    for (@levels) {
        my ($number, $value, $rank) = @$_;
        my $map = $number == 4 ? $unit : undef;
        agree("$name, $value", $aggregated, $got->{$value}, $level{$number}, $map);
        ranks_agree("$name, $rank", $ranked, $aggregated, $got->{$rank}, $level{$number}, $map) if $got->{$rank};
    }
}

my $got = outputs("$tmp/asem.lua");
cmp_ok(scalar(my @lines = split /\n/, slurp('samples/asem/asem.lua')), '<=', 60, 'the rule file is short');
agree("default, $_->[0]", wide("default/$_->[0].csv"), $got->{ $_->[1] })
    for [ 'Denominated', 'denominated' ], [ 'Imputed', 'filled' ], [ 'Screened', 'filled' ], [ 'Treated', 'treated' ],
        [ 'Normalised', 'normalised' ], [ 'Treat_Treated_Points', 'points' ];
levels_agree('default', 'default', $got, 'Ranks_all_levels.csv');
is($broken, 0, 'all ranks of the default pipeline, ties too');
my %column = (Pass => 'passed', Skew => 'skewness', Kurt => 'kurtosis');
my $details = sub {
    my ($folder, $table, $run) = @_;
    my ($want, %got) = (wide($table));
    for my $key (keys %$want) {
        my ($code, $column) = split m{/}, $key;
        $got{$key} = $run->{steps}{$code} if $column eq 'winsorise.nwin';
        my ($stage, $what) = $column =~ /^check_SkewKurt(\d)\.(\w+)$/ or next;
        my $after = $stage == 0 ? '' : $stage == 1 ? '_winsorised' : '_treated';
        $got{$key} = $run->{ $column{$what} . $after }{$code};
    }
    agree("$folder, table of treatment", $want, \%got);
};
$details->('default', 'default/Treat_Dets_Table.csv', $got);

# Every gap of the denominated data was filled, and 35 points were winsorised; the report says so.
{
    my $gaps = grep { $_ eq '' || $_ eq 'NA' } values %{ wide('default/Denominated.csv') };
    my (undef, $report) = run("$tmp/asem.lua");
    like($report, qr/^Imputed +$gaps of 2499 values, most for BRN \(10\)$/m, 'the report counts what was imputed');
    like($report, qr/^Treated +35 of 2499 values, most for /m, 'and what was treated');
}

my @configs = (
    [ minmax_amean => [] ],
    [ zscore01_amean => ['params.normalise=zscore'] ],
    [ rank_amean => ['params.normalise=rank'] ],
    [ borda_amean => ['params.normalise=borda'] ],
    [ prank_amean => ['params.normalise=percentile'] ],
    [ minmax1_gmean => ['params.from=1', map "params.$_=geometric", 'pillars', 'sub_indexes', 'total'] ],
    [ minmax1_hmean => ['params.from=1', map "params.$_=harmonic", 'pillars', 'sub_indexes', 'total'] ],
    [ 'minmax1_genmean_p0.5' => ['params.from=1', 'params.power=0.5', map "params.$_=power", 'pillars', 'sub_indexes', 'total'] ],
    [ minmax1_amean_amean_gmean => [ 'params.from=1', 'params.total=geometric' ] ],
);
{
    my (undef, @rows) = csv_rows(slurp("$reference/configs/weights_unequal.csv"));
    push @configs, [ minmax_amean_unequalw => [ map "$address{$_->[0]}.weight=$_->[2]", grep $_->[1] < 4, @rows ] ];
}
for (@configs) {
    my ($name, $set) = @$_;
    my $run = outputs("$tmp/asem.lua", map { ('--set', $_) } @$set);
    my ($normalised, $aggregated) = map { wide("configs/$name/$_.csv") } 'Normalised', 'Aggregated';
    %averaged = ();
    retied($1, $normalised, $aggregated) if $name =~ /^(p?rank|borda)_/;
    agree("$name, Normalised", $normalised, $run->{normalised});
    levels_agree($name, "configs/$name", $run, 'Ranks.csv', $aggregated);
}
%averaged = ();
my $posts = outputs("$tmp/goalposts.lua");
agree('goalposts, Normalised', wide('configs/goalposts_trunc_amean/Normalised.csv'), $posts->{normalised});
levels_agree('goalposts', 'configs/goalposts_trunc_amean', $posts, 'Ranks.csv');
{
    my $want = wide('configs/copeland_tolerant_1e-9.csv');
    my $whole = outputs("$tmp/describe.lua");
    agree('Copeland of pillars', $want, $whole->{copeland_pillars}, { pillars => 1 }, $unit);
    agree('Copeland of indicators', $want, $whole->{copeland_indicators}, { indicators => 1 }, $unit);

    agree('correlations, pearson', wide('corr/Normalised_pearson.csv'), $whole->{pearson});
    my $spearman = wide('corr/Normalised_spearman.csv');
    my $data = wide('default/Normalised.csv');
    for my $code (twins($data)) {
        my $own = counted($data, $code, 1, 'average');
        for my $other (keys %{ $level{1} }) {
            my $theirs = counted($data, $other, 1, 'average');
            my $middle = (1 + keys %$own) / 2;
            my ($sxy, $sxx, $syy) = (0, 0, 0);
            for (keys %$own) {
                my ($x, $y) = ($own->{$_} - $middle, $theirs->{$_} - $middle);
                $sxy += $x * $y, $sxx += $x * $x, $syy += $y * $y;
            }
            $spearman->{"$code/$other"} = $spearman->{"$other/$code"} = $sxy / sqrt($sxx * $syy);
        }
    }
    agree('correlations, spearman', $spearman, $whole->{spearman});
    for my $data ('raw', 'treated') {
        my %name = (Min => 'min', Max => 'max', Mean => 'mean', Median => 'median', Std => 'sd', Skew => 'skewness',
            Kurt => 'kurtosis', 'N.Avail' => 'available', 'N.NonZero' => 'nonzero', 'N.Unique' => 'unique', 'N.Same' => 'same',
            map { ("Frc.$_->[0]" => "$_->[1]_share", "Flag.$_->[0]" => "$_->[1]_flag") } [ Avail => 'available' ],
            [ NonZero => 'nonzero' ], [ Unique => 'unique' ], [ Same => 'same' ]);
        $name{'Flag.SkewKurt'} = 'shape_flag';
        my $want = wide('stats/Stats_' . ucfirst($data) . '.csv');
        s/^LOW$/low/, s/^OUT$/outliers/ for values %$want;
        my $table = $data eq 'raw' ? wide('asem_iData.csv') : wide('default/Treated.csv');
        for my $code (grep { $level{1}{$_} } twins($table)) {
            my %kind = map { shown($table->{$_}) => 1 } grep { m{/\Q$code\E$} && $table->{$_} =~ /\d/ } keys %$table;
            $want->{"$code/N.Unique"} = keys %kind;
            $want->{"$code/Frc.Unique"} = keys(%kind) / $want->{"$code/N.Avail"};
        }
        my %got;
        for (keys %$want) {
            my ($code, $column) = split m{/};
            $got{$_} = $whole->{"${data}_$name{$column}"}{$code};
        }
        agree("statistics, $data", $want, \%got);
    }
    my (undef, @alpha) = csv_rows(slurp("$reference/corr/cronbach_alpha.csv"));
    my (%want, %got);
    for (@alpha) {
        my ($set, $group, $number, $alpha) = @$_;
        my $of = $level{2}{$group} ? 'pillar' : $level{3}{$group} ? 'sub' : '';
        my $name = $set eq 'Aggregated' ? ($number == 3 ? 'alpha_subs' : $of ? 'alpha_pillars_sub' : 'alpha_pillars')
            : join '_', 'alpha', ($set eq 'Raw' ? 'raw' : ()), ($of || ());
        $want{"$set.$group.$number/alpha"} = $alpha;
        $got{"$set.$group.$number/alpha"} = $whole->{$name}{ $of ? $group : '' };
    }
    agree("Cronbach's alpha", \%want, \%got);

    my (undef, @weights) = csv_rows(slurp("$reference/default/EffWeights.csv"));
    my %effective = map { ("$_->[0]/w" => $_->[3]) } grep $_->[1] < 4, @weights;
    my %ours = map { my $of = $_; map { ("$_/w" => $whole->{"effective_$of"}{$_}) } keys %{ $whole->{"effective_$of"} } }
        'indicator', 'pillar', 'sub_index';
    agree('effective weights', \%effective, \%ours);

    my $screened = wide('default/Screen_DataSummary.csv');
    my %name = (N_missing => 'missing', N_zero => 'zero', Dat_Avail => 'available', Non_Zero => 'nonzero', Included => 'included');
    agree('screening', $screened, { map { my ($u, $c) = split m{/}; ($_ => $whole->{"unit_$name{$c}"}{$u}) }
        grep { my (undef, $c) = split m{/}; $name{$c} } keys %$screened }, \%name);
    my $groups = wide('default/Results_Aggs_groupranks_GDP_group.csv');
    agree('ranks within groups of GDP', $groups, $whole->{group_rank}, { Index => 1 }, $unit);
    agree('of pillars', $groups, $whole->{group_rank_pillar}, $level{2});
}
my $results = wide('default/Results_Summ.csv');
agree('results in order', $results, $got->{rank}, { Rank => 1 }, $unit);

# Without winsorising, by logarithms alone.
my $logs = outputs("$tmp/logs.lua");
agree('logarithms alone, data', wide('treat/winmax0_logCT_data.csv'), $logs->{figures});
$details->('logarithms alone', 'treat/winmax0_logCT_Dets.csv', $logs);
diag("worst relative error $worst, ties broken by the reference: $broken") if $ENV{ASSESS_WORST};
done_testing();
