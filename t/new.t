#!/usr/bin/perl
# assess new: first rules are written from CSV files of many kinds, and run.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(encode);
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# Makes rules of a file in a folder beside it; they must run, with nothing but notes from check, and their test must
# pass. Returns the rules and what they give: { unit => score }.
sub first_rules {
    my ($name, $text, $edit, @options) = @_;
    my $stem = $name =~ s/\.csv$//r;
    my $rules = "$tmp/made/$stem.lua";
    my ($status, $out, $err) = run('new', file("found/$name", $text), '-o', "$tmp/made", @options);
    is("$status$err", '0', "$name: rules are written");
    like($out, qr{assess \S*made/$stem\.lua\n}, "$name: and the next command is said");
    ($status, $out, $err) = run('check', $rules);
    is($status, 0, "$name: check finds no error") or diag $out . $err;
    unlike($out . $err, qr/: (?:warning|error) /, "$name: nor a warning");
    ($status, $out, $err) = run('test', "$tmp/made/${stem}_test.lua");
    is($status, 0, "$name: its test passes") or diag $out . $err;
    if ($edit) {
        my $made = slurp($rules);
        $edit->() for $made;
        file("made/$stem.lua", $made);
    }
    ($status, $out, $err) = run($rules, '--format', 'csv', '--output', 'score');
    is($status, 0, "$name: computes") or diag $err;
    my %score = map { /^"?([^",]+)"?,(.*)$/ ? ($1 => $2) : () } split /\n/, $out;
    delete $score{unit};
    return (slurp($rules), \%score);
}

sub scores {
    my ($got, $want, $what) = @_;
    is_deeply([sort keys %$got], [sort keys %$want], "$what: the units");
    cmp_ok(abs(($got->{$_} || 0) - $want->{$_}), '<', 1e-9, "$what: $_") for sort keys %$want;
}

# ---- a tidy file ----

# Min-max of 310, 280, 250 is 100, 50, 0; of 70, 75, 80 with more as better 0, 50, 100; of 5, 7, 9 with less as better
# 100, 50, 0.
my ($rules, $score) = first_rules('towns.csv', <<'CSV', sub { s/(unit = "%".*\n\s*better = )"higher"/$1"lower"/ });
city,region,GDP per head (USD),Life expectancy,Unemployment (%)
Donglin,North,310,70,5
Shahe,South,280,75,7
Xiwan,North,250,80,9
CSV
scores($score, { Donglin => 200 / 3, Shahe => 50, Xiwan => 100 / 3 }, 'tidy');
like($rules, qr/"gdp_per_head", "GDP per head", unit = "USD", column = "GDP per head \(USD\)"/, 'a short id, the title, the unit');
like($rules, qr/others = "drop"/, 'a column of texts is no indicator');

# A unit of which nothing is known has no score, and the test of the others still passes.
(undef, $score) = first_rules('gap.csv', "town,a,b\nDonglin,1,4\nXiwan,,\nShahe,3,2\n");
scores($score, { Donglin => 50, Xiwan => 0, Shahe => 50 }, 'a unit without figures');

my ($status, $out, $err) = run('new', "$tmp/found/towns.csv", '-o', "$tmp/made");
is($status, 2, 'nothing is written over');
like($err, qr{made/towns\.lua is there already; nothing was written}, 'and that is said');
is(slurp("$tmp/made/towns.lua"), $rules, 'the rules are as they were');
unlink "$tmp/made/towns.lua";
($status, $out, $err) = run('new', "$tmp/found/towns.csv", '-o', "$tmp/made");
like($err, qr{made/towns_test\.lua is there already}, 'nor is a test');
ok(!-e "$tmp/made/towns.lua", 'and then no rules come either');

# A year and a further word for what is missing: of 2011, and of 2010 for B's share.
# gdp: A 1200, B 800, C 1000: 100, 0, 50; share: 6, 7, 8: 0, 50, 100.
($rules, $score) = first_rules('panel.csv', <<'CSV');
city,year,gdp,share
A,2010,"1,000",5%
A,2011,"1,200",6%
B,2010,900,7%
B,2011,800,n/d
C,2011,"1,000",8%
CSV
scores($score, { A => 50, B => 25, C => 75 }, 'panel');

