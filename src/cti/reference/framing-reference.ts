import { z } from 'zod'
import { framedMethods, fromDeskSchemas, toDeskSchemas } from '../messages.ts'
import { sampleOf } from './sample-of.ts'

/** How another application shows the desk in a frame and talks to it: a chapter of CTI.md. */
export function framingReference(): string {
  return `${introduction}\n\n### To the desk\n\n${messages(toDeskSchemas)}\n\n\`method\` is one of ${framedMethods.map((name) => `\`${name}\``).join(', ')}.\n\n### From the desk\n\n${messages(fromDeskSchemas)}`
}

const introduction = `## The desk in a frame

Another web application may show the console in a frame and talk to it by \`postMessage\`. The centre's file names its origin
(\`http: { embedded_in: [https://crm.example] }\`); pages of other origins can neither show the console nor talk to it.

\`\`\`html
<iframe id="desk" src="https://switchboard.example/" allow="microphone; autoplay"></iframe>
<script type="module">
  const home = 'https://switchboard.example'
  const desk = document.getElementById('desk').contentWindow
  addEventListener('message', ({ origin, source, data }) => {
    if (origin === home && source === desk && data.switchboard === 'callOffered') show(data.call.data.customer)
  })
  document.getElementById('desk').onload = () => desk.postMessage({ switchboard: 'hello' }, home)
  document.getElementById('dial').onclick = () =>
    desk.postMessage({ switchboard: 'request', id: 1, method: 'makeCall', params: { to: '13800138000' } }, home)
</script>
\`\`\`

The agent signs in at the desk; what may be asked for is what that agent may do. Calls, agents and error codes are those of this page.`

function messages(schemas: Readonly<Record<string, z.ZodType>>): string {
  return Object.entries(schemas)
    .map(([name, schema]) => {
      const line = JSON.stringify(sampleOf(schema, ['call', 'calls', 'agent']))
      return `- **${name}** ${z.globalRegistry.get(schema)?.description}.\n  \`${line}\``
    })
    .join('\n')
}
