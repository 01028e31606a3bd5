import t from 'tap'
import { listed, quoted, say, together } from '../../src/domain/saying.ts'
import { checkFlows } from '../../src/flow/compile/check-command.ts'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import type { FlowSource } from '../../src/flow/compile/compile-context.ts'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { codeFrame } from '../../src/flow/compile/findings/code-frame.ts'
import type { Finding } from '../../src/flow/compile/findings/finding.ts'
import { formatFindings } from '../../src/flow/compile/findings/format-findings.ts'
import { knownLanguage, toldIn } from '../../src/flow/words/told-in.ts'
import { flowContext } from '../helpers/flow/flow-walk.ts'
import { missingWords, templatesInSources } from '../helpers/flow/missing-words.ts'

t.test('whatever can be said can be said in Chinese, with all that is in it', async (t) => {
  t.ok((await templatesInSources()).size > 300)
  t.same(await missingWords(), [])
})

t.test('a sentence is told with its values in the order of the language', async (t) => {
  const sentence = say`there is no ${say`queue`} "${'sales'}"`
  t.equal(String(sentence), 'there is no queue "sales"')
  t.equal(JSON.stringify({ sentence }), '{"sentence":"there is no queue \\"sales\\""}')
  t.equal(toldIn('en', sentence), 'there is no queue "sales"')
  t.equal(toldIn('zh-CN', sentence), '没有名为“sales”的队列')
  t.equal(toldIn('zh-CN', say`there is ${quoted(['a', 'b', 'c'])}`), '可选：“a”、“b”、“c”')
  t.equal(toldIn('zh-CN', say`there is ${listed([])}`), '可选：')
  t.equal(
    toldIn('zh-CN', say`a step does one thing, and this one says ${together(['play', 'menu'])}`),
    '一个步骤只做一件事，此处同时写了play和menu'
  )
  t.equal(
    toldIn('zh-CN', say`nobody has written ${say`queue`} ${1} down`),
    'nobody has written 队列 1 down',
    'English where there is no Chinese'
  )
  t.equal(toldIn('zh-CN', say`there is no step "${'{0} $& {}'}"`), '没有名为“{0} $& {}”的步骤', 'values are put in as they are')
  t.equal(String(say`${'x'.repeat(1000)}`).length, 301)
  t.same(['zh_CN.UTF-8', 'zh-Hant-TW', 'ZH', 'en', 'en-GB', 'C', 'POSIX', 'C.UTF-8', '', 'zhx', 'de'].map(knownLanguage), [
    'zh-CN',
    'zh-CN',
    'zh-CN',
    'en',
    'en',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined
  ])
})

const wrong = {
  file: 'f.yaml',
  text: `flow: f
languages: [zh-CN, en]
numbers: [0955]
steps:
  欢迎: { play: { zh-CN: 您好，欢迎致电, en: Hello } , then: mian }
  main: { queue: vip, timeout: main, full: end, on_error: end }
  end: { hangup: true }
`
}

