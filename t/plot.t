#!/usr/bin/perl
# Charts: every kind on many rules and on random data. What is drawn is well-formed and inert, lies inside its
# frame, its labels do not run into one another, and stacked bars add up to the score. A few drawings are
# kept in t/plot/; ASSESS_UPDATE=1 writes them anew.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode encode);
use File::Copy qw(copy);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $xmllint = `xmllint --version 2>&1` =~ /libxml/;

sub plot { return run(map { encode('UTF-8', $_) } 'plot', @_) }

# ---- a drawing, taken apart ----

sub attributes { my ($text) = @_; return { $text =~ /([\w-]+)="([^"]*)"/g } }

# How wide a text is at most, as src/chart/svg.c has it.
sub measured {
    my ($text, $size) = @_;
    my $wide = 0;
    for (split //, $text) { $wide++ if width($_) == 2 }
    return $size * (1.02 * $wide + 0.6 * (width($text) - 2 * $wide));
}

sub unescape { my ($t) = @_; $t =~ s/&lt;/</g; $t =~ s/&gt;/>/g; $t =~ s/&quot;/"/g; $t =~ s/&amp;/&/g; return $t }

sub shapes {
    my ($svg) = @_;
    my (@shape, @label);
    while ($svg =~ m{<(rect|circle|line|polyline|path|text)\b([^>]*?)(/?)>([^<]*)}g) {
        my ($what, $at, $text) = ($1, attributes($2), $4);
        next if ($at->{class} // '') eq '';    # of a pattern
        if ($what eq 'text') {
            my $size = $at->{'font-size'} // 12;
            my $w = measured(unescape($text), $size);
            my $x = $at->{x} - (($at->{'text-anchor'} // '') eq 'end' ? $w : ($at->{'text-anchor'} // '') eq 'middle' ? $w / 2 : 0);
            push @label, { x => $x, y => $at->{y} - 0.78 * $size, w => $w, h => 0.9 * $size, text => $text };
        } elsif ($what eq 'rect') {
            push @shape, [$what, $at->{class}, $at->{x} // 0, $at->{y} // 0, ($at->{x} // 0) + $at->{width}, ($at->{y} // 0) + $at->{height}, $at];
        } elsif ($what eq 'circle') {
            push @shape, [$what, $at->{class}, $at->{cx} - $at->{r}, $at->{cy} - $at->{r}, $at->{cx} + $at->{r}, $at->{cy} + $at->{r}, $at];
        } elsif ($what eq 'line') {
            my ($x1, $x2, $y1, $y2) = @$at{qw(x1 x2 y1 y2)};
            push @shape, [$what, $at->{class}, $x1 < $x2 ? $x1 : $x2, $y1 < $y2 ? $y1 : $y2, $x1 < $x2 ? $x2 : $x1, $y1 < $y2 ? $y2 : $y1, $at];
        } elsif ($what eq 'path') {
            for ($at->{d} =~ /[-\d.]+,[-\d.]+/g) { my ($x, $y) = split /,/; push @shape, [$what, $at->{class}, $x, $y, $x, $y, $at] }
        } else {
            for (split ' ', $at->{points}) { my ($x, $y) = split /,/; push @shape, [$what, $at->{class}, $x, $y, $x, $y, $at] }
        }
    }
    return (\@shape, \@label);
}

# What is wrong with a drawing; '' where nothing is.
sub wrong {
    my ($bytes) = @_;
    my $svg = decode('UTF-8', $bytes);
    my ($w, $h) = $svg =~ /\A<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="([\d.]+)" height="([\d.]+)"/ or return 'no drawing';
    return 'no title' if $svg !~ m{<title id="[\w-]+-title">[^<]+</title>\n<desc id="[\w-]+-desc">[^<]+</desc>};
    return "not inert: $1" if $svg =~ /(<script|<style|<foreignObject|<image|<a\b|<use|<[^<>]*\s(?:href|style|on\w+|xlink:\w+)=|<!)/;
    return 'a number that is none' if $svg =~ /="[^"]*\b(?:nan|inf)\b/i;
    return 'characters of direction' if $svg =~ /[\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x00-\x08\x0b-\x1f]/;
    my @open;
    while ($svg =~ m{\G([^<]*)<(/?)([a-z]+)(?:\s[\w-]+="[^"<]*")*(/?)>}gci) {
        my ($text, $end, $name, $single) = ($1, $2, $3, $4);
        return "a bare > or & before $name" if $text =~ /&(?!(?:amp|lt|gt|quot);)/;
        if ($end) { return "$name closes what is not open" if !@open || pop(@open) ne $name }
        elsif (!$single) { push @open, $name }
    }
    return "not well-formed: @open " . substr($svg, pos($svg) // 0, 80) if @open || $svg !~ /\G\s*\z/;
    my ($shape, $label) = shapes($svg);
    for (@$shape) {
        my ($what, $class, $x1, $y1, $x2, $y2) = @$_;
        return "a $what.$class outside the frame: $x1 $y1 $x2 $y2 of $w $h" if $x1 < -0.5 || $y1 < -0.5 || $x2 > $w + 0.5 || $y2 > $h + 0.5;
    }
    for my $l (@$label) {
        return "'$l->{text}' is outside the frame" if $l->{x} < -1 || $l->{x} + $l->{w} > $w + 1 || $l->{y} < 0 || $l->{y} + $l->{h} > $h;
    }
    my @sorted = sort { $a->{y} <=> $b->{y} } @$label;
    for my $i (0 .. $#sorted) {
        my $p = $sorted[$i];
        for my $k ($i + 1 .. $#sorted) {
            my $q = $sorted[$k];
            last if $q->{y} >= $p->{y} + $p->{h} - 0.5;
            next if $q->{x} >= $p->{x} + $p->{w} - 0.5 || $p->{x} >= $q->{x} + $q->{w} - 0.5;
            return "'$p->{text}' and '$q->{text}' run into one another";
        }
    }
    return '';
}

# Drawings that a parser of another make reads in the end, all at once.
my @drawings;
sub keep_drawing {
    my ($bytes) = @_;
    push @drawings, "$tmp/drawing" . @drawings . '.svg';
    open my $out, '>:raw', $drawings[-1] or die;
    print $out $bytes;
    close $out;
}

# ---- the kinds ----

my ($status, $list) = plot('rules/2011.lua', '--format', 'csv');
is($status, 0, 'the charts are listed');
my @kind = $list =~ /^charts,\d+,chart,(\w+)\r?$/mg;
cmp_ok(scalar @kind, '>=', 11, 'and they are many');

my %more = (diff => [], scatter => [], trend => [], uncertainty => ['--vary', '*.weight=noise(0.25)', '--draws', 60],
    sensitivity => ['--vary', '*.weight=noise(0.25)', '--draws', 16]);

# Every kind on some rules; %$of says what stands behind it. A kind that does not suit says why.
# Those of a few rules are drawn twice and written as numbers, too.
my %fully = map { $_ => 1 } '2011', '2011-units', 'gaps', 'hostile', 'all missing';
sub every_kind {
    my ($what, $rules, %of) = @_;
    for my $kind (@{ $of{only} // \@kind }) {
        my @extra = @{ $of{$kind} // $more{$kind} // [] };
        @extra = ($rules) if $kind eq 'diff' && !@extra;
        next if $kind eq 'scatter' && !@extra;
        my ($got, $svg, $err) = plot($rules, $kind, @extra);
        if ($got != 0) {
            is($got, 2, "$what: $kind cannot be drawn") or diag($err);
            like($err, qr/\S/, 'and it says why');
            unlike($svg, qr/<svg/, 'and draws nothing');
            next;
        }
        is(wrong($svg), '', "$what: $kind");
        keep_drawing($svg);
        next if !$fully{$what};
        my ($again) = (plot($rules, $kind, @extra))[1];
        ok($again eq $svg, "$what: $kind has the same bytes again");
        my ($ok, $csv) = plot($rules, $kind, @extra, '--format', 'csv');
        is($ok, 0, "$what: $kind as numbers");
        like($csv, qr/\n/, 'there are some');
    }
}

every_kind('2011', 'rules/2011.lua', diff => ['rules/2012.lua'], scatter => ['A', 'C7'], trend => ['A1'], distribution => ['C7']);
every_kind('2011, the second stage', 'rules/2011.lua', only => ['profile', 'shortfalls'], profile => ['Seoul', '--stage', 'stage2'], shortfalls => ['New York', '--stage', 'stage2']);
every_kind('2011-units', 'rules/2011-units.lua', scatter => ['total', 'bonus']);

SKIP: {
    my $reference = "$shared/reference/asem";
    skip 'the reference data is not here', 1 unless -d $reference;
    mkdir "$tmp/asem";
    copy($_, "$tmp/asem") for 'samples/asem/asem.lua', "$reference/asem_iData.csv", "$reference/asem_iMeta.csv";
    methods_in("$tmp/asem");
    every_kind('ASEM', "$tmp/asem/asem.lua", scatter => ['Conn', 'Sust']);
}
diag 'xmllint is not here: the drawings were not read by another parser' if !$xmllint;

# ---- made-up data ----

my $rules = <<'LUA';
local combine = require "methods.combine"
return assessment { id = "made", title = %s, focus = %s,
  data = { x = csv("%s", { unit = "unit" }) },
  index = index { "top", "Top",
    group { "G", "First group", indicator { "a", "Alpha", weight = 2 }, indicator { "b", "Beta", weight = 1 } },
    group { "H", "Second group", indicator { "c", "Gamma", weight = 3 } } },
  show = { score = "total", parts = "areas", details = "x" },
  compute = function(a)
    local areas = combine.weighted_mean(a.data.x, a.index)
    local total = combine.weighted_mean(areas, a.index)
    return { x = a.data.x, areas = areas, total = total, rank = rank(total, "unit") }
  end }
LUA

my $seed = 12345;
sub chance { $seed = ($seed * 1103515245 + 12345) % 2147483648; return $seed / 2147483648 }
sub quoted { my ($t) = @_; $t =~ s/"/""/g; return qq["$t"] }
sub lua { my ($t) = @_; $t =~ s/([\\"])/\\$1/g; return qq["$t"] }

sub made {
    my ($name, $title, $units, $value) = @_;
    my $csv = "unit,a,b,c\n";
    for my $u (@$units) { $csv .= join(',', quoted($u), map { $value->($_) } 0 .. 2) . "\n" }
    file("$name.csv", encode('UTF-8', $csv));
    return file("$name.lua", encode('UTF-8', sprintf $rules, lua($title), lua($units->[0]), "$name.csv"));
}

my $long = '很长的名称' x 2000;
my $crowd = $ENV{ASSESS_SAN} ? 500 : 2000;    # under the sanitizers, which are slow, fewer
my %case = (
    'one unit'       => ['One', ['only'], sub { 50 }],
    'two units'      => ['Two', ['first', 'second'], sub { sprintf '%.2f', 100 * chance() }],
    'all missing'    => ['Missing', [map { "u$_" } 1 .. 6], sub { '' }],
    'all equal'      => ['Equal', [map { "u$_" } 1 .. 6], sub { 42 }],
    'zeros'          => ['Zeros', [map { "u$_" } 1 .. 6], sub { 0 }],
    'negatives'      => ['Negatives', [map { "单位$_" } 1 .. 12], sub { sprintf '%.3f', 200 * chance() - 120 }],
    'huge'           => ['Huge', [map { "u$_" } 1 .. 5], sub { sprintf '%.3e', 10 ** (24 * chance() - 12) }],
    'gaps'           => ['Gaps', [map { "u$_" } 1 .. 30], sub { chance() < 0.4 ? '' : sprintf '%.2f', 100 * chance() }],
    'sixty-one'      => ['61', [map { "单位$_" } 1 .. 61], sub { sprintf '%.2f', 100 * chance() }],
    'two thousand'   => ['2000', [map { "单位$_" } 1 .. $crowd], sub { sprintf '%.2f', 100 * chance() }],
);
$case{hostile} = [q{<script>"]]></script>}, ['<script>alert(1)</script>', '"]]>', '&amp;<!--', $long, "\x{202e}gnp.exe\x{202c}", "a\x{200f}b",
    q{x' onload='y}, "\x{1F469}\x{200D}\x{1F4BB}", "e\x{301}\x{301}\x{301}"], sub { sprintf '%.2f', 100 * chance() }];
for my $name (sort keys %case) {
    (my $file = $name) =~ tr/ -/__/;
    my $path = made($file, @{ $case{$name} });
    every_kind($name, $path, scatter => ['a', 'c']);
    adds_up($name, $path);
}
made('two_thousand_next', '2000, next', $case{'two thousand'}[1], $case{'two thousand'}[2]);

# ---- few and very many indicators ----

for my $n (2, 90, $ENV{ASSESS_SAN} ? 400 : 2000) {
    my $groups = $n < 10 ? 1 : $n / 10 < 40 ? int($n / 10) : 20;
    my $index = join ",\n", map {
        my $g = $_;
        "group { \"G$g\", \"Group $g\", weight = 1, "
            . join(', ', map { qq(indicator { "I$_", "Indicator $_", weight = @{[1 + $_ % 3]}, floor = 0, standard = 100, score = normalise.ratio }) } grep { $_ % $groups == $g } 1 .. $n) . ' }'
    } 0 .. $groups - 1;
    file("n$n.csv", join '', "unit,indicator,value\n", map { my $u = $_; map { "u$u,I$_," . (3 + 7 * $u * $_ % 120) . "\n" } 1 .. $n } 1 .. 4);
    my $rules = file("n$n.lua", <<"LUA");
local normalise, combine = require "methods.normalise", require "methods.combine"
return assessment { id = "n$n", title = "$n indicators", focus = "u2",
  data = { x = csv("n$n.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", $index },
  show = { details = "scores", score = "total", parts = "areas" },
  compute = function(a)
    local scores = normalise.each(a.data.x, a)
    local areas = combine.weighted_mean(scores, a.index)
    return { scores = scores, areas = areas, total = combine.weighted_mean(areas, a.index) }
  end }
LUA
    for my $kind (qw(profile framework)) {
        my ($svg) = (plot($rules, $kind, '--source', 4096))[1];
        is(wrong($svg), '', "$n indicators: $kind");
        keep_drawing($svg);
        my ($h) = $svg =~ /height="(\d+)"/;
        cmp_ok($h, '<', 2100, 'is not taller than three pages');
        my ($csv) = (plot($rules, $kind, '--source', 4096, '--format', 'csv'))[1];
        cmp_ok(scalar(() = $csv =~ /\n/g), '>', $n, 'its numbers are all there');
        my @named = $svg =~ />I\d+ Indicator \d+</g;
        cmp_ok(scalar @named, $n <= 2 ? '==' : '<=', $n <= 2 ? $n : 100, 'and has so many names as can be read');
    }
    my ($svg) = (plot($rules, 'profile', '--source', 4096))[1];
    my $strokes = () = $svg =~ /<line class="line"/g;
    is($strokes, $n > 80 ? $n : 0, 'of very many, each is a stroke in the strip of its group');
}

# ---- stacked bars ----

# Contributions add up to the score, in the numbers and in what is drawn.
sub adds_up {
    my ($what, $path, @more) = @_;
    my ($top, @rows) = csv_rows((plot($path, 'ranking', '--format', 'csv', @more))[1]);
    my %at = map { $top->[$_] => $_ } 0 .. $#$top;
    my ($from, $off, $checked, %score) = ($at{score} + 1, 0, 0);
    for my $row (@rows) {
        my @part = grep { $_ ne '' } @$row[$from .. $#$row];
        next if $row->[ $at{score} ] eq '' || !@part;
        my ($sum, $size) = (0, 0);
        for (@part) { $sum += $_; $size += abs $_ }
        $off = abs($sum - $row->[ $at{score} ]) / ($size || 1) if abs($sum - $row->[ $at{score} ]) / ($size || 1) > $off;
        $checked++;
    }
    cmp_ok($off, '<', 1e-9, "$what: $checked bars add up");
    return ($checked, \@rows, \%at);
}
is((adds_up('2011', 'rules/2011.lua'))[0], 14, 'seven cities in two stages');
{
    my ($checked, $rows, $at) = adds_up('2011, one stage', 'rules/2011.lua', '--stage', 'stage1');
    my ($shape) = shapes(decode('UTF-8', (plot('rules/2011.lua', 'ranking', '--stage', 'stage1'))[1]));
    my %wide;
    $wide{ $_->[3] } += $_->[4] - $_->[2] for grep { $_->[1] eq 'bar' } @$shape;
    my @wide = map { $wide{$_} } sort { $a <=> $b } keys %wide;
    my @score = map { $_->[ $at->{score} ] } grep { $_->[ $at->{score} ] ne '' } @$rows;
    is(scalar @wide, scalar @score, 'a bar for each city with a score');
    my @odd = grep { abs($wide[$_] / $wide[0] - $score[$_] / $score[0]) > 1e-3 } 0 .. $#score;
    is_deeply(\@odd, [], 'and they are as long as the scores');
}

# A score with a bonus: what the parts leave is told as such.
{
    my ($checked) = adds_up('2011-units', 'rules/2011-units.lua');
    cmp_ok($checked, '>=', 0, 'units with a total');
}

# The losses lead from the full mark to the score.
{
    my ($top, @rows) = csv_rows((plot('rules/2011.lua', 'shortfalls', 'Seoul', '--format', 'csv'))[1]);
    is($rows[0][0], 'full', 'the full mark comes first');
    is($rows[-1][0], 'score', 'the score last');
    my @gap = grep { abs($rows[$_][1] - $rows[ $_ - 1 ][2]) > 1e-9 } 1 .. $#rows - 1;
    is_deeply(\@gap, [], 'each loss begins where the one before ends');
    near($rows[-2][2], $rows[-1][2], 1e-9, 'and the last ends at the score');
}

# The tree: what is within a group adds up to it.
{
    my ($top, @rows) = csv_rows((plot('rules/2011.lua', 'framework', '--format', 'csv'))[1]);
    my (%share, %sum);
    for (@rows) { $share{ $_->[0] } = $_->[4]; $sum{ $_->[3] } += $_->[4] if $_->[3] ne '' }
    near($sum{$_}, $share{$_}, 1e-9, "the shares within $_") for sort keys %sum;
    near($share{C7}, 0.04, 1e-9, 'C7 has 4 of 100');
}

# A timeline lists the tasks of the unit, and no others.
{
    my ($top, @rows) = csv_rows(decode('UTF-8', (plot('rules/2011-units.lua', 'timeline', '市外办', '--format', 'csv'))[1]));
    my (undef, @share) = csv_rows(decode('UTF-8', (run('rules/2011-units.lua', '--format', 'csv', '--output', 'share_unit', '--output', 'task', '--output', 'late_days'))[1]));
    my @own = map { "$_->[2] " . ($_->[3] eq '' ? '' : 0 + $_->[3]) } grep { $_->[1] eq '市外办' } @share;
    cmp_ok(scalar @own, '>', 3, 'a unit with tasks');
    is_deeply([map { "$_->[0] $_->[3]" } @rows], \@own, 'they are on its timeline, with the days late');
    my ($shape) = shapes(decode('UTF-8', (plot('rules/2011-units.lua', 'timeline', '市外办'))[1]));
    is(scalar(grep { $_->[0] eq 'circle' } @$shape), scalar(grep { $_->[2] ne '' } @rows), 'a circle for each task with a day');
    is(scalar(grep { $_->[1] eq 'bar' } @$shape), scalar(grep { $_->[2] ne '' && $_->[3] > 0 } @rows), 'a bar for each late one');
}

# A map: areas are found by names, with holes; hostile and broken files do no harm.
{
    my @rules = ("$tmp/gaps.lua", 'map');
    my $feature = sub {
        my ($name, $geometry) = @_;
        return qq[{ "type": "Feature", "properties": { "name": $name }, "geometry": $geometry }];
    };
    my $map = sub { return file('a.geojson', encode('UTF-8', '{ "type": "FeatureCollection", "features": [' . join(', ', @_) . '] }')) };
    my $square = '{ "type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1],[0,0]]] }';
    my @many = map { my ($x, $y) = (3 * ($_ % 6), 2 * int($_ / 6));
                     $feature->(qq["u$_"], sprintf '{ "type": "Polygon", "coordinates": [[[%d,%d],[%d,%d],[%d,%d],[%d,%d]]] }',
                                $x, $y, $x + 3, $y, $x + 3, $y + 2, $x, $y) } 1 .. 30;
    for my $case (['thirty areas', @many], ['a single point', $feature->('"u1"', '{ "type": "Point", "coordinates": [3, 3] }')],
        ['a flat area', $feature->('"u2"', '{ "type": "Polygon", "coordinates": [[[0,5],[1,5],[2,5],[0,5]]] }')],
        ['the whole earth', $feature->('"u3"', '{ "type": "Polygon", "coordinates": [[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]] }')],
        ['a plane in metres', $feature->('"u4"', '{ "type": "Polygon", "coordinates": [[[5e8,-2e5],[5.1e8,-2e5],[5.1e8,3e6],[5e8,-2e5]]] }')],
        ['hostile names', $feature->('"u5"', $square), map { $feature->($_, $square) } '"<script>alert(1)</script>"', '"\u202egnp"', '"]]>"', 'null', '7', '{}'],
        ['a collection', $feature->('"u6"', qq[{ "type": "GeometryCollection", "geometries": [$square, { "type": "LineString", "coordinates": [] }] }])]) {
        my ($name, @feature) = @$case;
        my ($got, $svg, $err) = plot(@rules, '--map', $map->(@feature));
        is($got, 0, "a map: $name") or diag($err);
        is(wrong($svg), '', "a map: nothing is wrong with $name");
        keep_drawing($svg);
    }
    my ($top, @rows) = csv_rows((plot(@rules, '--map', $map->(@many), '--format', 'csv'))[1]);
    is_deeply([grep { $_->[2] ne 'yes' } @rows], [], 'all thirty are on the map');
    my ($shape) = shapes(decode('UTF-8', (plot(@rules, '--map', $map->(@many)))[1]));
    my %corner = map { $_->[6]{d} => 1 } grep { $_->[0] eq 'path' } @$shape;
    is(scalar keys %corner, 30, 'and each is an area');
    for my $case (['{', 'no JSON'], ['[]', 'no FeatureCollection'], ['{ "type": "FeatureCollection", "features": [7] }', 'no Feature'],
        ['{ "type": "FeatureCollection", "features": [] }', 'neither areas nor places'],
        ['{ "type": "FeatureCollection", "features": [' . $feature->('"u1"', '{ "type": "Polygon", "coordinates": [[[0,0],[1,0],[0,0]]] }') . '] }', 'four or more'],
        ['{ "type": "FeatureCollection", "features": [' . $feature->('"u1"', '{ "type": "Point", "coordinates": [1e300, 0] }') . '] }', 'beyond all maps'],
        ['{ "type": "FeatureCollection", "features": [' . $feature->('"u1"', '{ "type": "Point", "coordinates": ["x", 0] }') . '] }', 'two numbers'],
        ['{ "type": "FeatureCollection", "features": [' . $feature->('"u1"', '{ "type": "GeometryCollection", "geometries": [' x 9 . $square . '] }' x 9) . '] }', 'too deeply'],
        ['{ "type": "FeatureCollection", "features": [' . $feature->('"nobody"', $square) . '] }', 'no feature has the name of a unit'],
        ['[' x 100000, 'no JSON']) {
        my ($text, $says) = @$case;
        my ($got, $svg, $err) = plot(@rules, '--map', file('b.geojson', $text));
        is($got, 4, "refused: $says");
        like($err, qr/b\.geojson.*\Q$says\E/s, 'and it says so');
        is($svg, '', 'nothing is drawn');
    }
    my ($got, $svg, $err) = plot(@rules, '--map', $map->(@many), '--key', 'code');
    is($got, 4, 'a property that names none');
    like($err, qr/'code'/, 'is named');
    is((plot("$tmp/gaps.lua", 'ranking', '--map', $map->(@many)))[0], 2, 'a map is for the chart map');
}

# Correlations and their flags, worked out here.
{
    my ($top, @rows) = csv_rows((plot('rules/2011.lua', 'correlations', '--format', 'csv'))[1]);
    my @name = @$top[1 .. $#$top];
    my (undef, @scores) = csv_rows((run('rules/2011.lua', '--at', 'stage=stage1', '--format', 'csv', '--output', 'scores'))[1]);
    my %value;
    $value{ $_->[1] }{ $_->[0] } = $_->[-1] for grep { $_->[-1] ne '' } @scores;
    my ($off, $checked) = (0, 0);
    for my $i (0 .. $#name) {
        my ($a, $b) = @value{ $name[$i], $name[ ($i + 3) % @name ] };
        my @both = grep { exists $b->{$_} } keys %$a;
        my ($ma, $mb) = (0, 0);
        $ma += $a->{$_} / @both, $mb += $b->{$_} / @both for @both;
        my ($aa, $bb, $ab) = (0, 0, 0);
        $aa += ($a->{$_} - $ma)**2, $bb += ($b->{$_} - $mb)**2, $ab += ($a->{$_} - $ma) * ($b->{$_} - $mb) for @both;
        next if $rows[$i][ 1 + ($i + 3) % @name ] eq '' || $aa < 1e-9 || $bb < 1e-9;
        my $d = abs($ab / sqrt($aa * $bb) - $rows[$i][ 1 + ($i + 3) % @name ]);
        $off = $d if $d > $off;
        $checked++;
    }
    cmp_ok($checked, '>', 30, 'coefficients');
    cmp_ok($off, '<', 1e-6, 'they are Pearson\'s');
    my %r = map { my $i = $_; map { ("$name[$i] $name[$_]" => $rows[$i][ $_ + 1 ]) } 0 .. $#name } 0 .. $#name;
    my @expected;
    for my $i (0 .. $#name) {
        for my $k ($i + 1 .. $#name) {
            my $r = $r{"$name[$i] $name[$k]"};
            next if $r eq '';
            push @expected, "$name[$i] $name[$k]" if abs $r >= 0.9 || ($r <= -0.4 && substr($name[$i], 0, 1) eq substr($name[$k], 0, 1));
        }
    }
    my @flagged = map { "$_->[0] $_->[1]" } @rows[scalar(@name) .. $#rows];
    cmp_ok(scalar @expected, '>', 20, 'pairs to be flagged');
    is_deeply([sort @flagged], [sort @expected], 'and they are');
}

# Draws: the shares of the ranks of a unit add up to 1, and a chart has the ranks that vary has.
{
    my ($top, @rows) = csv_rows((plot("$tmp/negatives.lua", 'uncertainty', '--vary', '*.weight=noise(0.4)', '--draws', 300, '--format', 'csv'))[1]);
    my (%sum, %span);
    for (@rows) {
        if (@$_ == 3) { $sum{ $_->[0] } += $_->[2] } else { $span{ $_->[0] } = $_ }
    }
    is(scalar keys %span, 12, 'twelve units');
    near($sum{$_}, 1, 1e-3, 'the shares of a unit add up') for sort keys %span;
    is_deeply([grep { $span{$_}[3] > $span{$_}[2] || $span{$_}[2] > $span{$_}[4] } keys %span], [], 'the median lies within');
}

# A histogram has as many as there are values.
{
    my ($top, @rows) = csv_rows((plot("$tmp/gaps.lua", 'distribution', 'a', '--format', 'csv'))[1]);
    my $values = grep { $_->[1] ne '' } @rows;
    cmp_ok($values, '<', 30, 'some are missing');
    my ($shape, $label) = shapes(decode('UTF-8', (plot("$tmp/gaps.lua", 'distribution', 'a'))[1]));
    is(scalar(grep { $_->[1] eq 'mark' } @$shape), $values, 'a stroke for each value');
    my @bar = grep { $_->[1] eq 'bar' } @$shape;
    my $base = (sort { $b <=> $a } map { $_->[5] } @bar[0 .. $#bar - 1])[0];
    my @tick = sort { $a->{y} <=> $b->{y} } grep { $_->{x} < 60 && $_->{text} =~ /^\d+$/ && $_->{y} < $base + 10 } @$label;
    my $unit = ($tick[-1]{y} - $tick[0]{y}) / ($tick[0]{text} - $tick[-1]{text});
    my $sum = 0;
    $sum += ($_->[5] - $_->[3]) / $unit for grep { abs($_->[5] - $base) < 0.6 } @bar;
    near($sum, $values, 0.05, 'and the bars hold them all');
}

# Small bars and characters in tables that people read, and only there.
{
    my $text = decode('UTF-8', (plot("$tmp/negatives.lua", 'uncertainty', '--vary', '*.weight=noise(0.4)', '--draws', 60, '--format', 'text'))[1]);
    my @spark = $text =~ /^单位\d+.*\s([▁▂▃▄▅▆▇█·]{12})$/mg;
    is(scalar @spark, 12, 'a character for each rank');
    is(scalar(grep { /█/ } @spark), 12, 'the most frequent one is the highest');
    my $bars = decode('UTF-8', (plot('rules/2011.lua', 'ranking', '--stage', 'stage1', '--format', 'text'))[1]);
    like($bars, qr/^Tokyo\s+1\s+92\.91 █{8}\s/m, 'a whole bar for the best');
    like($bars, qr/^Shenzhen\s+7\s+69\.50 █{6}\s/m, 'and three quarters of it for 69.50 of 92.91');
    unlike(decode('UTF-8', (plot('rules/2011.lua', $_, '--format', 'csv'))[1]), qr/[▁▂▃▄▅▆▇█▏▌]/, "none in $_->[1]: $_->[0]") for [ranking => 'csv'], [shortfalls => 'csv'], [ranking => 'md'];
}

# Without peers in the rules, the other units are the circles of a profile, and the scale is that of the scores.
{
    my (undef, @rows) = csv_rows(slurp("$tmp/gaps.csv"));
    my $values = grep { $_ ne '' } map { @$_[1 .. 3] } grep { $_->[0] ne 'u1' } @rows;
    my ($shape, $label) = shapes(decode('UTF-8', (plot("$tmp/gaps.lua", 'profile', 'u1'))[1]));
    is(scalar(grep { $_->[0] eq 'circle' } @$shape), $values + 1, 'a circle for each value of the others, and one of the legend');
    is(scalar(grep { $_->{text} =~ /^(?:0|100)$/ } @$label), 2, 'from 0 to 100');
    is(scalar(grep { $_->{text} =~ /Floor|Standard/ } @$label), 0, 'no floor, no standard');
}

# Colours that follow one another differ in lightness, for grey print; from the eighth on there are patterns.
{
    my $groups = join ', ', map { qq[group { "g$_", "Group $_", indicator { "i$_", "Indicator $_" } }] } 1 .. 9;
    (my $text = $rules) =~ s/group \{ "G".*?\} \} \},/$groups },/s;
    file('nine.csv', join(',', 'unit', map { "i$_" } 1 .. 9) . "\n" . join('', map { my $u = $_; join(',', "u$u", map { 10 * $u + $_ } 1 .. 9) . "\n" } 1 .. 3));
    my $svg = (plot(file('nine.lua', sprintf $text, '"Nine"', '"u1"', 'nine.csv'), 'ranking'))[1];
    is(wrong($svg), '', 'nine groups');
    my @fill = $svg =~ /<rect class="key"[^>]* fill="([^"]+)"/g;
    is(scalar @fill, 9, 'nine colours');
    my @light;
    for (@fill[0 .. 6]) {
        my @c = map { hex($_) / 255 } /^#(..)(..)(..)$/ or die $_;
        @c = map { $_ <= 0.04045 ? $_ / 12.92 : (($_ + 0.055) / 1.055)**2.4 } @c;
        push @light, 116 * (0.2126 * $c[0] + 0.7152 * $c[1] + 0.0722 * $c[2])**(1 / 3) - 16;
    }
    cmp_ok(abs($light[$_] - $light[ $_ - 1 ]), '>', 8, "$fill[$_] after $fill[ $_ - 1 ]") for 1 .. 6;
    like($fill[$_], qr/^url\(#[\w-]+\)$/, 'a pattern') for 7, 8;
    isnt($fill[7], $fill[8], 'and another');
}

# The years of many units: shades of all, lines of the focus and the first.
{
    my @unit = map { "单位$_" } 1 .. 500;
    my $csv = "unit,year,a\n" . join('', map { my $u = $_; map { "$u,$_," . sprintf("%.2f\n", 100 * chance()) } grep { chance() > 0.05 } 2016 .. 2021 } @unit);
    file('years.csv', encode('UTF-8', $csv));
    my $path = file('years.lua', encode('UTF-8', <<'LUA'));
return assessment { id = "years", title = "Years", focus = "单位500",
  data = { x = csv("years.csv", { unit = "unit", year = "year" }) },
  index = index { "top", "Top", indicator { "a", "Alpha" } },
  show = { score = "total" },
  compute = function(a)
    local total = last(a.data.x, "year"):at { indicator = "a" }
    return { total = total, rank = rank(total, "unit") }
  end }
LUA
    my ($got, $svg, $err) = plot($path, 'trend', 'a');
    is($got, 0, 'a trend of many') or diag($err);
    is(wrong($svg), '', 'nothing is wrong with it');
    my ($shape, $label) = shapes(decode('UTF-8', $svg));
    my %area = map { $_->[6]{d} => $_->[6] } grep { $_->[0] eq 'path' } @$shape;
    is(scalar keys %area, 2, 'two shades');
    my %line = map { $_->[6]{points} => $_->[6] } grep { $_->[0] eq 'polyline' } @$shape;
    cmp_ok(scalar keys %line, '<', 120, 'few lines');
    ok((grep { $_->{text} eq '单位500' } @$label), 'the focus has its name');
    my (undef, @rows) = csv_rows((plot($path, 'trend', 'a', '--format', 'csv'))[1]);
    is(scalar @rows, 500, 'the table has all units');
    my ($every) = shapes(decode('UTF-8', (plot($path, 'trend', 'a', '--all'))[1]));
    is(scalar(grep { $_->[0] eq 'path' } @$every), 0, '--all: no shades');
}

# Where many units move, the focus and those that move the most have names.
{
    my ($shape, $label) = shapes(decode('UTF-8', (plot("$tmp/two_thousand.lua", 'diff', "$tmp/two_thousand_next.lua"))[1]));
    my @named = grep { $_->{text} =~ /单位\d+/ } @$label;
    cmp_ok(scalar @named, '<', 40, 'few names');
    cmp_ok(scalar(grep { $_->{text} =~ /单位1\b/ } @named), '>=', 2, 'among them the focus, on both sides');
    is(scalar(grep { $_->[0] eq 'line' && $_->[1] eq 'line' && $_->[6]{'stroke-width'} < 1 } @$shape), $crowd, 'a thin line for each unit');
}

SKIP: {
    skip 'xmllint is not here', 1 if !$xmllint;
    cmp_ok(scalar @drawings, '>', 100, 'drawings to be read by another parser');
    is(`xmllint --noout --nonet @drawings 2>&1`, '', 'they are XML');
}

# ---- files ----

# One drawing of each kind, of the rules of 2011 and, where these are large or lack it, of the two files below.
$seed = 2011;
made('kept', 'Kept', [map { "Town $_" } 1 .. 12], sub { sprintf '%.2f', 100 * chance() });
made('kept_next', 'Kept, the next edition', [map { "Town $_" } 1 .. 12], sub { sprintf '%.2f', 100 * chance() });
(my $calmed = slurp("$tmp/kept.lua")) =~ s/return \{ x = a\.data\.x,/return { x = a.data.x, calm = least(a.data.x, 70),/;
file('calmed.lua', $calmed);
my $kept_map = file('kept.geojson', encode('UTF-8', <<'JSON'));
{ "type": "FeatureCollection", "features": [
  { "type": "Feature", "properties": { "code": 7, "name": "Town 1" },
    "geometry": { "type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]] } },
  { "type": "Feature", "properties": { "code": 8, "name": "Town 2" }, "geometry": { "type": "MultiPolygon", "coordinates":
      [[[[4, 0], [9, 0], [9, 3], [4, 3], [4, 0]]], [[[4, 3], [6, 3], [6, 4], [4, 4], [4, 3]]]] } },
  { "type": "Feature", "properties": { "code": 9, "name": "Elsewhere" },
    "geometry": { "type": "Polygon", "coordinates": [[[0, 4], [9, 4], [9, 6], [0, 6], [0, 4]]] } },
  { "type": "Feature", "properties": { "code": 10, "name": "Town 3" }, "geometry": { "type": "Point", "coordinates": [7.5, 3.5] } },
  { "type": "Feature", "properties": null, "geometry": null } ] }
JSON
my @vary = ('--vary', '*.weight=noise(0.25)');
my %kept = (
    ranking         => ['rules/2011.lua', 'ranking', '--stage', 'stage1'],
    profile         => ['rules/2011.lua', 'profile', '--stage', 'stage1'],
    framework       => ['rules/2011.lua', 'framework', '--stage', 'stage1'],
    shortfalls      => ['rules/2011.lua', 'shortfalls', '--stage', 'stage1'],
    diff            => ['rules/2011.lua', 'diff', 'rules/2012.lua'],
    trend           => ['rules/2011.lua', 'trend', 'A1'],
    grades          => ['rules/2011-units.lua', 'grades'],
    timeline        => ['rules/2011-units.lua', 'timeline', '市外办'],
    scatter         => ["$tmp/kept.lua", 'scatter', 'a', 'c'],
    correlations    => ["$tmp/kept.lua", 'correlations'],
    distribution    => ["$tmp/kept.lua", 'distribution'],
    before_after    => ["$tmp/calmed.lua", 'distribution', 'data.x.a', 'calm.a'],
    uncertainty     => ["$tmp/kept.lua", 'uncertainty', @vary, '--draws', 100],
    sensitivity     => ["$tmp/kept.lua", 'sensitivity', @vary, '--vary', 'data.x.c=noise(0.2)', '--draws', 64],
    tiles           => ["$tmp/kept.lua", 'map'],
    map             => ["$tmp/kept.lua", 'map', '--map', $kept_map],
);
my %drawn = map { $kept{$_}[1] => 1 } keys %kept;
is_deeply([grep { !$drawn{$_} } @kind], [], 'a drawing of each kind is kept');
for my $name (sort keys %kept) {
    my ($got, $svg, $err) = plot(@{ $kept{$name} });
    is($got, 0, "$name is drawn") or diag($err);
    is(wrong($svg), '', "$name: nothing is wrong with it");
    if ($ENV{ASSESS_UPDATE}) { mkdir 't/plot'; open my $out, '>:raw', "t/plot/$name.svg" or die; print $out $svg; close $out }
    ok($svg eq slurp("t/plot/$name.svg"), "t/plot/$name.svg is what is drawn");
}
{
    my $svg = (plot('rules/2011.lua', 'ranking'))[1];
    if ($ENV{ASSESS_UPDATE}) { open my $out, '>:raw', 'doc/ranking.svg' or die; print $out $svg; close $out }
    ok($svg eq slurp('doc/ranking.svg'), 'doc/ranking.svg, which README.md shows, is what is drawn');
    like(slurp('README.md'), qr/!\[[^\]]+\]\(doc\/ranking\.svg\)/, 'and README.md shows it');
}

my ($ok, $out, $err) = plot('rules/2011.lua', 'ranking', '-o', "$tmp/r.svg");
is("$ok$out$err", '0', '-o FILE.svg');
ok(slurp("$tmp/r.svg") eq slurp('doc/ranking.svg'), 'the same as on standard output');
($ok, $out, $err) = plot('rules/2011.lua', 'ranking', '-o', "$tmp/r.csv");
is($ok, 0, '-o FILE.csv');
like(slurp("$tmp/r.csv"), qr/\Aunit,column,rank,score,A,B,C,D,E/, 'is the table');
($ok, $out, $err) = plot('rules/2011.lua', 'ranking', '-o', "$tmp/r.jpg");
is($ok, 2, 'no other kind of picture');
like($err, qr/an \.svg or a \.png file/, 'is written');
ok(!-e "$tmp/r.jpg", 'nor is a file');
($ok, $out, $err) = plot('rules/2011.lua', 'ranking', '-o', "$tmp/r.png");
if ($ok == 0) {
    my $png = slurp("$tmp/r.png");
    is(substr($png, 0, 8), "\x89PNG\r\n\x1a\n", 'a PNG');
    is(unpack('N', substr $png, 16, 4), 1800, 'twice as wide as the drawing');
    unlink "$tmp/r.png";
    local $ENV{FONTCONFIG_FILE} = file('fonts.conf', "<?xml version='1.0'?>\n<fontconfig>\n<oops></fontconfig>\n");
    ($ok, $out, $err) = plot('rules/2011.lua', 'ranking', '-o', "$tmp/r.png");
    is($ok, 5, 'where the fonts are not those that are set up');
    like($err, qr/\Aassess: the drawing cannot be made into pixels: Fontconfig error: [^\n]*fonts\.conf[^\n]*\n\z/, 'one message says so');
    ok(!-e "$tmp/r.png", 'and there is no picture with other letters');
} else {
    is($ok, 5, 'without librsvg there is no PNG');
    like($err, qr/librsvg2-2|libcairo2|libglib2\.0-0/, 'and the package is named');
}

# ---- what is wrong is told ----

($ok, $out, $err) = plot('rules/2011.lua', 'rankin');
is($ok, 2, 'no such chart');
like($err, qr/no chart 'rankin'.*did you mean 'ranking'/s, 'but one like it');
($ok, $out, $err) = plot('rules/2011.lua', 'scatter', 'A');
is($ok, 2, 'scatter wants two');
like($err, qr/scatter X Y/, 'and says so');
($ok, $out, $err) = plot('rules/2011.lua', 'profile', 'Seol');
is($ok, 2, 'no such unit');
like($err, qr/Seoul/, 'but one like it');
($ok, $out, $err) = plot('rules/2011.lua', 'grades');
is($ok, 2, 'rules without grades');
like($err, qr/the rules give no grades/, 'have no chart of them');

# A name that there is not, and what there is that is like it: details, parts, results.
for ([ 'C77', 'C7' ], [ 'totl', 'total' ], [ 'nothing like it', undef ]) {
    my ($name, $like) = @$_;
    my ($status, $out, $err) = run('plot', 'rules/2011.lua', 'scatter', 'C1', $name, '--lang', 'en');
    is("$status/$out", '2/', "scatter of $name is refused");
    like($err, $like ? qr/no .*'\Q$name\E' .* did you mean '\Q$like\E'\?/ : qr/'nothing like it'\n\z/, $like ? "with '$like' as a hint" : 'without a hint');
}

# Where another edition cannot be read, its fault is all that is said.
{
    my $broken = file('broken.lua', "return extend \"none.lua\" {}\n");
    my ($status, undef, $err) = run('plot', 'rules/2011.lua', 'diff', $broken, '--lang', 'en');
    is($status, 3, 'an edition of rules that are not there');
    like($err, qr/\A\S*broken\.lua:1:16: there is no rule file [^\n]*\n(?:    [^\n]*\n)*\z/, 'that alone is told');
}

done_testing();
