/** Flows of fifty steps of all kinds in two languages, as a centre with many hotlines would have them: for measuring. Flow `n` is always the same text. */
export function corpusFlow(n: number): { file: string; text: string } {
  const departments = [0, 1, 2].map((block) => department(n, block) + otherSteps(n, block))
  const news = [0, 1, 2, 3, 4].map((item) => newsItem(n, item))
  return { file: `flow-${n}.yaml`, text: [head(n), ...departments, ...news].join('') }
}

/** The first so many of them. They run and lead to each other, and dial different numbers. */
export function flowCorpus(count: number): { file: string; text: string }[] {
  return Array.from({ length: count }, (_, n) => corpusFlow(n))
}

const head = (n: number) => `flow: hotline-${n}
describe: Hotline ${n} of a bank with many.
languages: [zh-CN, en]
numbers: ["7${String(n).padStart(5, '0')}", "8${String(n).padStart(5, '0')}*"]

vars:
  card: ""
  tries: 0
  amount: 0
  reason: ""
  notes: { source: hotline, flow: ${n} }
params:
  topic: ""
results: [reason]

shortcuts:
  - name: lost-card-line
    when: call.dialed == "7${String(n).padStart(5, '0')}9"
    go: people_0
    priority: emergency
  - name: lost-card-reported
    when: "'card-lost' in customer.flags && customer.segment == 'gold'"
    go: people_1
    priority: high
  - name: lost-card-key
    keys: "*9"
    go: people_2

defaults:
  first_digit: 6s
  no_input:
    prompts:
      - { zh-CN: 抱歉，没有收到您的按键。, en: "Sorry, we did not hear a key." }
    tries: 3
    go: people_0
  no_match:
    prompts:
      - { zh-CN: 抱歉，您的输入有误。, en: "Sorry, that is not one of the choices." }
      - { zh-CN: 您的输入仍然有误，请听清后再按键。, en: "That is still not right. Please listen first." }
    go: people_0

on_error: people_0
start: welcome_0

steps:
`

/** Eight steps that ask the caller and another system. */
const department = (n: number, b: number) => `
  welcome_${b}:
    play:
      - { zh-CN: 欢迎致电示例银行第${b}营业部${n}号热线, en: Welcome to department ${b} of hotline ${n} }
      - { zh-CN: "您好，\${customer.name}", en: "Hello \${customer.name}" }
    then: menu_${b}

  menu_${b}:
    menu:
      prompt:
        zh-CN: 查询余额请按1，挂失请按2，办理新业务请按3，人工服务请按0。
        en: For your balance, press 1. For a lost card, press 2. For new products, press 3. For an agent, press 0.
      choices:
        1: { go: collect_${b} }
        2: { go: people_${b} }
        3: run_${b}
        "01": hours_${b}
        0: { go: people_${b} }
      no_input: { tries: 2, go: people_${b} }

  collect_${b}:
    collect:
      prompt: { zh-CN: 请输入十六位卡号。, en: Please enter the sixteen digits of your card number. }
      into: card
      digits: { exactly: 16 }
      check: luhn(card) && size(card) == 16
      secret: true
      first_digit: 8s
      no_match:
        prompts:
          - { zh-CN: 卡号不正确。, en: That card number is not right. }
    then: request_${b}

  request_${b}:
    request:
      post: \${config.core_banking}/department/${b}/balance
      json: { card: "\${card}", tries: "\${tries + 1}", from: { caller: "\${call.caller}", flow: ${n} } }
      headers: { x-request: "\${call.id}" }
      timeout: 3s
      retries: 1
      while_waiting: { zh-CN: 正在查询，请稍候。, en: One moment please. }
      expect: { balance: number, name?: string }
      into: account_${b}
    then: branch_${b}

  branch_${b}:
    branch:
      - when: account_${b}.balance > ${1000 * b + n} && customer.segment == "gold"
        go: set_${b}
      - when: queue("service").waiting > ${b + 3} || tries >= 3
        go: hours_${b}
    else: set_${b}

  set_${b}:
    set:
      tries: \${tries + 1}
      amount: \${round(account_${b}.balance * 1.05, 2)}
      reason: "balance-${b}"
      notes: { department: ${b}, digits: "\${last(card, 4)}" }
    then: tell_${b}

  tell_${b}:
    play:
      - { zh-CN: 您的余额为, en: Your balance is }
      - { money: "\${amount}", currency: CNY }
      - { pause: 300ms }
      - { zh-CN: "为\${customer.name}查询，这是第\${tries}次", en: "looked up for \${customer.name}, request number \${tries}" }
    then: attach_${b}

  attach_${b}:
    attach: { intent: balance, department: ${b}, amount: "\${amount}", card: "\${last(card, 4)}" }
    then: menu_${b}
`

/** Seven more of it, of all other kinds. */
const otherSteps = (n: number, b: number) => `
  people_${b}:
    queue: ${['service', 'card-security', 'sales'][b % 3]}
    skills: { ${b % 2 === 0 ? 'english: 2' : 'card-security: 3'} }
    attach: { intent: "\${reason}", tries: "\${tries}" }
    max_wait: 10m
    on_error: hangup_${b}
    timeout: { go: hangup_${b} }
    full: { go: hangup_${b} }

  hours_${b}: { hours: bank, open: { go: people_${b} }, closed: language_${b} }

  run_${b}: { run: hotline-${n === 0 ? 0 : n - 1}, with: { topic: "department-${b}" }, into: answer_${b}, then: go_${b} }

  go_${b}: { go: ${b === 2 ? 'news_0' : `welcome_${b + 1}`} }

  language_${b}: { language: "\${call.language == 'en' ? 'zh-CN' : 'en'}", then: transfer_${b} }

  transfer_${b}: { transfer: { agent: "1001", timeout: 20s }, attach: { topic: "\${topic}" }, busy: hangup_${b} }

  hangup_${b}: { hangup: { cause: normal, reason: department ${b} is closed } }
`

const newsItem = (n: number, item: number) => `
  news_${item}:
    play:
      zh-CN: 第${item + 1}条公告：自${item + 2}月起，${n}号热线的营业时间调整为上午八点至下午六点，敬请留意。
      en: "Notice ${item + 1}: from month ${item + 2} on, hotline ${n} is open from eight in the morning to six in the evening."
    then: ${item === 4 ? `{ flow: hotline-${n === 0 ? 0 : n - 1} }` : `news_${item + 1}`}
`
