#!/usr/bin/perl
# Exchange with the R package COINr: its tables are imported and exported again, and mistakes in them are refused.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $meta = <<'CSV';
Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type,best,capped
1,gdp,"Product, per ""head""",1,2,CNY,90,NA,Eco,Indicator,80,TRUE
1,debt,Debt,-1,1,CNY,NA,Pop,Eco,Indicator,10,FALSE
1,air,Air,-1,1,ug,NA,NA,Env,Indicator,NA,NA
2,Eco,Economy,1,3,NA,NA,NA,All,Aggregate,NA,NA
2,Env,Environment,1,1,NA,NA,NA,All,Aggregate,NA,NA
3,All,Everything,1,1,NA,NA,NA,NA,Aggregate,NA,NA
NA,Pop,People,NA,NA,heads,NA,NA,NA,Denominator,NA,NA
NA,Region,Region,NA,NA,NA,NA,NA,NA,Group,NA,NA
CSV
my $data = <<'CSV';
uCode,uName,Region,Pop,gdp,debt,air
A,Ahai,north,10,50,20,30
B,Bohe,south,20,90,NA,60
C,Cize,north,40,70,10,45
CSV
my ($iMeta, $iData) = (file('iMeta.csv', $meta), file('iData.csv', $data));

# The table as it stands.
my $direct = outputs(file('direct.lua', <<'LUA'));
local combine = require "methods.combine"
return assessment {
  id = "direct", title = "Direct",
  data = { x = csv("iData.csv", { unit = "uCode", carry = { "uName", "Region", "Pop" } }) },
  index = index_from_csv "iMeta.csv",
  compute = function(a)
    local i = a.index
    local groups = combine.weighted_mean(a.data.x, i)
    return { weight = i.weight, better = i.better, unit = i.unit, target = i.target, denominator = i.denominator,
             best = i.best, capped = i.capped, parent = i.group, level = i:level("group").weight,
             groups = groups, total = combine.weighted_mean(groups, i) }
  end,
}
LUA
is(join(' ', map $direct->{weight}{$_}, qw(gdp debt air)), '2 1 1', 'weights');
is(join(' ', map $direct->{better}{$_}, qw(gdp debt air)), 'higher lower lower', 'directions');
is(join(' ', map $direct->{parent}{$_}, qw(gdp debt air)), 'Eco Eco Env', 'parents');
is(join(' ', map $direct->{level}{$_}, qw(Eco Env)), '3 1', 'weights of groups');
is("$direct->{unit}{gdp} $direct->{target}{gdp} $direct->{denominator}{debt}", 'CNY 90 Pop', 'columns with a meaning');
is("$direct->{best}{gdp} $direct->{best}{air} $direct->{capped}{gdp} $direct->{capped}{debt}", '80  true false', 'others by their names');
is($direct->{total}{A}, (3 * (2 * 50 + 20) / 3 + 30) / 4, 'a total by hand');
my $lighter = outputs("$tmp/direct.lua", '--set', 'index.Eco.gdp.weight=0');
is($lighter->{groups}{'A/Eco'}, 20, 'its values have addresses');

# As Excel saves it where the comma is decimal: semicolons, and names are left out. 1.5, 3.25, 2 and 40, 10, 20 with less
# as better: 0, 100, 200/7 and 0, 100, 200/3.
{
    my $short = file('comma/iMeta.csv', "Level;iCode;Direction;Weight;Parent;Type\n1;x1;1;0,5;P;Indicator\n1;x2;-1;1;P;Indicator\n2;P;1;1;NA;Aggregate\n");
    my $comma = file('comma/iData.csv', "uCode;x1;x2\nA;1,5;40\nB;3,25;10\nC;2;20\n");
    my ($status, $out, $err) = run('import', 'coinr', $comma, $short, '-o', "$tmp/comma_out");
    is("$status$err", '0', 'decimal commas and no names');
    my $index = outputs("$tmp/comma_out/rules.lua")->{index};
    near($index->{$_->[0]}, $_->[1], 1e-9, "decimal commas: $_->[0]") for ['A', 0], ['B', 100], ['C', (0.5 * 200 / 7 + 200 / 3) / 1.5];
    file('comma/iData.csv', "uCode;x1;x2\nA;1,5;40.5\nB;3,25;10\n");
    ($status, $out, $err) = run('import', 'coinr', $comma, $short, '-o', "$tmp/mixed_out");
    is($status, 4, 'commas and points together: refused at once');
    like($err, qr/iData\.csv:2:x1: '1,5' is not a number: it has a decimal comma/, 'with the cell');
}

