# Workbooks in tests: their cells, copies with other inputs and without values, and what the
# programs of offices make of these.
package xlsx;
use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use Exporter 'import';
use IO::Compress::Zip qw($ZipError);
use IO::Uncompress::Unzip qw($UnzipError);

our @EXPORT = qw(parts_of zip_of cells_of names_of place_of with_cells recalculated);

# part => text, as bytes
sub parts_of {
    my ($path) = @_;
    my %part;
    my $zip = IO::Uncompress::Unzip->new($path) or die "$path: $UnzipError";
    do {
        my ($name, $text, $piece) = ($zip->getHeaderInfo->{Name}, '', '');
        $text .= $piece while $zip->read($piece) > 0;
        $part{$name} = $text;
    } while ($zip->nextStream == 1);
    return \%part;
}

sub zip_of {
    my ($path, $part) = @_;
    my $zip;
    for my $name (sort { ($b eq '[Content_Types].xml') <=> ($a eq '[Content_Types].xml') || $a cmp $b } keys %$part) {
        $zip ? $zip->newStream(Name => $name) : ($zip = IO::Compress::Zip->new($path, Name => $name)) or die $ZipError;
        $zip->print($part->{$name});
    }
    $zip->close or die $ZipError;
}

my %entity = (lt => '<', gt => '>', amp => '&', quot => '"', apos => "'");
sub plain { my ($x) = @_; $x =~ s/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/defined $1 ? chr $1 : defined $2 ? chr hex $2 : $entity{$3}/gei; $x }

# The parts of the sheets by their names.
sub sheets_of {
    my ($part) = @_;
    my %target;
    for ($part->{'xl/_rels/workbook.xml.rels'} =~ /<Relationship ([^>]*)>/g) {
        my ($id, $to) = (/\bId="(\w+)"/, /\bTarget="\/?(?:xl\/)?([^"]*)"/);
        $target{$id} = "xl/$to";
    }
    my %sheet;
    for (decode('UTF-8', $part->{'xl/workbook.xml'}) =~ /<sheet ([^>]*)>/g) {
        my ($name) = /\bname="([^"]*)"/;
        my ($id) = /r:id="(\w+)"/;
        $sheet{plain($name)} = $target{$id};
    }
    return \%sheet;
}

# 'sheet!C7' => its value; a second one: 'sheet!C7' => its formula
sub cells_of {
    my ($path) = @_;
    my $part = parts_of($path);
    my (%value, %formula);
    my @text = map { join '', map { plain($_) } /<t[^>]*>([^<]*)<\/t>/g }
        decode('UTF-8', $part->{'xl/sharedStrings.xml'} // '') =~ /<si>(.*?)<\/si>/gs;
    my $sheets = sheets_of($part);
    for my $sheet (keys %$sheets) {
        my $xml = decode('UTF-8', $part->{$sheets->{$sheet}});
        while ($xml =~ /<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs) {
            my ($is, $in) = ($1, $2 // '');
            my ($ref) = $is =~ /\br="(\w+)"/;
            my ($kind) = $is =~ /\bt="(\w+)"/;
            my ($v) = $in =~ /<v[^>]*>([^<]*)<\/v>/;
            my ($f) = $in =~ /<f[^>]*>([^<]*)<\/f>/;
            $formula{"$sheet!$ref"} = plain($f) if defined $f;
            $v = $text[$v] if defined $v && ($kind // '') eq 's';
            ($v) = $in =~ /<t[^>]*>([^<]*)<\/t>/ if ($kind // '') eq 'inlineStr';
            $value{"$sheet!$ref"} = ($kind // '') =~ /^s|inlineStr/ ? $v : plain($v) if defined $v;
        }
    }
    return (\%value, \%formula);
}

# name => 'sheet!C7', or 'sheet!C7:D8'
sub names_of {
    my ($path) = @_;
    my $xml = decode('UTF-8', parts_of($path)->{'xl/workbook.xml'});
    my %name;
    while ($xml =~ /<definedName ([^>]*)>([^<]*)</g) {
        my ($is, $at) = ($1, plain($2));
        $at =~ s/[\$']//g;
        $name{plain($1)} = $at if $is =~ /\bname="([^"]*)"/;
    }
    return \%name;
}

# A copy with other numbers in some cells ('sheet!C7' => number, or '' for an empty one), in which
# no formula has a value.
sub with_cells {
    my ($from, $to, %change) = @_;
    my $part = parts_of($from);
    my $sheets = sheets_of($part);
    for my $sheet (keys %$sheets) {
        my $xml = decode('UTF-8', $part->{$sheets->{$sheet}});
        $xml =~ s{(</f>)<v>[^<]*</v>}{$1}g;
        $xml =~ s{(<c [^>]*?) t="\w+"([^>]*><f>)}{$1$2}g;
        for my $cell (grep { /^\Q$sheet\E!/ } keys %change) {
            my ($ref) = $cell =~ /!(\w+)$/;
            my $new = $change{$cell} eq '' ? '' : "<v>$change{$cell}</v>";
            $xml =~ s{(<c r="$ref"[^>/]*?)(?: t="\w+")?(?:/>|>(?:(?!</c>).)*</c>)}{$1>$new</c>} or die "no cell $cell";
        }
        $part->{$sheets->{$sheet}} = encode('UTF-8', $xml);
    }
    zip_of($to, $part);
}

# What a program computes for workbooks: new ones, in a folder. Empty where there is no such program.
sub recalculated {
    my ($program, $folder, @books) = @_;
    mkdir $folder;
    if ($program eq 'soffice') {
        system("soffice '-env:UserInstallation=file://$folder/profile' --headless --convert-to xlsx --outdir '$folder' @books >'$folder/said' 2>&1") == 0
            or die "soffice fails";
    } else {
        for (@books) {
            my ($name) = m{([^/]+)$};
            system("ssconvert --recalc '$_' '$folder/$name' >'$folder/said' 2>&1") == 0 or die "ssconvert fails";
        }
    }
    return map { m{([^/]+)$}; "$folder/$1" } @books;
}

1;
