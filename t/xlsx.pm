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

our @EXPORT = qw(parts_of zip_of cells_of names_of place_of with_cells recalculated faults_of);

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

# ---- what strict readers insist on: ECMA-376 part 1, sections 18.2 to 18.9, and the limits of Excel ----

my @of_sheet = qw(sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter
    sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins
    pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF
    picture oleObjects controls webPublishItems tableParts extLst);
my @of_book = qw(fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr
    oleSize customWorkbookViews pivotCaches extLst);
# Functions that Excel 2007 has; later ones need a prefix.
my %function = map { $_ => 1 } qw(ABS AND AVERAGE COUNT EXACT EXP IF IFERROR INT ISNUMBER KURT LN LOG10 MATCH MAX MEDIAN MIN MOD NA NOT OR
    PERCENTILE POWER ROUND ROUNDDOWN ROUNDUP SIGN SKEW SMALL SQRT STDEV SUM SUMPRODUCT TEXT VAR INDEX LARGE LEN CHOOSE COUNTIF COUNTA ISBLANK
    COLUMN ROW RANK NORMSDIST NORMSINV CORREL LOG SUMSQ CEILING FLOOR TRUNC ISTEXT T N DATE YEAR MMULT TRANSPOSE OFFSET VALUE TRIM LEFT MID RIGHT
    AVEDEV VARP STDEVP QUARTILE GEOMEAN HARMEAN TRIMMEAN COMBIN FACT PI ISERROR ISNA TRUE FALSE LOOKUP HLOOKUP VLOOKUP);

sub number_of { my ($letters) = @_; my $n = 0; $n = 26 * $n + ord($_) - 64 for split //, $letters; return $n }

sub children {
    my ($xml) = @_; # of the root, by name
    my ($depth, @names) = (0);
    while ($xml =~ /<(\/?)([\w:]+)(?:"[^"]*"|[^>"])*?(\/?)>/g) {
        push @names, $2 if !$1 && $depth == 1;
        $depth += $1 ? -1 : $3 ? 0 : 1;
    }
    return @names;
}

