# Office files (.docx, .xlsx) as tests look at them: the parts of the archive, and whether they are well-formed.
# Both in Perl alone, so that what we write is read by something that we did not write and everybody has.
package office;
use strict;
use warnings;
use Encode qw(decode FB_CROAK);
use Exporter 'import';
use IO::Uncompress::Unzip qw($UnzipError);

our @EXPORT = qw(parts ill_formed python soffice);

# parts(BYTES): the parts in their order, as [name, bytes, time].
sub parts {
    my ($bytes) = @_;
    my $zip = IO::Uncompress::Unzip->new(\$bytes, Strict => 1) or return;
    my @parts;
    for (my $more = 1; $more > 0; $more = $zip->nextStream) {
        my $info = $zip->getHeaderInfo;
        my ($text, $n) = ('', 1);
        while ($n > 0) { $n = $zip->read(my $piece); return if $n < 0; $text .= $piece if $n }
        push @parts, [$info->{Name}, $text, $info->{Time}];
    }
    return @parts;
}

# ill_formed(XML): what is wrong with it as XML 1.0 in UTF-8; '' where nothing is.
sub ill_formed {
    my ($bytes) = @_;
    my $text = eval { decode('UTF-8', my $copy = $bytes, FB_CROAK) } // return 'no UTF-8';
    return sprintf 'U+%04X', ord $1 if $text =~ /([^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}])/;
    my (@open, $roots);
    $text =~ s/^<\?xml [^<>]*\?>\s*//;
    while ($text =~ /\G(?:<([^<>]*)>|([^<]+))/gc) {
        my ($tag, $letters) = ($1, $2);
        my $loose = defined $tag ? $tag : $letters;
        return "a loose & in '$loose'" if $loose =~ /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/;
        if (defined $letters) {
            return "']]>' in '$letters'" if $letters =~ /\]\]>/;
            return "'$letters' outside" if !@open && $letters =~ /\S/;
        } elsif ($tag =~ m{^/([\w:.-]+)\s*$}) {
            my $last = pop @open // '';
            return "</$1> closes <$last>" if $last ne $1;
        } elsif ($tag =~ m{^([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(/?)$}) {
            my ($name, $attributes, $empty) = ($1, $2, $3);
            my %seen;
            return "$1 twice in <$tag>" if grep { $seen{$_}++ } $attributes =~ /([\w:.-]+)="/g;
            $roots++ if !@open;
            push @open, $name if !$empty;
        } else {
            return "<$tag>";
        }
    }
    return 'a < that is none at ' . pos($text) if (pos($text) // 0) < length $text;
    return "<$open[-1]> is not closed" if @open;
    return ($roots // 0) == 1 ? '' : 'not one root';
}

# python(MODULE): Debian's Python, where it has the module; else undef.
sub python {
    my ($module) = @_;
    return system("/usr/bin/python3 -c 'import $module' 2>/dev/null") ? undef : '/usr/bin/python3';
}

# soffice(): whether LibreOffice and pdftotext are here, and the tests not under the sanitizers, which see nothing of what
# others do with a file.
sub soffice { return !$ENV{ASSESS_SAN} && !system('command -v soffice pdftotext >/dev/null 2>&1') }

1;
