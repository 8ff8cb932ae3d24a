# What tests of rules and documents share, in Perl: running the program in a directory of their own,
# reading CSV, comparing numbers. A test begins with
#
#     use FindBin; use lib $FindBin::Bin; use rules;
#
# and starts in the project's top directory.
package rules;
use strict;
use warnings;
use Encode qw(decode encode);
use Exporter 'import';
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Spec;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

our @EXPORT = qw($assess $shared $tmp run printed file rule outputs csv_rows csv_text near width slurp methods_in);

$ENV{LANGUAGE} = 'en'; # of messages, whatever the environment and the rules say
chdir "$FindBin::Bin/.." or die "no top directory: $!";
our $assess = File::Spec->rel2abs($ENV{ASSESS_BIN} // ($ENV{ASSESS_BUILD} // 'build') . '/assess');
our $shared = '../shared';
our $tmp = tempdir(CLEANUP => 1);
# Tests run in folders of their own; tests of what rules may read unset it.
$ENV{ASSESS_ALLOW} = join ':', (grep { -d } map { File::Spec->rel2abs($_) } '.', $shared), $tmp;
methods_in($tmp);

sub slurp {
    my ($name) = @_;
    open my $in, '<:raw', $name or die "$name: $!";
    local $/;
    return scalar <$in>;
}

# run(ARGUMENT...): exit status, standard output, standard error of the program.
sub run {
    my @command = ($assess, @_);
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$tmp/.out" or die;
        open STDERR, '>', "$tmp/.err" or die;
        exec @command or exit 127;
    }
    waitpid $pid, 0;
    my $status = $? & 127 ? "signal " . ($? & 127) : $? >> 8;
    return ($status, slurp("$tmp/.out"), slurp("$tmp/.err"));
}

# printed(ARGUMENT...): what the program prints, as characters; a test of its own is that it succeeds
# without a message.
sub printed {
    my ($status, $out, $err) = run(map { encode('UTF-8', $_) } @_);
    is("$status/$err", '0/', "assess @_") or diag(decode('UTF-8', $err));
    return decode('UTF-8', $out);
}

# width(TEXT): the columns it takes. Wide characters take two, and combining ones none.
sub width {
    my ($text) = @_;
    my $wide = () = $text =~ /[\p{East_Asian_Width=Wide}\p{East_Asian_Width=Fullwidth}]/g;
    my $none = () = $text =~ /[\p{Mn}\p{Me}\x{200c}\x{200d}]/g;
    return length($text) + $wide - $none;
}

# methods_in(DIRECTORY): copies the methods there, so that rules in it can require them.
sub methods_in {
    my ($home) = @_;
    for my $from (glob('rules/methods/*.lua'), glob 'rules/methods/*/*.lua') {
        my $to = $home . '/' . $from =~ s{^rules/}{}r;
        make_path(dirname($to));
        copy($from, $to) or die "$from: $!";
    }
}

# file(NAME, TEXT): writes a file below the test's directory; returns its path.
sub file {
    my ($name, $text) = @_;
    make_path(dirname("$tmp/$name"));
    open my $out, '>:raw', "$tmp/$name" or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
    return "$tmp/$name";
}

# rule(BODY, DATA): a rule file whose compute is the Lua text BODY and whose data table is DATA.
my $rules = 0;
sub rule {
    my ($body, $data) = @_;
    my $name = 'rule' . ++$rules . '.lua';
    return file($name, <<"LUA");
local normalise = require "methods.normalise"
local combine = require "methods.combine"
return assessment {
  id = "test", title = "a test", data = { $data },
  compute = function(a)
    local data = a.data
$body
  end,
}
LUA
}

# outputs(ARGUMENT...): runs with -o and returns { output => { "label/label" => text } }; on a failure of
# the program it fails a test and returns {}.
my $runs = 0;
sub outputs {
    my $dir = "$tmp/out" . ++$runs;
    my ($status, $out, $err) = run(@_, '-o', $dir);
    if ($status) {
        fail("assess @_");
        diag("status $status\n$err");
        return {};
    }
    my %result;
    for my $path (glob "'$dir'/*.csv") {
        my ($name) = $path =~ m{([^/]+)\.csv$};
        my ($head, @rows) = csv_rows(slurp($path));
        $result{$name}{join '/', @$_[0 .. $#$_ - 1]} = $_->[-1] for @rows;
    }
    return \%result;
}

# csv_rows(TEXT): rows of fields, RFC 4180.
sub csv_rows {
    my ($text) = @_;
    my @rows;
    my @row;
    $text =~ s/^\xEF\xBB\xBF//;
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\z)/gc) {
        my ($field, $plain, $end) = ($1, $2, $3);
        if (defined $field) { $field =~ s/""/"/g } else { $field = $plain }
        push @row, $field;
        next if $end eq ',';
        push @rows, [@row] if @row > 1 || $row[0] ne '';
        @row = ();
        last if $end eq '';
    }
    return @rows;
}

# csv_text(ROW...): the text of such rows.
sub csv_text {
    return join '', map {
        join(',', map { my $f = $_ // ''; $f =~ /[",\r\n]/ ? '"' . $f =~ s/"/""/gr . '"' : $f } @$_) . "\n"
    } @_;
}

# near(GOT, WANT, WITHIN, NAME): GOT is a number at most WITHIN away from WANT.
sub near {
    my ($got, $want, $within, $name) = @_;
    my $right = defined $got && $got =~ /^-?[0-9.]+(?:e[-+]?\d+)?$/ && abs($got - $want) <= $within;
    ok($right, $name) or diag('got ' . ($got // 'nothing') . ", want $want");
    return $right;
}

1;
