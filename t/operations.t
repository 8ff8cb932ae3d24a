#!/usr/bin/perl
# An operation of each class is added to a copy of src/expr/op.h and to nothing else. The program built from it
# computes with the operation, and the test names what must still be written by hand.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $build = $ENV{ASSESS_BUILD} // 'build';
plan skip_all => 'a build with sanitizers is not made twice' if $ENV{ASSESS_SAN};
plan skip_all => "no objects in $build" if !-d "$build/obj";
plan skip_all => 'a build that counts what it runs is not made twice' if glob "$build/obj/*/*.gcno";
plan skip_all => 'a build elsewhere is not made twice' if File::Spec->file_name_is_absolute($build);
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};

# ---- a copy, its objects kept: only what reads op.h is compiled again

my $copy = "$tmp/copy";
mkdir $copy or die;
my $top = File::Spec->rel2abs('.');
system("cp -a src scripts Makefile $copy && mkdir -p '$copy/$build' && cp -a '$build/obj' '$copy/$build'") == 0 or die;
symlink "$top/$_", "$copy/$_" for qw(t doc rules scripts samples);

sub change {
    my (%row) = @_;
    my $text = slurp("$top/src/expr/op.h");
    for my $list (sort keys %row) {
        $text =~ s/(#define $list\(X\) *\\\n)/$1    $row{$list} \\\n/ or die "no list $list";
    }
    open my $out, '>', "$copy/src/expr/op.h" or die;
    print $out $text;
    close $out or die;
}

sub make {
    my $said = `cd $copy && make -j2 BUILD='$build' CFLAGS='-O0 -Werror=implicit-function-declaration' @_ 2>&1`;
    return ($? >> 8, $said);
}

my %row = (
    EX_UNARY => 'X(halve, "halve", "halve", N, N, EX_PLAIN, a / 2, 0.5, NULL, (EX_none), "Half of x.")',
    EX_BINARY => 'X(gap, "gap", "gap", N, N, EX_PLAIN, __builtin_fabs(a - b), EX_BENT, EX_BENT, NULL, '
        . '(EX_none), "How far apart x and y are.")',
    EX_TERNARY => 'X(fuse, "fuse", "fuse", N, S, 0, a * b + c, b, a, 1, "a product too large", '
        . '(EX_none), "x y + z.")',
    EX_REDUCE => 'X(product, "product", "product", N, N, EX_GROUPED | EX_SEVERAL | EX_SIDE, of_product, '
        . 'EX_NAN, EX_STATE(x, 0), if (s->a != s->a) *s = t; else s->a *= t.a, a, unknown, NULL, '
        . '(EX_none), "Product of what is present.")',
);
change(%row);
my ($status, $said) = make("$build/assess", "$build/t/operations");
is($status, 0, 'one row for each class makes a program') or diag(substr $said, -2000);
unlike($said, qr/warning/, 'and no warning');
$assess = "$copy/$build/assess";

# ---- it computes with them; by hand

file('d.csv', "unit,indicator,value\nA,p,2\nA,q,3\nB,p,5\nB,q,7\nC,p,-4\n");
my $data = 'd = csv("d.csv", { unit = "unit", indicator = "indicator", value = "value" })';
my $rule = rule(<<'LUA', $data);
    local x = data.d
    local s = sum(x, "indicator")
    local part = where(s:gt(0), "plus", "minus")
    return { half = halve(s), plain = s * halve(3), gap = s:gap(7), fuse = fuse(s, 2, 1),
             rows = product(x, "indicator"), columns = x:product("unit"),
             parts = product(s, "unit", { by = part, axis = "part" }),
             whole = product(x, { "unit", "indicator" }), large = fuse(s * 1e200, 1e200, 0),
             larger = product(x * 1e200, "indicator") }
LUA
my $got = outputs($rule);
my %want = (
    half => {A => 2.5, B => 6, C => -2},
    plain => {A => 7.5, B => 18, C => -6},
    gap => {A => 2, B => 5, C => 11},
    fuse => {A => 11, B => 25, C => -7},
    rows => {A => 6, B => 35, C => -4},
    columns => {p => -40, q => 21},
    parts => {plus => 60, minus => -4},
    whole => {'' => -840},
    large => {A => '', B => '', C => ''},
    larger => {A => '', B => '', C => '-4e200'},
);
for my $name (sort keys %want) {
    my %is = map { ($_ => $got->{$name}{$_} // 'nothing') } keys %{$want{$name}};
    $_ = /^-?[\d.]+(e\+?\d+)?$/ ? $_ + 0 : $_ for values %is;
    my %should = map { ($_ => $want{$name}{$_} eq '' ? '' : $want{$name}{$_} + 0) } keys %{$want{$name}};
    is_deeply(\%is, \%should, "output $name");
}
my (undef, undef, $warned) = run($rule, '--format', 'csv');
like($warned, qr/warning: a product too large: 3 elements/, 'the domain error in its own words');
like($warned, qr/`product` gives more than a number can hold: 2 elements/, 'and in the general ones');

# ---- lint knows them

for my $call ('halve(x)', 'gap(x, 3)', 'fuse(x, 2, 1)', 'product(x, "unit")', 'x:product("unit")') {
    my ($refused, undef, $text) = run(rule("    local x = data.d\n    return { y = $call == 3 }", $data));
    like($text, qr/== compares Lua values.*write \Q$call\E:eq\(3\)/s, "$call == 3 is refused");
    is($refused, 3, '… as a fault of the rules');
}

# ---- what is missing in documents is named

my $told = `cd $copy && $build/t/operations 2>/dev/null`;
for my $name (qw(halve gap fuse product)) {
    for my $file ('doc/assess.d.lua', 'doc/language.md') {
        like($told, qr/^not ok \d+ - $name: in \Q$file\E$/m, "$name is missed in $file");
    }
}

# ---- what no row can say does not build, and the compiler names it

change(EX_SCAN => 'X(cumprod, "cumprod", "cumprod", N, N, 0, NULL, (EX_none), "Running product.")',
    EX_ORDER => 'X(midrange, "midrange", "midrange", N, N, 0, NULL, (EX_none), "Middle of the extremes.")',
    EX_REDUCE => $row{EX_REDUCE} =~ s/of_product/product/r =~ s/unknown/products/r);
($status, $said) = make('-k', map { "$build/obj/expr/$_.o" } qw(line_ops gradient kernels.baseline));
isnt($status, 0, 'rows without their code do not build');
like($said, qr/\b$_\b/, "$_ is named") for qw(scan_cumprod order_midrange slope_cumprod slope_midrange
    slope_products fold_product);

done_testing();
