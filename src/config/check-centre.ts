import { systemReasons } from '../domain/agent.ts'
import { relaxProblems } from '../domain/relaxation.ts'
import { needProblem } from '../domain/requirement.ts'
import { needWords, type SkillNeed, skillsNamed } from '../domain/skill-need.ts'
import { type SentenceName, unknownValue } from '../domain/waiting.ts'
import { toRelaxSteps } from './build-centre.ts'
import type { CentreFile } from './centre-schema.ts'
import { expandRange } from './expand-range.ts'

type Wrong = (path: (string | number)[], message: string) => void
type Report = { addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string }): void }

/** What a schema cannot say: that each name used is declared, that nobody is there twice, and that the server can do it. */
export function checkCentre(centre: CentreFile, report: Report): void {
  checkTriedCentre(centre, report)
  for (const [name, { medium }] of Object.entries(centre.queues)) {
    const message = 'the server takes calls only; queues of messages are for what-ifs (switchboard simulate)'
    if (medium !== 'voice') report.addIssue({ code: 'custom', path: ['queues', name, 'medium'], message })
  }
}

/** The same of a centre that is tried out on paper. */
export function checkTriedCentre(centre: CentreFile, report: Report): void {
  const wrong = (path: (string | number)[], message: string) => report.addIssue({ code: 'custom', path, message })
  const checkSkills = (need: SkillNeed, path: (string | number)[]) => {
    for (const { skill, path: inner } of skillsNamed(need)) {
      if (!centre.skills.includes(skill)) wrong([...path, ...inner], `unknown skill "${skill}"`)
    }
  }

  centre.skills.forEach((skill, index) => {
    if (needWords.includes(skill)) wrong(['skills', index], `"${skill}" is a word of needs and cannot be a skill`)
  })
  checkQueues(centre, checkSkills, wrong)
  centre.agents.forEach((agents, index) => {
    checkSkills(agents.skills, ['agents', index, 'skills'])
    if (!Object.hasOwn(centre.teams, agents.team)) wrong(['agents', index, 'team'], `unknown team "${agents.team}"`)
    for (const queue of Object.keys(agents.levels)) {
      if (!agents.queues.includes(queue)) wrong(['agents', index, 'levels', queue], `"${queue}" is none of their queues`)
    }
    agents.queues.forEach((queue, at) => {
      if (!Object.hasOwn(centre.queues, queue)) wrong(['agents', index, 'queues', at], `unknown queue "${queue}"`)
    })
  })
  centre.users.forEach((user, index) => {
    if (user.routes.length > 0 && user.role === 'supervisor')
      wrong(['users', index, 'routes'], 'only for the roles crm and admin')
    user.teams.forEach((team, at) => {
      if (!Object.hasOwn(centre.teams, team)) wrong(['users', index, 'teams', at], `unknown team "${team}"`)
    })
  })
  for (const [calendar, { time_zone: timeZone }] of Object.entries(centre.calendars)) {
    if (!isTimeZone(timeZone)) wrong(['calendars', calendar, 'time_zone'], `unknown time zone "${timeZone}"`)
  }
  checkWebhookNames(centre, wrong)
  checkChoices(centre, wrong)
  checkSuggestions(centre, wrong)
  checkLogins(centre, wrong)
  checkCustomers(centre, wrong)
}

function checkQueues(centre: CentreFile, checkSkills: (need: SkillNeed, path: (string | number)[]) => void, wrong: Wrong): void {
  const checkNeed = (need: SkillNeed, path: (string | number)[]) => {
    checkSkills(need, path)
    const problem = needProblem(need)
    if (problem !== undefined) wrong(path, String(problem))
  }

  for (const [name, queue] of Object.entries(centre.queues)) {
    const { skills, relax, announce, calling_hours: calling, opening_hours: opening, level_after: levelAfter } = queue
    for (const [key, hours] of Object.entries({ calling_hours: calling, opening_hours: opening })) {
      if (hours !== undefined && !Object.hasOwn(centre.calendars, hours))
        wrong(['queues', name, key], `unknown calendar "${hours}"`)
    }
    if (levelAfter.some((time, index) => time <= (levelAfter[index - 1] ?? -1)))
      wrong(['queues', name, 'level_after'], 'each time must come later than the one before')
    checkNeed(skills, ['queues', name, 'skills'])
    relax.forEach((step, index) => {
      if (step.skills !== undefined) checkNeed(step.skills, ['queues', name, 'relax', index, 'skills'])
    })
    checkOverflow(name, centre, checkNeed, wrong)
    checkSentences(announce.sentences, ['queues', name, 'announce', 'sentences'], wrong)
    for (const { step, why } of relaxProblems(skills, toRelaxSteps(relax))) wrong(['queues', name, 'relax', step], String(why))
  }
}

