import fc from 'fast-check';
import t from 'tap';
import { calendarDateOf, timeOfDayOf } from "../../src/domain/wall-clock.js";
import { en } from "../../src/speech/say/en.js";
import { languages } from "../../src/speech/say/languages.js";
import { phoneGroups } from "../../src/speech/say/phone-groups.js";
import { zhCn } from "../../src/speech/say/zh-cn.js";
t.test('dates are said as people say them', async (t) => {
    const dates = [
        ['2026-11-22', 'November twenty second twenty twenty six', '二零二六年十一月二十二日'],
        ['2026-01-01', 'January first twenty twenty six', '二零二六年一月一日'],
        ['2026-02-02', 'February second twenty twenty six', '二零二六年二月二日'],
        ['2024-02-29', 'February twenty ninth twenty twenty four', '二零二四年二月二十九日'],
        ['2010-10-10', 'October tenth twenty ten', '二零一零年十月十日'],
        ['2012-12-12', 'December twelfth twenty twelve', '二零一二年十二月十二日'],
        ['2000-03-20', 'March twentieth two thousand', '二零零零年三月二十日'],
        ['2005-05-30', 'May thirtieth two thousand five', '二零零五年五月三十日'],
        ['1905-06-05', 'June fifth nineteen oh five', '一九零五年六月五日'],
        ['1900-07-08', 'July eighth nineteen hundred', '一九零零年七月八日'],
        ['1984-08-31', 'August thirty first nineteen eighty four', '一九八四年八月三十一日'],
        ['2100-09-03', 'September third twenty one hundred', '二一零零年九月三日'],
        ['0800-04-09', 'April ninth eight hundred', '零八零零年四月九日'],
        ['2026-11-22T23:59:00Z', 'November twenty second twenty twenty six', '二零二六年十一月二十二日']
    ];
    for (const [iso, english, mandarin] of dates) {
        const date = calendarDateOf(iso);
        t.ok(date, iso);
        if (date === undefined)
            continue;
        t.equal(en.date(date).join(' '), english);
        t.equal(zhCn.date(date).join(''), mandarin);
    }
});
t.test('times are said as people say them', async (t) => {
    const times = [
        ['00:00', 'midnight', '凌晨零点'],
        ['00:30', 'twelve thirty a.m.', '凌晨零点半'],
        ['01:01', 'one oh one a.m.', '凌晨一点零一分'],
        ['02:00', 'two a.m.', '凌晨两点'],
        ['04:59', 'four fifty nine a.m.', '凌晨四点五十九分'],
        ['05:00', 'five a.m.', '早上五点'],
        ['07:45', 'seven forty five a.m.', '早上七点四十五分'],
        ['08:20', 'eight twenty a.m.', '上午八点二十分'],
        ['10:10', 'ten ten a.m.', '上午十点十分'],
        ['12:00', 'noon', '中午十二点'],
        ['12:02', 'twelve oh two p.m.', '中午十二点零二分'],
        ['13:00', 'one p.m.', '下午一点'],
        ['14:00', 'two p.m.', '下午两点'],
        ['14:22', 'two twenty two p.m.', '下午两点二十二分'],
        ['14:30', 'two thirty p.m.', '下午两点半'],
        ['17:05', 'five oh five p.m.', '下午五点零五分'],
        ['18:00', 'six p.m.', '晚上六点'],
        ['22:00', 'ten p.m.', '晚上十点'],
        ['23:59', 'eleven fifty nine p.m.', '晚上十一点五十九分'],
        ['2026-11-22T17:05:09.5+08:00', 'five oh five p.m.', '下午五点零五分']
    ];
    for (const [written, english, mandarin] of times) {
        const time = timeOfDayOf(written);
        t.ok(time, written);
        if (time === undefined)
            continue;
        t.equal(en.time(time).join(' '), english);
        t.equal(zhCn.time(time).join(''), mandarin);
    }
});
t.test('what is no date and no time is not taken for one', async (t) => {
    for (const text of [
        '',
        '2026',
        '2026-13-01',
        '2026-00-10',
        '2026-04-31',
        '2025-02-29',
        '1900-02-29',
        '22.11.2026',
        '2026-1-1',
        '2026-11-22T25:00'
    ])
        t.equal(calendarDateOf(text), undefined, text);
    for (const text of ['', '24:00', '12:60', '9:05', '12', 'noon', '12:00 pm', '2026-02-30T12:00', '2026-11-22', '12:00:61'])
        t.equal(timeOfDayOf(text), undefined, text);
    t.same(calendarDateOf('2000-02-29'), { year: 2000, month: 2, day: 29 });
});
t.test('lengths of time are said as people say them', async (t) => {
    const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
    const durations = [
        [0, 'zero seconds', '零秒'],
        [499, 'zero seconds', '零秒'],
        [500, 'one second', '一秒'],
        [2 * second, 'two seconds', '两秒'],
        [12 * second, 'twelve seconds', '十二秒'],
        [22 * second, 'twenty two seconds', '二十二秒'],
        [59_999, 'one minute', '一分钟'],
        [2 * minute, 'two minutes', '两分钟'],
        [2 * minute + 2 * second, 'two minutes and two seconds', '两分钟两秒'],
        [hour, 'one hour', '一小时'],
        [2 * hour, 'two hours', '两小时'],
        [hour + 5 * minute, 'one hour and five minutes', '一小时五分钟'],
        [hour + 5 * second, 'one hour and five seconds', '一小时零五秒'],
        [2 * day, 'two days', '两天'],
        [day + hour + minute + second, 'one day one hour one minute and one second', '一天一小时一分钟一秒'],
        [day + 2 * minute, 'one day and two minutes', '一天零两分钟'],
        [day + 2 * minute + 2 * second, 'one day two minutes and two seconds', '一天零两分钟两秒'],
        [day + hour + 2 * second, 'one day one hour and two seconds', '一天一小时零两秒'],
        [200 * day, 'two hundred days', '两百天']
    ];
    for (const [ms, english, mandarin] of durations) {
        t.equal(en.duration(ms).join(' '), english);
        t.equal(zhCn.duration(ms).join(''), mandarin);
    }
});
t.test('phone numbers are said in groups, 一 as 幺', async (t) => {
    const numbers = [
        ['13800138000', '138 0013 8000'],
        ['+8613800138000', '+86 138 0013 8000'],
        ['+14155552671', '+1 415 555 2671'],
        ['4155552671', '415 555 2671'],
        ['01088886666', '010 8888 6666'],
        ['075588886666', '0755 8888 6666'],
        ['4008208820', '400 820 8820'],
        ['88886666', '8888 6666'],
        ['5551234', '555 1234'],
        ['123456789', '123 456 789'],
        ['95588', '95588'],
        ['110', '110'],
        ['+442079460123', '+4420 7946 0123'],
        ['(415) 555-2671', '415 555 2671'],
        ['1-800-FLOWERS', '1 800 FLOWERS'],
        ['0755.8888 66', '0755 8888 66'],
        ['', '']
    ];
    for (const [number, groups] of numbers)
        t.equal(phoneGroups(number).join(' '), groups, number);
    t.equal(zhCn.phone('13800').join(''), '幺三八零零');
    t.equal(zhCn.phone('+86').join(''), '加八六');
    t.equal(en.phone('+110').join(' '), 'plus one one zero');
    fc.assert(fc.property(fc.stringMatching(/^\+?\d{1,20}$/), (number) => phoneGroups(number).join('') === number), { numRuns: 500, seed: 20261122 });
});
t.test('places in an order are said as people say them', async (t) => {
    const ordinals = [
        [1, 'first', '第一'],
        [2, 'second', '第二'],
        [3, 'third', '第三'],
        [4, 'fourth', '第四'],
        [5, 'fifth', '第五'],
        [8, 'eighth', '第八'],
        [9, 'ninth', '第九'],
        [10, 'tenth', '第十'],
        [11, 'eleventh', '第十一'],
        [12, 'twelfth', '第十二'],
        [13, 'thirteenth', '第十三'],
        [20, 'twentieth', '第二十'],
        [21, 'twenty first', '第二十一'],
        [40, 'fortieth', '第四十'],
        [42, 'forty second', '第四十二'],
        [100, 'one hundredth', '第一百'],
        [102, 'one hundred second', '第一百零二'],
        [112, 'one hundred twelfth', '第一百一十二'],
        [1000, 'one thousandth', '第一千'],
        [20_002, 'twenty thousand second', '第两万零二'],
        [1_000_000, 'one millionth', '第一百万']
    ];
    for (const [value, english, mandarin] of ordinals) {
        t.equal(en.ordinal(value).join(' '), english);
        t.equal(zhCn.ordinal(value).join(''), mandarin);
    }
});
t.test('counts have the word that goes with what is counted', async (t) => {
    const counts = [
        [0, 'people', 'zero people', '零位'],
        [1, 'people', 'one person', '一位'],
        [2, 'people', 'two people', '两位'],
        [3, 'people', 'three people', '三位'],
        [10, 'people', 'ten people', '十位'],
        [12, 'people', 'twelve people', '十二位'],
        [22, 'people', 'twenty two people', '二十二位'],
        [102, 'people', 'one hundred two people', '一百零二位'],
        [200, 'people', 'two hundred people', '两百位'],
        [2, undefined, 'two', '两个'],
        [20, undefined, 'twenty', '二十个'],
        [1, 'messages', 'one message', '一条信息'],
        [2, 'messages', 'two messages', '两条信息'],
        [2, 'items', 'two items', '两件'],
        [1, 'times', 'one time', '一次'],
        [2, 'times', 'two times', '两次']
    ];
    for (const [value, unit, english, mandarin] of counts) {
        t.equal(en.count(value, unit).join(' '), english);
        t.equal(zhCn.count(value, unit).join(''), mandarin);
    }
});
t.test('no two days and no two minutes sound alike, and every word is in the vocabulary', async (t) => {
    const days = Array.from({ length: 240 * 365 }, (_, day) => calendarDateOf(new Date(Date.UTC(1880, 0, 1 + day)).toISOString()));
    for (const { tag, vocabulary, date, time } of languages) {
        const said = [
            ...days.map((day) => (day === undefined ? [] : date(day))),
            ...Array.from({ length: 1440 }, (_, minute) => time({ hours: Math.floor(minute / 60), minutes: minute % 60 }))
        ];
        t.equal(new Set(said.map((words) => words.join(' '))).size, days.length + 1440, tag);
        const known = new Set(vocabulary);
        t.same([...new Set(said.flat())].filter((word) => !known.has(word)), [], tag);
    }
});
t.test('lengths, places and counts are of words in the vocabulary and differ when their values do', async () => {
    const units = fc.constantFrom(undefined, 'people', 'messages', 'items', 'times');
    const whole = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 1_000_000_000_000 }));
    const seconds = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100_000_000 }));
    fc.assert(fc.property(whole, whole, seconds, seconds, units, (one, other, short, long, unit) => languages.every((language) => {
        const pairs = [
            [language.ordinal(one), language.ordinal(other), one === other],
            [language.count(one, unit), language.count(other, unit), one === other],
            [language.duration(short * 1000), language.duration(long * 1000), short === long]
        ];
        return pairs.every(([first, second, same]) => [...first, ...second].every((word) => language.vocabulary.includes(word)) &&
            (first.join(' ') === second.join(' ')) === same);
    })), { numRuns: 1000, seed: 20261122 });
});
//# sourceMappingURL=say-moments.test.js.map