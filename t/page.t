#!/usr/bin/perl
# The page of a report, without a browser: it is well-formed, inert and small, the same on every run, and its
# numbers are those of the results and lead down to the data. What only a browser can tell is in t/browser/.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use html;
use Encode qw(decode_utf8 encode_utf8);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

sub page { my ($status, $out, $err) = run('report', @_); is($status, 0, "report @_") or diag($err); return decode_utf8($out) }

# ---- the edition of 2011 ----

my $page = page('rules/2011.lua');
is(html_fault($page), '', 'the page is well-formed, its links lead somewhere, its policy names its style and script');
cmp_ok(length encode_utf8($page), '<', 400 * 1024, 'and smaller than 400 KiB');
is(page('rules/2011.lua') eq $page ? 'same' : 'other', 'same', 'and the same on every run');
like($page, qr/<html lang="zh-CN">/, 'in the language of the rules');
unlike($page, qr/\b(?:src|srcset|action|onload|onclick|style)=/, 'it loads nothing');

my %section = map { /^(\w+)>/ ? ($1 => $_) : () } split /<section id=/, $page;
is_deeply([grep { !$section{$_} } qw(findings verdict refused ranking robust parts shortfalls closing units index methods data hashes)],
    [], 'it has all its sections');
is(scalar(() = $section{units} =~ /<section class=unit /g), 10, 'and one for each unit');
like($page, qr{<figure>.*?<svg .*?</svg>.*?</figure>}s, 'a chart stands in it');
{
    my @figure = $page =~ m{<figure>(.*?)</figure>}gs;
    is(scalar @figure, 5, 'charts of the ranking, of robustness, of the focus (two) and of the tree');
    is(scalar(grep { m{</svg></div><details><summary>[^<]+</summary>\n<div class=t [^>]*><table} } @figure), 5, 'a table stands beside each of them');
    my ($profile) = grep { /profile-title/ } @figure;
    is(scalar(() = $profile =~ m{<tr><th>[A-E]\d+ }g), scalar(() = $section{index} =~ m{<tr><th>[A-E]\d+ }g), 'that of the profile has a row for each indicator');
}
like($section{methods}, qr/<math .*<mfrac>/s, 'formulas are set as mathematics');
like($section{methods}, qr{<b>Source</b>: OECD/JRC Handbook 2008}, 'methods have their sources');
like($section{hashes}, qr/SHA-256 [0-9a-f]{64}.*SHA-256 [0-9a-f]{64}.*SHA-256 [0-9a-f]{64}/s, 'rules, data and engine have fingerprints');

# Every number of the tables of results is a link.
for my $id (qw(ranking robust parts verdict units shortfalls closing index)) {
    my @cell = $section{$id} =~ m{<td[^>]*>([^<\n]+)$}mg;
    push @cell, $section{$id} =~ m{<td[^>]*>([^<\n]+)(?=<td)}g;
    my @bare = grep { /^[-+]?\d[\d.]*(?:%| \S+)?$/ } @cell;
    is("@bare", '', "every number in $id is a link");
}