# Long: gdp 1, 2, 3: 0, 50, 100; air 3, 5, 4: 0, 100, 50.
($rules, $score) = first_rules('long.csv', <<'CSV');
item,city,year,figure
gdp,A,2010,1
air,A,2010,3
gdp,B,2010,2
air,B,2010,5
gdp,C,2010,3
air,C,2010,4
CSV
scores($score, { A => 0, B => 75, C => 75 }, 'long');

# ---- a download of a bank ----

# The last figures: 561.8, 3954, 1100: 0, 100, 53820/3392.2 %; 81, 71, 76: 100, 0, 50.
($rules, $score) = first_rules('bank.csv', <<'CSV');
"Data Source","Some bank",

"Last Updated","2024-01-01",

"Country Name","Country Code","Indicator Name","Indicator Code","2014","2015","2016","2017",
"Aland","ALA","GDP (current US$)","NY.GDP","5","584.0","561.8","",
"Beland","BEL","GDP (current US$)","NY.GDP","","3954.0","","",
"Celand","CEL","GDP (current US$)","NY.GDP","","1000","1100","",
"Aland","ALA","Life expectancy, total (years)","SP.LE","","80.5","81","",
"Beland","BEL","Life expectancy, total (years)","SP.LE","","70","71","",
"Celand","CEL","Life expectancy, total (years)","SP.LE","","70","76","",
CSV
scores($score, { Aland => 50, Beland => 50, Celand => (53820 / 3392.2 + 50) / 2 }, 'bank');
like($rules, qr/year = 2016,/, 'the last year with a figure');

# Two indicators with the year behind them: the last of GDP 2, 3, 7: 0, 20, 100; of air 4, 5, 1 (of 2019): 75, 100, 0.
($rules, $score) = first_rules('blocks.csv', "name,GDP_2019,GDP_2020,Air_2019,Air_2020\nA,1,2,3,4\nB,2,3,4,5\nC,5,7,1,\n");
scores($score, { A => 37.5, B => 60, C => 50 }, 'blocks');

# Years, and no name of what they are of.
($rules, $score) = first_rules('years.csv', "city,2019,2020\nA,1,2\nB,2,3\nC,5,6\n");
scores($score, { A => 0, B => 25, C => 100 }, 'years');

# ---- names of rows, as R writes them ----

# 21, 31, 11: 50, 100, 0; 110, 66, 286: 20, 0, 100.
($rules, $score) = first_rules('cars.csv', qq{"","mpg","hp"\n"Mazda",21,110\n"Fiat",31,66\n"Duster",11,286\n});
scores($score, { Mazda => 35, Fiat => 50, Duster => 50 }, 'cars');
($rules, $score) = first_rules('numbered.csv', qq{"","car","mpg"\n"1","Mazda",21\n"2","Fiat",31\n"3","Duster",11\n});
scores($score, { Mazda => 50, Fiat => 100, Duster => 0 }, 'numbered');

# ---- Excel with a decimal comma, in Latin-1 ----

# 1700.5, 4500, 3100.25: 0, 100, 50; mortality with less as better, of 160.5, 20.5, 90.5: 0, 100, 50.
my $french = encode('latin1', "Pays ;Revenu;Mortalité;Source;\nAland ;1.700,5;160,5;INSEE;\n Beland;4500;20,5;INSEE;\n"
    . "Côte;3.100,25;90,5;INSEE;\n;;;provisoire;\n");