t.test('findings read the same in both languages, with the place under the right column', async (t) => {
  const { findings } = compileFlow(wrong, flowContext)
  t.equal(
    formatFindings(findings, 1, 'pretty', 'en').split('\n\n')[2],
    `f.yaml:5:53 error FLOW0010: there is no step "mian"
  3 | numbers: [0955]
  4 | steps:
> 5 |   欢迎: { play: { zh-CN: 您好，欢迎致电, en: Hello } , then: mian }
    |                                                              ^^^^
  6 |   main: { queue: vip, timeout: main, full: end, on_error: end }
  hint: did you mean "main"?`
  )
  t.equal(
    formatFindings(findings, 1, 'pretty', 'zh-CN'),
    `f.yaml:3:11 错误 FLOW0008：0955 会被读作数字 955
  1 | flow: f
  2 | languages: [zh-CN, en]
> 3 | numbers: [0955]
    |           ^^^^
  4 | steps:
  提示：请写成 "0955"

f.yaml:5:3 错误 FLOW0009：“欢迎”不能用作步骤名称
  3 | numbers: [0955]
  4 | steps:
> 5 |   欢迎: { play: { zh-CN: 您好，欢迎致电, en: Hello } , then: mian }
    |   ^^^^
  6 |   main: { queue: vip, timeout: main, full: end, on_error: end }
  提示：请使用字母、数字、_ 和 -

f.yaml:5:53 错误 FLOW0010：没有名为“mian”的步骤
  3 | numbers: [0955]
  4 | steps:
> 5 |   欢迎: { play: { zh-CN: 您好，欢迎致电, en: Hello } , then: mian }
    |                                                              ^^^^
  6 |   main: { queue: vip, timeout: main, full: end, on_error: end }
  提示：是否想写“main”？

f.yaml:6:18 错误 FLOW0016：没有名为“vip”的队列
  4 | steps:
  5 |   欢迎: { play: { zh-CN: 您好，欢迎致电, en: Hello } , then: mian }
> 6 |   main: { queue: vip, timeout: main, full: end, on_error: end }
    |                  ^^^
  7 |   end: { hangup: true }
  提示：可选：“service”、“sales”、“card-security”

1 个流程，4 个错误，0 个警告`
  )
  t.match(JSON.parse(formatFindings(findings, 1, 'json', 'zh-CN'))[2], {
    severity: 'error',
    code: 'FLOW0010',
    message: '没有名为“mian”的步骤',
    hint: '是否想写“main”？',
    file: 'f.yaml',
    line: 5,
    column: 53
  })
  t.equal(
    formatFindings(findings.slice(2, 3), 1, 'github', 'zh-CN'),
    '::error file=f.yaml,line=5,col=53,title=FLOW0010::没有名为“mian”的步骤（是否想写“main”？）'
  )
})

t.test('the caret stands under letters of any width', async (t) => {
  const carets = (line: string, at: string) => codeFrame([line], 1, line.indexOf(at) + 1, at.length).split('\n')[1]
  t.equal(carets('play: 您好 mian', 'mian'), '    |            ^^^^')
  t.equal(carets('play: 您好', '您好'), '    |       ^^^^')
  t.equal(carets('「，」x', 'x'), '    |       ^', 'punctuation is wide, too')
  t.equal(carets('ｆｕｌｌ한x', 'x'), '    |           ^')
  t.equal(carets('📞𠮷x', 'x'), '    |     ^', 'letters of two units')
  t.equal(carets('e\u0301e\u200dx', 'x'), '    |   ^', 'marks take no room')
  t.equal(carets('\tx', 'x'), '    | \t^', 'a tab stays one, however wide it is drawn')
  t.equal(codeFrame([`${'📞'.repeat(300)}x`], 1, 601, 1), `> 1 | ${'📞'.repeat(30)}x\n    | ${' '.repeat(60)}^`)
  t.equal(codeFrame([`${'📞'.repeat(300)}ax`], 1, 602, 1), `> 1 | \ufffd${'📞'.repeat(29)}ax\n    | ${' '.repeat(60)}^`)
})

