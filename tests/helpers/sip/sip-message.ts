/** One SIP message over UDP: enough of RFC 3261 for a test on this machine. */
export interface SipMessage {
  readonly first: string
  readonly method: string | undefined
  readonly status: number | undefined
  header(name: string): string | undefined
  /** All values of a header, in order. */
  headers(name: string): string[]
  /** Every header with its name in lower case, in order. */
  readonly fields: readonly (readonly [string, string])[]
  readonly body: string
}

export function parseSip(text: string): SipMessage {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const fields = lines.map(
    (line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const
  )
  const headers = (name: string) => fields.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value)
  const response = /^SIP\/2\.0 (\d+)/.exec(first)
  return {
    first,
    method: response === null ? first.split(' ')[0] : undefined,
    status: response === null ? undefined : Number(response[1]),
    headers,
    header: (name) => headers(name)[0],
    fields,
    body: rest.join('\r\n\r\n')
  }
}

export function formatSip(first: string, fields: readonly (readonly [string, string])[], body = ''): string {
  const isTyped = body === '' || fields.some(([name]) => name === 'Content-Type')
  const type: [string, string][] = isTyped ? [] : [['Content-Type', 'application/sdp']]
  const all = [...fields, ...type, ['Content-Length', String(Buffer.byteLength(body))] as const]
  return `${first}\r\n${all.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`
}

/** The answer to a request that the far end sent inside the dialog. */
export function answerTo(request: SipMessage, status: string, contact: string, body = ''): string {
  // A proxy between us stays in the dialog: RFC 3261 §12.1.1.
  const copied = ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
    request.headers(name).map((value) => [name, value] as const)
  )
  return formatSip(`SIP/2.0 ${status}`, [...copied, ['Contact', contact]], body)
}

/** The proxies that stay in the dialog, in the order of the message. */
export function recordedRoute(message: SipMessage): string[] {
  return message.headers('record-route').flatMap((value) => value.split(/,\s*(?=<)/))
}

/** Where the far end wants our RTP, from its SDP. */
export function mediaAddress(sdp: string): { host: string; port: number } | undefined {
  const port = /^m=audio (\d+)/m.exec(sdp)?.[1]
  const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1]
  return port === undefined || host === undefined ? undefined : { host, port: Number(port) }
}