($status, $out, $err) = run('new', file('found/french.csv', $french), '-o', "$tmp/made");
is($status, 4, 'a short text does not tell its encoding');
like($err, qr/windows-1252/, 'and the message names it');
($rules, $score) = first_rules('french.csv', $french, sub { s/("mortalit.*\n\s*better = )"higher"/$1"lower"/ }, '--encoding', 'windows-1252');
scores($score, { Aland => 0, Beland => 100, encode('UTF-8', 'Côte') => 50 }, 'french');
like($rules, qr/decimal = ",",\n\s*trim = true,\n\s*without_key = "drop",\n\s*others = "drop"/, 'its options');

# ---- a page of a yearbook, in GBK ----

# 1300, 900, 1100: 100, 0, 50; 6.1, missing, 5.1: 100, none, 0; 2.5, 3.3, 2.9: 0, 100, 50.
my $page = "表3-1 主要指标,,,\n,经济,,社会\n地区,产值（亿元）,增速（%）,每千人医生\n甲市,\"1,300\",6.1,2.5\n乙市,900,—,3.3\n"
    . "丙市,\"1,100\",5.1,2.9\n,,,\n注：数据来源于年鉴。,,,\n";
($rules, $score) = first_rules('yearbook.csv', encode('GBK', $page));
scores($score, { map { encode('UTF-8', $_->[0]) => $_->[1] } ['甲市', 200 / 3], ['乙市', 50], ['丙市', 100 / 3] }, 'yearbook');
like($rules, qr/header = \{ 2, 3 \},\n\s*footer = 1,\n\s*encoding = "GB18030"/, 'its options');
like($rules, qr/lang = "zh"/, 'in Chinese');

# ---- what is no table ----

($status, $out, $err) = run('new', file('found/text.csv', "one line\nand another\n"), '-o', "$tmp/made");
is($status, 4, 'a text is no table');
like($err, qr/no table is seen in this file/, 'and that is said');
($status, $out, $err) = run('new', file('found/twice.csv', "a,b\nx,1\nx,2\n"), '-o', "$tmp/made");
is($status, 4, 'a name that is there twice');
like($err, qr/no column names the units/, 'and that is said');
($status, $out, $err) = run('new', file('found/texts.csv', "a,b\nx,u\ny,v\n"), '-o', "$tmp/made");
like($err, qr/no column holds figures/, 'texts alone');

($status, $out, $err) = run('new', file('found/book.csv', "PK\3\4,1\nx,2\n"), '-o', "$tmp/made");
like($err, qr/book\.csv: this is a workbook \(xlsx\)/, 'a workbook that is called csv');

# ---- what rules have to say of a file, and what comes of it ----

for (
    [ 'semi', "city;GDP, all of it, USD;rate, of all, in it\nA;1;2\nB;2;3\n", qr/unit = "city",\s+separator = ";",/, 'A,0 B,100', 'commas in the headings' ],
    [ 'tab', "city\tGDP, all of it, USD\trate, of all, in it\nA\t1\t2\nB\t2\t3\n", qr/separator = "\\t",/, 'A,0 B,100', 'tabs, and commas in the headings' ],
    [ 'pct', qq{city,indicator,year,value\nA,gdp,2010,"1,234"\nA,rate,2010,5%\nB,gdp,2010,"2,000"\nB,rate,2010,3%\nC,gdp,2010,x\nC,rate,2010,4%\n}, qr/numbers = \{ \["value"\] = "%," \},\s+missing = \{ "x" \}/, 'A,50 B,50 C,', 'marks in a column of all figures' ],
    [ 'codes', "code,city,indicator code,indicator,value\n1,A,g,GDP of all,1\n1,A,p,people there,2\n2,B,g,GDP of all,3\n2,B,p,people there,5\n", qr/indicator = "indicator code".*others = "drop".*"gdp_of_all", "GDP of all", column = "g"/s, 'A,0 B,100', 'codes beside names' ],
    [ 'region', "year,region,gdp\n2010,A,1\n2011,A,2\n2010,B,4\n", qr/unit = "region", year = "year"/, 'A,0 B,100', 'the year comes first' ],
    [ 'spaces', " city , gdp \nA,1\n B,2\n,3\n", qr/trim = true,\s+without_key = "drop"/, 'A,0 B,100', 'spaces, and a row without a name' ],
) {
    my ($name, $text, $says, $want, $what) = @$_;
    run('new', file("found/$name.csv", $text), '-o', "$tmp/made");
    like(slurp("$tmp/made/$name.lua"), $says, "$what: the rules say so");
    ($status, $out, $err) = run("$tmp/made/$name.lua", '--format', 'csv', '--output', 'score');
    is(join(' ', grep { defined } (split /\n/, $out)[ 1 .. 3 ]), $want, "$what: the scores") or diag $err;
}
($status, $out, $err) = run('new', file('found/only.csv', "year,gdp\n2010,1\n2011,2\n"), '-o', "$tmp/made");
like("$status$err", qr/^4assess: \S*only\.csv: no column names the units/, 'years alone are no units');

done_testing;
