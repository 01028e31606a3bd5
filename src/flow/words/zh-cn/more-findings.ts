/** What the compiler finds out about steps that lead to people, about shortcuts, variables and other flows. Terms: see ../zh-cn.ts. */
export const moreFindings: Readonly<Record<string, string>> = {
  // Queues, transfers, messages, callbacks.
  'a transfer needs one of agent, queue, number, sip': 'transfer 必须写 agent、queue、number、sip 之一',
  'a request needs one of get, post, put, patch, delete': 'request 必须写 get、post、put、patch、delete 之一',
  'get: https://…': '写上 get: https://…',
  'a customer step needs one of find, create, update': 'customer 步骤必须写 find、create、update 之一',
  'find needs one of number, id, profile': 'find 必须写 number、id、profile 之一',
  '"profile" must be one field with its value': '“profile”必须是一个字段及其值',
  'must be a telephone number: 3 to 20 digits, with + in front if need be': '必须是电话号码：3 至 20 位数字，前面可加 +',
  'a message is from 1s to 30m long': '留言时长为 1s 至 30m',
  'min must be less than max': 'min 必须小于 max',
  'silence is from 1s to 60s': '静音时长为 1s 至 60s',
  'Asterisk counts silence in whole seconds': 'Asterisk 按整秒计算静音',
  '{}s': '{0}s',
  'a telephone number or a SIP address': '电话号码或 SIP 地址',
  'a time with its offset, such as 2026-11-23T09:00:00+08:00': '带时区的时间，例如 2026-11-23T09:00:00+08:00',
  '"age" must be at most 1h': '“age”最多为 1h',
  'nobody can have these skills and those that the queue "{}" asks for': '没有人能同时具备这些技能和队列“{0}”要求的技能',
  'these skills can be had in more than {} ways; ask for less': '这些技能要求有超过 {0} 种满足方式，请减少要求',
  'nobody can have these skills: they contradict each other': '没有人能具备这些技能：它们互相矛盾',
  'a step needs one of lower, skills and anyone': '每一级必须写 lower、skills、anyone 之一',
  'each step must come later than the one before': '每一级都必须晚于前一级',
  'nothing is left to relax after anyone': 'anyone 之后已无可放宽',
  'it tightens: somebody who fitted before would not fit any more': '要求反而变严：原来符合的坐席会变得不符合',
  'there is no {{}} in "{}"': '“{1}”中没有 {{0}}',
  'a message needs one of say, say_one_of': '一条消息必须写 say、say_one_of 之一',
  'must be at least 5s': '至少为 5s',
  'an overflow needs a condition: after, when_longer_than, when_fewer_agents_than':
    '溢出规则必须有条件：after、when_longer_than、when_fewer_agents_than',
  'the percents add up to {}, not to 100': '百分比之和为 {0}，应为 100',
  'two ways lead to "{}"': '有两条路径通向“{0}”',
  'make one of them': '请合并为一条',
  '"{}" cannot be a tag': '“{0}”不能用作标签',
  'up to 60 letters, digits, -, _, ., : and /, beginning with a letter or digit':
    '最多 60 个字母、数字、-、_、.、: 和 /，以字母或数字开头',

  // Customers, as the domain's own rules say it.
  'a name of up to {} letters': '不超过 {0} 个字的姓名',
  'a segment of small letters, digits, - and _': '由小写字母、数字、- 和 _ 组成的客群',
  'a language such as en or zh-CN': '语言，例如 en 或 zh-CN',
  'flags of small letters, digits, - and _': '由小写字母、数字、- 和 _ 组成的标记',
  'profile fields with names of up to 60 letters': '名称不超过 60 个字的资料字段',
  'a profile of up to {} letters': '不超过 {0} 个字的资料',

  // Shortcuts.
  'there are two shortcuts "{}"': '有两个名为“{0}”的快捷通道',
  'a shortcut needs when or keys': '快捷通道必须有 when 或 keys',
  'a shortcut needs either go or resume': '快捷通道必须写 go 或 resume 之一',
  'resume: true leads to where the caller was cut off': 'resume: true 回到来电者中断的地方',
  'when: call.interrupted != null; keys go into a shortcut of their own':
    '写上 when: call.interrupted != null；按键请另写一个快捷通道',
  '"{}" is for shortcuts with when, and without keys': '“{0}”只用于有 when 而没有 keys 的快捷通道',
  'there is no offer to accept': '没有可以接受的询问（offer）',
  'callers of the shortcut "{}" may hear the offer of "{}" first': '走快捷通道“{0}”的来电者可能先听到“{1}”的询问',
  'put it above the offer, or say urgent: false': '请把它放到该询问之前，或写上 urgent: false',
  'keys of a shortcut begin with * or #': '快捷通道的按键以 * 或 # 开头',
  'such as "*9": digits alone would be taken out of card numbers, and # alone ends the input of digits':
    '例如 "*9"：单独的数字会从卡号中被截走，单独的 # 用于结束输入',
  '"{}" can never be pressed: "{}" of "{}" is in it': '“{0}”永远无法触发：其中含有“{2}”的按键“{1}”',
  '"{}" is never a choice: the shortcut "{}" takes {}': '“{0}”永远不会被选中：快捷通道“{1}”占用了 {2}',
  'callers of the shortcut "{}" may hear a menu: {}': '走快捷通道“{0}”的来电者可能听到菜单：{1}',
  'lead it straight to a queue, transfer or hangup, or say urgent: false':
    '请让它直达 queue、transfer 或 hangup，或写上 urgent: false',

  // After the call.
  'after on_hangup there may be {}; without `then` it ends': 'on_hangup 之后可用：{0}；不写 then 则到此结束',
  '"{}" comes after the caller has left': '“{0}”位于来电者挂机之后',
  'nobody hears this: the caller has left': '来电者已经挂机，没有人会听到',
  'after on_hangup no other flow can be gone to': 'on_hangup 之后不能转到其他流程',

  // Variables.
  'declare it under vars': '请在 vars 下声明',
  '"{}" is declared twice': '“{0}”重复声明',
  '"{}" cannot be the name of a variable': '“{0}”不能用作变量名',
  'it has a meaning of its own in expressions': '它在表达式中另有含义',
  'use letters, digits and _, beginning with a small letter': '请使用字母、数字和 _，以小写字母开头',
  'a first value cannot be computed': '初始值不能是计算结果',
  'use a set step': '请使用 set 步骤',
  '"{}" holds {}': '“{0}”存放的是{1}',
  'its first value says so': '由初始值决定',
  'a text': '文本',
  'true or false': 'true 或 false',
  'a list': '列表',
  'a map': '映射',
  anything: '任意值',

  // A file as a whole, and the flows beside it.
  'this file is not a flow': '此文件不是流程',
  'it begins with "flow: name"': '流程以“flow: 名称”开头',
  'a flow needs steps': '流程必须有步骤',
  'there is another flow "{}", in {}': '另有同名流程“{0}”，位于 {1}',
  '{} is already a number of "{}"': '{0} 已经是流程“{1}”的号码',
  'no flow answers {}': '没有流程接听 {0}',
  'calls to the outside go by { sip: … }': '呼叫外部请用 { sip: … }',
  '"{}" has no parameter "{}"': '流程“{0}”没有参数“{1}”',
  'it has none': '它没有参数',
  'this file cannot be read: {}': '无法读取此文件：{0}',
  'there is no such file or folder': '没有这个文件或文件夹',
  'the system does not allow it': '系统不允许',
  'a flow file ends in .yaml': '流程文件以 .yaml 结尾',
  '{}': '{0}'
}
