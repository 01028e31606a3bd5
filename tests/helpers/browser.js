import { chromium } from 'playwright-core';
import { until } from "./until.js";
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
];
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
`;
/** The energy of all sound that has come in (RFC 6464 levels, summed up as `totalAudioEnergy` of WebRTC's statistics). */
const energy = `
  (async () => {
    const reports = await Promise.all(window.peers.map((peer) => peer.getStats()))
    const inbound = reports.flatMap((report) => [...report.values()]).filter(({ type }) => type === 'inbound-rtp')
    return inbound.reduce((sum, { totalAudioEnergy = 0 }) => sum + totalAudioEnergy, 0)
  })()
`;
/** Headless Chromium with a microphone that beeps. */
export async function startBrowser() {
    return new TestBrowser(await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags }));
}
export class TestBrowser {
    #browser;
    #pages = [];
    constructor(browser) {
        this.#browser = browser;
    }
    /** A window of its own, with nothing stored. */
    async open(url, { width = 1280, height = 800 } = {}) {
        const context = await this.#browser.newContext({
            viewport: { width, height },
            locale: 'en-US',
            permissions: ['microphone']
        });
        context.setDefaultTimeout(6000);
        await context.addInitScript(watch);
        const watched = new WatchedPage(await context.newPage());
        this.#pages.push(watched);
        await watched.page.goto(url);
        return watched;
    }
    /** Closes all pages; what their consoles complained of. */
    async closePages() {
        const pages = this.#pages.splice(0);
        for (const { page } of pages)
            await page.context().close();
        return pages.flatMap(({ problems }) => problems);
    }
    async close() {
        await this.#browser.close();
    }
}
export class WatchedPage {
    page;
    /** Errors of the console, of scripts and of the content security policy. */
    #complaints = [];
    #excused = [];
    /** What came over websockets, in the order it reached the page. */
    received = [];
    constructor(page) {
        this.page = page;
        page.on('console', (message) => message.type() === 'error' && this.#complaints.push(`${message.text()} ${message.location().url}`));
        page.on('pageerror', (error) => this.#complaints.push(String(error)));
        page.on('websocket', (socket) => {
            const { pathname } = new URL(socket.url());
            socket.on('framereceived', ({ payload }) => this.received.push({ socket: pathname, text: payload.toString() }));
        });
    }
    /** Browsers tell some everyday news as errors: those of this kind are no problem. */
    excuse(pattern) {
        this.#excused.push(pattern);
    }
    get problems() {
        return this.#complaints.filter((complaint) => !this.#excused.some((pattern) => pattern.test(complaint)));
    }
    /** Resolves when one element fits the selector and shows the text. */
    async shows(selector, text = '', ms = 5000) {
        const found = this.page.locator(selector).filter({ hasText: text });
        await found.first().waitFor({ timeout: ms });
    }
    async hides(selector, text = '', ms = 5000) {
        await this.page.locator(selector).filter({ hasText: text }).first().waitFor({ state: 'detached', timeout: ms });
    }
    async press(name) {
        await this.page.getByRole('button', { name, exact: true }).click();
    }
    async signIn(username, password) {
        await this.page.locator('[name=username]').fill(username);
        await this.page.locator('[name=password]').fill(password);
        await this.page.locator('.sign-in [type=submit]').click();
    }
    async heardEnergy() {
        return this.page.evaluate(energy);
    }
    /** Resolves when sound comes in, from now on. The first call of a cold browser needs seconds for ICE and DTLS. */
    async untilHears(ms = 15_000) {
        const before = await this.heardEnergy();
        await until(async () => (await this.heardEnergy()) > before + 0.0005, {
            ms,
            what: `the page hears something (energy ${before})`
        });
    }
    /** Resolves when nothing has been heard for a moment. */
    async untilSilent(ms = 4000) {
        let last = await this.heardEnergy();
        await until(async () => {
            await this.page.waitForTimeout(250);
            const before = last;
            last = await this.heardEnergy();
            return last - before < 0.0001;
        }, { ms, what: 'the page hears nothing' });
    }
    /** How many pixels the page is wider than the window. */
    async overflow() {
        return this.page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    }
}
//# sourceMappingURL=browser.js.map