like($section{refused}, qr{有数据的权重 <a href=#[^>]+>7\.5%</a> ≥ <a href=#[^>]+>85%</a> ✗}, 'so is the one for which a unit is not assessable');
{
    my ($lost) = $section{shortfalls} =~ m{<th[^>]*>D10 .*?<a href=#(\+\w+)>2\.67</a>};
    my ($told) = $page =~ m{<p id=\Q$lost\E>(.*?)\n<div}s;
    like($told, qr/D10：0\.035 × \(100 − 23\.8\) = 2\.667/, 'a loss tells how it is computed');
    my ($robust) = $section{robust} =~ m{<a href=#(\+\w+)>};
    like($page, qr{<p id=\Q$robust\E>对不确定的部分抽样 1000 次}, 'and what comes of draws tells of them');
}

# From the conclusion down to the cell of the data and the line of the rules.
sub record { my ($id) = @_; my ($r) = $page =~ m{<(?:p|div) id=\Q$id\E>(.*?)(?=<(?:p|div) id=|<div class=h>)}s; return $r // '' }
my ($total) = $section{ranking} =~ m{<th[^>]*>Shenzhen<td[^>]*><a href=#[^>]+>7</a><td[^>]*><a href=#([^>]+)>69\.50</a>};
like(record($total), qr/^Shenzhen, stage1 = 69\.4993\n≈ \(28 × 72\.5718/, 'a total is explained');
my ($area) = record($total) =~ m{<td>A<td><a href=#([^>]+)>72\.5718</a>};
my ($score) = record($area) =~ m{<td>A1<td><a href=#([^>]+)>43\.8433</a><td>4<td>};
like(record($score), qr/^A1 = 43\.8433\n= clamp\(100 × <a [^>]*>13153<\/a> \/ <a [^>]*>30000<\/a>, 0, 100\)/, 'and a score');
is((substr($page, index($page, record($score))) =~ m{<h5>(.*?)</h5>})[0], 'Shenzhen, stage1', 'labels that its neighbours share stand behind them');
my ($figure, $standard) = record($score) =~ m{<a href=#([^>]+)>13153</a> / <a href=#([^>]+)>30000</a>};
my ($line) = grep { /^Shenzhen,A1,2008,/ } split /\n/, decode_utf8(slurp('samples/2011/cities.csv'));
is(html_text(record($figure)) =~ s/^\d+: //r =~ s/ 13153 /13153/r, $line, 'the figure is a line of the data, as it stands there');
like(record($figure), qr{<mark>13153</mark>}, 'its cell marked');
my ($number) = record($standard) =~ /^(\d+): /;
my $rule = (split /\n/, decode_utf8(slurp('rules/2011.lua')))[$number - 1] =~ s/^ +//r;
is(html_text(record($standard)), "$number: $rule" =~ s/\s+/ /gr, 'the standard is a line of the rules');

{   # Those of charts, too: what a peer reached leads to its figure, a step of the waterfall to the score.
    my ($profile, $falls) = ($section{shortfalls} =~ m{<details>(.*?)</details>}gs)[1, 0];
    my ($own, $from, $way, $peer) = $profile =~ m{<th>A1 [^<]*<td><a href=#(\S+)>13153 USD</a><td><a href=#(\S+)>5000</a><td>.*?<td><a href=#(\S+)>33</a><td><a href=#(\S+)>107</a>};
    is($own, $figure, 'the profile leads to the figure');
    is($from, $standard, 'to the line of its floor and standard');
    like($page, qr{<p id=\Q$way\E>达到程度：100 ×}, 'to how far it is is computed');
    like(html_text(record($peer)), qr/^\d+: Hong Kong,A1,/, 'and to the figures of peers');
    my ($step) = $falls =~ m{<th>A1 .*?<a href=#(\w+)>-2\.25</a>};
    is(record($step), record($score), 'a step of the waterfall leads to the score');
    my ($share) = $section{ranking} =~ m{<td><a href=#(\w+)>20\.32</a>};
    is($share, $total, 'what a part contributes to the total');
}

{   # Of the sentences, too: all that is left are names.
    my $left = $section{findings} =~ s{<(a|b)\b[^>]*>.*?</\1>}{}gsr =~ s/世界500强企业总部数//gr =~ s/<[^>]*>//gr;
    is(join(' ', $left =~ /\S*\d\S*/g), '', 'every number of the findings is a link');
    my ($verdict) = $section{findings} =~ m{总分 <a href=#\S+>69\.50</a> \(≥ <a href=#(\S+)>90</a>\)};
    like(record($verdict), qr/^Shenzhen, stage1 = 否/, 'what is wanted leads to the condition');
    my ($wanted) = $section{verdict} =~ m{<td><a href=#(\S+)>≥ 90</a>};
    is($wanted, $verdict, 'in the table of the verdict, too');
}

# The sentences say what the results say.
my %result = map { my ($key, @value) = @$_; ("@$_[0, 1]" => $value[-1]) } csv_rows((run('rules/2011.lua', '--output', 'total', '-f', 'csv'))[1]);
my $said = html_text($section{findings});
for my $stage (qw(stage1 stage2)) {
    my $want = sprintf '%.2f', $result{"Shenzhen $stage"};
    like($said, qr/ \Q$want\E /, "the findings have the total of $stage");
}
my $less = html_text((page('rules/2011.lua', '--set', 'index.C.C7.weight=40', '--draws', 0) =~ /<section id=findings>(.*?)<section id=/s)[0]);
unlike($less, qr/69\.50/, 'and follow the rules');

# ---- English, and rules of other kinds ----

my $english = page('rules/hdi.lua');
is(html_fault($english), '', 'an English page is well-formed');
like($english, qr/<html lang="en">/, 'and says that it is English');
like(html_text($english), qr/Key findings .* CHN is number 11 of the 12 with a score; HDI: 0\.788 \./, 'in English sentences');
for my $rules ('rules/2011-units.lua', 'rules/2011-awards.lua', 'rules/2012.lua') {
    is(html_fault(page($rules)), '', "$rules makes a good page");
}
my $one = page('rules/2011.lua', '--focus', 'Seoul', '--draws', 0);
like(html_text(($one =~ /<section id=findings>(.*?)<section id=/s)[0]), qr/Seoul/, 'the focus can be chosen');
unlike($one, qr/<section id=robust>/, 'without draws nothing is said of robustness');

# ---- names that try to act ----

my @name = ('<script>alert(1)</script>', ']]>', '"onload="x', "<img src=x>", "\x{202e}gnp.exe", 'x' x 10_000, "a'b&amp;c", '</style><svg>', '#unit=', '%3Cb%3E');
my $quoted = sub { '"' . $_[0] =~ s/"/""/gr . '"' };
file('hostile.csv', encode_utf8(join "\n", 'unit,value', (map { $quoted->($name[$_]) . ',' . ($_ + 1) } 0 .. $#name), ''));
my $rules = file('hostile.lua', <<'LUA');
return assessment {
  id = "hostile", title = '<b onclick="x">A & B</b>', cite = "]]> --> <!--", focus = "<script>alert(1)</script>",
  data = { x = csv("hostile.csv", { unit = "unit", value = "value" }) },
  show = { score = "total", rank = "place" },
  titles = { total = '</title><script>y</script>', place = "<i>" },
  compute = function(a)
    local total = a.data.x * 2 -- </pre><script>z</script>
    return { total = total, place = rank(total, "unit") }
  end,
}
LUA
my $hostile = page($rules);
is(html_fault($hostile), '', 'hostile names stay inert');
is(scalar(() = $hostile =~ /<script/g), 1, 'there is one script');
unlike($hostile, qr/\x{202e}/, 'and no mark of direction');
like(html_text($hostile), qr/<script>alert\(1\)<\/script>/, 'the names are shown as they are');

# ---- many units ----

my $seed = 7;
my $random = sub { $seed = ($seed * 1103515245 + 12345) % 2147483648; sprintf '%.2f', 10 + $seed % 9000 / 100 };
file('many.csv', join "\n", join(',', 'unit', map { "i$_" } 1 .. 50), (map { my $u = sprintf 'u%04d', $_; join ',', $u, map { $random->() } 1 .. 50 } 1 .. 1000), '');
SKIP: {
    skip 'many units take long under the sanitizers', 5 if $ENV{ASSESS_SAN};
my $many = page(file('many.lua', <<'LUA'));
local normalise, combine = require "methods.normalise", require "methods.combine"
local parts = { "all", "All" }
for g = 1, 5 do
  local own = { "g" .. g, "Group " .. g, weight = 20 }
  for i = 10 * g - 9, 10 * g do
    own[#own + 1] = indicator { "i" .. i, "Indicator " .. i, weight = i, low = 0, high = 100, score = normalise.goalposts }
  end
  parts[#parts + 1] = group(own)
end
return assessment {
  id = "many", title = "Many units", focus = "u0007", data = { x = csv("many.csv", { unit = "unit" }) },
  levels = { "indicator", "group", "index" }, index = index(parts),
  show = { score = "total", rank = "rank", parts = "areas", details = "scores" },
  compute = function(a)
    local scores = normalise.each(a.data.x, a)
    local areas = combine.weighted_mean(scores, a.index)
    local total = combine.weighted_mean(areas, a.index)
    return { total = total, rank = rank(total, "unit"), areas = areas, scores = scores }
  end,
}
LUA
is(html_fault($many), '', 'a page of 1,000 units is well-formed');
cmp_ok(length encode_utf8($many), '<', 5_000_000, 'and smaller than 5 MB');
is(scalar(() = (split /<section id=/, $many)[3] =~ /<tr(?: class=focus)?><th>u\d{4}/g) >= 1000 ? 'all' : 'some', 'all', 'all stand in the ranking');
like($many, qr/<section class=unit id="unit=u0007">/, 'the focus has its section');
like(html_text($many), qr/\d+ of \d+ numbers are explained on this page; assess explain \S*many\.lua explains any\./, 'it says that not all is explained');
}

# ---- pages of other commands ----

# Cells of columns of numbers that hold one, and are no link.
sub unlinked {
    my ($of) = @_;
    my ($main) = $of =~ m{<main>(.*?)</main>}s;
    my ($cells, @bare) = 0;
    for my $table ($main =~ m{<table.*?</table>}gs) {
        my ($right, $left) = $table =~ /^<table class=(?:r>|"r((?: l\d)+)")/ ? (1, $1 // '') : (0, '');
        my ($body) = $table =~ m{<tbody>(.*)}s;
        for my $row (split /<tr[^>]*>/, $body) {
            my $column = $row =~ /^<th/ ? 1 : 0;
            for my $cell ($row =~ m{(<td.*?)(?=<td|$)}gs) {
                $column++;
                next if $left =~ /\bl$column\b/; # a column of texts
                my ($is) = $cell =~ /^<td(?: class=(?:"([^"]*)"|(\w+)))?/ ? ($1 // $2 // '') : '';
                next if $right ? $is =~ /\bl\b/ : $is !~ /\bn\b/;
                next if html_text($cell) !~ /\d/;
                $cells++;
                push @bare, html_text($cell) if $cell !~ /<a href=#/;
            }
        }
    }
    return ($cells, "@bare");
}

my @pages = ([diff => 'rules/2011.lua', 'rules/2012.lua'], [diff => 'rules/2011.lua', 'rules/2012.lua', '--leaves'], [whatif => 'rules/2011.lua', 'Shenzhen', 'C7=30', 'params.cap=110'],
    [goal => 'rules/2011.lua', 'Shenzhen', '--rank', 6], [levers => 'rules/2011.lua', 'Shenzhen'], [levers => 'rules/2011.lua', 'Shenzhen', '--leaves'],
    [explain => 'rules/2011.lua', 'Shenzhen', '--why-rank'], [explain => 'rules/2011.lua', 'Beijing', '--missing'], [sensitivity => 'rules/2011.lua', '--draws', 16],
    [certain => 'rules/2011.lua'], [vary => 'rules/2011.lua', '--draws', 50], [notice => 'rules/2011-units.lua'], [check => 't/check/U01.lua'],
    [mutate => 't/mutate'], [test => 't/mutate', '--coverage'], [profile => 'rules/hdi.lua']);
@pages = @pages[ grep { $_ % 2 } 0 .. $#pages ] if $ENV{ASSESS_SAN}; # they take long
my %made;
for (@pages) {
    my $out = $made{"@$_"} = decode_utf8((run(@$_, '-f', 'html'))[1]);
    is(html_fault($out), '', "@$_: a good page");
    my ($cells, $bare) = unlinked($out);
    cmp_ok($cells, '>', 0, 'with numbers');
    is($bare, '', 'all of which lead somewhere');
    my @fact = $$_[0] =~ /^(?:notice|test|mutate)$/ ? $out =~ m{<dd[^>]*>(\d+(?:\.\d+)?)</dd>}g : ();
    is("@fact", '', 'and so do the counts at the head');
}
{
    my $change = decode_utf8((run('whatif', 'rules/2011.lua', 'Shenzhen', 'C7=30', '-f', 'html'))[1]);
    my ($was, $is) = $change =~ m{总分<td><a href=#([^>]+)>69\.50</a><td><a href=#([^>]+)>70\.20</a>};
    like($change, qr{<div id=\Q$was\E>Shenzhen, stage1 = 69\.4993}, 'whatif: a score leads to how it was');
    like($change, qr{<div id=\Q$is\E>Shenzhen, stage1 = 70\.201}, 'and to how it is');
    like($change, qr{<h4>改动前</h4>.*<h4>改动后</h4>|<h4>改动后</h4>.*<h4>改动前</h4>}s, 'which tell which of the two they are');
    like($change, qr{46: Shenzhen,C7,2010,<mark>57</mark>[^\n]* → 30}, 'the figure of the file, and the one in its place');
    my $both = $made{'diff rules/2011.lua rules/2012.lua'} // decode_utf8((run('diff', 'rules/2011.lua', 'rules/2012.lua', '-f', 'html'))[1]);
    my ($first, $second) = $both =~ m{<th>Tokyo(?:<td>.*?){2}<td><a href=#([^>]+)>92\.91</a><td><a href=#([^>]+)>93\.68</a>};
    like($both, qr{ id=\Q$first\E>Tokyo, stage1 = 92\.906}, 'diff: a score leads to the first edition');
    like($both, qr{ id=\Q$second\E>Tokyo, stage1 = 93\.68}, 'and to the second');
    my ($line) = $both =~ m{index\.C\.C7\.weight<td>权重<td><a href=#([^>]+)>4</a>};
    like($both, qr{<p id=\Q$line\E>\d+: indicator \{ "C7"}, 'a line that differs leads to the text of the rules');
    my ($drawn) = $both =~ m{<h2>版本比较</h2>\s*<figure>(.*?)</figure>}s;
    like($drawn // '', qr{<svg.*Hong Kong \(73\.98\)  5.*6  Hong Kong  \(72\.52\).*</svg>.*<details>.*>73\.98\d*</a>}s, 'a chart has the places before and after, a table beside it, too');
    my $shaken = $made{'vary rules/2011.lua --draws 50'} // decode_utf8((run('vary', 'rules/2011.lua', '--draws', 50, '-f', 'html'))[1]);
    like($shaken, qr{<h2>不确定性</h2>\s*<figure>.*<svg.*</svg>.*<details>.*<table.*</figure>}s, 'the page of vary has one of ranks');
    unlike((run('diff', 'rules/2011.lua', 'rules/2012.lua', '-f', 'md'))[1], qr/<svg/, 'other formats have none');
}

# ---- what a result hangs on, by each method ----

{
    my $rules = file('hangs.lua', <<'LUA');
local combine = require "methods.combine"
return assessment {
  id = "hangs", title = "Hangs", params = { high = 100, low = 1 },
  data = { x = csv("hangs.csv", { unit = "unit" }) }, show = { score = "total", rank = "place", details = "scores" },
  levels = { "indicator", "index" },
  index = index { "all", "All", indicator { "A1", "One", weight = 3 }, indicator { "A2", "Two", weight = 1 } },
  compute = function(a)
    local scores = a.data.x * a.params.high / 100 + 0 * a.params.low
    local total = combine.weighted_mean(scores, a.index)
    return { total = total, place = rank(total, "unit"), scores = scores }
  end,
}
LUA
    file('hangs.csv', "unit,A1,A2\nBai,10,80\nHua,50,20\nLin,70,60\n");
    my @vary = ('--vary', 'params.high=uniform(50, 200)', '--vary', 'params.low=uniform(0, 1)');
    for (['sobol', '--draws', 64, '--of', 'score', '--unit', 'Bai', @vary], ['oat', '--of', 'score', '--unit', 'Bai', @vary], ['morris', '--draws', 8, '--of', 'score', '--unit', 'Bai', @vary],
        ['correlation', '--draws', 200, '--of', 'score', '--unit', 'Bai', @vary], ['leave_out']) {
        my ($method, @more) = @$_;
        my $out = decode_utf8((run('sensitivity', $rules, '--method', $method, @more, '-f', 'html'))[1]);
        is(html_fault($out), '', "sensitivity --method $method: a good page");
        my ($figure) = $out =~ m{<figure>(.*?)</figure>}s;
        my ($svg, $beside) = ($figure // '') =~ m{(<svg.*</svg>).*<details>(.*)}s;
        my $name = $method eq 'leave_out' ? 'A1' : 'params.high';
        like(html_text($svg // ''), qr/\Q$name\E/, 'what matters stands in a chart');
        like($svg // '', qr/<path d="M[\d.]+ [\d.]+h[1-9]/, 'as a bar');
        unlike(html_text($svg // ''), qr/params\.low/, 'what does nothing does not') if $method eq 'oat' || $method eq 'morris';
        like($beside // '', qr{<th>|<td>\Q$name\E}, 'and in a table beside it');
        is((unlinked($out))[1], '', 'all numbers lead somewhere');
        if ($method eq 'oat') { # 27.5 by the rules; at 57.5 and 192.5 of the range
            like($beside, qr{params\.high<td><a href=#[^>]+>15\.8125</a><td><a href=#[^>]+>52\.9375</a>}, 'with the results at both ends');
        }
    }
}

# ---- how it is called ----

for (['md', qr/^# 深圳/], ['txt', qr/^深圳/], ['html', qr/^<!DOCTYPE html>/], ['json', qr/^\{/]) {
    my ($end, $begins) = @$_;
    my ($status, $out) = run('report', 'rules/2011.lua', '--draws', 0, '-o', "$tmp/report.$end");
    is("$status $out", '0 ', "-o report.$end");
    like(decode_utf8(slurp("$tmp/report.$end")), $begins, 'is of the kind that its name says');
}
for (['html', qr/^<!DOCTYPE html>/], ['docx', qr/^PK/], ['json', qr/^\{/], ['txt', qr/^\p{Han}/]) { # so it is for other commands
    my ($end, $begins) = @$_;
    my ($status, $out) = run('notice', 'rules/2011-units.lua', '-o', "$tmp/notice.$end");
    is("$status $out", '0 ', "notice -o notice.$end");
    my $bytes = slurp("$tmp/notice.$end");
    like($end eq 'docx' ? $bytes : decode_utf8($bytes), $begins, 'is of the kind that its name says');
}
my ($status, undef, $err) = run('report', 'rules/2011.lua', '-o', "$tmp/report.odt");
is($status, 2, 'a name that says no format is wrong usage');
like($err, qr/report\.odt: the name says no format.*html/s, 'and is told which names do');
ok(!-e "$tmp/report.odt", 'nothing is written');

done_testing();
