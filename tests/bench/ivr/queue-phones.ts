import { Desk } from '../../helpers/centre/desk.ts'
import { DeskPhone } from '../../helpers/phones/desk-phone.ts'
import { password, signIn } from './contestants.ts'
import type { Stage } from './stage.ts'

export const agentHz = 700

/** How long the users of the phones talk under load. */
const TALK_MS = 500

/** Longer than any measurement: they are not renewed. */
const REGISTERED_SECONDS = 1800

/** Agents with phones, the same ones for both: ready in Switchboard, and members of app_queue's queue. */
export interface QueuePhones {
  /** Answers at once, and hangs up when told to. */
  readonly single: DeskPhone
  /** All others come to work: they answer at once and hang up after half a second. */
  staff(count: number): Promise<void>
  close(): Promise<void>
}

export async function openQueuePhones(stage: Stage, url: string): Promise<QueuePhones> {
  const desks: Desk[] = []
  const phones: DeskPhone[] = []
  const open = async (user: string, talkMs?: number) => {
    const phone = await DeskPhone.register({
      ...{ sip: stage.asterisk.sipAddress, user, password, voiceHz: agentHz, registeredSeconds: REGISTERED_SECONDS },
      answer: { status: 200, afterMs: 0 },
      ...(talkMs === undefined ? {} : { talkMs })
    })
    phones.push(phone)
    const desk = await Desk.open(`${url.replace('http', 'ws')}/cti/v1`, await signIn(url, user))
    desks.push(desk)
    await desk.result('setAgentState', { state: 'loggedOn' })
    await desk.result('setAgentState', { state: 'ready' })
    await stage.asterisk.cli(`queue add member PJSIP/${user} to bench`)
    return phone
  }
  const single = await open('1001')
  return {
    single,
    async staff(count) {
      await desks[0]?.result('setAgentState', { state: 'notReady' })
      await stage.asterisk.cli('queue remove member PJSIP/1001 from bench')
      for (let n = 2; n < count + 2; n++) await open(String(1000 + n), TALK_MS)
    },
    async close() {
      for (const desk of desks) desk.close()
      for (const phone of phones) await phone.close()
    }
  }
}
