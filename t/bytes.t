#!/usr/bin/perl
# The same bytes whatever the threads and the SIMD level: one rule with every kind of pass, over more units than a thread
# takes at a time.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

srand 5;
my $units = 20000;
my @columns = map { "c$_" } 1 .. 6;
open my $out, '>', "$tmp/many.csv" or die;
print $out join(',', 'unit', 'kind', @columns), "\n";
print $out join(',', "u$_", 'k' . int(rand 7), map { rand() < 0.03 ? '' : sprintf '%.*f', int(rand 9), 200 * rand() - 50 } @columns), "\n" for 1 .. $units;
close $out or die;
my $rules = file('many.lua', <<'END');
return assessment {
  id = "many", title = "Many",
  data = { t = csv("many.csv", { rows = "unit", label = "unit", text = { "kind" } }) },
  params = { w = { c1 = 1, c2 = 0.7, c3 = 2.25, c4 = 0.1, c5 = 1e-3, c6 = 3 } },
  compute = function(a)
    local t, w = a.data.t, a.params.w
    local sum1, all = 0, 0
    for k = 1, 6 do
      local x = t["c" .. k]
      local scaled = (x - min(x, "unit")) / (max(x, "unit") - min(x, "unit"))
      local spread = (x - mean(x, "unit")) / std(x, "unit")
      sum1 = sum1 + coalesce(scaled, 0) * w["c" .. k]
      all = all + coalesce(exp(clamp(spread, -3, 3)), log(2))
    end
    return {
      score = sum1, other = all, place = rank(sum1, "unit"), middle = median(sum1, "unit"), running = cumsum(all, "unit"),
      whole = sum(all, "unit"), odd = each(function(v) local q = {} q[1] = v return q[1] // 7 end, round(sum1, 1)),
      followed = each(function(v) if v > 3 then return v * v end return -v end, sum1),
    }
  end,
}
END

my (undef, $has) = run('run', $rules, '--format', 'json', '--threads', 1);
my ($status, $want, $err) = run('run', $rules, '--format', 'json', '--threads', 1);
is("$status/" . ($want eq $has), '0/1', 'twice the same bytes') or diag substr $err, 0, 500;
cmp_ok(length $want, '>', 1_000_000, 'of all units');
for my $threads (2, 4, 7) {
    ok((run('run', $rules, '--format', 'json', '--threads', $threads))[1] eq $want, "$threads threads");
}
for my $level ('baseline', 'v3', 'v4') {
    local $ENV{ASSESS_SIMD} = $level;
    my ($status, $got, $err) = run('run', $rules, '--format', 'json', '--threads', 3);
  SKIP: {
        skip "this processor does not have the SIMD level $level", 1 if $err =~ /does not have the SIMD level/;
        ok($got eq $want, "SIMD level $level, 3 threads");
    }
}
done_testing();