sub in_order {
    my ($where, $xml, @order) = @_;
    my %place = map { $order[$_] => $_ } 0 .. $#order;
    my ($last, @odd) = (-1);
    for my $name (children($xml)) {
        push @odd, "$where: <$name> is unknown" if !defined $place{$name};
        push @odd, "$where: <$name> comes too late" if ($place{$name} // $last) < $last;
        $last = $place{$name} // $last;
    }
    return @odd;
}

sub faults_of_sheet {
    my ($where, $xml, $styles, $texts) = @_;
    my @odd = in_order($where, $xml, @of_sheet);
    my ($last_row, %ref) = (0);
    while ($xml =~ /<row ([^>]*?)(?:\/>|>(.*?)<\/row>)/gs) {
        my ($is, $in) = ($1, $2 // '');
        my ($row) = $is =~ /\br="(\d+)"/;
        push @odd, "$where: row $row behind row $last_row" if $row <= $last_row || $row > 1048576;
        $last_row = $row;
        my $last = 0;
        while ($in =~ /<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs) {
            my ($cell, $inner) = ($1, $2 // '');
            my ($letters, $own) = $cell =~ /\br="([A-Z]+)(\d+)"/ or push @odd, "$where: a cell without a name in row $row";
            my $column = number_of($letters);
            push @odd, "$where: $letters$own in row $row" if $own != $row || $column <= $last || $column > 16384;
            $last = $column;
            my ($style) = $cell =~ /\bs="(\d+)"/;
            push @odd, "$where: $letters$own has style $style of $styles" if defined $style && $style >= $styles;
            my ($v) = $inner =~ /<v[^>]*>([^<]*)</;
            push @odd, "$where: $letters$own has text $v of $texts" if $cell =~ /t="s"/ && !(defined $v && $v =~ /^\d+$/ && $v < $texts);
            push @odd, "$where: $letters$own holds '$v', which is no number" if $cell !~ /\bt="/ && defined $v && $v !~ /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
            my ($f) = map { plain($_) } $inner =~ /<f[^>]*>([^<]*)</;
            next if !defined $f;
            push @odd, "$where: the formula of $letters$own has " . length($f) . ' characters' if length $f > 8192;
            my $bare = $f =~ s/"(?:[^"]|"")*"|'(?:[^']|'')*'//gr;
            push @odd, map { "$where: $letters$own calls $_" } grep { !$function{$_} } $bare =~ /([A-Za-z_.][\w.]*)\(/g;
            push @odd, "$where: $letters$own has brackets that do not close" if ($bare =~ tr/(//) != ($bare =~ tr/)//);
        }
    }
    my %priority;
    $priority{$_}++ for $xml =~ /<cfRule [^>]*priority="(\d+)"/g;
    push @odd, map { "$where: priority $_ is given twice" } grep { $priority{$_} > 1 } keys %priority;
    if (my ($count, $in) = $xml =~ /<dataValidations [^>]*count="(\d+)"[^>]*>(.*?)<\/dataValidations>/s) {
        my @rule = $in =~ /<dataValidation ([^>]*)>/g;
        push @odd, "$where: $count drop-downs are told, there are " . @rule if @rule != $count;
        for (@rule) {
            my %most = (errorTitle => 32, promptTitle => 32, error => 255, prompt => 255);
            for my $key (sort keys %most) {
                my ($text) = /\b$key="([^"]*)"/;
                push @odd, "$where: $key is longer than $most{$key}" if defined $text && length plain($text) > $most{$key};
            }
        }
        push @odd, map { "$where: a list is longer than 255" } grep { length plain($_) > 257 } $in =~ /<formula1>("[^<]*")<\/formula1>/g;
    }
    my @columns = map { [/min="(\d+)"/, /max="(\d+)"/] } $xml =~ /<col ([^>]*)>/g;
    push @odd, map { "$where: columns overlap at $columns[$_][0]" } grep { $columns[$_][0] <= $columns[ $_ - 1 ][1] } 1 .. $#columns;
    return @odd;
}

sub faults_of_names {
    my ($book) = @_;
    my (%seen, @odd);
    for ($book =~ /<definedName ([^>]*)>/g) {
        my ($name) = map { plain($_) } /\bname="([^"]*)"/;
        my ($scope) = /localSheetId="(\d+)"/;
        next if $name =~ /^_xlnm\./;
        push @odd, "the name $name is given twice" if $seen{ lc($name) . '/' . ($scope // '') }++;
        push @odd, "'$name' can be no name" if $name !~ /^[\p{L}_\\][\p{L}\p{N}\p{M}._\\?]*$/ || length $name > 255 || $name =~ /^(?:[A-Z]{1,3}\d+|[RC]|R\d*C\d*)$/i;
    }
    return @odd;
}

# What is wrong with a workbook; nothing, if it is as the standard has it.
sub faults_of {
    my ($path) = @_;
    my %part = %{ parts_of($path) };
    my @odd;
    my $types = $part{'[Content_Types].xml'};
    my %type = map { /PartName="\/([^"]*)"/ ? ($1 => 1) : () } $types =~ /<Override ([^>]*)>/g;
    my %usual = map { /Extension="([^"]*)"/ ? (lc $1 => 1) : () } $types =~ /<Default ([^>]*)>/g;
    for my $name (sort keys %part) {
        my ($ending) = $name =~ /\.(\w+)$/;
        push @odd, "$name has no type" if $name ne '[Content_Types].xml' && !$type{$name} && !$usual{ lc($ending // '') };
        push @odd, "$name is not UTF-8" if $name =~ /\.(?:xml|rels|vml)$/ && !eval { decode('UTF-8', my $copy = $part{$name}, Encode::FB_CROAK); 1 };
        push @odd, "$name holds a character that XML has not" if $name =~ /\.xml$/ && $part{$name} =~ /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
        next if $name !~ /^(.*?)_rels\/([^\/]*)\.rels$/;
        my ($folder, $of) = ($1, $2);
        push @odd, "$name belongs to nothing" if $of ne '' && !$part{"$folder$of"};
        my %id;
        for ($part{$name} =~ /<Relationship ([^>]*)>/g) {
            my ($id, $to) = (/\bId="([^"]*)"/, /\bTarget="([^"]*)"/);
            push @odd, "$name: $id is given twice" if $id{$id}++;
            push @odd, "$name leads out, to $to" if /TargetMode="External"/;
            my $full = $to =~ /^\/(.*)/ ? $1 : "$folder$to";
            1 while $full =~ s/[^\/]+\/\.\.\///;
            push @odd, "$name leads to $full, which is not there" if !$part{$full};
        }
        my %used = map { $_ => 1 } ($part{"$folder$of"} // '') =~ /\br:(?:id|embed)="([^"]*)"/g;
        push @odd, map { "$folder$of uses $_, which $name does not have" } grep { !$id{$_} } sort keys %used;
    }
    push @odd, map { "$_ is not there" } grep { !$part{$_} } keys %type;
    my $book = decode('UTF-8', $part{'xl/workbook.xml'});
    push @odd, in_order('workbook', $book, @of_book), faults_of_names($book);
    my ($looks) = ($part{'xl/styles.xml'} // '') =~ /<cellXfs[^>]*>(.*?)<\/cellXfs>/s;
    my $styles = () = ($looks // '') =~ /<xf /g;
    my $texts = () = ($part{'xl/sharedStrings.xml'} // '') =~ /<si>|<si\/>/g;
    push @odd, map { 'a text of ' . length($_) . ' characters' } grep { length > 32767 } map { plain($_) } decode('UTF-8', $part{'xl/sharedStrings.xml'} // '') =~ /<t[^>]*>([^<]*)</g;
    my $sheets = sheets_of(\%part);
    my %seen;
    for my $name (sort keys %$sheets) {
        push @odd, "a sheet cannot be called '$name'" if length $name > 31 || $name =~ /[\[\]:*?\/\\]|^'|'$/ || $seen{ lc $name }++;
        push @odd, faults_of_sheet($name, decode('UTF-8', $part{ $sheets->{$name} } // ''), $styles, $texts);
        my ($notes) = map { $part{$_} ? $_ : () } map { "xl/$_" } ($part{ $sheets->{$name} =~ s/worksheets\/(.*)$/worksheets\/_rels\/$1.rels/r } // '') =~ /Target="\.\.\/(comments\w*\.xml)"/g;
        next if !$notes;
        my %noted;
        push @odd, map { "$name: two comments at $_" } grep { $noted{$_}++ } $part{$notes} =~ /<comment ref="(\w+)"/g;
        push @odd, "$name: comments without drawings" if ($part{ $sheets->{$name} } // '') !~ /<legacyDrawing /;
    }
    return @odd;
}

1;
