#!/usr/bin/perl
# rules/2011.lua: its content against the outline and the domain report, its results on the sample against
# a calculation in this test, and its answers where too little is known.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8);
use List::Util qw(sum min);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $rules = decode_utf8(slurp('rules/2011.lua'));

# ---- content

my %weight;
my $area;
my (%cited, %area_weight, %line);
for (split /\n/, $rules) {
    $area = $1 if /^\s*group \{ "(\w)"/;
    if (/indicator \{ "(\w+)", "([^"]+)"/) {
        $line{$1} = $_;
        my $id = $1;
        ($weight{$id}) = /weight = ([\d.]+)/;
        $area_weight{$area} += $weight{$id};
        $cited{$1}++ while /\((\d+)\)/g;
    }
}
is(scalar keys %line, 50, 'there are fifty indicators');
is(scalar(grep { $cited{$_} } 1 .. 51), 51, 'every one of the 51 measures is cited');
is(scalar keys %cited, 51, 'no other measure is cited');
is(sum(values %weight), 100, 'weights add to 100');
is(join(' ', map { "$_ $area_weight{$_}" } sort keys %area_weight), 'A 28 B 14 C 20 D 24 E 14', 'weights of the areas');
unlike($rules, qr/\bTODO\b/, 'there is no TODO');

SKIP: {
    my $list = "$shared/domain/indicators_2011.csv";
    skip 'the domain report is not here', 1 unless -e $list;
    my ($head, @rows) = csv_rows(slurp($list));
    my @wrong;
    for (@rows) {
        my %i;
        @i{@$head} = map { decode_utf8($_) } @$_;
        my ($said) = $rules =~ /(indicator \{ "$i{id}",.*?\},\n)/s or do { push @wrong, "$i{id} is not there"; next };
        my $method = $i{formula} eq 'rubric' ? 'ratio' : $i{formula};
        my $standard = $i{formula} eq 'interval' ? 'target = { 0.95, 1.05 }, allowed = { 0.60, 1.50 }'
            : "floor = $i{floor}, standard = { stage1 = $i{std_stage1}, stage2 = $i{std_stage2} }";
        my $better = { '+' => 'higher', '-' => 'lower', '=' => 'target' }->{$i{direction}};
        my $cite = join '', map { "($_)" } split /,/, $i{measures};
        for my $part ("\"$i{name_zh}\"", "unit = \"$i{unit}\"", "better = \"$better\"", "weight = $i{weight},",
                      $standard, "score = normalise.$method,", "cite = \"$cite\"") {
            push @wrong, "$i{id} lacks $part" if index($said, $part) < 0;
        }
    }
    is("@wrong", '', 'every indicator is as the domain report has it');
}

# ---- the sample, calculated once more

