#!/usr/bin/perl
# The catalogue of texts: every text has its Chinese, messages are in the language that was asked for, and
# nothing but words depends on the language.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode encode);
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More;

plan skip_all => 'the catalogue is the same with sanitizers' if $ENV{ASSESS_SAN};

sub rule_file { return file($_[0], encode('UTF-8', $_[1])) }

my @variables = qw(LANGUAGE LC_ALL LC_MESSAGES LANG);

sub output_of {
    open my $in, '-|:encoding(UTF-8)', @_ or die "$_[0]: $!";
    local $/;
    my $text = <$in> // '';
    close $in;
    return $text;
}

# said(ENVIRONMENT, ARGUMENT...): status, standard output and error, as characters.
sub said {
    my ($in, @command) = @_;
    local @ENV{@variables} = map { $in->{$_} } @variables;
    delete @ENV{ grep { !defined $ENV{$_} } @variables };
    my ($status, $out, $err) = run(@command);
    return ($status, map { decode('UTF-8', $_) } $out, $err);
}

# ---- every text has its Chinese

is(output_of('scripts/texts', '--check'), '', 'every text that code looks up has its Chinese, and no other is there');
is(output_of('sh', '-c', "msgfmt --check -o $tmp/check.mo src/base/zh_CN.po 2>&1"), '', 'with the same conversions');

# A copy of the sources, to which somebody adds texts and in which somebody spoils the catalogue: the check must notice
# each. They are put in together, since reading all sources takes seconds.
make_path("$tmp/tree/scripts");
make_path("$tmp/tree/rules");
system('cp', '-R', 'src', "$tmp/tree/") == 0 && system('cp', '-R', 'rules/methods', "$tmp/tree/rules/") == 0 or die;
copy('scripts/texts', "$tmp/tree/scripts/texts") or die;
chmod 0755, "$tmp/tree/scripts/texts";

sub append {
    my ($file, @lines) = @_;
    open my $out, '>>', "$tmp/tree/$file" or die;
    print $out "$_\n" for @lines;
    close $out;
}