function checkOverflow(
  name: string,
  { queues }: CentreFile,
  checkNeed: (need: SkillNeed, path: (string | number)[]) => void,
  wrong: Wrong
): void {
  queues[name]?.overflow.forEach((rule, index) => {
    const path = ['queues', name, 'overflow', index]
    checkNeed(rule.skills, [...path, 'skills'])
    if (!Object.hasOwn(queues, rule.queue)) wrong([...path, 'queue'], `unknown queue "${rule.queue}"`)
    if (rule.queue === name) wrong([...path, 'queue'], 'expected another queue')
    const other = queues[rule.queue]?.medium
    if (other !== undefined && other !== queues[name]?.medium) wrong([...path, 'queue'], 'expected a queue of the same medium')
  })
}

function checkSentences(
  sentences: CentreFile['queues'][string]['announce']['sentences'],
  path: (string | number)[],
  wrong: Wrong
): void {
  for (const [language, texts] of Object.entries(sentences)) {
    for (const [name, text] of Object.entries(texts)) {
      const unknown = unknownValue(name as SentenceName, text ?? '')
      if (unknown !== undefined) wrong([...path, language, name], `unknown value {${unknown}}`)
    }
  }
}

function checkWebhookNames({ webhooks, queues, teams }: CentreFile, wrong: Wrong): void {
  for (const [name, webhook] of Object.entries(webhooks)) {
    webhook.queues?.forEach((queue, at) => {
      if (!(queue in queues)) wrong(['webhooks', name, 'queues', at], `unknown queue "${queue}"`)
    })
    webhook.teams.forEach((team, at) => {
      if (!(team in teams)) wrong(['webhooks', name, 'teams', at], `unknown team "${team}"`)
    })
  }
}

function checkChoices({ reasons = [], dispositions = [], queues, absence }: CentreFile, wrong: Wrong): void {
  const ours: readonly string[] = systemReasons
  for (const [list, choices] of Object.entries({ reasons, dispositions })) {
    choices.forEach(({ name }, index) => {
      if (choices.findIndex((each) => each.name === name) < index) wrong([list, index, 'name'], `"${name}" is there twice`)
    })
  }
  reasons.forEach(({ name }, index) => {
    if (ours.includes(name)) wrong(['reasons', index, 'name'], `"${name}" is a reason that the server gives`)
  })
  dispositions.forEach((disposition, index) => {
    disposition.queues?.forEach((queue, at) => {
      if (!Object.hasOwn(queues, queue)) wrong(['dispositions', index, 'queues', at], `unknown queue "${queue}"`)
    })
  })
  if (absence.desk_log_off < absence.desk_not_ready) wrong(['absence', 'desk_log_off'], 'expected no less than desk_not_ready')
}

function checkSuggestions({ suggestions, queues }: CentreFile, wrong: Wrong): void {
  suggestions.forEach(({ id, when }, index) => {
    if (suggestions.findIndex((each) => each.id === id) < index) wrong(['suggestions', index, 'id'], `"${id}" is there twice`)
    when.queues?.forEach((queue, at) => {
      if (!Object.hasOwn(queues, queue)) wrong(['suggestions', index, 'when', 'queues', at], `unknown queue "${queue}"`)
    })
  })
}

function checkLogins(centre: CentreFile, wrong: Wrong): void {
  const seen = new Set<string>()
  const check = (path: (string | number)[], id: string | undefined, range: string | undefined) => {
    const logins = range === undefined ? (id === undefined ? [] : [id]) : expandRange(range)
    if ((id === undefined) === (range === undefined)) return wrong(path, 'expected either one login or a range')
    if (logins === undefined) return wrong([...path, 'range'], 'expected FIRST-LAST, upwards, of the same length, at most 1000')
    for (const login of logins) {
      if (seen.has(login)) wrong(path, `"${login}" is there twice`)
      seen.add(login)
    }
  }
  centre.agents.forEach((agents, index) => void check(['agents', index], agents.id, agents.range))
  centre.emergency_group.forEach((agent, index) => {
    if (!seen.has(agent)) wrong(['emergency_group', index], `unknown agent "${agent}"`)
  })
  centre.users.forEach((user, index) => {
    check(['users', index], user.username, user.range)
    if (user.phone && user.username !== undefined && !/^\d{1,20}$/.test(user.username))
      wrong(['users', index, 'phone'], 'expected a login of digits for who has a phone')
    if (user.phone && user.role === 'crm') wrong(['users', index, 'phone'], 'expected a supervisor or an administrator')
  })
}

function checkCustomers(centre: CentreFile, wrong: Wrong): void {
  const seen = new Set<string>()
  centre.customers.forEach((customer, index) => {
    for (const key of [`id ${customer.id}`, ...customer.numbers.map((number) => `number ${number}`)]) {
      if (seen.has(key)) wrong(['customers', index], `another customer has the ${key}`)
      seen.add(key)
    }
  })
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // A RangeError is how Intl says that it does not know the name.
    return false
  }
}
