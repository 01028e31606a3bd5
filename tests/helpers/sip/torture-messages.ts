import { formatSip } from './sip-message.ts'

type Field = readonly [string, string]

const sdp =
  'v=0\r\no=mhandley 29739 7272939 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0\r\n'

const BOUNDARY = '7a9cbec02ceef655'

/** One message like those of RFC 4475 §3, to that address; `id` keeps it apart from others. */
type Build = (host: string, id: string) => string

function request(
  method: string,
  change: { readonly [Name in string]?: string | undefined } = {},
  more: readonly Field[] = [],
  body = ''
): Build {
  return (host, id) => {
    const { line = `${method} sip:955880@${host} SIP/2.0`, ...changed } = change
    const usual: Record<string, string | undefined> = {
      Via: `SIP/2.0/UDP 127.0.0.66:5999;rport;branch=z9hG4bK${id}`,
      'Max-Forwards': '70',
      From: `"Torture" <sip:torture@example.com>;tag=${id}`,
      To: `<sip:955880@${host}>`,
      'Call-ID': `${id}@torture`,
      CSeq: `1 ${method}`,
      Contact: '<sip:torture@127.0.0.66:5999>',
      ...changed
    }
    const fields = Object.entries(usual).filter((field): field is [string, string] => field[1] !== undefined)
    return formatSip(line, [...fields, ...more], body)
  }
}

/** As they are, with no field of ours. */
const raw =
  (text: string): Build =>
  () =>
    text.replaceAll('\n', '\r\n')