/** What is wrong, at which place, in English and in Chinese. */
const unreadable: readonly (readonly [text: string, place: string, english: string, chinese: string])[] = [
  ['a: b: c', '1:4', 'there is a second key in this line', '这一行有第二个键'],
  ['a: [1, 2', '1:9', 'a bracket is open that no ] closes', '括号没有闭合，缺少 ]'],
  ['a: {b: c\nd: e', '2:1', 'a bracket is open that no } closes', '括号没有闭合，缺少 }'],
  ['a: "x', '1:6', 'the " that closes a text is missing', '缺少结束文本的引号 "'],
  ['a: @x', '1:4', 'a text without quotes cannot begin with @', '不加引号的文本不能以 @ 开头'],
  ['a:\n\tb: c', '2:1', 'tabs cannot indent', '不能用制表符缩进'],
  ['a: "\\q"', '1:5', '\\q means nothing in double quotes', '\\q 在双引号中没有意义'],
  ['a: &x &y b', '1:7', 'this has two anchors', '此处有两个锚点'],
  ['a: !x !y b', '1:7', 'this has two tags', '此处有两个类型标签'],
  ['a: &', '1:4', 'this cannot be an anchor or a reference', '这不能用作锚点或引用'],
  ['a: &x *y', '1:7', 'a reference cannot have an anchor or tag', '引用不能带锚点或类型标签'],
  ['a: *y', '1:4', '*y is read as a reference to another place', '*y 会被读作对其他位置的引用'],
  ['a: b\n---\nc: d', '2:1', 'a file holds one document, and --- begins another', '一个文件只能有一份文档，而 --- 开始了另一份'],
  ['a: [b: c: d]', '1:8', 'lists and keys inside of brackets need brackets themselves', '括号内的列表和键值也必须用括号书写'],
  ['a: b\nfoo\nc: d', '2:1', 'a key cannot go over several lines', '键不能跨行'],
  ['a: |\nb', '2:1', 'a colon is missing behind this', '后面缺少冒号'],
  ['? [a]\n: b\n- c', '3:1', 'a list cannot be a key', '列表不能用作键'],
  ['a: "b"#c', '1:7', 'a space is missing before #', '# 前面缺少空格'],
  ['- - a\n - b', '2:2', 'this does not begin in the column of those above it', '与上方同层内容的起始列不一致'],
  ['a: ]', '1:4', 'this does not belong here', '此处不应出现这个内容'],
  [`${'x'.repeat(1100)}: y`, '1:1', 'a key has at most 1024 letters', '键最多 1024 个字符'],
  ['a: !<x b', '1:4', 'this does not fit its tag', '内容与类型标签不符'],
  ['a: b\na: c', '2:1', 'this key is given twice', '键重复']
]

const expressions: typeof unreadable = [
  ['1 +', '4:24', 'the expression ends too early', '表达式不完整'],
  ['1 2', '4:23', 'the expression is over here, and something follows', '表达式到此已结束，后面有多余的内容'],
  ['(1', '4:23', '")" is missing at the end', '末尾缺少“)”'],
  ['x.', '4:23', 'a name is missing at the end', '末尾缺少名称'],
  ['call.id = "x"', '4:29', '"=" has no meaning in expressions', '“=”在表达式中没有意义'],
  ['$x', '4:21', '"$" has no meaning in expressions', '“$”在表达式中没有意义'],
  ['.x', '4:21', '"." does not fit here', '此处不能出现“.”'],
  ['{"a"}', '4:25', 'here must be ":", not "}"', '此处必须是“:”，不能是“}”'],
  ['if', '4:21', '"if" cannot be a name', '“if”不能用作名称'],
  ['"\\q"', '4:22', 'a backslash stands before something that it gives no meaning', '反斜杠后面的内容没有意义'],
  ['0x', '4:21', 'this is not a number', '这不是数字'],
  ['has(1)', '4:25', 'has() takes a field, such as has(account.name)', 'has() 的参数必须是字段，例如 has(account.name)'],
  ['[1].map(1, 2)', '4:29', 'here must be the name of a variable', '此处必须是变量名'],
  ['1 ? 2 : 3', '4:21', 'a condition must be true or false', '条件的结果必须是 true 或 false'],
  ['1 && true', '4:21', '&& and || stand between conditions, and this is number', '&& 和 || 的两边必须是条件，而这里是数字'],
  ['!1', '4:21', '"!" does not work with number', '“!”不能用于数字'],
  ['[1] + {"a": 2}', '4:21', '"+" does not work between list and map', '“+”不能用于列表和映射之间'],
  ['foo(1, "x", [1])', '4:21', 'there is no function foo(number, text, list)', '没有函数 foo(数字、文本、列表)'],
  ['"x".foo()', '4:21', 'there is no function text.foo()', '没有函数 文本.foo()'],
  ['call.id.foo', '4:29', 'text has no fields', '文本没有字段'],
  ['[1]["x"]', '4:21', 'a place in a list is a whole number', '列表的下标必须是整数'],
  [
    '5.exists(x, true)',
    '4:21',
    'only lists and maps can be gone through, and this is number',
    '只能遍历列表或映射，而这里是数字'
  ],
  [
    'true ? 1 : "x"',
    '4:21',
    'what stands before and behind : must be of one type, not number and text',
    '冒号前后的类型必须一致，不能是数字和文本'
  ],
  ['('.repeat(60), '4:61', 'the expression is too large', '表达式过大'],
  ['nmae', '4:21', 'there is no variable "nmae"', '没有名为“nmae”的变量']
]

