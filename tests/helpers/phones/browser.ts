import { type Browser, chromium, type Page } from 'playwright-core'
import { until } from '../until.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required'
]

/** Runs in the page before anything of ours: keeps its calls where `heardEnergy` finds them, and tells what the policy refused. */
const watch = `
  window.peers = []
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options)
      window.peers.push(this)
    }
  }
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error('Refused by the policy: ' + event.violatedDirective + ' ' + event.blockedURI)
  })
`

/** The energy of all sound that has come in (RFC 6464 levels, summed up as `totalAudioEnergy` of WebRTC's statistics). */
const energy = `
  (async () => {
    const reports = await Promise.all(window.peers.map((peer) => peer.getStats()))
    const inbound = reports.flatMap((report) => [...report.values()]).filter(({ type }) => type === 'inbound-rtp')
    return inbound.reduce((sum, { totalAudioEnergy = 0 }) => sum + totalAudioEnergy, 0)
  })()
`

/** How the media of each call of the page stand: the connections, what came in, and which ways were tried. */
const media = `
  (async () => {
    const kept = (report, ...names) => Object.fromEntries(names.map((name) => [name, report[name]]))
    const lines = (description) => (description?.sdp ?? '').split('\\r\\n').filter((line) => /^(c=|m=|a=candidate|a=setup)/.test(line))
    const told = await Promise.all(window.peers.map(async (peer) => {
      const reports = [...(await peer.getStats()).values()]
      const all = (type, ...names) => reports.filter((report) => report.type === type).map((report) => kept(report, ...names))
      return {
        states: [peer.signalingState, peer.connectionState, peer.iceConnectionState, peer.iceGatheringState],
        local: lines(peer.localDescription),
        remote: lines(peer.remoteDescription),
        transports: all('transport', 'dtlsState', 'iceState', 'packetsReceived', 'packetsSent'),
        pairs: all('candidate-pair', 'state', 'nominated', 'requestsSent', 'responsesReceived', 'requestsReceived'),
        heard: all('inbound-rtp', 'packetsReceived', 'packetsDiscarded', 'totalSamplesReceived', 'totalAudioEnergy')
      }
    }))
    return told.map((one) => JSON.stringify(one)).join('\\n')
  })()
`

/** Headless Chromium with a microphone that beeps. */
export async function startBrowser(): Promise<TestBrowser> {
  return new TestBrowser(await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags }))
}

export class TestBrowser {
  readonly #browser: Browser
  readonly #pages: WatchedPage[] = []

  constructor(browser: Browser) {
    this.#browser = browser
  }

  /** A window of its own, with nothing stored. */
  async open(url: string, { width = 1280, height = 800 } = {}): Promise<WatchedPage> {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      locale: 'en-US',
      permissions: ['microphone']
    })
    context.setDefaultTimeout(6000)
    await context.addInitScript(watch)
    const watched = new WatchedPage(await context.newPage())
    this.#pages.push(watched)
    await watched.page.goto(url)
    return watched
  }

  /** What a person would see now in each page, and how its calls' media stand: for the message of a failure. */
  async describe(): Promise<string> {
    return (await Promise.all(this.#pages.map((page) => page.describe()))).join('\n')
  }

  /** Closes all pages; what their consoles complained of. */
  async closePages(): Promise<string[]> {
    const pages = this.#pages.splice(0)
    for (const { page } of pages) await page.context().close()
    return pages.flatMap(({ problems }) => problems)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}

export class WatchedPage {
  readonly page: Page
  /** Errors of the console, of scripts and of the content security policy. */
  readonly #complaints: string[] = []
  readonly #excused: RegExp[] = []
  /** What came over websockets, in the order it reached the page. */
  readonly received: { readonly socket: string; readonly text: string }[] = []

  constructor(page: Page) {
    this.page = page
    page.on(
      'console',
      (message) => message.type() === 'error' && this.#complaints.push(`${message.text()} ${message.location().url}`)
    )
    page.on('pageerror', (error) => this.#complaints.push(String(error)))
    page.on('websocket', (socket) => {
      const { pathname } = new URL(socket.url())
      socket.on('framereceived', ({ payload }) => this.received.push({ socket: pathname, text: payload.toString() }))
    })
  }

  /** Browsers tell some everyday news as errors: those of this kind are no problem. */
  excuse(pattern: RegExp): void {
    this.#excused.push(pattern)
  }

  /** All that the console complained of, also what is excused. */
  get problemsSeen(): readonly string[] {
    return this.#complaints
  }

  get problems(): string[] {
    return this.#complaints.filter((complaint) => !this.#excused.some((pattern) => pattern.test(complaint)))
  }

  /** Resolves when one element fits the selector and shows the text. */
  async shows(selector: string, text: string | RegExp = '', ms = 15_000): Promise<void> {
    const found = this.page.locator(selector).filter({ hasText: text })
    await found.first().waitFor({ timeout: ms })
  }

  async hides(selector: string, text: string | RegExp = '', ms = 15_000): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor({ state: 'detached', timeout: ms })
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.page.locator('[name=username]').fill(username)
    await this.page.locator('[name=password]').fill(password)
    await this.page.locator('.sign-in [type=submit]').click()
  }

  async heardEnergy(): Promise<number> {
    return this.page.evaluate<number>(energy)
  }

  /** Resolves when sound comes in, from now on. The first call of a cold browser needs seconds for ICE and DTLS. */
  async untilHears(ms = 15_000): Promise<void> {
    const before = await this.heardEnergy()
    await until(async () => (await this.heardEnergy()) > before + 0.0005, {
      ms,
      what: `the page hears something (energy ${before})`
    })
  }

  /** Resolves when nothing has been heard for a moment. */
  async untilSilent(ms = 10_000): Promise<void> {
    let last = await this.heardEnergy()
    await until(
      async () => {
        await this.page.waitForTimeout(250)
        const before = last
        last = await this.heardEnergy()
        return last - before < 0.0001
      },
      { ms, what: 'the page hears nothing' }
    )
  }

  async describe(): Promise<string> {
    if (this.page.isClosed()) return 'a page that was closed'
    const [text, calls] = await Promise.all([this.page.locator('body').innerText(), this.page.evaluate<string>(media)])
    const sip = this.received.filter(({ socket }) => socket === '/sip').map(({ text }) => text.split('\r\n', 1)[0])
    return `${this.page.url()} shows:\n${text}\nits media:\n${calls}\nSIP received: ${sip.join(' | ')}`
  }

  /** How many pixels the page is wider than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
  }
}
