#!/usr/bin/perl
# rules/2011-units.lua on its sample: five units by hand, all units by the program below, each rule at least once, and
# data that must be refused.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use List::Util qw(max min sum0);
use POSIX 'ceil';
use Time::Local 'timegm';
use Test::More;

my $rules = 'rules/2011-units.lua';
my $home = 'samples/2011';
my $got = outputs($rules);

# ---- by hand

# 市民政局: one task, 1807 of 2000 in time: 90.35, of 70 points 63.245. Plan 87: 8.7. Both reports in time: 10. Panel
# 74 75 69 82 76 73 77 without 82 and 69: 375 / 5 = 75: 7.5. Together 89.445, half up 89.45: 良好.
is("$got->{total}{'市民政局'} $got->{grade}{'市民政局'}", '89.45 良好', '市民政局: 63.245 + 8.7 + 10 + 7.5 = 89.445, half up');
near($got->{parts}{'市民政局/tasks'}, 63.245, 1e-9, '市民政局: the part for tasks is not rounded');

# 推进委员会办公室 leads four tasks. P-2011-01 came on 07-15, 15 days after 06-30, exactly one period: 95. P-2011-02 on its
# day, 03 before it: 100. 04 has no day and is not late: 100. (10·95 + 15·100 + 15·100 + 5·100) / 45 = 4450 / 45, of 70:
# 69.2222. Plan 9, reports 10, panel 88 85 92 89 86 90 87 without 92 and 85: 440 / 5 = 88: 8.8. 97.0222: 优秀.
is("$got->{total}{'推进委员会办公室'} $got->{grade}{'推进委员会办公室'}", '97.02 优秀', '推进委员会办公室: 69.2222 + 9 + 10 + 8.8');

# 市口岸办: 3 of 4, 16 days late, that is two periods: 75 - 10 = 65, of 70 45.5. Plan 70: 7. One of two reports never came:
# 50: 5. Panel 70 74 71 72 66 77 73 without 77 and 66: 360 / 5 = 72: 7.2. 64.7 less 1 for the report: 63.7, 合格.
is("$got->{total}{'市口岸办'} $got->{grade}{'市口岸办'} $got->{penalty}{'市口岸办'}", '63.7 合格 1', '市口岸办: 45.5 + 7 + 5 + 7.2 - 1');

# 市文明办: (100 + 98) / 2 = 99: 69.3. Plan 9.3, reports 10, panel 86 96 91 88 92 89 90 without 96 and 86: 450 / 5 = 90: 9.
# 97.6; a veto takes the 3 points of a national award and lets the grade be 合格 at most.
is("$got->{total}{'市文明办'} $got->{grade}{'市文明办'} $got->{bonus}{'市文明办'} $got->{earned}{'市文明办'}", '97.6 合格 0 3',
    '市文明办: 69.3 + 9.3 + 10 + 9, bonus void, grade bounded');

# 市编办: 14 of 20: 49. Plan 55: 5.5. No report: 0. Panel 56 60 57 58 55 62 59 without 62 and 55: 290 / 5 = 58: 5.8. 60.3; two
# criticisms at 2 and two reports at 1 are 6, at most 5: 55.3, 不合格.
is("$got->{total}{'市编办'} $got->{grade}{'市编办'} $got->{penalty}{'市编办'}", '55.3 不合格 5', '市编办: 49 + 5.5 + 0 + 5.8 - 5');

# ---- all of it by another program

sub table {
    my ($head, @rows) = csv_rows(slurp("$home/$_[0].csv"));
    return map { my %row; @row{@$head} = @$_; \%row } @rows;
}
sub day { my ($y, $m, $d) = split /-/, $_[0]; return timegm(0, 0, 0, $d, $m - 1, $y) / 86400 }
sub half_up { return int($_[0] * 100 + 0.5 + 1e-7) / 100 }
sub periods_off {
    my ($due, $done) = @_;
    return 0 if $due eq '';
    my $late = max(0, day($done eq '' ? '2012-01-15' : $done) - day($due));
    return 5 * min(4, ceil($late / 15));
}