t.test('what the libraries for YAML and CEL object to is told in our words, in both languages', async (t) => {
  const inFlow = (expression: string) =>
    `flow: f\nlanguages: [en]\nsteps:\n  a: { set: { v: ${JSON.stringify(`\${${expression}}`)} } }\nvars: { v: null }\n`
  const cases = [...unreadable, ...expressions.map(([text, ...rest]) => [inFlow(text), ...rest] as const)]
  for (const [text, place, english, inChinese] of cases) {
    const { findings } = compileFlow({ file: 'f', text }, flowContext)
    const found = findings.map(({ line, column, message }) => [`${line}:${column}`, `${message}`, toldIn('zh-CN', message)])
    t.same(found.find(([, message]) => message === english) ?? found, [place, english, inChinese], text)
  }
})

t.test('flows that lead to each other without waiting are told of in each of them', async (t) => {
  const numbers: Record<string, string> = { one: '1', two: '2' }
  const flow = (name: string, steps: string) => ({
    file: `${name}.yaml`,
    text: `flow: ${name}\nlanguages: [en]\nnumbers: ["${numbers[name]}"]\nsteps:\n  ${steps}\n  end: { hangup: true }\n`
  })
  const told = (...flows: FlowSource[]) =>
    compileAll(flows, flowContext)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code, file, line, column, message }) => `${code} ${file}:${line}:${column} ${message} ${toldIn('zh-CN', message)}`)
  const toOne = flow('two', 'a: { go: { flow: one } }')
  t.same(told(flow('one', 'a: { play: x, then: b }\n  b: { go: { flow: two } }'), toOne), [
    'FLOW0012 one.yaml:6:3 flows go round without waiting for the caller: one → two → one 流程之间循环往复而从不等待来电者：one → two → one',
    'FLOW0012 two.yaml:5:3 flows go round without waiting for the caller: one → two → one 流程之间循环往复而从不等待来电者：one → two → one'
  ])
  t.match(told(flow('one', 'a: { run: one, then: end }')), [/^FLOW0012 one.yaml:5:3 .*one → one$/], 'it runs itself')
  t.match(
    told(flow('one', 'a: { transfer: { number: "2" }, unreachable: end }'), flow('two', 'a: { run: one, then: end }')),
    [/one.yaml:5:3 .*one → two → one$/, /two.yaml:5:3/],
    'by a number'
  )
  t.match(
    told(flow('one', 'a: { run: one, then: end }'), flow('two', 'a: { run: two, then: end }')),
    [/one → one$/, /two → two$/],
    'all rounds are told at once'
  )
  const menu = 'a: { menu: { prompt: x, choices: { 1: b }, no_input: { go: end }, no_match: { go: end } } }'
  t.same(told(flow('one', `${menu}\n  b: { go: { flow: one } }`)), [], 'a menu waits')
  t.same(told(flow('one', `${menu}\n  b: { go: { flow: two } }`), toOne), [], 'wherever in the round it is')
  t.same(told(flow('one', 'a: { run: two, then: end }'), flow('two', 'a: { go: end }')), [])
})

t.test('clashes between flows, and files that are not there, are told in Chinese', async (t) => {
  const text = 'flow: one\nlanguages: [en]\nnumbers: ["1"]\nsteps:\n  a: { hangup: true }\n'
  const told = ({ code, file, line, column, message }: Finding) => `${code} ${file}:${line}:${column} ${toldIn('zh-CN', message)}`
  t.same(
    compileAll(
      [
        { file: 'one.yaml', text },
        { file: 'two.yaml', text }
      ],
      flowContext
    ).findings.map(told),
    ['FLOW0030 two.yaml:1:7 另有同名流程“one”，位于 one.yaml', 'FLOW0024 two.yaml:3:11 1 已经是流程“one”的号码']
  )
  const { text: printed, errors } = await checkFlows(['/nowhere/at-all.yaml'], flowContext, 'pretty', 'zh-CN')
  t.equal(errors, 1)
  t.match(printed, '/nowhere/at-all.yaml:1:1 错误 FLOW0034：无法读取此文件：没有这个文件或文件夹\n')
})
