import { say } from '../words.ts'

/** What a newcomer may try in the demo centre. */
export function Guide() {
  return (
    <section class="card guide" aria-labelledby="guide-title">
      <h2 id="guide-title">{say('guideTitle')}</h2>
      <ol>
        <li>{say('guideCall')}</li>
        <li>{say('guideAgent')}</li>
        <li>{say('guideFast')}</li>
        <li>{say('guideBoard')}</li>
      </ol>
    </section>
  )
}