/** By section and name of RFC 4475 where it has them, with what is odd in each. */
export const tortureMessages: Readonly<Record<string, Build>> = {
  '3.1.1.1 wsinv: a short tortuous INVITE': request(
    'INVITE',
    {
      line: 'INVITE sip:955880@127.0.0.1;unknownparam SIP/2.0',
      'Max-Forwards': '0068',
      CSeq: '0009\r\n  INVITE',
      From: '"J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8'
    },
    [
      ['s', ''],
      ['NewFangledHeader', 'newfangled value\r\n continued newfangled value'],
      ['UnknownHeaderWithUnusualValue', ';;,,;;,;'],
      ['Route', '<sip:services.example.com;lr;unknownwith=value;unknown-no-value>']
    ],
    sdp
  ),
  '3.1.1.2 intmeth: wide range of valid characters': request("!interesting-Method0123456789_*+`.%indeed'~", {
    line: "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
    To: '"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:1_unusual.URI~@example.com>'
  }),
  '3.1.1.3 esc01: percent escapes': request(
    'INVITE',
    {
      line: 'INVITE sip:sips%3Auser%40example.com@127.0.0.1 SIP/2.0',
      To: 'sip:%75se%72@example.com',
      From: '<sip:I%20have%20spaces@example.net>;tag=938'
    },
    [],
    sdp
  ),
  '3.1.1.4 escnull: escaped nulls': request('REGISTER', {
    line: 'REGISTER sip:127.0.0.1 SIP/2.0',
    To: 'sip:null-%00-null@example.com',
    From: 'sip:null-%00-null@example.com;tag=839923423',
    Contact: '<sip:%00@host5.example.com>'
  }),
  '3.1.1.5 esc02: percent that is no escape': request('RE%47IST%45R', { To: '"%Z%45" <sip:resource@example.com>' }),
  '3.1.1.6 lwsdisp: no space between name and <': request('OPTIONS', { From: 'caller<sip:caller@example.com>;tag=323' }),
  '3.1.1.7 longreq: long values': request(
    'INVITE',
    {
      From: `"${'I have a user name of extreme proportion '.repeat(60)}" <sip:${'amazinglylongcallername'.repeat(20)}@example.net>;tag=${'982424'.repeat(40)}`,
      'Call-ID': 'longreq.onereallyreally'.repeat(20)
    },
    [['Unknown-LongLongName'.repeat(10), 'unknown-longlong-value'.repeat(50)]],
    sdp
  ),
  '3.1.1.8 dblreq: something after the end': (host, id) =>
    `${request('REGISTER')(host, id)}INVITE sip:joe@example.com SIP/2.0\r\nt: sip:joe@example.com\r\n\r\n`,
  '3.1.1.9 semiuri: semicolons in the user': request('OPTIONS', {
    line: 'OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0',
    To: 'sip:j_user@example.com'
  }),
  '3.1.1.10 transports: known, unknown and invented ones': request(
    'OPTIONS',
    {},
    ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map((kind, n) => [
      'Via',
      `SIP/2.0/${kind} t${n + 1}.example.com;branch=z9hG4bKkdjuw${n}`
    ])
  ),
  '3.1.1.11 mpart01: many parts': request(
    'MESSAGE',
    {},
    [
      ['MIME-Version', '1.0'],
      ['Content-Type', `multipart/mixed;boundary=${BOUNDARY}`]
    ],
    [
      `--${BOUNDARY}\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n`,
      // Lines that are none, a boundary that is none, and no text.
      `--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\u0000\u0001\r\r\n\n\r\n--7a9c\u007f\r\n\r\n\r\n`,
      `--${BOUNDARY}--\r\n`
    ].join('')
  ),
  '3.1.1.12 unreason: a reason that is nothing to read': raw(
    'SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e\nVia: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\nCall-ID: unreason.1234ksdfak3j2erwedfsASdf\nCSeq: 35 INVITE\nFrom: sip:user@example.com;tag=11141343\nTo: sip:user@example.edu;tag=2229\nContent-Length: 0\n\n'
  ),
  '3.1.1.13 noreason: no reason at all': raw(
    'SIP/2.0 100 \nVia: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe\nCall-ID: noreason.asndj203insdf99223ndf\nCSeq: 35 INVITE\nFrom: <sip:user@example.com>;tag=39ansfi3\nTo: <sip:user@example.edu>;tag=902jndnke3\nContent-Length: 0\n\n'
  ),
  '3.1.2.1 badinv01: extraneous separators': request(
    'INVITE',
    { Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,', Contact: '"Joe" <sip:joe@example.org>;;;;' },
    [],
    sdp
  ),
  '3.1.2.2 clerr: a length that is too long': (host, id) =>
    request('INVITE', {}, [], sdp)(host, id).replace(/Content-Length: \d+/, 'Content-Length: 9999'),
  '3.1.2.3 ncl: a length below nothing': (host, id) =>
    request('INVITE', {}, [], sdp)(host, id).replace(/Content-Length: \d+/, 'Content-Length: -999'),
  '3.1.2.4 scalar02: numbers too large': request(
    'REGISTER',
    {
      CSeq: '36893488147419103232 REGISTER',
      'Max-Forwards': '300',
      Contact: '<sip:user@host129.example.com>;expires=280297596632815'
    },
    [['Expires', '10000000000000000000000000000000']]
  ),
  '3.1.2.5 scalarlg: numbers too large in an answer': raw(
    'SIP/2.0 503 Service Unavailable\nVia: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129\nTo: <sip:user@example.com>\nFrom: <sip:other@example.net>;tag=2easdjfejw\nCSeq: 9292394834772304023312 OPTIONS\nCall-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r\nRetry-After: 949302838503028349304023988\nWarning: 1812 overture "In Progress"\nContent-Length: 0\n\n'
  ),
  '3.1.2.6 quotbal: a quote that does not end': request('INVITE', { To: '"Mr. J. User <sip:j.user@example.com>' }, [], sdp),
  '3.1.2.7 ltgtruri: <> around the URI of the request': request(
    'INVITE',
    { line: 'INVITE <sip:user@example.com> SIP/2.0' },
    [],
    sdp
  ),
  '3.1.2.8 lwsruri: a space within the URI': request('INVITE', { line: 'INVITE sip:user@example.com; lr SIP/2.0' }, [], sdp),
  '3.1.2.9 lwsstart: spaces between the parts': request('INVITE', { line: 'INVITE  sip:user@example.com  SIP/2.0' }, [], sdp),
  '3.1.2.10 trws: a space at the end of the line': request('OPTIONS', {
    line: 'OPTIONS sip:remote-target@example.com SIP/2.0  '
  }),
  '3.1.2.11 escruri: headers escaped in the URI': request(
    'INVITE',
    { line: 'INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0' },
    [],
    sdp
  ),
  '3.1.2.12 baddate: a date that is none': request('INVITE', {}, [['Date', 'Fri, 01 Jan 2010 16:00:00 EST']], sdp),
  '3.1.2.13 regbadct: a URI that has to be in <> and is not': request('REGISTER', {
    Contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E'
  }),
  '3.1.2.14 badaspec: spaces within an address': request('OPTIONS', { To: '"Watson, Thomas" < sip:t.watson@example.org >' }),
  '3.1.2.15 baddn: what is no token in a name': request('OPTIONS', {
    From: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=433423',
    Contact: 'Bell, Alexander <sip:a.g.bell@example.com>'
  }),
  '3.1.2.16 badvers: another protocol version': request('OPTIONS', {
    line: 'OPTIONS sip:t.watson@example.org SIP/7.0',
    Via: 'SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw'
  }),
  '3.1.2.17 mismatch01: two methods': request('OPTIONS', { CSeq: '8 INVITE' }),
  '3.1.2.18 mismatch02: an unknown method, and another': request('NEWMETHOD', { CSeq: '8 INVITE' }),
  '3.1.2.19 bigcode: a status too large': raw(
    'SIP/2.0 4294967301 better not break the receiver\nVia: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe\nCall-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i\nCSeq: 353494 INVITE\nFrom: <sip:user@example.com>;tag=39ansfi3\nTo: <sip:user@example.edu>;tag=902jndnke3\nContent-Length: 0\n\n'
  ),
  '3.2.1 badbranch: a branch that is only the cookie': request('OPTIONS', { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' }),
  '3.3.1 insuf: nothing that is needed': raw(
    'INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf\nContent-Type: application/sdp\nContent-Length: 0\n\n'
  ),
  '3.3.2 unkscm: a scheme that nobody knows': request('OPTIONS', {
    line: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0'
  }),
  '3.3.3 novelsc: a scheme that is known and of no use': request('OPTIONS', {
    line: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0'
  }),
  '3.3.4 unksm2: schemes that nobody knows in From, To and Contact': request('REGISTER', {
    To: 'isbn:2983792873',
    From: '<http://www.example.com>;tag=3234233',
    Contact: '<name:John_Smith>'
  }),
  '3.3.5 bext01: extensions nobody has': request('OPTIONS', {}, [
    ['Require', 'nothingSupportsThis, nothingSupportsThisEither'],
    ['Proxy-Require', 'noProxiesSupportThis']
  ]),
  '3.3.6 invut: a body of no kind': request('INVITE', {}, [['Content-Type', 'application/unknownformat']], 'This is not SDP'),
  '3.3.7 regaut01: an authorization of no kind': request('REGISTER', {}, [
    ['Authorization', 'NoOneKnowsThisScheme opaque-data=here']
  ]),
  '3.3.8 multi01: what may be there once, twice': request(
    'INVITE',
    {},
    [
      ['CSeq', '59 INVITE'],
      ['Call-ID', 'multi01.other'],
      ['From', '<sip:someoneelse@example.com>;tag=x'],
      ['Max-Forwards', '5'],
      ['Content-Length', '151']
    ],
    sdp
  ),
  '3.3.9 mcl01: two lengths': request('OPTIONS', {}, [['Content-Length', '5']]),
  '3.3.10 bcast: 200 with a broadcast Via': raw(
    'SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23\nCall-ID: bcast.0384840201234ksdfak3j2erwedfsASdf\nCSeq: 35 INVITE\nFrom: sip:user@example.com;tag=11141343\nTo: sip:user@example.edu;tag=2229\nContent-Length: 0\n\n'
  ),
  '3.3.11 zeromf: no more hops': request('OPTIONS', { 'Max-Forwards': '0' }),
  '3.3.12 cparam01: a registration with parameters': request('REGISTER', {
    Contact: 'sip:+19725552222@gw1.example.net;unknownparam'
  }),
  '3.3.13 cparam02: a registration of a URI with parameters': request('REGISTER', {
    Contact: '<sip:+19725552222@gw1.example.net;unknownparam>'
  }),
  '3.3.14 regescrt: a registration of a URI with headers': request('REGISTER', {
    Contact: '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>'
  }),
  '3.3.15 sdp01: who takes no answer that we can give': request('INVITE', {}, [['Accept', 'text/nobodyKnowsThis']], sdp),
  '3.4.1 inv2543: an INVITE of RFC 2543': raw(
    'INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\nFrom: <sip:+13035551111@ift.client.example.net;user=phone>\nRecord-Route: <sip:UserB@example.com;maddr=ss1.example.com>\nTo: sip:+16505552222@ss1.example.net;user=phone\nCall-ID: inv2543.1717@ift.client.example.com\nCSeq: 56 INVITE\nContent-Type: application/sdp\n\nv=0\n'
  ),
  'nothing but the length': raw('Content-Length: 0\n\n'),
  zeros: raw('\0'.repeat(1400)),
  'half of a message': raw('INVITE sip:95588'),
  'four hundred Vias': (host, id) =>
    request(
      'OPTIONS',
      {},
      Array.from({ length: 400 }, (_, index) => ['Via', `SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${index}`] as const)
    )(host, id),
  'an SDP of nonsense': request(
    'INVITE',
    {},
    [],
    'v=0\r\nm=audio -1 RTP/AVP 999999 0\r\na=rtpmap:0 /////\r\nc=IN IP4 999.0.0.1\r\na=fmtp:\r\nm=\r\n'
  ),
  'an SDP without an end': request('INVITE', {}, [], `v=0\r\n${'a=x'.repeat(8000)}`)
}
