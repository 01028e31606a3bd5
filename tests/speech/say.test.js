import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { en } from "../../src/speech/say/en.js";
import { languageFinder, languages } from "../../src/speech/say/languages.js";
import { zhCn } from "../../src/speech/say/zh-cn.js";
const numbers = [
    [0, 'zero', '零'],
    [2, 'two', '二'],
    [10, 'ten', '十'],
    [12, 'twelve', '十二'],
    [19, 'nineteen', '十九'],
    [20, 'twenty', '二十'],
    [22, 'twenty two', '二十二'],
    [100, 'one hundred', '一百'],
    [102, 'one hundred two', '一百零二'],
    [110, 'one hundred ten', '一百一十'],
    [112, 'one hundred twelve', '一百一十二'],
    [200, 'two hundred', '两百'],
    [222, 'two hundred twenty two', '两百二十二'],
    [1000, 'one thousand', '一千'],
    [1001, 'one thousand one', '一千零一'],
    [1010, 'one thousand ten', '一千零一十'],
    [1100, 'one thousand one hundred', '一千一百'],
    [2002, 'two thousand two', '两千零二'],
    [10_000, 'ten thousand', '一万'],
    [10_010, 'ten thousand ten', '一万零一十'],
    [10_500, 'ten thousand five hundred', '一万零五百'],
    [12_000, 'twelve thousand', '一万两千'],
    [20_000, 'twenty thousand', '两万'],
    [22_222, 'twenty two thousand two hundred twenty two', '两万两千两百二十二'],
    [100_000, 'one hundred thousand', '十万'],
    [100_010, 'one hundred thousand ten', '十万零一十'],
    [120_002, 'one hundred twenty thousand two', '十二万零二'],
    [200_000, 'two hundred thousand', '二十万'],
    [1_000_000, 'one million', '一百万'],
    [10_000_000, 'ten million', '一千万'],
    [10_010_000, 'ten million ten thousand', '一千零一万'],
    [100_000_000, 'one hundred million', '一亿'],
    [100_000_001, 'one hundred million one', '一亿零一'],
    [100_100_000, 'one hundred million one hundred thousand', '一亿零一十万'],
    [200_000_000, 'two hundred million', '两亿'],
    [1_200_000_000, 'one billion two hundred million', '十二亿'],
    [120_000_000_000, 'one hundred twenty billion', '一千两百亿'],
    [1_000_000_000_000, 'one trillion', '一万亿'],
    [-5, 'minus five', '负五'],
    [-0.001, 'zero', '零'],
    [0.05, 'zero point zero five', '零点零五'],
    [3.5, 'three point five', '三点五'],
    [12.34, 'twelve point three four', '十二点三四'],
    [99.999, 'one hundred', '一百']
];
t.test('quantities are said as people say them', async (t) => {
    for (const [value, english, mandarin] of numbers) {
        t.equal(en.number(value).join(' '), english, `${value} in English`);
        t.equal(zhCn.number(value).join(''), mandarin, `${value} in Mandarin`);
    }
    t.equal(en.number(1_000_000_000_001).length, 13, 'beyond a trillion the digits are read');
    t.throws(() => en.number(Number.NaN), { code: 'SPEECH_NOT_A_NUMBER', blame: 'flow' });
});
t.test('money is said with its units', async (t) => {
    const amounts = [
        [0, 'CNY', 'zero yuan', '零元'],
        [0.05, 'CNY', 'zero point zero five yuan', '五分'],
        [0.2, 'CNY', 'zero point two yuan', '两角'],
        [0.22, 'CNY', 'zero point two two yuan', '两角两分'],
        [2, 'CNY', 'two yuan', '两元'],
        [2.22, 'CNY', 'two point two two yuan', '两元两角两分'],
        [12.05, 'CNY', 'twelve point zero five yuan', '十二元零五分'],
        [22, 'CNY', 'twenty two yuan', '二十二元'],
        [-12.3, 'CNY', 'minus twelve point three yuan', '负十二元三角'],
        [10_010, 'CNY', 'ten thousand ten yuan', '一万零一十元'],
        [1, 'USD', 'one dollar', '一美元'],
        [2, 'USD', 'two dollars', '两美元'],
        [1.01, 'USD', 'one dollar and one cent', '一点零一美元'],
        [0.5, 'USD', 'fifty cents', '零点五美元'],
        [-3.1, 'EUR', 'minus three euros and ten cents', '负三点一欧元'],
        [7.01, 'GBP', 'seven pounds and one penny', '七点零一英镑'],
        [5, 'CHF', 'five C H F', '五CHF']
    ];
    for (const [amount, currency, english, mandarin] of amounts) {
        t.equal(en.money(amount, currency).join(' '), english);
        t.equal(zhCn.money(amount, currency).join(''), mandarin);
    }
});
t.test('digits, letters and phone keys are read one by one', async (t) => {
    t.same(en.digits('6222-a*#'), ['six', 'two', 'two', 'two', 'A', 'star', 'pound']);
    t.same(zhCn.digits('6222 a*#'), ['六', '二', '二', '二', 'A', '星号', '井号']);
});
t.test('numbers inside a text become words', async (t) => {
    t.equal(en.inWords('Press 1, or call 95588'), 'Press one, or call nine five five eight eight');
    t.equal(en.inWords('3.5% of 1,234 in room A1'), 'three point five percent of one thousand two hundred thirty four in room A one');
    t.equal(zhCn.inWords('请按1或拨打95588'), '请按一或拨打九五五八八');
    t.equal(zhCn.inWords('2024年您有2个包裹,共1,234.50元,增长3.5%'), '二零二四年您有两个包裹,共一千两百三十四点五元,增长百分之三点五');
});
t.test('every number comes back from its words, and every word is in the vocabulary', async () => {
    const cents = fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: -100_000_000_000_000, max: 100_000_000_000_000 }), 
    // Many zeros, where 零 goes wrong.
    fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 12 })).map(([figure, zeros]) => figure * 10 ** zeros));
    fc.assert(fc.property(cents, (count) => {
        const value = count / 100;
        const words = { en: en.number(value), zh: zhCn.number(value) };
        const known = words.en.every((word) => en.vocabulary.includes(word)) && words.zh.every((word) => zhCn.vocabulary.includes(word));
        return known && valueOfEnglish(words.en) === value && valueOfMandarin(words.zh) === value;
    }), { numRuns: 2000, seed: 20261122 });
});
t.test('Mandarin is written as pinyin, words with two readings by their context', async (t) => {
    const readings = [
        ['欢迎致电', 'huan1 ying2 zhi4 dian4'],
        ['请重新输入', 'qing3 chong2 xin1 shu1 ru4'],
        ['您的还款金额', 'nin2 de5 huan2 kuan3 jin1 e2'],
        ['银行，音乐。', 'yin2 hang2 , yin1 yue4 .'],
        ['女士', 'nv3 shi4']
    ];
    for (const [hanzi, pinyin] of readings)
        t.equal(zhCn.espeak.write(hanzi), pinyin);
});
t.test('espeak-ng reads ordinary Mandarin sentences without switching to English', async (t) => {
    const sentences = [
        '欢迎致电,请按1。您的余额为2元',
        '为了保证服务质量,您的通话可能会被录音',
        '请输入十六位银行卡号,以井号键结束',
        '抱歉,您的输入有误,请重新输入',
        '挂失请按一,人工服务请按零,重听请按星号键',
        '所有坐席正忙,请稍候,您是队列中的第3位',
        '账户余额不足,谢谢您的来电,再见',
        ...zhCn.vocabulary
    ];
    for (const sentence of sentences) {
        const phonemes = phonemesOf(zhCn.espeak.write(zhCn.inWords(sentence)));
        t.notMatch(phonemes, /\(en\)/, sentence);
    }
    const spoken = phonemesOf(zhCn.espeak.write('欢迎致电,请按一'))
        .split('_|')
        .filter((syllable) => syllable.trim() !== '');
    t.equal(spoken.length, 7, 'one syllable for each hanzi');
    t.match(phonemesOf('欢迎致电', 'cmn'), /\(en\)/, 'the voice cmn does switch, which is why it is not used');
});
t.test('a language without a voice is spoken in the default one, with one warning', async (t) => {
    const warnings = [];
    const log = { debug() { }, info() { }, error() { }, warn: (fields) => void warnings.push(fields), child: () => log };
    const languageOf = languageFinder(log);
    t.equal(languageOf('zh-CN'), zhCn);
    t.equal(languageOf('zh'), zhCn);
    t.equal(languageOf('en-GB'), en);
    t.equal(languageOf('tlh'), en);
    t.equal(languageOf('tlh'), en);
    t.same(warnings, [{ language: 'tlh', spoken: 'en' }]);
    for (const { vocabulary, tag } of languages)
        t.equal(new Set(vocabulary).size, vocabulary.length, `${tag} has each word once`);
});
function phonemesOf(text, voice = zhCn.espeak.voice) {
    return execFileSync('espeak-ng', ['-v', voice, '-b', '1', '-x', '-q', '--stdin'], { input: text }).toString();
}
function decimalsOf(figures, words) {
    return words.map((word) => figures.indexOf(word)).join('');
}
function valueOfEnglish(words) {
    if (words[0] === 'minus')
        return -valueOfEnglish(words.slice(1));
    const small = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
    const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
    const scales = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
    const point = words.indexOf('point');
    let total = 0;
    let group = 0;
    for (const word of point === -1 ? words : words.slice(0, point)) {
        if (small.includes(word))
            group += small.indexOf(word);
        else if (tens.includes(word))
            group += tens.indexOf(word) * 10;
        else if (word === 'hundred')
            group *= 100;
        else {
            total += group * (scales[word] ?? Number.NaN);
            group = 0;
        }
    }
    return Number(`${total + group}.${point === -1 ? '0' : decimalsOf(small, words.slice(point + 1))}`);
}
function valueOfMandarin(words) {
    if (words[0] === '负')
        return -valueOfMandarin(words.slice(1));
    const figures = [...'零一二三四五六七八九'];
    const point = words.indexOf('点');
    if (point !== -1)
        return Number(`${valueOfMandarin(words.slice(0, point))}.${decimalsOf(figures, words.slice(point + 1))}`);
    const split = (unit, size) => {
        const at = words.lastIndexOf(unit);
        return at === -1 ? undefined : valueOfMandarin(words.slice(0, at)) * size + valueOfMandarin(words.slice(at + 1));
    };
    const large = split('亿', 1e8) ?? split('万', 1e4);
    if (large !== undefined)
        return large;
    const places = { 千: 1000, 百: 100, 十: 10 };
    let total = 0;
    let figure;
    for (const word of words) {
        const place = places[word];
        if (place !== undefined) {
            total += (figure ?? 1) * place;
            figure = undefined;
        }
        else
            figure = word === '两' ? 2 : figures.indexOf(word);
    }
    return total + (figure ?? 0);
}
//# sourceMappingURL=say.test.js.map