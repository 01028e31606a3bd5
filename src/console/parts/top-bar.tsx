import { endSession, session } from '../session.ts'
import { language, say, switchLanguage } from '../words.ts'
import { ConnectionLight } from './connection-light.tsx'

/** Name of the house, who is signed in, and whether what is shown is live. */
export function TopBar() {
  const user = session.value?.signedIn.user
  return (
    <header class="top-bar">
      <img src="./icon.svg" alt="" width="28" height="28" />
      <h1>Switchboard</h1>
      <span class="tagline">{say('tagline')}</span>
      <span class="spring" />
      {user && <ConnectionLight />}
      {user && (
        <span class="who">
          {user.name} {!user.name.includes(user.username) && <span class="quiet">{user.username}</span>}
        </span>
      )}
      <button type="button" class="plain" onClick={switchLanguage} lang={language.value === 'en' ? 'zh' : 'en'}>
        {say('languageSwitch')}
      </button>
      {user && (
        <button type="button" class="plain" onClick={endSession}>
          {say('signOut')}
        </button>
      )}
    </header>
  )
}