my $fault = 'int odd(fault *f) { return fault_set(f, FAULT_RULE, "the moon %s is too round", f ? "a" : "b"); }';
my @c = (
    ['a message',             $fault,                                               'the moon %s is too round'],
    ['a hint',                $fault =~ s/fault_set\(f, FAULT_RULE,.*\)/fault_at(f, FAULT_RULE, NULL, 1 ? "wait for a new moon" : NULL, "%s", "")/r, 'wait for a new moon'],
    ['a text in a table',     'static const char *const moons[] = {TEXT("a moon that wanes")};', 'a moon that wanes'],
    ['a word of a report',     'const char *m(const view *v) { return view_text(v, "Moon"); }', 'Moon'],
    ['a text of two strings', 'const char *m(void) { return text_message("the moon is " "in two parts"); }', 'the moon is in two parts'],
);
# The same of a method in Lua.
my @lua = (
    ['an error',                'error("the moon is as flat as paper")',              'not in the catalogue: the moon is as flat as paper'],
    ['an error with a value',   'error { "the moon %s is too far", 1 }',              'not in the catalogue: the moon %s is too far'],
    ['one of two',              'error(a and "the moon is round" or "the moon is half")', 'not in the catalogue: the moon is half'],
    ['a warning',               'warn(x:gt(1), "moons above 1:", x)',                 'not in the catalogue: moons above 1:'],
    ['a refusal',               'refuse(x:gt(1), { "%s: moons above 1", "a" })',      'not in the catalogue: %s: moons above 1'],
    ['a message raised later',  'local m = message "the moon wanes"',                 'not in the catalogue: the moon wanes'],
    ['one that is put together', 'error("the moon has the shape " .. shape)',         'put together, so that it is not looked up: the moon has the shape '],
);
my @po = (
    ['an entry without Chinese', sub { s/msgstr "内存不足"/msgstr ""/ }, qr/^no Chinese: out of memory$/m],
    ['a fuzzy entry',            sub { s/(?=#: \S+\nmsgid "out of memory")/#, fuzzy\n/ }, qr/^fuzzy: out of memory$/m],
    ['a text that no code has',  sub { $_ .= qq(\nmsgid "out of moons"\nmsgstr "没有月亮"\n) }, qr/^no code looks this up: out of moons$/m],
    ['an obsolete entry',        sub { $_ .= qq(\n#~ msgid "out of suns"\n#~ msgstr "没有太阳"\n) }, qr/^obsolete: /m],
    ['half-width punctuation',   sub { $_ .= qq(\nmsgid "out of stars"\nmsgstr "星星,不足"\n) }, qr/^half-width punctuation: 星星,不足$/m],
);
append('src/base/arena.c', map { $_->[1] } @c);
append('rules/methods/years.lua', map { $_->[1] } @lua);
{
    local $_ = decode('UTF-8', slurp("$tmp/tree/src/base/zh_CN.po"));
    for my $case (@po) {
        my $before = $_;
        $case->[1]->();
        isnt($_, $before, "$case->[0]: changed");
    }
    open my $out, '>:encoding(UTF-8)', "$tmp/tree/src/base/zh_CN.po" or die;
    print $out $_;
    close $out;
}
my $noticed = output_of("$tmp/tree/scripts/texts", '--check');
like($noticed, qr/^not in the catalogue: \Q$_->[2]\E \(src\/base\/arena\.c:\d+\)$/m, "$_->[0] without Chinese is noticed") for @c;
like($noticed, qr/^\Q$_->[2]\E \(rules\/methods\/years\.lua:\d+\)$/m, "$_->[0] of a method without Chinese is noticed") for @lua;
like($noticed, $_->[2], "$_->[0] is noticed") for @po;

# ---- which language

my $chinese = rule_file('zh.lua', qq(return assessment { id = "a", title = "试算", compute = function(a) return { x = fehlt } end }\n));
my $english = rule_file('en.lua', qq(return assessment { id = "a", title = "a test", compute = function(a) return { x = fehlt } end } -- 中文\n));
my $named   = rule_file('lang.lua', qq(return assessment { id = "a", title = "试算", lang = "en", compute = function(a) return { x = fehlt } end }\n));
my $broken  = rule_file('broken.lua', qq(return assessment { id = "a", title = "试算"\n));
my ($zh, $en) = (qr/没有定义/, qr/is not defined/);
for my $case (
    ['--lang comes first',                    { LANGUAGE => 'en' },                         [$english, '--lang', 'zh'], $zh],
    ['in either form',                        { LANGUAGE => 'zh' },                         [$chinese, '--lang=en'], $en],
    ['LANGUAGE is a list',                    { LANGUAGE => 'fr:zh_CN:en', LC_ALL => 'en_US.UTF-8' }, [$english], $zh],
    ['then LC_ALL',                           { LC_ALL => 'zh_CN.UTF-8', LANG => 'en_US' }, [$english], $zh],
    ['then LC_MESSAGES',                      { LC_MESSAGES => 'en_GB', LANG => 'zh_CN' },  [$chinese], $en],
    ['then LANG',                             { LANG => 'zh_TW.UTF-8' },                    [$english], $zh],
    ['a language that is not here is English', { LANG => 'de_DE.UTF-8' },                   [$chinese], $en],
    ['C says nothing: the rules decide',      { LANG => 'C.UTF-8' },                        [$chinese], $zh],
    ['nor does POSIX',                        { LC_ALL => 'POSIX', LANG => 'en_US.UTF-8' }, [$chinese], $zh],
    ['English rules, English messages',       {},                                           [$english], $en],
    ['the rules may name their language',     {},                                           [$named], $en],
    ['rules that cannot be read: their texts count', {},                                    [$broken], qr/没有结束|过早结束/],
) {
    my ($what, $in, $command, $told) = @$case;
    my ($status, $out, $err) = said($in, @$command);
    like($err, $told, $what);
    is($status, 3, '… with the same status');
}
my ($status, $out, $err) = said({}, '--lang', 'fr', $english);
is("$status $err", "2 assess: --lang fr: must be one of en, zh\n", 'another language is refused');
($status, $out, $err) = said({ LANG => 'zh_CN' }, 'help', 'diff');
like($out, qr/自有选项/, 'help is in Chinese');
($status, $out, $err) = said({}, 'help', '--lang', 'zh');
like($out, qr/--lang LANGUAGE +消息的语言/, 'and lists --lang');
($status, $out, $err) = said({}, '--', '--lang');
like($err, qr/--lang/, 'behind -- it is a name');

# What scripts can see of a message is English, for all.
my $caught = rule_file('caught.lua', <<'LUA');
local ok, why = pcall(function() return sum(1, 2, 3) end)
return assessment { id = "a", title = "试算", note = why, compute = function(a) return { x = array("unit", { A = 1 }) } end }
LUA
my @notes = map { (said({ LANGUAGE => $_ }, $caught, '--format', 'json'))[1] } qw(zh en);
is($notes[0], $notes[1], 'a message that rules catch is the same in every language');
like($notes[0], qr/"note": ".*[a-z]+ [a-z]+/, 'which is English');
my $test = rule_file('caught_test.lua', <<'LUA');
test("refused", function(t) t.fails("zh.lua", nil, "is not defined.*a text stands in quotes") end)
LUA
my @verdicts = map { (said({ LANGUAGE => $_ }, 'test', $test))[0] } qw(zh en);
is("@verdicts", '0 0', 'a test of rules has the same verdict in every language');

# What methods of the library raise is looked up; what rules raise stays as it is written.
sub raised {
    my ($body) = @_;
    my $rule = rule_file('raised.lua', <<"LUA");
return assessment { id = "a", title = "a test", compute = function(a)
  local x = array("unit", { A = 1, B = -2 })
  $body
  return { x = x }
end }
LUA
    return map { join '', (said({ LANGUAGE => $_ }, $rule))[1, 2] } qw(en zh);
}
for my $case (
    ['an error of a method',         'require("methods.years").change(x, 1, { since = "never" })', qr/years: since = "year" or "data", not never/, qr/years：since = "year" 或 "data"，不能是 never/],
    ['several faults in one',        'require("methods.grade").check { { "A", 90 }, { "A", 95 } }', qr/bands: A stands twice; A \(from 95\) does not lie below A \(from 90\)/, qr/bands：A 出现了两次；A（95 起）并不低于 A（90 起）/],
    ['a refusal with a value',       'require("methods.normalise").minmax(x, { better = "most" })', qr/minmax: better is "higher"/, qr/minmax：better 应为 "higher"/],
    ['a warning',                    'warn(x:lt(0), "a figure of the rules:", x)', qr/a figure of the rules: -2\.000 \(unit B\)/, qr/a figure of the rules: -2\.000/],
    ['an error of rules',            'error "there are none"', qr/there are none/, qr/there are none/],
    ['an error of rules with values', 'error { "%s of %s: %s", 1, "two", nil }', qr/1 of two: nil/, qr/1 of two: nil/],
    ['no message',                   'error {}', qr/error\(\) was called with what is no text/, qr/错误/],
) {
    my ($what, $body, @told) = @$case;
    my @err = raised($body);
    like($err[$_], $told[$_], "$what, " . (qw(English Chinese))[$_]) for 0, 1;
}

# ---- messages at run time

# What is neither a name, a path, a number nor code.
sub words_of {
    my ($text) = @_;
    $text =~ s/'[^']*'|`[^`]*`|"[^"]*"|“[^”]*”//g;
    $text =~ s/\S*[=(){}\[\]<>_.\/:*#|]\S*//g;
    return $text =~ /\b[a-z]{2,}(?:,? [a-z]+){2,}/ ? $& : '';
}

# Lua's own words, and texts that the rules themselves raise.
my $lua = qr/attempt to|expected|unexpected symbol|unfinished|near|bad argument|stack overflow|invalid|malformed|too many|function or expression|not enough|control structure|no visible label|jumps into|already defined|string slice|wrong number|unable to|got |out of range|too large|object length|table index|cannot use|missing|break outside|resulting string/;
my $count = 0;
my (%raised, %english);
# The program that notes what it looked up in vain (t/in_vain.c), where it is built.
my $in_vain = ($ENV{ASSESS_BUILD} // 'build') . '/t/in_vain';
my @in_vain = -x $in_vain ? ("$tmp/missing") : ();
for my $file (glob('t/check/*.lua'), map { "t/attack/$_.lua" } qw(bytecode close_plain coroutine dump
    environment_metatable environment_write format_pointer globals_write latin1 load metatable_close metatable_gc nul
    pattern_bytes pattern_text_long rep_huge require_absolute require_self require_up result_tostring string_metatable
    utf16 xpcall)) {
    next if $file =~ /mended/;
    my @options = slurp($file) =~ /^-- options: (.*)/ ? split ' ', $1 : ();
    my @command = $file =~ m{^t/check/} ? ('check', $file, @options) : ($file, '-q');
    my @told = map {
        local $rules::assess = @in_vain ? $in_vain : $assess;
        [said({ LANGUAGE => $_ }, @in_vain, @command)]
    } qw(en zh);
    is($told[1][0], $told[0][0], "$file: the status is the same");
    my @place = map { [map { /^(\S+?:[\d:]*)(?= |:)/ ? $1 : () } split /\n/, $_->[2] . ($command[0] eq 'check' ? $_->[1] : '')] } @told;
    is("@{$place[1]}", "@{$place[0]}", "$file: the places are the same");
    if ($command[0] eq 'check') {
        my @code = map { join ' ', $_->[1] =~ /\b([A-Z]\d\d)\b/g } @told;
        is($code[1], $code[0], "$file: the codes are the same");
    }
    for (split /\n/, "$told[1][2]$told[1][1]") {
        next if !s/^\S+?:(?:\d+:)*(?:\d+:)? //;
        $count++;
        next if /$lua|more than the whole/; # texts of rules
        my $words = words_of($_);
        $english{"$file: $_ [$words]"} = 1 if $words;
    }
}
cmp_ok($count, '>', 60, 'many messages were raised');
is(join("\n", sort keys %english), '', 'and none of them is in English');

# The look-ups that found nothing: what was put together already, and is in Chinese, or no words at all.
SKIP: {
    skip "$in_vain is not built", 2 if !@in_vain;
    my $missing = -e "$tmp/missing" ? decode('UTF-8', slurp("$tmp/missing")) : '';
    isnt($missing, '', 'texts of the rules have no Chinese');
    is(join("\n", grep { !/\p{Han}/ && words_of($_) && !/$lua/ } split /\0/, $missing), '', 'no text was looked up in vain');
}

done_testing;
