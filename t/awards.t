#!/usr/bin/perl
# rules/2011-awards.lua on its sample. The marks of all nominees are worked out by hand.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use rules;
use Test::More;

my $rules = 'rules/2011-awards.lua';
my $got = outputs($rules);

# The mean of seven marks without the highest and the lowest, and what comes of it.
my @by_hand = (
    ['N01', 90.8, '获奖', '92 90 95 88 91 93 60 without 95 and 60: 454 / 5'],
    ['N02', 85.4, '获奖', '85 86 84 87 88 83 85 without 88 and 83: 427 / 5'],
    ['N03', 82, '超出名额', '82 81 83 80 84 85 79 without 85 and 79: 410 / 5; two share the third place of three'],
    ['N04', 82, '超出名额', 'the other one'],
    ['N05', 80, '获奖', 'exactly the pass mark'],
    ['N06', 80, '获奖', '80 79 80 80 80 80 100 without 100 and 79: 400 / 5'],
    ['N07', 79.8, '未达标准分', '79 80 80 80 79 80 100 without 100 and one 79: 399 / 5'],
    ['N08', 95.6, '同年度荣誉市民，不参评', '96 95 97 94 96 95 96 without 97 and 94: 478 / 5, but 荣誉市民 of that year'],
    ['N09', 90.4, '获奖', '90 91 92 89 90 93 88 without 93 and 88: 452 / 5'],
    ['N10', 86.2, '获奖', '86 87 85 88 84 86 87 without 88 and 84: 431 / 5'],
    ['N11', 83.2, '获奖', '83 84 82 85 81 83 84 without 85 and 81: 416 / 5; third though four passed'],
    ['N12', 81.2, '超出名额', '81 82 80 83 81 80 82 without 83 and 80: 406 / 5; the fourth'],
    ['N13', 87.6, '获奖', '88 87 89 86 90 85 88 without 90 and 85: 438 / 5'],
    ['N14', 93.6, '不属外籍人士或深圳市民', '94 93 95 92 96 91 94 without 96 and 91: 468 / 5, but of neither group'],
    ['N15', '', '评委打分不全', 'one mark is missing'],
    ['N16', 86.6, '获奖', '87 86 88 85 89 84 87 without 89 and 84: 433 / 5'],
    ['N17', 71, '未达标准分', '70 72 71 69 73 68 75 without 75 and 68: 355 / 5'],
);
is("$got->{mark}{$_->[0]} $got->{reason}{$_->[0]}", "$_->[1] $_->[2]", "$_->[0]: $_->[3]") for @by_hand;
is(join(' ', map { $got->{given}{$_} } qw(经贸合作奖 科技创新奖 文化交流奖 城市建设与生态奖 友好使者奖 市民参与奖)), '2 2 3 1 1 0',
    'awards given in each category, none where nobody passed');
is("$got->{place}{N03} $got->{place}{N12} $got->{place}{N08}", '3 4 ', 'places within a category; who is not eligible takes none');

my $more = outputs($rules, '--set', 'params.most=4', '--set', 'params.pass=79.8');
is(join(' ', map { $more->{awarded}{$_} } qw(N03 N04 N07 N12 N17)), 'true true true true false', 'other parameters, other awards');

# What is refused.
my $nominees = slurp('samples/2011/nominees.csv');
$nominees =~ s/科技创新奖/科技创薪奖/ or die;
my $marks = slurp('samples/2011/award_marks.csv');
$marks =~ s/^(N01,评委3),95/$1,195/m or die;
$marks =~ s/^N17,评委7,75/N18,评委7,75/m or die;
my ($status, undef, $err) = run($rules, '--data', 'nominees=' . file('nominees.csv', $nominees), '--data', 'marks=' . file('marks.csv', $marks));
is($status, 4, 'wrong data is refused');
like($err, $_, "and listed: $_") for qr/nominees\.csv:\d+:category: '科技创薪奖' is no category — did you mean '科技创新奖'\?/,
    qr/marks\.csv:4:mark: 195 lies outside 0 to 100/, qr/marks\.csv:120:nominee: .*'?N18/;

done_testing();
