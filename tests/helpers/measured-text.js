import { SpokenText } from "../../src/flow/simulate/spoken-text.js";
/** Texts for the simulator that last as long as the real audio: what is asked for in one walk can be measured for the next. */
export class MeasuredText {
    #words = new SpokenText();
    #real;
    #asked = new Map();
    #lengths = new Map();
    #inVoices = new Map();
    constructor(real) {
        this.#real = real;
    }
    async render(parts, language) {
        const clips = await this.#words.render(parts);
        return clips.map((clip, index) => {
            const part = parts[index];
            const key = JSON.stringify([part, language]);
            this.#asked.set(key, { part, language });
            return { ...clip, durationMs: this.#lengths.get(key) ?? clip.durationMs };
        });
    }
    async prepare() { }
    inVoice(name) {
        const voice = this.#inVoices.get(name) ?? new MeasuredText(this.#real.inVoice(name));
        this.#inVoices.set(name, voice);
        return voice;
    }
    hasAudio() {
        return true;
    }
    /** Has everything said for real that was asked for so far. */
    async measure() {
        for (const voice of this.#inVoices.values())
            await voice.measure();
        for (const [key, { part, language }] of this.#asked) {
            if (this.#lengths.has(key))
                continue;
            const clips = await this.#real.render([part], language, AbortSignal.timeout(20_000));
            this.#lengths.set(key, clips.reduce((sum, { durationMs }) => sum + durationMs, 0));
        }
    }
}
//# sourceMappingURL=measured-text.js.map