#!/usr/bin/perl
# Small rules and data that once went wrong, each with what is right: by hand, or as the source says that the folder's
# README names. Skipped where the folder is not there.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode encode);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $cases = "$shared/cases";
plan skip_all => "no $cases" if !-d $cases;
my %left = map { m{([^/]+)\.lua$} => 1 } glob "$cases/*.lua";

# said(CASE, ARGUMENT...): status, standard output, standard error.
sub said {
    my ($name, @arguments) = @_;
    delete $left{$name};
    my ($status, $out, $err) = run("$cases/$name.lua", '--methods', 'rules', @arguments);
    return ($status, map { decode('UTF-8', $_) } $out, $err);
}

# column(CASE, OUTPUT): { labels joined by / => figure }.
sub column {
    my ($name, $output, @arguments) = @_;
    my ($status, $out, $err) = said($name, '--format', 'csv', '--output', $output, @arguments);
    is($status, 0, "$name: computes") or diag $err;
    my ($head, @rows) = map { [split /,/, $_, -1] } split /\n/, $out;
    return { map { my @label = @$_; my $x = pop @label; join('/', @label) => $x } @rows };
}

sub are {
    my ($name, $output, %want) = @_;
    my $got = column($name, $output);
    for my $label (sort keys %want) {
        my ($x, $want) = ($got->{$label} // 'nothing', $want{$label});
        my $fine = $want =~ /^-?[\d.e-]+$/ && $x =~ /^-?[\d.]+(?:e-?\d+)?$/ ? abs($x - $want) <= 1e-9 * (abs($want) || 1) : $x eq $want;
        ok($fine, "$name: $output of $label is '$want'") or diag "got $x";
    }
}

# faulty(CASE, STATUS, PATTERN): ends with a message.
sub faulty {
    my ($name, $wanted, $pattern, @arguments) = @_;
    my ($status, $out, $err) = said($name, @arguments);
    is("$status/$out", "$wanted/", "$name: status $wanted");
    like($err, $pattern, "$name: with a message that helps");
}

# edited(CASE, CODE): the rules, changed as the message said; their scores.
sub edited {
    my ($name, $edit, $output) = @_;
    my $rules = decode('UTF-8', slurp("$cases/$name.lua"));
    $edit->() for $rules;
    file("$name.csv", slurp("$cases/$name.csv"));
    my ($status, $out, $err) = run(file("$name.lua", encode('UTF-8', $rules)), '--methods', 'rules', '--format', 'csv', '--output', $output // 'score');
    is($status, 0, "$name: reads with what the message said") or diag $err;
    return decode('UTF-8', $out);
}

# ---- figures

my %ninety = map { $_ => 90 } qw(住建局 教育局 民政局);
are('threshold', 'score', %ninety);
are('threshold', 'rank', map { $_ => 1 } keys %ninety);
are('threshold', 'grade', map { $_ => '优秀' } keys %ninety);
are('tie', 'rank', map { $_ => 1 } qw(甲 乙 丙 丁));
are('tie', 'verdict', map { $_ => 'false' } qw(甲 乙 丙 丁));
are('weights_used', 'score', 甲 => 27, 乙 => 91, 丙 => 51);
my ($status, $out, $err) = said('weights_used', '--width', '200');
like($out, qr/0\.9 .*72\.00/, 'weights_used: the losses are those of the weight that was used');
are('vikor_equal', 'q', A => 0, B => 2 / 7, C => 0.5);
my $stable = column('vikor_two_best', 'compromise');
($status, $out) = said('vikor_two_best', '--data', "x=$cases/vikor_two_best_renamed.csv", '--format', 'csv', '--output', 'compromise');
is(join(' ', sort values %$stable), join(' ', sort map { (split /,/)[1] } (split /\n/, $out)[1 .. 5]), 'vikor_two_best: names never decide');
for my $name (qw(guard guard_wsm)) {
    ($status, $out, $err) = said($name, '--strict', '--format', 'csv');
    is("$status$err", '0', "$name: a branch that is not taken warns of nothing");
}
are('weight_zero', $_, A => 50, B => 80) for qw(geometric harmonic mean power);
are('cost_zero', 'wsm_linear', A => 0.4, B => 1, C => 0.3);
are('cost_zero', $_, B => '') for qw(aras wsm_sum zt);
are('years_with_gaps', 'cagr', 'A/2012' => 0.2, 'A/2020' => '');
are('years_with_gaps', 'last', 'B/2012' => '', 'B/2020' => 60);
my $winsorised = column('winsorise_points', 'y');
is(join(' ', map { $winsorised->{"U$_/x"} } 41 .. 44), '200 200 200 60', 'winsorise_points: two points');
is_deeply(column('parameter_as_count', 'y'), $winsorised, 'parameter_as_count: a parameter says how many');
my $none = column('parameter_as_count', 'y', '--set', 'params.most=0');
is($none->{'U41/x'}, 300, 'parameter_as_count: --set changes it');
are('distance_to_target', 'y', 'A/x' => 0, 'B/x' => 1e-7, 'C/x' => 1);
are('table_as_parameters', 'y', A => 50, B => 100);
are('correlations_two_levels', 'a', 'p/q' => -0.28754307088247566);
are('correlations_two_levels', 'c', 'G/H' => -0.28754307088247566);
{
    my ($head, @rows) = map { [split /,/] } split /\r?\n/, slurp("$cases/pooled.csv");
    my %apart; # 1 - the entropy of all cities and years together
    for my $k (2 .. $#$head) {
        my @x = sort { $a <=> $b } map { $_->[$k] } @rows;
        my ($low, $high) = @x[0, -1]; # of b less is better
        @x = map { $head->[$k] eq 'b' ? $high - $_ : $_ - $low } @x;
        my ($sum, $entropy) = (0, 0);
        $sum += $_ for @x;
        $entropy -= $_ / $sum * log($_ / $sum) / log(@x) for grep { $_ } @x;
        $apart{ $head->[$k] } = 1 - $entropy;
    }
    my $all = 0;
    $all += $_ for values %apart;
    are('pooled', 'pooled', map { $_ => $apart{$_} / $all } keys %apart);
}
($status, $out) = run('levers', "$cases/levers_rounded.lua", 'A', '--format', 'csv', '--methods', 'rules');
delete $left{levers_rounded};
is(scalar(() = $out =~ /,0\.5,/g) > 1, 1, 'levers_rounded: the slope of what is rounded') or diag $out;

# ---- messages

faulty('better_target', 3, qr/better = "target"; normalise\.interval has/);
faulty('step_without_points', 3, qr/number 1 of the steps, \{ 20 \}, has no points/);
($status, $out, $err) = said('entropy_negative');
like($err . $out, qr/below 0.*o\.shift/s, 'entropy_negative: a word');
faulty('latin1', 4, qr/'Côte' \(Windows-1252\).*encoding = "windows-1252"/);
like(edited('latin1', sub { s/unit = "Country"/$&, encoding = "windows-1252"/ }), qr/^Côte/m, 'latin1: the accent is there');
faulty('title', 4, qr/header = 2/);
edited('title', sub { s/unit = "地区"/$&, header = 2, footer = 3, without_key = "drop"/ });
faulty('preamble', 4, qr/header = 5/);
like(edited('preamble', sub { s/unit = "Country Code"/$&, header = 5, others = "drop"/ }), qr/^AAA,561\.8$/m, 'preamble: its figure');
faulty('rownames', 4, qr/others = "drop" leaves it out/);
like(edited('rownames', sub { s/unit = "uCode"/$&, others = "drop"/ }), qr/^X,1$/m, 'rownames: its figure');
faulty('semicolon', 4, qr/decimal = ",".*trim = true/s);
like(edited('semicolon', sub { s/unit = "Country"/$&, decimal = ",", trim = true/ }), qr/^Aland,431\.535$/m, 'semicolon: its figure');
faulty('newcomer', 3, qr/imputed = impute\.marks\(x, filled\)/);
like(edited('newcomer', sub { s/imputed = (?="|where)/filled = /g }), qr/^安徽,/m, 'newcomer: then it computes');

# ---- check, and files of COINr

($status, $out) = run('check', "$cases/sentinel.lua", '--format', 'csv');
like($out, qr/D04.*-999 stands in 1 cell \(a in line 4\), far from all other figures of its column/, 'sentinel: check doubts it');
like(edited('sentinel', sub { s/unit = "unit"/$&, missing = { "-999" }/ }), qr/^C,$/m, 'sentinel: then it is missing');
my $without = "$cases/coinr_without_names";
($status, $out, $err) = run('import', 'coinr', "$without/iData.csv", "$without/iMeta_without_iName.csv", '-o', "$tmp/coinr");
is("$status$err", '0', 'coinr_without_names: names are optional');
is((run("$tmp/coinr/rules.lua", '--methods', 'rules'))[0], 0, 'coinr_without_names: and the rules compute');

delete $left{sentinel};
is(join(' ', sort keys %left), '', 'all cases were looked at');
done_testing;
