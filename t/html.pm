package html;
# What is wrong with a page: tags that do not match, names that could act, links that lead nowhere.
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Digest::SHA qw(sha256_base64);
use Encode qw(encode);

our @EXPORT = qw(html_fault html_text);

# All that a page of ours is made of. Anything else came from outside.
my %tag = map { $_ => 1 } qw(html head meta title style body nav details summary ul li span label select option main
    section h1 h2 h3 h4 h5 p a b small div figure table thead tbody tr th td dl dt dd pre code br mark script
    svg desc text tspan g line rect circle polyline path pattern defs marker
    math mrow mi mo mn mtext mfrac msup msub munder msqrt mtable mtr mtd);
my %attribute = map { $_ => 1 } qw(lang charset http-equiv content name class id href scope colspan tabindex role
    aria-label aria-labelledby aria-hidden hidden value data-filter data-copy data-copied data-none data-sort data-rows data-table
    data-close width height viewbox font-family font-size font-weight fill stroke stroke-width stroke-dasharray
    stroke-linecap stroke-linejoin stroke-opacity fill-opacity opacity x y x1 y1 x2 y2 cx cy r d points text-anchor
    transform paint-order stroke-linejoin overflow markerunits marker-start marker-mid marker-end patternunits patterntransform dominant-baseline stretchy display columnalign rx ry xml:space);
my %empty = map { $_ => 1 } qw(meta br);

# Tags that end where another begins.
my $block = qr/^(?:p|div|ul|dl|table|pre|section|h[1-5]|figure|details|main|nav)$/;
my %ended_by = (
    p => $block, li => qr/^li$/, option => qr/^option$/, dt => qr/^d[td]$/, dd => qr/^d[td]$/,
    thead => qr/^tbody$/, tbody => qr/^tbody$/, tr => qr/^(?:tr|tbody)$/,
    td => qr/^(?:td|th|tr|tbody)$/, th => qr/^(?:td|th|tr|tbody)$/,
);

# '' where nothing is wrong.
sub html_fault {
    my ($page) = @_;
    return 'no doctype' if $page !~ s/\A<!DOCTYPE html>\n//;
    my ($style) = $page =~ m{<style>(.*?)</style>}s;
    my ($script) = $page =~ m{<script>(.*?)</script>}s;
    return 'no style or no script' if !defined $style || !defined $script;
    my ($policy) = $page =~ /http-equiv="Content-Security-Policy" content="(.*?)"/;
    my $hash = sub { "'sha256-" . sha256_base64(encode('UTF-8', $_[0])) . "='" };
    my $want = "default-src 'none'; style-src " . $hash->($style) . '; script-src ' . $hash->($script)
        . "; base-uri 'none'; form-action 'none'";
    return "the policy is $policy" if ($policy // '') ne $want;
    $page =~ s{(<(style|script)>).*?(</\2>)}{$1$3}gs;
    my (@open, %id, %to, %seen);
    while ($page =~ /\G(?:([^<]+)|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9:-]*(?:=(?:"[^"]*"|[^\s"'=<>`]+))?)*)\s*(\/?)>)/gcis) {
        my ($text, $end, $name, $rest, $closed) = ($1, $2, lc($3 // ''), $4, $5);
        if (defined $text) {
            return 'a bare & in ' . substr($text, 0, 60) if $text =~ /&(?!(?:amp|lt|gt|quot|#34);)/;
            next;
        }
        return "a tag $name" if !$tag{$name};
        my $from = pos($page);
        if ($end) {
            pop @open while @open && $open[-1] ne $name && $ended_by{$open[-1]};
            return "</$name> where " . ($open[-1] // 'nothing') . ' is open: ' . substr($page, $from - 200, 200)
                if !@open || pop(@open) ne $name;
            next;
        }
        pop @open while @open && $ended_by{$open[-1]} && $name =~ $ended_by{$open[-1]};
        $seen{$name}++;
        my %at;
        while ($rest =~ /([a-z][a-z0-9:-]*)(?:=(?:"([^"]*)"|([^\s"'=<>`]+)))?/gi) {
            my ($key, $value) = (lc $1, $2 // $3 // '');
            return "an attribute $key of $name" if !$attribute{$key};
            return "two of $key in $name" if exists $at{$key};
            $at{$key} = $value;
        }
        return "two of id $at{id}" if defined $at{id} && $id{$at{id}}++;
        if (defined $at{href}) {
            return "a link to $at{href}" if $at{href} !~ /^#(.+)/;
            $to{$1} = 1;
        }
        return "no such label: $at{'aria-labelledby'}" if ($at{'aria-labelledby'} // '') =~ /[<>]/;
        push @open, $name unless $empty{$name} || $closed;
    }
    return 'no HTML: ' . substr($page, pos($page) // 0, 80) if (pos($page) // 0) < length $page;
    return "open at the end: @open" if @open;
    for (qw(html head body script)) { return "$seen{$_} of $_" if ($seen{$_} // 0) != 1 }
    my @lost = grep { !$id{$_} } sort keys %to;
    return @lost ? 'links that lead nowhere: ' . join(' ', @lost[0 .. ($#lost > 5 ? 5 : $#lost)]) : '';
}

# What a reader sees of a piece of a page.
sub html_text {
    my ($part) = @_;
    $part =~ s{<(script|style)>.*?</\1>}{}gs;
    $part =~ s/<[^>]*>/ /g;
    $part =~ s/&#34;|&quot;/"/g;
    $part =~ s/&lt;/</g;
    $part =~ s/&gt;/>/g;
    $part =~ s/&amp;/&/g;
    $part =~ s/\s+/ /g;
    return $part =~ s/^ | $//gr;
}

1;
