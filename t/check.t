#!/usr/bin/perl
# assess check: for every code a rule file that is found wrong at the place it says itself, and its mended twin, where
# nothing is found; the shipped rules; the forms of the report.
#
# t/check/CODE.lua says what is to be found in it: "--> CODE:COLUMN" at the end of a line, or "-- found: FILE[:LINE:FIELD]
# CODE" for what is found in another file. Nothing else may be.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Encode qw(decode_utf8);
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# The findings of the program's CSV: [file, line, column or field, code, severity, accepted].
sub findings {
    my (@arguments) = @_;
    my ($status, $out, $err) = run('check', '--methods', 'rules', '--format', 'csv', @arguments);
    my ($head, @rows) = csv_rows($out);
    my %at = map { $head->[$_] => $_ } 0 .. $#{ $head // [] };
    my @found = map { my $r = $_; +{ map { $_ => $r->[$at{$_}] // '' } keys %at } } @rows;
    return ($status, $err, @found);
}

sub options_of { slurp($_[0]) =~ /^-- options: (.*)$/m ? split(' ', $1) : () }

my %seen;
for my $path (sort glob 't/check/*.lua') {
    my ($code, $mended) = $path =~ m{/(\w+)[^/]*?(\.mended)?\.lua$};
    my $text = decode_utf8(slurp($path));
    my ($status, $err, @found) = findings(options_of($path), $path);
    is($err, '', "$path: nothing on standard error");
    if ($mended) {
        is_deeply([map { "$_->{file}:$_->{line} $_->{code} $_->{text}" } @found], [], "$path: nothing is found");
        is($status, 0, "$path: status 0");
        next;
    }
    $seen{$code} = 1;
    my @want = $text =~ /^-- found: (\S+ \w+)$/mg;
    my $line = 0;
    for (split /\n/, $text) {
        $line++;
        push @want, map { my ($what, $column) = split /:/; "$path:$line:$column $what" } split ' ', $1 if /--> ([\w: ]+)$/;
    }
    # Of what is found in a library the line may move.
    my @got = map { "$_->{file}" . ($_->{file} =~ /methods/ ? '' : ":$_->{line}:$_->{column}") . " $_->{code}" } @found;
    is_deeply([sort @got], [sort @want], "$path: found where it is, and nothing else")
        or diag join "\n", map { "$_->{file}:$_->{line}:$_->{column} $_->{code} $_->{text}" } @found;
    my %worst = map { $_->{severity} => 1 } @found;
    is($status, $worst{error} ? 1 : 0, "$path: status");
    is((findings(options_of($path), '--strict', $path))[0], $worst{error} || $worst{warning} ? 1 : 0, "$path: status with --strict");
    my (undef, undef, @left) = findings(options_of($path), "--ignore", $code, $path);
    is(scalar(grep { $_->{code} eq $code } @left), 0, "$path: --ignore $code");
}

done_testing();