# A tree with an indicator right below the total: it is its own group.
{
    my $ragged = $meta =~ s/^2,Eco/1,sun,Sun,1,2,h,NA,NA,All,Indicator,NA,NA\n2,Eco/mr;
    my $wide = $data =~ s/$/,12/mgr =~ s/,12/,sun/r =~ s/,12\z//r;
    file('ragged/iMeta.csv', $ragged);
    file('ragged/iData.csv', $wide);
    methods_in("$tmp/ragged");
    my $got = outputs(file('ragged/direct.lua', slurp("$tmp/direct.lua")));
    is($got->{groups}{'A/sun'}, 12, 'an indicator that is its own group');
    is($got->{total}{A}, (3 * (2 * 50 + 20) / 3 + 30 + 2 * 12) / 6, 'counts as one');
    is($got->{parent}{sun}, 'sun', 'and is its own parent');
}

# In and out.
my @import = ('import', 'coinr', $iData, $iMeta, '-o');
my ($status, undef, $err) = run(@import, "$tmp/in");
is($status, 0, 'taken over') or diag($err);
methods_in("$tmp/in");
my $in = outputs("$tmp/in/rules.lua");
is($in->{x}{'A/debt'}, 2, 'divided by its denominator');
is($in->{scores}{'A/air'}, 100, 'min-max with directions');
is($in->{group}{'A/Eco'}, 0, 'weighted means') or diag(join "\n", %{ $in->{group} // {} });
is(slurp("$tmp/in/iData.csv"), $data, 'the data as they were');
like(slurp("$tmp/in/rules.lua"), qr/levels = \{ "indicator", "group", "index" \}/, 'three levels and what they are called');
like(slurp("$tmp/in/rules.lua"), qr/indicator \{ "gdp", "Product, per \\"head\\"", better = "higher", weight = 2, unit = "CNY", target = 90, best = 80, capped = true \}/,
    'elements are written out');
is((run('export', 'coinr', "$tmp/in/rules.lua", '-o', "$tmp/out"))[0], 0, 'given back');
my $rows = sub { my ($head, @rows) = csv_rows($_[0]); my %row; for my $r (@rows) { $row{ $r->[$_[1]] }{ $head->[$_] } = $r->[$_] for 0 .. $#$head } \%row };
my $same = sub {
    my ($got, $want, @ignored) = @_;
    my @off;
    for my $code (sort keys %$want) {
        for my $column (sort keys %{ $want->{$code} }) {
            my ($is, $was) = map { $_->{$code}{$column} // '(nothing)' } $got, $want;
            push @off, "$code $column: $is, was $was" unless $is eq $was || grep { $_ eq $column } @ignored;
        }
    }
    return "@off";
};
my $was = $rows->($meta, 1);
$was->{Pop}{iName} = 'Pop';
$was->{Pop}{Unit} = 'NA';     # what iMeta says of columns outside of the tree has no place in rules
is($same->($rows->(slurp("$tmp/out/iMeta.csv"), 1), $was), '', 'the metadata come back');
is($same->($rows->(slurp("$tmp/out/iData.csv"), 0), $rows->($data, 0)), '', 'and the data');
is((run('import', 'coinr', "$tmp/out/iData.csv", "$tmp/out/iMeta.csv", '-o', "$tmp/again"))[0], 0, 'and can be taken over again');
is(slurp("$tmp/again/rules.lua"), slurp("$tmp/in/rules.lua"), 'as the same rules');
is((run('export', 'coinr', "$tmp/direct.lua", '-o', "$tmp/out2"))[0], 0, 'rules that read the table');
is(slurp("$tmp/out2/iMeta.csv"), slurp("$tmp/out/iMeta.csv"), 'give the same back');

# Panels.
my $panel = file('panel.csv', "uCode,Time,Region,Pop,gdp,debt,air\nA,2010,n,1,1,1,1\nA,2011,n,1,3,NA,2\nB,2011,s,1,2,2,3\n");
is((run('import', 'coinr', $panel, $iMeta, '-o', "$tmp/panel"))[0], 0, 'a panel');
like(slurp("$tmp/panel/rules.lua"), qr/unit = "uCode", year = "Time"/, 'has years');
methods_in("$tmp/panel");
is(outputs("$tmp/panel/rules.lua")->{x}{'A/gdp/2011'}, 3, 'that are an axis');
is((run('export', 'coinr', "$tmp/panel/rules.lua", '-o', "$tmp/panel2"))[0], 0, 'given back');
is($same->($rows->(slurp("$tmp/panel2/iData.csv"), 1), $rows->(slurp($panel), 1)), '', 'with its years');

# Mistakes, with the row.
sub refused {
    my ($name, $from, $to, $message, $where) = @_;
    my $text = $meta;
    $text =~ s/\Q$from\E/$to/ or die "no $from";
    my ($got, undef, $said) = run('import', 'coinr', $iData, file('bad.csv', $text), '-o', "$tmp/bad");
    is($got, 4, "refused: $name");
    like($said, qr/bad\.csv:$where: .*\Q$message\E/, $name);
    ok(!-e "$tmp/bad", 'nothing is written');
}
refused('a parent that is none', ',Env,Indicator', ',Envv,Indicator', "no aggregate 'Envv'", '4:Parent');
refused('no parent', 'NA,Env,Indicator', 'NA,NA,Indicator', "indicator 'air' has no parent", '4:Parent');
refused('two totals', 'NA,NA,NA,All,Aggregate,NA,NA
2,Env', 'NA,NA,NA,NA,Aggregate,NA,NA
2,Env', "has a parent", '7:Parent');
refused('a direction', '1,air,Air,-1', '1,air,Air,2', 'a direction is 1 or -1', '4:Direction');
refused('a type', 'Env,Indicator', 'Env,Indikator', "no type 'Indikator'", '4:Type');
refused('an indicator above level 1', '1,air', '2,air', "indicator 'air' is not on level 1", '4:Level');
refused('no code', '1,air,Air', '1,,Air', 'the row has no code', '4:iCode');
refused('no level', '1,air', '0,air', "'air' has no level", '4:Level');
refused('an empty level', '1,air', ',air', "'air' has no level", '4:Level');
refused('a level below its own', '3,All', '2,All', 'below its parent', '[56]:Level');
refused('a weight', '1,air,Air,-1,1', '1,air,Air,-1,one', 'one', '4:Weight');
refused('no weight', '1,air,Air,-1,1', '1,air,Air,-1,NA', "'air' has no weight", '4:Weight');
refused('an aggregate without a weight', '2,Env,Environment,1,1', '2,Env,Environment,1,', "'Env' has no weight", '6:Weight');
refused('a row without data', '1,air,Air', '1,airr,Air', "the data have no column 'airr'", '4:iCode');
refused('a denominator that is not there', 'NA,Pop,Eco', 'NA,Popp,Eco', "divided by 'Popp'", '3:Denominator');
my ($got, undef, $said) = run('import', 'coinr', file('more.csv', $data =~ s/air/ait/r), $iMeta, '-o', "$tmp/bad");
like($said, qr/more\.csv:1:ait: iMeta has no row 'ait'.*did you mean 'air'/s, 'a column without a row');
$meta =~ s/1,air,Air,-1,1,/1,air,Air,-1,-1,/;
file('iMeta.csv', $meta);
($status, undef, $err) = run("$tmp/direct.lua");
is($status, 3, 'a negative weight in rules that read the table');
like($err, qr/iMeta\.csv:4:.*a weight is not negative/, 'is found on its row');
for my $case (['Weight', '1,debt,Debt,-1,1,', '1,debt,Debt,-1,NA,', "'debt' has no weight", '3:Weight'],
              ['Parent', ',Env,Indicator', ',Envv,Indicator', "no aggregate 'Envv'", '4:Parent'],
              ['Direction', '1,debt,Debt,-1', '1,debt,Debt,down', "'down' is not a number", '3:Direction']) {
    my ($what, $from, $to, $message, $where) = @$case;
    file('iMeta.csv', $meta =~ s/1,air,Air,-1,-1,/1,air,Air,-1,1,/r =~ s/\Q$from\E/$to/r);
    my ($got, undef, $said) = run("$tmp/direct.lua");
    is($got, 3, "$what: a table that the rules are made from is rules");
    like($said, qr/iMeta\.csv:$where: \Q$message\E/, 'with its row and column');
}
# What a table holds beside the tree is told of once; weights that nothing reads are told of by themselves.
file('iMeta.csv', $meta =~ s/1,air,Air,-1,-1,/1,air,Air,-1,1,/r);
my $short = sub { file('short.lua', <<"LUA") };
return assessment { id = "short", title = "Short", cite = "x", data = { x = csv("iData.csv", { unit = "uCode", carry = { "uName", "Region", "Pop" } }) },
  index = index_from_csv "iMeta.csv", compute = function(a) return { y = $_[0] } end }
LUA
my $u02 = sub { my (undef, $out) = run('check', $short->($_[0]), '--only', 'U02'); [map { s{^.*/}{}r } grep { /U02/ } split /\n/, $out] };
is_deeply($u02->('mean(a.data.x, "indicator", { weights = a.index.weight * a.index.best })'),
    ['iMeta.csv:1:1: warning U02: no result depends on the columns capped, target, denominator of the table',
     'iMeta.csv:5:1: warning U02: no result depends on index.Eco.weight'], 'columns that nothing reads');
is_deeply($u02->('mean(a.data.x, "indicator")'),
    ['iMeta.csv:1:1: warning U02: no result depends on the columns best, capped, target, denominator of the table',
     'iMeta.csv:5:1: warning U02: no result depends on the weight of 2 of 5: Eco, gdp'], 'and weights');
file('lost.lua', slurp("$tmp/direct.lua") =~ s/iMeta\.csv/iMetta.csv/r);
($status, undef, $err) = run("$tmp/lost.lua");
is($status, 3, 'a table that is not there');
like($err, qr/lost\.lua:5:27: there is no table '.*iMetta\.csv' — did you mean '.*iMeta\.csv'\?/, 'is said of the line that names it');
is((run('import', 'coinr', $iData))[0], 2, 'too little is wrong usage');
is((run('export', 'coinr', "$tmp/direct.lua"))[0], 2, 'and so is no folder');
is((run('import', 'excel', $iData, $iMeta, '-o', "$tmp/bad"))[0], 2, 'and another program');

SKIP: {
    my $reference = ($ENV{ASSESS_REFERENCE} // "$shared/reference") . '/asem';
    skip 'the reference data is not here', 4 unless -d $reference;
    is((run('import', 'coinr', "$reference/asem_iData.csv", "$reference/asem_iMeta.csv", '-o', "$tmp/asem"))[0], 0, 'ASEM, taken over');
    methods_in("$tmp/asem");
    is((run('export', 'coinr', "$tmp/asem/rules.lua", '-o', "$tmp/asem2"))[0], 0, 'given back');
    my $number = sub { my $t = $_[0]; $t =~ s/(?<=,)(-?[0-9.]+(?:e[-+]?[0-9]+)?)(?=[,\n])/0 + $1/ger };
    is($same->($rows->(slurp("$tmp/asem2/iMeta.csv"), 1), $rows->($number->(slurp("$reference/asem_iMeta.csv")), 1), 'iName', 'Unit', 'Target'), '', 'the same tree');
    my ($ours, $theirs) = map { $rows->(slurp($_), 1) } "$tmp/asem2/iData.csv", "$reference/asem_iData.csv";
    $ours = $rows->(slurp("$tmp/asem2/iData.csv"), 0);
    my @off;
    for my $row (values %$theirs) {
        for (keys %$row) {
            my $is = $ours->{ $row->{uCode} }{$_} // '?';
            push @off, "$row->{uCode} $_: $is" unless $is eq $row->{$_} || ($is =~ /^-?[0-9]/ && $is == $row->{$_});
        }
    }
    is("@off", '', 'and the same data');
}
done_testing();