my @unit = map { $_->{unit} } table('units');
my (%share, %plan, %report, %panel, %bonus, %penalty, %vetoed);
for my $t (table('tasks')) {
    next if $t->{exempt} ne '';
    my $mark = max(0, min(100, 100 * ($t->{done} || 0) / $t->{target}) - periods_off($t->{due}, $t->{finished}));
    my $late = $t->{due} ne '' && day($t->{finished} eq '' ? '2012-01-15' : $t->{finished}) > day($t->{due});
    push @{$share{$t->{lead}}}, [$t->{weight}, 1, $mark, $late];
    push @{$share{$_}}, [$t->{weight}, 0.5, $mark, 0] for split /;/, $t->{with};
    $vetoed{$t->{lead}} = 1 if $t->{submit} ne '' && $t->{due} ne '' && $t->{submitted} eq '';
}
$plan{$_->{unit}} = max(0, $_->{mark} - periods_off('2011-03-31', $_->{received})) for table('plans');
for my $r (table('reports')) {
    push @{$report{$r->{unit}}}, $r->{received} eq '' ? 0 : 100 - periods_off($r->{due}, $r->{received});
    $penalty{$r->{unit}} += $r->{received} eq '';
}
push @{$panel{$_->{unit}}}, $_->{mark} for grep { $_->{mark} ne '' } table('panel');
for my $e (table('events')) {
    $vetoed{$e->{unit}} = 1 if $e->{kind} eq '一票否决';
    $penalty{$e->{unit}} += 2 if $e->{kind} eq '通报批评';
    $bonus{$e->{unit}} += $e->{level} eq '国家级' ? 3 : 2 if $e->{kind} eq '加分';
}
sub ratio { my $w = sum0(map { $_->[0] * $_->[1] } @_); return $w ? sum0(map { $_->[0] * $_->[1] * $_->[2] } @_) / $w : undef }
my (%total, %key, %band);
for my $u (@unit) {
    my $tasks = ratio(@{$share{$u} // []}) // next;
    my @marks = sort { $a <=> $b } @{$panel{$u}};
    @marks = @marks[1 .. $#marks - 1] if @marks > 2;
    my $base = 0.7 * $tasks + 0.1 * ($plan{$u} // 0) + 0.1 * sum0(@{$report{$u}}) / @{$report{$u}} + 0.1 * sum0(@marks) / @marks;
    my $points = $vetoed{$u} ? 0 : min(5, $bonus{$u} // 0);
    $total{$u} = half_up($base + $points - min(5, $penalty{$u} // 0));
    my $lead = ratio(grep { $_->[1] == 1 } @{$share{$u}});
    $key{$u} = sprintf '%08.2f %08.2f %08.2f %03d', $total{$u}, half_up($tasks), half_up($lead // 0), 999 - grep { $_->[3] } @{$share{$u}};
    $band{$u} = (grep { $total{$u} >= (90, 80, 60, 0)[$_] } 0 .. 3)[0];
    $band{$u} = max($band{$u}, 2) if $vetoed{$u};
}
my @best = grep { $band{$_} == 0 } sort keys %total;
my $allowed = max(1, int(0.3 * keys(%total) + 1e-9));
my %cut = map { my $mine = $key{$_}; ($_ => (grep { $key{$_} ge $mine } @best) > $allowed) } @best;
my (@wrong, %seen);
for my $u (@unit) {
    my $place = defined $total{$u} ? 1 + grep { $key{$_} gt $key{$u} } keys %key : '';
    my $grade = defined $total{$u} ? (qw(优秀 良好 合格 不合格))[$band{$u} + ($cut{$u} ? 1 : 0)] : '';
    $seen{$grade}++;
    my $want = join ' ', $total{$u} // '', $grade, $place;
    my $is = join ' ', map { $got->{$_}{$u} } qw(total grade rank);
    push @wrong, "$u: got $is, want $want" if $is ne $want;
}
is("@wrong", '', 'totals, grades and places of all units, by another program') or diag(join "\n", @wrong);
is(scalar @unit, 29, 'and there are 29 units');

# ---- each rule is met

is(join(' ', map { $seen{$_} } qw(优秀 良好 合格 不合格)), '7 14 6 1', 'the numbers of grades; one unit has none');
is("$got->{total}{'市港澳办'}$got->{grade}{'市港澳办'}", '', 'whose only task is exempt has no total');
is("$got->{rank}{'市教育局'} $got->{rank}{'市科协'} $got->{grade}{'市教育局'} $got->{grade}{'市科协'}", '9 9 良好 良好',
    'two share the eighth of eight places of 优秀 (the vetoed unit takes none): both are 良好');
is("$got->{cut}{'市教育局'} $got->{cut}{'市民政局'}", 'true false', 'who was kept out by the quota is known');
is("$got->{total}{'市公安局'} $got->{grade}{'市公安局'} $got->{cut}{'市公安局'}", '90 良好 true', '89.995 is rounded before the band is read');
is("$got->{total}{'市财政委'} $got->{total}{'市文明办'} $got->{rank}{'市财政委'} $got->{rank}{'市文明办'}", '97.6 97.6 4 5',
    'equal totals, the better tasks first');
is($got->{bonus}{'市经贸信息委'}, 5, 'two national awards are 6, at most 5');
my %at = map { ("$got->{task}{$_} $got->{share_unit}{$_}" => $_) } keys %{$got->{task}};
my $where = sub { return $got->{$_[0]}{$at{"$_[1] $_[2]"}} };
is($where->('deduction', 'M-20', '光明/坪山新区管委会'), 20, '70 days late are five periods, at most four');
is($where->('late_days', 'P-2011-05', '市财政委') . $where->('deduction', 'P-2011-05', '市财政委'), '0', 'no day: not late, nothing off');
is($where->('mark', 'M-42', '市外办'), '', 'an exempt task has no mark');
is($where->('role', 'P-2011-01', '报业集团') . $where->('role_share', 'P-2011-01', '报业集团'), '参加0.5', 'who takes part has half the weight');
is(join(' ', map { $where->($_, 'P-2011-01', '推进委员会办公室') } qw(mark late_days deduction due done)), '95 15 5 2011-06-30 2011-07-15',
    'a share says all that a statement needs');

# A dated task that never went to the committee is a veto for who leads it.
my $tasks = slurp("$home/tasks.csv");
(my $unsent = $tasks) =~ s/报推进委员会,2011-12-28/报推进委员会,/ or die;
my $less = outputs($rules, '--data', 'tasks=' . file('unsent.csv', $unsent));
is("$less->{vetoed}{'推进委员会办公室'} $less->{grade}{'推进委员会办公室'} $less->{vetoed}{'相关科研单位'}", 'true 合格 false',
    'a dated task never submitted: 合格 at most, for who leads');

# Parameters have addresses.
my $more = outputs($rules, '--set', 'params.quota.share=0.4', '--set', 'index.tasks.weight=60', '--set', 'index.plan.weight=20');
is(scalar(grep { $_ eq '优秀' } values %{$more->{grade}}), 11, 'a quota of 40 % of 28: 11');

# ---- what tasks cite in the city index is there

my ($said, $leaves) = run('leaves', 'rules/2011.lua', '--format', 'csv');
is($said, 0, 'the leaves of the city index');
my %leaf = map { ($_->[0] =~ s/\.weight$//r => 1) } grep { $_->[0] =~ /^index\.\w+\.\w+\.weight$/ } csv_rows($leaves);
my @cited = grep { $_ ne '' } map { split /;/, $_->{cite} } table('tasks');
cmp_ok(scalar @cited, '>=', 20, 'tasks cite indicators of the city index');
is(join(' ', grep { !$leaf{$_} } @cited), '', 'every one of them is in rules/2011.lua');

# ---- what is refused, all in one run

(my $bad = $tasks) =~ s/市委宣传部;报业集团;广电集团/市委宣传部;报业集因/ or die;
$bad =~ s/^(P-2011-02.*?)2011-12-31/${1}1911-12-31/m or die;
$bad =~ s/^(M-01,.*?),市经贸信息委,/$1,市经贸委,/m or die;
(my $marks = slurp("$home/panel.csv")) =~ s/^(市公安局,专家3),\d+/$1,668/m or die;
(my $plans = slurp("$home/plans.csv")) =~ s/^市外办,95/市外办,九十五/m or die;
my ($status, undef, $err) = run($rules, map { ('--data', $_) } 'tasks=' . file('bad.csv', $bad), 'panel=' . file('marks.csv', $marks),
    'plans=' . file('plans.csv', $plans));
is($status, 4, 'wrong data is refused');
like($err, $_, "and listed: $_") for qr/bad\.csv:2:with: '报业集因' is no unit — did you mean '报业集团'\?/,
    qr/bad\.csv:3:due: 1911-12-31 lies outside 2011-01-01 to 2011-12-31/, qr/bad\.csv:7:lead: '市经贸委' is no unit/,
    qr/marks\.csv:\d+:mark: 668 lies outside 0 to 100/, qr/plans\.csv:\d+:mark: '九十五' is not a number/;

done_testing();
