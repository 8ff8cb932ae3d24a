# Rule files around a call of a multi-criteria method, for the tests of rules/methods/mcda.
package mcda_rules;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Encode qw(encode_utf8);
use rules;

our @EXPORT = qw(@word assess wide);

our @word = ('target', 'higher', 'lower');    # by 0, 1, -1
my $made = 0;

# assess(BODY, INDICATORS, ROWS, AXES, MORE): outputs of a rule file whose compute ends with BODY, which knows x, w, b
# and i. INDICATORS are the attributes of each, as Lua text; ROWS those of the data x; AXES the keys of x besides
# `unit`; MORE further data.
sub assess {
    my ($body, $indicators, $rows, $axes, $more) = @_;
    my $name = 'm' . ++$made;
    file("$name.csv", csv_text(@$rows));
    my $tree = join "\n", map "    indicator { \"c$_\", \"c$_\", $indicators->[$_ - 1] },", 1 .. @$indicators;
    $axes //= '';
    $more //= '';
    return outputs(file("$name.lua", encode_utf8(<<"LUA")));
local mcda, weigh = require "methods.mcda", require "methods.weigh"
return assessment {
  id = "mcda", title = "mcda",
  attributes = { "role", "ideal", "limit", "reference", "expected", "shape", "q", "p" },
  data = { x = csv("$name.csv", { unit = "unit", $axes }), $more },
  levels = { "indicator", "index" },
  index = index { "all", "All",
$tree
  },
  compute = function(a)
    local x, w, b, i = a.data.x, a.index.weight, a.index.better, a.index
    $body
  end,
}
LUA
}

# wide(ROW...): rows of numbers as data, of units u0, u1 … and indicators c1, c2 ….
sub wide { return [ [ 'unit', map "c$_", 1 .. @{ $_[0] } ], map [ sprintf('u%02d', $_), @{ $_[$_] } ], 0 .. $#_ ] }

1;
