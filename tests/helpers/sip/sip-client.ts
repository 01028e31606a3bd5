import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { until } from '../until.ts'
import { formatSip, parseSip, type SipMessage } from './sip-message.ts'

export interface SipQuestion {
  readonly method: string
  readonly uri: string
  /** Makes it a request of a dialog. */
  readonly toTag?: string
  readonly ms?: number
}

/** Sends one request, as a stranger would, and resolves with the final answer; acknowledges that of an INVITE. */
export async function askSip(sip: string, { method, uri, toTag, ms = 5000 }: SipQuestion): Promise<SipMessage> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const [host, port] = sip.split(':')
  const { port: ownPort } = socket.address()
  const id = Math.random().toString(36).slice(2)
  const request = (name: string, to: string) =>
    formatSip(`${name} ${uri} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${ownPort};branch=z9hG4bK${id};rport`],
      ['From', `<sip:stranger@127.0.0.1>;tag=${id}`],
      ['To', to],
      ['Call-ID', `${id}@stranger`],
      ['CSeq', `1 ${name}`],
      ['Contact', `<sip:stranger@127.0.0.1:${ownPort}>`],
      ['Max-Forwards', '70']
    ])
  const answers: SipMessage[] = []
  socket.on('message', (bytes) => void answers.push(parseSip(bytes.toString())))
  const text = request(method, `<sip:somebody@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`)
  socket.send(text, Number(port), host)
  const resend = setInterval(() => socket.send(text, Number(port), host), 500)
  try {
    const final = await until(() => answers.find(({ status }) => (status ?? 0) >= 200), {
      ms,
      what: () => `${method} ${uri} is answered (so far: ${answers.map(({ first }) => first)})`
    })
    if (method === 'INVITE') {
      socket.send(request('ACK', final.header('to') ?? ''), Number(port), host)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return final
  } finally {
    clearInterval(resend)
    socket.close()
  }
}
