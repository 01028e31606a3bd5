/** What is wrong with files of tests. Terms: see ../zh-cn.ts. */
export const testFiles: Readonly<Record<string, string>> = {
  'there is no flow "{}" without errors': '没有名为“{0}”且无错误的流程',
  'another case has this name': '用例名称重复',
  '"number" is missing': '缺少“number”',
  'this flow has no number of its own': '本流程没有自己的号码',
  'there is no split step "{}"': '没有名为“{0}”的 split 步骤',
  'step "{}" has no exit "{}"': '步骤“{0}”没有出口“{1}”',
  'a request that fails has no answer': '失败的请求没有应答',
  'leave out "fails", or "status" and "json"': '请去掉“fails”，或去掉“status”和“json”',

  'must be a date and time with its offset, in quotes, such as "2026-11-23T12:00:00+08:00"':
    '必须是加引号、带时区的日期和时间，例如 "2026-11-23T12:00:00+08:00"',
  'must be a text or a list of texts': '必须是文本或文本列表',
  'must be a list of texts': '必须是文本列表',
  'must be names and values': '必须是名称及其值',
  'must be keys in quotes, such as "1"': '必须是加引号的按键，例如 "1"',
  'must be keys in quotes, silence, hangup, { keys: "1", at: 3s }, { keys: "1", while: "text" }, { hangup: true, at: 3s } or { hangup: true, while: "text" }':
    '必须是加引号的按键、silence、hangup、{ keys: "1", at: 3s }、{ keys: "1", while: "文本" }、{ hangup: true, at: 3s } 或 { hangup: true, while: "文本" }',
  'must be answered, timeout, full, no_agents, closed or withdrawn':
    '必须是 answered、timeout、full、no_agents、closed 或 withdrawn',
  'must be a place or a list of places': '必须是位次或位次列表',
  'must be answered, timeout, full, no_agents, closed, withdrawn, or { exit: answered, after: 30s, position: [3, 2, 1], estimate: 2m }':
    '必须是 answered、timeout、full、no_agents、closed、withdrawn，或 { exit: answered, after: 30s, position: [3, 2, 1], estimate: 2m }',
  'must be answered, timeout, full, no_agents, closed, withdrawn, { exit: answered, after: 30s }, or a list of such, one for each time':
    '必须是 answered、timeout、full、no_agents、closed、withdrawn、{ exit: answered, after: 30s }，或由它们组成的列表，每次进入对应一项',
  'must be completed, busy, no_answer, unreachable or refused': '必须是 completed、busy、no_answer、unreachable 或 refused',
  'must be nothing, fails, { says: 10s } or { says: 10s, hangup: true }':
    '必须是 nothing、fails、{ says: 10s } 或 { says: 10s, hangup: true }',
  'must be GET, POST, PUT, PATCH or DELETE': '必须是 GET、POST、PUT、PATCH 或 DELETE',
  'must be timeout, unreachable or bad-body': '必须是 timeout、unreachable 或 bad-body',
  'must be unavailable, or a list of customers with their numbers': '必须是 unavailable，或带号码的客户列表',
  'must be hangup, finished, caller-hung-up, unknown-number, { queue: name }, { transfer: somebody } or { fault: CODE }':
    '必须是 hangup、finished、caller-hung-up、unknown-number、{ queue: 名称 }、{ transfer: 对象 } 或 { fault: 代码 }',
  'must be a list of steps': '必须是步骤列表',
  'must be a list of queues': '必须是队列列表',
  'must be a list of tags': '必须是标签列表',
  'must be a list of what the caller presses': '必须是来电者按键的列表',
  'must be queues with how the stay ends': '必须是队列及其等待结果',
  'must be queues with their figures': '必须是队列及其数据',
  'must be split steps with the way each goes': '必须是 split 步骤及其走向',
  'must be a list of how transfers end': '必须是转接结果的列表',
  'must be a list of what callers say into messages': '必须是来电者留言的列表',
  'must be booked or refused': '必须是 booked 或 refused',
  'must be a list of answers of applications': '必须是应用回答的列表',
  'must be nothing, declines, or { queue: name }, { agent: id }, { number: digits } or { sip: address }':
    '必须是 nothing、declines，或 { queue: 名称 }、{ agent: 工号 }、{ number: 号码 }、{ sip: 地址 }',
  'must be a list of how bookings of callbacks end': '必须是回拨预约结果的列表',
  'must be a list of answers': '必须是应答列表',
  'must be a list of cases': '必须是用例列表'
}
