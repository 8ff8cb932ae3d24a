#!/usr/bin/perl
# The Human Development Index against what UNDP published: the sample always, and all values of all
# years where the reference data is.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

# check(NAME, PUBLISHED, OUTPUTS, RANKS): every published index, and the ranks of 2022.
sub check {
    my ($name, $published, $got, $ranks) = @_;
    my (undef, @rows) = csv_rows(slurp($published));
    my (@index, @rank);
    my $ranked = 0;
    for (@rows) {
        my ($iso, undef, $year, $hdi, $rank) = @$_;
        my $ours = $got->{hdi_by_year}{"$iso/$year"} // '?';
        push @index, "$iso $year: $ours, published $hdi" if $ours eq '?' || $ours eq '' || abs($ours - $hdi) > 1e-9;
        next if $year != 2022 || $rank eq '';
        $ranked++;
        push @rank, "$iso: $got->{rank}{$iso}, published $rank" if $ranks && ($got->{rank}{$iso} // '?') ne $rank;
    }
    is(scalar @index, 0, "$name: all " . @rows . ' published values to three decimals')
        or diag(join "\n", @index[0 .. ($#index > 9 ? 9 : $#index)]);
    is(scalar @rank, 0, "$name: all $ranked ranks of 2022") or diag(join "\n", @rank) if $ranks;
    return scalar @rows;
}

my $sample = outputs('rules/hdi.lua');
check('sample', 'samples/hdi/published.csv', $sample, 0);
# Among the twelve: Luxembourg and the United States share the place after Japan… counted by hand.
my @places = qw(CHE 1 NOR 2 HKG 3 SGP 4 GBR 5 KOR 6 USA 7 LUX 7 JPN 9 QAT 10 CHN 11 SSD 12);
while (my ($iso, $place) = splice @places, 0, 2) {
    is($sample->{rank}{$iso}, $place, "place $place among the twelve: $iso");
}
my $earlier = outputs('rules/hdi.lua', '--set', 'params.year=2011');
is($earlier->{hdi}{CHN}, 0.706, 'China 2011, by a parameter');

# China 2022 step by step, from the report.
near($sample->{dimensions}{'CHN/health'}, (78.587 - 20) / 65, 1e-12, 'health');
near($sample->{dimensions}{'CHN/education'}, (15.21793605 / 18 + 8.106910446 / 15) / 2, 1e-12, 'education');
near($sample->{dimensions}{'CHN/income'}, log(18024.88747 / 100) / log(750), 1e-12, 'income');
is($sample->{dimensions}{'QAT/income'}, 1, 'income above its goalpost counts as the goalpost');

# Without one component there is no index.
my $gap = slurp('samples/hdi/hdi.csv') =~ s/^(CHN,China,2022,[^,]*),[^,]*/$1,/mr;
my $without = outputs('rules/hdi.lua', '--data', 'observed=' . file('gap.csv', $gap));
is($without->{hdi}{CHN}, '', 'a country that lacks a component has no index');
is($without->{rank}{CHN}, '', 'and no rank');

SKIP: {
    my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/hdr2023-24';
    skip 'the reference data is not here', 3 unless -d $reference;
    my $all = outputs('rules/hdi.lua', '--data', "observed=$reference/hdi_inputs_long.csv");
    is(check('HDR 2023/24', "$reference/hdi_expected_long.csv", $all, 1), 5808, 'that many were published');
}
done_testing();
