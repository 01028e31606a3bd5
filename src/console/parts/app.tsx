import { useEffect } from 'preact/hooks'
import { board } from '../board.ts'
import { consoleFacts, loadConsoleFacts } from '../console-facts.ts'
import { resumeSession, session } from '../session.ts'
import { say } from '../words.ts'
import { AgentDesk } from './agent-desk.tsx'
import { DemoPhone } from './demo-phone.tsx'
import { Guide } from './guide.tsx'
import { RefusalNote } from './refusal-note.tsx'
import { ReplacedNote } from './replaced-note.tsx'
import { SignIn } from './sign-in.tsx'
import { TopBar } from './top-bar.tsx'
import { Wallboard } from './wallboard.tsx'

/** The page: a phone for everybody on one side, sign-in, desk or wallboard on the other. */
export function App() {
  useEffect(() => {
    resumeSession()
    void loadConsoleFacts()
  }, [])
  return (
    <>
      <TopBar />
      <main class={session.value ? 'page signed-in' : 'page'}>
        <DemoPhone />
        <div class="stage">
          <ReplacedNote />
          <Stage />
        </div>
      </main>
      <RefusalNote />
    </>
  )
}

function Stage() {
  if (session.value === undefined) {
    return (
      <div class="front">
        <SignIn />
        {consoleFacts.value?.demo && <Guide />}
      </div>
    )
  }
  const me = board.value?.me
  if (me === undefined) return <p class="quiet">{say('connecting')}</p>
  return me.role === 'agent' && me.agentId !== undefined ? <AgentDesk agentId={me.agentId} /> : <Wallboard />
}