# Standards and methods as this test reads them from the rules; marks as a reader of the texts gives them.
my (%spec, %value, %evidence, %status);
while ($rules =~ /indicator \{ "(\w+)",(.*?)\},\n/sg) {
    my ($id, $said) = ($1, $2);
    my %s = (method => $said =~ /normalise\.(\w+)/);
    ($s{floor}) = $said =~ /floor = ([\d.]+)/;
    @s{qw(1 2)} = $said =~ /stage1 = ([\d.]+), stage2 = ([\d.]+)/;
    $spec{$id} = \%s;
}
my (undef, @figures) = csv_rows(slurp('samples/2011/cities.csv'));
my %latest;
for (@figures) {
    my ($unit, $id, $year, $value, $text, undef, $status) = @$_;
    next if $year > 2011 || ($latest{$unit}{$id} // 0) > $year;
    $latest{$unit}{$id} = $year;
    $value{$unit}{$id} = $value;
    $evidence{$unit}{$id} = decode_utf8($text);
    $status{$unit}{$id} = $status;
}
my %marks = (Shenzhen => 'B B C B C B', 'Hong Kong' => 'A A B A B A', Singapore => 'A A A A B A', Seoul => 'A B B B A B',
    'New York' => 'B B B A B A', London => 'A A A A A A', Tokyo => 'B B A A B B');
my %points = (A => 95, B => 85, C => 70, D => 50, E => 20);

sub score {
    my ($x, $s, $stage) = @_;
    my $y = $s->{method} eq 'ratio' ? 100 * $x / $s->{$stage}
        : $s->{method} eq 'inverse' ? ($x == 0 ? 100 : 100 * $s->{$stage} / $x)
        : $s->{method} eq 'efficacy' ? 60 + 40 * ($x - $s->{floor}) / ($s->{$stage} - $s->{floor})
        : $x < 0.95 ? 100 * ($x - 0.6) / 0.35 : $x > 1.05 ? 100 * (1.5 - $x) / 0.45 : 100;
    return $y < 0 ? 0 : $y > 100 ? 100 : $y;
}

my $got = outputs('rules/2011.lua');
my %total;
for my $unit (sort keys %marks) {
    my %mark;
    @mark{qw(A13 B6 C11 D2 E7 E14)} = map { $points{$_} } split ' ', $marks{$unit};
    for my $stage (1, 2) {
        my (%up, %down);
        my $off = 0;
        for my $id (keys %spec) {
            my $y = score($mark{$id} // $value{$unit}{$id}, $spec{$id}, $stage);
            my $ours = $got->{scores}{"$unit/$id/stage$stage"};
            if (!defined $ours || $ours eq '' || abs($ours - $y) > 1e-9) {
                diag("$unit $id stage $stage: got " . ($ours // 'nothing') . ", want $y");
                $off++;
            }
            my $in = substr $id, 0, 1;
            $up{$in} += $weight{$id} * $y;
            $down{$in} += $weight{$id};
        }
        is($off, 0, "$unit, stage $stage: all fifty scores");
        near($got->{areas}{"$unit/$_/stage$stage"}, $up{$_} / $down{$_}, 1e-9, "area $_") for sort keys %up;
        $total{$stage}{$unit} = sum(values %up) / 100;
        near($got->{total}{"$unit/stage$stage"}, $total{$stage}{$unit}, 1e-9, 'the total');
        my $product = sum(map { $down{$_} * log($up{$_} / $down{$_}) } keys %up) / 100;
        near($got->{geometric}{"$unit/stage$stage"}, exp $product, 1e-9, 'the geometric total');
        my $built = $total{$stage}{$unit} >= 90 && min(map { $up{$_} / $down{$_} } keys %up) >= 75;
        is($got->{built}{"$unit/stage$stage"}, $built ? 'true' : 'false', $built ? 'built' : 'not built');
    }
    my %share;
    $share{$status{$unit}{$_}} += $weight{$_} / 100 for keys %spec;
    near($got->{basis}{"$unit/$_"}, $share{$_}, 1e-12, "share of weight that is $_") for sort keys %share;
}
for my $stage (1, 2) {
    my @order = sort { $total{$stage}{$b} <=> $total{$stage}{$a} } keys %{$total{$stage}};
    is(join(' ', map { $got->{rank}{"$_/stage$stage"} } @order), '1 2 3 4 5 6 7', "ranks of stage $stage");
}
is($got->{built}{'Shenzhen/stage1'}, 'false', 'Shenzhen is not built yet');
is($got->{built}{'Singapore/stage1'}, 'false', 'Singapore reaches the total but has an area below its floor');
cmp_ok($got->{total}{'Singapore/stage1'}, '>=', 90, 'Singapore reaches the total, so the area decides');

# ---- where the sample's figures come from

my %rows;
$rows{$_->[6]}++ for @figures;
my $origins = slurp('samples/2011/README.md');
like($origins, qr/^\| `$_` \| $rows{$_} \|/m, "its README counts the $_ rows") for sort keys %rows;
cmp_ok(scalar @figures, '<', 500, 'the sample is small');
is(scalar(grep { $_->[6] eq 'illustrative' && $_->[7] !~ /^illustrative: made up/ } @figures), 0, 'what is made up says so');
is(scalar(grep { $_->[6] ne 'illustrative' && $_->[4] ne '' } @figures), 0, 'no evidence text claims to be published');
SKIP: {
    my $list = "$shared/domain/cities.csv";
    skip 'the domain report is not here', 1 unless -e $list;
    my (undef, @known) = csv_rows(slurp($list));
    my %country = (Seoul => 'Korea', Tokyo => 'Japan', London => 'United Kingdom', 'New York' => 'United States');
    my @lost;
    for (@figures) {
        my ($unit, $id, $year, $value, undef, undef, $status, $source) = @$_;
        next if $status eq 'illustrative' || $source =~ /derived: /;
        my $land = $country{$unit} // $unit;
        push @lost, "$unit $id $year" unless grep {
            $_->[2] == $year && ($_->[0] eq $unit || $_->[0] =~ /^$land \(country/)
            && ($_->[3] == $value || abs($_->[3] - 1e4 * $value) < 1e-6)
            && ($status eq 'recalled') == ($_->[6] eq 'recalled') } @known;
    }
    is("@lost", '', 'every figure that is not made up or derived stands in the domain report, with its status');
}

# ---- too little is known

for my $city ('Shanghai', 'Beijing', 'Guangzhou') {
    is($got->{assessable}{"$city/stage1"}, 'false', "$city cannot be assessed");
    is($got->{total}{"$city/stage1"}, '', 'a city that cannot be assessed has no total');
    is($got->{rank}{"$city/stage1"}, '', 'a city that cannot be assessed has no rank');
    is($got->{built}{"$city/stage1"}, '', 'a city that cannot be assessed has no verdict');
}
my $public = outputs('rules/2011.lua', '--where', 'status=public');
is(join(' ', grep { $_ ne 'false' } values %{$public->{assessable}}), '', 'on public figures nobody can be assessed');
is(join('', values %{$public->{total}}), '', 'on public figures nobody has a total');
my ($status, $out, $err) = run('rules/2011.lua', '--where', 'status=public');
is($status, 0, 'on public figures the rules run');
like(decode_utf8($out), qr/not assessable|无法评价|不可评价/i, 'the report says that nobody can be assessed');

# An area without any figure cannot pass its floor, whatever the rest.
my ($first, @rest) = csv_rows(slurp('samples/2011/cities.csv'));
my $without_b = file('without_b.csv', csv_text($first, grep { $_->[1] !~ /^B/ } @rest));
my $hole = outputs('rules/2011.lua', '--data', "observed=$without_b");
near($hole->{coverage}{'London/stage1'}, 0.86, 1e-12, 'without area B 86 % of the weight is there');
is($hole->{assessable}{'London/stage1'}, 'false', 'without area B London cannot be assessed');

# The figures of the domain report, mixed years: 42.5 of 100 points have data.
SKIP: {
    my $list = "$shared/domain/indicators_2011.csv";
    skip 'the domain report is not here', 8 unless -e $list;
    my ($head, @rows) = csv_rows(slurp($list));
    my @sane = (['unit', 'indicator', 'year', 'value', 'evidence', 'unit_of_measure', 'status', 'source']);
    for (@rows) {
        my %i;
        @i{@$head} = @$_;
        push @sane, ['Shenzhen', $i{id}, $i{shenzhen_year}, $i{shenzhen_value}, '', $i{unit}, 'mixed', 'test']
            if $i{shenzhen_value} ne '';
    }
    my $sane = outputs('rules/2011.lua', '--data', 'observed=' . file('sane.csv', csv_text(@sane)), '--set', 'params.year=2013');
    near($sane->{coverage}{'Shenzhen/stage1'}, 0.425, 1e-12, 'the coverage of Shenzhen');
    my %want = (A => 71.64, C => 82.41, E => 17.68);
    for my $in (sort keys %want) {
        my @there = grep { /^$in/ && $sane->{scores}{"Shenzhen/$_/stage1"} ne '' } keys %weight;
        my $mean = sum(map { $weight{$_} * $sane->{scores}{"Shenzhen/$_/stage1"} } @there) / sum(@weight{@there});
        near($mean, $want{$in}, 0.005, "what is known of area $in, as the report has it");
    }
    is($sane->{areas}{"Shenzhen/$_/stage1"}, '', "area $_ has no score") for 'A', 'B';
    is($sane->{assessable}{'Shenzhen/stage1'}, 'false', 'Shenzhen is not assessable');
    is($sane->{total}{'Shenzhen/stage1'}, '', 'Shenzhen has no total');
}

# ---- what if

my $what = outputs('rules/2011.lua', '--set', 'params.cap=120', '--set', 'params.pass=60');
cmp_ok($what->{scores}{'Tokyo/A10/stage1'}, '==', 120, 'a higher cap lets a strength count');
is($what->{built}{'Seoul/stage1'}, 'true', 'a lower bar is passed');
my $later = outputs('rules/2011.lua', '--set', 'params.year=2013');
is($later->{values}{'Shenzhen/A1'}, 19524, 'a later year takes the later figure');
is($got->{values}{'Shenzhen/A1'}, 13153, 'the first edition takes that of 2008');
done_testing();
